"""Core: an event, planned or past.

While it is planned, what nobody knows yet is assumed from the festival model of ekofest, and marked so. Afterwards
nothing is assumed: what is not answered did not happen.
"""

from portal.calculators.engine.calculator import Airport, Calculator, Choice, Country, Lever, Section, Value, Words, _
from portal.calculators.kinds import air_travel, event_food, event_travel, event_venue, hotels, levers
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.questions import amount, people, yes_unless_denied

_ABOUT = Section(
    id="about",
    title=_("The event"),
    questions=(
        Words(id="event_name", label=_("Name of the event")),
        Words(id="takes_place", label=_("When it takes place"), help=_("Such as 3 to 5 March 2026.")),
        Choice(
            id="mode",
            label=_("When you count"),
            help=_("Before, what is not known yet is assumed and marked. Afterwards nothing is assumed."),
            options=options(("planning", _("Before: planning")), ("actual", _("Afterwards: what happened"))),
            default="planning",
            is_setting=True,
        ),
        Choice(
            id="kind",
            label=_("Kind of event"),
            help=_("Camping and merchandise are assumed for festivals only."),
            options=options(
                ("meeting", _("Conference or meeting")),
                ("exhibition", _("Exhibition or fair")),
                ("festival", _("Festival")),
                ("sport", _("Sport")),
                ("private", _("Private celebration")),
            ),
            default="meeting",
            is_setting=True,
        ),
        Country(id="country", label=_("Country"), is_required=True, moves="either"),
        Airport(id="airport", label=_("Nearest airport")),
        amount(
            id="days",
            label=_("Days"),
            unit="day",
            default='of(1, "day") if mode == "planning" else of(0, "day")',
            minimum="1",
            maximum="366",
            is_whole=True,
        ),
        people(
            id="participants",
            label=_("Participants on site"),
            help=_("Each person once, however many days they come."),
            is_required=True,
            is_whole=True,
        ),
        people(id="crew", label=_("Staff, speakers and volunteers on site"), is_whole=True),
    ),
)

_ONLINE = Section(
    id="online",
    title=_("Online"),
    questions=(
        people(id="online", label=_("Participants online"), is_whole=True),
        amount(
            id="online_hours",
            label=_("Hours of each of them"),
            unit="hour",
            shown_if='online > of(0, "person")',
            is_required=True,
            maximum="8784",
        ),
    ),
)

_METHOD = Section(
    id="method",
    title=_("How to count"),
    questions=(
        air_travel.EFFECTS_AMONG_OTHERS,
        yes_unless_denied(
            id="with_upstream",
            label=_("Count losses of grids and the making of fuels"),
            help=_("Extracting, refining and transporting fuels before they are burned."),
        ),
    ),
)

_VALUES = (
    Value(id="person_days", formula="(participants + crew) * days"),
    Value(id="is_festival", formula='mode == "planning" and kind == "festival"'),
)

_LEVERS = (
    Lever(
        id="train",
        label=_("Come by train instead of by plane"),
        when='far_flyers == of(0, "person")',
        changes={"travellers.by": '"train" if by == "plane" else by'},
    ),
    levers.economy(cabin="travellers.cabin"),
    Lever(
        id="share_cars",
        label=_("Three people in each car"),
        changes={"travellers.riders": 'max(riders, of(3, "person/vehicle"))'},
    ),
    Lever(
        id="public_transport",
        label=_("Choose a place that public transport reaches"),
        when='mode == "planning" and access == "remote"',
        changes={"access": '"reached"'},
    ),
    hotels.FEWER_NIGHTS,
    Lever(id="vegetarian", label=_("Serve vegetarian meals"), changes={"without_meat": "True"}),
    Lever(
        id="reusable",
        label=_("Use reusable cups, plates and cutlery"),
        changes={"is_reusable": "True", "plastic": 'of(0, "kg")', "card": 'of(0, "kg")'},
    ),
    Lever(
        id="less_electricity",
        label=_("Use a fifth less electricity"),
        changes=changed("electricity", "generator_fuel", by="* 0.8"),
    ),
    Lever(id="less_heat", label=_("Heat with a fifth less"), changes=changed("gas", "oil", "heat", by="* 0.8")),
    Lever(id="less_equipment", label=_("Rent a fifth less equipment"), changes=changed("equipment", by="* 0.8")),
    levers.nearer_freight(distance="freight.haulage"),
    levers.rail_freight(by="freight.carrier"),
    Lever(
        id="reused_materials",
        label=_("Use half the materials of stands and decoration again"),
        changes=changed("materials.mass", by="/ 2"),
    ),
    levers.LESS_WASTE,
    Lever(
        id="less_merchandise",
        label=_("Halve the merchandise"),
        changes=changed("tshirts", "textiles", "souvenirs", by="/ 2"),
    ),
    Lever(
        id="smaller",
        label=_("Invite a fifth fewer people"),
        # The list has crew and speakers too: if they stayed as many, others would come in place of those taken off it.
        changes=changed("participants", "crew", "travellers.people", by="* 0.8"),
    ),
)

CALCULATOR = Calculator(
    id="event",
    title=_("Event"),
    intro=_("What a conference, festival or celebration causes, before it takes place or afterwards."),
    period="",
    purpose="event",
    country="country",
    shared_by="participants + online",
    shared_label=_("per participant"),
    named_by="event_name",
    covers="takes_place",
    sections=(
        _ABOUT,
        event_travel.TRAVEL,
        event_travel.STAY,
        event_food.FOOD,
        event_food.TABLEWARE,
        event_venue.VENUE,
        event_venue.FREIGHT,
        event_venue.GOODS,
        event_venue.RUBBISH,
        _ONLINE,
        _METHOD,
    ),
    values=(*_VALUES, *event_travel.VALUES, *event_food.VALUES, *event_venue.VALUES),
    lines=(*event_travel.LINES, *event_food.LINES, *event_venue.LINES),
    levers=_LEVERS,
)
