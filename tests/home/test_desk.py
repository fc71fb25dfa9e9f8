"""The desk of editors and staff: what could do harm says so before it is done, and what is missing is named."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Site, get_page_models

from tests.pages import Page, words
from tests.projects.test_editing import story_form
from tests.world import World


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


def test_each_kind_of_page_has_a_plural_that_is_a_word() -> None:
    """Django puts an s behind the singular of whatever has none, and behind its translations."""
    kinds = [kind for kind in get_page_models() if kind.__module__.startswith("portal.")]
    assert [kind.__name__ for kind in kinds if "verbose_name_plural" not in kind._meta.original_attrs] == []
    index = apps.get_model("projects", "ProjectIndexPage")._meta
    for language, plural in (("en", "project indexes"), ("fr", "listes des projets"), ("es", "índices de proyectos")):
        with override(language):
            assert str(index.verbose_name_plural) == plural


# --- What is missing


def test_the_checks_find_what_they_look_at_in_every_preview(world: World, editor: Client) -> None:
    """Wagtail's panel of checks looks through its own bar in the page that is previewed."""
    story = world.story()
    panel = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    editor.post(panel, story_form(story.activity))
    pages = (story, world.indexes["en"], world.indexes["en"].get_parent())
    drafts = [reverse("wagtailadmin_pages:view_draft", args=[page.pk]) for page in pages]
    for address in (panel, *drafts):
        assert "<wagtail-userbar>" in editor.get(address).content.decode(), address


def test_no_public_page_has_the_bar_of_editors(world: World, editor: Client) -> None:
    world.story()
    for address in ("/en/", "/en/projects/", "/en/projects/wind-over-the-pacific/", "/en/history/"):
        answer = editor.get(address)
        assert "userbar" not in answer.content.decode(), address
        assert answer["Cache-Control"] == "public, max-age=60", address


def test_the_form_of_a_page_waits_for_its_own_saving(world: World, editor: Client) -> None:
    """That it does is seen in a browser: tests/e2e/test_desk.py."""
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[world.story().pk])).content.decode()
    assert '<script src="/static/js/desk-saving.js" defer></script>' in page


# --- What could do harm


def test_the_site_that_answers_all_addresses_is_not_offered_for_deletion(world: World, client: Client) -> None:
    world.story()
    client.force_login(world.user("Tara", is_superuser=True, is_staff=True))
    own = Site.objects.get()
    other = Site.objects.create(hostname="elsewhere.example", root_page=own.root_page)
    page = Page(client.get(reverse("wagtailsites:delete", args=[own.pk])))
    assert "none of its pages can be read" in page.main
    assert "cannot be deleted here" in page.main
    assert [words(button) for button in page.soup.select("main button[type=submit]")] == []
    page = Page(client.get(reverse("wagtailsites:delete", args=[other.pk])))
    assert "none of its pages can be read" in page.main
    assert [words(button) for button in page.soup.select("main button[type=submit]")] == ["Yes, delete"]
