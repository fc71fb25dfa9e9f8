"""Core: gases that a company loses or releases: refrigerants, fire suppression and others. Scope 1.

Gases of the Montreal Protocol, such as R-22, are reported outside the scopes, as the GHG Protocol's Corporate Standard
asks. All warming potentials are those of the IPCC's Fifth Assessment Report.
"""

from portal.calculators.engine.calculator import Choice, Group, Line, Option, Section, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.questions import amount

_MARKED = (
    *("R-134a", "R-32", "R-410A", "R-404A", "R-407A", "R-407C", "R-407F", "R-417A", "R-422A", "R-422D", "R-427A"),
    *("R-434A", "R-437A", "R-438A", "R-442A", "R-507A", "R-508B", "R-23", "R-125", "R-143a", "R-152a", "R-245fa"),
    *("R-1234yf", "R-1234ze"),
)
REFRIGERANTS = (
    *(Option(id=name.replace("-", "").lower(), label=name) for name in _MARKED),
    *options(
        ("r290", _("R-290, propane")),
        ("r600a", _("R-600a, isobutane")),
        ("r1270", _("R-1270, propene")),
        ("r744", _("R-744, carbon dioxide")),
        ("r22", _("R-22 (reported outside the scopes)")),
        ("r123", _("R-123 (reported outside the scopes)")),
        ("r11", _("R-11 (reported outside the scopes)")),
        ("r12", _("R-12 (reported outside the scopes)")),
    ),
)
GASES = options(
    ("co2", _("Carbon dioxide")),
    ("methane", _("Methane")),
    ("nitrous_oxide", _("Nitrous oxide")),
    ("sf6", _("Sulphur hexafluoride (SF6)")),
    ("nf3", _("Nitrogen trifluoride (NF3)")),
    ("cf4", _("Tetrafluoromethane (PFC-14)")),
    ("c2f6", _("Hexafluoroethane (PFC-116)")),
    ("hfc227ea", _("HFC-227ea, fire suppression")),
    ("hfc236fa", _("HFC-236fa, fire suppression")),
    ("halon1211", _("Halon 1211 (reported outside the scopes)")),
    ("halon1301", _("Halon 1301 (reported outside the scopes)")),
)

SECTION = Section(
    id="gases",
    title=_("Refrigerants and other gases"),
    intro=_("Gas that was refilled in the year is gas that leaked before."),
    questions=(
        Group(
            id="refrigerants",
            label=_("Refrigerants"),
            item=_("Refrigerant"),
            questions=(
                Choice(id="refrigerant", label=_("Refrigerant"), options=REFRIGERANTS, is_required=True),
                amount(id="refilled", label=_("Refilled"), unit="kg/year", is_required=True),
            ),
        ),
        Group(
            id="releases",
            label=_("Other gases"),
            item=_("Gas"),
            questions=(
                Choice(id="gas_released", label=_("Gas"), options=GASES, is_required=True),
                amount(id="released", label=_("Quantity released"), unit="kg/year", is_required=True),
            ),
        ),
    ),
)

LINES = (
    Line(
        id="refrigerants",
        section="gases",
        label=_("Refrigerants"),
        each="refrigerants",
        activity="refilled",
        factor="refrigerant.{refrigerant}",
    ),
    Line(
        id="releases",
        section="gases",
        label=_("Other gases"),
        each="releases",
        activity="released",
        factor="gas.{gas_released}",
    ),
)
