"""What became of one purchase, asked of the gateways, the registry, the letters and our rows: nothing may be lost,
doubled or stuck."""

import email
import email.policy
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.checkout.models import HOLDING_STATES, Letter, Order, OrderState
from portal.payments import ledger
from portal.payments.models import PaymentState, Rail, Refund, RefundState
from portal.payments.transfers.models import Arrival, StatementEntry, StatementState
from portal.registry.ledger.models import Transaction
from portal.registry.models import Cancellation, CancellationState, LogEntry
from tests.checkout.soundness import UNDECIDED
from tests.faults.stories import AMOUNT, PART, Story, Subject
from tests.world import World, payments_of

PAID_BY = frozenset({OrderState.PAID, OrderState.COMPLETED})
Letters = dict[str, dict[str, set[str]]]  # of each address by subject: the Message-IDs under which they came


@dataclass
class Verdict:
    """Why something is lost, doubled or stuck, in words; nothing where all is well."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def check(self, which: list[str], what: str, *, unless: bool) -> None:
        if not unless:
            which.append(what)


def letters_in(folder: Path) -> Letters:
    """Return what purchasers find in their post."""
    found: Letters = defaultdict(lambda: defaultdict(set))
    for path in sorted(folder.glob("*.eml")):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[letter["To"]][letter["Subject"]].add(letter["Message-ID"])
    return found


def verdict(story: Story, subject: Subject, *, letters: Letters, world: World) -> Verdict:
    """Say what became of a purchase once everything is at rest."""
    said = Verdict()
    orders = list(Order.objects.filter(purchaser_email=subject.email))
    said.check(said.doubled, "the order", unless=len(orders) <= 1)
    for order in orders:
        said.check(said.lost, f"the order ended {order.state}", unless=order.state in story.ends or _is_held(order))
        taken = _at_gateways(order, said, world=world)
        came = _at_the_bank(order, said, subject)
        _units(order, said, money=taken + came)
        _given_back(order, said, subject, world=world)
        _letters(order, said, letters[subject.email], is_told=subject.facts.get("is_told", False))
        _rest(order, said)
    return said


def _is_held(order: Order) -> bool:
    return order.state in HOLDING_STATES  # which is being stuck, and no loss


def _at_gateways(order: Order, said: Verdict, *, world: World) -> int:
    """Say how often gateways took the money, and find what they hold for nobody."""
    sales = [(payment, sale) for payment in payments_of(order) for sale in world.sales(str(payment.key))]
    sales = [(payment, sale) for payment, sale in sales if sale.get("type", "sale") == "sale"]
    by_payment = Counter(payment.pk for payment, _sale in sales)
    said.check(said.doubled, "a sale at the gateway", unless=max(by_payment.values(), default=0) <= 1)
    taken = sum(sale["captures"] for _payment, sale in sales)
    said.check(said.doubled, f"money was taken {taken} times", unless=taken <= 1)
    for payment, sale in sales:
        is_held = sale["status"] == "authorized"
        said.check(said.stuck, f"the gateway holds the money of {payment.state}", unless=not is_held)
        was_held = any(step["status"] == "authorized" for step in sale["history"])
        is_kept = order.state in (OrderState.COMPLETED, OrderState.REFUSED)
        said.check(said.lost, "the purchaser's money was held for nothing", unless=is_kept or not was_held)
    return taken


def _at_the_bank(order: Order, said: Verdict, subject: Subject) -> int:
    """Say how often money came by transfer, and find what the bank booked and we do not know, or count twice."""
    arrivals = Arrival.objects.filter(request__reference=order.reference).exclude(counted_at=None)
    total = sum((each.amount for each in arrivals), Decimal())
    said.check(said.doubled, f"{total} was counted of a transfer", unless=total in (0, AMOUNT))
    statement = subject.statement
    if statement:
        said.check(said.stuck, f"the statement is {statement.state}", unless=statement.state == StatementState.DONE)
        known = StatementEntry.objects.filter(statement=statement).count()
        said.check(said.lost, "the bank's entry", unless=known == 1)
    by_transfer = payments_of(order).filter(account__rail=Rail.TRANSFER, state=PaymentState.CAPTURED)
    kept = ledger.balance(reference=order.reference).captured
    if by_transfer.exists():
        said.check(said.doubled, f"the ledger has {kept} of a transfer", unless=kept == total == AMOUNT)
    return int(bool(total))


def _units(order: Order, said: Verdict, *, money: int) -> None:
    cancelled = Transaction.objects.filter(reference=order.reference, kind="cancel", refusal_code="").count()
    done = Cancellation.objects.filter(reference=order.reference, state=CancellationState.DONE)
    said.check(said.doubled, f"units were cancelled {cancelled} times", unless=cancelled <= 1)
    said.check(said.lost, "the registry cancelled what we do not know", unless=cancelled == done.count())
    said.check(said.lost, "money was taken and no unit cancelled", unless=not money or bool(cancelled))
    said.check(said.lost, "units were cancelled and no money taken", unless=not cancelled or bool(money))
    codes = done.values("certificates__code")
    said.check(said.lost, "the history", unless=LogEntry.objects.filter(code__in=codes).count() == cancelled)
    is_told = (order.state == OrderState.COMPLETED) == bool(cancelled)
    said.check(said.lost, f"the order is {order.state}, and {cancelled} cancelled", unless=is_told or _is_held(order))


def _given_back(order: Order, said: Verdict, subject: Subject, *, world: World) -> None:
    """What was asked back goes back once, or not at all if nobody wrote down that it was asked for."""
    refunds = list(Refund.objects.filter(payment__reference=order.reference).select_related("payment__account"))
    said.check(said.doubled, f"{len(refunds)} refunds", unless=len(refunds) <= 1)
    key = str(subject.facts.get("key", ""))
    there = [each for each in _credits(key, world) if each["status"] not in ("FAILED", "CANCELLED")] if key else []
    said.check(said.doubled, f"money was given back {len(there)} times", unless=len(there) <= 1)
    by_gateway = [each for each in refunds if each.paid_back_on is None]
    what = f"money went back {len(there)} times, and by our books {len(by_gateway)} times"
    said.check(said.lost, what, unless=len(there) == len(by_gateway))
    for each in refunds:
        said.check(said.stuck, f"the refund is {each.state}", unless=each.state == RefundState.DONE)
    went_back = ledger.balance(reference=order.reference).refunded
    asked = PART * len(refunds)
    said.check(said.doubled, f"the ledger gave {went_back} back", unless=went_back <= asked)
    said.check(said.lost, f"the ledger gave {went_back} back of {asked}", unless=went_back >= asked)


def _credits(key: str, world: World) -> Iterable[dict[str, Any]]:
    yield from (each for each in world.simulator.transactions(order_id=key) if each["type"] == "credit")
    yield from (each for each in world.simulator.paypal.papers(key) if each["kind"] == "refund")


def _letters(order: Order, said: Verdict, post: dict[str, set[str]], *, is_told: bool) -> None:
    for subject, ids in post.items():
        said.check(said.doubled, f"the letter {subject!r}", unless=len(ids) == 1)
    kinds = {Letter.Kind.REFUNDED, *([Letter.Kind.LAPSED] if order.state == OrderState.EXPIRED else [])}
    owed = Letter.objects.filter(order=order, sent_at=None, kind__in=kinds)
    said.check(said.stuck, "a letter", unless=not owed.exists())
    has_ended = order.state in (OrderState.COMPLETED, OrderState.REFUSED) and is_told
    said.check(
        said.lost, "the letter about the end", unless=not has_ended or any("certificate" in each for each in post)
    )


def _rest(order: Order, said: Verdict) -> None:
    said.check(said.stuck, f"the order is {order.state}", unless=not _is_held(order))
    for payment in payments_of(order).filter(state__in=(*UNDECIDED, PaymentState.OFFERED)):
        said.check(said.stuck, f"a payment is {payment.state}", unless=False)
    cancellation = Cancellation.objects.filter(reference=order.reference).first()
    states = (CancellationState.DONE, CancellationState.REFUSED)
    said.check(said.stuck, "the cancellation", unless=cancellation is None or cancellation.state in states)
    why = order.needs_attention
    said.check(said.stuck, f"a person is needed: {why}", unless=not why or why.startswith("registry refused"))
