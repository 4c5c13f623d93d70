"""Counts of clients are kept no longer than they count."""

from datetime import UTC, datetime, timedelta

from tests.functions.backend import Backend


def test_an_idle_pass_removes_the_counts_of_minutes_that_ended_and_no_others(backend: Backend) -> None:
    now = datetime.now(UTC)
    for row_id, minutes in (("ended", -1), ("counting", 5)):
        ends = (now + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
        backend.server.post(
            "/tablesdb/certificates/tables/throttles/rows", rowId=row_id, data={"calls": 3, "expires_at": ends}
        )
    backend.work()
    assert [row["$id"] for row in backend.rows("throttles")] == ["counting"]
