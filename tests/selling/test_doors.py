"""Every page of a provider's people, tried by everybody else: a page that is new has to stand in this list as well."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.payments.transfers.models import BankAccount
from portal.people.models import User
from portal.selling.urls import urlpatterns
from tests.payments.transfers.conftest import bank, mar
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.test_service import confirmed
from tests.payments.transfers.transferring import asked, uploaded
from tests.selling.transferring import signed_in
from tests.world import World

__all__ = ["bank", "mar"]
LISTS = ("sold", "transfers", "awaited_transfers")  # of what is one's own, for whoever is signed in
BY_LINK = ("stop_change",)  # whoever has the link of a letter may follow it


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


def addresses(world: World, bank: BankAccount) -> dict[str, str]:
    """What Sol's people can open about what is theirs, by the names of the pages."""
    order, request = world.completed(world.listing()), asked(world)
    statement = uploaded(world, bank, booked("7.00", text="thanks", payer="Zoe"))
    confirmed(world, request, "100.00", by=world.luz)
    numbers = {
        "bank_statements": bank.pk,
        "bank_columns": bank.pk,
        "bank_statement": statement.pk,
        "transfer_entry": statement.kept_entries.get().pk,
        "second_arrival": request.arrivals.get().pk,
        "awaited_transfer": request.reference,
    }
    pages = [str(each.name) for each in urlpatterns if each.name not in (*LISTS, *BY_LINK)]
    return {name: reverse(name, args=[numbers.get(name, order.reference)]) for name in pages}


def stranger(world: World) -> User:
    """Somebody who works for Vento."""
    vera = world.user("Vera")
    world.vento.members.add(vera)
    return vera


def test_nobody_else_opens_or_sends_any_of_them(world: World, bank: BankAccount) -> None:
    found = addresses(world, bank)
    for person in (world.nil, world.alma, stranger(world)):
        client = signed_in(person)
        for name, address in found.items():
            assert client.get(address).status_code in (404, 405), (name, person)
            assert client.post(address, {"sure": "1"}).status_code in (404, 405), (name, person)
    for name, address in {**found, **{each: reverse(each) for each in LISTS}}.items():
        answers = [Client().get(address), Client().post(address)]
        assert {each["Location"].split("?")[0] for each in answers} == {reverse("account_login")}, name


def test_lists_have_nothing_of_others(world: World, bank: BankAccount) -> None:
    addresses(world, bank)
    order = world.completed(world.listing())
    secrets = (order.reference, "Zoe", "DE89")
    clients = [signed_in(person) for person in (world.nil, stranger(world))]
    for name in LISTS:
        pages = [client.get(reverse(name)).content.decode() for client in clients]
        assert not [secret for page in pages for secret in secrets if secret in page], name


def test_no_form_counts_without_its_token(world: World, bank: BankAccount) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.luz)
    for name, address in addresses(world, bank).items():
        assert strict.post(address, {"sure": "1"}).status_code == 403, name
