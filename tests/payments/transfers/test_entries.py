"""What becomes of the entries of a statement: what is certain counts, the rest waits for a person, all of it once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.checkout import paying
from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.transfers import banks, entries, service
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.models import Arrival, BankAccount, StatementEntry
from portal.payments.transfers.remedies import Remedy
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import asked, credit, kept, state_of, uploaded
from tests.world import CARD, World


@pytest.fixture
def by_click(bank: BankAccount) -> BankAccount:
    """An account whose exact matches wait for a click."""
    bank.is_automatic = False
    return banks.keep(bank, currencies=["EUR"], opens=True, at_once=True)


def decide(world: World, entry: StatementEntry, choice: Remedy, **more: str) -> Decided:
    return entries.decide(entry_id=entry.pk, choice=choice, by_id=world.luz.pk, now=world.now, **more)


def waiting(world: World) -> list[tuple[str, Decimal, tuple[Remedy, ...]]]:
    """The queue of Sol's people: what each entry means, by how much it differs, and what may be done about it."""
    return [(each.meaning, each.difference, entries.offered(each)) for each in entries.queue(providers=[world.sol])]


def only(world: World) -> StatementEntry:
    (entry,) = entries.queue(providers=[world.sol])
    return entry


def test_an_exact_match_pays_by_itself(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request))
    assert state_of(request) == PaymentState.CAPTURED
    assert kept(bank) == [("matched", "matched")]
    assert ledger.balance(reference=request.reference).captured == 100
    assert waiting(world) == []


def test_an_exact_match_waits_for_a_click_where_the_provider_wants_that(world: World, by_click: BankAccount) -> None:
    request = asked(world)
    uploaded(world, by_click, credit(request))
    assert state_of(request) == PaymentState.OFFERED
    assert waiting(world) == [("matched", 0, (Remedy.ACCEPT, Remedy.PAY_BACK))]
    entry = only(world)
    assert decide(world, entry, Remedy.ACCEPT) is Decided.DONE
    assert decide(world, entry, Remedy.ACCEPT) is Decided.GONE
    assert state_of(request) == PaymentState.CAPTURED
    entry.refresh_from_db()
    assert (entry.handled_by, entry.choice) == (world.luz, "accept")


def test_the_same_money_in_other_files_changes_nothing(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request), statement="S-1")
    uploaded(world, bank, credit(request), booked("3.00", text="x", reference="B-9"), statement="S-2")
    assert kept(bank) == [("matched", "matched"), ("unmatched", "")]
    uploaded(world, bank, booked("3.00", text="x", reference="B-9"), statement="S-3")
    assert kept(bank) == [("matched", "matched"), ("unmatched", "")]
    assert ledger.balance(reference=request.reference).captured == 100


def test_a_payment_split_in_two_is_whole_with_its_second_half(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "60.00", reference="B-1"))
    assert waiting(world) == [("short", -40, (Remedy.WAIT, Remedy.ACCEPT, Remedy.PAY_BACK))]
    assert state_of(request) == PaymentState.OFFERED
    uploaded(world, bank, credit(request, "40.00", reference="B-2"))
    assert kept(bank) == [("short", "completed"), ("matched", "matched")]
    assert state_of(request) == PaymentState.CAPTURED
    assert ledger.balance(reference=request.reference).captured == 100


def test_two_halves_in_one_file_are_whole_as_well(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "60.00", reference="B-1"), credit(request, "40.00", reference="B-2"))
    assert state_of(request) == PaymentState.CAPTURED
    assert waiting(world) == []


def test_less_money_may_be_enough_or_be_paid_back(world: World, bank: BankAccount) -> None:
    enough, too_little = asked(world), asked(world)
    uploaded(world, bank, credit(enough, "99.00", reference="B-1"), credit(too_little, "1.00", reference="B-2"))
    first, second = entries.queue(providers=[world.sol])
    assert decide(world, first, Remedy.ACCEPT) is Decided.DONE
    assert (state_of(enough), ledger.balance(reference=enough.reference).captured) == (PaymentState.CAPTURED, 99)
    assert decide(world, second, Remedy.PAY_BACK, note="Back on 1 December") is Decided.DONE
    assert service.as_expected(too_little).so_far == 0
    assert state_of(too_little) == PaymentState.OFFERED
    second.refresh_from_db()
    assert (second.choice, second.note) == ("pay_back", "Back on 1 December")


def test_a_surplus_pays_once_a_person_says_so(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "100.50"))
    assert waiting(world) == [("surplus", Decimal("0.50"), (Remedy.ACCEPT, Remedy.PAY_BACK, Remedy.ASSIGN))]
    assert state_of(request) == PaymentState.OFFERED
    assert decide(world, only(world), Remedy.ACCEPT) is Decided.DONE
    assert ledger.balance(reference=request.reference).captured == Decimal("100.50")


def test_money_that_comes_twice_is_flagged_and_counts_once(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, reference="B-1"), credit(request, reference="B-2"))
    assert waiting(world) == [("double", 100, (Remedy.PAY_BACK, Remedy.ASSIGN, Remedy.NOT_OURS))]
    assert decide(world, only(world), Remedy.ACCEPT) is Decided.NOT_OFFERED
    assert decide(world, only(world), Remedy.PAY_BACK) is Decided.DONE
    assert ledger.balance(reference=request.reference).captured == 100


def test_what_a_person_confirmed_before_is_the_same_money(world: World, bank: BankAccount) -> None:
    request = asked(world, world.order(quantity=10))
    service.confirm(
        reference=request.reference,
        amount=Decimal(25),
        value_date=world.now.date(),
        bank_reference="",
        by_id=world.luz.pk,
        now=world.now,
    )
    day = f"{world.now + timedelta(days=1):%Y-%m-%d}"
    uploaded(world, bank, credit(request, "25.00", day=day))
    assert kept(bank) == [("repeated", "matched")]
    uploaded(world, bank, credit(request, "25.00", day=day, reference="B-2"))
    assert kept(bank) == [("repeated", "matched"), ("double", "")]
    assert ledger.balance(reference=request.reference).captured == 25


def test_money_that_comes_too_late_waits(world: World, bank: BankAccount) -> None:
    request = asked(world)
    world.sweep(after=timedelta(days=2))
    uploaded(world, bank, credit(request))
    assert waiting(world) == [("late", 0, (Remedy.TAKE_UP, Remedy.PAY_BACK))]
    assert decide(world, only(world), Remedy.TAKE_UP) is Decided.TOO_LATE
    assert state_of(request) == PaymentState.DECLINED
    assert Arrival.objects.exclude(counted_at=None).count() == 0
    assert decide(world, only(world), Remedy.PAY_BACK) is Decided.DONE


def test_an_order_that_was_paid_by_card_does_not_take_a_transfer_too(world: World, bank: BankAccount) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    uploaded(world, bank, credit(request, "25.00"))
    assert waiting(world) == [("late", 0, (Remedy.PAY_BACK,))]


def test_another_currency_is_paid_back(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, currency="USD"))
    assert waiting(world) == [("wrong_currency", 0, (Remedy.PAY_BACK, Remedy.ASSIGN))]


def test_a_booking_that_was_undone_alerts_and_changes_nothing(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, reference="B-1"))
    undone = credit(request, reference="B-2", direction="DBIT", more="<RvslInd>true</RvslInd>")
    uploaded(world, bank, undone)
    assert waiting(world) == [("reversed", 0, (Remedy.NOTED,))]
    assert state_of(request) == PaymentState.CAPTURED


def test_money_without_a_reference_is_assigned_by_a_person(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, booked("100.00", text="for the wind farm", payer="Someone"))
    assert waiting(world) == [("unmatched", 0, (Remedy.ASSIGN, Remedy.PAY_BACK, Remedy.NOT_OURS))]
    assert decide(world, only(world), Remedy.ASSIGN, names="T-00000-00000") is Decided.NO_SUCH_ORDER
    assert decide(world, only(world), Remedy.ASSIGN, names=request.reference.lower()) is Decided.DONE
    assert state_of(request) == PaymentState.CAPTURED


def test_money_that_is_assigned_and_not_right_stays_to_be_decided(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, booked("90.00", text="", payer="Someone"))
    assert decide(world, only(world), Remedy.ASSIGN, names=request.rf) is Decided.STAYS
    assert waiting(world) == [("short", -10, (Remedy.WAIT, Remedy.ACCEPT, Remedy.PAY_BACK))]
    assert decide(world, only(world), Remedy.WAIT) is Decided.DONE
    uploaded(world, bank, credit(request, "10.00", reference="B-2"))
    assert state_of(request) == PaymentState.CAPTURED


def test_money_that_came_once_more_may_be_for_another_order(world: World, bank: BankAccount) -> None:
    """Whoever pays two orders under the reference of one, or was taken for the wrong one, is put right."""
    first, second = asked(world), asked(world)
    uploaded(world, bank, credit(first), credit(first, reference="B-2"))
    assert waiting(world) == [("double", 100, (Remedy.PAY_BACK, Remedy.ASSIGN, Remedy.NOT_OURS))]
    entry = only(world)
    assert decide(world, entry, Remedy.ASSIGN, names=first.reference) is Decided.STAYS
    assert decide(world, entry, Remedy.ASSIGN, names=second.reference) is Decided.DONE
    assert (state_of(first), state_of(second)) == (PaymentState.CAPTURED, PaymentState.CAPTURED)
    assert [ledger.balance(reference=each.reference).captured for each in (first, second)] == [100, 100]
    assert waiting(world) == []


def test_name_and_amount_are_a_suggestion(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, booked("100.00", text="CO2", payer="PRADO ALMA"))
    entry = only(world)
    assert (entry.meaning, entry.request, entry.candidates) == ("suggested", None, [request.rf])
    assert state_of(request) == PaymentState.OFFERED


def test_what_is_none_of_ours_is_not_kept(world: World, bank: BankAccount) -> None:
    asked(world)
    salaries = booked("2000.00", text="Salary", direction="DBIT")
    announced = booked("10.00").replace("<Sts>BOOK</Sts>", "<Sts>PDNG</Sts>")
    uploaded(world, bank, salaries, announced, booked("0.00"))
    assert StatementEntry.objects.count() == 0


def test_what_was_announced_counts_once_it_is_booked(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request).replace("<Sts>BOOK</Sts>", "<Sts>PDNG</Sts>"))
    assert state_of(request) == PaymentState.OFFERED
    uploaded(world, bank, credit(request))
    assert state_of(request) == PaymentState.CAPTURED


def test_the_order_of_another_provider_is_never_paid(world: World, bank: BankAccount) -> None:
    other = banks.new(world.vento.pk, holder="Vento", iban="NL91ABNA0417164300", bank_name="A bank")
    banks.keep(other, currencies=["EUR"], opens=True, at_once=True)
    request = asked(world)
    uploaded(world, other, credit(request), account="NL91ABNA0417164300")
    assert kept(other) == [("unmatched", "")]
    assert state_of(request) == PaymentState.OFFERED
    entry = StatementEntry.objects.get()
    assert decide(world, entry, Remedy.ASSIGN, names=request.rf) is Decided.NO_SUCH_ORDER
