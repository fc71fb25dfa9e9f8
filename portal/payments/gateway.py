"""Core: the seam between payments and the rails that charge: what may be asked of a gateway, and what it can answer.

What every such rail does is `Gateway`. Cards add how they are entered (`CardGateway`), and a rail to whose pages a
purchaser is sent adds the way there (`RedirectGateway`). A bank transfer charges nobody and has no gateway.

Three rules hold for every gateway behind it.

1. *Nobody knows* is an answer. A timeout, a broken connection, a throttled or failing gateway gives `UNKNOWN`, never
   `DECLINED`; the caller then asks `find` and never sends a second sale blindly.
2. The payment key is ours. It is the order id at the gateway, and every action's idempotency key is derived from it,
   so that repeating an action after a crash cannot move money twice.
3. Approved means approved *as asked*: a transaction whose merchant account, amount, currency or reference differs
   from the request never counts as approved (code `mismatch`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol

# The rails, by their names in rows and addresses
CARD = "card"
PAYPAL = "paypal"
TRANSFER = "transfer"

# Codes this seam gives out itself (MISUSE: a request that was not sent, since it could not be right; TIMED_OUT: who
# asked waited in vain); all others are the gateway's own (a processor's response code such as `2001`, a rejection
# reason such as `fraud`, or a validation code such as `91564`).
MISMATCH = "mismatch"
PARTIAL_AUTHORISATION = "partial_authorisation"
SEVERAL = "several_transactions"
NOT_FOUND = "not_found"
NOT_SETTLED_YET = "not_settled_yet"
MISUSE = "misuse"
TIMED_OUT = "timeout"
TOO_MANY_REQUESTS = "too_many_requests"  # wait a moment, and do not ask again at once
# Of a rail with pages of its own, both PENDING: nobody has agreed there yet, or has, and nothing is held yet.
WAITS_FOR_PURCHASER = "waits_for_purchaser"
AGREED_BY_PURCHASER = "agreed_by_purchaser"


class OutcomeKind(StrEnum):
    """What the answer means for what was asked.

    `APPROVED`: it is done. `DECLINED`: it was refused for good and nothing moved. `ACTION_REQUIRED`: refused unless the
    purchaser authenticates (3-D Secure), so offer another attempt. `PENDING`: accepted, result comes later; never act
    on it. `UNKNOWN`: it may or may not have happened; ask `find`.
    """

    APPROVED = "approved"
    DECLINED = "declined"
    ACTION_REQUIRED = "action_required"
    PENDING = "pending"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """Where a transaction stands at the gateway, whatever was asked last.

    `AUTHORISED`: money held, none moved. `CAPTURED`: submitted for settlement, or settled. `RELEASED`: voided or
    expired. `DECLINED`: never authorised. `CAPTURE_FAILED`: submitted, then refused at settlement. `PENDING`: not
    decided. `REFUNDED` and `REFUND_FAILED` are said of refunds only.
    """

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    RELEASED = "released"
    DECLINED = "declined"
    CAPTURE_FAILED = "capture_failed"
    PENDING = "pending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One answer of a gateway.

    `standing` is None when nothing was found out, and also when what was found must be looked at by a person and not
    be acted upon by standing alone (codes `mismatch` and `several_transactions`). DECLINED with standing AUTHORISED
    means that money is held which must not be kept (a partial authorisation): void it. `gateway_id` is set whenever the
    gateway named a transaction. `code` is for machines, `text` for logs and staff: neither ever holds personal data or
    card numbers. `liability_shifted` is 3-D Secure evidence, None without it. `is_our_fault` says that the request was
    refused before any bank was asked, and for nothing that a purchaser could mend: staff must look at it. `held_until`
    is until when the gateway stands for money that is held, where it says so.
    """

    kind: OutcomeKind
    standing: Standing | None = None
    gateway_id: str = ""
    amount: Decimal | None = None
    currency: str = ""
    merchant_account: str = ""
    reference: str = ""
    code: str = ""
    text: str = ""
    liability_shifted: bool | None = None
    is_our_fault: bool = False
    held_until: datetime | None = None

    @property
    def approved(self) -> bool:
        return self.kind is OutcomeKind.APPROVED


@dataclass(frozen=True, kw_only=True)
class SampleCard:
    """A card of the simulator: its nonce, how it looks, and the key of a translated label saying what it will do."""

    nonce: str
    brand: str
    last_four: str
    label_key: str


@dataclass(frozen=True, kw_only=True)
class CardEntry:
    """How the purchaser enters a card: the gateway's hosted fields, or a choice among the simulator's cards.

    `client_token` is bound to the merchant account that will be charged, so browser and server cannot differ.
    """

    kind: Literal["hosted_fields", "test_cards"]
    client_token: str
    cards: tuple[SampleCard, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """Where the purchaser agrees to a payment, on the gateway's own pages, and what the gateway calls it."""

    url: str
    gateway_id: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A verified webhook, reduced to a hint: what kind it claims to be, and which payment to look up.

    `reference` is our payment key, empty when the notice names no payment of ours. `number` is the gateway's own for
    it, where it has one, and `said` what may be kept of what it says: nothing about people.
    """

    kind: str
    reference: str = ""
    gateway_id: str = ""
    number: str = ""
    said: Mapping[str, Any] = field(default_factory=dict, hash=False)
    dispute_id: str = ""


class DisputeStatus(StrEnum):
    """How far a dispute is. `OPEN`: evidence may be sent. `ANSWERED`: it was, or the gateway decides without any.

    `LOST` is also what was accepted, and what nobody answered in time: the money is the payer's again.
    """

    OPEN = "open"
    ANSWERED = "answered"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class DisputeFacts:
    """What a gateway says of a dispute: somebody asks a bank, or a payer the gateway, for money back.

    `reference` is the key of the disputed payment, empty where it is none of ours. An inquiry takes no money yet.
    `won` is what came back of the amount. `reply_by` is the last day for evidence.
    """

    id: str
    status: DisputeStatus
    amount: Decimal
    currency: str
    reference: str = ""
    gateway_id: str = ""
    kind: str = ""
    reason: str = ""
    is_inquiry: bool = False
    won: Decimal = Decimal()
    reply_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """A document for a dispute. Gateways take PDF, and pictures."""

    name: str
    content: bytes


class RecordedKind(StrEnum):
    """What a transaction in a gateway's own books did with money: held or took it, or gave it back."""

    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One transaction as it stands in a gateway's own books, whoever asked for it.

    `number` is the gateway's; `key` what its merchant called it, empty where it has no name. A rail may record under
    one key that money was held, and under another number that it was taken. `at` is when it began, in UTC.
    """

    number: str
    kind: RecordedKind
    standing: Standing | None
    amount: Decimal
    currency: str
    key: str
    at: datetime


class BadSignature(Exception):
    """A webhook that was not signed with this provider's keys, or that cannot be read."""


class GatewayUnavailable(Exception):
    """The gateway could not prepare card entry. No money is involved; the purchaser may try again."""


class Gateway(Protocol):
    """One provider's account at a gateway: what every rail that charges must do. Implementations hold that provider's
    credentials and no others.

    Keys: `key` of `authorise`, `capture`, `void` and `find` is the payment's key, new for every attempt to pay. `key`
    of `refund` and `find_refund` is the refund's own key (one per refund).

    Misuse (an unsupported currency, an amount that is not a positive Decimal, a key that is not plain ASCII letters,
    digits, `-` and `_`, at most 100 of them) raises ValueError before anything is sent. A `gateway_id` that cannot be
    one comes from a row, so it gives UNKNOWN with code `misuse`: nothing is sent, and `find` by key tells it right.
    """

    @property
    def currencies(self) -> frozenset[str]:
        """ISO codes in which this account can be paid."""

    def capture(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        """Take the held money. Approved also when it was taken before, so it is safe to repeat."""

    def void(self, *, key: str, gateway_id: str) -> Outcome:
        """Release the held money. Approved also when it was released before, so it is safe to repeat."""

    def renew(self, *, key: str, gateway_id: str, amount: Decimal, currency: str) -> Outcome | None:
        """Make sure that money is still held, and hold it anew where the gateway stands for it no more. None where it
        has never heard of it.

        Approved with standing AUTHORISED is held now; DECLINED with RELEASED is held no more, and DECLINED with any
        other standing could not be made sure of. Repeating it holds nothing twice.
        """

    def refund(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        """Give `amount` back. Safe to repeat with the same key.

        A capture that has not begun to settle cannot be refunded: if the whole amount is asked back it is released
        instead (APPROVED, standing RELEASED); otherwise PENDING, code `not_settled_yet`: ask again later. Should it
        begin to settle in that moment it is refunded under the payment's key, which repeating this finds.
        """

    def find(
        self, *, key: str, gateway_id: str = "", amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        """Where the payment with this key stands; None when the gateway has never heard of it.

        `gateway_id` is what the gateway called it, where that is known: for gateways that cannot look for our key.
        `amount` and `currency`, where given, are checked as after `authorise`. `kind` says whether the money is held
        or taken (APPROVED) or not (DECLINED). A gateway that cannot be asked gives UNKNOWN, not None. None straight
        after an unanswered sale is no proof: a delayed request may still arrive, so wait before giving up a payment.
        """

    def find_refund(
        self, *, key: str, gateway_id: str, amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        """Where the refund with this key stands; None when the gateway has never heard of it, however its payment
        stands. `gateway_id` is the payment's. All else is as for `find`.
        """


class CardGateway(Gateway, Protocol):
    """A rail on which a card is entered on our own page."""

    def card_entry(self, *, currency: str) -> CardEntry:
        """What the payment page needs. Raises GatewayUnavailable."""

    def authorise(self, *, key: str, amount: Decimal, currency: str, nonce: str, device_data: str = "") -> Outcome:
        """Hold `amount` on the purchaser's card; no money moves. Approved means held, exactly as asked.

        Repeating it with the same key never holds twice: the first transaction is answered, as it stands now.
        A partial authorisation is voided at once and answered as DECLINED, code `partial_authorisation`; should that
        void not be confirmed, the answer is UNKNOWN with the same code and `gateway_id`, to be voided by the caller.
        """

    def notice_in(self, *, signature: str, payload: str) -> Notice:
        """Verify a webhook against this provider's keys and say what it is about. Raises BadSignature."""

    def challenge_answer(self, *, challenge: str) -> str:
        """The text that proves to the gateway that a webhook address is ours. Raises BadSignature on nonsense."""


class RedirectGateway(Gateway, Protocol):
    """A rail on whose own pages the purchaser agrees to a payment, and comes back."""

    @property
    def pages(self) -> tuple[str, ...]:
        """Where these pages may lie, as a browser's policy names them: nowhere else is a purchaser sent."""

    def start(
        self,
        *,
        key: str,
        amount: Decimal,
        currency: str,
        description: str,
        return_url: str,
        cancel_url: str,
        locale: str,
    ) -> Redirect | Outcome:
        """Announce a payment and say where the purchaser agrees to it. Nothing is held, and no money moves.

        Repeating it with the same key announces nothing twice. An Outcome is never APPROVED: DECLINED where it was
        refused for good, UNKNOWN where nobody knows, which is safe to repeat. `description` names nobody.
        """

    def authorise(self, *, key: str, gateway_id: str, amount: Decimal, currency: str) -> Outcome:
        """Hold `amount`, which the purchaser has agreed to; `gateway_id` is that of `start`, and the answer names the
        one to go on with. Approved means held, exactly as asked, by the payee that was meant.

        Repeating it with the same key never holds twice. Whoever has not agreed yet gives PENDING, code
        `waits_for_purchaser`. `find` answers that too, and `agreed_by_purchaser` where this was never asked.
        """

    def notice_in(self, *, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify a webhook, with whatever headers it came, and say what it is about.

        Raises BadSignature for what the gateway did not send to this account, and GatewayUnavailable where it could not
        say so itself: it will send it again.
        """


class BookGateway(Protocol):
    """What a rail adds whose gateway keeps books that can be read through, and compared with ours."""

    def recorded(self, *, since: datetime, until: datetime) -> Iterator[list[Recorded] | Outcome]:
        """All payments and refunds begun from `since` until before `until`, UTC, page by page. The last page is an
        Outcome (UNKNOWN, or DECLINED where these keys may not read the books) where it could not be read to the end.
        """

    def trace(self, number: str) -> Outcome:
        """How a recorded payment stands now; `gateway_id` is what `capture`, `void` and `refund` want. DECLINED,
        `not_found`, where there is none of that number."""


class DisputeGateway(Protocol):
    """What a rail adds whose payers can dispute a payment. `dispute_id` is the gateway's own."""

    def dispute(self, dispute_id: str) -> DisputeFacts | Outcome:
        """What the gateway knows of a dispute; an Outcome where it knows none (DECLINED, `not_found`) or does not say
        (UNKNOWN)."""

    def disputes(self, *, since: date) -> list[DisputeFacts] | Outcome:
        """All that were opened since a day, whoever's payments they are about; an Outcome where nobody knows."""

    def send_evidence(self, dispute_id: str, *, texts: Sequence[str], files: Sequence[EvidenceFile] = ()) -> Outcome:
        """Answer an open dispute. Approved means that the gateway decides from now on, also where it was answered
        before. Safe to repeat with the same evidence: what has arrived is not sent again."""

    def accept(self, dispute_id: str) -> Outcome:
        """Give in to an open dispute. Approved also where it is lost already, so it is safe to repeat."""
