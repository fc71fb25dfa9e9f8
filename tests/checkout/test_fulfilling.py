"""From money held to certificate sent: units are cancelled first, the money moves last, and each happens once."""

from datetime import timedelta

import pytest

from portal.checkout import service
from portal.checkout.models import OrderState
from portal.payments.models import Account, PaymentEvent, PaymentState
from portal.registry import service as registry
from portal.registry.models import Cancellation, CancellationState, Certificate, LogEntry
from tests.checkout.soundness import assert_at_rest, assert_sound
from tests.world import payments_of


def fulfil(world, order) -> None:
    service.fulfil(order_id=order.pk, now=world.now)
    order.refresh_from_db()


def statuses(world, order) -> list[str]:
    return [each["status"] for each in world.at_gateway(order)]


def units_left(order) -> int:
    order.listing.refresh_from_db()
    return order.listing.units_left


def stands(order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, payments_of(order).get().state


def test_units_are_cancelled_while_the_money_is_held_and_captured_after(world, moody):
    order = world.paid()
    then = []
    moody.when_asked = lambda reference: then.append((reference, statuses(world, order)))
    fulfil(world, order)
    assert then == [(order.reference, ["authorized"])]
    assert statuses(world, order) == ["submitted_for_settlement"]
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert order.completed_at == world.now


def test_what_was_asked_of_the_gateway_is_written_down_in_order(world):
    order = world.completed()
    told = PaymentEvent.objects.values_list("action", "result", "amount")
    assert [(action, result) for action, result, _amount in told] == [
        ("authorise", "requested"),
        ("authorise", "succeeded"),
        ("capture", "requested"),
        ("capture", "succeeded"),
    ]
    assert {amount for _action, _result, amount in told} == {order.amount}


def test_an_order_is_fulfilled_once_however_often_it_is_tried(world, moody, mailoutbox):
    order = world.paid()
    for _i in range(10):
        fulfil(world, order)
    assert moody.asked == [order.reference]
    assert [each["captures"] for each in world.at_gateway(order)] == [1]
    assert (Certificate.objects.count(), LogEntry.objects.count(), len(mailoutbox)) == (1, 1, 1)


def test_an_order_that_is_not_paid_is_not_fulfilled(world, moody):
    order = world.order()
    fulfil(world, order)
    assert (order.state, moody.asked) == (OrderState.AWAITING_PAYMENT, [])


def test_the_public_record_tells_what_the_purchaser_agreed_to(world):
    world.completed(
        world.listing(units=10), quantity=3, beneficiary_name="Ana", purpose="own", purpose_text="For the river."
    )
    entry = LogEntry.objects.get()
    assert (entry.quantity, entry.beneficiary_name, entry.beneficiary_country) == (3, "Ana", "CL")
    assert (entry.purpose, entry.serials) == ("For the river.", [["CL-5-1-2-2-0-33", "CL-5-3-2-2-0-33"]])


def test_the_public_record_of_an_anonymous_purchase_names_nobody(world):
    world.completed(is_public=False, beneficiary_name="Ana", purpose="own", purpose_text="For Ana.")
    entry, cancellation = LogEntry.objects.get(), Cancellation.objects.get()
    for row in (entry, cancellation):
        assert (row.beneficiary_name, row.beneficiary_type, row.beneficiary_country, row.purpose) == ("", "", "", "")
    assert "Ana" not in str(Certificate.objects.get().facts)


def test_a_preset_purpose_is_recorded_in_the_language_of_the_order(world):
    order = world.completed(purpose="contribute", locale="en")
    assert Cancellation.objects.get(reference=order.reference).purpose == "To contribute to climate action"


# --- The registry refuses


def test_a_refusal_releases_the_money_and_the_units_and_the_purchaser_is_told(world, moody, mailoutbox):
    moody.moods.append("refuses")
    order = world.paid(world.listing(units=10), quantity=4)
    fulfil(world, order)
    assert stands(order) == (OrderState.REFUSED, PaymentState.RELEASED)
    assert (statuses(world, order), units_left(order)) == (["voided"], 10)
    assert order.needs_attention == "registry refused: account_frozen: The account is frozen."
    assert [order.reference in mail.subject for mail in mailoutbox] == [True]
    assert not LogEntry.objects.exists()
    assert_at_rest(world)


def test_a_refusal_is_final(world, moody, mailoutbox):
    moody.moods.append("refuses")
    order = world.paid(world.listing(units=10), quantity=4)
    for _i in range(3):
        fulfil(world, order)
        world.sweep(after=timedelta(hours=1))
    assert (moody.asked, units_left(order), len(mailoutbox)) == ([order.reference], 10, 1)


def test_units_the_provider_does_not_hold_any_more_are_a_refusal(world):
    block = world.block(units=10)
    first, second = world.listing(units=10, block=block), world.listing(units=10, block=block)
    world.completed(first, quantity=8)
    order = world.paid(second, quantity=3)
    fulfil(world, order)
    assert stands(order) == (OrderState.REFUSED, PaymentState.RELEASED)
    assert "not_enough_units" in order.needs_attention


def test_a_crash_after_the_refusal_releases_the_money_later(world, moody):
    moody.moods.append("refuses")
    order = world.paid(world.listing(units=10))
    world.simulator.faults.add(operation="void", kind="error_before", count=2)
    fulfil(world, order)
    assert stands(order) == (OrderState.REFUSED, PaymentState.VOIDING)
    for _i in range(3):
        world.sweep(after=timedelta(minutes=3))
    assert (stands(order), statuses(world, order)) == ((OrderState.REFUSED, PaymentState.RELEASED), ["voided"])


def test_a_release_whose_answer_is_lost_is_found_done(world, moody):
    moody.moods.append("refuses")
    order = world.paid()
    world.simulator.faults.add(operation="void", kind="drop")
    fulfil(world, order)
    assert stands(order) == (OrderState.REFUSED, PaymentState.VOIDING)
    world.sweep(after=timedelta(minutes=3))
    assert stands(order) == (OrderState.REFUSED, PaymentState.RELEASED)
    assert [each["voids"] for each in world.at_gateway(order)] == [1]


# --- The registry's answer is lost


@pytest.mark.parametrize("mood", ["lost", "down"])
def test_an_unknown_answer_is_looked_up_and_the_units_are_cancelled_once(world, moody, mood):
    moody.moods.append(mood)
    order = world.paid(world.listing(units=10), quantity=4)
    fulfil(world, order)
    assert stands(order) == (OrderState.PAID, PaymentState.AUTHORISED)
    world.sweep()
    assert moody.looked_up == []  # the first call may still be on its way
    world.sweep(after=timedelta(minutes=2))
    assert moody.looked_up == [order.reference]
    assert moody.asked == [order.reference] * (1 if mood == "lost" else 2)
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert_at_rest(world)


def test_a_registry_that_stays_away_changes_nothing_until_it_is_back(world, moody):
    moody.moods.extend(["down"] * 3)
    moody.lookup_moods.extend(["down"] * 4)
    order = world.paid()
    fulfil(world, order)
    for _i in range(6):
        assert stands(order) == (OrderState.PAID, PaymentState.AUTHORISED)
        assert_sound(world)
        world.sweep(after=timedelta(minutes=3))
    world.sweep(after=timedelta(minutes=3))
    world.sweep(after=timedelta(minutes=3))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)


def test_an_answer_that_nobody_understands_is_no_refusal(world, moody):
    moody.moods.append("breaks")
    order = world.paid()
    with pytest.raises(RuntimeError, match="no such answer"):
        fulfil(world, order)
    assert stands(order) == (OrderState.PAID, PaymentState.AUTHORISED)
    world.sweep(after=timedelta(minutes=3))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert moody.asked == [order.reference]


def test_money_stays_held_while_nobody_knows(world, moody):
    moody.moods.append("lost")
    moody.lookup_moods.extend(["down"] * 50)
    order = world.paid()
    fulfil(world, order)
    for _i in range(20):
        world.sweep(after=timedelta(minutes=30))
    assert (stands(order), statuses(world, order)) == ((OrderState.PAID, PaymentState.AUTHORISED), ["authorized"])


# --- The worker dies


def test_a_crash_before_the_registry_was_asked(world):
    order = world.paid()
    world.sweep()
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)


def test_a_crash_after_the_registry_acted_and_before_it_was_recorded(world, moody):
    """The next worker finds the claim stale, and asks what became of the reference before anything else."""
    order = world.paid(world.listing(units=10), quantity=4)
    moody.moods.append("breaks")
    with pytest.raises(RuntimeError):
        registry.carry_out(reference=order.reference, now=world.now)
    assert Cancellation.objects.get().state == CancellationState.WORKING
    world.sweep(after=timedelta(minutes=3))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert (moody.asked, moody.looked_up) == ([order.reference], [order.reference])


def test_a_crash_between_the_record_and_the_capture(world):
    order = world.paid()
    assert isinstance(registry.carry_out(reference=order.reference, now=world.now), registry.Done)
    assert stands(order) == (OrderState.PAID, PaymentState.AUTHORISED)
    world.sweep()
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)


def test_a_crash_between_completion_and_capture(world):
    """The credentials cannot be opened in that moment, which stands for a worker that dies there."""
    order = world.paid()
    kept, damaged = world.sol.accounts.get().sealed_credentials, b"damaged"
    Account.objects.update(sealed_credentials=damaged)
    with pytest.raises(Exception, match="PROVIDER_KEYS"):
        fulfil(world, order)
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURING)
    Account.objects.update(sealed_credentials=kept)
    world.sweep(after=timedelta(minutes=3))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert_at_rest(world)


# --- The capture


@pytest.mark.parametrize("kind", ["drop", "error_after", "error_before"])
def test_a_capture_whose_answer_is_lost_happens_once(world, kind):
    order = world.paid()
    world.simulator.faults.add(operation="submit", kind=kind)
    fulfil(world, order)
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURING)
    world.sweep(after=timedelta(minutes=3))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert [each["captures"] for each in world.at_gateway(order)] == [1]


def test_a_refused_capture_takes_nothing_back_and_is_tried_again_in_an_hour(world, mailoutbox):
    order = world.paid()
    world.simulator.faults.add(operation="submit", kind="decline")
    fulfil(world, order)
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURE_FAILED)
    assert (payments_of(order).get().code, len(mailoutbox)) == ("91507", 1)
    world.sweep(after=timedelta(minutes=59))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURE_FAILED)
    world.sweep(after=timedelta(minutes=2))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert [each["captures"] for each in world.at_gateway(order)] == [1]


def test_a_capture_for_an_authorisation_that_is_gone_stays_a_claim_of_the_provider(world):
    """Released at the gateway behind our back, as an authorisation that ran out would be."""
    order = world.paid()
    world.simulator.api.answer(
        world.simulator.merchants["sol"], "PUT", f"/transactions/{world.at_gateway(order)[0]['id']}/void", b""
    )
    fulfil(world, order)
    for _i in range(3):
        world.sweep(after=timedelta(hours=2))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURE_FAILED)
    assert [each["captures"] for each in world.at_gateway(order)] == [0]


def test_a_settlement_refused_later_is_heard_of_without_any_webhook(world, clock):
    order = world.completed()
    world.simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(10)
    world.simulator.settle_due()
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    world.sweep(after=timedelta(hours=25))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURE_FAILED)
    assert payments_of(order).get().code == "4001"


def test_money_that_somebody_lets_go_at_the_gateway_is_missed_and_said_so(world):
    order = world.completed()
    sale = world.at_gateway(order)[0]["id"]
    world.simulator.api.answer(world.simulator.merchants["sol"], "PUT", f"/transactions/{sale}/void", b"")
    world.sweep(after=timedelta(hours=25))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURE_FAILED)
    order.refresh_from_db()
    assert order.needs_attention == "the payment could not be collected: voided"


def test_money_that_somebody_collects_at_the_gateway_is_found_and_the_mark_goes(world):
    order = world.paid()
    world.simulator.faults.add(operation="submit", kind="decline", count=2)
    fulfil(world, order)
    world.sweep(after=timedelta(hours=2))
    order.refresh_from_db()
    assert (payments_of(order).get().state, bool(order.needs_attention)) == (PaymentState.CAPTURE_FAILED, True)
    sale = world.at_gateway(order)[0]["id"]
    world.simulator.api.answer(
        world.simulator.merchants["sol"], "PUT", f"/transactions/{sale}/submit_for_settlement", b""
    )
    world.sweep(after=timedelta(hours=2))
    assert stands(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    order.refresh_from_db()
    assert order.needs_attention == ""


def test_a_settled_payment_is_looked_up_daily_for_a_while_and_then_no_more(world, clock):
    order = world.completed()
    clock.advance(10)
    world.simulator.settle_due()
    for _i in range(20):
        world.sweep(after=timedelta(hours=25))
    looked_up = payments_of(order).get().events.filter(action="find").count()
    assert (stands(order), looked_up) == ((OrderState.COMPLETED, PaymentState.CAPTURED), 4)
