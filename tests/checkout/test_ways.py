"""On which rails an order can be paid, and which is the best: what is open at its provider, in its currency."""

from decimal import Decimal

import pytest
from django.utils import timezone

from portal.checkout import rules
from portal.checkout.ways import template_of, ways_to_pay
from portal.payments import accounts, rails
from portal.payments.models import Account, Rail
from portal.payments.transfers.models import BankAccount
from tests.pages import Page
from tests.payments.elsewhere import Elsewhere
from tests.payments.transfers.conftest import bank
from tests.world import World

__all__ = ["bank"]


@pytest.mark.parametrize(
    ("is_organisation", "amount", "ranked"),
    [
        (False, "1000000", ["card", "paypal", "transfer"]),
        (True, "2499.99", ["card", "paypal", "transfer"]),
        (True, "2500", ["transfer", "card", "paypal"]),
    ],
)
def test_organisations_that_pay_much_are_offered_a_transfer_first(is_organisation, amount, ranked) -> None:
    asked = {"is_organisation": is_organisation, "amount": Decimal(amount), "transfer_first_from": Decimal(2500)}
    assert rules.best_first({"transfer", "paypal", "card"}, **asked) == ranked
    assert rules.best_first({"transfer"}, **asked) == ["transfer"]
    assert rules.best_first((), **asked) == []


@pytest.fixture
def everywhere(world: World, bank: BankAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sol can be paid on all rails: by card in euros and dollars, and else in euros."""
    monkeypatch.setitem(rails.GATEWAYS, Rail.PAYPAL, lambda account: Elsewhere())
    account = Account(provider=world.sol, rail=Rail.PAYPAL)
    accounts.keep(account, keys={"any": "key"}, currencies=["EUR"], opens=True, at_once=True)


def ways(order) -> list[str]:
    return [each.rail for each in ways_to_pay(token=order.token)]


def test_what_is_open_in_the_currency_of_the_listing_is_offered(world: World, everywhere: None) -> None:
    small, dollars = world.order(), world.order(world.listing(currency="USD"))
    assert (ways(small), ways(dollars)) == (["card", "paypal", "transfer"], ["card"])
    accounts.pause_account(accounts.account_of(world.sol))
    assert (ways(small), ways(dollars)) == (["paypal", "transfer"], [])
    best = ways_to_pay(token=small.token)[0]
    assert template_of(best) == "checkout/_pay_paypal.html"


@pytest.mark.parametrize("whose", ["purchaser_type", "beneficiary_type"])
def test_a_company_that_orders_much_or_for_which_it_is_ordered_transfers_first(
    world: World, everywhere: None, settings, whose: str
) -> None:
    settings.TRANSFER_FIRST_FROM = Decimal(100)
    much, less = (world.order(quantity=units, **{whose: "organisation"}) for units in (40, 39))
    assert (ways(much), ways(less)) == (["transfer", "card", "paypal"], ["card", "paypal", "transfer"])
    assert ways(world.order(quantity=40)) == ["card", "paypal", "transfer"]


def test_the_page_asks_two_questions_for_them(world: World, everywhere: None, django_assert_num_queries) -> None:
    order = world.order()
    with django_assert_num_queries(2):
        assert len(ways(order)) == 3


def test_a_page_without_any_way_to_pay_says_so_and_takes_no_card(world: World, client) -> None:
    order = world.order(now=timezone.now())
    accounts.pause_account(accounts.account_of(world.sol))
    page = Page(client.get(f"/en/orders/{order.token}/"))
    assert page.soup.find(attrs={"name": "nonce"}) is None
    assert "Sol cannot be paid in EUR at the moment" in page.main
