"""Books that are full: made-up purchases of long ago, copies of one that was made, among which a new one is found."""

import uuid
from typing import Any

from django.db import connections, transaction
from django.db.models import Model

from portal.checkout.models import Order, OrderState
from portal.payments.models import Payment, PaymentEvent
from portal.registry.ledger.models import Account, Series, Transaction, UnitBlock
from portal.registry.ledger.router import LEDGER
from portal.registry.ledger.service import VOLUNTARY_CANCELLATION
from portal.registry.models import Cancellation, CancelledBlock, Certificate, LogEntry, LogHead

BATCH = 1000
SERIES = "BOOKS"  # of units that were never issued


def fill(orders: int) -> None:
    """Write so many completed purchases into the books, each with all rows that one leaves. One must be there."""
    sample = Order.objects.filter(state=OrderState.COMPLETED).order_by("id")[0]
    Series.objects.get_or_create(name=SERIES)
    for first in range(0, orders, BATCH):
        names = {number: f"BOOKS-{number}" for number in range(first, min(first + BATCH, orders))}
        with transaction.atomic(), transaction.atomic(using=LEDGER):
            _of_the_checkout(sample, names)
            _of_payments(sample, names)
            _of_the_registry(sample, names)
            _of_the_ledger(sample, names)
    for name in ("default", LEDGER):
        with connections[name].cursor() as cursor:
            # As a server that has grown does by itself. Table by table: what databases share is left alone.
            for table in connections[name].introspection.table_names(cursor):
                cursor.execute(f"ANALYZE {connections[name].ops.quote_name(table)}")


def _of_the_checkout(sample: Order, names: dict[int, str]) -> None:
    rows = [
        _like(sample, reference=name, token=name, submission=uuid.uuid4(), purchaser_email=f"{name}@example.org")
        for name in names.values()
    ]
    Order.objects.bulk_create(rows)
    letters = [_like(letter, order_id=row.pk) for letter in sample.letters.all() for row in rows]
    sample.letters.model.objects.bulk_create(letters)


def _of_payments(sample: Order, names: dict[int, str]) -> None:
    payment = Payment.objects.get(reference=sample.reference)
    rows = [_like(payment, reference=name, key=uuid.uuid4()) for name in names.values()]
    Payment.objects.bulk_create(rows)
    events = PaymentEvent.objects.filter(payment=payment).order_by("id")
    PaymentEvent.objects.bulk_create([_like(event, payment_id=row.pk) for event in events for row in rows])


def _of_the_registry(sample: Order, names: dict[int, str]) -> None:
    cancellation = Cancellation.objects.get(reference=sample.reference)
    block, certificate = CancelledBlock.objects.get(cancellation=cancellation), cancellation.certificates.get()
    entry, last = LogEntry.objects.get(code=certificate.code), LogHead.objects.get(pk=1).last
    rows = [_like(cancellation, reference=name, transaction_number=name) for name in names.values()]
    Cancellation.objects.bulk_create(rows)
    blocks, certificates, entries = [], [], []
    for place, (row, (number, name)) in enumerate(zip(rows, names.items(), strict=True), 1):
        start, end = _serials(sample, number)
        blocks.append(_like(block, cancellation_id=row.pk, series=SERIES, serial_start=start, serial_end=end))
        certificates.append(_like(certificate, cancellation_id=row.pk, code=name))
        entries.append(_like(entry, code=name, number=last + place))
    CancelledBlock.objects.bulk_create(blocks)
    Certificate.objects.bulk_create(certificates)
    LogEntry.objects.bulk_create(entries)
    LogHead.objects.filter(pk=1).update(last=last + len(names))


def _of_the_ledger(sample: Order, names: dict[int, str]) -> None:
    done = Transaction.objects.get(reference=sample.reference)
    movement, account = done.movements.get(), Account.objects.get(identifier=VOLUNTARY_CANCELLATION)
    rows = [_like(done, reference=name, number=name) for name in names.values()]
    Transaction.objects.bulk_create(rows)
    movements, units = [], []
    for row, number in zip(rows, names, strict=True):
        start, end = _serials(sample, number)
        serials = {"series_id": SERIES, "serial_start": start, "serial_end": end}
        movements.append(_like(movement, transaction_id=row.pk, **serials))
        units.append(UnitBlock(account=account, issuance_start=1, issuance_end=2**40, **serials))
    type(movement).objects.bulk_create(movements)
    UnitBlock.objects.bulk_create(units)


def _serials(sample: Order, number: int) -> tuple[int, int]:
    start = 1 + number * sample.quantity
    return start, start + sample.quantity - 1


def _like(row: Model, **changes: Any) -> Any:
    """Return a row like another one but for some columns, not saved yet."""
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del columns[row._meta.pk.attname]
    return type(row)(**{**columns, **changes})
