"""The builders themselves: what the other tests take for granted."""

from decimal import Decimal

from portal.checkout import service
from portal.registry import service as registry
from tests.world import World


def test_a_completed_order_has_gone_the_whole_way(world: World, mailoutbox):
    order = world.completed(world.listing(units=10, price="2.50"), quantity=4)
    assert order.amount == Decimal("10.00")
    assert order.listing.units_left == 6
    assert isinstance(registry.find(reference=order.reference), registry.Done)
    assert [mail.to for mail in mailoutbox] == [["alma@example.org"]]


def test_the_next_block_of_a_series_follows_the_last(world: World):
    first, second = world.block(units=10), world.block(units=5, provider=world.vento)
    assert [(first.serial_start, first.serial_end), (second.serial_start, second.serial_end)] == [(1, 10), (11, 15)]
    assert first.series == second.series == "CL-5"


def test_units_of_the_paris_agreement_can_be_listed_too(world: World):
    listing = world.listing(unit_type="MCU", activity=world.activity("A64-S001"), vintage_year=2025)
    assert listing.issuance_block.series == "UN01-CL-S001-2025"
    assert isinstance(world.place(listing), service.Placed)
