"""Core: spending, in whatever currency, as dollars of 2022, which the factors by spending are for.

By the average exchange rate of a year (European Central Bank) and by American consumer prices (Bureau of Labor
Statistics).
"""

from portal.calculators.engine.calculator import Choice, Option, _

CODES = (
    *("USD", "EUR", "GBP", "CHF", "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "HKD", "HUF", "IDR", "ILS", "INR", "ISK"),
    *("JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "ZAR"),
)
CURRENCIES = tuple(Option(id=code.lower(), label=code) for code in CODES)
LATEST = 2025
YEARS = tuple(Option(id=str(year), label=str(year)) for year in range(LATEST, 2018, -1))
CURRENCY = Choice(
    id="currency",
    label=_("Currency"),
    help=_("Not in the list? Convert to US dollars at the average rate of the year."),
    options=CURRENCIES,
    is_required=True,
)


def dollars(year: str) -> str:
    """Return the formula of an amount in dollars of 2022. `year` is one, or the question that tells it in braces."""
    return f'amount * parameter("exchange.{{currency}}.{year}") * parameter("deflator.{year}")'
