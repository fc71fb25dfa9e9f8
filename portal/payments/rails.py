"""Which gateway object speaks for an account: its own, with its own keys, and never a shared configuration."""

from typing import Any

from django.conf import settings

from portal.payments.braintree.credentials import Credentials
from portal.payments.braintree.gateway import BraintreeGateway
from portal.payments.gateway import CardGateway
from portal.payments.models import Account
from portal.payments.vault import unseal


def gateway_for(account: Account) -> CardGateway:
    """Return the gateway that charges into the account and no other.

    Raises ImproperlyConfigured where its credentials cannot be opened, and ValueError where they cannot be right.
    """
    return BraintreeGateway(credentials(environment=account.environment, keys=unseal(account.sealed_credentials)))


def credentials(*, environment: str, keys: dict[str, Any]) -> Credentials:
    """Return keys as credentials of an environment. Raises ValueError where they cannot be right."""
    known: Any = environment
    address = settings.SIMULATOR_URL if environment == "simulator" else ""
    return Credentials(environment=known, simulator_url=address, **keys)
