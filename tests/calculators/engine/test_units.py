"""Units of activity: what is one, what becomes what, and what never does."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine import units
from portal.calculators.engine.units import UnitError, convertible, is_unit, product, quotient, ratio, scale

ENERGY = ("kWh", "MJ", "GJ", "therm", "Btu")
LENGTH = ("km", "mile", "m", "foot", "nautical_mile")


@pytest.mark.parametrize(
    ("unit", "into", "expected"),
    [
        ("kWh", "MJ", "3.6"),
        ("mile", "km", "1.609344"),
        ("nautical_mile", "km", "1.852"),
        ("gallon", "litre", "3.785411784"),
        ("imperial_gallon", "litre", "4.54609"),
        ("pound", "kg", "0.45359237"),
        ("t", "kg", "1000"),
        ("kWh/month", "kWh/year", "12"),
        ("year", "day", "365"),
        ("year", "month", "12"),
        ("hour", "minute", "60"),
        ("kWh_gross", "MJ_gross", "3.6"),
        ("MJ_net", "kWh_net", "0.2777777777777777777777777778"),
        ("passenger*mile", "passenger*km", "1.609344"),
        ("passenger", "person", "1"),
        ("km/year", "km/week", "0.01917808219178082191780821918"),
        ("", "", "1"),
    ],
)
def test_one_of_a_unit_is_so_many_of_another(unit, into, expected):
    assert scale(unit, into) == Decimal(expected)


def test_a_therm_is_a_hundred_thousand_british_thermal_units():
    """NIST Handbook 44, appendix C: 1 BTU (IT) is 1055.05585262 joules; a therm is 100 000 of them."""
    assert scale("therm_gross", "MJ_gross") == Decimal("105.505585262")


@pytest.mark.parametrize(
    ("unit", "into", "message"),
    [
        ("km", "litre", "km cannot be converted into litre"),
        ("kWh", "", "kWh cannot be converted into a plain number"),
        ("", "kg", "a plain number cannot be converted into kg"),
        ("kWh_gross", "kWh_net", "kWh_gross cannot be converted into kWh_net"),
        ("kWh", "kWh_gross", "kWh cannot be converted into kWh_gross"),
        ("EUR", "USD_2022", "EUR cannot be converted into USD_2022"),
        ("vehicle*km", "passenger*km", "vehicle\\*km cannot be converted into passenger\\*km"),
        ("night", "day", "night cannot be converted into day"),
        ("flurb", "kg", "'flurb' is no unit"),
        ("kg", "flurb", "'flurb' is no unit"),
    ],
)
def test_what_measures_something_else_is_never_converted(unit, into, message):
    with pytest.raises(UnitError, match=message):
        scale(unit, into)
    assert not convertible(unit, into)


@pytest.mark.parametrize(
    "text",
    ["", "kWh", "kWh/year", "passenger*km/year", "t*km", "kWh_gross/month", "meal", "room*night"],
)
def test_words_multiplied_and_divided_are_units(text):
    assert is_unit(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "flurb",
            "kg CO2",
            "1",
            "1/year",
            "kg*",
            "/km",
            "kg**2",
            "2*kg",
            "kg+kg",
            "km²",
            "€",
            "kg\n",
            " ",
            "__class__",
        ),
        "kg/kg/kg/kg/kg/kg/kg",  # seven words are nobody's unit
        "m" * 10_000,
    ],
)
def test_anything_else_is_none(text):
    assert not is_unit(text)


@pytest.mark.parametrize("unit", ["degC", "degF", "celsius", "dB", "dBm", "Np", "octave"])
def test_what_does_not_begin_at_nought_multiplies_nothing(unit):
    """Ten degrees Celsius are not ten times one degree, and no factor goes with decibels."""
    assert not is_unit(unit)
    assert not convertible(unit, "kelvin")


@pytest.mark.parametrize(
    ("one", "other", "times", "over"),
    [
        ("km", "passenger", "passenger*km", "km/passenger"),
        ("night", "room", "room*night", "night/room"),
        ("km", "km", "km*km", ""),
        ("kWh/year", "year", "kWh", "kWh/year/year"),
        ("tonne", "MJ_gross", "MJ_gross*tonne", "tonne/MJ_gross"),
        ("kg", "", "kg", "kg"),
        ("", "kg", "kg", "1/kg"),
        ("", "", "", ""),
    ],
)
def test_products_and_quotients_are_written_as_questions_and_factors_write_units(one, other, times, over):
    assert (product(one, other), quotient(one, other)) == (times, over)
    assert scale(times, times) == scale(over, over) == 1


@pytest.mark.parametrize(
    ("unit", "simple"),
    [("kWh*year/month", "kWh"), ("km*km/mile", "mile"), ("person*hour", "person*hour"), ("passenger/person", "")],
)
def test_what_the_parts_of_a_unit_have_in_common_is_left_out(unit, simple):
    assert units.reduced(unit) == simple
    assert convertible(unit, simple)


@given(st.sampled_from([ENERGY, LENGTH]).flatmap(lambda kind: st.tuples(*[st.sampled_from(kind)] * 3)))
@settings(deadline=None)
def test_there_and_back_is_where_one_began_and_a_detour_makes_no_difference(three):
    one, two, other = three
    assert ratio(one, two) * ratio(two, one) == 1
    assert ratio(one, two) * ratio(two, other) == ratio(one, other)
    assert abs(scale(one, two) * scale(two, one) - 1) < Decimal("1e-26")


def test_ratios_are_exact_where_decimals_cannot_be():
    assert ratio("month", "year") == Fraction(1, 12)
    assert ratio("kWh/week", "kWh/year") == Fraction(365, 7)


def test_threads_that_begin_at_once_share_one_registry():
    """Units of two registries do not go together, so a second one would break whoever has it."""
    units._the_registry.cache_clear()
    units._parsed.cache_clear()
    ready = Barrier(8)

    def begin(_number: int) -> int:
        ready.wait(timeout=30)
        return id(units._registry())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1
