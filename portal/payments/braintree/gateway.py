"""Braintree through its own SDK: the one file that imports it.

*One object per provider.* `Configuration.configure` of the SDK stores keys on a class, so that under threads one
provider's purchaser could be charged into another's account. It is never called here: each gateway has its own
configuration, and verifies only webhooks signed with its own keys.

*Idempotency.* Every action carries an `api_request_key` derived from our key, one per action: Braintree answers a
repeated request with the first one's transaction as it stands now. Two answers mean that the key is of no use although
nothing has happened: 915231 (keys are not allowed for this merchant) and 915234 (the first request under this key
failed). The action is then sent without a key, once a search under our order id has shown that it was not done.
Captures and voids need no such search, since a transaction can be submitted or voided only once. What remains is
covered by Braintree's own duplicate checking (same amount and order id within 30 s): its rejection `duplicate` means
"look it up" and never "declined".
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from portal.payments.braintree import answers, evidence
from portal.payments.braintree.credentials import Credentials
from portal.payments.braintree.requests import amount_text, checked_key, sale_request
from portal.payments.braintree.sample_cards import SAMPLE_CARDS
from portal.payments.gateway import (
    MISUSE,
    NOT_FOUND,
    NOT_SETTLED_YET,
    PARTIAL_AUTHORISATION,
    BadSignature,
    CardEntry,
    DisputeFacts,
    DisputeStatus,
    EvidenceFile,
    GatewayUnavailable,
    Notice,
    Outcome,
    OutcomeKind,
    Recorded,
    Standing,
)

with warnings.catch_warnings():
    # The SDK warns about its own deprecated names while it is being imported; there is nothing a caller could do.
    warnings.simplefilter("ignore", DeprecationWarning)
    import braintree
    from braintree import exceptions
    from braintree.exceptions.braintree_error import BraintreeError
    from braintree.util.validation import is_invalid_path_segment

__all__ = ["BraintreeGateway", "Credentials"]

logger = logging.getLogger(__name__)

WEBHOOK_LIMIT = 200_000
DAY = timedelta(days=1)
PAGE = 50  # transactions, as many as Braintree sends at a time

# Keys not allowed; the first request under this key failed.
KEY_IS_USELESS = frozenset({"915231", "915234"})
# Same key for another request; still in flight; server error: none says what became of the first request.
UNCLEAR = frozenset({"915232", "915233", "915235"})
NOT_SETTLED = frozenset({"91506", "91574"})
ALREADY_REFUNDED = "91512"
# The gateway's type of a transaction, and the standings that are its goal.
PAYMENT = ("sale", answers.HELD_OR_TAKEN)
REFUND = ("credit", answers.GIVEN_BACK)

# Sends one request to the SDK, with the idempotency key merged in; looks up what an earlier request has done.
Send = Callable[[Mapping[str, str]], Any]
Look = Callable[[], Outcome | None]


class BraintreeGateway:
    """`CardGateway` for one provider's Braintree account, or for the simulator that stands in for it.

    3-D Secure is required on all cards in the sandbox and in production: units are consumed at once and cannot be
    returned, and what the browser says about authentication is not to be trusted. The simulator's cards carry none,
    so there it is off unless asked for. `timeout` is in seconds, for connecting and for each answer.
    """

    def __init__(
        self, credentials: Credentials, *, timeout: int = 20, require_three_d_secure: bool | None = None
    ) -> None:
        self._credentials = credentials
        self._simulated = credentials.environment == "simulator"
        self.requires_three_d_secure = not self._simulated if require_three_d_secure is None else require_three_d_secure
        self._sdk = braintree.BraintreeGateway(
            braintree.Configuration(
                environment=_environment(credentials),
                merchant_id=credentials.merchant_id,
                public_key=credentials.public_key,
                private_key=credentials.private_key,
                timeout=timeout,
                wrap_http_exceptions=True,
            )
        )

    @property
    def currencies(self) -> frozenset[str]:
        return frozenset(self._credentials.merchant_accounts)

    def close(self) -> None:
        """Give back this thread's connection. The gateway stays usable."""
        self._sdk.close()

    def card_entry(self, *, currency: str) -> CardEntry:
        account = self._merchant_account(currency)
        try:
            token = self._sdk.client_token.generate({"merchant_account_id": account})
        except (BraintreeError, ExpatError, LookupError, ValueError) as error:
            raise GatewayUnavailable(answers.failure_code(error)) from error
        if self._simulated:
            return CardEntry(kind="test_cards", client_token=token, cards=SAMPLE_CARDS)
        return CardEntry(kind="hosted_fields", client_token=token)

    def authorise(self, *, key: str, amount: Decimal, currency: str, nonce: str, device_data: str = "") -> Outcome:
        request = sale_request(
            key=key,
            amount=amount,
            merchant_account=self._merchant_account(currency),
            nonce=nonce,
            device_data=device_data,
            three_d_secure=self.requires_three_d_secure,
        )
        look = partial(self.find, key=key, amount=amount, currency=currency)
        answer = self._send(
            f"sale-{key}", lambda extra: self._sdk.transaction.sale({**request, **extra}), look_first=look
        )
        asked = self._asked(reference=key, amount=amount, currency=currency)
        outcome = self._judge(answer, asked=asked, goals=answers.HELD_OR_TAKEN, look=look)
        return self._give_up_partial(outcome, key=key) if outcome.code == PARTIAL_AUTHORISATION else outcome

    def _give_up_partial(self, outcome: Outcome, *, key: str) -> Outcome:
        voided = self.void(key=key, gateway_id=outcome.gateway_id)
        if voided.approved:
            return replace(outcome, standing=Standing.RELEASED)
        return replace(outcome, kind=OutcomeKind.UNKNOWN)

    def capture(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        asked = self._asked(reference=checked_key(key), amount=amount)
        text = amount_text(amount)
        answer = self._send(
            f"capture-{key}",
            lambda extra: self._sdk.transaction.submit_for_settlement(gateway_id, text, dict(extra)),
            about=gateway_id,
        )
        look = partial(self._by_id, gateway_id, asked=asked, goals=answers.TAKEN)
        return self._judge(answer, asked=asked, goals=answers.TAKEN, look=look)

    def void(self, *, key: str, gateway_id: str) -> Outcome:
        asked = self._asked(reference=checked_key(key))
        answer = self._send(
            f"void-{key}", lambda extra: self._sdk.transaction.void(gateway_id, dict(extra)), about=gateway_id
        )
        look = partial(self._by_id, gateway_id, asked=asked, goals=answers.GIVEN_UP)
        return self._judge(answer, asked=asked, goals=answers.GIVEN_UP, look=look)

    def refund(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        request = {"amount": amount_text(amount), "order_id": checked_key(key)}
        asked = self._asked(reference=key, amount=amount)
        look = partial(self._search, key, REFUND, asked=asked)
        answer = self._send(
            f"refund-{key}",
            lambda extra: self._sdk.transaction.refund(gateway_id, {**request, **extra}),
            look_first=look,
            about=gateway_id,
        )
        outcome = self._judge(answer, asked=asked, goals=answers.GIVEN_BACK, look=look)
        if outcome.code in NOT_SETTLED:
            return self._before_settling(key, gateway_id, amount)
        return self._reversed(outcome, gateway_id, amount) if outcome.code == ALREADY_REFUNDED else outcome

    def _before_settling(self, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        """What is possible while a capture cannot be refunded yet: reverse it if all is asked back, else wait.

        Reversing releases it, or refunds it if it has begun to settle this very moment: the gateway knows which.
        """
        found = self._by_id(gateway_id, asked=self._asked(), goals=answers.TAKEN | answers.GIVEN_UP)
        if found.standing not in answers.HELD_OR_TAKEN:
            return found
        if found.amount == amount:
            # The types of the SDK are older than its method.
            asked, goals = self._asked(amount=amount), answers.GIVEN_UP | answers.GIVEN_BACK
            answer = self._send(
                f"reverse-{key}",
                lambda extra: self._sdk.transaction.reverse(gateway_id, dict(extra)),  # type: ignore[attr-defined]
                about=gateway_id,
            )
            look = partial(self._by_id, gateway_id, asked=asked, goals=goals)
            reversal = self._judge(answer, asked=asked, goals=goals, look=look)
            if reversal.kind is not OutcomeKind.DECLINED:
                return reversal
        return replace(found, kind=OutcomeKind.PENDING, code=NOT_SETTLED_YET, text="not settled yet; ask again later")

    def _reversed(self, refusal: Outcome, gateway_id: str, amount: Decimal) -> Outcome:
        """The refund that a reversal has made, whose answer was lost: it bears the payment's key. Else the refusal."""
        sale = self._by_id(gateway_id, asked=self._asked(), goals=answers.TAKEN)
        asked = self._asked(amount=amount)
        made = self._search(sale.reference, REFUND, asked=asked) if sale.reference else None
        return made if made and made.approved else refusal

    def find(
        self, *, key: str, gateway_id: str = "", amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        asked = self._asked(reference=checked_key(key), amount=amount, currency=currency)
        return self._search(key, PAYMENT, asked=asked)

    renew = find  # a card's authorisation cannot be renewed, only be seen to stand

    def find_refund(
        self, *, key: str, gateway_id: str, amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        asked = self._asked(reference=checked_key(key), amount=amount, currency=currency)
        return self._search(key, REFUND, asked=asked)

    def recorded(self, *, since: datetime, until: datetime) -> Iterator[list[Recorded] | Outcome]:
        """Day by day, since Braintree cuts long answers short without a word."""
        while since < until:
            end = min(since + DAY, until)
            begun = braintree.TransactionSearch.created_at.between(since, end)  # type: ignore[no-untyped-call]
            found = _ask(partial(self._sdk.transaction.search, begun))
            if isinstance(found, Outcome):
                yield found
                return
            pages = found.items
            while page := _ask(partial(_next_of, pages)):
                if isinstance(page, Outcome):
                    yield page
                    return
                yield [read for each in page if (read := answers.recorded(each)).at < end]
            since = end

    def trace(self, number: str) -> Outcome:
        return self._by_id(number, asked=self._asked(), goals=answers.HELD_OR_TAKEN)

    def dispute(self, dispute_id: str) -> DisputeFacts | Outcome:
        found = _ask(lambda: self._sdk.dispute.find(dispute_id), about=dispute_id)
        return found if isinstance(found, Outcome) else answers.dispute_facts(found)

    def disputes(self, *, since: date) -> list[DisputeFacts] | Outcome:
        received = braintree.DisputeSearch.received_date >= since.isoformat()
        found = _ask(lambda: list(self._sdk.dispute.search(received).disputes.items))
        if isinstance(found, Outcome):
            return found
        read = [answers.dispute_facts(each) for each in found]
        return [each for each in read if not isinstance(each, Outcome)]

    def send_evidence(self, dispute_id: str, *, texts: Sequence[str], files: Sequence[EvidenceFile] = ()) -> Outcome:
        found = _ask(lambda: self._sdk.dispute.find(dispute_id), about=dispute_id)
        if isinstance(found, Outcome):
            return found
        if found.status == braintree.Dispute.Status.Open:
            missing = evidence.missing(self._sdk, found, texts=texts, files=files)
            for act in (*missing, self._sdk.dispute.finalize):
                if (refusal := _refusal(partial(act, dispute_id))) is not None:
                    return refusal
        return self._dispute_is(dispute_id, DisputeStatus.ANSWERED)

    def accept(self, dispute_id: str) -> Outcome:
        refusal = _refusal(lambda: self._sdk.dispute.accept(dispute_id), about=dispute_id)
        outcome = self._dispute_is(dispute_id, DisputeStatus.LOST)
        return outcome if refusal is None or outcome.approved else refusal

    def _dispute_is(self, dispute_id: str, status: DisputeStatus) -> Outcome:
        found = self.dispute(dispute_id)
        if isinstance(found, Outcome):
            return found
        kind = OutcomeKind.APPROVED if found.status is status else OutcomeKind.DECLINED
        return Outcome(kind=kind, code="" if found.status is status else found.status, gateway_id=found.id)

    def notice_in(self, *, signature: str, payload: str) -> Notice:
        if len(payload) > WEBHOOK_LIMIT:
            raise BadSignature("the payload is too long to be a webhook")
        try:
            notification = self._sdk.webhook_notification.parse(signature, payload)
        except (exceptions.InvalidSignatureError, ExpatError, LookupError, ValueError) as error:
            raise BadSignature(str(error)) from error
        notice = answers.notice(notification)
        if notice.reference or not notice.gateway_id:
            return notice
        found = self._by_id(notice.gateway_id, asked=self._asked(), goals=answers.HELD_OR_TAKEN)
        return replace(notice, reference=found.reference)

    def challenge_answer(self, *, challenge: str) -> str:
        try:
            return self._sdk.webhook_notification.verify(challenge)
        except exceptions.InvalidChallengeError as error:
            raise BadSignature(str(error)) from error

    def _merchant_account(self, currency: str) -> str:
        try:
            return self._credentials.merchant_accounts[currency]
        except KeyError:
            raise ValueError(f"this provider has no merchant account for {currency}") from None

    def _asked(self, *, reference: str = "", amount: Decimal | None = None, currency: str = "") -> answers.Asked:
        return answers.Asked(
            merchant_accounts=self._credentials.merchant_accounts,
            reference=reference,
            amount=amount,
            currency=currency,
        )

    def _send(self, request_key: str, send: Send, *, look_first: Look | None = None, about: str | None = None) -> Any:
        """The SDK's result, or an Outcome where no result came back or none was needed. `about`: what it names."""
        result = _ask(lambda: send({"api_request_key": request_key}), about=about)
        if answers.error_code(result) not in KEY_IS_USELESS:
            return result
        done = look_first() if look_first else None
        return done or _ask(lambda: send({}), about=about)

    def _judge(self, answer: Any, *, asked: answers.Asked, goals: frozenset[Standing], look: Look) -> Outcome:
        """Turn the SDK's result into an outcome; where it leaves doubt, look up what is true."""
        if isinstance(answer, Outcome):
            return answer
        if answer.transaction is not None:
            outcome = answers.read(answer.transaction, asked=asked, goals=goals)
            if outcome.code != answers.DUPLICATE:
                return outcome
            return look() or replace(outcome, kind=OutcomeKind.UNKNOWN, standing=None)
        code = answers.error_code(answer)
        kind = OutcomeKind.UNKNOWN if code in UNCLEAR else OutcomeKind.DECLINED
        is_our_fault = kind is OutcomeKind.DECLINED and answers.is_our_fault(code)
        refusal = Outcome(kind=kind, code=code, text=str(answer.message), is_our_fault=is_our_fault)
        found = look()
        if found is None:
            return refusal
        if found.kind is not OutcomeKind.DECLINED or found.code:
            return found
        return replace(found, kind=refusal.kind, code=refusal.code, text=refusal.text, is_our_fault=is_our_fault)

    def _by_id(self, gateway_id: str, *, asked: answers.Asked, goals: frozenset[Standing]) -> Outcome:
        found = _ask(lambda: self._sdk.transaction.find(gateway_id), about=gateway_id)
        return found if isinstance(found, Outcome) else answers.read(found, asked=asked, goals=goals)

    def _search(self, key: str, wanted: tuple[str, frozenset[Standing]], *, asked: answers.Asked) -> Outcome | None:
        """What was found under our key, of the wanted type alone."""
        by_order = braintree.TransactionSearch.order_id == key
        found = _ask(lambda: list(self._sdk.transaction.search(by_order)))
        if isinstance(found, Outcome):
            return found
        ours = [each for each in found if each.order_id == key and each.type == wanted[0]]
        return answers.the_one(ours, asked=asked, goals=wanted[1])


def _environment(credentials: Credentials) -> braintree.Environment:
    if credentials.environment == "sandbox":
        return braintree.Environment.Sandbox
    if credentials.environment == "production":
        return braintree.Environment.Production
    parts = urlsplit(credentials.simulator_url)
    return braintree.Environment(
        "simulator", parts.hostname or "", str(parts.port), "", is_ssl=False, ssl_certificate=None
    )


def _next_of(pages: Iterator[Any]) -> list[Any]:
    return list(islice(pages, PAGE))


def _refusal(call: Callable[[], Any], *, about: str | None = None) -> Outcome | None:
    """Why something about a dispute was not done, or may not have been; None where it was."""
    result = _ask(call, about=about)
    if isinstance(result, Outcome):
        return result
    if result.is_success:
        return None
    code = answers.error_code(result)
    return Outcome(kind=OutcomeKind.DECLINED, code=code, text=str(result.message), is_our_fault=True)


def _ask(call: Callable[[], Any], *, about: str | None = None) -> Any:
    """The call's result; or, whatever goes wrong, an Outcome, since after sending nobody knows what has happened.

    404 is an answer only to a call `about` a transaction: the gateway has none by that id. Where that cannot be an id,
    the SDK itself would say so as if the gateway had: nothing is sent then, and nobody has refused anything.
    """
    if about is not None and is_invalid_path_segment(about):
        return Outcome(kind=OutcomeKind.UNKNOWN, code=MISUSE, text="no transaction has such an id", is_our_fault=True)
    try:
        result = call()
    except exceptions.NotFoundError as error:
        kind = OutcomeKind.UNKNOWN if about is None else OutcomeKind.DECLINED
        return Outcome(kind=kind, code=NOT_FOUND, text=str(error))
    except BraintreeError as error:
        return Outcome(kind=OutcomeKind.UNKNOWN, code=answers.failure_code(error), text=type(error).__name__)
    except Exception as error:
        logger.exception("The gateway's answer could not be read.")
        return Outcome(kind=OutcomeKind.UNKNOWN, code="unreadable_answer", text=type(error).__name__)
    if result is None:
        return Outcome(kind=OutcomeKind.UNKNOWN, code="unreadable_answer", text="neither transaction nor error")
    return result
