"""Bank statements that Sol's people upload: sent, watched while they are worked off, and why one was refused."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import UploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.payments.models import PaymentState
from portal.payments.transfers import uploads
from portal.payments.transfers.models import BankAccount, BankStatement
from portal.payments.transfers.statements.reading import MOST_BYTES
from portal.selling.statements import StatementForm
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.statements.samples import DUTCH, booked, camt
from tests.payments.transfers.transferring import asked, credit, state_of
from tests.selling.transferring import assert_nobody_elses, said, signed_in
from tests.world import World

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("contexts")


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def luz(world: World, bank: BankAccount) -> Client:
    return signed_in(world.luz)


def address(bank: BankAccount) -> str:
    return reverse("bank_statements", args=[bank.pk])


def send(client: Client, bank: BankAccount, content: str, *, name: str = "november.xml") -> Any:
    file = io.BytesIO(content.encode())
    file.name = name
    return client.post(address(bank), {"file": file})


def work_off(statement: BankStatement) -> None:
    uploads.work_off(statement_id=statement.pk, clock=timezone.now)


def test_a_statement_is_uploaded_watched_and_pays_its_order(world: World, bank: BankAccount, luz: Client) -> None:
    request = asked(world)
    answer = send(luz, bank, camt(credit(request), booked("3.00", text="x", reference="B-2")))
    statement = BankStatement.objects.get()
    assert answer["Location"] == reverse("bank_statement", args=[statement.pk])
    watched = Page(luz.get(answer["Location"]))
    assert "The file is being read to its end. Nothing of it counts until then." in watched.main
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in watched.source
    assert 'hx-trigger="every 1s"' in watched.source
    BankStatement.objects.update(state="working", entries=1200, worked_off=300)
    assert "300 of 1,200 entries are worked off." in Page(luz.get(answer["Location"])).main
    part = luz.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<progress" in part
    assert "<html" not in part
    BankStatement.objects.update(state="waiting")
    work_off(statement)
    done = Page(luz.get(answer["Location"]))
    for fact in ("entries in the file 2", "paid orders by themselves 1", "wait for a decision 1"):
        assert fact in done.main
    assert "<noscript>" not in done.source
    assert '<div role="status"><dl class="figures">' in done.source  # a list that is itself a status is no list
    assert state_of(request) == PaymentState.CAPTURED


def test_the_same_file_again_is_said_to_change_nothing(bank: BankAccount, luz: Client) -> None:
    content = camt(booked("3.00"))
    send(luz, bank, content)
    work_off(BankStatement.objects.get())
    answer = send(luz, bank, content, name="again.xml")
    assert said(answer) == ["This file was uploaded before. Nothing changes."]
    assert BankStatement.objects.get().name == "november.xml"
    page = Page(luz.get(address(bank)))
    assert ("november.xml" in page.main, "Luz" in page.main, "done" in page.main) == (True, True, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (camt(booked(), account=DUTCH), "This is a statement of the account NL91ABNA0417164300."),
        (camt(booked(), booked("1.2.3", reference="B-2")), "november.xml, entry 2 (line 4): “1.2.3” is no amount."),
        ("Date;Amount\n1.12.2026;3,00\n", "This seems to be a table. Say first what stands in its columns."),
        ("", "november.xml: The file is empty."),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_file_line_and_entry(
    bank: BankAccount, luz: Client, content: str, sentence: str
) -> None:
    answer = send(luz, bank, content)
    statement = BankStatement.objects.get()
    work_off(statement)
    page = Page(luz.get(answer["Location"]))
    assert "Nothing of this file was taken over." in page.main
    assert sentence in page.main
    assert reverse("bank_columns", args=[bank.pk]) in page.links()


def test_a_form_without_a_file_says_so(bank: BankAccount, luz: Client) -> None:
    page = Page(luz.post(address(bank), {}))
    assert (page.status, page.beside("file")) == (422, ["Choose a file."])


def test_a_file_that_is_too_large_is_refused_at_once(bank: BankAccount, tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)  # which takes no room on disk
    with path.open("rb") as file:
        form = StatementForm({}, {"file": UploadedFile(file, name=path.name, size=MOST_BYTES + 1)})
        assert form.is_valid()
        assert form.take_in(bank=bank, by_id=None, now=timezone.now()) is None
    text = "years.csv: There are more than 160 MB in it. Download the statement for a shorter time."
    assert form.errors == {"file": [text]}
    assert not BankStatement.objects.exists()


def test_statements_are_nobody_elses(world: World, bank: BankAccount, luz: Client) -> None:
    send(luz, bank, camt(booked()))
    assert_nobody_elses(world, address(bank))
    statement = reverse("bank_statement", args=[BankStatement.objects.get().pk])
    for stranger in (world.eda, world.nil):
        assert signed_in(stranger).get(statement).status_code == 404
    assert BankStatement.objects.count() == 1


def test_staff_with_the_right_for_it_see_all_and_others_none(world: World, bank: BankAccount) -> None:
    person = world.user("Bo", is_staff=True)
    assert signed_in(person).get(address(bank)).status_code == 404
    person.user_permissions.add(Permission.objects.get(codename="add_arrival"))
    assert signed_in(person).get(address(bank)).status_code == 200


@pytest.mark.parametrize("statements", [1, 4])
def test_the_number_of_queries_does_not_grow_with_the_statements(
    bank: BankAccount, luz: Client, statements: int, django_assert_num_queries: Any
) -> None:
    for number in range(statements):
        send(luz, bank, camt(booked(reference=f"B-{number}")))
    with django_assert_num_queries(8):
        luz.get(address(bank))
