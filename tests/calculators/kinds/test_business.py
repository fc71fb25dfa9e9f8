"""What a company causes: published figures, one by one, and where the GHG Protocol puts them."""

from decimal import Decimal

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.answers import REQUIRED, InvalidAnswers
from portal.calculators.engine.footprint import estimate
from portal.calculators.factors import edition
from portal.calculators.kinds import business_gases, money
from tests.calculators.kinds.companies import FULL, calculated, kg, lines


def near(found: Decimal, expected: str) -> bool:
    """Say whether two figures are the same to the digits that were published."""
    digits = Decimal(expected)
    return found.quantize(digits) == digits


# --- Scope 1


def test_gas_of_a_british_site_counts_by_the_figure_of_its_government() -> None:
    """DESNZ conversion factors 2025: natural gas, gross, 0.18296 kg/kWh; before it is burned 0.03021 (WTT- fuels)."""
    site = {"country": "GB", "sites": [{"gas": 200_000}]}
    assert kg(site, "gas") == Decimal("36592.00000")
    assert kg(site, "gas", "upstream") == Decimal("6042.00000")


def test_a_therm_of_gas_in_the_united_states_is_what_the_epa_publishes() -> None:
    """US EPA, Greenhouse Gas Equivalencies: 0.0053 tonnes of CO2 for each therm of natural gas."""
    therm = {"country": "US", "sites": [{"gas": {"value": 1, "unit": "therm_gross/year"}}]}
    assert near(kg(therm, "gas") / 1000, "0.0053")


def test_a_site_in_another_country_takes_the_factors_of_that_country() -> None:
    answers = {"country": "GB", "sites": [{"electricity": 1000}, {"site_country": "FR", "electricity": 1000}]}
    assert [line.factor.region for line in lines(answers, "electricity")] == ["GB", "FR"]


def test_biogenic_carbon_stands_outside_the_scopes() -> None:
    """DESNZ 2025, bioenergy and outside of scopes: a tonne of wood chips is 43.43964 kg, and 1,335.71 kg outside."""
    chips = {"solids": [{"solid": "wood_chips", "burned": {"value": 1, "unit": "tonne/year"}}]}
    assert kg(chips, "solid_fuels") == Decimal("43.43964")
    (biogenic,) = lines(chips, "solid_biogenic")
    assert (biogenic.kg, biogenic.scope, biogenic.is_memo) == (Decimal("1335.71"), "outside", True)
    assert calculated(chips).total == Decimal("43.43964") + Decimal("30.4")  # and what is upstream, 30.4 kg


def test_fossil_fuels_have_nothing_outside_the_scopes() -> None:
    answers = {"liquids": [{"liquid": "gas_oil", "volume": 1000}], "solids": [{"solid": "coking_coal", "burned": 1000}]}
    assert calculated(answers).memos == ()


BLENDS = {  # ASHRAE standard 34: what each blend is made of, by mass in per cent
    "r404a": {"r125": 44, "r143a": 52, "r134a": 4},
    "r407a": {"r32": 20, "r125": 40, "r134a": 40},
    "r407c": {"r32": 23, "r125": 25, "r134a": 52},
    "r410a": {"r32": 50, "r125": 50},
    "r507a": {"r125": 50, "r143a": 50},
}


@pytest.mark.parametrize("blend", BLENDS)
def test_a_blend_warms_as_much_as_its_parts(blend: str) -> None:
    """So the potentials are of one report of the IPCC, the fifth: two of different reports would not add up."""

    def potential(gas: str) -> Decimal:
        return kg({"refrigerants": [{"refrigerant": gas, "refilled": 1}]}, "refrigerants")

    parts = sum(potential(gas) * share / 100 for gas, share in BLENDS[blend].items())
    assert abs(potential(blend) - parts) <= Decimal("0.5")


@pytest.mark.parametrize(("gas", "potential"), [("r134a", 1300), ("r410a", 1924), ("r404a", 3943), ("r744", 1)])
def test_refrigerants_have_the_potentials_that_the_epa_lists(gas: str, potential: int) -> None:
    """US EPA, GHG Emission Factors Hub 2025, tables 11 and 12 (Fifth Assessment Report)."""
    (line,) = lines({"refrigerants": [{"refrigerant": gas, "refilled": 1}]}, "refrigerants")
    assert (line.kg, line.scope, line.is_memo) == (potential, "1", False)


@pytest.mark.parametrize("gas", ["r22", "r123", "r11", "r12"])
def test_gases_of_the_montreal_protocol_are_told_and_not_counted(gas: str) -> None:
    """GHG Protocol, Corporate Standard, chapter 9: gases outside the Kyoto Protocol are reported apart from scopes."""
    found = calculated({"refrigerants": [{"refrigerant": gas, "refilled": 1}]})
    assert found.total == 0
    assert found.memos[0].kg > 0


def test_every_gas_has_a_figure_above_nought() -> None:
    answers = {
        "refrigerants": [{"refrigerant": each.id, "refilled": 1} for each in business_gases.REFRIGERANTS[:20]],
        "releases": [{"gas_released": each.id, "released": 1} for each in business_gases.GASES],
    }
    assert all(line.kg > 0 for line in calculated(answers).lines)


def test_an_electric_van_counts_where_its_power_is_made() -> None:
    """DESNZ 2025, UK electricity for EVs: an average electric van, 0.06315 kg a kilometre, scope 2."""
    van = {"country": "GB", "fleet": [{"vehicle": "van", "van_fuel": "electric", "km": 10_000}]}
    (line,) = lines(van, "fleet_power")
    assert line.scope == "2"
    assert near(line.kg, "631.5")
    assert lines(van, "vans") == []
    assert kg({**van, "country": "FR"}, "fleet_power") < line.kg


def test_what_is_charged_at_a_site_is_not_counted_again() -> None:
    van = {"vehicle": "van", "van_fuel": "electric", "km": 10_000}
    half = kg({"fleet": [{**van, "charged": 50}]}, "fleet_power")
    assert half * 2 == kg({"fleet": [van]}, "fleet_power")
    assert lines({"fleet": [{**van, "charged": 0}]}, "fleet_power") == []


# --- Scope 2, by location and by market


def test_electricity_counts_by_location_and_the_contract_stands_beside_it() -> None:
    """GHG Protocol, Scope 2 Guidance, chapters 6 and 7: both figures; the rest of a contract takes the grid's."""
    site = {"electricity": 10_000, "supply": "supplier", "covered": 60, "contract_factor": "0.05"}
    found = calculated({"country": "GB", "sites": [site]})
    assert {line.id: line.kg for line in found.lines if line.scope == "2"} == {
        "electricity": Decimal("1770.00000"),  # 10,000 kWh at 0.177 kg
        "electricity_contract": Decimal(300),  # 6,000 kWh at 0.05 kg
        "electricity_rest": Decimal("708.00000"),  # 4,000 kWh at 0.177 kg
    }
    assert found.by_scope()["2"] == Decimal("1770.00000")
    assert {line.memo_of for line in found.memos} == {"electricity"}


def test_a_renewable_contract_is_nought_by_market_and_changes_no_total() -> None:
    plain = {"country": "GB", "sites": [{"electricity": 10_000}]}
    green = {"country": "GB", "sites": [{"electricity": 10_000, "supply": "renewable"}]}
    assert calculated(green).total == calculated(plain).total
    assert kg(green, "electricity_contract") == 0
    assert lines(green, "electricity_rest") == []
    assert kg(plain, "electricity_rest") == kg(plain, "electricity")


def test_a_supplier_that_states_a_factor_must_be_quoted() -> None:
    with pytest.raises(InvalidAnswers) as caught:
        calculated({"sites": [{"electricity": 1}, {"electricity": 1, "supply": "supplier"}]})
    assert [(each.path, each.message) for each in caught.value.problems] == [("sites.1.contract_factor", REQUIRED)]


# --- Scope 3


@pytest.mark.parametrize("part", ["upstream", "losses", "losses_upstream"])
def test_what_is_upstream_of_energy_is_category_3(part: str) -> None:
    answers = {"country": "GB", "sites": [{"electricity": 1000}]}
    (line,) = lines(answers, "electricity", part)
    assert (line.scope, line.category) == ("3", "3.3")
    assert lines({**answers, "with_upstream": False}, "electricity", part) == []


def test_fuel_behind_a_journey_stays_with_the_journey() -> None:
    answers = {"rides": [{"by": "taxi", "ridden": 100}], "commuting": []}
    assert {line.category for line in calculated(answers).lines} == {"3.6"}


def test_spending_is_brought_into_dollars_of_2022() -> None:
    """100,000 EUR of 2022 at the ECB's average of 1.05305 USD, times 0.084 kg (US EPA v1.3.0, NAICS 541511)."""
    euros = {"what": "programming", "amount": 100_000, "currency": "eur", "spent_in": "2022"}
    assert kg({"purchases": [euros]}, "goods") == Decimal("8845.62")
    dollars = {**euros, "currency": "usd"}
    assert kg({"purchases": [dollars]}, "goods") == Decimal(8400)


IRS = {  # US Internal Revenue Service, yearly average rates: units of currency for one dollar
    ("aud", "2022"): "1.442",
    ("aud", "2021"): "1.332",
    ("aud", "2020"): "1.452",
    ("brl", "2022"): "5.165",
    ("brl", "2019"): "3.946",
    ("cad", "2022"): "1.301",
    ("cad", "2021"): "1.254",
    ("cad", "2019"): "1.327",
}


@pytest.mark.parametrize(("currency", "year"), IRS)
def test_exchange_rates_agree_with_those_of_another_authority(currency: str, year: str) -> None:
    ours = edition.factor_set().factor(f"exchange.{currency}.{year}", "").value
    assert abs(ours * Decimal(IRS[currency, year]) - 1) < Decimal("0.005")


@pytest.mark.parametrize(("year", "rise"), [("2022", "8.0"), ("2023", "4.1"), ("2021", "4.7"), ("2020", "1.2")])
def test_prices_rose_as_the_bureau_of_labor_statistics_says(year: str, rise: str) -> None:
    """US BLS, CPI-U: change of the annual average from the year before, in per cent."""
    now = edition.factor_set().factor(f"deflator.{year}", "").value
    before = edition.factor_set().factor(f"deflator.{int(year) - 1}", "").value
    assert near((before / now - 1) * 100, rise)


def test_older_money_bought_more() -> None:
    found = [
        kg({"purchases": [{"what": "legal", "amount": 1000, "currency": "usd", "spent_in": year.id}]}, "goods")
        for year in money.YEARS
    ]
    assert found == sorted(found)  # from 2025 back to 2019


@pytest.mark.parametrize("currency", [each.id for each in money.CURRENCIES])
def test_every_currency_has_a_rate_for_every_year(currency: str) -> None:
    for year in money.YEARS:
        bought = {"what": "legal", "amount": 1000, "currency": currency, "spent_in": year.id}
        assert kg({"purchases": [bought]}, "goods") > 0


SPENDING = {
    "programming": "3.1",
    "paper": "3.1",
    "couriers": "3.4",
    "sea_freight": "3.4",
    "waste": "3.5",
    "hotels": "3.6",
    "car_rental": "3.6",
    "rent": "3.8",
}


@pytest.mark.parametrize("what", SPENDING)
def test_spending_falls_into_the_category_of_what_was_bought(what: str) -> None:
    (line,) = calculated({"purchases": [{"what": what, "amount": 1, "currency": "usd", "spent_in": "2022"}]}).lines
    assert (line.scope, line.category) == ("3", SPENDING[what])


def test_equipment_is_category_2_and_materials_are_category_1() -> None:
    """DESNZ 2025, material use: paper from primary material, 1,345.0779 kg a tonne."""
    (paper,) = lines({"materials": [{"material": "paper", "mass": {"value": 1, "unit": "tonne/year"}}]}, "materials")
    assert (paper.kg, paper.category) == (Decimal("1345.0779"), "3.1")
    machine = {"what": "machinery", "amount": 1000, "currency": "usd", "spent_in": "2022"}
    (line,) = lines({"equipment": [machine]}, "equipment")
    assert (line.kg, line.category) == (Decimal(185), "3.2")  # US EPA v1.3.0, NAICS 333249: 0.185 kg a dollar


def test_freight_is_upstream_when_bought_and_downstream_when_others_pay() -> None:
    """DESNZ 2025, freighting goods: average lorry, average load, 0.10163 kg a tonne-kilometre."""
    load = {"mode": "truck", "load": 100, "km": 500}
    (bought,) = lines({"country": "GB", "freight": [load]}, "freight")
    assert (bought.kg, bought.category) == (Decimal("5081.50000"), "3.4")
    (paid_by_others,) = lines({"country": "GB", "freight": [{**load, "is_paid": False}]}, "freight_after")
    assert (paid_by_others.kg, paid_by_others.category) == (bought.kg, "3.9")


def test_goods_by_air_carry_effects_beyond_carbon_only_if_wanted() -> None:
    """DESNZ 2025, freight flights, long haul: 0.89939 kg with, 0.5313 kg without radiative forcing."""
    parcel = {"freight": [{"mode": "air_long", "load": 1, "km": 1000}]}
    assert kg(parcel, "air_freight") == Decimal("899.39000")
    assert kg({**parcel, "effects": False}, "air_freight") == Decimal("531.3000")


def test_flights_between_airports_are_those_of_the_flight_calculator() -> None:
    ours = kg({"flights": [{"from_airport": "LHR", "to_airport": "JFK", "journeys": 1, "cabin": "economy"}]}, "routes")
    trip = {"trips": [{"origin": "LHR", "destination": "JFK", "cabin": "economy"}]}
    alone = estimate(catalogue.kind("flight"), trip)
    assert ours == next(line.kg for line in alone.lines if not line.part)


def test_flights_by_distance_need_no_airport() -> None:
    """DESNZ 2025, business travel by air, short haul, economy class with radiative forcing: 0.12576 kg."""
    assert kg({"flights": [{"stretch": "short", "cabin": "economy", "flown": 1000}]}, "flights") == Decimal("125.76")


def test_a_flight_without_distance_is_asked_for_it() -> None:
    with pytest.raises(InvalidAnswers) as caught:
        calculated({"flights": [{"from_airport": "LHR"}]})
    assert [each.path for each in caught.value.problems] == ["flights.0.flown"]


def test_hotels_count_where_they_stand() -> None:
    """DESNZ 2025, hotel stay: 16.1 kg for a room and night in the United States, 10.4 kg in the United Kingdom."""
    answers = {"country": "GB", "hotels": [{"hotel_country": "US", "nights": 10}, {"nights": 10}]}
    assert [line.kg for line in lines(answers, "hotels")] == [Decimal(161), Decimal(104)]


def test_commuters_who_share_a_car_share_what_it_causes() -> None:
    """20 people, 20 km, 200 days: 80,000 km alone, at 0.16450 kg for an average petrol car (DESNZ 2025)."""
    alone = {"way": "car", "size": "average", "fuel": "petrol", "people": 20, "daily": 20, "days": 200}
    assert lines({"country": "GB", "commuting": [alone]}, "commuting_cars")[0].amount == 80_000
    both = kg({"country": "GB", "commuting": [{**alone, "riders": 2}]}, "commuting_cars")
    assert both * 2 == kg({"country": "GB", "commuting": [alone]}, "commuting_cars")


def test_walking_to_work_causes_nothing() -> None:
    assert calculated({"commuting": [{"way": "walk", "people": 9, "daily": 3, "days": 220}]}).total == 0


def test_hours_at_home_count_with_and_without_heating() -> None:
    """DESNZ 2025, homeworking: 0.33378 kg an hour of a full-time equivalent, of which 0.03144 for the equipment."""
    home = {"home_hours": 1000, "country": "GB"}
    assert kg(home, "homeworking") == kg({**home, "country": "PL"}, "homeworking") == Decimal("333.78000")
    assert kg({**home, "home_heating": False}, "homeworking") == Decimal("31.44000")


def test_no_british_room_is_heated_where_nobody_knows_how_homes_are() -> None:
    for country in ("KE", "SG", ""):
        assert kg({"home_hours": 1000, "country": country}, "homeworking") == Decimal("31.44000")


def test_water_in_is_category_1_and_water_out_category_5() -> None:
    """DESNZ 2025: 0.1913 kg for a cubic metre supplied, 0.17088 kg for one treated."""
    found = {line.id: (line.kg, line.category) for line in calculated({"water": 1000, "sewage": 1000}).lines}
    assert found == {"water": (Decimal("191.3000"), "3.1"), "sewage": (Decimal("170.88000"), "3.5")}


# --- The whole


def test_everything_has_its_scope_and_what_is_in_scope_3_its_category() -> None:
    found = calculated(FULL)
    assert {line.scope for line in found.lines} == {"1", "2", "3", "outside"}
    assert {line.category for line in found.lines if line.scope == "3"} == {
        *(f"3.{number}" for number in range(1, 10)),
        "3.13",
    }
    assert {line.category for line in found.lines if line.scope != "3"} == {""}


def test_a_company_is_compared_by_its_employees() -> None:
    found = calculated(FULL)
    assert found.per_person * 50 == found.total
