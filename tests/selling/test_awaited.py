"""Transfers that are waited for: confirmed by hand, seen once more before that, and given more time."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.transfers.models import Arrival, BankAccount, TransferRequest
from portal.payments.transfers.reference import printed
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import asked, credit, kept, state_of, uploaded
from tests.selling.transferring import assert_nobody_elses, said, signed_in
from tests.world import World

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("contexts")


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def luz(world: World, bank: BankAccount) -> Client:
    return signed_in(world.luz)


@pytest.fixture
def request_of_25(world: World, bank: BankAccount) -> TransferRequest:
    """25 euros, for which one person is enough."""
    return asked(world, world.order(quantity=10))


def page_of(request: TransferRequest) -> str:
    return reverse("awaited_transfer", args=[request.reference])


def typed(**changes: str) -> dict[str, str]:
    today = f"{timezone.now().date():%Y-%m-%d}"
    return {"amount": "25.00", "value_date": today, "bank_reference": "B-77", **changes}


def test_what_is_waited_for_is_found_however_it_is_typed(
    world: World, luz: Client, request_of_25: TransferRequest
) -> None:
    other = asked(world, world.order(quantity=4))
    page = Page(luz.get(reverse("awaited_transfers")))
    assert [each.reference in page.main for each in (request_of_25, other)] == [True, True]
    for sought in (request_of_25.reference.lower(), printed(request_of_25.rf), request_of_25.rf):
        page = Page(luz.get(reverse("awaited_transfers"), {"q": sought}))
        assert [each.reference in page.main for each in (request_of_25, other)] == [True, False], sought
    assert "No transfer that is waited for has this" in Page(luz.get("/en/account/transfers/awaited/?q=nobody")).main


def test_money_is_confirmed_by_hand_once_it_was_seen_once_more(luz: Client, request_of_25: TransferRequest) -> None:
    asking = luz.post(page_of(request_of_25), typed())
    question = f"Confirm that €25.00 came for order {request_of_25.reference}? Its units are cancelled then, which is"
    assert question in Page(asking).main
    assert state_of(request_of_25) == PaymentState.OFFERED
    assert 'value="B-77"' in luz.post(page_of(request_of_25), typed(again="1")).content.decode()
    answer = luz.post(page_of(request_of_25), typed(sure="1"))
    assert said(answer) == ["Confirmed. The order is paid, and its units are being cancelled."]
    arrival = Arrival.objects.get()
    assert (arrival.said_by, arrival.bank_reference, arrival.value_date) == (
        request_of_25.bank.account.provider.members.get(),
        "B-77",
        timezone.now().date(),
    )
    again = luz.post(page_of(request_of_25), typed(sure="1"))
    assert said(again) == ["This transfer is waited for no more: it has come, or the time to pay is over."]
    assert ledger.balance(reference=request_of_25.reference).captured == 25


def test_a_part_that_is_sent_twice_counts_once(luz: Client, request_of_25: TransferRequest) -> None:
    part = typed(amount="15", sure="1")
    assert "The rest is still waited for then." in Page(luz.post(page_of(request_of_25), typed(amount="15"))).main
    for _twice in range(2):
        answer = luz.post(page_of(request_of_25), part)
        assert said(answer) == ["Confirmed. It counts as a part of the payment; the rest is still waited for."]
    assert Arrival.objects.count() == 1
    assert 'value="10.00"' in luz.get(page_of(request_of_25)).content.decode()
    luz.post(page_of(request_of_25), typed(amount="10", bank_reference="B-78", sure="1"))
    assert state_of(request_of_25) == PaymentState.CAPTURED


def test_the_bank_statement_that_follows_counts_nothing_twice(
    world: World, bank: BankAccount, luz: Client, request_of_25: TransferRequest
) -> None:
    luz.post(page_of(request_of_25), typed(sure="1"))
    day = f"{timezone.now().date():%Y-%m-%d}"
    uploaded(world, bank, credit(request_of_25, "25.00", day=day, reference="B-77"))
    assert kept(bank) == [("repeated", "matched")]
    assert ledger.balance(reference=request_of_25.reference).captured == 25


def test_from_the_threshold_on_a_second_person_is_waited_for(world: World, luz: Client, bank: BankAccount) -> None:
    request = asked(world)
    assert "From €100.00 on it counts when a second person confirms it too." in Page(luz.get(page_of(request))).main
    for _twice in range(2):
        answer = luz.post(page_of(request), typed(amount="100", sure="1"))
        assert said(answer) == ["Written down. It counts as soon as a second person confirms it too."]
    assert (Arrival.objects.count(), state_of(request)) == (1, PaymentState.OFFERED)
    assert "It does not count." in Page(luz.get(page_of(request))).main


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    [
        ("amount", "0", "The amount must be more than nothing."),
        ("amount", "-25", "The amount must be more than nothing."),
        ("amount", "25.001", "EUR has no smaller amount than 0.01."),
        ("amount", "NaN", "Enter a number."),
        ("value_date", "2999-01-01", "This day is still to come. Confirm money once it is there."),
        ("value_date", "31.11.2026", "Enter a valid date."),
        ("bank_reference", "", "This field is required."),
        ("bank_reference", "\u3164", "This contains"),
    ],
)
def test_mistakes_are_named_beside_their_field_and_nothing_counts(
    luz: Client, request_of_25: TransferRequest, field: str, value: str, mistake: str
) -> None:
    page = Page(luz.post(page_of(request_of_25), typed(**{field: value}, sure="1")))
    assert page.status == 422
    assert mistake in page.beside(field)[0]
    assert not Arrival.objects.exists()


def test_what_is_waited_for_is_nobody_elses(world: World, request_of_25: TransferRequest) -> None:
    assert_nobody_elses(world, page_of(request_of_25), **typed(sure="1"))
    assert request_of_25.reference not in Page(signed_in(world.eda).get(reverse("awaited_transfers"))).main
    assert Client().get(reverse("awaited_transfers")).status_code == 302
    assert state_of(request_of_25) == PaymentState.OFFERED


@pytest.mark.parametrize("count", [1, 4])
def test_the_number_of_queries_does_not_grow_with_what_is_waited_for(
    world: World, luz: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        asked(world, world.order(quantity=2))
    with django_assert_num_queries(8):
        luz.get(reverse("awaited_transfers"))


# --- More time


def until(day: date) -> dict[str, str]:
    return {"until": f"{day:%Y-%m-%d}", "extend": "1"}


def test_a_purchaser_is_given_more_time_and_sees_it(world: World, luz: Client, bank: BankAccount) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    day = timezone.now().date() + timedelta(days=30)
    answer = luz.post(page_of(request), until(day))
    assert said(answer)[0].startswith(f"The units are set aside until {day.day} ")
    order.refresh_from_db()
    assert order.hold_until == datetime.combine(day, time(23, 59, 59), tzinfo=UTC)
    assert f"{day:%Y-%m-%d}" in Client().get(f"/en/orders/{order.token}/").content.decode()
    world.sweep(after=timedelta(days=29))
    assert Order.objects.get().state == "awaiting_payment"
    world.sweep(after=timedelta(days=2))
    assert Order.objects.get().state == "expired"


@pytest.mark.parametrize(
    ("days", "mistake"),
    [(-1, "The units are set aside for longer already."), (61, "Units wait at most 60 days.")],
)
def test_time_is_never_taken_nor_given_without_end(
    luz: Client, request_of_25: TransferRequest, days: int, mistake: str
) -> None:
    before = Order.objects.get().hold_until
    page = Page(luz.post(page_of(request_of_25), until(timezone.now().date() + timedelta(days=days))))
    assert (page.status, page.beside("until")) == (422, [mistake])
    assert Order.objects.get().hold_until == before


def test_nobody_waits_longer_than_the_units_can_be_cancelled(
    world: World, luz: Client, request_of_25: TransferRequest, settings: Any
) -> None:
    settings.CDM_LAST_DAY = timezone.now().date() + timedelta(days=20)
    luz.post(page_of(request_of_25), until(timezone.now().date() + timedelta(days=30)))
    assert Order.objects.get().hold_until.date() == settings.CDM_LAST_DAY


def test_what_has_lapsed_is_given_no_more_time(world: World, luz: Client, request_of_25: TransferRequest) -> None:
    world.sweep(after=timedelta(days=2))
    answer = luz.post(page_of(request_of_25), until(timezone.now().date() + timedelta(days=30)))
    assert said(answer) == ["This transfer is waited for no more: it has come, or the time to pay is over."]
    assert Order.objects.get().state == "expired"
    assert Decimal(0) == ledger.balance(reference=request_of_25.reference).captured
