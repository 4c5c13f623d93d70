"""What SendGrid says became of the mails that it took.

    queued, sending, failed, sent --delivered--> delivered --bounce, dropped, spamreport--> bounced, dropped
                        |                                                                       ^
                        +-----------------------------------------------------------------------+

States only go forward along these arrows, so an event that comes twice, or late, changes nothing and nobody has to
remember which came. A mail that SendGrid speaks of was taken, whatever the worker that sent it lived to write.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appwrite.query import Query

from functions.graphy_webhook.sendgrid_signature import verify_event
from shared.audit import Activity, Outcome
from shared.context import Ctx
from shared.errors import BadRequest
from shared.portal.certificates import subject
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus, Purpose
from shared.runtime import Request, Response
from shared.store import BATCH, batches

_UNTOLD = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.FAILED, DeliveryStatus.SENT)
#: From which states an event leads to each.
_BEFORE = {
    DeliveryStatus.DELIVERED: _UNTOLD,
    DeliveryStatus.BOUNCED: (*_UNTOLD, DeliveryStatus.DELIVERED),
    DeliveryStatus.DROPPED: (*_UNTOLD, DeliveryStatus.DELIVERED),
}
_FATES = {
    "delivered": DeliveryStatus.DELIVERED,
    "bounce": DeliveryStatus.BOUNCED,
    "blocked": DeliveryStatus.BOUNCED,
    "dropped": DeliveryStatus.DROPPED,
    "spamreport": DeliveryStatus.DROPPED,
}
_LONGEST_ID = 36


@dataclass(frozen=True)
class _News:
    """What one event says about one mail."""

    mail_id: str
    fate: DeliveryStatus
    #: For people.
    reason: str | None


def handle_events(ctx: Ctx, request: Request) -> Response:
    """Take a signed batch of events; those about mails that are not ours, or that say nothing new, change nothing."""
    verify_event(ctx.settings.sendgrid_event_key, request.body, request.headers, ctx.now())
    events = _events(request.body)
    news = [each for event in events if (each := _read(event))]
    rows = _rows(ctx, {each.mail_id for each in news})
    changed = _apply(ctx, news, rows)
    ctx.log.info("mail events", events=len(events), changed=changed)
    return Response({"events": len(events), "changed": changed})


def _events(body: bytes) -> list[Any]:
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not valid JSON.") from None
    if not isinstance(events, list):
        raise BadRequest("The body must be a JSON array of events.")
    return events


def _read(event: Any) -> _News | None:
    """None for what does not concern us: other events, other mails, or no event at all."""
    if not isinstance(event, dict):
        return None
    name, mail_id = event.get("event"), event.get("mail_id")
    fate = _FATES.get(name) if isinstance(name, str) else None
    if fate is None or not isinstance(mail_id, str) or not 0 < len(mail_id) <= _LONGEST_ID:
        return None
    return _News(mail_id, fate, None if fate is DeliveryStatus.DELIVERED else _reason(str(name), event))


def _reason(name: str, event: dict[str, Any]) -> str:
    said = event.get("reason") or event.get("response") or event.get("status") or ""
    what = {"spamreport": "reported as spam"}.get(name, name)
    return " ".join(f"SendGrid: {what} {said}".split())[:500]


def _rows(ctx: Ctx, mail_ids: set[str]) -> dict[str, list[Delivery]]:
    """The outbox's rows by their mail."""
    rows: dict[str, list[Delivery]] = defaultdict(list)
    for batch in batches(sorted(mail_ids), BATCH):
        for row in ctx.store.every(Delivery, [Query.equal("mail_id", batch)]):
            rows[row.mail_id or ""].append(row)
    return rows


def _apply(ctx: Ctx, news: Sequence[_News], rows: dict[str, list[Delivery]]) -> int:
    """How many rows of the outbox changed. All rows that get the same values are one call."""
    fates: dict[tuple[DeliveryStatus, str | None], dict[str, Delivery]] = defaultdict(dict)
    for each in news:
        for row in rows.get(each.mail_id, ()):
            if row.status in _BEFORE[each.fate]:
                fates[each.fate, each.reason][row.id] = row
    changed = 0
    # What arrived first, since it may bounce afterwards.
    for (fate, reason), found in sorted(fates.items(), key=lambda pair: pair[0][0] is not DeliveryStatus.DELIVERED):
        for batch in batches(found.values(), BATCH):
            changed += _move(ctx, fate, reason, batch)
    return changed


def _move(ctx: Ctx, fate: DeliveryStatus, reason: str | None, rows: Sequence[Delivery]) -> int:
    """Up to 100 rows, then their certificates, so that a repeat of what broke off in between finds the rows changed."""
    about = ctx.store.find_many(Certificate, {each.certificate_id for each in rows})
    certificates = {each: about[each] for each in {row.certificate_id for row in rows if _brings(row, about)}}
    if fate is DeliveryStatus.DELIVERED:
        _tell(ctx, certificates, [CertificateStatus.STORED, CertificateStatus.SENT], CertificateStatus.DELIVERED, None)
    else:
        missed = _undelivered(ctx, certificates, {each.id for each in rows})
        before = [CertificateStatus.STORED, CertificateStatus.SENT, CertificateStatus.DELIVERED]
        _tell(ctx, missed, before, CertificateStatus.SENT, reason)
    these = Query.equal("$id", [each.id for each in rows])
    changed = ctx.store.update_where(
        Delivery, [these, Query.equal("status", list(_BEFORE[fate]))], status=fate, due_at=None, reason=reason
    )
    if changed:
        ctx.audit.record_all(_activities(ctx, fate, about.values()))
    return changed


def _brings(row: Delivery, certificates: Mapping[str, Certificate]) -> bool:
    """Whether it brings the certificate as it is now: not a version before, nor word that it was revoked."""
    certificate = certificates.get(row.certificate_id)
    return certificate is not None and row.version == certificate.version and row.purpose is not Purpose.REVOKED


def _undelivered(ctx: Ctx, certificates: dict[str, Certificate], but: set[str]) -> list[str]:
    """Those that no other mail has brought."""
    if not certificates:
        return []
    arrived = Query.equal("status", [DeliveryStatus.DELIVERED])
    others = ctx.store.every(Delivery, [Query.equal("certificate_id", sorted(certificates)), arrived])
    return sorted(certificates.keys() - {each.certificate_id for each in others if each.id not in but})


def _tell(
    ctx: Ctx, ids: Iterable[str], before: Sequence[CertificateStatus], status: CertificateStatus, reason: str | None
) -> None:
    these = sorted(ids)
    if these:
        queries = [Query.equal("$id", these), Query.equal("status", list(before))]
        ctx.store.update_where(Certificate, queries, status=status, reason=reason, due_at=None)


def _activities(ctx: Ctx, fate: DeliveryStatus, certificates: Iterable[Certificate]) -> list[Activity]:
    arrived = fate is DeliveryStatus.DELIVERED
    name, outcome = ("mail.delivered", Outcome.SUCCESS) if arrived else ("mail.bounced", Outcome.FAILED)
    return [ctx.audit.entry(name, status=outcome, **subject(each)) for each in certificates]
