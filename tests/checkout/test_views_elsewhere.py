"""The way to PayPal and back as a browser makes it: a form, a redirect, a page of PayPal's, a redirect, the order."""

import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout.models import Order, OrderState
from portal.payments.models import Account, PaymentState
from tests.checkout.purchasing import order_page
from tests.pages import Page, words
from tests.payments.simulator.paypal.conftest import request
from tests.world import World, payments_of


@pytest.fixture
def order(world: World, clock: Any) -> Order:
    clock.now = time.time()
    world.paypal()
    return world.order(now=timezone.now(), quantity=3)


def go(client: Client, order: Order, language: str = "en") -> Any:
    return client.post(f"/{language}/orders/{order.token}/pay/paypal/")


def come_back(client: Client, order: Order, language: str = "en") -> Page:
    address = f"/{language}/orders/{order.token}/pay/back/?token=ANY&PayerID=ANY"
    return Page(client.get(address, follow=True))


def test_the_payment_page_offers_paypal_beside_the_card(client, order):
    page = order_page(client, order)
    headings = [each.get_text() for each in page.soup.select("h2")]
    assert [each for each in headings if each in ("Card", "PayPal")] == ["Card", "PayPal"]
    form = page.soup.find("form", action=f"/en/orders/{order.token}/pay/paypal/")
    assert form is not None
    assert words(form.button) == "Pay €7.50 to Sol with PayPal"
    assert page.soup.find("script", src=lambda src: src and "paypal" in src) is None


def test_the_policy_of_the_page_lets_its_form_lead_there_and_nowhere_else(client, world, order):
    policy = client.get(f"/en/orders/{order.token}/")["Content-Security-Policy"]
    directives = dict(each.strip().split(" ", 1) for each in policy.split(";") if " " in each.strip())
    assert directives["form-action"] == f"'self' {world.simulator.url}"
    assert "paypal" not in directives["script-src"]


def test_in_production_it_leads_to_paypals_hosts(client, order):
    Account.objects.filter(rail="paypal").update(environment="production")
    policy = client.get(f"/en/orders/{order.token}/")["Content-Security-Policy"]
    assert "form-action 'self' https://paypal.com https://*.paypal.com" in policy


def test_the_form_leads_to_paypals_page_which_leads_back_and_the_order_is_paid(client, world, order):
    there = go(client, order)
    number = payments_of(order).get().gateway_id
    assert (there.status_code, there["Location"]) == (303, f"{world.simulator.url}/checkoutnow?token={number}")
    _, headers, _ = request(there["Location"], method="POST", body=b"choice=approve")
    back = f"http://testserver/en/orders/{order.token}/pay/back/?token={number}&PayerID=SIMULATEDPAYER"
    assert headers["Location"] == back
    answer = client.get(back)
    assert (answer.status_code, answer["Location"]) == (302, f"/en/orders/{order.token}/")
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_who_cancels_at_paypal_finds_the_payment_page_with_everything_kept(client, world, order):
    there = go(client, order)
    _, headers, _ = request(there["Location"], method="POST", body=b"choice=cancel")
    assert headers["Location"].startswith(f"http://testserver/en/orders/{order.token}/?token=")
    page = Page(client.get(headers["Location"]))
    assert page.soup.find("form", action=f"/en/orders/{order.token}/pay/paypal/")
    order.refresh_from_db()
    assert (order.state, order.quantity) == (OrderState.AWAITING_PAYMENT, 3)


def test_who_cancels_at_paypal_still_corrects_the_order_with_all_that_was_typed(client, world, order):
    go(client, order)
    page = order_page(client, order)
    address = next(each for each in page.links() if "/details/" in each)
    page = Page(client.get(address))
    assert page.sent("purchaser_name")["purchaser_name"] == order.purchaser_name
    seen = Page(client.post(address, page.sent("purchaser_name", purchaser_name="Club Andino")))
    answer = client.post(address, seen.sent("purchaser_name", consent="on"))
    assert answer["Location"] == order.get_absolute_url()
    order.refresh_from_db()
    assert (order.purchaser_name, Order.objects.count()) == ("Club Andino", 1)
    assert payments_of(order).get().code == "abandoned"  # whoever agrees to it now pays nothing
    come_back(client, order)
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "You came back without having agreed to the payment at PayPal."),
        ("fr", "Vous êtes revenu sans avoir accepté le paiement chez PayPal."),
        ("es", "Ha vuelto sin haber aceptado el pago en PayPal."),
    ],
)
def test_who_comes_back_without_agreeing_is_told_so_in_their_language(client, order, language, said):
    go(client, order, language)
    assert said in come_back(client, order, language).main
    assert payments_of(order).get().state == PaymentState.OFFERED


def test_where_paypal_does_not_answer_the_page_says_so_and_offers_the_card(client, world, order):
    world.simulator.faults.add(operation="order", kind="error_before", code="429")
    page = Page(go(client, order))
    assert page.status == 422
    assert "PayPal asks us to wait. Nothing was charged." in page.main
    assert page.soup.find(attrs={"name": "nonce"})


@pytest.mark.parametrize("rail", ["transfer", "card", "moon"])
def test_a_rail_that_is_not_one_of_these_leads_nowhere(client, order, rail):
    answer = client.post(f"/en/orders/{order.token}/pay/{rail}/")
    assert answer.status_code == 404
    assert not payments_of(order).exists()


def test_looking_at_the_addresses_does_nothing(client, order):
    assert client.get(f"/en/orders/{order.token}/pay/paypal/").status_code == 302
    assert client.head(f"/en/orders/{order.token}/pay/back/").status_code == 405
    assert come_back(client, order).status == 200
    assert not payments_of(order).exists()
    assert client.post("/en/orders/nobodys/pay/paypal/").status_code == 404
    assert client.get("/en/orders/nobodys/pay/back/").status_code == 404
