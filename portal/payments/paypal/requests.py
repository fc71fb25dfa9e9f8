"""What may be asked of PayPal: keys, amounts and orders, checked and written the way it wants them."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from portal.payments.paypal.credentials import WHOLE

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")  # request ids are made of it, of 108 characters at most
NUMBER = re.compile(r"[A-Z0-9-]{1,60}")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
LONGEST_DESCRIPTION = 127
LOCALES = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES"}


def checked_key(key: str) -> str:
    """The key itself; it becomes `custom_id` and `invoice_id`, and part of request ids.

    Raises ValueError where it is anything but 1 to 64 ASCII letters, digits, `-` and `_`.
    """
    if not KEY.fullmatch(key):
        raise ValueError("a payment key is 1 to 64 ASCII letters, digits, - and _")
    return key


def is_number(gateway_id: str) -> bool:
    """Say whether PayPal could have given this number to anything."""
    return NUMBER.fullmatch(gateway_id) is not None


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as PayPal writes it. Raises ValueError for one it would not take.

    That is anything but a positive Decimal with at most two decimals, or none where PayPal takes none.
    """
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount <= 0:
        raise ValueError("an amount must be a positive Decimal")
    text = f"{amount:.{0 if currency in WHOLE else 2}f}"
    if Decimal(text) != amount:
        raise ValueError(f"PayPal takes no such fraction of {currency}")
    return {"currency_code": currency, "value": text}


def order(
    *,
    key: str,
    amount: Decimal,
    currency: str,
    merchant_id: str,
    description: str,
    return_url: str,
    cancel_url: str,
    locale: str,
) -> dict[str, Any]:
    """An order that will only hold money. Nothing is shipped, and payment must be immediate: no cheque is taken.

    Our key stands in it twice: `custom_id` comes back in every answer, and `invoice_id` makes PayPal refuse a second
    payment. Raises ValueError where the key or the amount cannot be sent.
    """
    unit = {
        "custom_id": checked_key(key),
        "invoice_id": key,
        "description": description[:LONGEST_DESCRIPTION],
        "amount": money(amount, currency),
        "payee": {"merchant_id": merchant_id},
    }
    context = {
        "return_url": return_url,
        "cancel_url": cancel_url,
        "locale": LOCALES.get(locale[:2], "en-GB"),
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
    }
    return {
        "intent": "AUTHORIZE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": context}},
    }


def digest(body: dict[str, Any]) -> str:
    """Tell one body from another by a few letters, for the id of a request."""
    return f"{crc32(json.dumps(body, sort_keys=True).encode()):08x}"


def period(since: datetime, until: datetime, *, page: int, size: int) -> dict[str, str | int]:
    """A question about a period of PayPal's books: all of them, what is held included, and nothing about people."""
    return {
        "start_date": since.strftime(MOMENT),
        "end_date": until.strftime(MOMENT),
        "fields": "transaction_info",
        "balance_affecting_records_only": "N",
        "page_size": size,
        "page": page,
    }
