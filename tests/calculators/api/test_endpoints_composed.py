"""Calculators that editors composed are described and calculated for machines like all others."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portal.calculators.api.schemas import CalculatorOut, EstimateOut
from portal.calculators.models import CalculatorIndexPage, CalculatorPage
from tests.calculators.compositions import ANSWERS
from tests.calculators.shelf import composed, kg

V1 = "/api/public/v1"


@pytest.fixture
def page(index: CalculatorIndexPage) -> CalculatorPage:
    return composed(index)


def estimate(client: Client, kind: str, inputs: Any) -> Any:
    body = json.dumps({"kind": kind, "inputs": inputs})
    return client.post(f"{V1}/estimates", data=body, content_type="application/json")


def test_a_composed_calculator_goes_by_the_name_of_its_page(client: Client, page: CalculatorPage):
    asked = client.get(f"{V1}/calculators/{page.ref}").json()
    CalculatorOut.model_validate(asked)
    assert asked["title"] == page.title
    found = estimate(client, page.ref, ANSWERS).json()
    EstimateOut.model_validate(found)
    assert found["title"] == "Coming to work"
    assert Decimal(found["total_kg"]) == kg(page)


def test_composed_calculators_are_listed_in_their_language(client: Client, page: CalculatorPage):
    listed = {each["kind"]: each["title"] for each in client.get(f"{V1}/calculators").json()["data"]}
    assert listed[page.ref] == page.title
    assert next(iter(listed)) == "household"
    french = client.get(f"{V1}/calculators", headers={"Accept-Language": "fr"}).json()["data"]
    assert page.ref not in {each["kind"] for each in french}


def test_the_list_asks_no_more_for_more_composed_calculators(
    client: Client, index: CalculatorIndexPage, page: CalculatorPage, django_assert_num_queries: Any
):
    client.get(f"{V1}/calculators")
    for title in ("Second", "Third"):
        composed(index, title=title, slug=title.lower())
    with django_assert_num_queries(2):  # the pages, and who may see which
        assert len(client.get(f"{V1}/calculators").json()["data"]) == 8


def test_one_that_is_not_public_is_none(client: Client, page: CalculatorPage):
    page.unpublish()
    assert page.ref not in client.get(f"{V1}/calculators").content.decode()
    assert client.get(f"{V1}/calculators/{page.ref}").status_code == 404
    assert estimate(client, page.ref, {}).json()["code"] == "no-such-calculator"
