"""Core: waste by kind and treatment, and water: categories 3.5 and 3.1."""

from portal.calculators.engine.calculator import Choice, Group, Line, Number, Offered, Section, _
from portal.calculators.kinds.choices import options

WASTE = options(
    ("commercial.landfill", _("Commercial waste to landfill")),
    ("commercial.incineration", _("Commercial waste burned for energy")),
    ("mixed.recycled", _("Mixed recycling")),
    ("paper.recycled", _("Paper and cardboard, recycled")),
    ("paper.landfill", _("Paper and cardboard to landfill")),
    ("plastic.recycled", _("Plastics, recycled")),
    ("plastic.landfill", _("Plastics to landfill")),
    ("glass.recycled", _("Glass, recycled")),
    ("glass.landfill", _("Glass to landfill")),
    ("metal.recycled", _("Metal, recycled")),
    ("metal.landfill", _("Metal to landfill")),
    ("food.compost", _("Food waste, composted")),
    ("food.digestion", _("Food waste to biogas")),
    ("food.landfill", _("Food waste to landfill")),
    ("garden.compost", _("Garden waste, composted")),
    ("wood.recycled", _("Wood, recycled")),
    ("wood.landfill", _("Wood to landfill")),
    ("electrical.recycled", _("Electrical equipment, recycled")),
    ("electrical.landfill", _("Electrical equipment to landfill")),
    ("construction.recycled", _("Construction waste, recycled")),
    ("soil.landfill", _("Soil to landfill")),
)

SECTION = Section(
    id="waste",
    title=_("Waste and water"),
    questions=(
        Group(
            id="waste",
            label=_("Waste"),
            item=_("Waste"),
            most=40,
            questions=(
                Choice(id="discarded", label=_("What, and where it goes"), options=WASTE, is_required=True),
                Number(
                    id="mass",
                    label=_("Mass"),
                    unit="kg/year",
                    offered=(Offered(unit="tonne/year"),),
                    is_required=True,
                    moves="up",
                ),
            ),
        ),
        Number(id="water", label=_("Water from the mains"), unit="m3/year", moves="up"),
        Number(id="sewage", label=_("Waste water to a treatment plant"), unit="m3/year", moves="up"),
    ),
)


def _line(name: str, label: str, category: str, activity: str, factor: str, each: str = "") -> Line:
    return Line(
        id=name,
        section="waste",
        label=label,
        each=each,
        activity=activity,
        factor=factor,
        scope="3",
        category=category,
        upstream="with_upstream",
    )


LINES = (
    _line("waste", _("Waste"), "3.5", "mass", "waste.{discarded}", each="waste"),
    _line("water", _("Water supply"), "3.1", "water", "water.supply"),
    _line("sewage", _("Waste water"), "3.5", "sewage", "water.treatment"),
)
