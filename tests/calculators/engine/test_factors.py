"""The factor set: which row holds where, what goes along with it, and what is refused when it is read."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.factors import COLUMNS, COMPANIONS, DIRECT, WORLD, FactorSetError, MissingFactor, read
from portal.calculators.factors.edition import factor_set, factor_text
from portal.calculators.factors.regions import PARENTS
from portal.countries import country_codes

GAS = {
    "key": "gas",
    "name": "Natural gas",
    "value": "0.18",
    "unit": "kWh_gross",
    "region": WORLD,
    "year": "2025",
    "scope": "1",
    "gases": "CO2e",
    "basis": "direct",
    "uncertainty": "5",
    "source": "A ministry",
    "url": "https://example.org/gas",
    "licence": "OGL v3.0",
    "origin": "src.gas",
    "note": "Gross",
}
GAS_WTT = GAS | {"key": "gas.upstream", "basis": "upstream", "value": "0.03", "scope": "3", "uncertainty": "20"}
GRID = GAS | {"key": "grid", "unit": "kWh", "basis": "lifecycle", "value": "0.5", "scope": "2"}
WEIGHT = GAS | {"key": "weight", "unit": "kg/litre", "basis": "parameter", "value": "0.85", "scope": ""}


def table(*rows, columns=COLUMNS) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def factors(*rows, parents=PARENTS):
    return read(table(*rows), name="test", parents=parents)


def problems(*rows) -> tuple[str, ...]:
    with pytest.raises(FactorSetError) as caught:
        factors(*rows)
    return caught.value.problems


# --- Where a row holds


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("FR", "FR"),
        ("DE", "EU"),
        ("AX", "EU"),  # Åland, by way of Finland
        ("MC", "FR"),
        ("GB", WORLD),
        ("NA", "NA"),  # Namibia, and not nothing
        ("XK", "XK"),
        ("", WORLD),
        ("ZZ", WORLD),
        ("EU", "EU"),
        (WORLD, WORLD),
    ],
)
def test_a_country_takes_its_own_row_else_its_region_s_else_the_world_s(country, region):
    grid = factors(*(GRID | {"region": each} for each in (WORLD, "EU", "FR", "NA", "XK")))
    assert grid.factor("grid", country).region == region
    assert grid.factor("grid", country).region == region  # and again, from what was found before


def test_the_chain_is_what_the_page_of_sources_shows():
    found = factors(GRID)
    assert found.chain("AX") == ("AX", "FI", "EU", WORLD)
    assert found.chain("JE") == ("JE", "GB", WORLD)
    assert found.chain("DE") == ("DE", "EU", WORLD)
    assert found.chain("KE") == ("KE", WORLD)
    assert found.chain("") == (WORLD,)


def test_what_is_not_there_is_missed_by_name():
    found = factors(GRID, GAS)
    with pytest.raises(MissingFactor, match="the factor set has no 'coal'"):
        found.factor("coal", "FR")
    assert ("gas" in found, "coal" in found) == (True, False)
    assert (found.units, found.parameters) == ({"grid": "kWh", "gas": "kWh_gross"}, {})


def test_parameters_are_kept_apart_from_factors():
    found = factors(WEIGHT, WEIGHT | {"region": "US", "value": "0.83"}, GAS)
    assert (found.parameters, found.units) == ({"weight": "kg/litre"}, {"gas": "kWh_gross"})
    assert found.factor("weight", "US").value == Decimal("0.83")
    assert len(found.rows_of("weight")) == 2
    assert found.rows_of("coal") == ()


def test_a_row_says_everything_about_its_figure():
    row = factors(GAS).factor("gas", "")
    assert (row.value, row.uncertainty, row.year, row.scope) == (Decimal("0.18"), Decimal(5), 2025, "1")
    assert (row.source, row.url, row.licence) == ("A ministry", "https://example.org/gas", "OGL v3.0")
    assert (row.origin, row.note, row.gases, row.basis) == ("src.gas", "Gross", "CO2e", "direct")


# --- What goes along with it


def test_a_direct_row_is_accompanied_by_what_it_leaves_out_in_its_own_region_alone():
    british = {"region": "GB", "value": "0.2"}
    found = factors(GAS, GAS_WTT, GAS | british, GAS | british | {"region": "US"}, GAS_WTT | british)
    companions = {region: found.companions(found.factor("gas", region)) for region in ("", "GB", "US")}
    assert [(part, row.value) for part, row in companions[""]] == [("upstream", Decimal("0.03"))]
    assert [(part, row.value) for part, row in companions["GB"]] == [("upstream", Decimal("0.2"))]
    assert companions["US"] == ()


def test_companions_come_in_their_order():
    parts = [GAS_WTT | {"key": f"gas.{part}", "basis": part} for part in reversed(COMPANIONS)]
    found = factors(GAS, *parts)
    assert [part for part, _row in found.companions(found.factor("gas", ""))] == list(COMPANIONS)


def test_a_lifecycle_row_leaves_nothing_out():
    """Britain has a direct row with companions, the world a lifecycle row: fuel is never counted twice."""
    direct = GRID | {"region": "GB", "basis": "direct"}
    upstream = direct | {"key": "grid.upstream", "basis": "upstream"}
    found = factors(GRID, direct, upstream)
    assert [part for part, _row in found.companions(found.factor("grid", "GB"))] == ["upstream"]
    assert found.companions(found.factor("grid", "FR")) == ()


# --- What is refused


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"key": ""}, "key is empty"),
        ({"name": " "}, "name is empty"),
        ({"value": ""}, "value is empty"),
        ({"region": ""}, "region is empty"),
        ({"basis": ""}, "basis is empty"),
        ({"source": ""}, "source is empty"),
        ({"licence": ""}, "licence is empty"),
        ({"value": "much"}, "'much' is no number"),
        ({"value": "0,18"}, "'0,18' is no number"),
        ({"value": "-1"}, "'-1' is not a number from 0 on"),
        ({"value": "NaN"}, "'NaN' is not a number from 0 on"),
        ({"value": "sNaN"}, "'sNaN' is not a number from 0 on"),
        ({"value": "Infinity"}, "'Infinity' is not a number from 0 on"),
        ({"uncertainty": "±5"}, "'±5' is no number"),
        ({"uncertainty": "-5"}, "'-5' is not a number from 0 on"),
        ({"unit": "flurb"}, "'flurb' is no unit"),
        ({"unit": "kg CO2e"}, "'kg CO2e' is no unit"),
        ({"scope": "4"}, "'4' is no scope"),
        ({"scope": "Scope 1"}, "'Scope 1' is no scope"),
        ({"basis": "guess"}, "'guess' is no basis"),
        ({"year": "last"}, "'last' is no year"),
        ({"year": "25"}, "'25' is no year"),
        ({"region": "World"}, "'World' is no region: two capital letters, or GLOBAL"),
        ({"region": "gb"}, "'gb' is no region: two capital letters, or GLOBAL"),
    ],
)
def test_a_row_with_a_fault_is_named_by_its_line(change, problem):
    assert problems(GRID, GAS | change)[0] == f"line 3: {problem}"


@pytest.mark.parametrize(
    ("key", "basis"),
    [("gas", "upstream"), ("gas.upstream", "direct"), ("gas.losses", "upstream"), ("upstream", "direct")],
)
def test_a_companion_is_one_by_name_and_by_basis(key, basis):
    """A row that is called upstream and says direct would be added to its neighbour, and could be named as well."""
    part = key.rpartition(".")[2]
    assert problems(GAS | {"key": key, "basis": basis})[0] == (
        f"line 2: a key ends in .{part} where the basis is {basis}; both say the same or neither"
    )


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((GAS, GAS), "gas stands twice for GLOBAL"),
        ((GAS, GAS | {"region": "US", "unit": "therm_gross"}), "gas is in kWh_gross and, for US, in therm_gross"),
        ((GAS, GAS | {"region": "US", "basis": "parameter"}), "gas is a factor here and a parameter there"),
        ((GAS | {"region": "US"},), "gas has no row for GLOBAL, so some countries would have none"),
        ((WEIGHT | {"region": "US"},), "weight has no row for GLOBAL, so some countries would have none"),
        ((GAS_WTT,), "gas.upstream for GLOBAL has no direct row beside it, so it could count twice"),
        (
            (GAS, GAS_WTT | {"region": "US"}),
            "gas.upstream for US has no direct row beside it, so it could count twice",
        ),
        (
            (GRID, GRID | {"key": "grid.upstream", "basis": "upstream"}),
            "grid.upstream for GLOBAL has no direct row beside it, so it could count twice",
        ),
        (
            (GAS, GAS_WTT | {"unit": "kWh_net"}),
            "gas.upstream for GLOBAL is in kWh_net, and what it goes with is in kWh_gross",
        ),
    ],
)
def test_rows_that_do_not_go_together_are_refused(rows, problem):
    assert problem in problems(*rows)


def test_every_fault_is_told_at_once():
    assert len(problems(GAS | {"value": "much"}, GAS | {"unit": "flurb"}, GRID | {"region": "US"})) == 3


@pytest.mark.parametrize("column", COLUMNS)
def test_a_table_needs_all_its_columns(column):
    text = table(GAS, columns=[each for each in COLUMNS if each != column])
    with pytest.raises(FactorSetError, match=f"line 1: the column {column} is missing"):
        read(text, name="test", parents={})


@pytest.mark.parametrize("text", ["", "\n", "key;value\ngas;1\n", "<html></html>"])
def test_what_is_no_such_table_is_refused(text):
    with pytest.raises(FactorSetError, match="line 1: the column"):
        read(text, name="test", parents={})


def test_a_row_with_more_cells_than_columns_is_refused():
    """A comma too many moves every figure behind it to the wrong column."""
    text = table(GAS).rstrip() + ",more\n"
    with pytest.raises(FactorSetError, match="line 2: there are more cells than columns"):
        read(text, name="test", parents={})


def test_what_is_no_csv_is_refused_as_well():
    with pytest.raises(FactorSetError, match="this is no CSV"):
        read(table(GAS) + '"open\n', name="test", parents={})


def test_a_mark_at_the_beginning_as_spreadsheets_write_it_is_no_fault():
    assert read("\ufeff" + table(GAS), name="test", parents={}).factor("gas", "").value == Decimal("0.18")


def test_other_figures_are_another_version():
    one, other = factors(GAS).version, factors(GAS | {"value": "0.19"}).version
    assert one.startswith("test-")
    assert len(one) == len("test-") + 8
    assert one == factors(GAS).version != other


# --- The set in force


def test_the_set_in_force_is_sound_and_named_after_its_figures():
    found = factor_set()
    assert found.version.startswith("2026.2-")
    assert len(found.rows) == factor_text().count("\n") - 1
    assert len(found.rows) > 300


def test_every_country_finds_every_key():
    """The fallback has no gap: country, region, world."""
    found = factor_set()
    keys = {row.key for row in found.rows if row.basis not in COMPANIONS}
    for country in country_codes():
        assert all(found.factor(key, country) for key in keys)


def test_namibia_and_kosovo_have_a_grid_of_their_own():
    found = factor_set()
    assert [found.factor("electricity.grid", each).region for each in ("NA", "XK", "GG", "AQ")] == [
        "NA",
        "XK",
        "GB",
        WORLD,
    ]


def test_nothing_upstream_stands_beside_what_counts_it_already():
    found = factor_set()
    accompanied = [row for row in found.rows if row.basis != DIRECT and row.basis not in COMPANIONS]
    assert accompanied
    for row in accompanied:
        assert not any(
            companion.region == row.region for part in COMPANIONS for companion in found.rows_of(f"{row.key}.{part}")
        )


def test_no_figure_comes_from_memory():
    assert not [row.key for row in factor_set().rows if "memory" in row.source.casefold()]


TEXTS = st.text(max_size=12) | st.sampled_from(["1", "0.5", "GLOBAL", "kg", "direct", "3", "lifecycle", "a.upstream"])


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, TEXTS)), max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_table_is_a_factor_set_or_refused(rows):
    try:
        found = factors(*rows)
    except FactorSetError as error:
        told: object = error.problems
    else:
        told = len(found.rows) == len(rows)
    assert told
