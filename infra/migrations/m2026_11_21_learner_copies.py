"""Enrolments hold their learner's name and address, by which lists search and sort; the first ones of 0.1 do not.

One whose learner is gone stays as it is; the worker removes it.
"""

from collections import defaultdict
from collections.abc import Sequence

from appwrite.query import Query

from infra.deploy.server import Document, Server
from infra.migrations import rows
from infra.migrations.migration import Migration, Say

_LACKING = [Query.or_queries([Query.is_null("learner_name"), Query.is_null("learner_email")])]


def plan(server: Server) -> int:
    return rows.count(server, "enrollments", _LACKING)


def run(server: Server, say: Say) -> int:
    looked_at = changed = 0
    for page in rows.pages(server, "enrollments", _LACKING, ["learner_id"]):
        changed += _fill(server, page)
        looked_at += len(page)
        say(f"{looked_at} enrolments looked at, {changed} changed")
    return changed


def _fill(server: Server, enrollments: Sequence[Document]) -> int:
    ids: dict[str, list[str]] = defaultdict(list)
    for each in enrollments:
        ids[each["learner_id"]].append(each["$id"])
    learners = rows.every(server, "learners", [Query.equal("$id", list(ids))], ["name", "email"])
    # Only where it is still lacking: a learner who is renamed meanwhile has their new name there.
    return sum(rows.change(server, "enrollments", ids[each["$id"]], _LACKING, _copies(each)) for each in learners)


def _copies(learner: Document) -> dict[str, str]:
    return {"learner_name": learner["name"], "learner_email": learner["email"]}


MIGRATION = Migration("2026-11-21 enrolments hold their learner's name and address", plan, run)
