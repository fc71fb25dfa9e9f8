"""Factors are built from recipes and sources, always the same way."""

import csv
from io import StringIO

import pytest

from portal.calculators.engine.factors import COLUMNS, FactorSetError, read
from portal.calculators.factors.recipes import RECIPE_COLUMNS, build
from portal.calculators.management.commands.build_factors import rows_of

GAS = {
    "key": "src.gas",
    "unit": "kWh (Gross CV)",
    "region": "GB",
    "kg_co2e_per_unit": "0.18296",
    "gases": "CO2e",
    "scope": "1",
    "year": "2025",
    "source": "A ministry",
    "source_url": "https://example.org/gas",
    "licence": "OGL v3.0",
}
GRIDS = [
    GAS | {"key": f"grid.{code}.ember", "kg_co2e_per_unit": value, "scope": "2"}
    for code, value in {"fr": "0.04", "na": "0.06", "xk": "0.9", "eu": "0.2", "global": "0.5"}.items()
]
MARGINS = [
    GAS | {"key": f"grid.{code}.ifi", "kg_co2e_per_unit": value} for code, value in {"fr": "0.16", "je": "0.7"}.items()
]
SOURCES = [GAS, *GRIDS, *MARGINS]
RECIPE = dict.fromkeys(RECIPE_COLUMNS, "") | {
    "key": "gas",
    "name": "Natural gas",
    "region": "GLOBAL",
    "unit": "kWh_gross",
    "basis": "direct",
    "uncertainty": "5",
    "origin": "src.gas",
}
GRID = RECIPE | {"key": "grid", "name": "Grid", "unit": "kWh", "basis": "lifecycle", "scope": "2"}
EMBER = GRID | {"region": "*", "origin": "grid.{iso2}.ember"}
WORLD = GRID | {"origin": "grid.global.ember"}


def rows(*recipes, sources=SOURCES) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(build(recipes, sources))))


def problems(*recipes) -> tuple[str, ...]:
    with pytest.raises(FactorSetError) as caught:
        build(recipes, SOURCES)
    return caught.value.problems


def test_a_recipe_takes_a_figure_with_its_source_year_and_licence():
    (row,) = rows(RECIPE)
    assert row == {
        "key": "gas",
        "name": "Natural gas",
        "value": "0.18296",
        "unit": "kWh_gross",
        "region": "GLOBAL",
        "year": "2025",
        "scope": "1",
        "gases": "CO2e",
        "basis": "direct",
        "uncertainty": "5",
        "source": "A ministry",
        "url": "https://example.org/gas",
        "licence": "OGL v3.0",
        "origin": "src.gas",
        "note": "",
    }
    assert tuple(row) == COLUMNS


@pytest.mark.parametrize(
    ("times", "value"),
    [("", "0.18296"), ("1", "0.18296"), ("1000", "182.96"), ("0.001", "0.00018296"), ("1e3", "182.96"), ("0", "0")],
)
def test_a_figure_is_brought_into_our_unit_exactly(times, value):
    assert rows(RECIPE | {"times": times})[0]["value"] == value


def test_what_a_recipe_says_itself_goes_before_the_source():
    said = {"scope": "3", "year": "2020", "gases": "CO2", "source": "Another", "url": "https://b", "licence": "CC0"}
    assert said.items() <= rows(RECIPE | said)[0].items()


def test_a_licence_comes_without_the_notes_of_whoever_collected_it():
    source = GAS | {"licence": "MIT (check the terms of the values)"}
    assert rows(RECIPE, sources=[source])[0]["licence"] == "MIT"


def test_gases_are_listed_in_one_way():
    assert rows(RECIPE | {"gases": "CO2;CH4; N2O"})[0]["gases"] == "CO2, CH4, N2O"


def test_a_figure_may_be_spelled_out_with_its_own_source():
    own = RECIPE | {"value": "0.5", "origin": "page 7", "source": "A report", "licence": "CC BY 4.0", "year": "2019"}
    (row,) = rows(own)
    assert (row["value"], row["source"], row["origin"], row["url"]) == ("0.5", "A report", "page 7", "")


def test_all_countries_are_built_at_once_and_those_named_first_are_left_alone():
    named = GRID | {"region": "FR", "origin": "src.gas"}
    margin = GRID | {"region": "*", "origin": "grid.{iso2}.ifi"}
    found = {row["region"]: row["origin"] for row in rows(EMBER, margin, WORLD, named)}
    assert found == {
        "FR": "src.gas",  # named
        "NA": "grid.na.ember",  # Namibia
        "XK": "grid.xk.ember",
        "EU": "grid.eu.ember",
        "JE": "grid.je.ifi",  # the second recipe, where the first has none
        "GLOBAL": "grid.global.ember",
    }


def test_rows_stand_by_key_and_region_whatever_the_order_of_recipes():
    one, other = build([RECIPE, EMBER, WORLD], SOURCES), build([WORLD, RECIPE, EMBER], reversed(SOURCES))
    assert one == other
    assert [line.split(",")[0] for line in one.splitlines()] == ["key", "gas", *["grid"] * 5]


def test_what_is_built_is_a_factor_set():
    found = read(build([RECIPE, EMBER, WORLD], SOURCES), name="test", parents={})
    assert found.factor("grid", "NA").region == "NA"


@pytest.mark.parametrize(
    ("recipe", "problem"),
    [
        (RECIPE | {"origin": "src.coal"}, "gas for GLOBAL: there is no source row 'src.coal'"),
        (RECIPE | {"times": "much"}, "gas for GLOBAL: '0.18296' times 'much' is no number"),
        (RECIPE | {"source": "from memory"}, "gas for GLOBAL: its figure is unverified"),
        (
            RECIPE | {"value": "1", "source": "memory", "licence": "none"},
            "gas for GLOBAL: its figure is unverified",
        ),
        (
            EMBER | {"origin": "grid.fr.ember"},
            "grid for *: for all countries it needs an origin with {iso2} in it that some source rows have",
        ),
        (
            EMBER | {"origin": "grids.{iso2}.ember"},
            "grid for *: for all countries it needs an origin with {iso2} in it that some source rows have",
        ),
    ],
)
def test_a_recipe_that_leads_nowhere_is_refused(recipe, problem):
    assert problems(recipe) == (problem,)


def test_every_such_recipe_is_named_at_once():
    assert len(problems(RECIPE | {"origin": "a"}, RECIPE | {"region": "US", "origin": "b"}, WORLD)) == 2


def test_a_source_whose_figure_is_no_number_is_refused_where_it_is_multiplied():
    with pytest.raises(FactorSetError, match="'n/a' times '2' is no number"):
        build([RECIPE | {"times": "2"}], [GAS | {"kg_co2e_per_unit": "n/a"}])


def test_a_source_that_stands_twice_is_refused_since_either_could_be_meant():
    with pytest.raises(FactorSetError, match=r"there are two source rows 'src\.gas'"):
        build([RECIPE], [*SOURCES, GAS])


def test_namibia_is_read_as_it_is_written(tmp_path):
    path = tmp_path / "recipe.csv"
    path.write_text("key,region\ngrid,NA\n", encoding="utf-8")
    assert rows_of(path) == [{"key": "grid", "region": "NA"}]
