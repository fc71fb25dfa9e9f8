"""What waits for Sol's people: entries of bank statements, each explained and decided once, and the second person."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.checkout import service as checkout
from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.transfers import banks, entries, service
from portal.payments.transfers.matching import BY_A_PERSON, Meaning
from portal.payments.transfers.models import Arrival, BankAccount, StatementEntry, TransferRequest
from portal.payments.transfers.remedies import EXPLAINED, Remedy, offered
from portal.people.models import User
from portal.selling.transfers import DONE, why
from tests.pages import Page
from tests.payments.transfers.conftest import bank, mar
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import asked, credit, kept, state_of, uploaded
from tests.selling.transferring import assert_nobody_elses, said, signed_in
from tests.world import World

__all__ = ["bank", "mar"]
pytestmark = pytest.mark.usefixtures("contexts")


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def luz(world: World, bank: BankAccount) -> Client:
    return signed_in(world.luz)


def only() -> StatementEntry:
    return StatementEntry.objects.get(handled_at=None)


def page_of(entry: StatementEntry) -> str:
    return reverse("transfer_entry", args=[entry.pk])


def decide(client: Client, entry: StatementEntry, choice: str, **typed: str) -> Any:
    """Choose on the entry's page as it is now, unless it was seen before."""
    typed.setdefault("seen", entries.as_seen(entry))
    return client.post(page_of(entry), {"choice": choice, **typed})


def test_the_queue_says_of_each_entry_why_it_waits(world: World, bank: BankAccount, luz: Client) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "60.00"), booked("7.00", text="thanks", reference="B-2", payer="Zoe"))
    page = Page(luz.get(reverse("transfers")))
    assert "€60.00 Alma Prado" in page.main
    assert "The reference is right, and less came than was asked for." in page.main
    assert "There is no reference on it that anybody was given." in page.main
    assert request.reference in page.main
    assert [page_of(each) in page.links() for each in StatementEntry.objects.all()] == [True, True]
    assert reverse("transfers") in Page(luz.get(reverse("account"))).links()


def test_each_choice_is_explained_and_done_by_one_post(world: World, bank: BankAccount, luz: Client) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "99.00"))
    entry = only()
    page = Page(luz.get(page_of(entry)))
    for remedy in (Remedy.WAIT, Remedy.ACCEPT, Remedy.PAY_BACK):
        assert EXPLAINED[remedy] in page.main
    assert EXPLAINED[Remedy.ASSIGN] not in page.main
    answer = decide(luz, entry, "accept", note="One euro of charges.")
    assert (answer["Location"], said(answer)) == (
        reverse("transfers"),
        ["Done. What was decided stays on the entry, with your name."],
    )
    assert state_of(request) == PaymentState.CAPTURED
    done = Page(luz.get(page_of(entry)))
    assert ("Accepted as full payment." in done.main, "Luz" in done.main) == (True, True)
    assert "One euro of charges." in done.main
    assert "Nothing waits for a decision." in Page(luz.get(reverse("transfers"))).main


def test_two_people_at_once_decide_once(world: World, bank: BankAccount, mar: User, luz: Client) -> None:
    world.sol.members.add(mar)
    request = asked(world)
    uploaded(world, bank, credit(request, "100.50"))
    entry = only()
    decide(luz, entry, "accept")
    answer = decide(signed_in(mar), entry, "pay_back")
    gone = ["Somebody decided about this a moment ago, or it is about something else by now."]
    assert (said(answer), kept(bank)) == (gone, [("surplus", "accept")])
    assert ledger.balance(reference=request.reference).captured == Decimal("100.50")


def test_what_an_entry_was_seen_to_be_must_still_hold(world: World, bank: BankAccount, luz: Client) -> None:
    """One person pays it back as nobody's while another finds its order."""
    request = asked(world)
    uploaded(world, bank, booked("99.00", text="thanks", reference="B-2", payer="Zoe"))
    entry = only()
    seen = entries.as_seen(entry)
    answer = decide(luz, entry, "assign", names=request.reference)
    assert said(answer) == ["It is known now which order it is for. Decide what is done about it."]
    answer = decide(luz, entry, "pay_back", seen=seen)
    assert said(answer) == ["Somebody decided about this a moment ago, or it is about something else by now."]
    assert kept(bank) == [("short", "")]


def test_an_order_is_named_by_its_number_or_reference_and_no_other(
    world: World, bank: BankAccount, luz: Client
) -> None:
    request = asked(world)
    uploaded(world, bank, booked("100.00", text="thanks", reference="B-2", payer="Zoe"))
    for names, mistake in (
        ("", "Say which order it is for."),
        ("T-00000", "No order that was to be paid to you has this number or reference."),
    ):
        answer = decide(luz, only(), "assign", names=names)
        assert (answer.status_code, Page(answer).beside("names")) == (422, [mistake])
    assert said(decide(luz, only(), "assign", names=f" {request.rf.lower()} "))[0].startswith("Done.")
    assert state_of(request) == PaymentState.CAPTURED


def test_what_it_may_be_for_is_shown_and_filled_in(world: World, bank: BankAccount, luz: Client) -> None:
    request = asked(world)
    uploaded(world, bank, booked("100.00", text="invoice", reference="B-2", payer="Alma Prado"))
    page = Page(luz.get(page_of(only())))
    assert "it looks as if it was for an order" in page.main
    assert f'value="{request.rf}"' in page.source


def test_what_is_no_choice_does_nothing(world: World, bank: BankAccount, luz: Client) -> None:
    uploaded(world, bank, credit(asked(world), "60.00"))
    for choice, mistake in (("take_up", "Select a valid choice."), ("", "Choose what is to be done.")):
        answer = decide(luz, only(), choice)
        assert answer.status_code == 422
        assert mistake in Page(answer).beside("choice")[0]
    assert kept(bank) == [("short", "")]


def test_late_money_pays_its_order_after_all(world: World, bank: BankAccount, luz: Client) -> None:
    request = asked(world)
    world.sweep(after=timedelta(days=2))
    bank.is_automatic = False
    banks.keep(bank, currencies=["EUR"], opens=True)
    uploaded(world, bank, credit(request))
    answer = decide(luz, only(), "take_up")
    assert said(answer)[0].startswith("Done.")
    assert state_of(request) == PaymentState.CAPTURED


def test_late_money_for_an_order_that_was_given_up_is_said_to_be_too_late(
    world: World, bank: BankAccount, luz: Client
) -> None:
    order = world.order(world.listing(units=100), quantity=40)
    request = asked(world, order)
    checkout.withdraw(token=order.token, now=world.now)
    uploaded(world, bank, credit(request))
    answer = decide(luz, only(), "take_up")
    assert said(answer)[0].startswith("It is too late for that")
    assert kept(bank) == [("late", "")]


def test_every_meaning_and_choice_has_its_words() -> None:
    for meaning in BY_A_PERSON | {Meaning.MATCHED}:
        assert why(StatementEntry(meaning=meaning)), meaning
        for remedy in offered(meaning):
            assert DONE[remedy], remedy
            assert EXPLAINED[remedy], remedy
    assert set(DONE) == set(Remedy)


def test_entries_are_nobody_elses(world: World, bank: BankAccount) -> None:
    uploaded(world, bank, booked("7.00", text="thanks"))
    entry = only()
    assert_nobody_elses(world, page_of(entry), choice="not_ours", seen="unmatched")
    assert "€7.00" not in Page(signed_in(world.eda).get(reverse("transfers"))).main
    assert Client().get(reverse("transfers")).status_code == 302
    assert kept(bank) == [("unmatched", "")]


def test_staff_with_the_right_for_it_look_after_all(world: World, bank: BankAccount) -> None:
    uploaded(world, bank, booked("7.00", text="thanks"))
    person = world.user("Bo", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert "bank entry" not in signed_in(person).get("/admin/").content.decode()
    person.user_permissions.add(Permission.objects.get(codename="add_arrival"))
    browser = signed_in(person)
    assert "1 bank entry needs a decision" in Page(browser.get("/admin/")).source
    assert "€7.00" in Page(browser.get(reverse("transfers"))).main
    assert said(decide(browser, only(), "not_ours"))[0].startswith("Done.")


def test_the_right_for_it_can_be_given_to_groups(staff: Client) -> None:
    permission = Permission.objects.get(codename="add_arrival")
    assert f'value="{permission.pk}"' in staff.get(reverse("wagtailusers_groups:add")).content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_the_number_of_queries_does_not_grow_with_the_queue(
    world: World, bank: BankAccount, luz: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        uploaded(world, bank, credit(asked(world), "60.00", reference=f"B-{number}"), statement=f"S-{number}")
        confirmed(world, asked(world), by=world.luz)
    with django_assert_num_queries(12):
        luz.get(reverse("transfers"))


# --- The second person


def confirmed(world: World, request: TransferRequest, *, by: User, amount: int = 100) -> Arrival:
    service.confirm(
        reference=request.reference,
        amount=Decimal(amount),
        value_date=world.now.date(),
        bank_reference="B-1",
        by_id=by.pk,
        now=world.now,
    )
    return request.arrivals.latest("pk")


def second(client: Client, arrival: Arrival) -> list[str]:
    return said(client.post(reverse("second_arrival", args=[arrival.pk])))


def test_the_second_person_is_never_the_first(world: World, bank: BankAccount, mar: User, luz: Client) -> None:
    world.sol.members.add(mar)
    request = asked(world)
    arrival = confirmed(world, request, by=world.luz)
    address = reverse("second_arrival", args=[arrival.pk])
    assert "Somebody else has to confirm it too." in Page(luz.get(reverse("transfers"))).main
    assert address not in luz.get(reverse("transfers")).content.decode()
    refused = "This was decided a moment ago, or you were the first to confirm it: the second is somebody else."
    assert second(luz, arrival) == [refused]
    assert state_of(request) == PaymentState.OFFERED
    other = signed_in(mar)
    assert address in other.get(reverse("transfers")).content.decode()
    assert second(other, arrival) == ["Confirmed. The order is paid, and its units are being cancelled."]
    assert second(other, arrival) == [refused]
    assert state_of(request) == PaymentState.CAPTURED
    assert ledger.balance(reference=request.reference).captured == 100


def test_nobody_else_is_the_second_person(world: World, bank: BankAccount) -> None:
    arrival = confirmed(world, asked(world), by=world.luz)
    assert_nobody_elses(world, reverse("second_arrival", args=[arrival.pk]))
    arrival.refresh_from_db()
    assert (arrival.counted_at, arrival.seconded_by) == (None, None)


def test_whoever_decided_or_confirmed_stays_known(
    world: World, bank: BankAccount, mar: User, luz: Client, staff: Client
) -> None:
    uploaded(world, bank, booked("7.00", text="thanks"))
    decide(luz, only(), "not_ours")
    confirmed(world, asked(world), by=mar)
    for person in (world.luz, mar):
        answer = staff.post(reverse("wagtailusers_users:delete", args=[person.pk]))
        assert "stands in records of the desk and cannot be deleted." in said(answer)[0]
