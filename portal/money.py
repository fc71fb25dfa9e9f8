"""Core: money as exact decimals of a currency, never floats. Minor units follow ISO 4217."""

import re
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency
from moneyed import CurrencyDoesNotExist, Money, get_currency
from moneyed.l10n import format_money


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount: 0.01 for EUR, 1 for JPY, 0.001 for KWD. Raises ValueError for others."""
    try:
        return Decimal(1) / Decimal(get_currency(currency).sub_unit)
    except CurrencyDoesNotExist as error:
        raise ValueError(f"{currency} is no currency") from error


def is_exact(amount: Decimal, currency: str) -> bool:
    """Say whether an amount is a whole number of the currency's minor units, and so can be paid."""
    return amount % minor_unit(currency) == 0


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """Return an exact amount with the currency's own number of decimals, as before a column padded it."""
    return amount.quantize(minor_unit(currency))


def total(*, unit_price: Decimal, currency: str, quantity: int) -> Decimal:
    """Return the price of some units, in the currency's own number of decimals. Exact: nothing is rounded.

    Raises ValueError for less than one unit and for a price that the currency cannot express.
    """
    if quantity < 1:
        raise ValueError("an order is for one unit at least")
    if not is_exact(unit_price, currency):
        raise ValueError(f"{unit_price} {currency} has too many decimals")
    return (unit_price * quantity).quantize(minor_unit(currency))


def shown(amount: Decimal, currency: str, locale: str) -> str:
    """Return an amount as people of a language write it, such as `50,40 €` in French.

    Letters beside digits are kept apart by a no-break space (`CHF 2.50`), as CLDR's currency spacing asks, which the
    formatter leaves to its caller.
    """
    text = str(format_money(Money(amount, currency), locale=locale))
    return re.sub(r"(?<=[A-Za-z])(?=\d)", "\u00a0", text)


def coded(amount: Decimal, currency: str, locale: str) -> str:
    """Return an amount with the code of its currency, such as `EUR 50.40` or `50,40 EUR`: for papers that go to banks
    and accountants, to whom a sign may mean several currencies, and in fonts that lack most signs."""
    known = Locale.parse(locale, sep="-")
    pattern = known.currency_formats["standard"].pattern.replace("¤", "¤¤")
    text = str(format_currency(amount, currency, pattern, locale=known))
    return re.sub(r"(?<=[A-Z])(?=\d)", "\u00a0", text)
