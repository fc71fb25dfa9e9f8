"""Units reach an account of the embedded registry by two people: the database insists, and a crash loses nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.registry import embedded, handovers
from portal.registry import service as registry
from portal.registry.models import Handover, IssuanceBlock
from portal.registry.serials import SerialBlock
from tests.world import World


def new_block(world: World, *, units: int = 100, first: int = 1) -> IssuanceBlock:
    """An issuance that the portal knows of and the registry does not."""
    return IssuanceBlock.objects.create(
        activity=world.activity(),
        unit_type="CER",
        vintage_year=2019,
        commitment_period=2,
        series="CL-5",
        serial_start=first,
        serial_end=first + units - 1,
    )


def proposed(world: World, block: IssuanceBlock | None = None, *, first: int = 1, last: int = 60) -> Handover:
    """What Alma entered."""
    facts = {"account": "HOLDING-sol", "holder": "Sol", "serial_start": first, "serial_end": last}
    handover = Handover(issuance_block=block or new_block(world), **facts)
    handovers.propose(handover, by_id=world.alma.pk, now=world.now)
    return handover


def test_what_one_person_entered_reaches_the_registry_when_another_approves_it(world: World):
    handover = proposed(world)
    block = handover.issuance_block
    assert registry.units_held(block=block, account="HOLDING-sol") == 0
    assert handovers.approve(handover_id=handover.pk, by_id=world.luz.pk, now=world.now)
    handover.refresh_from_db()
    assert (handover.state, handover.entered_by, handover.decided_by) == ("done", world.alma, world.luz)
    assert registry.units_held(block=block, account="HOLDING-sol") == 60
    assert registry.units_held(block=block, account=embedded.ISSUER) == 40


def test_who_entered_it_does_not_approve_it(world: World):
    handover = proposed(world)
    assert not handovers.approve(handover_id=handover.pk, by_id=world.alma.pk, now=world.now)
    handover.refresh_from_db()
    assert handover.state == "proposed"
    for state in ("approved", "done", "refused"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=handover.pk).update(state=state, decided_by=world.alma)
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=handover.pk).update(state=state, decided_by=None)


def test_it_is_decided_once(world: World):
    handover = proposed(world)
    assert handovers.decline(handover_id=handover.pk, by_id=world.luz.pk, reason="Not in the report.", now=world.now)
    assert not handovers.approve(handover_id=handover.pk, by_id=world.luz.pk, now=world.now)
    assert not handovers.decline(handover_id=handover.pk, by_id=world.luz.pk, reason="Again.", now=world.now)
    handover.refresh_from_db()
    assert (handover.state, handover.reason) == ("declined", "Not in the report.")
    assert registry.units_held(block=handover.issuance_block, account="HOLDING-sol") == 0


def test_two_parts_of_an_issuance_go_to_an_account_whose_holder_took_another_name(world: World):
    block = new_block(world)
    first, second = proposed(world, block, last=10), proposed(world, block, first=11, last=30)
    Handover.objects.filter(pk=second.pk).update(holder="Sol y Mar")
    for each in (first, second):
        assert handovers.approve(handover_id=each.pk, by_id=world.luz.pk, now=world.now)
    assert registry.units_held(block=block, account="HOLDING-sol") == 30


def test_what_the_registry_refuses_is_written_down_and_another_can_be_entered(world: World):
    block = world.block(units=100)  # all of it lies with Sol already
    handover = proposed(world, block)
    assert handovers.approve(handover_id=handover.pk, by_id=world.luz.pk, now=world.now)
    handover.refresh_from_db()
    assert (handover.state, handover.reason) == ("refused", "serials_not_held")
    assert handovers.standing_with(block=block, wanted=SerialBlock(1, 60)) is None


def test_an_approval_whose_worker_died_is_carried_out_by_the_sweep(world: World):
    handover = proposed(world)
    Handover.objects.filter(pk=handover.pk).update(state="approved", decided_by=world.luz, decided_at=world.now)
    assert handovers.sweep(now=world.now + timedelta(minutes=1)) == 0
    assert handovers.sweep(now=world.now + timedelta(minutes=3)) == 1
    assert handovers.sweep(now=world.now + timedelta(minutes=6)) == 0
    handover.refresh_from_db()
    assert handover.state == "done"
    assert registry.units_held(block=handover.issuance_block, account="HOLDING-sol") == 60


def test_the_same_units_are_not_promised_twice(world: World):
    handover = proposed(world)
    block = handover.issuance_block
    assert handovers.standing_with(block=block, wanted=SerialBlock(60, 70)) == handover
    assert handovers.standing_with(block=block, wanted=SerialBlock(61, 70)) is None
    assert handovers.can_be_handed_over(block=block, wanted=SerialBlock(61, 100)) is True
    handovers.approve(handover_id=handover.pk, by_id=world.luz.pk, now=world.now)
    assert handovers.can_be_handed_over(block=block, wanted=SerialBlock(61, 100)) is True
    assert handovers.can_be_handed_over(block=block, wanted=SerialBlock(60, 100)) is False
