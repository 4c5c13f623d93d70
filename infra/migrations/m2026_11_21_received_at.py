"""Certificates know when the completion that they were issued for came in; 0.1 noted it with the completion alone.

One whose completion is gone stays without.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from appwrite.query import Query

from infra.deploy.server import Document, Server
from infra.migrations import rows
from infra.migrations.migration import Migration, Say
from shared.store import fitting

_LACKING = [Query.is_null("received_at"), Query.is_not_null("event_id"), Query.is_null("erased_at")]


def plan(server: Server) -> int:
    return rows.count(server, "certificates", _LACKING)


def run(server: Server, say: Say) -> int:
    columns = ("event_id", "learner_id", "learner_email", "completed_at")
    looked_at = changed = 0
    for page in rows.pages(server, "certificates", _LACKING, columns):
        changed += _fill(server, page)
        looked_at += len(page)
        say(f"{looked_at} certificates looked at, {changed} changed")
    return changed


def _fill(server: Server, certificates: Sequence[Document]) -> int:
    addresses = _addresses(server, certificates)
    received = _received(server, certificates, addresses)
    at: dict[str, list[str]] = defaultdict(list)
    for each in certificates:
        keys = ((each["event_id"], address, each["completed_at"]) for address in addresses[each["learner_id"]])
        if times := [received[key] for key in keys if key in received]:
            at[min(times)].append(each["$id"])
    return sum(rows.change(server, "certificates", ids, _LACKING, {"received_at": time}) for time, ids in at.items())


def _addresses(server: Server, certificates: Sequence[Document]) -> dict[str, set[str]]:
    """By learner: Graphy may have reported them under a former one."""
    addresses: dict[str, set[str]] = defaultdict(set)
    for each in certificates:
        addresses[each["learner_id"]].add(each["learner_email"].lower())
    theirs = [Query.equal("learner_id", list(addresses))]
    for alias in rows.every(server, "learner_aliases", theirs, ["learner_id", "email"]):
        addresses[alias["learner_id"]].add(alias["email"].lower())
    return addresses


def _received(
    server: Server, certificates: Iterable[Document], addresses: dict[str, set[str]]
) -> dict[tuple[str, str, str], str]:
    """When each event of each learner first came in. Its id alone is not enough: nobody promises that it is unique."""
    events = {each["event_id"] for each in certificates}
    emails = {address for theirs in addresses.values() for address in theirs}
    first: dict[tuple[str, str, str], str] = {}
    for some in fitting(sorted(emails)):
        columns = ("event_id", "email", "completed_at", "received_at")
        for each in rows.every(server, "completions", [Query.equal("email", some)], columns):
            key = (each["event_id"], each["email"].strip().lower(), each["completed_at"])
            if each["event_id"] in events:
                first[key] = min(first.get(key, each["received_at"]), each["received_at"])
    return first


MIGRATION = Migration("2026-11-21 certificates know when their completion came in", plan, run)
