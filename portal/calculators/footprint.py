"""Core: the estimate. Activity times factor, line by line, in Decimal; rounded when it is shown and nowhere else.

An estimate is kilograms of CO2 equivalent: per year where the calculator is about a year, else in all. A unit is a
tonne, so whoever contributes rounds up to whole tonnes; the estimate says how much more that is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any

from portal.calculators.answers import NO_RESULT, InvalidAnswers, Problem
from portal.calculators.factors import OUTSIDE, WORLD, Factor
from portal.calculators.preparing import Prepared, Summand
from portal.calculators.working import NOUGHT, Changes, Item, Names, Worked, work

KG_PER_TONNE = Decimal(1000)
ASSUMED_UNCERTAINTY = Decimal(50)  # per cent, of an activity that was not answered but assumed
ENERGY_UPSTREAM = "3.3"  # the GHG Protocol's category for what is upstream of energy in scopes 1 and 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One line of an estimate: `amount` in the factor's unit, times the factor, is `kg`.

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


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a calculator found: its lines, and which answers were assumed, by path. Lines of nought are left out."""

    calculator: str
    period: str
    factor_set: str
    lines: tuple[ResultLine, ...]
    assumed: frozenset[str]
    shared_by: Decimal  # people, at least one; or one
    total: Decimal = field(init=False)  # kg CO2 equivalent
    uncertainty: Decimal = field(init=False)  # kg, a rough half-width

    def __post_init__(self) -> None:
        counted = [line for line in self.lines if not line.is_memo]
        object.__setattr__(self, "total", sum((line.kg for line in counted), NOUGHT))
        object.__setattr__(self, "uncertainty", _combined(counted))

    @property
    def tonnes(self) -> Decimal:
        return self.total / KG_PER_TONNE

    @property
    def units(self) -> int:
        """How many whole units cover it: tonnes, rounded up."""
        return int(self.tonnes.to_integral_value(ROUND_CEILING))

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


def _added_up(pairs: Iterator[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for name, kg in pairs:
        found[name] = found.get(name, NOUGHT) + kg
    return found


def _combined(lines: list[ResultLine]) -> Decimal:
    """Return the uncertainty of a sum: lines of one factor err together and add up, different factors independently.

    Propagation of error, approach 1 of the 2006 IPCC Guidelines, volume 1, chapter 3, equation 3.2.
    """
    by_factor = _added_up((f"{line.factor.key} {line.factor.region}", line.uncertainty) for line in lines)
    return sum((each * each for each in by_factor.values()), NOUGHT).sqrt()


def estimate(prepared: Prepared, answers: Mapping[str, Any], *, changes: Changes | None = None) -> Estimate:
    """Return the estimate for some answers. The same answers and factor set give the same figures, to the last digit.

    Raises InvalidAnswers with a problem for every answer that cannot be used.
    """
    worked = work(prepared, answers, changes=changes)
    try:
        return Estimate(
            calculator=prepared.calculator.id,
            period=prepared.calculator.period,
            factor_set=prepared.factors.version,
            lines=tuple(_lines(prepared, worked)),
            assumed=frozenset(worked.assumed),
            shared_by=_shared_by(prepared, worked.names),
        )
    except ArithmeticError as error:
        raise InvalidAnswers([Problem("", NO_RESULT)]) from error


def _shared_by(prepared: Prepared, names: Names) -> Decimal:
    number = prepared.shared_by.evaluate(names) if prepared.shared_by else Decimal(1)
    return number if isinstance(number, Decimal) and number >= 1 else Decimal(1)


def _lines(prepared: Prepared, worked: Worked) -> Iterator[ResultLine]:
    for summand in prepared.lines:
        group = summand.line.each
        items: list[tuple[int | None, Item]] = [(None, Item(worked.names, worked.assumed))]
        if group:
            items = list(enumerate(worked.items[group]))
        for number, item in items:
            is_assumed = bool(summand.asks & item.assumed or (group and summand.asks & worked.assumed))
            yield from _summed(prepared, summand, item.names, number, is_assumed=is_assumed)


def _summed(
    prepared: Prepared, summand: Summand, names: Names, number: int | None, *, is_assumed: bool
) -> Iterator[ResultLine]:
    if summand.when and not summand.when.evaluate(names):
        return
    activity = summand.activity.evaluate(names)
    if not activity:
        return
    factor, scale = _factor(prepared, summand, names)
    amount = activity * scale  # type: ignore[operator]  # activities are numbers
    yield _line(summand, number, "", amount, factor, is_assumed=is_assumed)
    if summand.upstream and not summand.upstream.evaluate(names):
        return
    for part, companion in prepared.factors.companions(factor):
        yield _line(summand, number, part, amount, companion, is_assumed=is_assumed)


def _factor(prepared: Prepared, summand: Summand, names: Names) -> tuple[Factor, Decimal]:
    """Return the factor for these answers, and what brings the activity into its unit."""
    if summand.rate:
        return _own(summand, summand.rate.evaluate(names)), Decimal(1)
    line = summand.line
    key = summand.key(names)
    region = (
        str(names[line.region or prepared.calculator.country]) if line.region or prepared.calculator.country else ""
    )
    return prepared.factors.factor(key, region), summand.scales[key]


def _own(summand: Summand, rate: Any) -> Factor:
    """Return a figure that the person brought along as a factor, which says so."""
    return Factor(
        key=f"own.{summand.line.id}",
        name="Your own figure",
        value=rate,
        unit=str(getattr(summand.activity.type, "unit", "")),
        region=WORLD,
        year=0,
        scope=summand.line.scope,
        gases="CO2e",
        basis="direct",
        uncertainty=NOUGHT,
        source="Entered by whoever made this estimate",
        url="",
        licence="",
        origin="",
        note="",
    )


def _line(
    summand: Summand, number: int | None, part: str, amount: Decimal, factor: Factor, *, is_assumed: bool
) -> ResultLine:
    line = summand.line
    kg = amount * factor.value
    scope, category = line.scope or factor.scope, line.category
    if part and scope in ("1", "2"):
        scope, category = "3", ENERGY_UPSTREAM
    spread = factor.uncertainty**2 + (ASSUMED_UNCERTAINTY**2 if is_assumed else NOUGHT)
    return ResultLine(
        id=line.id,
        section=line.section,
        label=line.label,
        item=number,
        part=part,
        amount=amount,
        factor=factor,
        kg=kg,
        scope=scope,
        category=category,
        is_memo=line.is_memo or scope == OUTSIDE,
        memo_of=line.memo_of,
        is_assumed=is_assumed,
        uncertainty=abs(kg) * spread.sqrt() / 100,
    )


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What pulling one lever would save, in kg, and how much would be left."""

    id: str
    label: str
    kg: Decimal
    left: Decimal


def savings(prepared: Prepared, answers: Mapping[str, Any], *, most: int = 3) -> list[Saving]:
    """Return the levers that save most, largest first; each calculated by itself with the same engine.

    Raises InvalidAnswers as `estimate` does.
    """
    before = estimate(prepared, answers)
    names = work(prepared, answers).names
    found = []
    for plan in prepared.levers:
        if plan.when is None or plan.when.evaluate(names):
            after = estimate(prepared, answers, changes=plan.changes)
            found.append(
                Saving(id=plan.lever.id, label=plan.lever.label, kg=before.total - after.total, left=after.total)
            )
    return sorted((each for each in found if each.kg > 0), key=lambda each: -each.kg)[:most]
