"""Core: the estimate. Activity times factor, line by line, in Decimal.

A line is rounded to the microgram, so that sums are exact however they are added up, and so that a tonne that took a
detour through other units is one unit and not two. Nothing else is rounded before it is shown.

An estimate is kilograms of CO2 equivalent: per year where the calculator is about a year, else in all. A unit is a
tonne, so whoever contributes rounds up to whole tonnes; the estimate says how much more that is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal, localcontext
from functools import lru_cache
from typing import Annotated, Any

from portal.calculators.engine import units
from portal.calculators.engine.answers import NO_RESULT, InvalidAnswers, Problem
from portal.calculators.engine.calculator import Calculator, _
from portal.calculators.engine.compilation import CompiledCalculator, Plan, Summand
from portal.calculators.engine.evaluation import NOUGHT, Changes, Evaluation, Item, Names, evaluate
from portal.calculators.engine.factors import LIFECYCLE, OUTSIDE, WORLD, Factor
from portal.calculators.engine.formulas import ARITHMETIC
from portal.calculators.engine.units import KG_PER_TONNE

MICROGRAM = Decimal("1e-9")  # in kg
ASSUMED_UNCERTAINTY = Decimal(50)  # per cent, of an activity that was not answered but assumed
ENERGY_UPSTREAM = "3.3"  # the GHG Protocol's category for what is upstream of energy in scopes 1 and 2

DECIMAL = re.compile(r"^-?\d+(\.\d+)?$")
Figure = Annotated[str, DECIMAL]  # a number in full precision
HoldsUpstream = Annotated[bool, "Lifecycle figures are in it: what belongs in 3.3 is not published apart."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One line of an estimate: `amount` in the factor's unit, times the factor, is `kg`, to the microgram.

    `part` is empty for the activity itself, else what a direct factor leaves out: upstream, losses, losses_upstream.
    A memo stands beside the total. `uncertainty` is a rough half-width in kg, about 95 % confidence.
    """

    id: str
    section: str
    label: str
    item: int | None
    part: str
    amount: Decimal
    factor: Factor
    kg: Decimal
    scope: str
    category: str
    is_memo: bool
    memo_of: str
    is_assumed: bool
    uncertainty: Decimal

    @property
    def holds_upstream(self) -> bool:
        """Whether it stands in scope 2 with what belongs in category 3.3, since its factor is for a whole lifecycle."""
        return self.scope == "2" and self.factor.basis == LIFECYCLE


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What some answers come to, line by line. Lines of nought are left out."""

    evaluation: Evaluation = field(repr=False, compare=False)
    lines: tuple[ResultLine, ...]
    shared_by: Decimal  # people, at least one; or one
    total: Decimal = field(init=False)  # kg CO2 equivalent
    uncertainty: Decimal = field(init=False)  # kg, a rough half-width

    def __post_init__(self) -> None:
        counted = [line for line in self.lines if not line.is_memo]
        object.__setattr__(self, "total", sum((line.kg for line in counted), NOUGHT).quantize(MICROGRAM))
        object.__setattr__(self, "uncertainty", _combined(counted))

    @property
    def calculator(self) -> Calculator:
        return self.evaluation.compiled.calculator

    @property
    def factor_set(self) -> str:
        """Return the version of the factor set."""
        return self.evaluation.compiled.factors.version

    @property
    def assumed(self) -> frozenset[str]:
        """Return the paths of the answers that were assumed."""
        return frozenset(self.evaluation.assumed)

    @property
    def tonnes(self) -> Decimal:
        return self.total / KG_PER_TONNE

    @property
    def units(self) -> int:
        """How many whole units cover it."""
        return whole_units(self.total)

    @property
    def surplus(self) -> Decimal:
        """How many kg the units are more than the estimate."""
        return self.units * KG_PER_TONNE - self.total

    @property
    def per_person(self) -> Decimal:
        """kg for each of those who share the total."""
        return self.total / self.shared_by

    def by_section(self) -> dict[str, Decimal]:
        """Return kg by section id, for sections that have any. They add up to the total."""
        return _added_up((line.section, line.kg) for line in self.lines if not line.is_memo)

    def by_scope(self) -> dict[str, Decimal]:
        """Return kg by scope of the GHG Protocol, in their order. They add up to the total."""
        found = _added_up((line.scope, line.kg) for line in self.lines if not line.is_memo)
        return {scope: found[scope] for scope in sorted(found)}

    @property
    def memos(self) -> tuple[ResultLine, ...]:
        """What stands beside the total: biogenic CO2, and other ways of counting a line."""
        return tuple(line for line in self.lines if line.is_memo)


def whole_units(kg: Decimal) -> int:
    """Return how many whole units cover some kg: tonnes, rounded up; none where more is taken up than caused."""
    return max(0, int((kg / KG_PER_TONNE).to_integral_value(ROUND_CEILING)))


def bounds(kg: Decimal, *, uncertainty: Decimal) -> tuple[Decimal, Decimal]:
    """Return between what and what a result lies, in kg. What is caused is not below nought; what is taken up is."""
    low = kg - uncertainty
    return (max(low, NOUGHT) if kg >= 0 else low), kg + uncertainty


def number(value: Decimal) -> str:
    """Write a number in full, without exponent or idle noughts."""
    text = format(value or abs(value), "f")  # nought has no sign
    return text.rstrip("0").rstrip(".") if "." in text else text


def _added_up(pairs: Iterator[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for name, kg in pairs:
        found[name] = found.get(name, NOUGHT) + kg
    return found


def _combined(lines: list[ResultLine]) -> Decimal:
    """Return the uncertainty of a sum. What errs together adds up first: lines of one factor, and the activity that
    stands behind a line and its parts. What errs independently then adds up as squares do.

    Propagation of error, approach 1 of the 2006 IPCC Guidelines, volume 1, chapter 3, equation 3.2.
    """
    by_factor = _added_up(
        (f"{line.factor.key} {line.factor.region}", line.kg * line.factor.uncertainty) for line in lines
    )
    assumed = [line for line in lines if line.is_assumed]
    by_activity = _added_up((f"{line.id} {line.item}", line.kg * ASSUMED_UNCERTAINTY) for line in assumed)
    errors = (*by_factor.values(), *by_activity.values())
    return sum((each * each for each in errors), NOUGHT).sqrt() / 100


def estimate(compiled: CompiledCalculator, answers: Any, *, changes: Changes | None = None) -> Estimate:
    """Return the estimate for some answers. The same answers and factor set give the same figures, to the last digit.

    Raises InvalidAnswers with a problem for every answer that cannot be used.
    """
    return estimate_of(evaluate(compiled, answers, changes=changes))


def estimate_of(evaluation: Evaluation) -> Estimate:
    """Return the estimate for answers that are evaluated already. Raises InvalidAnswers as `estimate` does."""
    if evaluation.problems:
        raise InvalidAnswers(evaluation.problems)
    compiled = evaluation.compiled
    try:
        with localcontext(ARITHMETIC):
            return Estimate(
                evaluation=evaluation,
                lines=tuple(_lines(evaluation)),
                shared_by=_shared_by(compiled, evaluation.names),
            )
    except ArithmeticError as error:
        raise InvalidAnswers([Problem("", NO_RESULT)]) from error


def _shared_by(compiled: CompiledCalculator, names: Names) -> Decimal:
    number = compiled.shared_by.evaluate(names) if compiled.shared_by else Decimal(1)
    return number if isinstance(number, Decimal) and number >= 1 else Decimal(1)


def _lines(evaluation: Evaluation) -> Iterator[ResultLine]:
    compiled = evaluation.compiled
    assumed = evaluation.assumed_of_any
    for summand in compiled.lines:
        group = summand.line.each
        items: list[tuple[int | None, Item]] = [(None, Item(evaluation.names))]
        if group:
            items = list(enumerate(evaluation.items[group]))
        for number, item in items:
            is_assumed = not (summand.asks.isdisjoint(assumed) and summand.asks.isdisjoint(item.assumed))
            yield from _summed(compiled, summand, item.names, number, is_assumed=is_assumed)


def _summed(
    compiled: CompiledCalculator, summand: Summand, names: Names, number: int | None, *, is_assumed: bool
) -> Iterator[ResultLine]:
    if summand.when and not summand.when.evaluate(names):
        return
    activity = summand.activity.evaluate(names)
    if not activity:
        return
    factor, scale = _factor(compiled, summand, names)
    amount = activity * scale  # type: ignore[operator]  # activities are numbers
    scope, category = summand.line.scope or factor.scope, summand.line.category
    yield _line(summand, number, "", amount, factor, scope, category, is_assumed=is_assumed)
    if summand.upstream and not summand.upstream.evaluate(names):
        return
    if scope in ("1", "2"):  # what is upstream of energy is of scope 3, whatever the companion's row says
        scope, category = "3", ENERGY_UPSTREAM
    for part, companion in compiled.factors.companions(factor):
        yield _line(summand, number, part, amount, companion, scope, category, is_assumed=is_assumed)


def _factor(compiled: CompiledCalculator, summand: Summand, names: Names) -> tuple[Factor, Decimal]:
    """Return the factor for these answers, and what brings the activity into its unit."""
    if summand.rate:
        return _own(compiled, summand, summand.rate.evaluate(names)), Decimal(1)
    line = summand.line
    key = summand.key(names)
    region = (
        str(names[line.region or compiled.calculator.country]) if line.region or compiled.calculator.country else ""
    )
    return compiled.factors.factor(key, region), summand.scales[key]


def _own(compiled: CompiledCalculator, summand: Summand, rate: Any) -> Factor:
    """Return a figure that the person brought along as a factor, which says so."""
    unit = str(getattr(summand.activity.type, "unit", ""))
    return Factor(
        key=f"own.{summand.line.id}",
        name=_("Your own figure"),
        value=rate,
        unit=units.product(unit, "year") if compiled.calculator.period == "year" else unit,
        region=WORLD,
        year=0,
        scope=summand.line.scope,
        gases="CO2e",
        basis="direct",
        uncertainty=NOUGHT,
        source=_("Entered by whoever made this estimate"),
        url="",
        licence="",
        origin="",
        note="",
    )


def _line(
    summand: Summand,
    number: int | None,
    part: str,
    amount: Decimal,
    factor: Factor,
    scope: str,
    category: str,
    *,
    is_assumed: bool,
) -> ResultLine:
    """Return one line."""
    line = summand.line
    kg = (amount * factor.value).quantize(MICROGRAM)
    return ResultLine(
        id=line.id,
        section=line.section,
        label=line.label,
        item=number,
        part=part,
        amount=amount,
        factor=factor,
        kg=kg,
        scope=scope or factor.scope,
        category=category,
        is_memo=line.is_memo or scope == OUTSIDE,
        memo_of=line.memo_of,
        is_assumed=is_assumed,
        uncertainty=abs(kg) * _spread(factor.uncertainty, is_assumed=is_assumed) / 100,
    )


@lru_cache(maxsize=1024)
def _spread(uncertainty: Decimal, *, is_assumed: bool) -> Decimal:
    """Return how uncertain a line is, in per cent: its factor and its activity, by equation 3.1 of the chapter named
    above."""
    with localcontext(ARITHMETIC):
        return (uncertainty**2 + (ASSUMED_UNCERTAINTY**2 if is_assumed else NOUGHT)).sqrt()


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What pulling one lever would save, in kg, and how much would be left."""

    id: str
    label: str
    kg: Decimal
    left: Decimal


def savings(found: Estimate, *, most: int = 3) -> list[Saving]:
    """Return the levers that save most of an estimate, largest first; each calculated by itself with the same engine.

    A lever that leads to no result with these answers saves nothing.
    """
    saved = []
    for plan in found.evaluation.compiled.levers:
        left = _left(found.evaluation, plan)
        if left is not None and left < found.total:
            saved.append(Saving(id=plan.lever.id, label=plan.lever.label, kg=found.total - left, left=left))
    return sorted(saved, key=lambda each: -each.kg)[:most]


def _left(evaluation: Evaluation, plan: Plan) -> Decimal | None:
    """Return how many kg are left when a lever is pulled; None where it cannot be, or where that divides by nought."""
    try:
        with localcontext(ARITHMETIC):
            is_there = plan.when is None or plan.when.evaluate(evaluation.names)
        return estimate(evaluation.compiled, evaluation.answers, changes=plan.changes).total if is_there else None
    except (ArithmeticError, InvalidAnswers):
        return None
