"""What purchasers type, and what they are told when something is wrong with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.checkout.forms import DetailsForm
from tests.checkout.details import details

INVISIBLE = "This contains invisible control characters. Please type it again."
HEAPED = "“%s” carries more accents than any spelling needs. Please leave some of them out."
BLANK = "This contains characters that show nothing or cannot be printed: %s. Please leave them out."
ASKED = (
    "“%s” mixes letters of several alphabets that look alike. Type it again, or tick the box "
    "“It is written exactly as I mean it” below."
)
NOT_AN_ADDRESS = "This name becomes public. Please do not use an e-mail address as a name."
SAYS_WHY = "Write why the units are cancelled, or choose one of the purposes above."


# --- Who, on whose behalf, why


def problems(**changes: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in details(**changes).errors.items()}


def understood(**changes: Any) -> dict[str, Any]:
    form = details(**changes)
    assert form.errors == {}
    return form.cleaned_data


def test_complete_details_are_understood() -> None:
    form = details()
    assert form.errors == {}
    said = form.details()
    assert (said.purchaser_name, said.purchaser_email) == ("Alma Prado", "alma@example.org")
    assert (said.beneficiary_name, said.beneficiary_type, said.beneficiary_country) == (
        "Club Andino",
        "organisation",
        "PE",
    )
    assert (said.purpose, said.purpose_text, said.is_public) == ("travel", "", True)


def test_nothing_typed_at_all_gets_a_sentence_for_each_field_that_is_needed() -> None:
    assert {name: list(errors) for name, errors in DetailsForm({}).errors.items()} == {
        "purchaser_name": ["Enter the name of the person or organisation that pays."],
        "purchaser_email": ["Enter the address that the certificate is sent to."],
        "purchaser_type": ["Say whether you buy as an individual or for an organisation."],
        "beneficiary_name": ["Enter on whose behalf the units are cancelled."],
        "beneficiary_type": ["Say what the beneficiary is."],
        "purpose": ["Choose why the units are cancelled."],
        "is_public": ["Choose what may become public."],
        "consent": ["Tick the box if you agree to what becomes public."],
    }


def test_on_ones_own_behalf_the_beneficiary_is_the_purchaser() -> None:
    said = understood(beneficiary_same="on", beneficiary_name="", beneficiary_type=None, beneficiary_country="")
    assert (said["beneficiary_name"], said["beneficiary_type"], said["beneficiary_country"]) == (
        "Alma Prado",
        "person",
        "CL",
    )


def test_an_organisation_that_buys_for_itself_is_the_beneficiary() -> None:
    said = understood(beneficiary_same="on", purchaser_type="organisation", purchaser_name="Prado SpA")
    assert (said["beneficiary_name"], said["beneficiary_type"]) == ("Prado SpA", "organisation")


def test_on_ones_own_behalf_mistakes_in_the_hidden_beneficiary_fields_do_not_matter() -> None:
    """The page hides these fields, so nobody could mend them."""
    said = understood(
        beneficiary_same="on",
        beneficiary_name="x" * 300,
        beneficiary_type="planet",
        beneficiary_country="Atlantis",
    )
    assert said["beneficiary_name"] == "Alma Prado"


def test_with_a_preset_purpose_the_hidden_own_words_do_not_matter_and_are_not_kept() -> None:
    assert understood(purpose="travel", purpose_text="x" * 900)["purpose_text"] == ""
    assert understood(purpose="travel", purpose_text="My secret")["purpose_text"] == ""


@pytest.mark.parametrize("name", ["purchaser_name", "beneficiary_name"])
def test_a_name_has_room_for_256_characters(name: str) -> None:
    assert understood(**{name: "é" * 256})[name] == "é" * 256
    assert problems(**{name: "x" * 300}) == {name: ["Please shorten this to 256 characters; it has 300."]}


@pytest.mark.parametrize(
    "name",
    [
        "ألما برادو",
        "אלמה פראדו",
        "نمی‌خواهم",  # with the zero-width non-joiner that Persian needs
        "Alma \u200f(ألما)\u200f",  # marks of direction, not overrides
        "王小明",
        "Ñandú & Søn <b>ltd</b>",
        "Zoë 👩🏽‍🚀🌍",
        'Robert"); DROP TABLE orders;--',
        "{{ 7|add:7 }} {% now %}",
    ],
)
def test_names_of_all_kinds_stay_as_they_are(name: str) -> None:
    said = understood(purchaser_name=name, beneficiary_name=name)
    assert said["purchaser_name"] == name
    assert said["beneficiary_name"] == name


def test_spaces_in_a_name_are_tidied() -> None:
    assert understood(beneficiary_name="  Club\t Andino \r\n de Puno ")["beneficiary_name"] == "Club Andino de Puno"


def test_names_are_kept_composed() -> None:
    assert understood(beneficiary_name="Zoe\u0308")["beneficiary_name"] == "Zoë"


def test_a_name_that_grows_when_it_is_composed_is_measured_afterwards() -> None:
    """U+0958 is written with two characters in the normal form; the database has room for 256."""
    assert problems(beneficiary_name="\u0958" * 256) == {
        "beneficiary_name": ["Please shorten this to 256 characters; it has 512."]
    }


@pytest.mark.parametrize("field", ["purchaser_name", "beneficiary_name"])
@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202a", "\u202e", "\u2066", "\u2069", "\ufffe"],
)
def test_characters_that_nobody_sees_are_refused_in_names(field: str, character: str) -> None:
    assert problems(**{field: f"Al{character}ma"}) == {field: [INVISIBLE]}


@pytest.mark.parametrize("name", ["\u200d\u200d", "\u200f", "\u0301", "\u200e \u200e"])
def test_a_name_that_nobody_sees_is_no_name(name: str) -> None:
    assert problems(beneficiary_name=name) == {"beneficiary_name": [INVISIBLE]}


@pytest.mark.parametrize(
    "character",
    [
        *("\u3164", "\u115f", "\u1160", "\uffa0", "\U00016fe4"),  # fillers: letters that show nothing
        "\u034f",  # a mark that shows nothing
        *("\u17b4", "\u2800", "\U0001d159", "\U00013441", "\ufffc"),  # a vowel, Braille, a note: all blank
        *("\ue000", "\U000f0000", "\u0378", "\ufdd0", "\U000e0fff"),  # private use, and not assigned
    ],
)
@pytest.mark.parametrize("field", ["purchaser_name", "beneficiary_name", "consumption_period", "purpose_text"])
def test_letters_that_show_nothing_and_what_no_font_has_are_refused(field: str, character: str) -> None:
    said = BLANK % f"U+{ord(character):04X}"
    assert problems(**{field: character, "purpose": "own", **_reason(field)}) == {field: [said]}
    assert problems(**{field: f"Al{character}ma", "purpose": "own", **_reason(field)}) == {field: [said]}


@pytest.mark.parametrize("field", ["purchaser_name", "beneficiary_name", "consumption_period", "purpose_text"])
def test_heaps_of_accents_are_asked_about(field: str) -> None:
    """They would be written over the lines above and below, on pages and on the certificate."""
    for letter, mark in (("Z", "\u0335"), ("é", "\u0301"), ("ก", "\u0e47"), ("م", "\u0651"), ("A", "\u20dd")):
        typed = f"Al{letter}{mark * 5}ma"
        assert problems(**{field: typed, "purpose": "own", **_reason(field)}) == {field: [HEAPED % letter]}


@pytest.mark.parametrize("name", ["Nguyễn Thị Ánh", "Ǟx̌́", "הַשָּׁלוֹם", "مُحَمَّدٌ", "ปั้น", "བརྒྱུད", "ကျွန်ုပ်", "क्ष्म्यौ"])
def test_as_many_as_spelling_needs_are_kept(name: str) -> None:
    assert problems(beneficiary_name=name) == {}


def _reason(field: str) -> dict[str, str]:
    return {} if field == "purpose_text" else {"purpose_text": "For Puno"}


@pytest.mark.parametrize(
    "character", ["\U000e0041", "\U000e007f", "\U000e0001", "\u180e", "\u2061", "\ufff9", "\u206a"]
)
def test_tags_and_other_formats_that_nobody_sees_are_refused(character: str) -> None:
    assert problems(beneficiary_name=f"Alma{character}") == {"beneficiary_name": [INVISIBLE]}


@pytest.mark.parametrize(
    "hidden",
    [
        *("\ufe0f", "\ufe00", "\U000e0100", "\u180b"),  # shapes of a letter that has none
        *(" \ufe0f", "❤\ufe0f\ufe0f", "葛\U000e0100\U000e0101", "م\U000e0100"),  # of nothing, twice, of another script
        *("\u200d\u200c", "\u200e\u200f\u200e"),  # rows of what joins and turns: noughts and ones
    ],
)
def test_nothing_is_said_by_what_chooses_shapes_and_joins(hidden: str) -> None:
    assert problems(beneficiary_name=f"Alma{hidden}Peru") == {"beneficiary_name": [INVISIBLE]}


EMOJI = ["❤\ufe0f", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3", "ℹ\ufe0f", "👩\u200d🚀"]


@pytest.mark.parametrize(
    "name", ["김민준", "ភ្នំពេញ", "⠁⠇⠍⠁", "Alma\u0600", "葛\U000e0100城", "ᠮᠣᠩᠭᠣᠯ", "ᠮ\u180bᠣ", *EMOJI]
)
def test_letters_beside_those_that_show_nothing_are_kept(name: str) -> None:
    assert understood(beneficiary_name=name)["beneficiary_name"] == name


# --- Letters of several alphabets in one word

APPLE = "\u0410pple"  # with a Cyrillic А


@pytest.mark.parametrize("name", [APPLE, "Vent\u03bf", "S\u0585l"])
def test_words_of_several_alphabets_are_asked_about_once(name: str) -> None:
    asked = details(beneficiary_name=f"{name} Peru")
    assert asked.errors == {"beneficiary_name": [ASKED % name]}
    assert f'value="{name}"' in str(asked["as_written"])
    assert "checked" not in str(asked["as_written"])
    assert understood(beneficiary_name=f"{name} Peru", as_written=name)["beneficiary_name"] == f"{name} Peru"


def test_the_answer_is_for_the_words_that_were_asked_about() -> None:
    other = details(beneficiary_name="Vent\u03bf", as_written=APPLE)
    assert other.errors == {"beneficiary_name": [ASKED % "Vent\u03bf"]}
    assert "checked" not in str(other["as_written"])


def test_on_ones_own_behalf_it_is_asked_at_the_name_that_was_typed() -> None:
    assert problems(beneficiary_same="on", purchaser_name=APPLE) == {"purchaser_name": [ASKED % APPLE]}


def test_every_text_that_becomes_public_is_asked_about_and_no_other() -> None:
    typed = {"purpose": "own", "purpose_text": f"For {APPLE}", "consumption_period": "M\u0430y 2026"}
    assert problems(**typed) == {"purpose_text": [ASKED % APPLE], "consumption_period": [ASKED % "M\u0430y"]}
    assert problems(**typed, as_written=f"{APPLE} M\u0430y") == {}
    assert problems(**typed, is_public="no") == {}
    assert problems(purchaser_name=APPLE) == {}


@pytest.mark.parametrize(
    "name", ["Алма Prado", "ΔΕΗ Group", "Алма-Prado", "CO₂ Zoë 5µm", "東京タワーTokyo", "ألماAlma"]
)
def test_words_of_one_alphabet_each_are_not_asked_about(name: str) -> None:
    assert understood(beneficiary_name=name)["beneficiary_name"] == name


def test_a_name_of_spaces_is_no_name() -> None:
    assert problems(beneficiary_name=" \u00a0 ") == {
        "beneficiary_name": ["Enter on whose behalf the units are cancelled."]
    }


@pytest.mark.parametrize("name", ["alma@example.org", "Alma <alma@example.org>", "alma＠example.org", "see a@b.cl"])
def test_an_email_address_does_not_become_public_as_a_name(name: str) -> None:
    assert problems(beneficiary_name=name) == {"beneficiary_name": [NOT_AN_ADDRESS]}


def test_on_ones_own_behalf_it_is_said_at_the_name_that_was_typed() -> None:
    assert problems(beneficiary_same="on", purchaser_name="alma@example.org") == {"purchaser_name": [NOT_AN_ADDRESS]}


def test_a_name_that_stays_private_may_be_anything() -> None:
    assert problems(purchaser_name="alma@example.org") == {}
    assert problems(beneficiary_name="alma@example.org", is_public="no") == {}


@pytest.mark.parametrize("name", ["Alma @ home", "@alma", "Café @ Lima"])
def test_an_at_sign_alone_is_no_address(name: str) -> None:
    assert problems(beneficiary_name=name) == {}


@pytest.mark.parametrize(
    "text", ["alma", "alma@", "@example.org", "alma@example", "a b@example.org", "alma@exa\x00mple.org"]
)
def test_an_email_address_must_be_complete(text: str) -> None:
    assert problems(purchaser_email=text)["purchaser_email"][0] == (
        "Enter a complete e-mail address, such as name@example.org."
    )


def test_an_email_address_has_room_for_254_characters() -> None:
    ending = "@" + ".".join(["d" * 60] * 3) + ".org"
    longest = "a" * (254 - len(ending)) + ending
    assert understood(purchaser_email=longest)["purchaser_email"] == longest
    assert problems(purchaser_email="a" + longest) == {
        "purchaser_email": ["Please shorten this to 254 characters; it has 255."]
    }


def test_an_email_address_is_trimmed_and_written_small() -> None:
    assert understood(purchaser_email="  Alma@Example.org ")["purchaser_email"] == "alma@example.org"


@pytest.mark.parametrize("field", ["purchaser_country", "beneficiary_country"])
def test_countries_are_optional_and_from_the_list(field: str) -> None:
    assert understood(**{field: ""})[field] == ""
    assert problems(**{field: "XX"}) == {
        field: ["Select a valid choice. XX is not one of the available choices."],
    }


def test_own_words_are_needed_when_they_are_chosen() -> None:
    assert problems(purpose="own", purpose_text="") == {"purpose_text": [SAYS_WHY]}
    assert problems(purpose="own", purpose_text=" \r\n ") == {"purpose_text": [SAYS_WHY]}
    assert problems(purpose="own", purpose_text="\u200d") == {"purpose_text": [INVISIBLE]}


def test_own_words_have_room_for_875_characters() -> None:
    assert len(understood(purpose="own", purpose_text="ß" * 875)["purpose_text"]) == 875
    assert problems(purpose="own", purpose_text="ß" * 876) == {
        "purpose_text": ["Please shorten this to 875 characters; it has 876."]
    }


def test_a_line_end_counts_as_one_character_although_browsers_send_two() -> None:
    lines = ["a" * 99] * 8 + ["b" * 75]
    text = understood(purpose="own", purpose_text="\r\n".join(lines))["purpose_text"]
    assert len(text) == 875
    assert text.split("\n") == lines
    assert problems(purpose="own", purpose_text="\r\n".join([*lines, ""]) + "c") == {
        "purpose_text": ["Please shorten this to 875 characters; it has 877."]
    }


def test_own_words_may_have_tabs_and_lines_but_nothing_invisible() -> None:
    assert understood(purpose="own", purpose_text="For\tPuno\rand Lima")["purpose_text"] == "For\tPuno\nand Lima"
    assert understood(purpose="own", purpose_text="For\u2028Puno")["purpose_text"] == "For\nPuno"
    for character in "\x00\x08\x1f\x7f\x85\u202e\u2067":
        assert problems(purpose="own", purpose_text=f"For{character}Puno") == {"purpose_text": [INVISIBLE]}


def test_leftovers_of_word_processors_are_dropped_in_silence() -> None:
    """A soft hyphen, a zero-width space, a word joiner and a byte order mark."""
    assert understood(beneficiary_name="\ufeffClub\u200b An\u00addi\u2060no")["beneficiary_name"] == "Club Andino"
    assert problems(beneficiary_name="\u200b") == {
        "beneficiary_name": ["Enter on whose behalf the units are cancelled."]
    }


def test_browsers_do_not_cut_off_what_is_pasted() -> None:
    form = DetailsForm()
    assert "maxlength" not in str(form["beneficiary_name"])
    assert "maxlength" not in str(form["purpose_text"])


@given(st.text(max_size=400))
def test_whatever_is_typed_as_a_name_fits_the_record_or_gets_a_sentence(name: str) -> None:
    form = details(beneficiary_name=name)
    if not form.errors:
        said = form.cleaned_data["beneficiary_name"]
        assert 1 <= len(said) <= 256
        assert said == " ".join(said.split())
    else:
        assert list(form.errors) == ["beneficiary_name"]
        assert len(form.errors["beneficiary_name"]) <= 2
