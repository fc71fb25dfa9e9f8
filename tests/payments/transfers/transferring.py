"""Purchasers who are asked for a transfer, and files in which their money comes."""

from datetime import datetime
from typing import Any

from portal.checkout import service as checkout
from portal.checkout.models import Order
from portal.payments.models import Payment, Rail
from portal.payments.transfers import service, uploads
from portal.payments.transfers.models import BankAccount, BankStatement, StatementEntry, TransferRequest
from tests.payments.transfers.statements.samples import GERMAN, as_file, booked, camt
from tests.world import World, payments_of


def asked(world: World, order: Order | None = None, *, now: datetime | None = None, **wishes: Any) -> TransferRequest:
    """An order whose purchaser was asked for a transfer: 40 units at 2.50 euros, unless another one is meant."""
    order = order or world.order(world.listing(units=100), quantity=40, **wishes)
    payment = checkout.begin_to_pay(token=order.token, rail=Rail.TRANSFER, now=now or world.now)
    assert isinstance(payment, Payment), payment
    return service.expect(payment, payer=order.purchaser_name, now=now or world.now)


def credit(request: TransferRequest, amount: str = "100.00", **said: Any) -> str:
    """Money for a request, as the bank books it."""
    return booked(amount, **{"text": request.rf, **said})


def uploaded(world: World, bank: BankAccount, *entries: str, name: str = "november.xml", **facts: Any) -> BankStatement:
    """A statement with these entries, uploaded and worked off."""
    file = as_file(camt(*entries, account=facts.pop("account", GERMAN), **facts))
    statement = uploads.upload(bank=bank, file=file, name=name, by_id=None, now=world.now)
    uploads.work_off(statement_id=statement.pk, clock=lambda: world.now)
    statement.refresh_from_db()
    return statement


def kept(bank: BankAccount) -> list[tuple[str, str]]:
    """What the entries of an account mean, and what was done about them, the oldest first."""
    rows = StatementEntry.objects.filter(bank=bank).order_by("pk")
    return list(rows.values_list("meaning", "choice"))


def state_of(request: TransferRequest) -> str:
    """Where the latest payment of a request's order stands."""
    return payments_of(Order.objects.get(reference=request.reference)).latest("pk").state
