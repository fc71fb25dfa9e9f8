"""Which payment an entry belongs to: the ladder, rung by rung, and what no order of events may break."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.transfers.matching import (
    BY_A_PERSON,
    Booking,
    Expected,
    Match,
    Meaning,
    Standing,
    match,
    references_of,
)
from portal.payments.transfers.reference import printed, reference_for
from portal.payments.transfers.statements.entry import BankEntry
from portal.tokens import ALPHABET

ORDER = Expected(
    reference="T-7K4M9-QXD2F", key="alma", amount=Decimal("1250.00"), currency="EUR", payer="Müller Maschinenbau GmbH"
)
RF = reference_for(ORDER.reference)
CREDIT = BankEntry(
    account="DE89370400440532013000",
    statement="S-1",
    reference="B-1",
    amount=Decimal("1250.00"),
    currency="EUR",
    is_credit=True,
    value_date=date(2026, 11, 30),
    text=RF,
)


def found(entry: BankEntry, *expected: Expected, others: Iterable[Expected] = ()) -> Match:
    known = expected or (ORDER,)
    return match(entry, expected={reference_for(each.reference): each for each in known}, others=others)


def credit(**changes: object) -> BankEntry:
    return replace(CREDIT, **changes)  # type: ignore[arg-type]


def order(**changes: object) -> Expected:
    return replace(ORDER, **changes)  # type: ignore[arg-type]


def booking(amount: str, *, reference: str = "B-0", statement: str = "S-0", **changes: object) -> Booking:
    facts = {"currency": "EUR", "import_id": "x", "value_date": date(2026, 11, 30), **changes}
    return Booking(statement=statement, reference=reference, amount=Decimal(amount), **facts)  # type: ignore[arg-type]


# --- The first two rungs


def test_the_reference_in_its_own_field_is_certain() -> None:
    assert found(credit(structured=(RF,), text="")) == Match(meaning=Meaning.MATCHED, keys=("alma",), rung=1)


@pytest.mark.parametrize(
    "written",
    [
        RF,
        RF.lower(),
        printed(RF),
        printed(RF).lower(),
        f"Invoice {RF} of today",
        "/REMI/" + RF + "/EREF/",
        RF.replace("0", "O"),
    ],
)
def test_the_reference_in_the_text_is_as_good_however_it_was_typed(written: str) -> None:
    assert found(credit(text=written)) == Match(meaning=Meaning.MATCHED, keys=("alma",), rung=2)
    assert found(credit(text="", end_to_end=written)).meaning is Meaning.MATCHED


def test_named_twice_it_counts_once_on_the_higher_rung() -> None:
    assert found(credit(structured=(RF,), text=RF, end_to_end=RF)) == Match(
        meaning=Meaning.MATCHED, keys=("alma",), rung=1
    )


# --- The third: the reference is right and the money is not


def test_less_money_waits_for_the_rest() -> None:
    assert found(credit(amount=Decimal(1000))) == Match(
        meaning=Meaning.SHORT, keys=("alma",), difference=Decimal("-250.00"), rung=3
    )


def test_a_payment_split_in_two_is_whole_with_its_second_half() -> None:
    halfway = order(bookings=(booking("1000.00"),))
    assert found(credit(amount=Decimal(250)), halfway).meaning is Meaning.MATCHED
    assert found(credit(amount=Decimal(200)), halfway).difference == Decimal("-50.00")
    assert found(credit(amount=Decimal(300)), halfway) == Match(
        meaning=Meaning.SURPLUS, keys=("alma",), difference=Decimal("50.00"), rung=3
    )


def test_more_money_than_asked_is_a_surplus() -> None:
    surplus = found(credit(amount=Decimal("1250.01")))
    assert (surplus.meaning, surplus.difference) == (Meaning.SURPLUS, Decimal("0.01"))


def test_another_currency_is_never_compared() -> None:
    assert found(credit(currency="USD")).meaning is Meaning.WRONG_CURRENCY
    assert order(bookings=(booking("1250.00", currency="USD"),)).so_far == 0


def test_money_that_came_too_late_is_told_apart() -> None:
    for standing in (Standing.LAPSED, Standing.GIVEN_UP):
        assert found(credit(), order(standing=standing)).meaning is Meaning.LATE
        assert found(credit(amount=Decimal(1)), order(standing=standing)).meaning is Meaning.SHORT
    late = found(credit(amount=Decimal(1300)), order(standing=Standing.LAPSED))
    assert (late.meaning, late.difference) == (Meaning.LATE, Decimal("50.00"))


def test_money_that_comes_twice_is_double() -> None:
    paid = order(standing=Standing.RECEIVED, bookings=(booking("1250.00"),))
    assert found(credit(), paid) == Match(meaning=Meaning.DOUBLE, keys=("alma",), difference=Decimal("1250.00"), rung=3)
    assert found(credit(amount=Decimal(3)), paid).meaning is Meaning.DOUBLE


def test_the_same_booking_in_another_file_is_no_second_one() -> None:
    paid = order(standing=Standing.RECEIVED, bookings=(booking("1250.00", reference="B-1"),))
    assert found(credit(), paid).meaning is Meaning.REPEATED
    assert found(credit(reference="B-2"), paid).meaning is Meaning.DOUBLE
    assert found(credit(reference=""), paid).meaning is Meaning.DOUBLE
    # Some banks name all parts of a sum alike: in one statement these are two.
    assert found(credit(statement="S-0"), paid).meaning is Meaning.DOUBLE


def test_what_a_person_confirmed_is_no_second_payment_when_the_file_comes() -> None:
    by_hand = order(standing=Standing.RECEIVED, bookings=(booking("1250.00", import_id="", reference=""),))
    assert found(credit(value_date=date(2026, 12, 2)), by_hand).meaning is Meaning.REPEATED
    assert found(credit(value_date=date(2026, 12, 6)), by_hand).meaning is Meaning.DOUBLE
    assert found(credit(amount=Decimal("1250.01")), by_hand).meaning is Meaning.DOUBLE
    named = order(standing=Standing.RECEIVED, bookings=(booking("1250.00", import_id="", reference="B-1"),))
    assert found(credit(value_date=date(2026, 12, 31)), named).meaning is Meaning.REPEATED


def test_one_transfer_for_two_orders_is_for_a_person() -> None:
    other = order(reference="T-00000-00001", key="bruno")
    both = found(credit(text=f"{RF} and {printed(reference_for(other.reference))}"), ORDER, other)
    assert (both.meaning, set(both.keys)) == (Meaning.SEVERAL, {"alma", "bruno"})


def test_a_part_of_a_sum_without_an_amount_is_never_decided_by_itself() -> None:
    assert found(credit(is_certain=False)).meaning is Meaning.SUGGESTED


# --- Undone, and paid back


def test_a_booking_that_was_undone_is_an_alert() -> None:
    assert found(credit(is_credit=False, is_reversal=True)) == Match(meaning=Meaning.REVERSED, keys=("alma",), rung=3)
    assert found(credit(is_credit=True, is_reversal=True)).meaning is Meaning.REVERSED
    assert found(credit(is_credit=False, is_reversal=True, text="")) == Match(meaning=Meaning.REVERSED)


def test_money_that_went_is_none_of_ours_unless_it_says_so() -> None:
    assert found(credit(is_credit=False)).meaning is Meaning.PAID_BACK
    assert found(credit(is_credit=False, text="Rent")).meaning is Meaning.NONE
    assert found(credit(is_credit=True, is_reversal=True, text="Rent")).meaning is Meaning.NONE


def test_what_is_not_booked_or_nothing_counts_for_nothing() -> None:
    assert found(credit(is_booked=False)).meaning is Meaning.NONE
    assert found(credit(amount=Decimal(0))).meaning is Meaning.NONE


# --- The last two


def test_without_a_reference_amount_and_name_are_a_suggestion_and_no_more() -> None:
    nameless = credit(text="Beitrag", payer="MUELLER MASCHINENBAU")
    assert found(nameless, others=[ORDER]) == Match(meaning=Meaning.SUGGESTED, keys=("alma",), rung=4)
    assert found(replace(nameless, payer="Someone GmbH"), others=[ORDER]).meaning is Meaning.UNMATCHED
    assert found(replace(nameless, amount=Decimal(1)), others=[ORDER]).meaning is Meaning.UNMATCHED


def test_the_number_of_the_order_is_a_suggestion_whatever_the_amount() -> None:
    for written in (ORDER.reference, "t 7k4m9 qxd2f", f"RF99{RF[4:]}"):
        assert found(credit(text=written, amount=Decimal(1)), others=[ORDER]).meaning is Meaning.SUGGESTED


def test_wrong_check_digits_never_match() -> None:
    assert found(credit(text=f"RF99{RF[4:]}")).meaning is Meaning.UNMATCHED


def test_a_reference_that_nobody_was_given_never_matches() -> None:
    assert match(CREDIT, expected={}).meaning is Meaning.UNMATCHED


def test_a_longer_reference_hides_the_shorter_one_it_begins_with() -> None:
    shorter = order(reference="T7K4M9QXD2F", key="short")
    longer = next(
        order(reference=f"T7K4M9QXD2F{end:03}", key="long")
        for end in range(1000)
        if reference_for(f"T7K4M9QXD2F{end:03}").startswith(RF)
    )
    assert found(credit(text=reference_for(longer.reference)), shorter, longer).keys == ("long",)


def test_what_a_person_decides_is_all_but_the_certain() -> None:
    assert frozenset(Meaning) - BY_A_PERSON == {Meaning.MATCHED, Meaning.REPEATED, Meaning.NONE}


# --- Whatever comes

amounts = st.decimals(min_value="0.01", max_value=5000, places=2)
orders = st.text(alphabet=ALPHABET, min_size=8, max_size=12)


@given(st.text(max_size=200), amounts, st.sampled_from(["EUR", "USD"]), st.booleans(), st.booleans(), st.booleans())
def test_only_the_whole_truth_matches(
    text: str, amount: Decimal, currency: str, is_credit: bool, is_booked: bool, is_reversal: bool
) -> None:
    entry = credit(
        text=text, amount=amount, currency=currency, is_credit=is_credit, is_booked=is_booked, is_reversal=is_reversal
    )
    if found(entry, others=[ORDER]).meaning is Meaning.MATCHED:
        assert RF in [reference for reference, _rung in references_of(entry)]
        assert (amount, currency) == (ORDER.amount, ORDER.currency)
        assert is_credit
        assert is_booked
        assert not is_reversal


@given(orders, st.lists(amounts, min_size=1, max_size=6), amounts)
def test_no_entry_is_counted_twice_in_whatever_order_they_come(
    reference: str, parts: list[Decimal], asked: Decimal
) -> None:
    """Played as the service plays it: what counts becomes a booking, and a payment is received once."""
    payment = Expected(reference=reference, key="k", amount=asked, currency="EUR")
    received = 0
    for number, part in enumerate(parts):
        entry = credit(text=reference_for(reference), amount=part, reference=f"B-{number}")
        for time in range(2):  # each file is uploaded twice
            said = found(entry, payment)
            if time:
                assert said.meaning in (Meaning.REPEATED, Meaning.DOUBLE, Meaning.SURPLUS)
                continue
            counts = said.meaning in (Meaning.MATCHED, Meaning.SHORT)
            if counts:
                kept = Booking(
                    statement="S-1",
                    reference=entry.reference,
                    amount=part,
                    currency="EUR",
                    import_id=entry.import_id,
                    value_date=entry.value_date,
                )
                payment = replace(payment, bookings=(*payment.bookings, kept))
            if said.meaning is Meaning.MATCHED:
                received += 1
                payment = replace(payment, standing=Standing.RECEIVED)
            if not counts:
                break
    assert received == (1 if payment.so_far == asked else 0)
    assert payment.so_far <= asked
