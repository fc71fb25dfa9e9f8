"""Which gateway object speaks for an account: its own, with its own keys, and never a shared configuration."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.payments.braintree.credentials import Credentials
from portal.payments.braintree.gateway import BraintreeGateway
from portal.payments.gateway import BookGateway, CardGateway, DisputeGateway, Gateway, RedirectGateway
from portal.payments.models import Account, Rail
from portal.payments.paypal.credentials import Credentials as PayPalCredentials
from portal.payments.paypal.gateway import PayPalGateway
from portal.vault import unseal


def gateway_for(account: Account) -> Gateway:
    """Return the gateway that charges into the account and no other.

    Raises ImproperlyConfigured where its credentials cannot be opened, and ValueError where they cannot be right, or
    where its rail has no gateway.
    """
    if account.rail not in GATEWAYS:
        raise ValueError(f"no gateway speaks for {account.rail}")
    return GATEWAYS[account.rail](account)


def card_gateway(account: Account) -> CardGateway:
    """Return the gateway of an account for cards. Raises what `gateway_for` raises, and ValueError for other rails."""
    if account.rail != Rail.CARD:
        raise ValueError(f"{account.rail} takes no cards")
    return cast("CardGateway", gateway_for(account))


def redirect_gateway(account: Account) -> RedirectGateway:
    """Return the gateway of an account whose purchasers agree on its own pages. Raises as `card_gateway` does."""
    if account.rail not in REDIRECTING:
        raise ValueError(f"{account.rail} sends nobody anywhere")
    return cast("RedirectGateway", gateway_for(account))


def dispute_gateway(account: Account) -> DisputeGateway:
    """Return what tells of an account's disputes. Raises as `card_gateway` does."""
    if account.rail not in DISPUTING:
        raise ValueError(f"{account.rail} tells of no disputes")
    return cast("DisputeGateway", gateway_for(account))


def book_gateway(account: Account) -> BookGateway:
    """Return what reads through an account's books at its gateway. Raises as `card_gateway` does."""
    if account.rail not in GATEWAYS:
        raise ValueError(f"{account.rail} keeps no books")
    return cast("BookGateway", gateway_for(account))


def usable_currencies(account: Account) -> frozenset[str]:
    """Return in which currencies money can be paid into an account for all that is known here: none where what is
    sealed cannot be opened or be right. Nobody is asked.

    Where its row names none, what is sealed does: it could not be opened when rows began to name them. No gateway
    speaks for transfers: they need the bank account that purchasers are told.
    """
    if account.rail == Rail.TRANSFER:
        return frozenset(account.currencies) if hasattr(account, "bank") else frozenset()
    try:
        gateway = gateway_for(account)
    except (ImproperlyConfigured, ValueError):
        return frozenset()
    return frozenset(account.currencies) or gateway.currencies


def credentials(*, environment: str, keys: dict[str, Any]) -> Credentials:
    """Return keys as credentials of an environment. Raises ValueError where they cannot be right."""
    known: Any = environment
    address = settings.SIMULATOR_URL if environment == "simulator" else ""
    return Credentials(environment=known, simulator_url=address, **keys)


def paypal_credentials(*, environment: str, keys: dict[str, Any], currencies: Iterable[str]) -> PayPalCredentials:
    """Return keys as credentials of an environment, for PayPal. Raises ValueError where they cannot be right."""
    known: Any = environment
    address = settings.SIMULATOR_URL if environment == "simulator" else ""
    return PayPalCredentials(environment=known, simulator_url=address, currencies=frozenset(currencies), **keys)


def _braintree(account: Account) -> Gateway:
    return BraintreeGateway(credentials(environment=account.environment, keys=unseal(account.sealed_credentials)))


def _paypal(account: Account) -> Gateway:
    keys = unseal(account.sealed_credentials)
    try:
        return _at_paypal(paypal_credentials(environment=account.environment, keys=keys, currencies=account.currencies))
    except TypeError as error:
        raise ValueError("these are not PayPal's credentials") from error


@lru_cache(maxsize=256)
def _at_paypal(known: PayPalCredentials) -> PayPalGateway:
    """Keep a gateway as long as its credentials are the same, since its token is good for hours."""
    return PayPalGateway(known)


GATEWAYS: dict[str, Callable[[Account], Gateway]] = {Rail.CARD: _braintree, Rail.PAYPAL: _paypal}
REDIRECTING = frozenset({Rail.PAYPAL})
DISPUTING = frozenset({Rail.CARD, Rail.PAYPAL})
