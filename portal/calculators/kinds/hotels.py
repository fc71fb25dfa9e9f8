"""Core: nights in hotels, as organisations and events count them, by the country of each stay."""

from portal.calculators.engine.calculator import Country, Group, Lever, Line, Value, _
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.questions import amount


def stays(*, about_country: str, per: str = "") -> Group:
    """Return the question for stays; `per` is empty or such as `/year`, `about_country` explains an empty one."""
    country = Country(id="hotel_country", label=_("Country"), help=about_country, is_setting=True, moves="either")
    nights = amount(id="nights", label=_("Rooms times nights"), unit=f"room*night{per}", is_required=True)
    return Group(id="hotels", label=_("Hotels"), item=_("Stay"), most=60, questions=(country, nights))


STAY = Value(id="stay", formula='hotel_country if hotel_country != "" else country', each="hotels")
FEWER_NIGHTS = Lever(
    id="fewer_nights",
    label=_("Spend a quarter fewer nights in hotels"),
    changes=changed("hotels.nights", by="* 0.75"),
)


def line(*, section: str, category: str = "") -> Line:
    """Return the line of the result for all stays."""
    return Line(
        id="hotels",
        section=section,
        label=_("Hotels"),
        each="hotels",
        activity="nights",
        factor="hotel",
        region="stay",
        scope="3",
        category=category,
        upstream="with_upstream",
    )
