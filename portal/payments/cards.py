"""What is particular about cards: how they are entered, and the calls of their gateways."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured

from portal.payments import accounts
from portal.payments.gateway import TIMED_OUT, BadSignature, CardEntry, CardGateway, GatewayUnavailable, Notice
from portal.payments.models import Account, Rail
from portal.payments.rails import card_gateway

logger = logging.getLogger(__name__)


def card_entry(account: Account, *, currency: str, now: datetime) -> CardEntry:
    """Return what a payment page needs to pay into an account by card. Raises GatewayUnavailable, also where it takes
    none in this currency, or has no credentials that open; and at once where the gateway is silent, since visitors who
    wait for one provider's gateway would take the web server from all others."""
    gateway = gateway_of(account)
    if gateway is None or currency not in gateway.currencies:
        raise GatewayUnavailable(f"account {account.pk} takes no cards in {currency}")
    if accounts.keeps_silent(account, now=now):
        raise GatewayUnavailable(TIMED_OUT)
    try:
        entry = gateway.card_entry(currency=currency)
    except GatewayUnavailable as error:
        accounts.heard_nothing(account, code=str(error), now=now)
        raise
    accounts.heard(account, outcome=None, now=now)
    return entry


def gateway_of(account: Account) -> CardGateway | None:
    """Return what takes cards for an account, or None where its credentials cannot be opened or be right."""
    try:
        return card_gateway(account)
    except (ImproperlyConfigured, ValueError):
        return None


def challenge_answer(*, hook_key: str, challenge: str) -> str:
    """Return what proves to a gateway that an account's address is ours.

    Raises Account.DoesNotExist for an address that is nobody's, and BadSignature for what is no challenge.
    """
    with _gateway_that_called(hook_key) as gateway:
        return gateway.challenge_answer(challenge=challenge)


def notice_in(*, hook_key: str, signature: str, payload: str) -> tuple[int, Notice]:
    """Verify a webhook with the account's own keys, and return the account and what the webhook is about.

    Raises Account.DoesNotExist for an address that is nobody's, and BadSignature for what the account did not sign.
    """
    with _gateway_that_called(hook_key) as gateway:
        account_id = Account.objects.values_list("pk", flat=True).get(hook_key=hook_key)
        return account_id, gateway.notice_in(signature=signature, payload=payload)


@contextmanager
def _gateway_that_called(hook_key: str) -> Iterator[CardGateway]:
    """Hand out the gateway of the account with this address; who has it without the keys is logged by the provider."""
    account = Account.objects.select_related("provider").get(hook_key=hook_key, rail=Rail.CARD)
    try:
        yield card_gateway(account)
    except BadSignature:
        logger.warning("a webhook for provider %s had a bad signature", account.provider.slug)
        raise
