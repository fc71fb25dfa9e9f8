"""Payments that PayPal has taken in and not decided on: why, and what to do, in plain words.

Nothing is cancelled for one, and its units stay set aside. It is asked about by itself until it is decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from portal.payments.models import Payment, PaymentState, Rail

IN_DOUBT = (PaymentState.SENT, PaymentState.CAPTURING)


@dataclass(frozen=True)
class Advice:
    """What a purchaser reads of a reason, and what staff do about it. Texts that wait for a language."""

    purchaser: Any
    staff: Any


_PROVIDER_ACTS = gettext_lazy(
    "The provider has something to settle in its account at PayPal before it can take your payment."
)
_LOOKED_AT = gettext_lazy("PayPal is looking at this payment before it lets it through, mostly within a day.")
_NOTHING_TO_DO = gettext_lazy("There is nothing to do but wait: PayPal decides by itself, mostly within a day.")

WORDS: Mapping[str, Advice] = {
    "UNILATERAL": Advice(
        _PROVIDER_ACTS,
        gettext_lazy(
            "PayPal knows no confirmed account under the provider's address. The provider has to confirm its e-mail "
            "address at PayPal, and the merchant id on its account here has to be its own."
        ),
    ),
    "ECHECK": Advice(
        gettext_lazy("You paid PayPal from a bank account, and that money takes up to six working days to arrive."),
        gettext_lazy(
            "The purchaser pays from a bank account, which takes up to six working days. There is nothing to do."
        ),
    ),
    "PENDING_REVIEW": Advice(_LOOKED_AT, _NOTHING_TO_DO),
    "VERIFICATION_REQUIRED": Advice(
        _PROVIDER_ACTS, gettext_lazy("The provider has to verify its account at PayPal before it is paid.")
    ),
    "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION": Advice(
        _PROVIDER_ACTS,
        gettext_lazy(
            "The provider holds no balance in this currency, or takes such payments by hand only. It has to accept "
            "this one at PayPal, and should open the currency there."
        ),
    ),
    "INTERNATIONAL_WITHDRAWAL": Advice(
        _PROVIDER_ACTS,
        gettext_lazy("The provider has to accept this payment from abroad by hand, at PayPal."),
    ),
    "TRANSACTION_APPROVED_AWAITING_FUNDING": Advice(
        gettext_lazy("PayPal waits for the money of your means of payment, mostly for a few days."), _NOTHING_TO_DO
    ),
    "BUYER_COMPLAINT": Advice(
        _LOOKED_AT,
        gettext_lazy("The purchaser has complained to PayPal. The provider has to answer that, as a dispute."),
    ),
    "CHARGEBACK": Advice(
        _LOOKED_AT,
        gettext_lazy("The purchaser's bank wants the money back. The provider has to answer that, as a dispute."),
    ),
}
OTHERS = Advice(
    gettext_lazy("PayPal has taken in your payment and has not decided on it yet."),
    gettext_lazy("The provider sees in its account at PayPal why, and what it can do about it."),
)


def words_of(payment: Payment) -> Advice | None:
    """Return what is to be said of a payment that PayPal leaves pending; None of any other."""
    is_pending = payment.account.rail == Rail.PAYPAL and payment.state in IN_DOUBT and payment.code
    return WORDS.get(payment.code, OTHERS) if is_pending else None
