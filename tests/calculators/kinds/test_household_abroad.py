"""What a household counts goes by where it is: heating values, homes and cars of its own country."""

from decimal import Decimal

import pytest

from portal.calculators.engine.footprint import Estimate, ResultLine
from tests.calculators.kinds.households import NOTHING, Answers, calculated, near, only


def line(found: Estimate, name: str) -> ResultLine:
    (wanted,) = [each for each in found.lines if each.id == name and not each.part]
    return wanted


@pytest.mark.parametrize(
    ("country", "fuel", "bought", "published"),
    [
        # the same fuel by volume or mass as each source has it, though it is counted by its heat or by the litre
        ("GB", "gas", {"value": "1000", "unit": "m3/year"}, "2065.6"),  # DESNZ 2025: 11.2898 kWh at 0.18296 kg
        ("US", "gas", {"value": "1000", "unit": "m3/year"}, "1924.505"),  # EPA Hub 2025: 0.05449534 kg a cubic foot
        ("KE", "gas", {"value": "1000", "unit": "m3/year"}, "1890.554"),  # IPCC 2006, GHG Protocol: 1.8905544 kg
        ("GB", "lpg", {"value": "100", "unit": "kg/year"}, "293.936"),  # DESNZ 2025: 2,939.36 kg a tonne
        ("KE", "lpg", {"value": "100", "unit": "kg/year"}, "299.2505"),  # IPCC 2006, GHG Protocol: 2.99250545 kg
        ("US", "lpg", {"value": "100", "unit": "gallon/year"}, "570.374"),  # EPA Hub 2025: 5.70374 kg a gallon
    ],
)
def test_a_fuel_counts_alike_by_its_heat_its_volume_and_its_mass(
    country: str, fuel: str, bought: Answers, published: str
) -> None:
    assert near(
        line(only({"country": country, "heating": fuel, fuel: bought}), f"{fuel}_use").kg, published, percent="0.01"
    )


def test_american_lpg_by_the_kilogram_holds_the_heat_that_the_epa_gives_a_gallon() -> None:
    """49.333 MJ gross a kilogram, and 0.092 mmBtu a gallon: 100 kg are 192.393 litres or 50.825 gallons."""
    found = only({"country": "US", "heating": "lpg", "lpg": {"value": "100", "unit": "kg/year"}})
    assert near(line(found, "lpg_use").kg, "289.89", percent="0.01")


def test_a_heat_pump_heats_although_its_bill_is_unknown() -> None:
    """A British home takes 2,500 kWh (Ofgem); heated with electricity, 120 kWh for each of 90.7 m² (ADEME). A heat pump
    takes a 2.5th of what that is more."""
    home = {**NOTHING, "country": "GB", "electricity": None}
    amounts = {
        heating: line(calculated({**home, "heating": heating}), "electricity_use").amount
        for heating in ("none", "heat_pump", "electric")
    }
    assert amounts == {"none": 2500, "heat_pump": Decimal("5853.6"), "electric": 10884}


def test_gas_of_an_unknown_bill_is_that_of_the_country_s_homes() -> None:
    """Ofgem's typical home takes 9,500 kWh gross; as French homes need it, 90.7 m² would take 16,037."""
    gas = {
        country: line(calculated({**NOTHING, "country": country, "heating": "gas", "gas": None}), "gas_use").amount
        for country in ("GB", "JE", "FR")
    }
    assert gas["GB"] == gas["JE"]
    assert near(gas["GB"], "9500", percent="0.001")
    assert near(gas["FR"], "16037", percent="0.01")


@pytest.mark.parametrize("fuel", ["unknown", "petrol"])
def test_an_average_american_car_is_a_light_truck_as_often_as_not(fuel: str) -> None:
    """US EPA, Greenhouse Gas Equivalencies Calculator: 0.393 kg a mile for cars and light trucks together. The Hub of
    2025 has 0.299 for cars alone and 0.397 for light trucks."""
    car = {"fuel": fuel, "size": "average", "driving": {"value": "11500", "unit": "mile/year"}}
    found = only({"country": "US", "cars": [car]})
    assert near(line(found, "car_distance").kg, "4519.5", percent="0.001")
