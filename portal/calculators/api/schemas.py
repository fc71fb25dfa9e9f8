"""The shapes of what the calculators' part of the API takes and gives. The OpenAPI document is made from these."""

import re
from typing import Any, get_args, get_origin, get_type_hints

from ninja import Field, Schema
from pydantic import ConfigDict, StrictBool, create_model

from portal.calculators.engine import inventory, report


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


_SCHEMAS: dict[Any, Any] = {}  # of the shapes of a report


def _schema(shape: Any, name: str) -> type[Strict]:
    """Return the schema of one of the shapes of a report, those within it included, which come first."""
    fields: dict[str, Any] = {}
    for field, kind in get_type_hints(shape, include_extras=True).items():
        marks = getattr(kind, "__metadata__", ())
        text = next((each for each in marks if isinstance(each, str)), None)
        pattern = next((each.pattern for each in marks if isinstance(each, re.Pattern)), None)
        fields[field] = (_within(get_args(kind)[0] if marks else kind), Field(description=text, pattern=pattern))
    schema = _SCHEMAS[shape] = create_model(name, __base__=Strict, __doc__=shape.__doc__, __module__=__name__, **fields)
    return schema


def _within(kind: Any) -> Any:
    """Return a type with schemas in the place of shapes."""
    inner = get_args(kind)
    if get_origin(kind) is list:
        return list[_within(inner[0])]  # type: ignore[misc]  # made while the portal starts
    return _within(inner[0]) | None if inner else _SCHEMAS.get(kind, kind)


SectionTotal = _schema(report.SectionTotal, "SectionTotal")
ScopeTotal = _schema(report.ScopeTotal, "ScopeTotal")
LineOut = _schema(report.LineRow, "LineOut")
SavingOut = _schema(report.LeverSaving, "SavingOut")
FactorOut = _schema(report.FactorRow, "FactorOut")
SourceOut = _schema(report.SourceRow, "SourceOut")
InventoryRow = _schema(inventory.InventoryRow, "InventoryRow")
InventoryOut = _schema(inventory.InventoryTable, "InventoryOut")
EstimateOut = _schema(report.Report, "EstimateOut")


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
    is_more: bool = Field(description="It matters less to most: pages ask it behind the others, on request.")
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


FactorPage = _schema(report.FactorPage, "FactorPage")


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
