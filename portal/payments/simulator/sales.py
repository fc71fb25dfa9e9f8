"""Sales: which card, which verdict, whether it is a duplicate, and the record that comes of it.

Duplicate checking follows Braintree's page: same merchant account, amount, order id and card within 30 seconds of a
successful sale. It is skipped for requests with an idempotency key, since the two are said to exclude each other.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.payments.simulator import cards, replies
from portal.payments.simulator.cards import Card, Decision
from portal.payments.simulator.faults import digits_of_fault, fault_of_nonce
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.moves import Moves
from portal.payments.simulator.records import CENT, SUCCESSFUL, Record, amount_of, money, new_id
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

DUPLICATE_WINDOW = 30.0

Params = dict[str, Any]


class Sales:
    """Authorises, and submits at once where asked to. `clock` gives UTC seconds since 1970."""

    def __init__(self, store: Store, moves: Moves, *, clock: Callable[[], float], sandbox_amounts: bool) -> None:
        self._store = store
        self._moves = moves
        self._clock = clock
        self._sandbox_amounts = sandbox_amounts

    def sell(self, merchant: Merchant, params: Params, *, forced: str = "") -> Reply:
        """One sale; `forced` is a processor code to decline with, whatever the card and the amount."""
        amount = amount_of(params.get("amount", ""))
        if isinstance(amount, str):
            return replies.refused(amount, "amount")
        account = params.get("merchant_account_id") or next(iter(merchant.accounts.values()))
        currency = merchant.currency_of(account)
        if currency is None:
            return replies.refused("91513", "merchant_account_id")
        nonce = params.get("payment_method_nonce", "")
        card = self._card(nonce)
        if isinstance(card, str):
            return replies.refused(card, "payment_method_nonce")
        self._store.run("UPDATE nonces SET used = 1 WHERE nonce = ?", nonce)
        options = params.get("options") or {}
        verdict = cards.declined(forced) if forced else self._verdict(card, amount, options)
        draft = _draft(card, verdict, amount, now=self._clock())
        draft = replace(
            draft, merchant_id=merchant.id, account=account, currency=currency, order_id=params.get("order_id", "")
        )
        if not params.get("api_request_key") and self._is_duplicate(draft):
            draft = replace(draft, status="gateway_rejected", code="", text="", rejection="duplicate")
        record = self._store.save(draft.moved(draft.status, now=draft.created_at))
        if record.status == "authorized" and options.get("submit_for_settlement") == "true":
            return self._moves.submit(record, {})
        return replies.transaction(record)

    def _card(self, nonce: str) -> Card | str:
        """The card behind a nonce, or the code of the error it causes. Nonces named fake-… can be used for ever."""
        if fault := fault_of_nonce(nonce):
            return Card(last_four=digits_of_fault(*fault))
        minted = self._store.rows("SELECT card, used FROM nonces WHERE nonce = ?", nonce)
        if minted and minted[0]["used"]:
            return "91564"
        card = cards.CARDS.get(minted[0]["card"] if minted else nonce)
        return "91565" if card is None else card.error or card

    def mint(self, card: str) -> str:
        """A nonce for one use, as a browser would get it for this card. Raises ValueError for an unknown card."""
        if card not in cards.CARDS:
            raise ValueError(f"no such card: {card}")
        nonce = f"tok-{secrets.token_hex(8)}"
        self._store.run("INSERT INTO nonces (nonce, card) VALUES (?, ?)", nonce, card)
        return nonce

    def _verdict(self, card: Card, amount: Decimal, options: Params) -> Decision:
        secure = options.get("three_d_secure") or {}
        if secure.get("required") == "true" and card.instrument == "credit_card" and not card.liability_shifted:
            return cards.rejected("three_d_secure")
        if card.verdict:
            return card.verdict
        return cards.verdict_on_amount(amount) if self._sandbox_amounts else Decision()

    def _is_duplicate(self, draft: Record) -> bool:
        def traits(record: Record) -> tuple[str, ...]:
            return record.account, record.amount, record.brand, record.last_four

        return draft.status in SUCCESSFUL and any(
            each.status in SUCCESSFUL
            and each.created_at >= draft.created_at - DUPLICATE_WINDOW
            and traits(each) == traits(draft)
            for each in self._store.transactions(merchant_id=draft.merchant_id, order_id=draft.order_id)
        )


def _draft(card: Card, verdict: Decision, amount: Decimal, *, now: float) -> Record:
    approved = (amount / 2).quantize(CENT) if verdict.partial else amount
    return Record(
        id=new_id(),
        merchant_id="",
        account="",
        currency="",
        type="sale",
        status=verdict.status,
        amount=money(approved),
        order_id="",
        created_at=now,
        updated_at=now,
        brand=card.brand,
        bin=card.bin,
        last_four=card.last_four,
        instrument=card.instrument,
        code=verdict.code,
        text=verdict.text,
        rejection=verdict.rejection,
        settlement_code=verdict.settlement_code,
        settlement_text=verdict.settlement_text,
        three_d_secure=card.three_d_secure,
        liability_shifted=card.liability_shifted,
        settles_as=verdict.settles_as,
    )
