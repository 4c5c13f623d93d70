"""What goes out together: all of it, once, within the limits, and never mixed."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from functions.certificate_worker.issuing.parcels import MOST_BYTES, MOST_FILES, Item, Parcel, parcels, whole
from shared.claims import Claimed
from shared.records import Certificate, Delivery, Purpose

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = datetime(2026, 11, 22, tzinfo=UTC)


def row(number: int, organization: str = "o", mail_id: str | None = None, purpose: str = "issued") -> Delivery:
    return Delivery(
        id=f"d{number}", certificate_id=f"c{number}", organization_id=organization, recipient=f"sop@{organization}",
        purpose=Purpose(purpose), mail_id=mail_id, due_at=NOW,
    )  # fmt: skip


def item(delivery: Delivery, size: int = 1) -> Item:
    certificate = Certificate(
        id=delivery.certificate_id, certificate_number="C", learner_id="l", course_id="k", organization_id="o",
        template_id="t", learner_name="L", learner_email="l@o", course_name="K", organization_name="O",
        completed_at=NOW, issued_at=NOW,
    )  # fmt: skip
    return Item(Claimed(delivery, 1, LATER), certificate, size)


def grouped(items: list[Item]) -> list[Parcel]:
    numbers = iter(range(1000))
    return parcels(items, lambda: f"new-{next(numbers)}")


_ROWS = st.tuples(
    st.sampled_from("abc"), st.sampled_from([None, "kept-1", "kept-2"]), st.sampled_from(list(Purpose)),
    st.integers(1, 2 * MOST_BYTES),
)  # fmt: skip


@given(st.lists(_ROWS, max_size=120))
def test_every_row_goes_out_once_within_the_limits(drawn: list[tuple[str, str | None, Purpose, int]]) -> None:
    items = [
        item(row(number, organization, f"{mail}-{organization}-{purpose}" if mail else None, purpose), size)
        for number, (organization, mail, purpose, size) in enumerate(drawn)
    ]
    made = grouped(items)
    assert sorted(each for parcel in made for each in parcel.deliveries) == sorted(
        each.claimed.work.id for each in items
    )
    for parcel in made:
        assert parcel.size <= MOST_BYTES
        assert parcel.kept or len(parcel.items) <= MOST_FILES
        whose = {(each.claimed.work.recipient, each.claimed.work.purpose) for each in parcel.items}
        assert len(whose) == 1


def test_beyond_twenty_megabytes_another_mail_begins() -> None:
    made = grouped([item(row(number), 9_000_000) for number in range(5)])
    assert [len(parcel.items) for parcel in made] == [2, 2, 1]
    assert all(len(parcel.attached) == len(parcel.items) for parcel in made)


def test_rows_with_a_mails_id_are_regrouped_by_it_alone() -> None:
    made = grouped([item(row(1, mail_id="m")), item(row(2)), item(row(3, mail_id="m"))])
    assert [(parcel.mail_id, parcel.deliveries, parcel.kept) for parcel in made] == [
        ("m", ["d1", "d3"], True), ("new-0", ["d2"], False),
    ]  # fmt: skip


def test_only_whole_mails_are_claimed_and_no_more_than_can_be() -> None:
    first, second, alone = row(1, mail_id="m"), row(2, mail_id="m"), row(3)
    assert whole([first, alone], [first, second], NOW, 100) == [first, second, alone]
    held = second.model_copy(update={"due_at": LATER})
    assert whole([first, alone], [first, held], NOW, 100) == [alone]
    assert whole([first, alone], [first, second], NOW, 2) == [first, second]
    assert whole([alone, first], [first, second], NOW, 2) == [alone]
