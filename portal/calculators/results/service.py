"""Results: calculated once, kept as they were, found again, taken along to a purchase, and thrown away in time.

The only writer of SavedEstimate.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.db import models
from django.db.models.fields.json import KT
from django.utils.text import Truncator

from portal import measured
from portal.calculators.engine import interview
from portal.calculators.engine.answers import TOO_MUCH, InvalidAnswers, Problem
from portal.calculators.engine.calculator import Calculator, YesNo
from portal.calculators.engine.comparisons import Bar, bars
from portal.calculators.engine.evaluation import Evaluation, evaluate
from portal.calculators.engine.footprint import Estimate, estimate_of, number, savings
from portal.calculators.engine.inventory import is_inventory, must_count
from portal.calculators.engine.report import Data, about, report
from portal.calculators.results.models import SavedEstimate, signer
from portal.measured import Measured
from portal.tokens import TOKEN, new_token

KEPT_FOR = timedelta(days=396)  # thirteen months: last year's result is still there to compare with
MOST_UNITS = 10**10  # a fifth of what the whole world emits in a year; beyond it somebody's finger slipped
AT_ONCE = 1000
EFFECTS = "effects"  # the question whether effects of flights beyond CO2 count, in all calculators that have it
LONGEST_PERIOD = 40  # characters


def calculate(*, ref: str, title: str, evaluation: Evaluation, now: datetime) -> SavedEstimate:
    """Calculate, and keep the result with everything that is needed to show it again without any calculator.

    Raises InvalidAnswers with a problem for every answer that cannot be used.
    """
    found = estimate_of(evaluation)
    must_count(found)
    if found.units > MOST_UNITS:
        raise InvalidAnswers([Problem("", TOO_MUCH)])
    result = _frozen(found, now)
    return SavedEstimate.objects.create(
        token=new_token(),
        calculator=ref,
        title=title,
        answers=dict(evaluation.answers),
        result=result,
        total_kg=found.total,
        units=found.units,
        factor_set=found.factor_set,
        period=Truncator(result["about"]["period"]).chars(LONGEST_PERIOD),  # for lists; the result has all of it
        created_at=now,
    )


def _frozen(found: Estimate, now: datetime) -> Data:
    """Return the report, and beside it whatever else a page shows: what was said, assumed, and compared."""
    transcript = interview.transcript(found.evaluation)
    return {
        **report(found, savings(found)),
        "purpose": found.calculator.purpose,
        "about": _about(found.calculator, transcript, now),
        "transcript": transcript,
        "items": interview.names_of_items(found.evaluation),
        "ways": interview.ways(found.evaluation),
        "bare_kg": _without_effects(found),
        "comparison": _comparison(found),
    }


def _without_effects(found: Estimate) -> str:
    """Return what is left where effects of flights beyond CO2 are not counted; empty where they make no difference."""
    is_asked = any(each.id == EFFECTS and isinstance(each, YesNo) for each in found.calculator.questions)
    if not is_asked or not any(line.factor.key.startswith("flight.") for line in found.lines):
        return ""
    bare = estimate_of(evaluate(found.evaluation.compiled, {**found.evaluation.answers, EFFECTS: "no"})).total
    return "" if bare == found.total else number(bare)


def _about(calculator: Calculator, transcript: list[Data], now: datetime) -> Data:
    """Return whose result it is, and when it all happened.

    Where no question asks for the period of a year's result, this year is proposed, which the checkout shows and lets
    a purchaser change. Who was asked and said nothing meant no year that could be guessed.
    """
    found = about(calculator, transcript)
    is_asked = bool(calculator.covers) or calculator.period != "year"
    return found if is_asked else {**found, "period": str(now.year)}


def _comparison(found: Estimate) -> list[Data]:
    """Return what a person's year is held against; nothing for what is no person's, or no year's."""
    calculator = found.calculator
    if calculator.period != "year" or not calculator.shared_by or is_inventory(calculator):
        return []
    country = str(found.evaluation.names.get(calculator.country, ""))
    return [_plain(bar) for bar in bars(found.per_person, country=country)]


def _plain(facts: Bar) -> Data:
    """Return frozen facts ready for JSON."""
    return {name: number(value) if isinstance(value, Decimal) else value for name, value in asdict(facts).items()}


def find(*, address: str) -> SavedEstimate | None:
    """Return the result at a signed address, which is that of whoever calculated it.

    None if it is wrongly signed, thrown away, or never there, and for an address that is for reading.
    """
    try:
        token = signer().unsign(address)
    except signing.BadSignature:
        return None
    return SavedEstimate.objects.filter(token=token).first()


def find_to_read(*, address: str) -> SavedEstimate | None:
    """Return the result that an address, handed on to be read, names; None for any other."""
    return SavedEstimate.objects.filter(token=address).first() if TOKEN.fullmatch(address) else None


def keep(*, estimate: SavedEstimate, owner: AbstractBaseUser) -> bool:
    """Keep a result in somebody's account. What another person keeps already stays theirs; then nothing happens."""
    free = models.Q(owner=None) | models.Q(owner_id=owner.pk)
    return bool(SavedEstimate.objects.filter(free, pk=estimate.pk).update(owner_id=owner.pk))


def let_go(*, estimate: SavedEstimate, owner: AbstractBaseUser) -> bool:
    """Take a result out of somebody's account; its address works until it is thrown away."""
    return bool(SavedEstimate.objects.filter(pk=estimate.pk, owner_id=owner.pk).update(owner_id=None))


def kept_by(*, owner: AbstractBaseUser) -> list[SavedEstimate]:
    """Return the results that somebody keeps, newest first, without their long parts, but with what they are named."""
    named = SavedEstimate.objects.annotate(name=KT("result__about__name"))
    return list(named.filter(owner_id=owner.pk).defer("answers", "result"))


def take_into_account(*, estimate: SavedEstimate) -> str:
    """Return what a purchaser brings along from a result, as a signed text for addresses.

    Others come to see it, so it leads to the result for reading: not the right to change or to keep it.
    """
    of = estimate.result.get("about", {})
    return measured.sign(
        Measured(
            calculator=estimate.calculator,
            title=estimate.title,
            name=of.get("name", ""),
            tonnes=estimate.result["tonnes"],
            quantity=estimate.units,
            purpose=estimate.result["purpose"],
            period=of.get("period", ""),
            factor_set=estimate.factor_set,
            token=estimate.token,
            url=estimate.get_reading_url(),
        )
    )


def sweep(*, now: datetime, ordered: Callable[[Collection[str]], Collection[str]], at_once: int = AT_ONCE) -> int:
    """Throw away results older than KEPT_FOR that nobody keeps and no order names; return how many.

    `ordered` says which of some tokens are named by orders.
    """
    old = SavedEstimate.objects.filter(owner=None, created_at__lt=now - KEPT_FOR)
    gone, last = 0, 0
    while due := dict(old.filter(pk__gt=last).order_by("pk").values_list("token", "pk")[:at_once]):
        last = max(due.values())
        free = set(due) - set(ordered(list(due)))
        gone += old.filter(token__in=free).delete()[0]
    return gone
