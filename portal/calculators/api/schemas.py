"""The shapes of what the calculators' part of the API takes and gives. The OpenAPI document is made from these."""

from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict, StrictBool

DECIMAL = r"^-?\d+(\.\d+)?$"


class Strict(Schema):
    """A shape that knows all of its keys: an unknown one is a slip of the pen."""

    model_config = ConfigDict(extra="forbid")


class EstimateIn(Strict):
    kind: str = Field(description="Which calculator, as GET /calculators lists them.", max_length=80)
    inputs: dict[str, Any] = Field(
        description="Answers by question, as GET /calculators/{kind} describes them. What is left out is unknown, "
        "and stated defaults stand in for it."
    )
    savings: StrictBool = Field(False, description="Whether to find the three changes that would save most as well.")


class SectionTotal(Strict):
    id: str
    title: str
    kg: str = Field(pattern=DECIMAL)


class ScopeTotal(Strict):
    scope: str = Field(description="Scope of the GHG Protocol: 1, 2 or 3.")
    kg: str = Field(pattern=DECIMAL)


class LineOut(Strict):
    id: str
    section: str
    label: str
    item: int | None = Field(description="Which item of a group it is for, from 0 on.")
    part: str = Field(
        description="Empty for the activity itself, else what its factor leaves out: upstream, losses, losses_upstream."
    )
    amount: str = Field(pattern=DECIMAL, description="How much of the activity, in `unit`.")
    unit: str
    factor: str
    region: str = Field(description="The country or region whose factor was used; GLOBAL is the world's.")
    factor_kg: str = Field(pattern=DECIMAL, description="kg CO2 equivalent for each unit.")
    kg: str = Field(pattern=DECIMAL, description="amount × factor_kg")
    scope: str
    category: str = Field(description="Category of scope 3, as the GHG Protocol numbers them.")
    is_memo: bool = Field(description="A memo stands beside the total and is not in it.")
    memo_of: str
    is_assumed: bool = Field(description="Whether an answer behind it was assumed.")
    uncertainty_kg: str = Field(pattern=DECIMAL, description="A rough half-width, about 95 % confidence.")


class SavingOut(Strict):
    id: str
    label: str
    kg: str = Field(pattern=DECIMAL)


class FactorOut(Strict):
    key: str
    name: str
    value: str = Field(pattern=DECIMAL, description="kg CO2 equivalent per unit; a parameter's value in its own unit.")
    unit: str
    region: str = Field(description="ISO 3166 code of a country, EU, or GLOBAL.")
    year: int | None
    scope: str
    gases: str
    basis: str = Field(description="direct, lifecycle, upstream, losses, losses_upstream or parameter")
    uncertainty_percent: str = Field(pattern=DECIMAL)
    source: str
    url: str
    licence: str
    note: str


class SourceOut(Strict):
    source: str
    url: str
    licence: str


class InventoryRow(Strict):
    id: str = Field(description="1, 2.location, 2.market, 3.1 to 3.15, outside.biogenic or outside.other.")
    name: str
    tonnes: str | None = Field(pattern=DECIMAL, description="null: the calculator asks nothing about it.")
    is_assumed: bool


class InventoryOut(Strict):
    """The same estimate in the rows that the GHG Protocol asks for, scope 2 both by location and by market."""

    rows: list[InventoryRow]
    by_location_tonnes: str = Field(pattern=DECIMAL)
    by_market_tonnes: str = Field(pattern=DECIMAL)


class EstimateOut(Strict):
    """An estimate. Numbers are texts in full precision, in kg CO2 equivalent; whoever shows them rounds."""

    calculator: str
    title: str
    period: str = Field(description="year: for each year; empty: in all")
    factor_set: str = Field(description="Version of the factor set. The same answers and version give the same result.")
    total_kg: str = Field(pattern=DECIMAL)
    uncertainty_kg: str = Field(pattern=DECIMAL, description="A rough half-width, about 95 % confidence.")
    tonnes: str = Field(pattern=DECIMAL)
    units: int = Field(description="Whole units that cover the total: tonnes, rounded up.")
    surplus_kg: str = Field(pattern=DECIMAL, description="How much more the units are than the total.")
    people: str = Field(pattern=DECIMAL, description="How many people share the total.")
    people_label: str
    per_person_kg: str = Field(pattern=DECIMAL)
    sections: list[SectionTotal]
    scopes: list[ScopeTotal]
    inventory: InventoryOut | None = Field(description="null for calculators that are no inventory.")
    lines: list[LineOut]
    assumed: list[str] = Field(description="Paths of the questions that were answered by a default.")
    savings: list[SavingOut]
    factors: list[FactorOut]
    sources: list[SourceOut]


class CalculatorSummary(Strict):
    kind: str
    title: str
    intro: str
    period: str = Field(description="year: for each year; empty: in all")
    purpose: str
    shared_by: str = Field(description="What the people who share the total are called; empty if nobody does.")


class CalculatorList(Strict):
    data: list[CalculatorSummary]


class OptionOut(Strict):
    id: str
    label: str


class QuestionOut(Strict):
    id: str
    type: str = Field(description="number, slider, choice, yes_no, airport, country, words or group")
    label: str
    help: str
    is_required: bool
    is_setting: bool = Field(description="How to calculate rather than what happened.")
    shown_if: str = Field(description="A formula that says when it is asked; what is not asked counts as nought.")
    default: str | bool | None = Field(None, description="What stands in if unknown, where that depends on nothing.")
    default_formula: str = Field("", description="What stands in if unknown, as a formula.")
    unit: str = ""
    units: list[str] = Field([], description="Units that it may be answered in, its own first.")
    minimum: str = ""
    maximum: str = ""
    is_whole: bool = False
    step: str = ""
    options: list[OptionOut] = Field([])
    item: str = Field("", description="What one of a group is called.")
    least: int = 0
    most: int = 0
    questions: list["QuestionOut"] = Field([])


class SectionOut(Strict):
    id: str
    title: str
    intro: str
    questions: list[QuestionOut]


class LineDescription(Strict):
    id: str
    section: str
    label: str
    scope: str
    factor: str = Field(description="Key of its factor; choices in braces. Empty where the person brings the figure.")


class CalculatorOut(CalculatorSummary):
    """What a calculator asks, and which lines its result may have."""

    factor_set: str
    sections: list[SectionOut]
    lines: list[LineDescription]
    inputs_schema: dict[str, Any] = Field(description="JSON Schema of `inputs` for POST /estimates.")


class FactorPage(Strict):
    factor_set: str
    data: list[FactorOut]
    has_more: bool
    next_cursor: str | None


class ProblemDetail(Strict):
    path: str = Field(description="Which answer, as a calculator names it: trips.0.origin")
    pointer: str = Field(description="Where in the body, as a JSON Pointer: /inputs/trips/0/origin")
    detail: str


class ProblemOut(Strict):
    """A problem as RFC 9457 has it. Match on `code`; sentences are in the language of Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    retryable: bool
    request_id: str
    errors: list[ProblemDetail] = Field([])
