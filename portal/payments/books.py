"""The books that gateways keep of an account, read beside ours. What is done here about money is about what we have no
payment of: all that we have goes through `service.py` and `refunds.py`."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from portal.payments.gateway import Outcome, OutcomeKind, Recorded
from portal.payments.models import CHARGING, Account, AccountState, Payment, PaymentEvent, Rail, Refund, RefundState
from portal.payments.rails import book_gateway, gateway_for
from portal.payments.refunds import RELEASED
from portal.payments.standing import HELD_AT_MOST
from portal.payments.transfers.models import Arrival

NO_KEYS = Outcome(kind=OutcomeKind.UNKNOWN, code="no_credentials", text="the account has no credentials that open")


def accounts(*, since: datetime, provider_id: int | None = None) -> QuerySet[Account]:
    """Return the accounts, of one provider or of all, whose gateways are to be asked for their books.

    Those are open, or had a payment of ours while its money may still have been held at that time; what was closed long
    ago, perhaps with keys that are good no more, is asked nothing.
    """
    used = Payment.objects.filter(account=OuterRef("pk"), sent_at__gte=since - HELD_AT_MOST)
    rows = Account.objects.filter(Q(state=AccountState.OPEN) | Exists(used), rail__in=CHARGING)
    return (rows.filter(provider=provider_id) if provider_id else rows).select_related("provider").order_by("pk")


def recorded(account: Account, *, since: datetime, until: datetime) -> Iterator[list[Recorded] | Outcome]:
    """Read through what a gateway recorded of an account in a period, page by page; an Outcome says why no further."""
    try:
        gateway = book_gateway(account)
    except (ImproperlyConfigured, ValueError):
        yield NO_KEYS
        return
    yield from gateway.recorded(since=since, until=until)


def trace(account: Account, *, number: str) -> Outcome:
    """Ask a gateway how something that it recorded stands now, and by which number it can be acted upon."""
    return book_gateway(account).trace(number)


def ask(payment: Payment) -> Outcome | None:
    """Ask the gateway where a payment of ours stands. Nothing is written down."""
    try:
        gateway = gateway_for(payment.account)
    except (ImproperlyConfigured, ValueError):
        return NO_KEYS
    return gateway.find(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount, currency=payment.currency
    )


def has_refund(refund: Refund) -> bool | None:
    """Ask the gateway whether it knows a refund of ours. None: it gives no answer."""
    try:
        gateway = gateway_for(refund.payment.account)
    except (ImproperlyConfigured, ValueError):
        return None
    found = gateway.find(key=str(refund.key), gateway_id=refund.payment.gateway_id)
    if found is None or found.reference not in ("", str(refund.key)):
        return False
    return None if found.kind is OutcomeKind.UNKNOWN else True


def release(account: Account, *, key: str, gateway_id: str) -> Outcome:
    """Have money let go that is held, and that no payment of ours is about. Safe to repeat."""
    return gateway_for(account).void(key=key, gateway_id=gateway_id)


def give_back(account: Account, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
    """Have money given back that was taken, and that no payment of ours is about. Safe to repeat with the same key."""
    return gateway_for(account).refund(key=key, gateway_id=gateway_id, amount=amount)


def payments_begun(account: Account, *, since: datetime, until: datetime) -> QuerySet[Payment]:
    """Return our payments of an account that began in a period."""
    return Payment.objects.filter(account=account.pk, sent_at__gte=since, sent_at__lt=until).select_related("account")


def payments_named(keys: Collection[str]) -> dict[str, Payment]:
    """Return our payments by key. One query."""
    return {str(each.key): each for each in Payment.objects.filter(key__in=keys).select_related("account")}


def gone_back(payments: Iterable[Payment]) -> dict[int, Decimal]:
    """Return what went back of each payment, by its number. One query."""
    rows = PaymentEvent.objects.filter(
        payment__in=[each.pk for each in payments],
        result=PaymentEvent.Result.SUCCEEDED,
        action=PaymentEvent.Action.REFUND,
    )
    return dict(rows.values("payment").annotate(sum=Sum("amount")).values_list("payment", "sum"))


def refund_keys(keys: Collection[str]) -> set[str]:
    """Return which of some keys are of refunds that we know. One query."""
    return {str(key) for key in Refund.objects.filter(key__in=keys).values_list("key", flat=True)}


def refunds_sent(account: Account, *, since: datetime, until: datetime) -> QuerySet[Refund]:
    """Return the refunds that a gateway gave back in a period, as it told us: not what was let go in their place."""
    rows = Refund.objects.filter(payment__account=account.pk, sent_at__gte=since, sent_at__lt=until)
    return rows.filter(state=RefundState.DONE).exclude(code=RELEASED).select_related("payment__account")


def transfers_begun(*, since: datetime, until: datetime, provider_id: int | None) -> QuerySet[Payment]:
    """Return the payments by transfer that began in a period and whose money came."""
    rows = Payment.objects.filter(account__rail=Rail.TRANSFER, state="captured", sent_at__gte=since, sent_at__lt=until)
    return (rows.filter(account__provider=provider_id) if provider_id else rows).select_related("account__provider")


def received(payments: Collection[Payment]) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Return by payment what the ledger says has come by transfer, and what banks and people said. Two queries."""
    keys = [each.pk for each in payments]
    events = PaymentEvent.objects.filter(
        payment__in=keys, action=PaymentEvent.Action.RECEIPT, result=PaymentEvent.Result.SUCCEEDED
    )
    arrivals = Arrival.objects.filter(request__payment__in=keys).exclude(counted_at=None)
    booked = events.values("payment").annotate(sum=Sum("amount")).values_list("payment", "sum")
    counted = arrivals.values("request__payment").annotate(sum=Sum("amount"))
    return dict(booked), dict(counted.values_list("request__payment", "sum"))
