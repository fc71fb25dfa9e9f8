"""The shop comes back from an old backup that was taken while people were buying. At the end every unit and every cent
is explained, and nobody paid twice, got nothing, or lost a certificate."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from portal.books import service, walk
from portal.books.models import Clearing, Reconciliation
from portal.books.walk import Hand
from portal.checkout import paying, transfers
from portal.checkout import service as checkout
from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import Payment
from portal.payments.transfers.models import BankAccount
from portal.payments.transfers.reference import reference_for
from portal.providers.models import Listing
from portal.registry.ledger.service import VOLUNTARY_CANCELLATION, holdings
from portal.registry.models import Certificate, LogEntry
from tests.books.dumps import Dump
from tests.checkout.paypal import Payer
from tests.checkout.soundness import assert_at_rest, assert_sound
from tests.payments.transfers.conftest import bank, mar
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import uploaded
from tests.world import CARD, World, payments_of

__all__ = ["bank", "mar"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])

# What the purchaser's letters show. All else is known by the registry and the gateway.
LETTER = {
    "purchaser_name": "Alma Prado",
    "purchaser_email": "alma@example.org",
    "purchaser_country": "CL",
    "beneficiary_country": "CL",
    "beneficiary_name": "Alma Prado",
    "purpose": "travel",
}


class Shop:
    """A busy one. Each order is bought by somebody else, on whatever rail, and stands somewhere else at the dump."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.listing = world.listing(units=1000)
        world.paypal()

    def old(self) -> None:
        """What the dump knows: one that is done, one whose money is held, three that are unpaid."""
        self.done = self.world.completed(self.listing, quantity=2)
        self.held = self.world.paid(self.listing, quantity=3)
        self.unpaid = self.world.order(self.listing, quantity=4)
        self.asked = self.world.order(self.listing, quantity=5)
        transfers.pay(token=self.asked.token, now=self.world.now)
        self.left = self.world.order(self.listing, quantity=6)

    def go_on(self) -> None:
        """What happens after it."""
        world, listing = self.world, self.listing
        checkout.fulfil(order_id=self.held.pk, now=world.now)
        assert paying.pay(token=self.unpaid.token, nonce=CARD, now=world.now) == checkout.PayResult.HELD
        checkout.fulfil(order_id=self.unpaid.pk, now=world.now)
        self.by_card = world.completed(listing, quantity=7)
        self.by_paypal = world.order(listing, quantity=9)
        Payer(world).pay(self.by_paypal)
        self.by_transfer = world.order(listing, quantity=10)
        request: Any = transfers.pay(token=self.by_transfer.token, now=world.now)
        self.rf = request.rf
        self.upload()
        world.sweep()
        self.only_held = world.paid(listing, quantity=8)

    def upload(self) -> None:
        """The provider uploads what its bank has: both transfers have come."""
        entries = [booked("12.50", text=reference_for(self.asked.reference)), booked("25.00", text=self.rf)]
        uploaded(self.world, BankAccount.objects.get(), *entries, name=f"{self.world.now:%H%M}.xml")
        for reference in (self.asked.reference, self.by_transfer.reference):
            transfers.settle(reference=reference, now=self.world.now)


@pytest.fixture
def shop(world: World, bank: Any) -> Shop:
    bank.second_person_from = None
    bank.save()
    return Shop(world)


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(by_id=world.eda.pk, clock=lambda: world.now)


def reconcile(world: World) -> Reconciliation:
    run = service.reconcile(last_day=world.now.date(), clock=lambda: world.now)
    assert run is not None
    return run


def unknown(run: Reconciliation) -> Counter[str]:
    return Counter(each.sort for each in walk.things(run))


def everything_at(world: World) -> list[dict[str, Any]]:
    """All that Braintree has, of all merchants."""
    return [each.as_json() for each in world.simulator.store.transactions()]


def code_of(order: Order) -> str:
    return Certificate.objects.get(cancellation__reference=order.reference).code


def test_after_a_restore_every_unit_and_every_cent_is_explained(world: World, shop: Shop, hand: Hand) -> None:
    shop.old()
    dump = Dump()
    shop.go_on()
    told = {each.reference: each for each in Order.objects.all()}
    codes = {each.reference: code_of(each) for each in (shop.by_card, shop.by_paypal, shop.by_transfer, shop.unpaid)}
    serials = dict(LogEntry.objects.values_list("code", "serials"))
    keys = {each.reference: str(payments_of(each).get().key) for each in told.values() if payments_of(each).exists()}
    world.pass_time(hours=2)

    dump.restore()
    assert Order.objects.filter(reference=shop.by_card.reference).first() is None
    world.sweep()  # the sweeps ask what became of all that was under way
    assert Order.objects.get(reference=shop.held.reference).state == "completed"

    # What nobody here knows of: money of four orders, and the units of five.
    run = reconcile(world)
    assert unknown(run) == {"unknown_money": 4, "unknown_cancellation": 5}

    # The provider uploads the bank's statement once more: one transfer is for an order that the dump has.
    shop.upload()
    world.sweep()
    assert Order.objects.get(reference=shop.asked.reference).state == "completed"

    # The purchasers' letters show what the registry and the gateways do not know.
    def clear(subject: str, choice: str, **typed: str) -> str:
        row: Any = walk.thing_called(subject)
        is_cleared, said = walk.act(row, choice, typed, why="Lost with the disk of Monday.", hand=hand)
        assert is_cleared, said
        return said

    for order in (shop.by_card, shop.by_paypal):
        letter = {**LETTER, "reference": order.reference, "token": order.token, "certificate": codes[order.reference]}
        assert clear(keys[order.reference], "rebuild", **letter) == "done, and written down"
        assert clear(keys[order.reference], "rebuild", **letter) == "this was cleared before"
    clear(
        keys[shop.unpaid.reference],
        "rebuild",
        reference=shop.unpaid.reference,
        certificate=codes[shop.unpaid.reference],
    )
    assert clear(keys[shop.only_held.reference], "release") == "done, and written down"
    letter = {**LETTER, "token": shop.by_transfer.token, "certificate": codes[shop.by_transfer.reference]}
    clear(shop.by_transfer.reference, "rebuild", **letter)
    for _round in range(3):
        world.sweep(after=timedelta(minutes=5))

    # Every order is as it was, under its old address, and every certificate has its old code and serial numbers.
    for reference, before in told.items():
        if reference == shop.only_held.reference:
            continue
        after = Order.objects.get(reference=reference)
        state = "expired" if reference == shop.left.reference else before.state
        assert (after.state, after.quantity, after.amount, after.token) == (
            state if state != "paid" else "completed",
            before.quantity,
            before.amount,
            before.token,
        ), reference
    for reference, code in codes.items():
        assert code_of(Order.objects.get(reference=reference)) == code
        assert LogEntry.objects.get(code=code).serials == serials[code]

    # Every cent: what the gateways and the bank have is what our ledger has.
    taken = sum(Decimal(each["amount"]) for each in everything_at(world) if each["captures"])
    taken += sum(Decimal(each["amount"]) for each in world.simulator.paypal.papers() if each["kind"] == "capture")
    came = Decimal("37.50")
    ours = ledger.balances(references=list(Payment.objects.values_list("reference", flat=True)))
    assert sum(each.kept for each in ours.values()) == taken + came == Decimal("100.00")
    # Every unit: what the registry cancelled is what the public history says, and the rest is on offer.
    cancelled = sum(each.quantity for each in holdings(account=VOLUNTARY_CANCELLATION))
    assert cancelled == LogEntry.objects.aggregate(units=Sum("quantity"))["units"] == 2 + 3 + 4 + 5 + 7 + 9 + 10
    assert Listing.objects.get(pk=shop.listing.pk).units_left == 1000 - cancelled
    assert_sound(world)
    assert_at_rest(world)

    # Who did what and why is kept, and the books agree.
    assert Counter(Clearing.objects.values_list("action", flat=True)) == {"rebuilt": 4, "released": 1}
    assert set(Clearing.objects.values_list("why", "by")) == {("Lost with the disk of Monday.", world.eda.pk)}
    world.pass_time(days=2)
    assert list(reconcile(world).discrepancies.values_list("sort", "reference", "ours", "theirs")) == []


def test_where_the_ledger_comes_back_as_old_as_the_shop_units_are_cancelled_anew_in_the_order_of_the_letters(
    world: World, hand: Hand
) -> None:
    """The lowest serial numbers go first, so whoever rebuilds the oldest order first gives everybody the same ones."""
    listing = world.listing(units=100)
    world.completed(listing, quantity=2)
    dumps = [Dump(), Dump("ledger")]
    lost = [world.completed(listing, quantity=units) for units in (3, 5)]
    codes = [code_of(each) for each in lost]
    serials = [LogEntry.objects.get(code=code).serials for code in codes]
    keys = [str(payments_of(each).get().key) for each in lost]
    for dump in dumps:
        dump.restore()

    assert unknown(reconcile(world)) == {"unknown_money": 2}
    for order, code, key in zip(lost, codes, keys, strict=True):
        row: Any = walk.thing_called(key)
        facts = {**LETTER, "reference": order.reference, "listing": listing.code, "quantity": str(order.quantity)}
        typed = {**facts, "token": order.token, "certificate": code}
        assert walk.act(row, "rebuild", typed, why="Both disks were lost.", hand=hand)[0]
        for _round in range(2):
            world.sweep(after=timedelta(minutes=5))
    assert [LogEntry.objects.get(code=code).serials for code in codes] == serials
    assert_sound(world)
    world.pass_time(days=2)
    assert reconcile(world).found == 0
