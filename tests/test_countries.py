"""Countries in the reader's language, in the order a dictionary of that language has."""

import pytest
from django.utils.translation import override

from portal.countries import alphabetical, country_choices, country_name

LANGUAGES = ("en", "fr", "es")
NO_COUNTRIES = ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "419", "001")


@pytest.mark.parametrize(("language", "name"), [("en", "Germany"), ("fr", "Allemagne"), ("es", "Alemania")])
def test_a_country_is_named_in_the_language_of_the_page(language: str, name: str) -> None:
    with override(language):
        assert country_name("DE") == name


def test_an_unknown_code_stands_as_it_is() -> None:
    with override("en"):
        assert country_name("QQ") == "QQ"
        assert country_name("") == ""


def test_a_variant_of_a_language_names_countries_too() -> None:
    with override("en-gb"):
        assert country_name("CL") == "Chile"
    with override("fr-ch"):
        assert country_name("CL") == "Chili"


def test_without_an_active_language_names_are_english() -> None:
    with override(None):
        assert country_name("ES") == "Spain"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_is_offered_once_after_an_empty_choice(language: str) -> None:
    with override(language):
        choices = country_choices()
    assert choices[0][0] == ""
    codes = [code for code, _name in choices[1:]]
    names = [name for _code, name in choices[1:]]
    assert len(codes) == len(set(codes))
    assert len(names) == len(set(names))
    assert {"CL", "IN", "KE", "CH", "PS", "TW", "XK", "VA", "SS"} <= set(codes)
    assert not set(NO_COUNTRIES) & set(codes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_of_the_standard_is_there(language: str) -> None:
    """ISO 3166-1 has 249 officially assigned codes; Kosovo's code is one for users, and in use."""
    with override(language):
        assert len(country_choices()) - 1 == 250


def test_letters_with_accents_stand_with_those_without() -> None:
    with override("fr"):
        names = [name for _code, name in country_choices()[1:]]
    assert names.index("Égypte") < names.index("Équateur") < names.index("Espagne") < names.index("Finlande")
    with override("en"):
        names = [name for _code, name in country_choices()[1:]]
    assert names.index("Åland Islands") < names.index("Albania")
    assert names[0] == "Afghanistan"
    assert names[-1] == "Zimbabwe"


def test_the_empty_choice_says_what_to_do() -> None:
    with override("en"):
        assert country_choices()[0] == ("", "Choose a country")


def test_letters_with_accents_and_capitals_stand_where_people_look_for_them() -> None:
    names = ["Zimbabwe", "Égypte", "espagne", "Équateur", "Eritrea", "albania", "Åland"]
    assert sorted(names, key=alphabetical) == [
        "Åland",
        "albania",
        "Égypte",
        "Équateur",
        "Eritrea",
        "espagne",
        "Zimbabwe",
    ]
