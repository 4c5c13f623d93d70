"""Logos of organisations, read only where an organisation says that it has one."""

from collections.abc import Iterable

from shared.pictures import Picture, logo
from shared.records import Logo, Organization
from shared.store import Store

#: Up to 30 kB each.
_REMEMBERED = 300


def logo_of(store: Store, organization: Organization) -> Picture | None:
    """The logo of an organisation, if it has one."""
    found = store.find(Logo, organization.id) if organization.logo_sha256 else None
    return _picture(found)


class Logos:
    """The logos that many mails show; each is read once."""

    def __init__(self) -> None:
        self._known: dict[str, Picture | None] = {}

    def of(self, store: Store, organization_ids: Iterable[str]) -> dict[str, Picture]:
        """By the organisations' ids, of those that have one. All that are not known yet are read together."""
        wanted = set(organization_ids)
        if new := wanted - self._known.keys():
            if len(self._known) + len(new) > _REMEMBERED:
                self._known = {each: self._known[each] for each in wanted - new}
            rows = store.find_many(Logo, new)
            self._known |= {each: _picture(rows.get(each)) for each in new}
        return {each: picture for each in wanted if (picture := self._known[each])}


def _picture(row: Logo | None) -> Picture | None:
    """A mail goes out without its logo rather than not at all: rows can be changed by hand."""
    try:
        return logo(row.address) if row else None
    except ValueError:
        return None
