"""What is on offer and could not be served is paused, says why, and goes on by itself; purchasers are told."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout import paying, serving
from portal.payments import accounts
from portal.payments.models import Payment
from portal.providers import offers
from portal.providers.models import Listing, Provider
from tests.checkout.purchasing import VISA, order_page, ordered
from tests.pages import Page
from tests.registry_fake import MoodyRegistry
from tests.world import World


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


def leave_only(world: World, *currencies: str) -> None:
    """Let Sol's credentials name merchant accounts in these currencies alone."""
    keys = accounts.sealed_keys(world.sol.accounts.get())
    keys["merchant_accounts"] = {each: f"sol_{each.lower()}" for each in currencies}
    accounts.set_account(provider=world.sol, environment="simulator", keys=keys, at_once=True)


def paused(listing: Listing) -> str:
    return Listing.objects.get(pk=listing.pk).paused_for


def test_an_order_whose_currency_went_says_so_and_asks_nobody(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing(currency="USD"))
    sent = order_page(browser, order).sent("nonce", nonce=VISA)
    leave_only(world, "EUR")
    for language, said in (
        ("en", "Sol cannot be paid in USD at the moment"),
        ("fr", "Sol ne peut pas être payé en USD pour le moment"),
        ("es", "Por ahora no se puede pagar a Sol en USD"),
    ):
        answer = browser.get(f"/{language}/orders/{order.token}/")
        assert answer.status_code == 200
        assert said in answer.content.decode()
    assert browser.post(f"/en/orders/{order.token}/pay/", sent).status_code == 422
    assert not Payment.objects.exists()
    assert world.at_gateway(order) == []


def test_who_pays_in_the_very_moment_is_not_charged_and_staff_are_told(world: World) -> None:
    order = world.order(world.listing(currency="USD"))
    leave_only(world, "EUR")
    assert paying.pay(token=order.token, nonce="fake-valid-visa-nonce", now=world.now) == "not_asked"
    order.refresh_from_db()
    told = "the purchaser wanted to pay, and the provider has no open account for it: card USD"
    assert order.needs_attention == told
    assert not Payment.objects.exists()
    assert world.at_gateway(order) == []


def test_keys_that_were_thrown_away_are_no_server_error_for_purchasers(
    world: World, browser: Client, settings: Any
) -> None:
    order = ordered(browser, world.listing())
    settings.PROVIDER_KEYS = ["aGVyZSBpcyBhbm90aGVyIGtleSwgbm90IHRoZSBvbGQ="]
    page = browser.get(f"/en/orders/{order.token}/").content.decode()
    assert "Sol cannot be paid in EUR at the moment" in page


def test_a_listing_that_cannot_be_paid_for_pauses_and_goes_on(world: World, settings: Any) -> None:
    dollars, euros = world.listing(currency="USD"), world.listing(currency="EUR")
    leave_only(world, "EUR")
    serving.check_all()
    assert (paused(dollars), paused(euros)) == ("no_currency", "")
    assert [each.code for each in offers.offers_for(activity_id=world.activity().pk)] == [euros.code]
    assert world.place(dollars).units_left == 0  # type: ignore[union-attr]  # NotEnough
    kept, settings.PROVIDER_KEYS = settings.PROVIDER_KEYS, ["aGVyZSBpcyBhbm90aGVyIGtleSwgbm90IHRoZSBvbGQ="]
    serving.check_all()
    assert (paused(dollars), paused(euros)) == ("no_keys", "no_keys")
    settings.PROVIDER_KEYS = kept
    leave_only(world, "EUR", "USD")
    serving.check_all()
    assert (paused(dollars), paused(euros)) == ("", "")
    assert world.order(dollars).state == "awaiting_payment"


def test_a_listing_pauses_while_no_account_of_its_provider_is_open(world: World) -> None:
    listing = world.listing()
    account = accounts.account_of(world.sol)
    accounts.pause_account(account)
    serving.check_all()
    assert paused(listing) == "no_rail"
    assert world.place(listing).units_left == 0  # type: ignore[union-attr]  # NotEnough
    accounts.open_account(account)
    serving.check_all()
    assert paused(listing) == ""


def test_a_listing_whose_units_lie_elsewhere_pauses(world: World) -> None:
    listing = world.listing(units=10)
    other = world.listing(provider=world.vento, units=5)
    Provider.objects.filter(pk=world.sol.pk).update(registry_account="HOLDING-slo")
    serving.check_all()
    assert (paused(listing), paused(other)) == ("not_held", "")
    offer = offers.offer(code=listing.code)
    assert offer
    assert offer.paused_for == "The provider's registry account holds fewer units than are on offer."
    Provider.objects.filter(pk=world.sol.pk).update(registry_account="HOLDING-sol")
    serving.check_all()
    assert paused(listing) == ""


def test_orders_at_any_stage_pause_nothing(world: World, mailoutbox: list[Any]) -> None:
    listing = world.listing(units=10)
    world.order(listing, quantity=2)
    world.paid(listing, quantity=3)
    world.completed(listing, quantity=5)
    serving.check_all()
    assert paused(listing) == ""


def test_a_registry_that_gives_no_answer_changes_nothing(world: World, moody: MoodyRegistry) -> None:
    listing = world.listing(units=10)
    moody.is_silent = True
    serving.check_all()
    assert paused(listing) == ""


def test_the_page_of_a_paused_listing_says_so(world: World, browser: Client) -> None:
    listing = world.listing(currency="USD")
    leave_only(world, "EUR")
    serving.check_all()
    page = Page(browser.get(f"/en/buy/{listing.code}/"))
    assert page.status == 200
    assert "This listing is paused: those who run this site have something to mend first." in page.main
