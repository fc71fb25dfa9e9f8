"""A household's year: published figures come out again, and nothing is counted twice."""

from decimal import Decimal

import pytest

from portal.calculators.engine.answers import InvalidAnswers
from portal.calculators.engine.comparisons import average
from portal.calculators.engine.footprint import Estimate, ResultLine
from portal.calculators.factors import edition
from portal.countries import country_codes
from tests.calculators.kinds.households import FULL, NOTHING, Answers, calculated, near, only


def line(found: Estimate, name: str, part: str = "") -> ResultLine:
    (wanted,) = [each for each in found.lines if each.id == name and each.part == part]
    return wanted


def kg(text: str) -> Decimal:
    return Decimal(text)


# --- Nothing, and the sum of the parts


def test_who_does_nothing_causes_nothing() -> None:
    found = calculated(NOTHING)
    assert (found.lines, found.total, found.units) == ((), Decimal(0), 0)
    assert found.assumed == frozenset()


def test_lines_sections_and_scopes_add_up_to_the_total() -> None:
    found = calculated(FULL)
    assert sum(each.kg for each in found.lines if not each.is_memo) == found.total
    assert sum(found.by_section().values()) == found.total
    assert sum(found.by_scope().values()) == found.total
    assert found.assumed == frozenset()
    assert set(found.by_section()) == {"home", "travel", "flights", "food", "goods"}


def test_a_household_shares_its_total() -> None:
    found = calculated(FULL)
    assert found.per_person * 3 == found.total


# --- Published figures


def test_british_electricity_and_gas_by_the_governments_factors() -> None:
    """UK Government conversion factors 2025: electricity 0.17700, WTT 0.04590, losses 0.01853 and 0.00397; natural gas
    0.18296 and WTT 0.03021 kg CO2e per kWh gross. Ofgem's medium household until June 2026: 2,700 and 11,500 kWh."""
    found = only({"country": "GB", "electricity": 2700, "heating": "gas", "gas": 11500})
    assert line(found, "electricity_use").kg == kg("477.9")
    assert line(found, "electricity_use", "upstream").kg == kg("123.93")
    assert line(found, "electricity_use", "losses").kg == kg("50.031")
    assert line(found, "electricity_use", "losses_upstream").kg == kg("10.719")
    assert line(found, "gas_use").kg == kg("2104.04")
    assert line(found, "gas_use", "upstream").kg == kg("347.415")
    assert found.total == kg("3114.035")


@pytest.mark.parametrize(
    ("given_as", "amount"),
    [
        ({"value": "1000", "unit": "kWh_gross/month"}, "12000"),
        ({"value": "10000", "unit": "kWh_net/year"}, "11078.37"),
        ({"value": "100", "unit": "therm_gross/year"}, "2930.710833487654"),
        ({"value": "1000", "unit": "m3/year"}, "11289.8"),
        ({"value": "3600", "unit": "MJ_gross/year"}, "1000"),
    ],
)
def test_gas_in_any_unit_of_a_bill(given_as: Answers, amount: str) -> None:
    """Net and gross differ by 10.8 %, and a cubic metre has 11.29 kWh (UK Government's fuel properties 2025)."""
    found = only({"country": "GB", "heating": "gas", "gas": given_as})
    assert near(line(found, "gas_use").amount, amount, percent="0.0001")


def test_net_and_gross_kilowatt_hours_come_to_the_same_tonnes() -> None:
    """The UK Government gives 0.18296 kg per kWh gross and 0.20270 per kWh net."""
    found = only({"country": "GB", "heating": "gas", "gas": {"value": "1000", "unit": "kWh_net/year"}})
    assert near(line(found, "gas_use").kg, "202.70", percent="0.01")


def test_an_american_home_with_gas_as_the_epa_has_it() -> None:
    """US EPA, household carbon footprint calculator: 5,500 cubic feet a month are 7,892 lb of CO2 in a year. The Hub of
    2025 counts CH4 and N2O as well, and 1,026 Btu per cubic foot."""
    found = calculated({**NOTHING, "country": "US", "heating": "unknown"})
    pounds = line(found, "gas_use").kg / Decimal("0.45359237")
    assert near(pounds, "7892", percent="1")
    assert found.assumed == {"gas"}


def test_american_fuel_is_sold_by_the_gallon() -> None:
    """US EPA Hub 2025: 8.78 kg CO2 per gallon of motor gasoline."""
    car = {"fuel": "petrol", "known_by": "fuel", "bought": {"value": "500", "unit": "gallon/year"}, "size": "average"}
    found = only({"country": "US", "cars": [car]})
    assert near(line(found, "car_fuel").kg, "4390", percent="0.0001")


@pytest.mark.parametrize(
    ("diet", "published"),
    [
        ("high_meat", "7.19"),
        ("medium_meat", "5.63"),
        ("low_meat", "4.67"),
        ("fish", "3.91"),
        ("vegetarian", "3.81"),
        ("vegan", "2.89"),
    ],
)
def test_diets_as_published(diet: str, published: str) -> None:
    """Scarborough et al. (2014), Climatic Change 125: kg CO2e for one person and day, at 2,000 kcal."""
    found = only({"people": 2, "food_by": "diet", "diet": diet})
    assert found.total == Decimal(published) * 365 * 2


def test_meals_as_published() -> None:
    """ADEME, Nos Gestes Climat: meals of 0.85, 1.65, 5.01 and 1.45 kg, a continental breakfast of 0.32. Its usual
    week has 5 vegetarian meals, 4 with white meat, 3 with red meat and 2 with oily fish."""
    week = {"vegetarian_meals": 5, "white_meat_meals": 4, "red_meat_meals": 3, "oily_fish_meals": 2}
    found = only({**week, "breakfasts": 7})
    weekly = 5 * Decimal("0.85") + 4 * Decimal("1.65") + 3 * Decimal("5.01") + 2 * Decimal("1.45") + 7 * Decimal("0.32")
    assert near(found.total, str(weekly * 365 / 7), percent="0.0001")


def test_a_cat_eats_what_ademe_reckons() -> None:
    """Nos Gestes Climat: a cat of 4 kg needs 253 kcal a day; food has 4,610 kcal and 2.5 kg CO2e per kg."""
    assert near(only({"cats": 1}).total, "50.08", percent="0.01")


@pytest.mark.parametrize(
    ("size", "fuel", "published"),
    [
        ("small", "electric", "0.03688"),
        ("medium", "electric", "0.03882"),
        ("large", "electric", "0.04205"),
        ("average", "electric", "0.04047"),
        ("small", "plugin", "0.05669"),
        ("medium", "plugin", "0.08820"),
        ("large", "plugin", "0.11430"),
        ("average", "plugin", "0.10461"),
    ],
)
def test_cars_on_electricity_in_britain_as_published(size: str, fuel: str, published: str) -> None:
    """UK Government conversion factors 2025, business travel by land: exhaust, grid electricity and its losses."""
    found = only({"country": "GB", "cars": [{"size": size, "fuel": fuel, "driving": 10000}]})
    kilograms = sum(each.kg for each in found.lines if each.part in ("", "losses"))
    assert near(kilograms, str(Decimal(published) * 10000), percent="0.2")


@pytest.mark.parametrize(
    ("size", "published"),
    [("small", "0.01520"), ("medium", "0.02524"), ("large", "0.03221"), ("average", "0.02934")],
)
def test_what_is_upstream_of_plug_in_hybrids_in_britain(size: str, published: str) -> None:
    """The same set's well-to-tank row has fuel and electricity in one; counted in two parts it is the same."""
    found = only({"country": "GB", "cars": [{"size": size, "fuel": "plugin", "driving": 10000}]})
    kilograms = sum(each.kg for each in found.lines if each.part in ("upstream", "losses_upstream"))
    assert near(kilograms, str(Decimal(published) * 10000), percent="0.5")


def test_an_electric_car_runs_on_the_grid_of_its_country() -> None:
    """0.20695 kWh per km: 0.03663 kg of grid electricity by 0.177 kg per kWh, both UK Government 2025. Ember has 0.0413
    kg per kWh for France and more than ten times that for Poland."""
    car = {"size": "average", "fuel": "electric", "driving": 10000}
    france, poland = (only({"country": code, "cars": [car]}) for code in ("FR", "PL"))
    assert line(france, "car_power").amount == line(poland, "car_power").amount == Decimal("2069.5")
    assert line(france, "car_power").factor.region == "FR"
    assert poland.total > france.total * 10


@pytest.mark.parametrize("country", ["GB", "KE"])
def test_short_and_long_flights_count_alike_from_everywhere(country: str) -> None:
    """Two ways of 1,500 and of 9,000 km, and as many take-offs, in the average of all classes: 1.0167 times economy at
    1,108 km and below, 1.3057 times at 6,482 km and beyond (UK Government conversion factors 2025, smoothed)."""
    found = only({"country": country, "short_flights": 1, "long_flights": 1})
    near = Decimal("1.0167") + Decimal("0.289") * 392 / 5374
    assert line(found, "short_flown").kg == pytest.approx(3000 * near * Decimal("0.099408"), abs=Decimal("1e-6"))
    assert line(found, "long_flown").kg == kg("18000") * Decimal("1.3057") * Decimal("0.099408")
    seats = 2 * (near + Decimal("1.3057"))
    assert line(found, "taking_off").kg == pytest.approx(seats * Decimal("49.573"), abs=Decimal("1e-6"))


def test_hotels_by_country_and_the_middle_one_elsewhere() -> None:
    """UK Government conversion factors 2025: 6.7 kg for a night in France, and 38 countries whose median is 33.55."""
    found = only({"stays": [{"place": "FR", "nights": 10}, {"place": "IS", "nights": 1}, {"nights": 2}]})
    assert [each.kg for each in found.lines] == [kg("67"), kg("33.55"), kg("67.10")]


def test_hours_in_a_bus_are_kilometres_at_its_speed() -> None:
    """Nos Gestes Climat: buses make 12 km an hour in Paris, metros and trams 25."""
    hours = only({"country": "GB", "bus": {"value": "7", "unit": "hour/week"}})
    kilometres = only({"country": "GB", "bus": {"value": "84", "unit": "km/week"}})
    assert hours.total == kilometres.total > 0


def test_hours_in_a_train_count_at_the_speed_that_is_told() -> None:
    """Kilometres that are known and those of the hours add up."""
    train = {"train": 40, "train_hours": 2, "train_speed": {"value": "100", "unit": "km/hour"}}
    coach = {"coach_hours": "0.5", "coach_speed": {"value": "50", "unit": "mile/hour"}}
    assert only(train).total == only({"train": 240}).total > 0
    assert only(coach).total == only({"coach": {"value": "25", "unit": "mile/week"}}).total > 0


def test_hours_in_a_train_without_its_speed_are_no_kilometres_yet() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        only({"train_hours": 2})
    assert [(each.path, each.message) for each in refused.value.problems] == [
        ("train_speed", "This is needed for a result.")
    ]


def test_spending_is_told_in_the_currency_it_is_paid_in() -> None:
    """1,000 euros of 2025 are 1,129.98 dollars (ECB), or 1,027.18 of 2022 (US BLS); telephones cause 0.075 kg each."""
    paid = only({"spending": [{"on": "phone", "amount": 1000, "currency": "eur"}]})
    assert line(paid, "spent").kg == kg("77.038708609")
    monthly = {"on": "phone", "amount": {"value": "100", "unit": "money/month"}, "currency": "usd"}
    yearly = {"on": "phone", "amount": 1200, "currency": "usd"}
    assert only({"spending": [monthly]}).total == only({"spending": [yearly]}).total > 0


# --- Rules


def test_a_renewable_contract_stands_beside_the_total_and_never_reduces_it() -> None:
    plain, green = (calculated({"country": "GB", "electricity": 3000, "green": share}) for share in (0, 100))
    assert plain.total == green.total
    half = calculated({"country": "GB", "electricity": 3000, "green": 50})
    memo = [each for each in half.memos if each.id == "electricity_market"]
    assert {each.memo_of for each in memo} == {"electricity_use"}
    assert sum(each.kg for each in memo) == sum(e.kg for e in half.lines if e.id == "electricity_use") / 2


def test_co2_from_wood_stands_beside_the_total() -> None:
    """UK Government conversion factors 2025, outside of scopes: 1,436.23 kg CO2 per tonne of logs."""
    found = only({"country": "GB", "heating": "wood", "wood": {"value": "1", "unit": "tonne/year"}})
    (memo,) = found.memos
    assert (memo.id, memo.kg) == ("wood_biogenic", kg("1436.23"))
    assert found.total == kg("46.98508") + kg("52.14")


def test_a_car_is_counted_by_distance_or_by_fuel_never_both() -> None:
    car = {"size": "medium", "fuel": "diesel", "driving": 10000, "bought": 700}
    by_distance = only({"cars": [{**car, "known_by": "distance"}]})
    by_fuel = only({"cars": [{**car, "known_by": "fuel"}]})
    assert {each.id for each in by_distance.lines} == {"car_distance"}
    assert {each.id for each in by_fuel.lines} == {"car_fuel"}


def test_what_is_charged_at_home_is_not_counted_again() -> None:
    car = {"size": "medium", "fuel": "electric", "driving": 10000}
    assert only({"cars": [{**car, "charged_at_home": True}]}).total == 0
    assert only({"cars": [{**car, "charged_at_home": False}]}).total > 0


def test_local_products_take_off_what_the_french_model_says() -> None:
    """Nos Gestes Climat: 12 % of a vegan meal, 1 % of one with red meat, for who always buys local; 0.666 if often."""
    week = {"people": 1, "food_by": "meals", "breakfasts": 0}
    plants, beef = ({**week, "vegan_meals": 14}, {**week, "red_meat_meals": 14})
    assert only({**plants, "local": "always"}).total == only(plants).total * Decimal("0.88")
    often = only({**beef, "local": "often"}).total
    assert near(often, str(only(beef).total * Decimal("0.99334")), percent="0.0001")
    assert only({**plants, "local": "never"}).lines == only(plants).lines


def test_food_is_counted_by_diet_or_by_meals_never_both() -> None:
    answers = {"people": 1, "diet": "vegan", "vegan_meals": 14}
    assert {e.id for e in only({**answers, "food_by": "diet"}).lines} == {"eaten"}
    assert {e.id for e in only({**answers, "food_by": "meals"}).lines} == {"vegan_eaten"}


def test_what_does_not_belong_to_the_household_is_not_counted() -> None:
    car = {"size": "medium", "fuel": "diesel", "driving": 10000}
    whole, half = (only({"cars": [{**car, "share": share}]}) for share in (100, 50))
    assert half.total * 2 == whole.total


def test_local_products_take_off_less_from_a_diet_with_meat() -> None:
    plants, beef = ({"food_by": "diet", "diet": diet} for diet in ("vegan", "high_meat"))
    assert only({**plants, "local": "always"}).total == only(plants).total * Decimal("0.88")
    assert only({**beef, "local": "always"}).total == only(beef).total * Decimal("0.99")


def test_a_meal_out_takes_the_energy_of_british_catering() -> None:
    """CIBSE: 21,600 million kWh a year; WRAP: 8 billion meals; 2.7 kWh a meal, burned as gas at 0.18296 kg per kWh."""
    found = calculated({"country": "GB", "meals_out": 2})
    served = line(found, "served")
    assert near(served.amount, str(Decimal(2) * 365 / 7 * Decimal("2.7")))
    assert near(served.kg, str(served.amount * Decimal("0.18296")))
    assert served.scope == "3"


def test_public_services_are_a_tenth_of_the_country_s_emissions_for_each_person() -> None:
    """Hertwich and Peters (2009): 10 % of the world's emissions are for what governments use."""
    told = {"country": "FR", "people": 2}
    found = calculated({**told, "public_services": True})
    assert near(line(found, "public").kg, str(2 * tonnes_of("FR") * 100))
    assert near(found.total - line(found, "public").kg, str(calculated(told).total))


def test_public_services_go_by_the_averages_that_a_result_stands_beside() -> None:
    rows = edition.factor_set().rows_of("public_services")
    assert len(rows) > 200
    assert {row.region: row.value for row in rows} == {row.region: tonnes_of(row.region) * 100 for row in rows}


def tonnes_of(country: str) -> Decimal:
    found = average(country)
    assert found is not None
    return found.tonnes


def test_hours_on_a_ferry_count_at_its_speed() -> None:
    assert only({"ferry": {"value": "2", "unit": "hour/week"}}).total == only({"ferry": 66}).total


# --- What is not known


@pytest.mark.parametrize("country", ["", *sorted(country_codes())])
def test_whoever_answers_nothing_gets_a_plausible_figure_in_every_country(country: str) -> None:
    found = calculated({"country": country} if country else {})
    assert {"electricity", "heating", "diet", "people", "rubbish"} <= found.assumed
    assert 1500 < found.per_person < 10000
    assert all(each.is_assumed for each in found.lines)


def test_typical_homes_differ_by_country() -> None:
    """Ofgem 2,500; Odyssee-Mure 3,600 for the European Union; US EIA 10,715; World Energy Council 570 in Nigeria and
    3,500 in the world; kWh a year."""
    codes = ("GB", "AT", "US", "NG", "KE")
    found = {code: line(calculated({"country": code}), "electricity_use").amount for code in codes}
    assert found == {"GB": 2500, "AT": 3600, "US": 10715, "NG": 570, "KE": 3500}


def test_a_home_that_saves_is_assumed_to_use_less() -> None:
    """US EIA: light took 14 % in 2010 and 5 % in 2019; LED take a quarter. LBNL: 5 % of standby. ENERGY STAR: 8 %."""
    told = {"country": "GB", "by_habits": True, "heating": "gas", "area": 100}
    average = calculated(told)
    assert line(average, "electricity_use").amount == 2500
    saving = calculated({**told, "lamps": "led", "standby": True, "thermostat": True})
    assert line(saving, "electricity_use").amount == 2500 * Decimal("0.985") * Decimal("0.95")
    assert near(line(saving, "gas_use").amount, str(line(average, "gas_use").amount * Decimal("0.92")))
    heated = {**told, "heating": "electric"}
    less = (
        line(calculated(heated), "electricity_use").amount
        - line(calculated({**heated, "lamps": "led"}), "electricity_use").amount
    )
    assert less == 2500 * Decimal("0.015")  # lamps save nothing of the heat
    old = calculated({**told, "lamps": "filament"})
    assert line(old, "electricity_use").amount == 2500 * Decimal("1.09")
    assert (
        calculated({**told, "electricity": 1800, "lamps": "led"}).total
        == calculated({**told, "electricity": 1800}).total
    )


def test_heat_is_estimated_from_the_area_where_no_bill_is_known() -> None:
    """ADEME, Nos Gestes Climat: French homes with gas need 159.6 kWh net per square metre."""
    found = calculated({"country": "FR", "heating": "gas", "area": 100})
    assert near(line(found, "gas_use").amount, str(Decimal("15960") * Decimal("50.678") / Decimal("45.745")))
    assert "gas" in found.assumed
    known = calculated({"country": "FR", "heating": "gas", "area": 100, "gas": 5000})
    assert line(known, "gas_use").amount == 5000


def test_a_flat_is_smaller_than_a_house() -> None:
    flat, house = (calculated({"heating": "gas", "dwelling": kind}).total for kind in ("flat", "house"))
    assert flat < house


def test_wrong_answers_are_named() -> None:
    with pytest.raises(InvalidAnswers) as error:
        calculated({"people": 0, "electricity": "much", "green": 120, "cars": [{"size": "huge"}], "diet": "bread"})
    assert [each.path for each in error.value.problems] == ["people", "electricity", "green", "diet", "cars.0.size"]
