"""What a person's year is held against."""

import csv
from decimal import Decimal
from importlib import resources

import pytest

from portal.calculators.engine import comparisons
from portal.calculators.engine.comparisons import average, bars
from portal.countries import country_codes


def test_an_estimate_stands_beside_country_world_and_level() -> None:
    found = bars(Decimal(5711), country="GB")
    assert [(bar.id, bar.tonnes) for bar in found] == [
        ("yours", Decimal("5.711")),
        ("country", Decimal("5.711")),
        ("world", Decimal("6.6508")),
        ("level", Decimal("2.5")),
    ]


def test_the_level_is_what_its_authors_published() -> None:
    """IGES, Aalto University and D-mat (2019): 2.5 t CO2e for one person in 2030, 1.4 in 2040, 0.7 in 2050."""
    level = bars(Decimal(0))[-1]
    assert (level.tonnes, level.year) == (Decimal("2.5"), 2030)
    assert "1.5-Degree Lifestyles" in level.source
    assert level.url == "https://www.iges.or.jp/en/projects/1p5deg-lifestyles"


def test_what_is_compared_says_where_it_comes_from_and_what_it_leaves_out() -> None:
    _yours, *others = bars(Decimal(1000), country="FR")
    for bar in others:
        assert all((bar.source, bar.url.startswith("https://"), bar.licence, bar.caveat, bar.year)), bar.id


def test_the_country_is_territorial_and_says_so() -> None:
    france = average("FR")
    assert france is not None
    assert (france.tonnes, france.year, france.gases) == (Decimal("5.0314"), 2023, "CO2, CH4, N2O")
    assert "imports and international flights are left out" in france.caveat


def test_where_only_co2_is_known_it_says_that() -> None:
    bermuda = average("BM")
    assert bermuda is not None
    assert (bermuda.tonnes, bermuda.gases) == (Decimal("8.0736"), "CO2")
    assert bermuda.caveat == comparisons.TERRITORIAL_CO2


@pytest.mark.parametrize("country", ["", "JE"])
def test_without_a_figure_the_country_is_left_out(country: str) -> None:
    assert [bar.id for bar in bars(Decimal(1000), country=country)] == ["yours", "world", "level"]


def test_namibia_is_not_taken_for_nothing() -> None:
    namibia = average("NA")
    assert namibia is not None
    assert namibia.tonnes == Decimal("7.6197")


def test_the_table_has_each_place_once_and_no_gaps() -> None:
    text = resources.files("portal.calculators.engine").joinpath("per_capita.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    codes = [row["country"] for row in rows]
    assert len(codes) == len(set(codes)) == 216
    assert set(codes) - {"EU", "GLOBAL", "XK"} <= country_codes()
    for row in rows:
        assert Decimal(row["tonnes"]) > 0, row
        assert all((row["source"], row["url"], row["licence"] == "CC BY 4.0")), row
