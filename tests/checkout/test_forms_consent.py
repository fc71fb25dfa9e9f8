"""Consent is given to what was shown, and to nothing else."""

from typing import Any

import pytest

from portal.checkout.forms import DetailsForm
from tests.checkout.details import details

CHECK_AGAIN = "Please check below what becomes public, then agree to it."


class Listing:
    """What the form needs to know of a listing."""

    unit_type_label = "CER"
    activity_title = "Wind power at Punta Larga"


def preview(form: DetailsForm, units: int = 3) -> Any:
    return form.preview([(Listing(), units)])


def agreeing(**changes: Any) -> DetailsForm:
    """The form as it is sent after its preview was shown."""
    return details(**{**changes, "preview_digest": preview(details(**changes)).digest()})


def test_consent_to_what_was_shown_is_consent() -> None:
    form = agreeing()
    assert form.agrees_to(preview(form))
    assert form.errors == {}


def test_the_preview_shows_what_becomes_public_and_nothing_more() -> None:
    view = preview(details())
    assert [(each.quantity, each.unit_type, each.activity_title) for each in view.units] == [
        (3, "CER", "Wind power at Punta Larga")
    ]
    assert (view.statement.beneficiary_name, view.statement.beneficiary_type, view.statement.beneficiary_country) == (
        "Club Andino",
        "organisation",
        "PE",
    )
    assert view.statement.purpose == "To take responsibility for the greenhouse gas emissions of my travel"
    assert "alma" not in repr(view).lower()


def test_an_anonymous_preview_names_nobody() -> None:
    view = preview(details(is_public="no", purpose="own", purpose_text="For Alma"))
    assert (
        view.statement.beneficiary_name,
        view.statement.beneficiary_type,
        view.statement.beneficiary_country,
        view.statement.purpose,
    ) == ("", "", "", "")
    assert view.is_public is False


def test_the_preview_shows_what_is_right_so_far() -> None:
    view = preview(details(purchaser_email="", consent=None, beneficiary_name="Club Andino", purpose=None))
    assert (view.statement.beneficiary_name, view.statement.purpose) == ("Club Andino", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"beneficiary_name": "Club Alpino"},
        {"beneficiary_country": "CL"},
        {"beneficiary_type": "event"},
        {"beneficiary_same": "on"},
        {"purpose": "event"},
        {"purpose": "own", "purpose_text": "For the mountains"},
        {"is_public": "no"},
    ],
)
def test_consent_to_something_else_than_was_shown_is_none(changes: dict[str, str]) -> None:
    shown = preview(details()).digest()
    form = details(**changes, preview_digest=shown)
    assert not form.agrees_to(preview(form))
    assert dict(form.errors) == {"consent": [CHECK_AGAIN]}


def test_consent_to_another_number_of_units_is_none() -> None:
    form = agreeing()
    assert not form.agrees_to(preview(form, units=4))
    assert dict(form.errors) == {"consent": [CHECK_AGAIN]}


def test_consent_before_anything_was_shown_is_none() -> None:
    form = details(preview_digest="")
    assert not form.agrees_to(preview(form))
    assert dict(form.errors) == {"consent": [CHECK_AGAIN]}


@pytest.mark.parametrize("submission", ["", "7", "not a name", "x" * 1000, None])
def test_a_form_that_lost_its_name_is_shown_once_more_under_a_new_one(submission: str | None) -> None:
    form = agreeing(submission=submission)
    assert not form.agrees_to(preview(form))
    assert dict(form.errors) == {"consent": [CHECK_AGAIN]}
    form.keep_hidden(3)
    assert form["submission"].value() == str(form.cleaned_data["submission"])


def test_a_change_of_what_stays_private_needs_no_new_consent() -> None:
    shown = preview(details()).digest()
    form = details(purchaser_email="alma@example.com", purchaser_name="A. Prado", preview_digest=shown)
    assert form.agrees_to(preview(form))


def test_without_the_tick_there_is_no_consent() -> None:
    form = agreeing(consent=None)
    assert not form.agrees_to(preview(form))
    assert dict(form.errors) == {"consent": ["Tick the box if you agree to what becomes public."]}


def test_consent_does_not_mend_another_mistake() -> None:
    form = agreeing(purchaser_email="alma@")
    assert not form.agrees_to(preview(form))
    assert list(form.errors) == ["purchaser_email"]
