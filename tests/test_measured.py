"""What a purchaser brings along who has measured something first: signed, so that nobody else can have written it."""

from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from portal.measured import LONGEST, Measured, read, sign

FLIGHTS = Measured(
    calculator="flight",
    title="Flights",
    tonnes="3.181379801600000000000000001",
    quantity=4,
    purpose="travel",
    period="",
    factor_set="2026.1-0f3a9c21",
    token="k3Jx9Qm2Wv7bTn5R",
    url="/en/results/k3Jx9Qm2Wv7bTn5R/",
)
SIGNED = sign(FLIGHTS)


def test_what_was_signed_is_read_to_the_last_digit():
    assert read(sign(FLIGHTS)) == FLIGHTS
    assert read(sign(FLIGHTS)).exact == Decimal("3.181379801600000000000000001")


def test_words_of_all_languages_travel_along():
    household = replace(FLIGHTS, title="Ménage – Hogar – 家庭 🏠", quantity=0, tonnes="0", period="2026")
    assert read(sign(household)) == household


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "k3Jx9",
        "a:b",
        "\x00",
        "\ud800",
        "\ud800:\udfff",
        "é:é",
        "%00",
        " ",
        ":" * 50,
        sign(FLIGHTS)[:-1],
        sign(FLIGHTS)[1:],
        sign(FLIGHTS) + "x",
        sign(FLIGHTS).replace(":", ""),
        pytest.param(signing.dumps({"calculator": "flight"}), id="signed with the time"),
        signing.Signer(salt="another").sign_object(asdict(FLIGHTS), compress=True),
        "x" * (LONGEST + 1),
        sign(FLIGHTS) + " " * LONGEST,
    ],
)
def test_what_is_not_ours_or_not_whole_says_nothing(text):
    assert read(text) is None


@pytest.mark.parametrize("signed", [{}, [], ["flight"], 5, "flight", None, {"calculator": "flight"}, {"more": 1}])
def test_what_is_signed_and_says_something_else_says_nothing(signed):
    """A later or an earlier version of the portal may have written it."""
    assert read(signing.Signer(salt="portal.measured").sign_object(signed)) is None


@given(st.text(max_size=60))
@effort(max_examples=200, deadline=None)
def test_any_text_is_read_or_says_nothing(text):
    assert read(text) is None


@given(st.integers(0, len(sign(FLIGHTS)) - 1), st.characters(min_codepoint=33, max_codepoint=126))
@effort(max_examples=200, deadline=None)
def test_no_letter_can_be_changed(at, letter):
    text = sign(FLIGHTS)
    changed = text[:at] + letter + text[at + 1 :]
    assert read(changed) == (FLIGHTS if changed == text else None)


def test_what_an_earlier_key_signed_is_read_while_that_key_is_kept(settings):
    before, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    settings.SECRET_KEY_FALLBACKS = [before]
    assert read(SIGNED) == FLIGHTS
    assert sign(FLIGHTS) != SIGNED
    settings.SECRET_KEY_FALLBACKS = []
    assert read(SIGNED) is None


def test_other_figures_cannot_borrow_a_signature():
    body, _colon, signature = sign(FLIGHTS).rpartition(":")
    other, _colon, _signature = sign(replace(FLIGHTS, quantity=1)).rpartition(":")
    assert read(f"{body}:{signature}") == FLIGHTS
    assert read(f"{other}:{signature}") is None
