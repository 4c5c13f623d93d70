"""Finds what an admin names by the name that people use. Raises `NotFound` telling which field named nothing."""

from shared.context import Ctx
from shared.errors import NotFound
from shared.people import organization_by_website
from shared.records import Organization


def get_organization(ctx: Ctx, website: str, field: str = "organization_website") -> Organization:
    organization = organization_by_website(ctx.store, website)
    if organization is None:
        raise NotFound("There is no such organization.", **{field: website})
    return organization


def organization_if_named(ctx: Ctx, website: str | None) -> Organization | None:
    return get_organization(ctx, website) if website else None
