"""Staff keep providers and listings: secrets never come out again, and no unit is offered twice."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.checkout import serving
from portal.checkout.models import Order
from portal.payments.models import Account
from portal.providers.models import Listing, Provider
from portal.providers.stock import TooFewLeft, change_listing
from portal.selling.listings import ListingViewSet
from portal.vault import unseal
from tests.selling.proving import proof
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(each) for name, each in response.context["form"].errors.items()}


def provider_form(**changes: str) -> dict[str, str]:
    facts = {
        "slug": "sol",
        "name": "Sol",
        "country": "CL",
        "registry_account": "HOLDING-sol",
        "gateway_environment": "sandbox",
        "member_emails": "",
        "about_en": "Runs wind farms.",
        "about_fr": "Exploite des parcs éoliens.",
        "about_es": "",
        "merchant_id": "",
        "public_key": "",
        "private_key": "",
        "merchant_accounts": "",
    }
    return {**facts, **changes}


CREDENTIALS = {
    "merchant_id": "sol_merchant",
    "public_key": "public-key-1a2b",
    "private_key": "private-key-9z8y",
    "merchant_accounts": "EUR sol_eur\nusd: sol_usd\n",
}


def test_staff_add_a_provider_whose_credentials_are_sealed(world: World, staff: Client):
    form = provider_form(**CREDENTIALS, **proof(), member_emails=f"{world.alma.email}\n")
    response = staff.post(reverse("provider:add"), form)
    assert response.status_code == 302
    provider = Provider.objects.get()
    assert unseal(provider.accounts.get().sealed_credentials) == {
        "merchant_id": "sol_merchant",
        "public_key": "public-key-1a2b",
        "private_key": "private-key-9z8y",
        "merchant_accounts": {"EUR": "sol_eur", "USD": "sol_usd"},
    }
    assert provider.about == {"en": "Runs wind farms.", "fr": "Exploite des parcs éoliens."}
    assert list(provider.members.all()) == [world.alma]


def test_no_page_shows_a_credential_again(world: World, staff: Client):
    staff.post(reverse("provider:add"), provider_form(**CREDENTIALS, **proof()))
    provider = Provider.objects.get()
    for view in ("edit", "inspect", "history", "delete"):
        page = staff.get(reverse(f"provider:{view}", args=[provider.pk])).content.decode()
        for secret in ("sol_merchant", "public-key-1a2b", "private-key-9z8y", "sol_eur"):
            assert secret not in page, (view, secret)
    page = staff.get(reverse("provider:edit", args=[provider.pk])).content.decode()
    assert "Sealed: a public key that ends in 1a2b." in page


@pytest.mark.parametrize(("name", "found"), [("Sol\u3164", "U+3164"), ("\ue000", "U+E000")])
def test_a_name_that_stands_on_certificates_is_seen(staff: Client, name: str, found: str):
    said = errors(staff.post(reverse("provider:add"), provider_form(name=name)))
    assert said == {
        "name": [f"This contains characters that show nothing or cannot be printed: {found}. Please leave them out."]
    }


def test_a_private_key_is_not_even_sent_back_with_a_mistake(staff: Client):
    page = staff.post(reverse("provider:add"), provider_form(**CREDENTIALS, name="")).content.decode()
    assert "private-key-9z8y" not in page


def test_empty_fields_leave_the_credentials_as_they_are(world: World, staff: Client):
    before = bytes(world.sol.accounts.get().sealed_credentials)
    form = provider_form(gateway_environment="simulator", name="Sol y Mar", member_emails="luz@example.org")
    response = staff.post(reverse("provider:edit", args=[world.sol.pk]), form)
    assert response.status_code == 302
    provider = Provider.objects.get(pk=world.sol.pk)
    assert provider.name == "Sol y Mar"
    assert bytes(provider.accounts.get().sealed_credentials) == before


def test_a_provider_that_cannot_be_paid_is_refused(world: World, staff: Client):
    for changes, expected in (
        (
            {"public_key": ""},
            {"public_key": ["Fill in all four to replace the credentials, or none to keep them."]},
        ),
        ({"merchant_accounts": "EURO sol"}, {"merchant_accounts": ["“EURO sol” is no currency and account."]}),
        ({"merchant_accounts": "EUR"}, {"merchant_accounts": ["“EUR” is no currency and account."]}),
        ({"merchant_accounts": "EUR a\nEUR b"}, {"merchant_accounts": ["EUR is there twice."]}),
        ({"member_emails": "who@example.org"}, {"member_emails": ["There is no account for: who@example.org"]}),
        (
            {"gateway_environment": "moon"},
            {"gateway_environment": ["Select a valid choice. moon is not one of the available choices."]},
        ),
    ):
        response = staff.post(reverse("provider:add"), provider_form(**{**CREDENTIALS, **changes}))
        assert errors(response) == expected
        assert Provider.objects.count() == 0, changes


def test_what_is_on_offer_is_still_served_after_a_change(world: World, staff: Client):
    listing = world.listing(units=10, currency="USD")
    world.order(listing, quantity=4)
    form = provider_form(gateway_environment="simulator", registry_account="HOLDING-slo")
    form |= {**CREDENTIALS, "merchant_accounts": "EUR sol_eur", **proof()}
    assert errors(staff.post(reverse("provider:edit", args=[world.sol.pk]), form)) == {
        "merchant_accounts": ["Listings in USD are open or have unpaid orders: name an account for each."],
        "registry_account": ["The registry account HOLDING-slo does not hold what is on offer of CL-5 1-10."],
    }


def test_another_account_that_holds_the_units_is_accepted(world: World, staff: Client):
    block = world.block(units=100, provider=world.vento)
    world.listing(block=block, units=10)  # by Sol, whose account holds none of them
    serving.check_all()
    Provider.objects.filter(pk=world.vento.pk).update(registry_account="HOLDING-other")
    form = provider_form(gateway_environment="simulator", registry_account="HOLDING-vento", **proof())
    assert staff.post(reverse("provider:edit", args=[world.sol.pk]), form).status_code == 302
    assert Listing.objects.get().paused_for == ""


def test_the_desk_says_which_listings_are_paused_and_why(world: World, staff: Client):
    listing = world.listing(units=10)
    assert "paused" not in staff.get("/admin/").content.decode()
    Provider.objects.filter(pk=world.sol.pk).update(registry_account="HOLDING-slo")
    serving.check_all()
    assert "1 open listing is paused" in staff.get("/admin/").content.decode()
    why = "The provider&#x27;s registry account holds fewer units than are on offer."
    assert why in staff.get(reverse("listing:index")).content.decode()
    assert f"Paused: {why}" in staff.get(reverse("listing:edit", args=[listing.pk])).content.decode()


@pytest.mark.parametrize("account", ["ISSUER", "voluntary-cancellation"])
def test_the_registrys_own_accounts_are_no_providers(world: World, staff: Client, account: str):
    response = staff.post(reverse("provider:add"), provider_form(registry_account=account))
    assert errors(response) == {"registry_account": ["This account is the registry's own. No provider can have it."]}


def test_keys_that_were_thrown_away_are_no_server_error(world: World, staff: Client, settings: Any):
    provider = world.sol
    settings.PROVIDER_KEYS = ["aGVyZSBpcyBhbm90aGVyIGtleSwgbm90IHRoZSBvbGQ="]
    page = staff.get(reverse("provider:edit", args=[provider.pk])).content.decode()
    assert "What is sealed cannot be opened with this installation&#x27;s keys." in page


def listing_form(world: World, **changes: str) -> dict[str, str]:
    block = changes.pop("issuance_block", None) or str(world.block(units=100).pk)
    facts = {
        "provider": str(world.sol.pk),
        "issuance_block": block,
        "unit_price": "2.50",
        "currency": "EUR",
        "units_total": "40",
        "is_open": "on",
    }
    return {**facts, **changes}


def test_staff_put_units_on_offer(world: World, staff: Client):
    response = staff.post(reverse("listing:add"), listing_form(world, currency="eur"))
    assert response.status_code == 302
    listing = Listing.objects.get()
    assert (listing.unit_price, listing.currency) == (Decimal("2.50"), "EUR")
    assert (listing.units_total, listing.units_left, listing.is_open) == (40, 40, True)


def test_an_offer_that_cannot_be_kept_is_refused(world: World, staff: Client):
    for changes, expected in (
        (
            {"unit_price": "2.505"},
            {
                "unit_price": [
                    "EUR has no smaller amount than 0.01; a price must be a whole number of these.",
                ]
            },
        ),
        (
            {"unit_price": "250.50", "currency": "JPY"},
            {"unit_price": ["JPY has no smaller amount than 1; a price must be a whole number of these."]},
        ),
        ({"unit_price": "0"}, {"unit_price": ["The price must be more than nothing."]}),
        ({"currency": "ECU"}, {"currency": ["ECU is no currency. Use its three letters, such as EUR."]}),
        (
            {"unit_price": "250", "currency": "JPY"},
            {"currency": ["The provider has open payment accounts in EUR, USD only."]},
        ),
        ({"units_total": "0"}, {"units_total": ["Offer one unit at least."]}),
        (
            {"units_total": "101"},
            {
                "units_total": [
                    "The registry account HOLDING-sol has 100 units of this block that are not offered already."
                ]
            },
        ),
    ):
        response = staff.post(reverse("listing:add"), listing_form(world, **changes))
        assert errors(response) == expected
        assert Listing.objects.count() == 0, changes


def test_the_same_units_are_not_offered_twice(world: World, staff: Client):
    block = world.block(units=100)
    first = world.listing(block=block, units=70)
    world.order(first, quantity=10)
    response = staff.post(reverse("listing:add"), listing_form(world, issuance_block=str(block.pk), units_total="31"))
    assert errors(response) == {
        "units_total": ["The registry account HOLDING-sol has 30 units of this block that are not offered already."]
    }


def test_a_provider_without_credentials_offers_nothing(world: World, staff: Client):
    Account.objects.filter(provider=world.sol).update(sealed_credentials=b"")
    response = staff.post(reverse("listing:add"), listing_form(world))
    assert errors(response) == {"provider": ["This provider cannot be paid: it has no credentials that can be opened."]}


def edit(world: World, listing: Listing, **changes: str) -> dict[str, str]:
    """The edit form as a browser sends it: what is fixed is not among its fields."""
    facts = {"unit_price": str(listing.unit_price), "units_total": str(listing.units_total), "is_open": "on"}
    return {**facts, **changes}


def test_a_price_changes_for_later_orders_only(world: World, staff: Client):
    listing = world.listing(units=10, price="2.50")
    order = world.order(listing, quantity=4)
    response = staff.post(reverse("listing:edit", args=[listing.pk]), edit(world, listing, unit_price="3.00"))
    assert response.status_code == 302
    order.refresh_from_db()
    listing.refresh_from_db()
    assert (order.unit_price, order.amount) == (Decimal("2.50"), Decimal("10.00"))
    assert (listing.unit_price, listing.units_left) == (Decimal("3.00"), 6)


def test_what_orders_rest_on_is_fixed(world: World, staff: Client):
    listing = world.listing()
    other = {"provider": str(world.vento.pk), "currency": "USD", "issuance_block": str(world.block().pk)}
    staff.post(reverse("listing:edit", args=[listing.pk]), edit(world, listing, **other))
    changed = Listing.objects.get(pk=listing.pk)
    assert (changed.provider, changed.currency) == (world.sol, "EUR")
    assert changed.issuance_block == listing.issuance_block


def bound(world: World, listing: Listing, **changes: str) -> Any:
    """The edit form after it was sent, found right, and not yet saved."""
    form_class = ListingViewSet().get_form_class()
    form = form_class(edit(world, listing, **changes), instance=Listing.objects.get(pk=listing.pk), for_user=world.eda)
    assert form.is_valid(), form.errors
    return form


def test_units_sold_while_the_form_was_open_stay_sold(world: World):
    listing = world.listing(units=10, block=world.block(units=12))
    form = bound(world, listing, units_total="12")
    world.order(listing, quantity=4)
    form.save()
    listing.refresh_from_db()
    assert (listing.units_total, listing.units_left) == (12, 8)


def test_units_sold_while_the_form_was_open_cannot_be_taken_off(world: World):
    listing = world.listing(units=10)
    form = bound(world, listing, units_total="3")
    world.order(listing, quantity=4)
    with pytest.raises(TooFewLeft):
        form.save()
    listing.refresh_from_db()
    assert (listing.units_total, listing.units_left) == (10, 6)


def test_an_order_in_the_very_moment_of_saving_is_said_beside_the_field(world: World, staff: Client):
    listing = world.listing(units=10)
    placed: list[Order] = []

    def order_just_before(execute: Any, sql: str, *rest: Any) -> Any:
        if "FOR UPDATE" in sql or (sql.startswith("SAVEPOINT") and not placed):
            placed.append(None)  # type: ignore[arg-type]  # the order's own savepoints come by here too
            placed[0] = world.order(listing, quantity=4)
        return execute(sql, *rest)

    with connection.execute_wrapper(order_just_before):
        response = staff.post(reverse("listing:edit", args=[listing.pk]), edit(world, listing, units_total="3"))
    assert errors(response) == {
        "units_total": ["More units were ordered meanwhile. Reload this page, and offer at least those."]
    }
    listing.refresh_from_db()
    assert (listing.units_total, listing.units_left) == (10, 6)


def test_fewer_units_than_are_ordered_cannot_be_offered(world: World, staff: Client):
    listing = world.listing(units=10)
    world.order(listing, quantity=4)
    response = staff.post(reverse("listing:edit", args=[listing.pk]), edit(world, listing, units_total="3"))
    assert errors(response) == {"units_total": ["4 units of this listing are ordered already: offer at least those."]}


def test_a_listing_can_be_closed(world: World, staff: Client):
    listing = world.listing()
    form = edit(world, listing)
    del form["is_open"]
    staff.post(reverse("listing:edit", args=[listing.pk]), form)
    listing.refresh_from_db()
    assert not listing.is_open


def test_change_listing_raises_and_changes_nothing_where_too_few_are_left(world: World):
    listing = world.listing(units=10)
    world.order(listing, quantity=4)
    with pytest.raises(TooFewLeft):
        change_listing(listing_id=listing.pk, unit_price=Decimal("9.00"), units_total=3, is_open=False)
    listing.refresh_from_db()
    assert (listing.unit_price, listing.units_total, listing.is_open) == (Decimal("2.50"), 10, True)
