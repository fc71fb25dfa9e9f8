"""What may be asked of a gateway: keys, amounts and sales, checked and written the way Braintree wants them."""

import re
from decimal import Decimal
from typing import Any

KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")


def checked_key(key: str) -> str:
    """The key itself; it becomes an order id, and part of idempotency keys of at most 255 characters.

    Raises ValueError where it is anything but 1 to 100 ASCII letters, digits, `-` and `_`.
    """
    if not KEY.fullmatch(key):
        raise ValueError("a payment key is 1 to 100 ASCII letters, digits, - and _")
    return key


def amount_text(amount: Decimal) -> str:
    """Whole amounts without decimals (right for JPY too), others with two, or three where a currency has them.

    Raises ValueError for anything but a positive Decimal with at most three decimals.
    """
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount <= 0:
        raise ValueError("an amount must be a positive Decimal")
    for places in (0, 2, 3):
        text = f"{amount:.{places}f}"
        if Decimal(text) == amount:
            return text
    raise ValueError("an amount has at most three decimals")


def sale_request(
    *, key: str, amount: Decimal, merchant_account: str, nonce: str, device_data: str, three_d_secure: bool
) -> dict[str, Any]:
    """A sale that only authorises. Raises ValueError where the key or the amount cannot be sent."""
    request: dict[str, Any] = {
        "amount": amount_text(amount),
        "order_id": checked_key(key),
        "merchant_account_id": merchant_account,
        "payment_method_nonce": nonce,
        "options": {"submit_for_settlement": False},
    }
    if three_d_secure:
        request["options"]["three_d_secure"] = {"required": True}
    if device_data:
        request["device_data"] = device_data
    return request
