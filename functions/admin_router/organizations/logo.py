"""An organisation's logo, for its mails and its portal: what is taken, and where it is kept."""

import hashlib
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from shared.context import Ctx
from shared.errors import AlreadyExists
from shared.pictures import logo
from shared.records import Logo

_DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
)
#: A `data:image/` address of a PNG or JPEG of up to 30,000 bytes. Null or empty removes it, left out keeps it.
LogoAddress = Annotated[
    str | None,
    Field(examples=[_DOT]),
    AfterValidator(lambda address: address and logo(address).address),
    BeforeValidator(lambda typed: None if typed == "" else typed),
]


def keep_logo(ctx: Ctx, organization_id: str, address: str | None) -> str | None:
    """Store the logo, or remove it; answers what `Organization.logo_sha256` shall be.

    The row comes before the mark: whoever is interrupted between the two repeats both.
    """
    if address is None:
        ctx.store.delete(Logo, organization_id)
        return None
    try:
        ctx.store.insert(Logo(id=organization_id, address=address))
    except AlreadyExists:
        ctx.store.update(Logo, organization_id, address=address)
    return hashlib.sha256(logo(address).content).hexdigest()
