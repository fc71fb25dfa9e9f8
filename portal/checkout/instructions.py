"""What a purchaser needs to transfer the money of an order: the same in words, in a code and in letters."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language
from stdnum import iban as ibans

from portal.money import in_minor_units
from portal.payments.transfers import entries, payment_code
from portal.payments.transfers import service as transfers
from portal.payments.transfers.matching import Standing
from portal.payments.transfers.models import TransferRequest
from portal.payments.transfers.payment_code import Transfer
from portal.payments.transfers.reference import printed
from portal.payments.transfers.remedies import Remedy
from portal.payments.transfers.simulated_bank import booking_page


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """Where to transfer how much, under which reference, until when. `code` is SVG, empty where there is none.

    `simulated_bank` is the address at which a bank that is none books the transfer; real ones have none.
    """

    holder: str
    iban: str
    number: str
    bic: str
    bank_name: str
    bank_address: str
    intermediary: str
    amount: Decimal
    currency: str
    reference: str
    asked_at: datetime
    until: datetime
    code: str
    simulated_bank: str

    @property
    def iban_printed(self) -> str:
        """The IBAN in groups of four, as it stands on paper."""
        return ibans.format(self.iban)

    @property
    def reference_printed(self) -> str:
        """The reference in groups of four. Banks take it with and without the spaces."""
        return printed(self.reference)


def instructions(*, reference: str, until: datetime) -> Instructions | None:
    """Return what the purchaser of an order was asked to transfer; None where no transfer is waited for."""
    request = transfers.find(reference=reference)
    if request is None or transfers.standing_of(request) is not Standing.OPEN:
        return None
    bank, payment = request.bank, request.payment
    return Instructions(
        holder=bank.holder,
        iban=bank.iban,
        number=bank.number,
        bic=bank.bic,
        bank_name=bank.bank_name,
        bank_address=bank.bank_address,
        intermediary=bank.intermediary,
        amount=in_minor_units(payment.amount, payment.currency),
        currency=payment.currency,
        reference=request.rf,
        asked_at=request.asked_at,
        until=until,
        code=_code(request),
        simulated_bank=booking_page(request, language=get_language() or "en"),
    )


@dataclass(frozen=True, kw_only=True)
class Come:
    """Money of a transfer that has come and has not paid its order; `rest` is what its provider still waits for."""

    amount: Decimal
    currency: str
    day: date
    rest: Decimal | None
    goes_back: bool
    paid_back_on: date | None
    bank_reference: str


def come(*, reference: str) -> list[Come]:
    """Return what came for an order by transfer and has not paid it, the oldest first. At most two queries."""
    rows = list(entries.come(reference=reference))
    waits = any(each.choice == Remedy.WAIT for each in rows)
    rest = transfers.missing(rows[0].request) if waits and rows[0].request else None
    return [
        Come(
            amount=in_minor_units(each.amount, each.currency),
            currency=each.currency,
            day=each.value_date,
            rest=in_minor_units(rest, each.currency) if rest and each.choice == Remedy.WAIT else None,
            goes_back=each.choice == Remedy.PAY_BACK,
            paid_back_on=each.paid_back_on,
            bank_reference=each.paid_back_reference,
        )
        for each in rows
    ]


def _code(request: TransferRequest) -> str:
    bank, payment = request.bank, request.payment
    if not payment_code.can_be_coded(currency=payment.currency, iban=bank.iban, amount=payment.amount):
        return ""
    transfer = Transfer(holder=bank.holder, iban=bank.iban, bic=bank.bic, amount=payment.amount, reference=request.rf)
    return payment_code.square_code(transfer)
