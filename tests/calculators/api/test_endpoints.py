"""Estimates, calculators and factors as machines read them. The document's examples are answered as it says."""

import csv
import json
import math
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.api.schemas import CalculatorList, CalculatorOut, EstimateOut, FactorPage
from portal.calculators.engine.calculator import Choice, Country, Group, Number, Question, Words, YesNo
from portal.calculators.engine.examples import EXAMPLES
from portal.calculators.factors import edition

pytestmark = pytest.mark.django_db

V1 = "/api/public/v1"


def estimate(client: Client, kind: str, inputs: Any, *, language: str = "en", **more: Any) -> Any:
    body = {"kind": kind, "inputs": inputs, **more}
    headers = {"accept-language": language}
    return client.post(f"{V1}/estimates", data=json.dumps(body), content_type="application/json", headers=headers)


# --- The examples of the document


def test_every_calculator_has_an_example():
    assert set(EXAMPLES) == set(catalogue.KINDS)


def examples(client: Client) -> dict[str, Any]:
    document = client.get(f"{V1}/openapi.json").json()
    content = document["paths"][f"{V1}/estimates"]["post"]["requestBody"]["content"]["application/json"]
    found: dict[str, Any] = content["examples"]
    return found


@pytest.mark.parametrize("kind", sorted(catalogue.KINDS))
def test_an_example_of_the_document_is_answered_as_the_document_says(client: Client, kind: str):
    example = examples(client)[kind]["value"]
    response = client.post(f"{V1}/estimates", data=json.dumps(example), content_type="application/json")
    assert response.status_code == 200, response.content
    data = response.json()
    EstimateOut.model_validate(data)
    assert data["calculator"] == kind
    assert Decimal(data["total_kg"]) > 0
    assert sum(Decimal(line["kg"]) for line in data["lines"] if not line["is_memo"]) == Decimal(data["total_kg"])
    assert data["units"] == math.ceil(Decimal(data["tonnes"]))


@pytest.mark.parametrize("kind", sorted(catalogue.KINDS))
def test_an_example_fits_the_schema_that_the_document_gives_for_its_kind(client: Client, kind: str):
    document = client.get(f"{V1}/openapi.json").json()
    variants = document["components"]["schemas"]["EstimateIn"]["anyOf"]
    own = next(each for each in variants if each["properties"]["kind"].get("const") == kind)
    name = own["properties"]["inputs"]["$ref"].rpartition("/")[2]
    assert misfits(EXAMPLES[kind], document["components"]["schemas"][name], "") == []


def misfits(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    """Say where a value does not fit a schema, as far as our schemas go."""
    if "anyOf" in schema:
        return [] if any(not misfits(value, each, path) for each in schema["anyOf"]) else [path]
    if "enum" in schema:
        return [] if value in schema["enum"] else [path]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    known = {"object": dict, "array": list, "string": str, "number": int | float, "integer": int, "null": type(None)}
    if not any(isinstance(value, known[kind]) for kind in kinds):
        return [path]
    if isinstance(value, dict):
        missing = [f"{path}.{name}" for name in schema.get("required", []) if name not in value]
        strange = [f"{path}.{name}" for name in value if name not in schema["properties"]]
        inner = [misfits(value[name], schema["properties"][name], f"{path}.{name}") for name in value if not strange]
        return [*missing, *strange, *(each for found in inner for each in found)]
    if isinstance(value, list):
        return [each for at, item in enumerate(value) for each in misfits(item, schema["items"], f"{path}.{at}")]
    return []


# --- Estimates


def test_a_flight(client: Client):
    data = estimate(client, "flight", {"trips": [{"origin": "NBO", "destination": "GVA", "is_return": False}]}).json()
    assert [(line["id"], line["part"], line["unit"]) for line in data["lines"]] == [
        ("first_leg", "", "passenger*km"),
        ("first_leg", "upstream", "passenger*km"),
        ("taking_off", "", "passenger"),
        ("taking_off", "upstream", "passenger"),
    ]
    for line in data["lines"]:
        assert Decimal(line["amount"]) * Decimal(line["factor_kg"]) == Decimal(line["kg"])
    assert data["lines"][0]["amount"] == "6072.825"
    assert data["factor_set"] == edition.factor_set().version
    assert data["assumed"] == ["trips.0.cabin"]
    assert [factor["key"] for factor in data["factors"]] == sorted(line["factor"] for line in data["lines"])
    assert all(source["url"].startswith("https://") and source["licence"] for source in data["sources"])


def test_power_of_a_whole_lifecycle_is_marked_where_it_stands_in_scope_2(client: Client):
    inputs = {"country": "FR", "sites": [{"electricity": 1000}], "fleet_diesel": 100}
    data = estimate(client, "business", inputs).json()
    assert {line["scope"] for line in data["lines"] if line["holds_upstream"]} == {"2"}
    assert [each["scope"] for each in data["scopes"] if each["holds_upstream"]] == ["2"]
    assert [row["id"] for row in data["inventory"]["rows"] if row["holds_upstream"]] == ["2.location", "2.market"]


def test_savings_are_found_when_they_are_asked_for(client: Client):
    assert estimate(client, "flight", EXAMPLES["flight"]).json()["savings"] == []
    found = estimate(client, "flight", EXAMPLES["flight"], savings=True).json()["savings"]
    assert [each["id"] for each in found] == ["half_as_often"]


def test_mistakes_are_told_in_the_language_asked_for(client: Client):
    sentences = {
        language: estimate(client, "flight", {"trips": []}, language=language).json()["errors"][0]["detail"]
        for language in ("en", "fr", "es")
    }
    assert sentences["en"] == "Add at least 1."
    assert all(sentences.values())


def test_a_name_that_is_no_text_in_utf_8_is_told_all_the_same(client: Client):
    body = '{"kind": "flight", "inputs": {"\\ud800": 1}}'
    response = client.post(f"{V1}/estimates", data=body, content_type="application/json")
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "\ud800"


def test_answers_nested_without_end_are_mistakes(client: Client):
    nested: Any = "1"
    for _level in range(60):
        nested = {"value": nested}
    assert estimate(client, "household", {"people": nested}).status_code == 422


# --- What calculators ask


def test_calculators_are_listed(client: Client):
    data = client.get(f"{V1}/calculators").json()
    CalculatorList.model_validate(data)
    assert [each["kind"] for each in data["data"]] == list(catalogue.KINDS)


@pytest.mark.parametrize("kind", sorted(catalogue.KINDS))
def test_a_calculator_is_described(client: Client, kind: str):
    data = client.get(f"{V1}/calculators/{kind}").json()
    CalculatorOut.model_validate(data)
    calculator = catalogue.KINDS[kind]
    asked = {question["id"]: question for section in data["sections"] for question in section["questions"]}
    assert list(asked) == [question.id for question in calculator.questions]
    for question in calculator.questions:
        if isinstance(question, Choice):
            assert [each["id"] for each in asked[question.id]["options"]] == [each.id for each in question.options]
        if isinstance(question, Number):
            assert asked[question.id]["units"][0] == question.unit
        if isinstance(question, Group):
            assert [each["id"] for each in asked[question.id]["questions"]] == [each.id for each in question.questions]
    assert set(data["inputs_schema"]["properties"]) == set(asked)


def test_a_default_that_needs_no_other_answer_is_worked_out(client: Client):
    trips = client.get(f"{V1}/calculators/flight").json()["sections"][0]["questions"][0]
    passengers = next(each for each in trips["questions"] if each["id"] == "passengers")
    assert (passengers["default"], passengers["default_formula"]) == ("1", 'of(1, "passenger")')


# --- Factors


def test_all_factors_come_in_pages_once_each(client: Client):
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{V1}/factors", {"limit": 100, "cursor": cursor}).json()
        FactorPage.model_validate(page)
        assert page["has_more"] is (page["next_cursor"] is not None)
        seen += [(each["key"], each["region"]) for each in page["data"]]
        cursor = page["next_cursor"]
    assert seen == sorted((row.key, row.region) for row in edition.factor_set().rows)


def test_factors_are_found_by_key_and_region(client: Client):
    found = client.get(f"{V1}/factors", {"key": "electricity.grid", "region": "gb"}).json()
    assert {(each["key"], each["region"]) for each in found["data"]} >= {
        ("electricity.grid", "GB"),
        ("electricity.grid.upstream", "GB"),
        ("electricity.grid.losses", "GB"),
    }
    assert all(each["source"] and each["licence"] for each in found["data"])
    assert client.get(f"{V1}/factors", {"key": "electricity.gri"}).json()["data"] == []


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1"])
def test_a_page_has_its_bounds(client: Client, limit: str):
    assert client.get(f"{V1}/factors", {"limit": limit}).status_code == 400


def test_the_table_that_is_downloaded_is_the_one_in_force(client: Client):
    response = client.get(f"{V1}/factors.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert edition.factor_set().version in response["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert len(rows) == len(edition.factor_set().rows)


# --- Whatever somebody answers

_odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just([]) | st.just({})


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Answers that are right, nearly right, and not at all."""
    if isinstance(question, Group):
        return st.lists(answers_of(question.questions), max_size=3) | _odd
    if isinstance(question, Number):
        units = st.sampled_from([question.unit, *(each.unit for each in question.offered), "parsec"])
        number = st.integers(-1, 10**13) | st.decimals(allow_nan=False, allow_infinity=False).map(str)
        return number | st.fixed_dictionaries({"value": number | _odd, "unit": units}) | _odd
    if isinstance(question, Choice):
        return st.sampled_from([each.id for each in question.options]) | _odd
    if isinstance(question, YesNo):
        return st.sampled_from([True, False, "yes", "no", 2])
    if isinstance(question, Country):
        return st.sampled_from(["FR", "gb", "US", "AQ", "XX", "", None])
    if isinstance(question, Words):
        return st.text(max_size=200) | _odd
    return st.sampled_from(["NBO", "gva", "LHR", "XXX", "", None])


def answers_of(questions: tuple[Question, ...]) -> st.SearchStrategy[dict[str, Any]]:
    known = {question.id: answers_to(question) for question in questions}
    chosen = st.lists(st.sampled_from(sorted(known)), max_size=8, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: known[name] for name in names}))


@pytest.mark.parametrize("kind", sorted(catalogue.KINDS))
def test_no_answers_break_it(client: Client, kind: str):
    @given(inputs=answers_of(catalogue.KINDS[kind].questions), savings=st.booleans())
    @effort(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    def ask(inputs: dict[str, Any], savings: bool) -> None:
        response = estimate(client, kind, inputs, savings=savings)
        assert response.status_code in (200, 400, 422)
        if response.status_code == 200:
            EstimateOut.model_validate(response.json())
        elif response.status_code == 422:
            assert response.json()["errors"]

    ask()
