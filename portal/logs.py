"""What must not stand in a log: addresses that only their holder knows."""

import logging
import re

_SECRET_ADDRESS = re.compile(
    r"(/orders/|/baskets/|/calculators/batch/|/calculators/results/|/hooks/[a-z]+/|/accounts/password/reset/key/"
    r"|/accounts/confirm-email/|/account/stop/)[^/\s?\"']+"
)


def masked(text: str) -> str:
    """Return a text with the secret part of every such address replaced by an ellipsis."""
    return _SECRET_ADDRESS.sub(r"\1…", text)


class SecretAddresses(logging.Filter):
    """Masks them in each line before it is written. Django itself logs the address of whatever went wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
        return True
