"""Nothing upstream is counted twice: in no calculator, for no line, in no country."""

from collections.abc import Iterator
from importlib import resources

import pytest

from portal.calculators import catalogue
from portal.calculators.engine import factors
from portal.calculators.engine.calculator import Calculator, Line, Section
from portal.calculators.engine.examples import EXAMPLES
from portal.calculators.engine.factors import COMPANIONS, DIRECT, LIFECYCLE, Factor, FactorSetError, read
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors import edition
from portal.calculators.factors.regions import PARENTS
from portal.countries import country_codes

PLACES = ("", *sorted(country_codes()))
KINDS = sorted(catalogue.KINDS)


def used(kind: str, place: str) -> Iterator[tuple[str, Factor]]:
    """Yield every factor that any line of a calculator may lead to in a country, whatever is chosen."""
    compiled = catalogue.kind(kind)
    for summand in compiled.lines:
        for key in summand.scales:
            yield summand.line.id, compiled.factors.factor(key, place)


@pytest.mark.parametrize("kind", KINDS)
def test_lifecycle_factors_come_alone_in_every_country(kind: str) -> None:
    everything = edition.factor_set()
    seen = 0
    for place in PLACES:
        for line, factor in used(kind, place):
            seen += 1
            companions = everything.companions(factor)
            if factor.basis == LIFECYCLE:
                assert companions == (), f"{line} in {place}"
            else:
                assert factor.basis == DIRECT, f"{line} in {place}"
            for part, companion in companions:
                assert companion.key == f"{factor.key}.{part}", f"{line} in {place}"
                assert companion.region == factor.region, f"{line} in {place}"
    assert seen > len(PLACES)


@pytest.mark.parametrize("kind", sorted(set(KINDS) & set(EXAMPLES)))
def test_estimates_of_every_country_add_upstream_to_direct_factors_only(kind: str) -> None:
    compiled, country = catalogue.kind(kind), catalogue.KINDS[kind].country
    for place in PLACES if country else ("",):
        answers = EXAMPLES[kind] | ({country: place} if place else {})
        lines = estimate(compiled, answers).lines
        bases = {(line.id, line.item): line.factor.basis for line in lines if not line.part}
        for line in lines:
            if line.part:
                assert bases[line.id, line.item] == DIRECT, f"{line.id} in {place}"


def test_no_line_asks_for_what_is_added_by_itself() -> None:
    for kind in KINDS:
        for summand in catalogue.kind(kind).lines:
            assert not [key for key in summand.scales if key.rpartition(".")[2] in COMPANIONS]


# --- Controls: each way to count twice is refused


@pytest.fixture(name="table")
def _table() -> str:
    return resources.files("portal.calculators.factors").joinpath("factors.csv").read_text(encoding="utf-8")


def planted(table: str, *row: str) -> str:
    values = dict(zip(factors.COLUMNS, [""] * len(factors.COLUMNS), strict=True)) | {
        "name": "Planted",
        "value": "1",
        "uncertainty": "10",
        "source": "A test",
        "licence": "None",
    }
    values |= dict(zip(("key", "unit", "region", "basis"), row, strict=True))
    return table + ",".join(values.values()) + "\n"


def test_a_planted_lifecycle_row_with_a_companion_is_refused(table: str) -> None:
    """Ember's figure for France covers the making of fuel; a row for that beside it would count it twice."""
    with pytest.raises(FactorSetError, match=r"electricity\.grid\.upstream for FR has no direct row beside it"):
        read(planted(table, "electricity.grid.upstream", "kWh", "FR", "upstream"), name="test", parents=PARENTS)


def test_a_companion_without_its_row_in_the_same_region_is_refused(table: str) -> None:
    with pytest.raises(FactorSetError, match=r"fuel\.charcoal\.upstream for KE has no direct row beside it"):
        read(planted(table, "fuel.charcoal.upstream", "kg", "KE", "upstream"), name="test", parents=PARENTS)


def test_the_table_as_it_is_passes(table: str) -> None:
    assert read(table, name="test", parents=PARENTS).rows


def test_a_line_that_asks_for_upstream_itself_is_refused() -> None:
    greedy = Calculator(
        id="greedy",
        title="Greedy",
        sections=(Section(id="home", title="Home", questions=()),),
        lines=(Line(id="gas", section="home", label="Gas", activity='of(1, "kWh_gross/year")', factor=_GAS_UPSTREAM),),
    )
    with pytest.raises(DefinitionError, match="would count twice"):
        catalogue.ready(greedy)


_GAS_UPSTREAM = "fuel.natural_gas.gross.upstream"
