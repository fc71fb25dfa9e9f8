"""Core: waste by kind and treatment, and water: categories 3.5 and 3.1."""

from functools import partial

from portal.calculators.engine.calculator import Choice, Group, Line, Section, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.questions import amount, mass

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
                mass(id="mass", label=_("Mass"), per="/year", is_required=True),
            ),
        ),
        amount(id="water", label=_("Water from the mains"), unit="m3/year"),
        amount(id="sewage", label=_("Waste water to a treatment plant"), unit="m3/year"),
    ),
)

_line = partial(Line, section="waste", scope="3", upstream="with_upstream")

LINES = (
    _line(id="waste", label=_("Waste"), each="waste", activity="mass", factor="waste.{discarded}", category="3.5"),
    _line(id="water", label=_("Water supply"), activity="water", factor="water.supply", category="3.1"),
    _line(id="sewage", label=_("Waste water"), activity="sewage", factor="water.treatment", category="3.5"),
)
