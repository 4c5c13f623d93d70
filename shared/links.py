"""Download links: file tokens of Appwrite, noted under what they are about, so that they can be taken back together.

Each link is a token of its own: to extend one would revive a secret given out before. A token whose note was never
written, as the function died in between, was told to nobody and ends by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus

from appwrite.query import Query
from pydantic import AwareDatetime

from shared.context import Ctx
from shared.errors import AppError
from shared.exports import Export
from shared.files import Files
from shared.record import Record, wire_time
from shared.records import Certificate
from shared.store import BATCH, batches, together


class Changed(AppError):
    """It changed just now; ask again."""

    status, code = HTTPStatus.CONFLICT, "CHANGED"


class Link(Record):
    """A token that was given out; its id is the token's."""

    table = "links"

    #: Of the certificate, or of the export.
    subject_id: str
    expires_at: AwareDatetime


def of_certificate(ctx: Ctx, certificate: Certificate, until: datetime) -> str:
    """An address of its PDF that anyone may open until then, or until `kill`.

    Whoever revokes or replaces it says so on its row and then kills its links, so one that is noted meanwhile is
    found there, or the row, read once more, shows it. Raises `Changed` then, and the link is dead.
    """
    [(token_id, address)] = _give(ctx, ctx.files, [certificate.file_id or ""], certificate.id, until)
    latest = ctx.store.find(Certificate, certificate.id)
    if latest is None or latest.revoked_at or latest.file_id != certificate.file_id:
        _end(ctx, [token_id])
        raise Changed("The certificate changed just now; ask again.")
    return address


def of_export(ctx: Ctx, export: Export, until: datetime) -> list[str]:
    """Addresses of its files, in order. Raises `Changed` if it is offered no longer, as one in it was revoked, say."""
    given = _give(ctx, ctx.exports, [export.file_id(part) for part in range(export.parts)], export.id, until)
    latest = ctx.store.find(Export, export.id)
    if latest is None or latest.expires_at < until:
        _end(ctx, [token_id for token_id, _ in given])
        raise Changed("The files changed just now; ask again.")
    return [address for _, address in given]


def kill(ctx: Ctx, subject_ids: Iterable[str]) -> None:
    """End all links of these: first their tokens, then the notes, so that a crash leaves nothing alive unnoticed.

    It is repeatable, and costs a call for each 100 subjects that have no links.
    """
    for batch in batches(dict.fromkeys(subject_ids), BATCH):
        of_these = [Query.equal("subject_id", batch)]
        while _end_first(ctx, of_these) == BATCH:
            pass


def sweep(ctx: Ctx) -> None:
    """Remove up to 100 links that expired."""
    _end_first(ctx, [Query.less_than_equal("expires_at", wire_time(ctx.now()))])


def _give(ctx: Ctx, files: Files, file_ids: Iterable[str], subject_id: str, until: datetime) -> list[tuple[str, str]]:
    """Tokens' ids and addresses; told to nobody before they are noted."""
    given = [files.link(file_id, until) for file_id in file_ids]
    ctx.store.insert_missing(Link(id=token_id, subject_id=subject_id, expires_at=until) for token_id, _ in given)
    return given


def _end_first(ctx: Ctx, queries: Sequence[str]) -> int:
    links = ctx.store.first(Link, queries, BATCH)
    _end(ctx, [link.id for link in links])
    return len(links)


def _end(ctx: Ctx, token_ids: Sequence[str]) -> None:
    together(ctx.files.unlink, token_ids)
    if token_ids:
        ctx.store.delete_where(Link, [Query.equal("$id", list(token_ids))])
