"""Where the simulator's bank books a transfer that somebody was asked for. Real banks have no such page."""

from urllib.parse import urlencode

from django.conf import settings

from portal.money import in_minor_units
from portal.payments.models import Environment
from portal.payments.transfers.models import TransferRequest


def booking_page(request: TransferRequest, *, language: str) -> str:
    """Return its address, with all that is to be typed there; nothing for an account at a real bank, and nothing where
    the portal knows no simulator, as in production."""
    bank, payment = request.bank, request.payment
    if bank.account.environment != Environment.SIMULATOR or not settings.SIMULATOR_URL:
        return ""
    typed = {
        "reference": request.rf,
        "account": bank.iban or bank.number,
        "holder": bank.holder,
        "currency": payment.currency,
        "amount": in_minor_units(payment.amount, payment.currency),
        "language": language,
    }
    return f"{settings.SIMULATOR_URL}/bank?{urlencode(typed)}"
