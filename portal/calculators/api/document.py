"""What the OpenAPI document says of the calculators beyond the shapes: each kind's answers, and examples that work."""

from collections.abc import Iterator
from typing import Any

from ninja.openapi.schema import OpenAPISchema

from portal.calculators import catalogue
from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.description import inputs_schema
from portal.calculators.engine.examples import EXAMPLES
from portal.problems import MEDIA_TYPE

ESTIMATES = "/api/public/v1/estimates"
JSON = "application/json"


def complete(document: OpenAPISchema) -> OpenAPISchema:
    """Return the document with everything in it that follows from the calculators."""
    for operation in _operations(document):
        _say_problems(operation)
    schemas = document["components"]["schemas"]
    kinds = tuple(catalogue.KINDS.values())
    for calculator in kinds:
        schemas[_name(calculator)] = {"title": _name(calculator), **inputs_schema(calculator)}
    estimate = schemas["EstimateIn"]
    estimate["anyOf"] = [*(_of_kind(each) for each in kinds), _of_other_kinds(kinds)]
    body = document["paths"][ESTIMATES]["post"]["requestBody"]["content"][JSON]
    body["examples"] = {
        each.id: {"summary": each.title, "value": {"kind": each.id, "inputs": EXAMPLES[each.id]}} for each in kinds
    }
    return document


def _operations(document: OpenAPISchema) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _say_problems(operation: dict[str, Any]) -> None:
    """Problems have a media type of their own."""
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400 and JSON in content:
            content[MEDIA_TYPE] = content.pop(JSON)


def _name(calculator: Calculator) -> str:
    return f"{calculator.id.title().replace('_', '')}Inputs"


def _of_kind(calculator: Calculator) -> dict[str, Any]:
    answers = {"$ref": f"#/components/schemas/{_name(calculator)}"}
    return {
        "title": calculator.id,
        "type": "object",
        "properties": {"kind": {"const": calculator.id}, "inputs": answers},
    }


def _of_other_kinds(kinds: Any) -> dict[str, Any]:
    """Calculators that editors compose have answers of their own; GET /calculators/{kind} describes them."""
    names = [each.id for each in kinds]
    return {
        "title": "other",
        "type": "object",
        "properties": {"kind": {"not": {"enum": names}}, "inputs": {"type": "object"}},
    }
