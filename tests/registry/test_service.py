"""The one door to the registry: a cancellation is asked for once, recorded once, and public for ever."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.registry import service
from portal.registry.ledger import service as ledger
from portal.registry.models import Cancellation, CancellationState, CancelledBlock, Certificate, IssuanceBlock, LogEntry
from portal.registry.service import Done, Refused, Underway
from portal.registry.statement import Statement

ALMA = Statement(
    beneficiary_name="Alma Prado", beneficiary_type="person", beneficiary_country="CL", purpose="For the river."
)


@pytest.fixture
def request_units(world):
    """Ask for the cancellation of units, three of a new block unless said otherwise."""

    def ask(reference: str = "T-1", *, block: IssuanceBlock | None = None, **changes) -> str:
        facts = {
            "issuance_block_id": (block or world.block(units=10)).pk,
            "account": world.sol.registry_account,
            "quantity": 3,
            "provider_name": "Sol",
            "statement": ALMA,
            "locale": "en",
            "now": world.now,
        }
        service.request(reference=reference, **{**facts, **changes})
        return reference

    return ask


def carry_out(world, reference: str = "T-1") -> service.Result:
    return service.carry_out(reference=reference, now=world.now)


def test_a_cancellation_is_carried_out_and_recorded(world, request_units):
    done = carry_out(world, request_units())
    assert isinstance(done, Done)
    assert done.completed_at == world.now
    row = Cancellation.objects.get()
    assert (row.state, row.completed_at) == (CancellationState.DONE, world.now)
    assert row.transaction_number == ledger.lookup(reference="T-1").transaction_number
    assert list(CancelledBlock.objects.values_list("series", "serial_start", "serial_end")) == [("CL-5", 1, 3)]
    assert Certificate.objects.get().code == done.code
    assert service.find(reference="T-1") == done


def test_the_history_tells_every_fact_by_itself(world, request_units):
    done = carry_out(world, request_units())
    entry = LogEntry.objects.get()
    assert (entry.number, entry.code, entry.cancelled_at) == (1, done.code, world.now)
    assert (entry.activity_code, entry.activity_title, entry.host_country, entry.technology) == (
        "CDM-0033",
        "Wind power at Punta Larga",
        "CL",
        "Wind",
    )
    assert (entry.unit_type, entry.quantity, entry.serials) == ("CER", 3, [["CL-5-1-2-2-0-33", "CL-5-3-2-2-0-33"]])
    assert (entry.beneficiary_name, entry.beneficiary_type, entry.beneficiary_country, entry.purpose) == (
        "Alma Prado",
        "person",
        "CL",
        "For the river.",
    )


def test_the_certificate_states_what_was_true_then(world, request_units):
    done = carry_out(world, request_units())
    facts = Certificate.objects.get().facts
    assert (facts["code"], facts["version"], facts["quantity"]) == (done.code, 1, 3)
    assert facts["verify_url"] == f"http://testserver/c/{done.code}"
    assert (facts["provider_name"], facts["registry_name"]) == ("Sol", "Embedded registry (demonstration)")
    world.activity().__class__.objects.update(title="Renamed")
    assert Certificate.objects.get().facts == facts
    assert LogEntry.objects.get().activity_title == "Wind power at Punta Larga"


def test_units_of_the_paris_agreement_are_printed_in_their_own_form(world, request_units):
    activity = world.activity("A64-S001")
    block = world.block(activity=activity, unit_type="MCU", vintage_year=2025, units=10)
    carry_out(world, request_units(block=block))
    assert LogEntry.objects.get().serials == [["UN01-CL-S001-2025-1", "UN01-CL-S001-2025-3"]]
    assert Certificate.objects.get().facts["unit_status"] == "MCU, PI, NC"


def test_units_that_do_not_follow_each_other_are_several_blocks(world, request_units):
    block = world.block(units=10)
    ledger.cancel(
        reference="elsewhere",
        account=world.sol.registry_account,
        series=block.series,
        issuance_start=block.serial_start,
        issuance_end=block.serial_end,
        quantity=1,
        first_serial=2,
        purpose="",
        beneficiary="",
        now=world.now,
    )
    carry_out(world, request_units(block=block))
    assert list(CancelledBlock.objects.values_list("serial_start", "serial_end")) == [(1, 1), (3, 4)]
    assert LogEntry.objects.get().serials == [
        ["CL-5-1-2-2-0-33", "CL-5-1-2-2-0-33"],
        ["CL-5-3-2-2-0-33", "CL-5-4-2-2-0-33"],
    ]


def test_an_anonymous_cancellation_names_nobody_here_nor_at_the_registry(world, request_units):
    carry_out(world, request_units(statement=Statement.EMPTY))
    entry = LogEntry.objects.get()
    assert (entry.beneficiary_name, entry.beneficiary_type, entry.purpose) == ("", "", "")
    assert Certificate.objects.get().facts["beneficiary_name"] == ""


def test_the_same_reference_is_one_request_whatever_comes_with_it(world, request_units):
    block = world.block(units=10)
    request_units(block=block)
    request_units(block=block, quantity=7)
    assert Cancellation.objects.get().quantity == 3


def test_a_request_belongs_to_the_caller_s_transaction(world, request_units):
    block = world.block(units=10)

    def fail() -> None:
        with transaction.atomic():
            request_units(block=block)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not Cancellation.objects.exists()


def test_what_was_never_requested_is_not_known(world):
    assert service.find(reference="T-unknown") is None
    with pytest.raises(Cancellation.DoesNotExist):
        carry_out(world, "T-unknown")


def test_a_cancellation_is_under_way_until_it_is_done(world, request_units, moody):
    request_units()
    assert service.find(reference="T-1") == Underway()
    moody.moods.append("lost")
    assert carry_out(world) == Underway()
    assert list(service.outstanding()) == ["T-1"]
    assert not LogEntry.objects.exists()


def test_it_is_asked_once_however_often_it_is_tried(world, request_units, moody):
    request_units()
    answers = [carry_out(world) for _i in range(5)]
    assert len(set(answers)) == 1
    assert (moody.asked, moody.looked_up) == (["T-1"], [])


def test_a_refusal_is_final_and_leaves_no_trace_in_public(world, request_units, moody):
    moody.moods.append("refuses")
    request_units()
    refused = Refused("account_frozen: The account is frozen.")
    assert [carry_out(world), carry_out(world), service.find(reference="T-1")] == [refused] * 3
    assert moody.asked == ["T-1"]
    assert not LogEntry.objects.exists()
    assert not Certificate.objects.exists()


def test_more_than_the_account_holds_is_refused_by_the_registry_itself(world, request_units):
    block = world.block(units=10)
    carry_out(world, request_units("T-0", block=block, quantity=8))
    refused = carry_out(world, request_units(block=block))
    assert isinstance(refused, Refused)
    assert refused.reason.startswith("not_enough_units: ")


def test_a_long_refusal_is_cut_and_not_lost(world, request_units, monkeypatch, moody):
    monkeypatch.setattr("tests.registry_fake.NO", service.Refusal("account_frozen", "x" * 1000))
    moody.moods.append("refuses")
    refused = carry_out(world, request_units())
    assert isinstance(refused, Refused)
    assert len(refused.reason) == 300


@pytest.mark.parametrize("waited", [0, 119, 120])
def test_a_claim_is_respected_for_two_minutes(world, request_units, moody, waited):
    moody.moods.append("lost")
    carry_out(world, request_units())
    world.pass_time(seconds=waited)
    assert carry_out(world) == Underway()
    assert moody.looked_up == []


def test_after_that_the_registry_is_asked_what_became_of_it(world, request_units, moody):
    moody.moods.append("lost")
    carry_out(world, request_units())
    world.pass_time(seconds=121)
    assert isinstance(carry_out(world), Done)
    assert (moody.asked, moody.looked_up) == (["T-1"], ["T-1"])


def test_what_the_registry_never_heard_of_is_asked_again(world, request_units, moody):
    moody.moods.append("down")
    carry_out(world, request_units())
    world.pass_time(minutes=3)
    assert isinstance(carry_out(world), Done)
    assert (moody.asked, moody.looked_up) == (["T-1", "T-1"], ["T-1"])


def test_while_the_registry_cannot_be_asked_nothing_is_repeated(world, request_units, moody):
    moody.moods.append("lost")
    moody.lookup_moods.extend(["down"] * 3)
    carry_out(world, request_units())
    for _i in range(3):
        world.pass_time(minutes=3)
        assert carry_out(world) == Underway()
    assert (moody.asked, moody.looked_up) == (["T-1"], ["T-1"] * 3)


def test_a_receipt_for_another_quantity_is_not_recorded(world, request_units, moody):
    moody.moods.append("wrong")
    request_units()
    with pytest.raises(ValueError, match="another quantity than T-1 asked for"):
        carry_out(world)
    assert Cancellation.objects.get().state == CancellationState.WORKING
    assert not LogEntry.objects.exists()


def test_a_unit_is_never_recorded_twice(world, request_units):
    """The registry hands out serials that it handed out before: the database refuses, and nothing half is kept."""
    block = world.block(units=10)
    CancelledBlock.objects.create(
        cancellation=Cancellation.objects.create(
            reference="T-0", issuance_block=block, account="x", quantity=1, locale="en", requested_at=world.now
        ),
        series=block.series,
        serial_start=1,
        serial_end=1,
    )
    request_units(block=block)
    with pytest.raises(IntegrityError), transaction.atomic():
        carry_out(world)
    assert Cancellation.objects.get(reference="T-1").state != CancellationState.DONE
    assert not LogEntry.objects.exists()


def test_history_numbers_follow_each_other(world, request_units):
    block = world.block(units=10)
    for number in range(1, 4):
        carry_out(world, request_units(f"T-{number}", block=block))
    assert list(LogEntry.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]
    assert len(set(LogEntry.objects.values_list("code", flat=True))) == 3


# --- The sweep


def test_the_sweep_carries_out_what_was_only_requested(world, request_units):
    request_units()
    assert service.sweep(now=world.now + timedelta(seconds=30)) == 0
    assert service.sweep(now=world.now + timedelta(seconds=31)) == 1
    assert isinstance(service.find(reference="T-1"), Done)


def test_the_sweep_takes_over_from_a_dead_worker(world, request_units, moody):
    moody.moods.append("lost")
    carry_out(world, request_units())
    assert service.sweep(now=world.now + timedelta(minutes=2)) == 0
    assert service.sweep(now=world.now + timedelta(minutes=2, seconds=1)) == 1
    assert isinstance(service.find(reference="T-1"), Done)


def test_the_sweep_leaves_alone_what_has_ended(world, request_units, moody):
    block = world.block(units=10)
    carry_out(world, request_units("T-1", block=block))
    moody.moods.append("refuses")
    carry_out(world, request_units("T-2", block=block))
    assert service.sweep(now=world.now + timedelta(days=1)) == 0


def test_one_that_fails_holds_up_no_other(world, request_units, moody, caplog):
    block = world.block(units=10)
    for reference in ("T-1", "T-2"):
        request_units(reference, block=block)
    moody.moods.append("breaks")
    assert service.sweep(now=world.now + timedelta(minutes=1)) == 2
    assert isinstance(service.find(reference="T-2"), Done)
    assert "sweep could not handle Cancellation T-1" in caplog.text


def test_those_that_are_stuck_do_not_crowd_out_the_rest(world, request_units, moody, monkeypatch):
    monkeypatch.setattr(service, "BATCH", 2)
    block = world.block(units=30)
    for number in range(1, 7):
        request_units(f"T-{number}", block=block)
    moody.moods.extend(["down"] * 5)
    moody.lookup_moods.extend(["down"] * 1000)
    for _round in range(6):
        world.pass_time(minutes=3)
        service.sweep(now=world.now)
    assert isinstance(service.find(reference="T-6"), Done)


# --- Not after a time


def test_after_its_time_the_registry_is_asked_for_nothing_until_that_is_extended(world, request_units, moody):
    request_units(not_after=world.now)
    assert (carry_out(world), service.sweep(now=world.now + timedelta(hours=1)), moody.asked) == (Underway(), 0, [])
    assert list(service.too_late(now=world.now)) == ["T-1"]
    service.extend(reference="T-1", until=world.now + timedelta(days=1))
    assert list(service.too_late(now=world.now)) == []
    assert isinstance(carry_out(world), Done)
    service.extend(reference="T-1", until=world.now)
    assert list(service.too_late(now=world.now)) == []


def test_what_the_registry_never_heard_of_is_not_asked_again_after_its_time(world, request_units, moody):
    moody.moods.append("down")
    carry_out(world, request_units(not_after=world.now + timedelta(minutes=1)))
    world.pass_time(minutes=3)
    assert (carry_out(world), moody.asked, moody.looked_up) == (Underway(), ["T-1"], ["T-1"])
    assert Cancellation.objects.get().state == CancellationState.REQUESTED
    service.extend(reference="T-1", until=None)
    assert isinstance(carry_out(world), Done)


def test_what_the_registry_did_in_time_is_recorded_whenever_that_is_learnt(world, request_units, moody):
    moody.moods.append("lost")
    carry_out(world, request_units(not_after=world.now + timedelta(minutes=1)))
    world.pass_time(minutes=3)
    assert isinstance(carry_out(world), Done)


def test_what_was_not_asked_for_can_be_withdrawn_and_else_not(world, request_units, moody):
    request_units()
    assert service.withdraw(reference="T-1", why="No money.")
    assert carry_out(world) == Refused("No money.")
    assert (service.withdraw(reference="T-1", why="Again."), moody.asked) == (False, [])
    moody.moods.append("lost")
    carry_out(world, request_units("T-2"))
    assert not service.withdraw(reference="T-2", why="Too late.")
