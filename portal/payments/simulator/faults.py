"""Misbehaviour on demand: which operation fails, how, how often, and for which order.

Operations: sale, submit, void, refund, reverse, search, find, client_token, finalize (evidence of a dispute), and
settlement (which only knows `decline`); of PayPal's, token, order, authorize, capture, reauthorize, verify, disputes (a
list of them), evidence, accept and books (what it lists of transactions), and void, refund and find (any read of one
thing) as well.

========================  ==========================================================================
`decline`                 refused; `code` of four digits is a processor's (sales), longer ones are validation errors,
                          names such as `INSTRUMENT_DECLINED` are PayPal's issues
`delay`                   done at once, answered `seconds` later
`late`                    `seconds` pass before it is done and answered: the request that arrives after the search
`drop`                    done, then the connection is cut instead of an answer
`error_before`            an HTTP error, 500 or the status in `code`, and nothing done
`error_after`             done, then an HTTP error
`miss`                    a search that finds nothing, as one whose index lags behind
`drop_before`             the connection is cut, and nothing done
`twice`                   the request arrives twice, as over a line that repeats it; the second answer is given
`pending`                 done, and left PENDING for the reason in `code` (PayPal: authorize and capture)
========================  ==========================================================================
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

# The sample cards' last digits count in this order, so whatever is new comes last.
OF_CARDS = ("sale", "submit", "void", "refund", "search", "find", "client_token", "settlement", "reverse", "finalize")
OF_PAYPAL = (
    "token",
    "order",
    "authorize",
    "capture",
    "reauthorize",
    "verify",
    "disputes",
    "evidence",
    "accept",
    "books",
)
OPERATIONS = (*OF_CARDS, *OF_PAYPAL)
KINDS = ("decline", "delay", "late", "drop", "error_before", "error_after", "miss", "drop_before", "twice", "pending")
CODES = {
    "sale": "2000",
    "submit": "91507",
    "void": "91504",
    "refund": "915200",
    "reverse": "91506",
    "settlement": "4001",
    "order": "PAYEE_ACCOUNT_RESTRICTED",
    "authorize": "INSTRUMENT_DECLINED",
    "capture": "AUTHORIZATION_DENIED",
    "reauthorize": "REAUTHORIZATION_TOO_SOON",
    "finalize": "95705",
    "evidence": "CANNOT_PROVIDE_EVIDENCE",
    "accept": "CANNOT_ACCEPT_CLAIM",
    "books": "PERMISSION_DENIED",
}
DEFAULT_STATUS = "500"
DEFAULT_REASON = "PENDING_REVIEW"
CODE_OF_KIND = {"decline": r"\d{4,6}|[A-Z_]{3,60}", "pending": "[A-Z_]{3,60}"}
LONGEST = 120.0
NONCE = re.compile(rf"fake-simulator-({'|'.join(OF_CARDS)})-({'|'.join(KINDS).replace('_', '-')})-nonce")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that waits for its operation. `order_id` empty: it hits whichever order comes next."""

    id: int
    operation: str
    kind: str
    remaining: int
    seconds: float
    code: str
    order_id: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def fault_of_nonce(nonce: str) -> tuple[str, str] | None:
    """Operation and kind of the fault a card stands for; None for cards that stand for none."""
    match = NONCE.fullmatch(nonce)
    if match is None:
        return None
    operation, kind = match[1], match[2].replace("-", "_")
    return (operation, kind) if _makes_sense(operation, kind) else None


def digits_of_fault(operation: str, kind: str) -> str:
    """The last four digits of the card that stands for a fault, so that such cards can be told apart."""
    return f"{(OPERATIONS.index(operation) + 1) % 10}{KINDS.index(kind) + 1:03}"


def _makes_sense(operation: str, kind: str) -> bool:
    if operation == "settlement":
        return kind == "decline"
    known_to = {"decline": CODES, "miss": ("search",), "pending": ("authorize", "capture")}
    return operation in known_to.get(kind, OPERATIONS)


def answer_with(fault: Fault | None, act: Callable[[], Reply], wait: Callable[[float], object]) -> Reply | None:
    """Let an operation act, or not, as the fault has it. None means: cut the connection."""
    kind = fault.kind if fault else ""
    if fault is None or kind == "drop_before":
        return None if fault else act()
    if kind == "error_before":
        return Reply(status=int(fault.code))
    if kind == "late":
        wait(fault.seconds)
    if kind == "twice":
        act()
    reply = act()
    if kind == "delay":
        wait(fault.seconds)
    if kind == "error_after":
        return Reply(status=int(fault.code))
    return None if kind == "drop" else reply


class FaultBook:
    """The faults that wait, kept in the store so that they survive a restart."""

    def __init__(self, store: Store, *, slow_seconds: float) -> None:
        self._store = store
        self._slow_seconds = slow_seconds

    def add(
        self,
        *,
        operation: str,
        kind: str,
        count: int = 1,
        seconds: float | None = None,
        code: str = "",
        order_id: str = "",
        planted: bool = False,
    ) -> int:
        """Let the next `count` calls of the operation fail; the fault's id. Raises ValueError on nonsense."""
        if operation not in OPERATIONS or kind not in KINDS or not _makes_sense(operation, kind):
            raise ValueError(f"no such fault: {operation} {kind}")
        waiting = self._slow_seconds if seconds is None else seconds
        if not 1 <= count <= 1000 or not 0 <= waiting <= LONGEST:
            raise ValueError(f"count must be 1 to 1000, seconds 0 to {LONGEST:.0f}")
        defaults = {"decline": CODES.get(operation, ""), "pending": DEFAULT_REASON}
        code = code or defaults.get(kind, DEFAULT_STATUS)
        if not re.fullmatch(CODE_OF_KIND.get(kind, r"[45]\d\d"), code):
            raise ValueError("a code is a refusal's digits or name, a reason's name, or the status of an HTTP error")
        self._store.run(
            "INSERT INTO faults (operation, kind, remaining, seconds, code, order_id, planted) VALUES (?,?,?,?,?,?,?)",
            operation,
            kind,
            count,
            waiting,
            code,
            order_id,
            planted,
        )
        return int(self._store.rows("SELECT max(id) AS id FROM faults")[0]["id"])

    def plant(self, nonce: str, order_id: str) -> None:
        """Add the fault a card stands for, once per order id, so that a second attempt at the same works."""
        fault = fault_of_nonce(nonce)
        if fault is None or not order_id:
            return
        with self._store.act():
            if not self._store.rows("SELECT id FROM faults WHERE planted AND order_id = ?", order_id):
                self.add(operation=fault[0], kind=fault[1], order_id=order_id, planted=True)

    def take(self, operation: str, order_id: str) -> Fault | None:
        """The fault that hits this call, counted down; None if all goes well. One for this order goes first."""
        with self._store.act():
            found = self._store.rows(
                "SELECT * FROM faults WHERE operation = ? AND remaining > 0 AND order_id IN ('', ?) "
                "ORDER BY order_id = '', id LIMIT 1",
                operation,
                order_id,
            )
            if not found:
                return None
            self._store.run("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", found[0]["id"])
        return _fault(found[0])

    def waiting(self) -> list[Fault]:
        return [_fault(row) for row in self._store.rows("SELECT * FROM faults WHERE remaining > 0 ORDER BY id")]

    def clear(self) -> int:
        """Call off all faults; how many were waiting."""
        return self._store.run("UPDATE faults SET remaining = 0 WHERE remaining > 0")


def _fault(row: dict[str, Any]) -> Fault:
    return Fault(**{key: value for key, value in row.items() if key != "planted"})
