"""What gateways tell us of themselves: verified, kept once, and never believed. The only writer of notifications.

Only what is proven to be the gateway's is kept, so that nobody else can fill the table.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from portal.payments import accounts
from portal.payments.gateway import TIMED_OUT, BadSignature, GatewayUnavailable, Notice
from portal.payments.models import Account, Notification, Rail
from portal.payments.rails import redirect_gateway

logger = logging.getLogger(__name__)


def verified(*, hook_key: str, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[int, Notice]:
    """Verify what came to an account's address from PayPal, and return the account and what it is about.

    Raises Account.DoesNotExist for an address that is nobody's, BadSignature for what its gateway did not send, and
    GatewayUnavailable where that could not say so: then it comes again.
    """
    account = Account.objects.select_related("provider").get(hook_key=hook_key, rail=Rail.PAYPAL)
    if accounts.keeps_silent(account, now=now):
        raise GatewayUnavailable(TIMED_OUT)
    try:
        return account.pk, redirect_gateway(account).notice_in(headers=headers, body=body)
    except BadSignature:
        logger.warning("a notification for provider %s was not signed for it", account.provider.slug)
        raise
    except GatewayUnavailable as error:
        accounts.heard_nothing(account, code=str(error), now=now)
        raise


def is_known(*, account_id: int, notice: Notice, body: bytes) -> bool:
    """Say whether the same was told and kept before: by the gateway's number of it, else by what it says."""
    return Notification.objects.filter(account=account_id, number=_number(notice, body)).exists()


def keep(*, account_id: int, notice: Notice, body: bytes, now: datetime) -> None:
    """Keep what was verified, once. Of its body what is about money alone, and a digest."""
    kept = {
        "kind": notice.kind[:80],
        "reference": notice.reference[:127],
        "said": notice.said,
        "digest": _digest(body),
        "arrived_at": now,
    }
    Notification.objects.get_or_create(account_id=account_id, number=_number(notice, body), defaults=kept)


def _number(notice: Notice, body: bytes) -> str:
    return notice.number[:120] or _digest(body)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
