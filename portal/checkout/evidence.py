"""What an order's record says against a dispute: short texts in English, as banks read them, and the certificate.

Each text is by itself, has one subject and stays below LONGEST letters, which is as much as gateways take in any case.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from portal.checkout.models import Order
from portal.money import shown
from portal.payments import refunds
from portal.payments.gateway import EvidenceFile
from portal.registry.certificates import documents
from portal.registry.models import Cancellation

LONGEST = 500


def texts(order: Order, *, liability_shifted: bool | None = None) -> list[str]:
    """Return what is said for an order, the most important first. `liability_shifted`: 3-D Secure's result, if any."""
    said = [_delivered(order), _serials(order), _ordered(order), _consented(order), _secured(liability_shifted)]
    said += [_given_back(order)]
    return [text[:LONGEST] for text in said if text]


def files(order: Order) -> list[EvidenceFile]:
    """Return the certificate of an order, if it has one."""
    proven = documents.proven(references=[order.reference]).get(order.reference)
    if proven is None:
        return []
    return [EvidenceFile(name=f"{proven.code}.pdf", content=documents.pdf(proven.facts))]


def names_of_files(order: Order) -> list[str]:
    """Return what `files` would be called, without drawing any."""
    proven = documents.proven(references=[order.reference]).get(order.reference)
    return [f"{proven.code}.pdf"] if proven else []


def _delivered(order: Order) -> str:
    done = Cancellation.objects.filter(reference=order.reference, state="done").first()
    proven = documents.proven(references=[order.reference]).get(order.reference)
    if done is None or proven is None:
        return ""
    with override("en"):
        address = f"{settings.SITE_URL}{reverse('certificate', args=[proven.code])}"
    return (
        f"Delivered: {order.quantity} units (tonnes CO2 equivalent) were cancelled for this purchaser in the registry "
        f"on {_time(done.completed_at)}, registry transaction {done.transaction_number}, reference {done.reference}. "
        f"Cancelled units can never be sold, used or given back. Public proof: certificate {proven.code}, {address}"
    )


def _serials(order: Order) -> str:
    proven = documents.proven(references=[order.reference]).get(order.reference)
    activity = order.listing.issuance_block.activity
    runs = "; ".join(f"{first} to {last}" for first, last in proven.serials) if proven else ""
    return f"Serial numbers of the units, issued to {activity.code}: {runs}." if runs else ""


def _ordered(order: Order) -> str:
    amount = shown(order.amount, order.currency, "en")
    return (
        f"Order {order.reference} by {order.purchaser_name} ({order.purchaser_email}), "
        f"placed {_time(order.placed_at)}, paid {_time(order.paid_at)}, units cancelled {_time(order.completed_at)}. "
        f"{order.quantity} units, {amount}, paid to {order.provider_name}."
    )


def _consented(order: Order) -> str:
    return (
        f"Consent: on {_time(order.consented_at)} the purchaser agreed to exactly what the certificate states. The "
        "payment page says before paying that cancelling is final, that units cannot be given back once they are "
        "cancelled, and that the payment is not refunded. The certificate was sent to the e-mail address above."
    )


def _secured(liability_shifted: bool | None) -> str:
    if liability_shifted is None:
        return ""
    result = "the liability shifted to the issuer" if liability_shifted else "the liability did not shift"
    return f"3-D Secure: the cardholder was asked to authenticate, and {result}, as the payment gateway recorded."


def _given_back(order: Order) -> str:
    back = refunds.done(reference=order.reference)
    if not back:
        return ""
    sums = ", ".join(f"{shown(each.amount, order.currency, 'en')} on {_time(each.asked_at)}" for each in back)
    return f"Given back already: {sums}."


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "-"
