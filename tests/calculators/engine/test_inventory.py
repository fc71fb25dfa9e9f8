"""A company's result in the rows of the GHG Protocol."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.api.schemas import EstimateOut
from portal.calculators.engine.examples import EXAMPLES
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.inventory import CATEGORIES, InventoryTable, inventory, is_inventory
from portal.calculators.engine.report import in_words, report
from tests.calculators.kinds.companies import FULL


def found(answers: Any) -> InventoryTable:
    return inventory(estimate(catalogue.kind("business"), answers))


def tonnes(table: InventoryTable) -> dict[str, Decimal | None]:
    return {row["id"]: None if row["tonnes"] is None else Decimal(row["tonnes"]) for row in table["rows"]}


def totals(table: InventoryTable) -> tuple[Decimal, Decimal]:
    """Return the total with scope 2 by location, and that with scope 2 by market, in tonnes."""
    return Decimal(table["by_location_tonnes"]), Decimal(table["by_market_tonnes"])


def test_categories_have_the_names_of_the_standard_in_its_order() -> None:
    """GHG Protocol, Corporate Value Chain (Scope 3) Accounting and Reporting Standard (2011), chapter 5."""
    assert list(CATEGORIES) == [f"3.{number}" for number in range(1, 16)]
    assert CATEGORIES["3.3"] == "Fuel- and energy-related activities not included in scope 1 or scope 2"
    assert CATEGORIES["3.15"] == "Investments"


def test_three_sites_are_told_by_location_and_by_market() -> None:
    """One with certificates, one whose supplier states a factor, one without contract, which takes the grid's for both.

    By location 30,000 kWh at 0.177 kg (DESNZ 2025); by market nought, 10,000 kWh at 0.3 kg, and 10,000 at 0.177.
    """
    sites = [
        {"electricity": 10_000, "supply": "renewable"},
        {"electricity": 10_000, "supply": "supplier", "contract_factor": "0.3"},
        {"electricity": 10_000},
    ]
    table = found({"country": "GB", "sites": sites, "with_upstream": False})
    assert tonnes(table)["2.location"] == totals(table)[0] == Decimal("5.31")
    assert tonnes(table)["2.market"] == totals(table)[1] == Decimal("4.77")


def test_heat_counts_the_same_both_ways() -> None:
    """DESNZ 2025: 0.17529 kg a kWh from a heat network."""
    table = found({"country": "GB", "sites": [{"heat": 10_000, "electricity": 0}], "with_upstream": False})
    assert tonnes(table)["2.location"] == tonnes(table)["2.market"] == Decimal("1.7529")


def test_losses_and_fuel_are_in_category_3_for_both() -> None:
    """DESNZ 2025: losses 0.01853, fuel 0.0459, and fuel of what is lost 0.00397 kg a kWh."""
    sites = [{"electricity": 10_000, "supply": "renewable"}]
    table = found({"country": "GB", "sites": sites})
    assert tonnes(table)["3.3"] == Decimal("0.684")
    assert totals(table) == (Decimal("2.454"), Decimal("0.684"))


def test_what_is_not_asked_is_told_apart_from_nought() -> None:
    rows = tonnes(found({"country": "GB"}))
    assert {name for name, value in rows.items() if value is None} == {"3.10", "3.11", "3.12", "3.14", "3.15"}
    assert {value for value in rows.values() if value is not None} == {0}


def test_biogenic_carbon_and_old_refrigerants_stand_outside() -> None:
    """DESNZ 2025: 2.43 kg of biogenic CO2 a litre of HVO; R-22 has a potential of 1,760."""
    table = found(
        {
            "liquids": [{"liquid": "hvo", "volume": 1000}],
            "refrigerants": [{"refrigerant": "r22", "refilled": 1}],
            "with_upstream": False,
        }
    )
    assert tonnes(table)["outside.biogenic"] == Decimal("2.43")
    assert tonnes(table)["outside.other"] == Decimal("1.76")
    assert totals(table)[0] == tonnes(table)["1"] == Decimal("0.03558")


def test_rows_say_what_rests_on_assumptions() -> None:
    table = found({"country": "GB", "drives": [{"km": 1000}], "fleet_diesel": 100})
    assert {row["id"] for row in table["rows"] if row["is_assumed"]} == {"3.6"}


@pytest.mark.parametrize(("country", "holds"), [("GB", False), ("US", False), ("FR", True), ("KE", True)])
def test_scope_2_says_where_its_figure_holds_what_belongs_in_row_3_3(country: str, holds: bool) -> None:
    """DESNZ and eGRID have power stations alone, and what is upstream apart; Ember has the whole lifecycle in one."""
    table = found({"country": country, "sites": [{"electricity": 1000}], "fleet_diesel": 100})
    rows = {row["id"] for row in table["rows"] if row["holds_upstream"]}
    assert rows == ({"2.location", "2.market"} if holds else set())


def test_rows_add_up_to_both_totals() -> None:
    table = found(FULL)
    rows = {name: value or Decimal(0) for name, value in tonnes(table).items() if not name.startswith("outside")}
    market, location = rows.pop("2.market"), rows.pop("2.location")
    assert sum(rows.values()) + location == totals(table)[0]
    assert sum(rows.values()) + market == totals(table)[1]
    assert market < location


@given(
    sites=st.lists(
        st.fixed_dictionaries(
            {
                "electricity": st.integers(0, 10**6),
                "heat": st.integers(0, 10**6),
                "gas": st.integers(0, 10**6),
                "supply": st.sampled_from(["grid", "renewable"]),
                "covered": st.integers(0, 100),
                "site_country": st.sampled_from(["GB", "FR", "US", "KE", ""]),
            }
        ),
        max_size=4,
    )
)
def test_rows_add_up_whatever_the_sites(sites: list[dict[str, Any]]) -> None:
    table = found({"country": "GB", "sites": sites})
    rows = tonnes(table)
    for side, total in zip(("2.location", "2.market"), totals(table), strict=True):
        assert (rows["1"] or 0) + (rows[side] or 0) + (rows["3.3"] or 0) == total


def test_a_report_carries_the_inventory_with_its_assumptions_and_memos() -> None:
    compiled = catalogue.kind("business")
    data = report(estimate(compiled, FULL))
    assert data["inventory"]["by_location_tonnes"] == data["tonnes"]
    assert data["inventory"]["rows"][0]["id"] == "1"
    memos = {line["id"]: line["memo_of"] for line in data["lines"] if line["is_memo"]}
    assert memos == {
        "electricity_contract": "electricity",
        "electricity_rest": "electricity",
        "liquid_biogenic": "",
        "solid_biogenic": "",
        "refrigerants": "",
    }
    assert {line["category"] for line in data["lines"] if line["scope"] == "3"} <= set(CATEGORIES)


def test_an_inventory_is_told_in_other_words() -> None:
    compiled = catalogue.kind("business")
    data = in_words(report(estimate(compiled, {"country": "GB"})), str.upper)
    assert data["inventory"]["rows"][3]["name"] == "PURCHASED GOODS AND SERVICES"


@pytest.mark.parametrize("kind", sorted(set(catalogue.KINDS) & set(EXAMPLES)))
def test_only_companies_have_an_inventory_and_the_api_knows_it(kind: str) -> None:
    compiled = catalogue.kind(kind)
    data = report(estimate(compiled, EXAMPLES[kind]))
    assert (data["inventory"] is not None) == is_inventory(catalogue.KINDS[kind]) == (kind == "business")
    EstimateOut.model_validate(data)
