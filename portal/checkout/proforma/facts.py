"""Core: everything a pro-forma invoice says, as one value."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who sells or buys. `country` is an ISO 3166 code of two letters; what is not known is empty."""

    name: str
    address: str
    country: str


@dataclass(frozen=True, kw_only=True)
class Payee:
    """Where the money is to go. What a bank account does not have is empty; an IBAN stands in groups of four."""

    holder: str
    iban: str
    number: str
    bic: str
    bank: str
    intermediary: str


@dataclass(frozen=True, kw_only=True)
class ProForma:
    """What was ordered, of whom, at which price, and where to transfer the money until when.

    `number` is the order's; its secret address is not here, since such papers are passed on. Times are in UTC, amounts
    in `currency` and its own decimals. `code` is the code for banking apps as SVG, empty where there is none.
    """

    locale: str
    number: str
    asked_at: datetime
    until: datetime
    seller: Party
    purchaser: Party
    unit_type: str
    quantity: int
    unit_price: Decimal
    amount: Decimal
    currency: str
    activity_code: str
    activity_title: str
    host_country: str
    monitoring_start: date | None
    monitoring_end: date | None
    vintage_year: int
    payee: Payee
    reference: str
    code: str
    is_sample: bool
