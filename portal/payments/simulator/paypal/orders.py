"""Orders: a merchant writes one, its payer approves it on PayPal's page, and the merchant authorises it.

Assumed: an order that nobody authorises is gone after `LIFETIME`. What the payer chose on the page decides how the
authorisation goes: a means of payment that is declined sends the payer back to the page, as PayPal says it does.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.papers import Archive, Paper, new_id
from portal.payments.simulator.paypal.refusals import refused
from portal.payments.simulator.replies import Reply

LIFETIME = 6 * 3600.0
WHOLE = frozenset({"HUF", "JPY", "TWD"})  # PayPal takes no decimals of these
CURRENCIES = (
    WHOLE
    | {"AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP"}
    | {"PLN", "SEK", "SGD", "THB", "USD"}
)
CHOICES = ("approve", "pending", "decline")
WAITING = ("CREATED", "PAYER_ACTION_REQUIRED")
LONGEST_INVOICE = 127

Body = dict[str, Any]


class Orders:
    """Answers with the paper that came of it, or with a refusal. `settle_seconds` is how long PENDING takes."""

    def __init__(self, archive: Archive, *, clock: Callable[[], float], settle_seconds: float) -> None:
        self._archive = archive
        self._clock = clock
        self._settle_seconds = settle_seconds

    def create(self, business: Business, body: Body) -> Paper | Reply:
        """One order over one purchase unit, to be authorised."""
        units = body.get("purchase_units") or []
        if body.get("intent") != "AUTHORIZE" or len(units) != 1:
            return refused("INVALID_PARAMETER_VALUE", status=400)
        unit: Body = units[0]
        money = unit.get("amount") or {}
        amount, currency = money.get("value", ""), money.get("currency_code", "")
        payee = (unit.get("payee") or {}).get("merchant_id", business.id)
        if issue := wrong_with(amount, currency):
            return refused(issue)
        if payee != business.id:
            return refused("PERMISSION_DENIED", status=403)
        if len(unit.get("invoice_id", "")) > LONGEST_INVOICE:
            return refused("INVALID_STRING_MAX_LENGTH", status=400)
        context = ((body.get("payment_source") or {}).get("paypal") or {}).get("experience_context") or {}
        return self._archive.save(self._order(business, unit, context, payee=payee))

    def _order(self, business: Business, unit: Body, context: Body, *, payee: str) -> Paper:
        now, number = self._clock(), new_id()
        asked = {name: context.get(name, "") for name in ("return_url", "cancel_url", "locale")}
        order = Paper(
            id=number,
            business_id=business.id,
            kind="order",
            order_id=number,
            status="",
            amount=unit["amount"]["value"],
            currency=unit["amount"]["currency_code"],
            reference=unit.get("custom_id", ""),
            invoice_id=unit.get("invoice_id", ""),
            created_at=now,
            updated_at=now,
            extra={**asked, "payee": payee, "description": unit.get("description", "")},
        )
        return order.moved("PAYER_ACTION_REQUIRED" if context else "CREATED", now=now)

    def is_gone(self, order: Paper) -> bool:
        return order.status != "COMPLETED" and self._clock() > order.created_at + LIFETIME

    def approve(self, order: Paper, choice: str) -> Paper:
        """What the payer decided on the page; nothing moves by it."""
        return self._archive.save(order.moved("APPROVED", now=self._clock(), extra={**order.extra, "choice": choice}))

    def authorize(self, order: Paper, *, refusal: str = "", pending: str = "") -> Paper | Reply:
        """Hold the money of an approved order: the order, then with an authorisation."""
        if order.status in WAITING:
            return refused("ORDER_NOT_APPROVED")
        if order.status == "COMPLETED":
            return refused("ORDER_ALREADY_AUTHORIZED")
        if self._has_been_invoiced(order):
            return refused("DUPLICATE_INVOICE_ID")
        if refusal or order.extra.get("choice") == "decline":
            self._archive.save(order.moved("PAYER_ACTION_REQUIRED", now=self._clock()))
            return refused(refusal or "INSTRUMENT_DECLINED")
        reason = pending or ("PENDING_REVIEW" if order.extra.get("choice") == "pending" else "")
        self._archive.save(self._authorization(order, reason))
        return self._archive.save(order.moved("COMPLETED", now=self._clock()))

    def _has_been_invoiced(self, order: Paper) -> bool:
        ended = ("VOIDED", "DENIED")
        return bool(order.invoice_id) and any(
            each.invoice_id == order.invoice_id and each.status not in ended
            for each in self._archive.of_business(order.business_id, "authorization")
        )

    def _authorization(self, order: Paper, reason: str) -> Paper:
        now = self._clock()
        draft = replace(
            order,
            id=new_id(),
            kind="authorization",
            parent_id=order.id,
            created_at=now,
            updated_at=now,
            extra={"authorized_at": now},
            history=[],
        )
        if not reason:
            return draft.moved("CREATED", now=now)
        return draft.moved("PENDING", now=now, reason=reason, settle_at=now + self._settle_seconds)


def wrong_with(value: str, currency: str) -> str:
    """The issue of an amount of money that PayPal would not take; empty for one it would."""
    if currency not in CURRENCIES:
        return "CURRENCY_NOT_SUPPORTED"
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return "INVALID_PARAMETER_SYNTAX"
    if not amount.is_finite() or amount <= 0:
        return "CANNOT_BE_ZERO_OR_NEGATIVE"
    decimals = -int(amount.as_tuple().exponent)
    return "DECIMAL_PRECISION" if decimals > (0 if currency in WHOLE else 2) else ""
