"""The simulated bank as a whole: it remembers which transfers were asked for, and books them when somebody says so.

Nobody tells a bank that money is going to come, and the portal tells this one nothing either: whoever is asked for a
transfer comes here with all that stands on the page that asks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from portal.payments.simulator.bank import pages
from portal.payments.simulator.bank.statement import Transfer, statement
from portal.payments.simulator.paypal.api import Request
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

PREFIX = pages.PATH
PAYER = "Sample payer (sample)"
MOST_SHOWN = 50
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,3})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_REMEMBERED = ("reference", "account", "holder", "currency", "amount")


class BankStandIn:
    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def answer(self, request: Request) -> Reply:
        """Show a transfer or all of them; or book one, and answer with the statement that has it."""
        if request.path != PREFIX:
            return Reply(status=404)
        if request.method == "POST":
            return self._book(request.form)
        asked = request.query
        if not all(asked.get(name) for name in _REMEMBERED):
            return pages.asked_for(self._remembered(), language=asked.get("language", ""))
        self._remember(asked)
        today = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        return pages.booking({"value_date": today, "payer": PAYER, **asked})

    def _book(self, typed: Mapping[str, str]) -> Reply:
        try:
            name, content = statement(_transfer(typed), shape=typed.get("shape", ""), now=self._clock())
        except ValueError:
            return pages.booking(typed, is_wrong=True)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Reply(status=200, body=content.encode(), content_type="application/xml", headers=headers)

    def _remember(self, asked: Mapping[str, str]) -> None:
        self._store.run(
            "INSERT INTO transfers (reference, account, holder, currency, amount) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (reference) DO NOTHING",
            *(asked[name] for name in _REMEMBERED),
        )

    def _remembered(self) -> list[dict[str, str]]:
        return self._store.rows(
            f"SELECT {', '.join(_REMEMBERED)} FROM transfers ORDER BY number DESC LIMIT {MOST_SHOWN}"  # noqa: S608
        )


def _transfer(typed: Mapping[str, str]) -> Transfer:
    """A transfer as it was typed. Raises ValueError for what no bank would take."""
    amount, currency = typed.get("amount", "").strip(), typed.get("currency", "")
    if not _AMOUNT.fullmatch(amount) or not Decimal(amount) or not _CURRENCY.fullmatch(currency):
        raise ValueError("no such amount")
    account = re.sub(r"[^0-9A-Za-z/-]", "", typed.get("account", ""))
    if not account or not all(text.isprintable() for text in typed.values()):
        raise ValueError("no account, or a text that no bank could write")
    return Transfer(
        account=account,
        holder=typed.get("holder", ""),
        amount=Decimal(amount),
        currency=currency,
        reference=typed.get("reference", "").strip(),
        payer=typed.get("payer", "").strip() or PAYER,
        value_date=date.fromisoformat(typed.get("value_date", "")),
    )
