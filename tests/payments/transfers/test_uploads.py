"""Files that a provider uploads: worked off in the background, in slices, and never half."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.transfers import banks, uploads
from portal.payments.transfers.models import BankAccount, BankStatement, StatementEntry, StatementPart, StatementState
from portal.payments.transfers.statements import reading
from portal.payments.transfers.statements.illegible import Illegible
from portal.payments.transfers.statements.table import ColumnMap
from tests.payments.transfers.statements.samples import as_file, booked, camt
from tests.payments.transfers.transferring import asked, credit, state_of, uploaded
from tests.world import World

NUDGE = "portal.payments.transfers.tasks.read_statement"


def upload(world: World, bank: BankAccount, content: str | bytes, *, name: str = "november.xml") -> BankStatement:
    return uploads.upload(bank=bank, file=as_file(content), name=name, by_id=world.luz.pk, now=world.now)


def work_off(world: World, statement: BankStatement) -> bool:
    done = uploads.work_off(statement_id=statement.pk, clock=lambda: world.now)
    statement.refresh_from_db()
    return done


def said(statement: BankStatement) -> str:
    return uploads.problem_of(statement, say=lambda text: text)


def test_a_file_is_read_in_the_background_and_then_gone(world: World, bank: BankAccount) -> None:
    request = asked(world)
    statement = upload(world, bank, camt(credit(request), booked("5.00", reference="B-2")))
    assert (statement.state, statement.uploaded_by, uploads.percent(statement)) == ("waiting", world.luz, 0)
    assert state_of(request) == PaymentState.OFFERED
    assert work_off(world, statement)
    assert (statement.state, statement.entries, statement.worked_off) == ("done", 2, 2)
    assert uploads.percent(statement) == 100
    assert state_of(request) == PaymentState.CAPTURED
    assert StatementPart.objects.count() == 0
    assert not work_off(world, statement)


def test_the_same_file_again_is_the_same_statement(world: World, bank: BankAccount) -> None:
    content = camt(booked("5.00"))
    statement = upload(world, bank, content)
    work_off(world, statement)
    again = upload(world, bank, content, name="the same again.xml")
    assert (again.pk, again.name, again.state) == (statement.pk, "november.xml", "done")
    assert (BankStatement.objects.count(), StatementEntry.objects.count()) == (1, 1)


def test_nothing_is_half_taken_over(world: World, bank: BankAccount) -> None:
    request = asked(world)
    statement = upload(world, bank, camt(credit(request), booked("-1.00", reference="B-2")))
    assert work_off(world, statement)
    assert statement.state == StatementState.REFUSED
    assert said(statement).startswith("november.xml, entry 2 (line 4): The amount -1.00 is negative")
    assert state_of(request) == PaymentState.OFFERED
    assert (StatementEntry.objects.count(), StatementPart.objects.count()) == (0, 0)


def test_an_amount_that_is_no_money_holds_up_nothing(world: World, bank: BankAccount) -> None:
    request, other = asked(world), asked(world)
    statement = upload(world, bank, camt(credit(other, "0.0001"), credit(request, reference="B-2")))
    assert work_off(world, statement)
    assert (statement.state, state_of(request), state_of(other)) == ("done", "captured", "offered")


def test_the_statement_of_another_account_is_refused(world: World, bank: BankAccount) -> None:
    statement = uploaded(world, bank, booked("5.00"), account="NL91ABNA0417164300")
    assert said(statement).startswith("november.xml: This is a statement of the account NL91ABNA0417164300.")
    assert StatementEntry.objects.count() == 0


def test_a_table_is_read_once_its_columns_are_said(world: World, bank: BankAccount) -> None:
    request = asked(world)
    content = f"Datum;Betrag;Text\n30.11.2026;100,00;{request.rf}\n"
    refused = upload(world, bank, content, name="november.csv")
    work_off(world, refused)
    assert said(refused) == "november.csv: This seems to be a table. Say first what stands in its columns."
    columns = ColumnMap(columns={"date": "Datum", "amount": "Betrag"}, text=("Text",), currency="EUR")
    banks.keep_columns(bank, columns=columns)
    again = upload(world, bank, content, name="november.csv")
    assert (again.pk, again.state, said(again)) == (refused.pk, "waiting", "")
    work_off(world, again)
    assert state_of(request) == PaymentState.CAPTURED


def test_a_file_that_is_too_large_is_refused_at_once(world: World, bank: BankAccount, tmp_path: Path) -> None:
    path = tmp_path / "november.xml"
    with path.open("wb+") as file:
        file.truncate(reading.MOST_BYTES + 1)  # which takes no room on disk
        with pytest.raises(Illegible, match=r"november\.xml: There are more than 160 MB in it"):
            uploads.upload(bank=bank, file=file, name=path.name, by_id=None, now=world.now)
    assert BankStatement.objects.count() == 0


def test_a_long_file_is_worked_off_slice_by_slice(world: World, bank: BankAccount) -> None:
    many = [booked("5.00", reference=f"B-{number}", text="x" * 600) for number in range(1200)]
    statement = upload(world, bank, camt(*many))
    assert StatementPart.objects.count() == 2
    seen = []

    def clock() -> datetime:
        seen.append(BankStatement.objects.values_list("entries", "worked_off").get())
        return world.now

    assert uploads.work_off(statement_id=statement.pk, clock=clock)
    assert sorted(set(seen)) == [(0, 0), (1200, 0), (1200, 500), (1200, 1000), (1200, 1200)]
    assert StatementEntry.objects.count() == 1200


def test_a_worker_that_died_is_followed_by_another(world: World, bank: BankAccount, nudges: Any) -> None:
    request = asked(world)
    others = [booked("5.00", reference=f"O-{number}", text="x") for number in range(uploads.SLICE - 1)]
    statement = upload(world, bank, camt(credit(request), *others, booked("7.00", reference="last", text="x")))

    def clock() -> datetime:
        if BankStatement.objects.get().worked_off:
            raise SystemExit  # the process is ended after the first slice
        return world.now

    with pytest.raises(SystemExit):
        uploads.work_off(statement_id=statement.pk, clock=clock)
    statement.refresh_from_db()
    assert (statement.state, statement.worked_off, uploads.percent(statement)) == ("working", 500, 99)
    assert state_of(request) == PaymentState.CAPTURED
    assert not work_off(world, statement)  # somebody may still be at it
    world.pass_time(minutes=11)
    nudges.take()
    assert uploads.sweep(now=world.now) == 1
    assert nudges.take() == [(NUDGE, {"statement_id": statement.pk})]
    assert work_off(world, statement)
    assert (statement.state, statement.worked_off) == ("done", 501)
    assert StatementEntry.objects.count() == 501
    assert ledger.balance(reference=request.reference).captured == 100


def test_a_lost_nudge_costs_a_minute(world: World, bank: BankAccount, nudges: Any) -> None:
    statement = upload(world, bank, camt(booked("5.00")))
    assert uploads.sweep(now=world.now + timedelta(seconds=59)) == 0
    assert uploads.sweep(now=world.now + timedelta(seconds=61)) == 1
    work_off(world, statement)
    assert uploads.sweep(now=world.now + timedelta(days=1)) == 0


def test_a_slice_costs_a_few_queries(world: World, bank: BankAccount, django_assert_max_num_queries: Any) -> None:
    statement = upload(world, bank, camt(*(booked("5.00", reference=f"B-{number}", text="x") for number in range(400))))

    def now() -> datetime:
        return world.now

    with django_assert_max_num_queries(40):
        uploads.work_off(statement_id=statement.pk, clock=now)
    assert StatementEntry.objects.count() == 400
