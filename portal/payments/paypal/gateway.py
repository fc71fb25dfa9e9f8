"""PayPal as a rail: an order is written, its purchaser agrees on PayPal's pages, then money is held, and taken last.

*The order is the payment.* Its number is the payment's `gateway_id` from `start` to the last refund, and everything
that became of it stands in it. So each action looks first, does only what is left to do, and reads the order again with
what PayPal answered; `find` reads it too. An order whose number nobody learnt was shown to nobody, and holds nothing.

*Idempotency.* Every request carries a `PayPal-Request-Id` made of our key, and of what it acts on: PayPal answers a
repeated one with what came of the first (orders remember for 6 hours, payments for 45 days). An order in another
language is another order, and the one that its purchaser saw last is the one that can be paid; a capture that was
declined is another request the next time. Beyond these times looking first does the same.

*Renewal.* PayPal stands for held money for 3 days, and holds it for 29. Whatever is captured later than the three days
is authorised anew first; where that is refused, the capture is tried all the same, and tells. `renew` does the same for
money that is not to be captured yet. A renewal is asked for under a key of ours and the number that it renews, so that
one whose answer was lost is made once.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from portal.payments.gateway import (
    AGREED_BY_PURCHASER,
    MISMATCH,
    NOT_FOUND,
    NOT_SETTLED_YET,
    WAITS_FOR_PURCHASER,
    BadSignature,
    GatewayUnavailable,
    Notice,
    Outcome,
    OutcomeKind,
    Recorded,
    Redirect,
    Standing,
)
from portal.payments.paypal import answers, requests, webhooks
from portal.payments.paypal.claims import PayPalDisputes, at
from portal.payments.paypal.client import PayPalClient
from portal.payments.paypal.credentials import Credentials
from portal.payments.paypal.requests import checked_key, digest, is_number, money, order

__all__ = ["Credentials", "PayPalGateway"]

logger = logging.getLogger(__name__)

ORDERS = "/v2/checkout/orders"
AUTHORISATIONS = "/v2/payments/authorizations"
CAPTURES = "/v2/payments/captures"
BOOKS = "/v1/reporting/transactions"
LONGEST = timedelta(days=31)  # of a period that PayPal's books can be asked for at a time
PAGE = 500
VERIFY = "/v1/notifications/verify-webhook-signature"
NOBODY_HAS_AGREED = frozenset({WAITS_FOR_PURCHASER, AGREED_BY_PURCHASER})

Json = Mapping[str, Any]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PayPalGateway(PayPalDisputes):
    """`RedirectGateway` and `DisputeGateway` for one provider's PayPal account, or for the simulator that stands in for
    PayPal.

    Any thread may use it. `timeout` is in seconds, for connecting and for each answer.
    """

    def __init__(
        self, credentials: Credentials, *, timeout: float = 20, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._credentials = credentials
        self._client = PayPalClient(credentials, timeout=timeout)
        self._clock = clock

    @property
    def currencies(self) -> frozenset[str]:
        return self._credentials.currencies

    @property
    def pages(self) -> tuple[str, ...]:
        """PayPal moves its purchasers between hosts of its own."""
        if self._credentials.environment == "simulator":
            return (self._credentials.pages,)
        return ("https://paypal.com", "https://*.paypal.com")

    def close(self) -> None:
        """Give back this thread's connection. The gateway stays usable."""
        self._client.close()

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
        body = order(
            key=key,
            amount=amount,
            currency=self._checked(currency),
            merchant_id=self._credentials.merchant_id,
            description=description,
            return_url=return_url,
            cancel_url=cancel_url,
            locale=locale,
        )
        made = self._client.post(ORDERS, body, request_id=f"start-{key}-{digest(body)}")
        if isinstance(made, Outcome):
            return made
        outcome = answers.read(
            made, asked=self._asked(reference=key, amount=amount, currency=currency), goals=frozenset()
        )
        if outcome.code != WAITS_FOR_PURCHASER:
            return outcome
        url = answers.approval_link(made)
        if not url.startswith(f"{self._credentials.pages}/"):
            text = f"it would send purchasers to {urlsplit(url).netloc}"
            return Outcome(kind=OutcomeKind.UNKNOWN, code=answers.UNREADABLE, text=text)
        return Redirect(url=url, gateway_id=outcome.gateway_id)

    def authorise(self, *, key: str, gateway_id: str, amount: Decimal, currency: str) -> Outcome:
        asked = self._asked(reference=checked_key(key), amount=amount, currency=self._checked(currency))
        money(amount, currency)
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return made
        found = answers.read(made, asked=asked, goals=answers.HELD_OR_TAKEN)
        if found.code != AGREED_BY_PURCHASER:
            return found
        done = self._client.post(f"{ORDERS}/{gateway_id}/authorize", {}, request_id=f"authorise-{key}-{gateway_id}")
        if isinstance(done, Outcome):
            return self._doubted(done, gateway_id, asked=asked, goals=answers.HELD_OR_TAKEN)
        held = answers.paid(done, "authorizations")
        if len(held) != 1:
            return self._by_id(gateway_id, asked=asked, goals=answers.HELD_OR_TAKEN)
        after = answers.with_payment(made, "authorizations", held[0])
        return answers.read(after, asked=asked, goals=answers.HELD_OR_TAKEN)

    def capture(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        asked = self._asked(reference=checked_key(key), amount=amount)
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return made
        found = answers.read(made, asked=asked, goals=answers.HELD_OR_TAKEN)
        held = answers.holding(made)
        if found.standing is not Standing.AUTHORISED or held is None:
            return found
        number = self._number_to_take(held, key, amount, found.currency)
        tries = len(answers.paid(made, "captures"))
        body = {"amount": money(amount, found.currency), "invoice_id": key, "final_capture": True}
        taken = self._client.post(
            f"{AUTHORISATIONS}/{number}/capture", body, request_id=f"capture-{key}-{number}-{tries}"
        )
        if isinstance(taken, Outcome):
            return self._doubted(taken, gateway_id, asked=asked, goals=answers.TAKEN)
        return answers.read(answers.with_payment(made, "captures", taken), asked=asked, goals=answers.TAKEN)

    def _number_to_take(self, held: Json, key: str, amount: Decimal, currency: str) -> str:
        """The number to capture under: a new one, where the time has run out for which PayPal stands for the old."""
        number = str(held["id"])
        if not answers.is_past_honour(held, now=self._clock()):
            return number
        renewed = self._renewed(number, key, amount, currency)
        if isinstance(renewed, Outcome):
            logger.warning("authorisation of payment %s was not renewed: %s", key, renewed.code)
            return number
        return str(renewed["id"]) if renewed.get("status") == "CREATED" else number

    def _renewed(self, number: str, key: str, amount: Decimal, currency: str) -> Json | Outcome:
        body = {"amount": money(amount, currency)}
        return self._client.post(f"{AUTHORISATIONS}/{number}/reauthorize", body, request_id=f"renew-{key}-{number}")

    def renew(self, *, key: str, gateway_id: str, amount: Decimal, currency: str) -> Outcome | None:
        asked = self._asked(reference=checked_key(key), amount=amount, currency=currency)
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return None if made.code == NOT_FOUND else made
        found, held = answers.read(made, asked=asked, goals=answers.HELD_OR_TAKEN), answers.holding(made)
        if found.standing is not Standing.AUTHORISED or held is None:
            return found
        if not answers.is_past_honour(held, now=self._clock()):
            return found
        renewed = self._renewed(str(held["id"]), key, amount, found.currency)
        if not isinstance(renewed, Outcome):
            after = answers.with_payment(made, "authorizations", renewed)
            return answers.read(after, asked=asked, goals=answers.HELD_OR_TAKEN)
        standing = Standing.RELEASED if renewed.code in answers.HOLDS_NO_MORE else renewed.standing
        return replace(renewed, standing=standing, gateway_id=gateway_id)

    def void(self, *, key: str, gateway_id: str) -> Outcome:
        asked = self._asked(reference=checked_key(key))
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return made
        if (found := answers.read(made, asked=asked, goals=answers.HELD_OR_TAKEN)).code == MISMATCH:
            return found
        for held in answers.paid(made, "authorizations"):
            if held.get("status") in answers.OPEN:
                number = held["id"]
                request_id = f"void-{key}-{number}"
                gone = self._client.post(f"{AUTHORISATIONS}/{number}/void", {}, request_id=request_id)
                if isinstance(gone, Outcome):
                    return self._doubted(gone, gateway_id, asked=asked, goals=answers.GIVEN_UP)
                made = answers.with_payment(made, "authorizations", {**held, "status": "VOIDED"})
        return answers.read(made, asked=asked, goals=answers.GIVEN_UP)

    def refund(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        asked = self._asked(reference=checked_key(key), amount=amount)
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return made
        if known := self._refund_in(made, asked):
            return known
        found = answers.read(made, asked=self._asked(), goals=answers.TAKEN | answers.GIVEN_UP)
        if found.standing is not Standing.CAPTURED:
            return self._before_capture(found, amount)
        (capture,) = answers.live_captures(made)
        body = {"amount": money(amount, found.currency), "custom_id": key}
        back = self._client.post(f"{CAPTURES}/{capture['id']}/refund", body, request_id=f"refund-{key}")
        if not isinstance(back, Outcome):
            return answers.read_refund(back, asked=asked, order=made)
        after = back if back.kind is OutcomeKind.UNKNOWN else self._order(gateway_id)
        return back if isinstance(after, Outcome) else self._refund_in(after, asked) or back

    def _before_capture(self, found: Outcome, amount: Decimal) -> Outcome:
        """What is possible while nothing was taken: let it go if all is asked back, else wait. It may be gone."""
        if found.standing is Standing.AUTHORISED and found.amount == amount and found.reference:
            return self.void(key=found.reference, gateway_id=found.gateway_id)
        if found.standing in (Standing.AUTHORISED, Standing.PENDING):
            return replace(found, kind=OutcomeKind.PENDING, code=NOT_SETTLED_YET, text="nothing was taken yet")
        return found

    def _refund_in(self, made: Json, asked: answers.Asked) -> Outcome | None:
        ours = [each for each in answers.paid(made, "refunds") if each.get("custom_id") == asked.reference]
        return answers.read_refund(ours[-1], asked=asked, order=made) if ours else None

    def find(
        self, *, key: str, gateway_id: str = "", amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        asked = self._asked(reference=checked_key(key), amount=amount, currency=currency)
        if not gateway_id:
            return None
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return None if made.code == NOT_FOUND else made
        return answers.read(made, asked=asked, goals=answers.HELD_OR_TAKEN)

    def find_refund(
        self, *, key: str, gateway_id: str, amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        asked = self._asked(reference=checked_key(key), amount=amount, currency=currency)
        made = self._order(gateway_id)
        if isinstance(made, Outcome):
            return None if made.code == NOT_FOUND else made
        return self._refund_in(made, asked)

    def recorded(self, *, since: datetime, until: datetime) -> Iterator[list[Recorded] | Outcome]:
        """What is older than three hours: PayPal may be so late to write it into its books."""
        while since < until:
            end = min(since + LONGEST, until)
            page, pages = 1, 1
            while page <= pages:
                found = self._client.get(f"{BOOKS}?{urlencode(requests.period(since, end, page=page, size=PAGE))}")
                if isinstance(found, Outcome):
                    yield found
                    return
                yield [each for each in answers.recorded(found) if since <= each.at < end]
                page, pages = page + 1, int(found.get("total_pages") or 1)
            since = end

    def trace(self, number: str) -> Outcome:
        if not is_number(number):
            return Outcome(kind=OutcomeKind.DECLINED, code=NOT_FOUND, text="PayPal gives no such number")
        found = self._client.get(f"{CAPTURES}/{number}")
        if isinstance(found, Outcome) and found.code == NOT_FOUND:
            found = self._client.get(f"{AUTHORISATIONS}/{number}")
        if isinstance(found, Outcome):
            return found
        return self._by_id(answers.order_of(found), asked=self._asked(), goals=answers.HELD_OR_TAKEN)

    def notice_in(self, *, headers: Mapping[str, str], body: bytes) -> Notice:
        if not self._credentials.webhook_id:
            raise BadSignature("this account expects no notifications")
        delivery = webhooks.delivery(headers, body)
        event = webhooks.event_in(delivery, hosts=self._hosts(), now=self._clock())
        answer = self._client.post(VERIFY, webhooks.question(delivery, webhook_id=self._credentials.webhook_id))
        if isinstance(answer, Outcome):
            raise GatewayUnavailable(answer.code)
        if answer.get("verification_status") != "SUCCESS":
            raise BadSignature("PayPal did not sign this for this account")
        said = webhooks.without_people(event)
        return replace(answers.notice(said), said=said)

    def _hosts(self) -> frozenset[str]:
        if self._credentials.environment == "simulator":
            return frozenset({urlsplit(self._credentials.simulator_url).netloc})
        return webhooks.HOSTS

    def _checked(self, currency: str) -> str:
        if currency not in self.currencies:
            raise ValueError(f"this provider is not paid in {currency} through PayPal")
        return currency

    def _asked(self, *, reference: str = "", amount: Decimal | None = None, currency: str = "") -> answers.Asked:
        return answers.Asked(
            merchant_id=self._credentials.merchant_id, reference=reference, amount=amount, currency=currency
        )

    def _order(self, gateway_id: str) -> Json | Outcome:
        return at(self._client, ORDERS, gateway_id)

    def _by_id(self, gateway_id: str, *, asked: answers.Asked, goals: frozenset[Standing]) -> Outcome:
        made = self._order(gateway_id)
        return made if isinstance(made, Outcome) else answers.read(made, asked=asked, goals=goals)

    def _doubted(
        self, answer: Outcome, gateway_id: str, *, asked: answers.Asked, goals: frozenset[Standing]
    ) -> Outcome:
        """What is true after an action that was refused; one of which nobody knows is left for `find`."""
        if answer.kind is OutcomeKind.UNKNOWN:
            return replace(answer, gateway_id=gateway_id)
        found = self._by_id(gateway_id, asked=asked, goals=goals)
        if found.code in NOBODY_HAS_AGREED:
            return replace(answer, gateway_id=gateway_id)
        if found.kind is not OutcomeKind.DECLINED:
            return found
        return replace(
            found, code=answer.code, text=answer.text, is_our_fault=answer.is_our_fault, kind=OutcomeKind.DECLINED
        )
