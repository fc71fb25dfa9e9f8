"""Paying where the purchaser agrees on pages of others, such as PayPal's: the way there and back, and what is said.

Coming back proves nothing: whoever guesses the address comes back as well. So it only leads to the gateway being asked.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.checkout import paying, service
from portal.checkout.models import Order
from portal.checkout.orders import OrderView
from portal.checkout.rules import PayAt, PayResult
from portal.payments import accounts, standing
from portal.payments import service as payments
from portal.payments.gateway import AGREED_BY_PURCHASER, TOO_MANY_REQUESTS, OutcomeKind, Redirect
from portal.payments.models import Account, PaymentState, Rail

LEADING_AWAY = frozenset({Rail.PAYPAL})
PROBLEMS = {
    PayResult.DECLINED: gettext_lazy(
        "PayPal did not carry out this payment, and nothing was charged. Please try again, perhaps with another means "
        "of payment there."
    ),
    PayResult.NOT_ASKED: gettext_lazy(
        "PayPal did not accept our request. Nothing was charged, and those who run this site have been told. Please "
        "try again later, or choose another way to pay."
    ),
    PayResult.NOT_AGREED: gettext_lazy(
        "You came back without having agreed to the payment at PayPal. Nothing was charged, and your units stay set "
        "aside until the time below."
    ),
    PayResult.NO_ANSWER: gettext_lazy(
        "PayPal does not answer at the moment. Nothing was charged. Please try again in a few minutes, or choose "
        "another way to pay."
    ),
    PayResult.TOO_BUSY: gettext_lazy(
        "PayPal asks us to wait. Nothing was charged. Please wait a minute before you go there again."
    ),
}


def go(*, order: OrderView, rail: str, language: str, now: datetime) -> PayAt | str:
    """Return where the purchaser agrees to pay an order, or a PayResult. A second click leads to the same place.

    A gateway that is silent is not asked, since visitors who wait for it would take the web server from all others.
    """
    way = {
        "description": _("%(units)s t CO2 equivalent, order %(reference)s")
        % {"units": order.quantity, "reference": order.reference},
        "return_url": f"{settings.SITE_URL}{reverse('pay_return', args=[order.token])}",
        "cancel_url": f"{settings.SITE_URL}{order.url}",
        "locale": language,
    }
    payment = service.begin_to_pay(token=order.token, rail=rail, now=now)
    if isinstance(payment, str):
        return payment
    if accounts.keeps_silent(payment.account, now=now):
        return PayResult.NO_ANSWER
    answer = payments.start(payment, **way, now=now)
    if isinstance(answer, Redirect):
        return PayAt(answer.url)
    if answer.code == AGREED_BY_PURCHASER:  # with another tab, a moment ago
        return paying.pay_agreed(payment=payment, is_seen=True, now=now)
    service.tell_staff(Order.objects.get(token=order.token), outcome=answer)
    if answer.kind is OutcomeKind.DECLINED:
        return PayResult.NOT_ASKED
    return PayResult.TOO_BUSY if answer.code == TOO_MANY_REQUESTS else PayResult.NO_ANSWER


def come_back(*, order: OrderView, now: datetime) -> str:
    """Ask for the money to which a purchaser says to have agreed. Returns a PayResult; any number of times."""
    payment = standing.live(order.reference).select_related("account").first()
    if payment is None:
        return PayResult.TOO_LATE
    if payment.state != PaymentState.OFFERED or payment.account.rail not in LEADING_AWAY:
        return PayResult.UNDER_WAY
    if not payment.gateway_id:  # nobody was led anywhere, since it never said where
        return PayResult.NOT_AGREED
    return paying.pay_agreed(payment=payment, is_seen=True, now=now)


def widen_policy(response: HttpResponse, *, ways: list[Account]) -> None:
    """Let this page's forms lead to the pages of gateways: browsers hold a form to its policy wherever it is led."""
    pages = [page for each in ways if each.rail in LEADING_AWAY for page in accounts.pages_of(each)]
    if pages:
        policy: dict[str, list[str]] = getattr(response, "_csp_update", None) or {}
        response._csp_update = {  # type: ignore[attr-defined]  # the name django-csp's own decorator uses
            **policy,
            "form-action": [*policy.get("form-action", []), *pages],
        }
