"""Countries to choose among, which are drawn once a language and not once a page; and lengths of texts, in words."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.utils import translation

from portal.countries import country_choices
from portal.fields import CountryField, CountsCharacters


class Where(forms.Form):
    here = CountryField(label="Here")
    there = CountryField(label="There", required=False)


def drawn(form: forms.Form, name: str) -> Any:
    return BeautifulSoup(str(form[name]), "html.parser").select_one("select")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("code", ["", "KE", "ZW", "not a code"])
def test_a_choice_among_countries_reads_as_django_draws_it(language: str, code: str) -> None:
    usual = forms.Select(choices=country_choices)
    with translation.override(language):
        ours = drawn(Where({"here": code}), "here")
        theirs = BeautifulSoup(usual.render("here", code, {"id": "id_here"}), "html.parser").select_one("select")
        choices = country_choices()

    options = [(option["value"], option.get_text(), option.has_attr("selected")) for option in ours("option")]
    assert options == [(each, name, each == code) for each, name in choices]
    assert options == [(option["value"], option.get_text(), option.has_attr("selected")) for option in theirs("option")]


def test_what_was_chosen_on_one_page_is_not_chosen_on_the_next() -> None:
    assert drawn(Where({"here": "KE"}), "here").find("option", selected=True)["value"] == "KE"
    assert [option["value"] for option in drawn(Where(), "here").find_all("option", selected=True)] == [""]
    assert drawn(Where({"here": "FR"}), "here").find("option", selected=True)["value"] == "FR"


def test_it_has_a_name_an_id_and_says_what_is_wrong() -> None:
    form = Where({"here": "XX", "there": ""})
    assert form.errors == {"here": ["Select a valid choice. XX is not one of the available choices."]}
    here, there = drawn(form, "here"), drawn(form, "there")
    assert (here["name"], here["id"], here.has_attr("required")) == ("here", "id_here", True)
    assert here["aria-invalid"] == "true"
    assert (there["name"], there["id"], there.has_attr("required")) == ("there", "id_there", False)


@pytest.mark.parametrize("code", ['"><script>', '" selected', "<option", "K"])
def test_whatever_is_sent_the_options_stay_what_they_are(code: str) -> None:
    options = drawn(Where({"here": code}), "here")("option")
    assert [(option.attrs, option.get_text()) for option in options] == [
        ({"value": each}, name) for each, name in country_choices()
    ]


class Said(CountsCharacters, forms.Form):
    words = forms.CharField(
        max_length=1000, error_messages={"max_length": "At most %(limit_value)s; this has %(show_value)s."}
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "At most 1,000; this has 12,345."),
        ("fr", "At most 1\u202f000; this has 12\u202f345."),
        ("es", "At most 1.000; this has 12.345."),
    ],
)
def test_lengths_of_texts_are_written_as_the_language_writes_numbers(language: str, said: str) -> None:
    with translation.override(language):
        assert Said({"words": "x" * 12345}).errors == {"words": [said]}
