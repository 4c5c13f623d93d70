"""How long an organisation waits for a certificate: from Graphy's report to the moment that somebody took the mail."""

from collections.abc import Sequence

from appwrite.query import Query
from pydantic import AwareDatetime

from functions.admin_router.metrics.figures import Latency, latency
from shared.record import Record
from shared.records import Purpose
from shared.store import Store, fitting, together

MAILS = 500


class _Sent(Record):
    """Of a mail, what is needed here."""

    table = "deliveries"

    certificate_id: str
    sent_at: AwareDatetime


class _Begun(Record):
    """Of a certificate, what is needed here."""

    table = "certificates"

    issued_at: AwareDatetime
    #: When its completion came in; those from before this was written down count from when they were issued.
    received_at: AwareDatetime | None = None


def completion_to_delivery(store: Store) -> Latency:
    """Of the latest mails that brought a certificate for the first time; later ones were not asked for by Graphy."""
    mails = store.first(
        _Sent,
        [
            Query.equal("purpose", [Purpose.ISSUED]),
            Query.is_not_null("sent_at"),
            Query.order_desc("$createdAt"),
            Query.select(["$id", "certificate_id", "sent_at"]),
        ],
        MAILS,
    )
    begun = {each.id: each.received_at or each.issued_at for each in _begun(store, mails)}
    pairs = [(mail.sent_at, begun[mail.certificate_id]) for mail in mails if mail.certificate_id in begun]
    return latency([max(0.0, (sent - start).total_seconds()) for sent, start in pairs])


def _begun(store: Store, mails: Sequence[_Sent]) -> list[_Begun]:
    columns = Query.select(["$id", "issued_at", "received_at"])

    def read(ids: list[str]) -> list[_Begun]:
        return store.first(_Begun, [Query.equal("$id", ids), columns], len(ids))

    batches = fitting(dict.fromkeys(mail.certificate_id for mail in mails))
    return [each for found in together(read, batches) for each in found]
