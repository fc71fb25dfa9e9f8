"""What people of a provider say has come: it counts, and what a statement has of the same money waits for nobody.

Else whoever works off the queue would find it there, with no choice but to pay it back.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from portal.payments.transfers import entries, service
from portal.payments.transfers.models import Arrival, TransferRequest
from portal.payments.transfers.service import Counted


def confirm(
    *, reference: str, amount: Decimal, value_date: date, bank_reference: str, by_id: int, now: datetime
) -> Counted:
    """Let a person of the provider say that money came, as `service.confirm` does."""
    with transaction.atomic():
        counted = service.confirm(
            reference=reference,
            amount=amount,
            value_date=value_date,
            bank_reference=bank_reference,
            by_id=by_id,
            now=now,
        )
        if counted is Counted.PAID:
            entries.leave_confirmed(TransferRequest.objects.get(reference=reference), now=now)
    return counted


def second(*, arrival_id: int, by_id: int, now: datetime) -> Counted | None:
    """Let a second person say that money came, as `service.second` does."""
    with transaction.atomic():
        counted = service.second(arrival_id=arrival_id, by_id=by_id, now=now)
        if counted is Counted.PAID:
            entries.leave_confirmed(Arrival.objects.get(pk=arrival_id).request, now=now)
    return counted
