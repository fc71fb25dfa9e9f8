"""What the sandbox's cards and amounts make happen. Nonces and amounts follow Braintree's testing pages.

Cards that exist only here, so that somebody in a browser can choose a failure (each fails once per order id)::

    fake-simulator-authentication-nonce           the bank wants authentication (processor code 2099)
    fake-simulator-<operation>-<fault>-nonce      a fault of `faults.py`, for instance
    fake-simulator-sale-drop-nonce                the money is held, but the answer is lost
    fake-simulator-sale-error-before-nonce        an error, and nothing was done
    fake-simulator-submit-decline-nonce           the capture is refused
    fake-simulator-settlement-decline-nonce       captured, then refused at settlement
"""

from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a sale: its status if only authorised, reasons, and how it settles."""

    status: str = "authorized"
    code: str = "1000"
    text: str = "Approved"
    rejection: str = ""
    settles_as: str = "settled"
    settlement_code: str = ""
    settlement_text: str = ""
    partial: bool = False


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a nonce stands for. `error` is a validation code that stops a sale before there is a transaction."""

    brand: str = "Visa"
    bin: str = "401288"
    last_four: str = "1881"
    instrument: str = "credit_card"
    three_d_secure: str = ""
    liability_shifted: bool = False
    verdict: Decision | None = None
    error: str = ""


def declined(code: str) -> Decision:
    return Decision(status="processor_declined", code=code, text=RESPONSES.get(code, "Processor Declined"))


def rejected(reason: str) -> Decision:
    return Decision(status="gateway_rejected", code="", text="", rejection=reason)


RESPONSES = {
    "2000": "Do Not Honor",
    "2001": "Insufficient Funds",
    "2004": "Expired Card",
    "2010": "Card Issuer Declined CVV",
    "2015": "Transaction Not Allowed",
    "2038": "Processor Declined",
    "2099": "Cardholder Authentication Required",
}
UNAVAILABLE = Decision(status="failed", code="3000", text="Processor Network Unavailable - Try Again")
SETTLEMENT_REFUSED = Decision(
    settles_as="settlement_declined", settlement_code="4001", settlement_text="Settlement Declined"
)

MASTERCARD = Card(brand="MasterCard", bin="555555", last_four="4444")
AMEX = Card(brand="American Express", bin="378282", last_four="0005")
DISCOVER = Card(brand="Discover", bin="601111", last_four="1117")
JCB = Card(brand="JCB", bin="353011", last_four="0000")

CARDS: dict[str, Card] = {
    "fake-valid-nonce": Card(),
    "fake-valid-visa-nonce": Card(),
    "fake-valid-mastercard-nonce": MASTERCARD,
    "fake-valid-amex-nonce": AMEX,
    "fake-valid-discover-nonce": DISCOVER,
    "fake-valid-jcb-nonce": JCB,
    "fake-valid-maestro-nonce": Card(brand="Maestro", bin="630400", last_four="0000"),
    "fake-valid-debit-nonce": Card(bin="411710", last_four="1010"),
    "fake-valid-prepaid-nonce": Card(bin="411111", last_four="1210"),
    "fake-paypal-one-time-nonce": Card(instrument="paypal_account"),
    "fake-paypal-billing-agreement-nonce": Card(instrument="paypal_account"),
    "fake-local-payment-method-nonce": Card(instrument="local_payment", verdict=Decision(status="settlement_pending")),
    "fake-sepa-direct-debit-nonce": Card(
        instrument="sepa_debit_account_detail", verdict=Decision(status="settlement_pending")
    ),
    "fake-processor-declined-visa-nonce": Card(bin="400011", last_four="1115", verdict=declined("2000")),
    "fake-processor-declined-mastercard-nonce": replace(MASTERCARD, last_four="5100", verdict=declined("2000")),
    "fake-processor-declined-amex-nonce": replace(AMEX, last_four="1000", verdict=declined("2000")),
    "fake-processor-declined-discover-nonce": replace(DISCOVER, last_four="9424", verdict=declined("2000")),
    "fake-processor-failure-jcb-nonce": replace(JCB, verdict=UNAVAILABLE),
    "fake-gateway-rejected-fraud-nonce": Card(verdict=rejected("fraud")),
    "fake-gateway-rejected-risk-thresholds-nonce": Card(verdict=rejected("risk_threshold")),
    "fake-consumed-nonce": Card(error="91564"),
    "fake-luhn-invalid-nonce": Card(error="81715"),
    "fake-simulator-authentication-nonce": Card(last_four="3220", verdict=declined("2099")),
}

# How each 3-D Secure card's authentication ended, and whether the bank then bears the loss.
AUTHENTICATIONS: dict[str, tuple[str, bool]] = {
    "visa-full-authentication": ("authenticate_successful", True),
    "visa-attempts-non-participating": ("authenticate_attempt_successful", True),
    "visa-failed-authentication": ("authenticate_failed", False),
    "visa-failed-signature": ("authenticate_signature_verification_failed", False),
    "visa-authentication-unavailable": ("authenticate_unable_to_authenticate", False),
    "visa-not-enrolled": ("lookup_not_enrolled", False),
    "visa-unavailable": ("lookup_card_error", False),
    "visa-lookup-timeout": ("lookup_error", False),
    "visa-mpi-lookup-error": ("lookup_error", False),
    "visa-mpi-authenticate-error": ("authenticate_error", False),
    "visa-bypassed-authentication": ("lookup_bypassed", False),
    "two-visa-successful-frictionless-authentication": ("authenticate_successful", True),
    "two-visa-successful-step-up-authentication": ("authenticate_successful", True),
    "two-visa-error-on-lookup": ("lookup_error", False),
    "two-visa-timeout-on-lookup": ("lookup_error", False),
}
CARDS |= {
    f"fake-three-d-secure-{name}-nonce": Card(last_four="0002", three_d_secure=status, liability_shifted=shifted)
    for name, (status, shifted) in AUTHENTICATIONS.items()
}


def verdict_on_amount(amount: Decimal) -> Decision:
    """What the sandbox makes of an amount; every amount not in its table is simply approved."""
    exact = {
        Decimal("1004.00"): Decision(code="1004", text="Approved for partial amount", partial=True),
        Decimal("5001.00"): rejected("application_incomplete"),
        Decimal("5001.01"): declined("2038"),
        Decimal("5001.02"): replace(SETTLEMENT_REFUSED, settles_as="settlement_failed"),
    }
    whole = int(amount)
    if amount in exact:
        return exact[amount]
    if 2000 <= whole <= 2999:
        return declined(str(whole))
    if whole == 3000:
        return UNAVAILABLE
    if whole == 4002:
        return Decision(settles_as="settlement_pending", settlement_code="4002", settlement_text="Settlement Pending")
    if whole == 4001 or Decimal(4003) <= amount < Decimal(5001):
        return SETTLEMENT_REFUSED
    return Decision()
