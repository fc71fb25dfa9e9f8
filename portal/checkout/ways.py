"""The ways in which an order can be paid, as its page offers them: what is open at its provider, the best first."""

from django.conf import settings

from portal.checkout.models import Order, PurchaserType
from portal.checkout.rules import best_first
from portal.payments import accounts
from portal.payments.models import Account
from portal.registry.vocabulary import Beneficiary


def ways_to_pay(*, token: str) -> list[Account]:
    """Return the accounts into which an order can be paid now, one of each rail, the best first; none if it cannot be.

    Nobody is asked. Two queries.
    """
    read = ("listing__provider", "currency", "amount", "purchaser_type", "beneficiary_type")
    provider, currency, amount, purchaser, beneficiary = Order.objects.values_list(*read).get(token=token)
    by_rail = {each.rail: each for each in accounts.open_rails(provider=provider, currency=currency)}
    ranked = best_first(
        by_rail,
        is_organisation=purchaser == PurchaserType.ORGANISATION or beneficiary == Beneficiary.ORGANISATION,
        amount=amount,
        transfer_first_from=settings.TRANSFER_FIRST_FROM,
    )
    return [by_rail[rail] for rail in ranked]


def template_of(account: Account) -> str:
    """Name the part of the payment page that is about an account's rail."""
    return f"checkout/_pay_{account.rail}.html"
