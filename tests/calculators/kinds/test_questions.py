"""What questions have in common is said once, and each is a question of the engine as if it had been written out."""

from portal.calculators.engine.calculator import Number, Offered, Section, YesNo
from portal.calculators.kinds.questions import amount, distance, foremost, gas_in, mass, yes_unless_denied


def test_more_of_an_amount_moves_the_result_up() -> None:
    assert amount(id="rooms", label="Rooms", is_whole=True) == Number(
        id="rooms", label="Rooms", is_whole=True, moves="up"
    )


def test_an_amount_is_answered_in_other_units_as_well() -> None:
    by_hour = Offered(unit="hour/week", through="speed.bus")
    assert amount(id="bus", label="Bus", unit="km/week", also=(by_hour, "mile/week")) == Number(
        id="bus", label="Bus", unit="km/week", offered=(by_hour, Offered(unit="mile/week")), moves="up"
    )


def test_distances_are_answered_in_miles_too_and_masses_in_tonnes() -> None:
    far, heavy = distance(id="far", label="Far", per="/day"), mass(id="heavy", label="Heavy")
    assert (far.unit, far.offered) == ("km/day", (Offered(unit="mile/day"),))
    assert (heavy.unit, heavy.offered) == ("kg", (Offered(unit="tonne"),))


def test_gas_is_answered_in_what_bills_and_meters_say() -> None:
    assert gas_in("kWh_net/year", "m3", "therm_gross/year") == (
        Offered(unit="kWh_net/year", through="fuel.natural_gas.gross_by_net"),
        Offered(unit="m3", through="fuel.natural_gas.heat"),
        Offered(unit="therm_gross/year"),
    )


def test_a_way_to_count_is_taken_unless_somebody_says_no() -> None:
    asked = yes_unless_denied(id="effects", label="Count effects", shown_if="flights > 0")
    assert asked == YesNo(
        id="effects", label="Count effects", shown_if="flights > 0", default=True, is_setting=True, moves="up"
    )


def test_some_are_asked_first_and_the_others_on_request() -> None:
    one, two, three = (amount(id=each, label=each) for each in ("one", "two", "three"))
    section = foremost(Section(id="all", title="All", questions=(one, two, three)), "three", "two")
    assert section.questions == (three, two, amount(id="one", label="one", is_more=True))
