"""What was measured goes along in addresses, is kept with orders, and is put into words without losing a unit."""

from dataclasses import asdict
from math import ceil

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.measured import Measured, along, brought_by, kept, left_out, sign, tonnes_in_words

HOUSEHOLD = Measured(
    calculator="household",
    title="Household footprint 2026",
    tonnes="7.3981234",
    quantity=8,
    purpose="household",
    period="2026",
    factor_set="2026.1-3f2a9c1b",
    token="t0ken",
    url="/en/calculators/results/t0ken/",
)


@pytest.mark.parametrize("address", ["/en/projects/", "/en/projects/?country=CL&sort=price"])
def test_an_address_carries_it_beside_whatever_else_it_says(address: str) -> None:
    there = RequestFactory().get(along(address, HOUSEHOLD))
    assert brought_by(there) == HOUSEHOLD
    assert left_out(there.GET) == RequestFactory().get(address).GET
    assert along(address, None) == address


@pytest.mark.parametrize("text", ["", "x", "%00", "é" * 3000, sign(HOUSEHOLD)[:-1], f"{sign(HOUSEHOLD)}x"])
def test_anything_else_is_nothing(text: str) -> None:
    assert brought_by(RequestFactory().get("/", {"m": text})) is None


def test_leaving_it_out_leaves_the_question_as_it_was() -> None:
    query = QueryDict("m=x&country=CL")
    assert left_out(query).urlencode() == "country=CL"
    assert query.urlencode() == "m=x&country=CL"


def test_what_an_order_kept_is_read_whatever_was_added_since() -> None:
    assert kept(asdict(HOUSEHOLD)) == HOUSEHOLD
    assert kept({**asdict(HOUSEHOLD), "younger": 1}) == HOUSEHOLD
    old = kept({name: value for name, value in asdict(HOUSEHOLD).items() if name not in ("url", "name")})
    assert (old.url, old.name) == ("", "")
    assert kept(None) is kept({}) is None


@pytest.mark.parametrize(("most", "proposed", "missing"), [(100, 8, 0), (8, 8, 0), (5, 5, 3), (1, 1, 7)])
def test_no_more_is_proposed_than_is_left_and_the_rest_is_known(most: int, proposed: int, missing: int) -> None:
    assert (HOUSEHOLD.units_of(most), HOUSEHOLD.short_of(most)) == (proposed, missing)


def test_of_nothing_one_is_proposed() -> None:
    assert HOUSEHOLD.units_of(0) == 1


@pytest.mark.parametrize(
    ("tonnes", "written"),
    [
        ("7.3981234", "7.40"),
        ("7", "7.00"),
        ("7.004", "7.004"),  # 7.00 would not make 8 units
        ("0.0001", "0.0001"),
        ("0", "0.00"),
        ("1234567.5", "1,234,567.50"),
    ],
)
def test_tonnes_have_as_many_decimals_as_make_their_units_plain(tonnes: str, written: str) -> None:
    assert tonnes_in_words(tonnes, "en") == written


def test_tonnes_are_written_as_the_language_does() -> None:
    assert [tonnes_in_words("1234.5", language) for language in ("fr", "es")] == ["1\u202f234,50", "1.234,50"]


@given(st.decimals(min_value=0, max_value=10**7, places=6))
def test_what_is_written_rounds_up_to_the_units_that_were_measured(tonnes) -> None:
    assert ceil(float(tonnes_in_words(str(tonnes), "en").replace(",", ""))) == ceil(tonnes)
