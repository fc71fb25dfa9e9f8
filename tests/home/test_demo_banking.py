"""The demo's providers are paid by transfer at the simulator's bank, and upload what it says."""

from typing import Any

import pytest

from portal.checkout.models import OrderState
from portal.home.demo import banking, content
from portal.payments.models import AccountState, Rail
from portal.payments.transfers.models import BankAccount, BankStatement
from portal.payments.transfers.uploads import work_off
from portal.providers.models import Provider
from portal.providers.onboarding import enrol
from tests.payments.transfers.statements.samples import booked, camt
from tests.payments.transfers.transferring import asked
from tests.world import World


@pytest.fixture
def providers(db: Any) -> dict[str, Provider]:
    """The demo's providers, with nothing to sell yet."""
    found = {}
    for facts in content.providers():
        named = {name: facts[name] for name in ("slug", "name", "country")}
        found[facts["slug"]] = Provider(registry_account=f"HOLDING-{facts['slug']}", **named)
        enrol(found[facts["slug"]])
    return found


def test_every_sample_provider_has_a_sample_account(providers: dict[str, Provider]) -> None:
    banking.open_accounts()
    banks = BankAccount.objects.select_related("account__provider")
    facts = {each["slug"]: each for each in content.providers()}
    assert {each.account.provider.slug for each in banks} == set(facts)
    for bank in banks:
        account = bank.account
        assert (account.rail, account.state, account.environment) == (Rail.TRANSFER, AccountState.OPEN, "simulator")
        assert account.currencies == sorted(facts[account.provider.slug]["currencies"])
        assert "(sample)" in bank.holder
        assert "(sample)" in bank.bank_name


def test_an_account_that_is_there_stays_as_it_is(providers: dict[str, Provider]) -> None:
    banking.open_accounts()
    BankAccount.objects.update(bank_name="Another bank (sample)")
    banking.open_accounts()
    assert list(BankAccount.objects.values_list("bank_name", flat=True)) == ["Another bank (sample)"] * len(providers)


@pytest.mark.parametrize("slug", ["firnlicht-klimapartner", "acacia-ridge-climate"], ids=["IBAN", "number"])
def test_a_statement_is_uploaded_for_the_account_that_it_is_of(
    world: World, providers: dict[str, Provider], slug: str
) -> None:
    banking.open_accounts()
    provider = providers[slug]
    order = world.order(world.listing(provider=provider, units=100, currency="EUR"), quantity=40)
    request = asked(world, order)
    number = request.bank.iban or request.bank.number.replace(" ", "")
    money = booked(str(request.payment.amount), text=request.rf)
    banking.hand_in(number, camt(money, account=number).encode())
    statement = BankStatement.objects.get()
    assert statement.bank == request.bank
    work_off(statement_id=statement.pk, clock=lambda: world.now)
    world.sweep()
    order.refresh_from_db()
    assert order.state in (OrderState.PAID, OrderState.COMPLETED)
