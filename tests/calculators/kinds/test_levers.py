"""Levers write what changes as formulas over the old answers, of single questions and of a group's."""

from portal.calculators.kinds.levers import changed, economy, nearer_freight, rail_freight


def test_several_answers_change_alike() -> None:
    assert changed("gas", "sites.oil", by="* 0.8") == {"gas": "gas * 0.8", "sites.oil": "oil * 0.8"}


def test_only_goods_on_the_road_go_by_rail() -> None:
    assert rail_freight(by="freight.carrier").changes == {
        "freight.carrier": '"rail" if carrier == "truck" or carrier == "truck_articulated" or carrier == "truck_rigid" '
        "else carrier"
    }


def test_a_lever_names_the_question_that_it_is_told() -> None:
    assert nearer_freight(distance="freight.haulage").changes == {"freight.haulage": "haulage * 0.8"}
    assert economy(cabin="trips.cabin", when="trips > 0").changes == {"trips.cabin": '"economy"'}
