"""Sol is paid by transfer as well, in euros, at a bank in Germany; Luz and Mar look after its account."""

from decimal import Decimal

import pytest

from portal.payments.transfers import banks
from portal.payments.transfers.models import BankAccount
from portal.people.models import User
from tests.world import World


@pytest.fixture
def bank(world: World) -> BankAccount:
    account = banks.new(
        world.sol.pk,
        holder="Sol Wind SpA",
        iban="DE89 3704 0044 0532 0130 00",
        bic="cobadeffxxx",
        bank_name="A bank in Cologne",
        second_person_from=Decimal(100),
    )
    return banks.keep(account, currencies=["EUR"], opens=True, at_once=True)


@pytest.fixture
def mar(world: World) -> User:
    return world.user("Mar")
