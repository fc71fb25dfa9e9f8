"""The ways to pay in a measurement, each in the steps that a purchaser and a provider take."""

import http.client
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlsplit

from django.utils import timezone

from bench.installation import BenchError
from portal.checkout import elsewhere, orders, paying, transfers
from portal.checkout.models import Order
from portal.checkout.rules import PayAt, PayResult
from portal.payments.transfers import service as counting
from portal.payments.transfers.models import TransferRequest
from portal.payments.transfers.service import Counted
from portal.people.models import User

CARD = "fake-valid-visa-nonce"
PATIENCE = 30.0  # seconds for the simulated PayPal

Step = Callable[[str], object]  # what is done about the order with this token


def _by_card(token: str) -> None:
    _expect(PayResult.HELD, paying.pay(token=token, nonce=CARD, now=timezone.now()))


def _go_to_paypal(token: str) -> str:
    """Begin to pay, and return where the purchaser agrees."""
    now = timezone.now()
    led = elsewhere.go(order=_seen(token), rail="paypal", language="en", now=now)
    if not isinstance(led, PayAt):
        raise BenchError(f"PayPal did not say where to agree: {led}.")
    return led.url


def agree(url: str) -> None:
    """Agree on the simulated PayPal's page, which then leads back."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"{parts.path}?{parts.query}", "choice=approve", kind)
        status = connection.getresponse().status
    finally:
        connection.close()
    if status not in (302, 303):
        raise BenchError(f"The simulated PayPal answered {status}.")


def _come_back_from_paypal(token: str) -> None:
    _expect(PayResult.HELD, elsewhere.come_back(order=_seen(token), now=timezone.now()))


def _ask_for_a_transfer(token: str) -> None:
    asked = transfers.pay(token=token, now=timezone.now())
    if not isinstance(asked, TransferRequest):
        raise BenchError(f"A purchaser was asked for no transfer: {asked}.")


def _say_that_it_came(token: str) -> None:
    """Do what the provider's page does when one of its people sees the money on the account."""
    reference, amount = Order.objects.values_list("reference", "amount").get(token=token)
    now = timezone.now()
    counted = counting.confirm(
        reference=reference, amount=Decimal(amount), value_date=now.date(), bank_reference="", by_id=_person(), now=now
    )
    _expect(Counted.PAID, counted)


def _settle_transfer(token: str) -> None:
    transfers.settle(reference=Order.objects.values_list("reference", flat=True).get(token=token), now=timezone.now())


def _person() -> int:
    return User.objects.values_list("pk", flat=True).order_by("pk")[0]


def _seen(token: str) -> orders.OrderView:
    order = orders.order_at(token=token, now=timezone.now())
    if order is None:
        raise BenchError("An order was lost.")
    return order


def _expect(wanted: str, result: object) -> None:
    if result != wanted:
        raise BenchError(f"An order was not paid: {result}.")


# Steps by name; what is done between two of them is the purchaser's, or PayPal's, and not measured.
CARD_STEPS: dict[str, Step] = {"pay (authorise, settle)": _by_card}
PAYPAL_STEPS: dict[str, Step] = {"go to PayPal": _go_to_paypal, "come back (authorise, settle)": _come_back_from_paypal}
TRANSFER_STEPS: dict[str, Step] = {
    "ask for a transfer": _ask_for_a_transfer,
    "say that it came": _say_that_it_came,
    "settle": _settle_transfer,
}
RAILS: dict[str, dict[str, Step]] = {"card": CARD_STEPS, "paypal": PAYPAL_STEPS, "transfer": TRANSFER_STEPS}
