"""How a purchaser enters a card, and what is said when it was not accepted."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.checkout.rules import PayResult
from portal.payments import cards
from portal.payments.gateway import CardEntry, GatewayUnavailable
from portal.payments.models import Account, Rail

BRAINTREE_SOURCES = ["https://js.braintreegateway.com", "https://assets.braintreegateway.com"]
BRAINTREE_CALLS = ["https://*.braintree-api.com", "https://*.braintreegateway.com", "https://*.cardinalcommerce.com"]

PROBLEMS = {
    PayResult.DECLINED: _("The card was not accepted, and nothing was charged. Please try another card."),
    PayResult.NOT_ASKED: _(
        "The payment service did not accept our request, and your bank was not asked. Your card is not the reason. "
        "Nothing was charged, and those who run this site have been told. Please try again later."
    ),
    PayResult.AUTHENTICATION: _(
        "Your bank asked you to confirm this payment, and that did not succeed. Nothing was charged. Please try again."
    ),
    PayResult.TOO_OFTEN: _(
        "Too many attempts to pay this order did not succeed, so that it cannot be paid any more. Nothing was charged. "
        "Please withdraw it below; then you can order again."
    ),
}

SAMPLE_CARD_LABELS = {
    "approved": pgettext_lazy("sample card", "is accepted"),
    "declined": pgettext_lazy("sample card", "is declined by the bank"),
    "rejected_as_fraud": pgettext_lazy("sample card", "is rejected as suspicious"),
    "needs_authentication": pgettext_lazy("sample card", "needs confirmation by the bank"),
    "slow_answer": pgettext_lazy("sample card", "is accepted after a long wait"),
    "lost_answer": pgettext_lazy("sample card", "is accepted, but the answer is lost"),
    "never_asked": pgettext_lazy("sample card", "fails: the payment service is down"),
    "lost_capture_answer": pgettext_lazy("sample card", "is accepted, but the answer to the collection is lost"),
    "capture_refused_once": pgettext_lazy("sample card", "is accepted, but the first collection fails"),
    "settlement_refused": pgettext_lazy("sample card", "is accepted, but the bank refuses the settlement later"),
}


def card_entry(ways: list[Account], *, currency: str, now: datetime) -> CardEntry | None:
    """Return what the payment page needs where cards are among the ways to pay, or None while that cannot be had."""
    account = next((each for each in ways if each.rail == Rail.CARD), None)
    if account is None:
        return None
    try:
        return cards.card_entry(account, currency=currency, now=now)
    except GatewayUnavailable:
        return None


def choices(entry: CardEntry | None) -> list[tuple[str, Any]]:
    """Return the simulator's cards to choose from; none where cards are entered in hosted fields."""
    if entry is None:
        return []
    return [
        (
            card.nonce,
            _("%(brand)s ending in %(digits)s: %(effect)s")
            % {"brand": card.brand, "digits": card.last_four, "effect": SAMPLE_CARD_LABELS[card.label_key]},
        )
        for card in entry.cards
    ]


class PayForm(forms.Form):
    """What the card entry hands over: a one-time name for the card, never the card itself."""

    nonce = forms.CharField(
        max_length=255, error_messages={"required": _("Choose a card, or fill in the card fields.")}
    )
    device_data = forms.CharField(max_length=5000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cards: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cards:
            self.fields["nonce"] = forms.ChoiceField(
                label=_("Card"),
                choices=cards,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a card.")},
            )
        else:
            self.fields["nonce"].widget = forms.HiddenInput()


def widen_policy(response: HttpResponse) -> None:
    """Let Braintree's hosted fields and 3-D Secure run on this one page, and nowhere else."""
    response._csp_update = {  # type: ignore[attr-defined]  # the name django-csp's own decorator uses
        "script-src": BRAINTREE_SOURCES,
        "connect-src": BRAINTREE_CALLS,
        "img-src": BRAINTREE_SOURCES,
        "frame-src": ["https:"],
        "form-action": ["https:"],
    }
