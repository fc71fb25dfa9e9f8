"""Going through what our books do not know, one thing after the other, with a person or with a script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from portal.books import clearing, lost
from portal.books.clearing import Cleared, subject_of
from portal.books.comparison import UNKNOWN, Sort
from portal.books.lost import DEFAULTS, FIELDS, Incomplete
from portal.books.models import Discrepancy, Reconciliation
from portal.checkout.rebuilding import Rebuilt

REBUILD, RELEASE, PAY_BACK, EXPLAIN, SKIP = "rebuild", "release", "pay-back", "explain", "skip"
CHOICES: dict[Sort, tuple[str, ...]] = {
    Sort.UNKNOWN_MONEY: (REBUILD, RELEASE, PAY_BACK, EXPLAIN),
    Sort.UNKNOWN_ENTRY: (REBUILD, PAY_BACK, EXPLAIN),
    Sort.UNKNOWN_CANCELLATION: (REBUILD, EXPLAIN),
    Sort.UNKNOWN_REFUND: (EXPLAIN,),
}
FIRST = (Sort.UNKNOWN_MONEY, Sort.UNKNOWN_REFUND, Sort.UNKNOWN_CANCELLATION, Sort.UNKNOWN_ENTRY)
SAID: dict[str, str] = {
    Cleared.DONE: "done, and written down",
    Cleared.DONE_BEFORE: "this was cleared before",
    Cleared.OTHERWISE: "something else was begun about it: do that to its end",
    Cleared.REFUSED: "refused",
    Cleared.UNKNOWN: "no answer: do the same again later",
    Rebuilt.TOO_FEW_UNITS: "the listing has fewer units left: raise its number of units, or look what took them",
    Rebuilt.OTHER_PRICE: "what was paid is no price of so many units",
    Rebuilt.OTHER_CURRENCY: "it was paid in another currency than the listing has",
    Rebuilt.OTHER_PROVIDER: "it was paid to another provider than the listing has",
    Rebuilt.BEING_PAID: "another payment of this order is under way: let the workers finish it first",
    Rebuilt.KNOWN_ALREADY: "a payment of this key, or of this order, is known already",
}

Ask = Callable[[str], str]
Say = Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who clears something, and when."""

    by_id: int
    clock: Callable[[], datetime]


def things(run: Reconciliation) -> list[Discrepancy]:
    """Return what a reconciliation found that our books do not know, each once: money first, then what it may explain.

    Of money that a gateway has under several numbers the last counts: what was taken, after what was held.
    """
    rows = run.discrepancies.filter(sort__in=UNKNOWN).select_related("account").order_by("at", "id")
    once = {(each.sort, subject_of(each)): each for each in rows}
    return sorted(once.values(), key=lambda each: (FIRST.index(Sort(each.sort)), each.at))


def thing_called(text: str) -> Discrepancy | None:
    """Return what was last found under a key, a number or the reference of a cancellation; None if nothing was."""
    named = Q(key=text) | Q(number=text) | Q(sort=Sort.UNKNOWN_CANCELLATION, reference=text)
    return Discrepancy.objects.filter(named, sort__in=UNKNOWN).select_related("account").order_by("-id").first()


def act(row: Discrepancy, choice: str, typed: Mapping[str, str], *, why: str, hand: Hand) -> tuple[bool, str]:
    """Do one thing about another. Returns whether it is cleared, and what to tell."""
    if not why.strip():
        return False, "say why"
    if choice not in CHOICES[Sort(row.sort)]:
        return False, f"this cannot be done about it; possible: {', '.join(CHOICES[Sort(row.sort)])}"
    said: dict[str, Any] = {"why": why.strip(), "by_id": hand.by_id, "now": hand.clock()}
    try:
        cleared, reason = _act(row, choice, typed, said)
    except Incomplete as error:
        return False, str(error)
    is_cleared = cleared in (Cleared.DONE, Cleared.DONE_BEFORE)
    return is_cleared, SAID[cleared] + (f": {SAID.get(reason, reason)}" if reason and not is_cleared else "")


def _act(row: Discrepancy, choice: str, typed: Mapping[str, str], said: dict[str, Any]) -> tuple[Cleared, str]:
    if choice == EXPLAIN:
        return clearing.explain(row, **said), ""
    if choice == REBUILD:
        reference = typed.get("reference") or row.reference
        known = lost.known_of(reference, of_registry(row.reconciliation)) if reference else {}
        order = lost.lost_order(row, {**known, **{name: text for name, text in typed.items() if text}})
        return clearing.rebuild(row, lost=order, **said)
    if row.sort == Sort.UNKNOWN_ENTRY:
        return clearing.note_paid_back(row, **said), ""
    if row.account is None:
        raise Incomplete("it is not known at which account this is")
    do = clearing.release if choice == RELEASE else clearing.pay_back
    return do(row, account=row.account, **said)


def of_registry(run: Reconciliation) -> list[Discrepancy]:
    """Return the cancellations of no order that a reconciliation found."""
    return list(run.discrepancies.filter(sort=Sort.UNKNOWN_CANCELLATION))


def lead_through(
    run: Reconciliation, *, hand: Hand, tell: Callable[[Discrepancy], str], ask: Ask, say: Say
) -> list[Discrepancy]:
    """Lead a person through all that our books do not know, and return what is left of it."""
    left = []
    for row in things(run):
        if subject_of(row) not in clearing.open_ones([row]):
            continue  # an order that was rebuilt a moment ago explains it
        say(tell(row))
        if not _lead(row, hand=hand, ask=ask, say=say):
            left.append(row)
    return left


def _lead(row: Discrepancy, *, hand: Hand, ask: Ask, say: Say) -> bool:
    choices = (*CHOICES[Sort(row.sort)], SKIP)
    choice = ""
    while choice not in choices:
        choice = ask(f"What to do ({', '.join(choices)})? ").strip()
    if choice == SKIP:
        return False
    typed = _asked(row, ask=ask, say=say) if choice == REBUILD else {}
    is_cleared, told = act(row, choice, typed, why=ask("Why? "), hand=hand)
    say(told)
    return is_cleared


def _asked(row: Discrepancy, *, ask: Ask, say: Say) -> dict[str, str]:
    """Ask for what a letter shows; what is known stands in brackets, and is taken by pressing Enter."""
    cancellations = of_registry(row.reconciliation)
    reference = row.reference
    if row.sort == Sort.UNKNOWN_MONEY:
        found = lost.suggestions(row, cancellations)
        for each in found:
            say(f"May be of {each.reference}: {each.quantity} units of listing {each.listing.code} cost as much.")
        reference = found[0].reference if found else reference
    reference = _answer("reference", reference, ask)
    known = {**DEFAULTS, **lost.known_of(reference, cancellations)}
    return {"reference": reference} | {
        name: _answer(name, known.get(name, ""), ask) for name in FIELDS if name != "reference"
    }


def _answer(name: str, known: str, ask: Ask) -> str:
    return ask(f"{FIELDS[name]} [{known}]: ").strip() or known
