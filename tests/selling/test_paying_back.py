"""Money that came by transfer and is paid back: decided first, then written down with its day and reference."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.payments import ledger, refunds
from portal.payments.models import PaymentState, Refund
from portal.payments.transfers import entries
from portal.payments.transfers.models import BankAccount, StatementEntry
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import asked, credit, state_of, uploaded
from tests.selling.transferring import assert_nobody_elses, said, signed_in
from tests.world import World

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("contexts")
PAID_BACK = {"paid_back_on": "2026-11-29", "bank_reference": "OUT-12"}


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def luz(world: World, bank: BankAccount) -> Client:
    return signed_in(world.luz)


def page_of(entry: StatementEntry) -> str:
    return reverse("transfer_entry", args=[entry.pk])


def to_pay_back(client: Client) -> StatementEntry:
    """Decide that what waits alone is paid back."""
    entry = StatementEntry.objects.get(handled_at=None)
    client.post(page_of(entry), {"choice": "pay_back", "seen": entries.as_seen(entry)})
    entry.refresh_from_db()
    assert entry.choice == "pay_back"
    return entry


def told(mailoutbox: list[EmailMessage]) -> list[str]:
    return [each.body for each in mailoutbox if "money was given back" in each.subject]


def test_money_that_came_twice_is_paid_back_and_both_is_in_the_books(
    world: World, bank: BankAccount, luz: Client, mailoutbox: list[EmailMessage]
) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    for reference in ("B-1", "B-2"):
        uploaded(world, bank, credit(request, "25.00", reference=reference), statement=reference)
    entry = to_pay_back(luz)
    assert page_of(entry) in Page(luz.get(reverse("transfers"))).links()
    assert said(luz.post(page_of(entry), PAID_BACK)) == ["Written down."]
    refund = Refund.objects.get()
    assert (refund.amount, str(refund.paid_back_on), refund.bank_reference, refund.asked_by) == (
        Decimal(25),
        "2026-11-29",
        "OUT-12",
        world.luz.pk,
    )
    balance = ledger.balance(reference=order.reference)
    assert (balance.captured, balance.refunded, balance.kept) == (50, 25, 25)
    assert refunds.left(request.payment) == 25
    page = Page(luz.get(page_of(entry)))
    assert "29 November 2026, OUT-12 Written down by Luz" in " ".join(page.main.split())
    assert "To be paid back" not in Page(luz.get(reverse("transfers"))).main
    world.sweep()
    world.sweep()
    (letter,) = told(mailoutbox)
    assert "paid €25.00 back to your bank account on 29 November 2026" in letter.translate({0x2068: None, 0x2069: None})
    assert Page(Client().get(f"/en/orders/{order.token}/")).status == 200


def test_it_is_written_down_once(world: World, bank: BankAccount, luz: Client) -> None:
    uploaded(world, bank, credit(asked(world), "60.00"))
    entry = to_pay_back(luz)
    luz.post(page_of(entry), PAID_BACK)
    gone = ["Somebody decided about this a moment ago, or it is about something else by now."]
    assert said(luz.post(page_of(entry), PAID_BACK | {"bank_reference": "OUT-13"})) == gone
    assert Refund.objects.get().bank_reference == "OUT-12"


def test_a_part_that_was_paid_back_leaves_the_order_waiting_for_all_of_it(
    world: World, bank: BankAccount, luz: Client
) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "60.00"))
    luz.post(page_of(to_pay_back(luz)), PAID_BACK)
    assert state_of(request) == PaymentState.OFFERED
    assert ledger.balance(reference=request.reference).kept == 0
    uploaded(world, bank, credit(request, "100.00", reference="B-2"), statement="S-2")
    assert state_of(request) == PaymentState.CAPTURED
    assert ledger.balance(reference=request.reference).kept == 100


def test_late_money_is_paid_back_for_an_order_that_lapsed(world: World, bank: BankAccount, luz: Client) -> None:
    order = world.order(world.listing(units=10), quantity=10)
    request = asked(world, order)
    world.sweep(after=timedelta(days=11))
    world.completed(order.listing, quantity=1)
    uploaded(world, bank, credit(request, "25.00"))
    luz.post(page_of(to_pay_back(luz)), PAID_BACK)
    assert ledger.balance(reference=request.reference).kept == 0
    page = Page(Client().get(f"/en/orders/{order.token}/")).main
    assert "paid €25.00 back to your bank account" in page.translate({0x2068: None, 0x2069: None})


@pytest.mark.parametrize("entry", [{"text": "thanks"}, {"currency": "USD"}])
def test_what_came_for_no_order_or_in_another_currency_is_written_down_on_the_entry_alone(
    world: World, bank: BankAccount, luz: Client, mailoutbox: list[EmailMessage], entry: dict[str, str]
) -> None:
    request = asked(world)
    uploaded(world, bank, booked("7.00", **{"text": request.rf, **entry}))
    row = to_pay_back(luz)
    assert "The purchaser is told it." not in Page(luz.get(page_of(row))).main
    assert said(luz.post(page_of(row), PAID_BACK)) == ["Written down."]
    row.refresh_from_db()
    assert (str(row.paid_back_on), row.paid_back_reference, row.paid_back_by) == ("2026-11-29", "OUT-12", world.luz)
    assert not Refund.objects.exists()
    assert told(mailoutbox) == []


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    [
        ("paid_back_on", "2999-01-01", "This day is still to come. Write it down once it is paid."),
        ("paid_back_on", "", "This field is required."),
        ("bank_reference", "", "This field is required."),
        ("bank_reference", "\u3164", "This contains"),
    ],
)
def test_mistakes_are_named_and_nothing_is_written_down(
    world: World, bank: BankAccount, luz: Client, field: str, value: str, mistake: str
) -> None:
    uploaded(world, bank, credit(asked(world), "60.00"))
    entry = to_pay_back(luz)
    page = Page(luz.post(page_of(entry), PAID_BACK | {field: value}))
    assert page.status == 422
    assert mistake in page.beside(field)[0]
    assert not Refund.objects.exists()


def test_it_is_for_the_people_of_the_provider_and_after_it_was_decided(
    world: World, bank: BankAccount, luz: Client
) -> None:
    uploaded(world, bank, credit(asked(world), "60.00"))
    entry = StatementEntry.objects.get()
    luz.post(page_of(entry), PAID_BACK)
    assert not Refund.objects.exists()
    assert_nobody_elses(world, page_of(to_pay_back(luz)), **PAID_BACK)
    assert not Refund.objects.exists()


def test_the_database_wants_day_reference_and_person_together(world: World, bank: BankAccount) -> None:
    uploaded(world, bank, credit(asked(world), "60.00"))
    for half in ({"paid_back_on": world.now.date()}, {"paid_back_reference": "OUT-12"}, {"paid_back_by": world.luz}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementEntry.objects.update(**half)


def test_whoever_wrote_it_down_stays_known(world: World, bank: BankAccount, luz: Client, staff: Client) -> None:
    uploaded(world, bank, booked("7.00", text="thanks"))
    entry = to_pay_back(luz)
    mar = world.user("Mar")
    world.sol.members.add(mar)
    signed_in(mar).post(page_of(entry), PAID_BACK)
    answer: Any = staff.post(reverse("wagtailusers_users:delete", args=[mar.pk]))
    assert "stands in records of the desk and cannot be deleted." in said(answer)[0]
