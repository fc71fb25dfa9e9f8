"""Which gateway object speaks for a provider: its own, with its own keys, and never a shared configuration."""

from typing import Any

from django.conf import settings

from portal.checkout.models import Provider
from portal.payments.braintree.credentials import Credentials
from portal.payments.braintree.gateway import BraintreeGateway
from portal.payments.gateway import Gateway
from portal.payments.vault import unseal


def gateway_for(provider: Provider) -> Gateway:
    """Return the gateway that charges into this provider's own merchant accounts."""
    environment: Any = provider.gateway_environment
    values: Any = unseal(provider.sealed_credentials)
    address = settings.SIMULATOR_URL if environment == "simulator" else ""
    return BraintreeGateway(Credentials(environment=environment, simulator_url=address, **values))
