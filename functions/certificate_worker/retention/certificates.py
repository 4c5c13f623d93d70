"""Certificates that nobody needs to see any more lose their learner, as when one is erased; they can be verified still.

    found --> told --> links, ZIPs and mails withdrawn --> row without name and address --> files
                                                            '--10 minutes--> looked at once more (shared/erasure.py)

Whoever dies before the row is changed leaves it to the next step, and after that to the second look.
"""

from datetime import datetime

from appwrite.query import Query

from functions.certificate_worker.retention.told import tell
from shared.context import Ctx
from shared.erasure import AFTERWARDS, erase_certificates
from shared.record import wire_time
from shared.records import Certificate, Delivery
from shared.withdrawal import withdraw

#: In one step: each takes a call for its row and one for its file, as each has its own salt and hashes.
AT_ONCE = 25


def forget_certificates(ctx: Ctx, before: datetime) -> int:
    """Those that expired before that time, or were issued before it and never expire. Raises `Misconfigured`."""
    certificates = ctx.store.first(Certificate, _over(ctx, before), AT_ONCE)
    if not certificates:
        return 0
    ids = [each.id for each in certificates]
    tell(ctx, "certificates", before, ids, {"certificates": len(ids)})
    withdraw(ctx, certificates)
    ctx.store.delete_where(Delivery, [Query.equal("certificate_id", ids)])
    erase_certificates(ctx, certificates, ctx.now() + AFTERWARDS)
    return len(ids)


def _over(ctx: Ctx, before: datetime) -> list[str]:
    """Not those that are being worked at, nor those whose code could not be kept as the key was taken away."""
    at = wire_time(before)
    for_ever = Query.and_queries([Query.is_null("expires_at"), Query.less_than("issued_at", at)])
    keys = sorted(ctx.verification.keys.secrets)
    return [
        Query.is_null("erased_at"),
        # None expires before it is issued, so this loses none, and the index finds them.
        Query.less_than("issued_at", at),
        Query.or_queries([Query.less_than("expires_at", at), for_ever]),
        Query.or_queries([Query.is_null("key_id"), Query.equal("key_id", keys)]),
        Query.is_null("due_at"),
        Query.order_asc("issued_at"),
    ]
