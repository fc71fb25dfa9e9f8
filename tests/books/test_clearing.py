"""What our books do not know is cleared by a person, once: who, when and why is kept."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from portal.books import service, walk
from portal.books.management.commands.reconcile import told
from portal.books.models import Clearing, Discrepancy, Reconciliation
from portal.books.walk import Hand
from portal.checkout.models import Order
from portal.payments.models import Account, Payment
from portal.payments.rails import gateway_for
from portal.providers import stock
from portal.registry.ledger import service as registry
from tests.payments.transfers.conftest import bank, mar
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import kept, uploaded
from tests.threads import at_once
from tests.world import CARD, World, payments_of

__all__ = ["bank", "mar"]

MONDAY = date(2026, 11, 23)
KEY = "0f4b4f7e-0000-4000-8000-000000000001"
LOST = {
    "reference": "T-00000-00001",
    "purchaser_name": "Alma Prado",
    "purchaser_email": "alma@example.org",
    "beneficiary_name": "Alma Prado",
    "purpose": "travel",
    "quantity": "3",
}


@pytest.fixture
def listing(world: World) -> Any:
    return world.listing(units=10, price="2.50")


@pytest.fixture
def gateway(world: World, listing: Any) -> Any:
    """Sol's, at which somebody has paid 7.50 euros for an order that is lost."""
    gateway: Any = gateway_for(Account.objects.get(provider=world.sol))
    gateway.authorise(key=KEY, amount=Decimal("7.50"), currency="EUR", nonce=CARD)
    return gateway


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(by_id=world.eda.pk, clock=lambda: world.now)


@pytest.fixture
def act(world: World, gateway: Any, hand: Hand) -> Callable[..., tuple[bool, str]]:
    """Do something about that money, as far as it is known."""
    reconcile(world)

    def do(choice: str, why: str = "It was lost.", **typed: str) -> tuple[bool, str]:
        row: Any = walk.thing_called(KEY)
        return walk.act(row, choice, typed, why=why, hand=hand)

    return do


def reconcile(world: World) -> Reconciliation:
    run: Any = service.reconcile(first_day=MONDAY, last_day=MONDAY, clock=lambda: world.now + timedelta(days=2))
    return run


def capture(gateway: Any, clock: Any, world: World) -> None:
    gateway.capture(key=KEY, gateway_id=gateway.find(key=KEY).gateway_id, amount=Decimal("7.50"))
    clock.advance(6)
    world.simulator.settle_due()


def statuses(world: World) -> list[tuple[str, str]]:
    return [(each.type, each.status) for each in world.simulator.store.transactions()]


def test_held_money_is_released_and_is_unknown_no_more(world: World, act: Any) -> None:
    assert act("release") == (True, "done, and written down")
    assert act("release") == (True, "this was cleared before")
    assert statuses(world) == [("sale", "voided")]
    row = Clearing.objects.get()
    assert (row.subject, row.action, row.why, row.by, row.amount) == (KEY, "released", "It was lost.", world.eda, 7.5)
    assert reconcile(world).found == 0


def test_money_that_was_taken_is_paid_back_once_and_its_refund_is_known(
    world: World, act: Any, gateway: Any, clock: Any
) -> None:
    capture(gateway, clock, world)
    world.simulator.faults.add(operation="refund", kind="drop")
    assert act("pay-back") == (False, "no answer: do the same again later: connection")
    assert act("release") == (False, "something else was begun about it: do that to its end")
    assert act("pay-back") == (True, "done, and written down")
    assert sorted(statuses(world)) == [("credit", "submitted_for_settlement"), ("sale", "settled")]
    assert reconcile(world).found == 0


def test_money_that_was_taken_cannot_be_released_and_is_paid_back_then(
    world: World, act: Any, gateway: Any, clock: Any
) -> None:
    capture(gateway, clock, world)
    is_cleared, said = act("release")
    assert (is_cleared, said.partition(":")[0]) == (False, "refused")
    assert not Clearing.objects.exists()
    assert act("pay-back")[0]


def test_what_is_not_ours_is_explained(world: World, act: Any) -> None:
    assert act("explain", why=" ") == (False, "say why")
    assert act("explain", why="Sol sold a hat.") == (True, "done, and written down")
    assert reconcile(world).found == 0


def test_an_order_is_rebuilt_from_its_letter_and_goes_its_way(world: World, act: Any, listing: Any) -> None:
    assert act("rebuild", **LOST) == (False, "still needed: code of the listing")
    assert act("rebuild", **LOST, listing=listing.code) == (True, "done, and written down")
    order = Order.objects.get()
    assert (order.reference, order.state, order.amount, order.unit_price) == ("T-00000-00001", "paid", 7.5, 2.5)
    world.sweep(after=timedelta(minutes=5))
    world.sweep()
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == ("completed", "captured")
    assert reconcile(world).found == 0


def test_an_order_that_cannot_be_rebuilt_so_is_not_and_says_why(world: World, act: Any, listing: Any) -> None:
    dollars, few = world.listing(currency="USD"), world.listing(units=2)
    ventos = world.listing(provider=world.vento)
    for why, changes in (
        ("there is no listing nothing", {"listing": "nothing"}),
        ("units are a whole number, at least 1", {"quantity": "many"}),
        ("refused: what was paid is no price of so many units", {"quantity": "7"}),
        ("refused: it was paid in another currency than the listing has", {"listing": dollars.code}),
        ("refused: it was paid to another provider than the listing has", {"listing": ventos.code}),
        (
            "refused: the listing has fewer units left: raise its number of units, or look what took them",
            {"listing": few.code},
        ),
        ("refused: 1234 is no code of a certificate that was lost", {"certificate": "1234"}),
    ):
        assert act("rebuild", **{**LOST, "listing": listing.code, **changes}) == (False, why)
    is_cleared, said = act("rebuild", **{**LOST, "listing": listing.code, "purchaser_type": "robot"})
    assert (is_cleared, said.partition(":")[0]) == (False, "purchaser_type")
    assert (Order.objects.count(), Payment.objects.count(), Clearing.objects.count()) == (0, 0, 0)
    listing.refresh_from_db()
    assert listing.units_left == 10


def test_an_order_that_lapsed_is_taken_up_and_one_that_is_paid_is_not(world: World, act: Any, listing: Any) -> None:
    done = world.completed(listing)
    paid = {**LOST, "reference": done.reference, "listing": listing.code}
    assert act("rebuild", **paid) == (
        False,
        f"refused: order {done.reference} is completed, of listing {listing.code}",
    )
    order = world.order(listing, quantity=3)
    world.sweep(after=timedelta(hours=2))
    assert Order.objects.get(pk=order.pk).state == "expired"
    assert act("rebuild", reference=order.reference) == (True, "done, and written down")
    order.refresh_from_db()
    assert (order.state, order.purchaser_email) == ("paid", "alma@example.org")
    assert stock.units_on_offer(listing_id=listing.pk) == 10 - 1 - 3


def test_money_that_nobody_here_asked_for_is_no_order_of_ours(world: World, gateway: Any, hand: Hand) -> None:
    gateway.authorise(key="hat-7", amount=Decimal("2.50"), currency="EUR", nonce=CARD)
    reconcile(world)
    row: Any = walk.thing_called("hat-7")
    said = walk.act(row, "rebuild", {**LOST, "listing": "x"}, why="?", hand=hand)
    assert said == (False, "there is no listing x")
    typed = {**LOST, "listing": world.listing().code}
    assert walk.act(row, "rebuild", typed, why="?", hand=hand)[1].startswith("this was not asked for by us")


def test_a_transfer_for_nothing_known_is_paid_back_or_no_business_of_ours(world: World, bank: Any, hand: Hand) -> None:
    uploaded(world, bank, booked("12.00", text="thank you"), booked("13.00", text="for a hat"))
    first, second = walk.things(reconcile(world))
    assert {first.sort, second.sort} == {"unknown_entry"}
    why = "Sol paid it back on 24 November, reference 77."
    assert walk.act(first, "pay-back", {}, why=why, hand=hand) == (True, "done, and written down")
    assert walk.act(first, "pay-back", {}, why=why, hand=hand) == (True, "this was cleared before")
    assert walk.act(second, "explain", {}, why="A hat.", hand=hand) == (True, "done, and written down")
    assert kept(bank) == [("unmatched", "pay_back"), ("unmatched", "not_ours")]
    assert reconcile(world).found == 0


def test_one_thing_is_cleared_once_says_the_database(world: World, act: Any) -> None:
    act("explain")
    row = Clearing.objects.get()
    row.pk, row.key = None, UUID(int=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# --- With a person


def test_a_person_is_led_through_and_what_is_known_need_not_be_typed(
    world: World, gateway: Any, listing: Any, hand: Hand
) -> None:
    block = listing.issuance_block
    ends = {"issuance_start": block.serial_start, "issuance_end": block.serial_end, "series": block.series}
    purpose = "To take responsibility for the greenhouse gas emissions of my travel"
    registry.cancel(  # type: ignore[arg-type]
        reference="T-00000-00001",
        account="HOLDING-sol",
        quantity=3,
        purpose=purpose,
        beneficiary="Alma Prado",
        now=world.now,
        **ends,
    )
    gateway.authorise(key="hat-7", amount=Decimal("2.50"), currency="EUR", nonce=CARD)
    typed = {"name of the purchaser": "Alma Prado", "e-mail address of the purchaser": "alma@example.org"}
    asked: list[str] = []
    answers = {"Why? ": "Lost."}

    def ask(question: str) -> str:
        asked.append(question)
        if question.startswith("What to do"):
            return ("perhaps", "skip", "rebuild")[min(sum(q.startswith("What") for q in asked) - 1, 2)]
        return typed.get(question.partition(" [")[0], answers.get(question, ""))

    said: list[str] = []
    left = walk.lead_through(reconcile(world), hand=hand, tell=told, ask=ask, say=said.append)
    assert [each.key for each in left] == ["hat-7"]  # skipped; the cancellation was explained by the order
    assert f"May be of T-00000-00001: 3 units of listing {listing.code} cost as much." in said
    assert "reference of the order, such as T-7K4M9-QXD2F [T-00000-00001]: " in asked
    order = Order.objects.get()
    assert (order.quantity, order.beneficiary_name, order.purpose) == (3, "Alma Prado", "travel")
    world.sweep(after=timedelta(minutes=5))
    order.refresh_from_db()
    assert order.state == "completed"


# --- With flags


def run(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("reconcile", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_a_script_lists_what_is_unknown_and_clears_it_by_flags(world: World, gateway: Any) -> None:
    world.eda.is_superuser = True
    world.eda.save()
    days = ("--from", "2026-11-23", "--to", "2026-11-23")
    text, code = run("--unknown", *days)
    number = gateway.find(key=KEY).gateway_id
    assert code == 1
    assert text.splitlines()[0] == f"2026-11-23 00:00  Money of no order: {number}, key {KEY}, Sol, 7.5 EUR"
    assert text.splitlines()[-1] == "2026-11-23 to 2026-11-23: 1 unknown"
    with pytest.raises(CommandError, match="Say by --by who does it"):
        run("--release", KEY, "--why", "lost", "--by", "nobody@example.org")
    with pytest.raises(CommandError, match="say why"):
        run("--release", KEY, "--by", "eda@example.org")
    with pytest.raises(CommandError, match="One thing at a time"):
        run("--release", KEY, "--explain", KEY)
    with pytest.raises(CommandError, match="run --unknown first"):
        run("--release", "other", "--by", "eda@example.org", "--why", "lost")
    assert run("--release", KEY, "--by", "Eda@example.org", "--why", "lost") == ("done, and written down\n", 0)
    assert run("--unknown", *days) == ("2026-11-23 to 2026-11-23: nothing unknown\n", 0)


def test_an_order_is_rebuilt_by_flags(world: World, gateway: Any, listing: Any) -> None:
    world.eda.is_superuser = True
    world.eda.save()
    run("--unknown", "--from", "2026-11-23", "--to", "2026-11-23")
    shown = [f"--{name.replace('_', '-')}={text}" for name, text in LOST.items()]
    said = run("--rebuild", KEY, f"--listing={listing.code}", *shown, "--by=eda@example.org", "--why=lost")
    assert said == ("done, and written down\n", 0)
    assert Order.objects.get().state == "paid"


def test_which_amounts_a_gateway_says_count_and_not_those_of_the_report(world: World, act: Any, listing: Any) -> None:
    Discrepancy.objects.update(amount=Decimal("1.00"))
    assert act("rebuild", **LOST, listing=listing.code)[0]
    assert Order.objects.get().amount == Decimal("7.5")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_of_eight_people_who_rebuild_an_order_at_once_one_does(world: World, act: Any, listing: Any) -> None:
    typed = {**LOST, "listing": listing.code}
    answers = at_once(lambda _number: act("rebuild", **typed))
    assert Counter(said for _cleared, said in answers) == {"done, and written down": 1, "this was cleared before": 7}
    assert (Order.objects.count(), Payment.objects.count(), Clearing.objects.count()) == (1, 1, 1)
    listing.refresh_from_db()
    assert listing.units_left == 7
