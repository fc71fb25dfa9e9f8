"""The window in which an editor chooses a factor: found by words, listed page by page."""

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from portal.calculators.factors import edition

pytestmark = pytest.mark.usefixtures("contexts")


def chosen_from(editor: Client, words: str) -> list[str]:
    response = editor.get(reverse("factor_chooser:choose_results"), {"q": words})
    return [row.pk for row in response.context["results"]]


def test_a_factor_is_found_by_words(editor: Client):
    assert chosen_from(editor, "electricity.grid") == ["electricity.grid"]
    assert "electricity.grid" in chosen_from(editor, "Grid ELECTRICITY")
    assert chosen_from(editor, "no such thing at all") == []


def test_a_factor_is_found_and_named_in_the_editor_s_language(editor: Client):
    user = get_user(editor)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "fr"})
    assert "electricity.grid" in chosen_from(editor, "électricité réseau")
    assert "electricity.grid" in chosen_from(editor, "grid electricity")
    answer = editor.get(reverse("factor_chooser:chosen", args=["electricity.grid"])).json()
    assert answer["result"]["title"] == "Électricité du réseau — electricity.grid"


def test_what_is_added_by_itself_and_what_is_no_factor_is_not_offered(editor: Client):
    assert chosen_from(editor, "electricity.grid.upstream") == []
    parameter = sorted(edition.factor_set().parameters)[0]
    assert chosen_from(editor, parameter) == []


def test_the_window_tells_the_page_what_was_chosen(editor: Client):
    answer = editor.get(reverse("factor_chooser:chosen", args=["electricity.grid"])).json()
    assert answer["result"]["id"] == "electricity.grid"
    assert answer["result"]["title"].endswith("— electricity.grid")


def test_the_window_lists_page_by_page(editor: Client):
    first = editor.get(reverse("factor_chooser:choose")).context["results"]
    second = editor.get(reverse("factor_chooser:choose_results"), {"p": 2}).context["results"]
    assert len(first) == len(second) == 12
    assert not {each.pk for each in first} & {each.pk for each in second}
