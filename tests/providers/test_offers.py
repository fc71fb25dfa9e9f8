"""Reading what is on offer: of one activity, of all, and of a provider's own people."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from portal.providers import offers
from portal.providers.offers import Wish
from portal.registry.models import IssuanceBlock
from tests.world import World


def test_an_offer_says_what_a_purchaser_wants_to_know(world: World) -> None:
    listing = world.listing(units=50, price="2.50")
    with override("en"):
        offer = offers.offer(code=listing.code)
    assert offer is not None
    assert (offer.provider_name, offer.provider_country) == ("Sol", "CL")
    assert (offer.unit_price, offer.currency, offer.units_left) == (Decimal("2.50"), "EUR", 50)
    assert (offer.activity_code, offer.host_country, offer.technology) == ("CDM-0033", "CL", "Wind")
    assert listing.issuance_block.printed() == ("CL-5-1-2-2-0-33", "CL-5-50-2-2-0-33")
    assert offer.url == f"/en/buy/{listing.code}/"


def test_an_offer_that_does_not_exist_is_none(world: World) -> None:
    assert offers.offer(code="nothing1") is None


@pytest.mark.parametrize(("language", "said"), [("en", "We plant."), ("fr", "Nous plantons."), ("es", "We plant.")])
def test_a_provider_speaks_the_readers_language_or_english(world: World, language: str, said: str) -> None:
    provider = world.provider("Vento", about={"en": "We plant.", "fr": "Nous plantons."})
    code = world.listing(provider=provider).code
    with override(language):
        offer = offers.offer(code=code)
    assert offer is not None
    assert offer.provider_about == said


def test_of_a_closed_listing_nothing_is_on_offer_whatever_is_left(world: World) -> None:
    offer = offers.offer(code=world.listing(units=5, is_open=False).code)
    assert offer is not None
    assert (offer.units_left, offer.units_on_offer) == (5, 0)


def test_the_cheapest_of_each_currency_comes_first(world: World) -> None:
    prices = [("3", "EUR"), ("1", "USD"), ("2", "EUR")]
    made = {f"{price} {currency}": world.listing(price=price, currency=currency) for price, currency in prices}
    world.listing(price="1", is_open=False)
    world.order(world.listing(price="1", units=2), quantity=2)
    found = offers.offers_for(activity_id=world.activity().pk)
    assert [offer.code for offer in found] == [made[key].code for key in ("2 EUR", "3 EUR", "1 USD")]


def test_the_currency_that_was_wished_for_comes_first_then_the_operators(world: World, settings: Any) -> None:
    for price, currency in (("3", "USD"), ("9", "CHF"), ("2", "USD"), ("1", "AUD"), ("4", "ALL")):
        world.listing(price=price, currency=currency)
    key = world.activity().pk

    def shown(wished: str = "") -> list[str]:
        return [f"{offer.currency} {offer.unit_price}" for offer in offers.offers_for(activity_id=key, wished=wished)]

    assert shown() == ["USD 2.00", "USD 3.00", "CHF 9.00", "ALL 4.00", "AUD 1.00"]
    assert shown("CHF") == ["CHF 9.00", "USD 2.00", "USD 3.00", "ALL 4.00", "AUD 1.00"]
    assert shown("odd") == shown()
    settings.CURRENCIES = ["AUD"]
    assert shown() == ["AUD 1.00", "ALL 4.00", "CHF 9.00", "USD 2.00", "USD 3.00"]


def test_a_summary_compares_no_price_with_one_in_another_currency(world: World) -> None:
    """CHF 1.60 is the story's first offer; $1.10 is a lower number and no lower price."""
    for price, currency in (("1.10", "USD"), ("2.60", "CHF"), ("1.60", "CHF")):
        world.listing(price=price, currency=currency, units=5)
    (summary,) = offers.summaries(Wish()).values()
    (first, *_others) = offers.offers_for(activity_id=world.activity().pk)
    assert (summary.price, summary.currency, summary.has_more_prices) == (Decimal("1.10"), "USD", False)
    assert (first.unit_price, first.currency) == (summary.price, summary.currency)
    assert (summary.other_currencies, summary.units_left) == (("CHF",), 15)
    (summary,) = offers.summaries(Wish(currency="CHF")).values()
    assert (summary.price, summary.currency, summary.has_more_prices) == (Decimal("1.60"), "CHF", True)
    assert (summary.other_currencies, summary.units_left) == ((), 10)


def test_a_price_without_its_currency_narrows_nothing(world: World) -> None:
    world.listing(price="3")
    assert len(offers.summaries(Wish(price_max=Decimal(2), price_min=Decimal(1)))) == 1
    assert offers.summaries(Wish(price_max=Decimal(2), currency="EUR")) == {}


def test_a_summary_adds_up_what_matches(world: World) -> None:
    world.listing(units=5, price="3", vintage_year=2018)
    world.listing(units=7, price="2", vintage_year=2020, unit_type="tCER")
    (summary,) = offers.summaries(Wish()).values()
    assert (summary.price, summary.currency, summary.has_more_prices) == (Decimal(2), "EUR", True)
    assert (summary.units_left, summary.first_year, summary.last_year) == (12, 2018, 2020)
    assert set(summary.unit_types) == {"CER", "tCER"}
    (summary,) = offers.summaries(Wish(unit_type="CER")).values()
    assert (summary.price, summary.has_more_prices, summary.units_left) == (Decimal(3), False, 5)
    assert offers.summaries(Wish(currency="USD")) == {}


def test_choices_name_every_year_of_a_monitoring_period(world: World) -> None:
    block = world.listing(vintage_year=2012).issuance_block
    IssuanceBlock.objects.filter(pk=block.pk).update(
        monitoring_start_date=date(2010, 4, 1), monitoring_end_date=date(2012, 3, 31)
    )
    world.listing(activity=world.activity("A64-S001", host_country="KE"), unit_type="AER", vintage_year=2024)
    found = offers.choices()
    assert found.years == (2024, 2012, 2011, 2010)
    assert found.unit_types == ("CER", "AER")
    assert found.currencies == ("EUR",)


def test_members_of_a_provider_see_its_listings_closed_ones_too(world: World) -> None:
    listing = world.listing(provider=world.sol, is_open=False)
    world.listing(provider=world.vento)
    assert [offer.code for offer in offers.offers_of_member(user_id=world.luz.pk)] == [listing.code]
    assert offers.offers_of_member(user_id=world.nil.pk) == []
