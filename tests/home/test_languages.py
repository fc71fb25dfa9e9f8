"""A page in all its languages: what is no matter of language is the same in all of them, wherever it is changed."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, PageViewRestriction
from wagtail.models import Page as TreePage

from portal.home import frame
from portal.home.models import PlainPage
from portal.projects.models import ProjectPage
from tests.pages import Page, words
from tests.projects.test_editing import FRENCH, in_language, story_form, submit, translate, translation_of
from tests.world import World

LANGUAGES = ["en", "fr", "es"]


@pytest.fixture
def editor(world: World) -> Client:
    """A browser in which Eda, an editor, is signed in; new pages stand in for themselves in French and Spanish."""
    world.synchronise()
    editor = Client()
    editor.force_login(world.eda)
    return editor


def addresses(page: TreePage) -> list[str]:
    """The addresses of a page in all its languages."""
    same = TreePage.objects.filter(translation_key=page.translation_key)
    return sorted(each.get_url() for each in same)


def public_in(client: Client, address: str) -> list[str]:
    return [code for code in LANGUAGES if client.get(f"/{code}/{address}").status_code == 200]


def plain(world: World, title: str, *, below: TreePage | None = None) -> PlainPage:
    """An English page of text that stands in for itself in the other languages."""
    parent = below or world.indexes["en"].get_parent()
    page = PlainPage(title=title, locale=parent.locale, show_in_menus=True)
    parent.add_child(instance=page)
    for code in ("fr", "es"):
        page.copy_for_translation(Locale.objects.get(language_code=code), alias=True)
    return page


# --- Whether it is public


def test_a_translation_published_early_is_public_with_its_original(
    world: World, client: Client, editor: Client, django_capture_on_commit_callbacks: Any
):
    story = world.story(live=False)
    story.save_revision()
    submit(editor, story, "fr")
    translate(editor, translation_of(story, "fr"), dict(FRENCH))
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("wagtailadmin_pages:edit", args=[in_language(story, "fr").pk]), {"action": "publish"})
    address = "projects/wind-over-the-pacific/"
    assert public_in(client, address) == []
    story.get_latest_revision().publish()
    assert public_in(client, address) == LANGUAGES
    assert "Du vent sur le Pacifique" in client.get(f"/fr/{address}").content.decode()


@pytest.mark.parametrize("translated", [[], ["fr"]])
def test_what_is_withdrawn_is_withdrawn_in_all_languages(world: World, client: Client, editor: Client, translated: Any):
    story = world.story(translated=translated)
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[story.pk]))
    assert public_in(client, "projects/wind-over-the-pacific/") == []


def test_a_translation_is_withdrawn_alone(world: World, client: Client, editor: Client):
    story = world.story(translated=["fr"])
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[in_language(story, "fr").pk]))
    assert public_in(client, "projects/wind-over-the-pacific/") == ["en", "es"]


# --- Who may read it


def close(editor: Client, page: TreePage, kind: str, **more: Any) -> None:
    answer = editor.post(
        reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), {"restriction_type": kind, "password": "", **more}
    )
    assert answer.status_code == 200
    assert answer.json()["step"] == "set_privacy_done"


def test_a_page_is_closed_and_opened_in_all_languages(world: World, client: Client, editor: Client):
    story = world.story(translated=["fr"])
    world.listing()
    address = "projects/wind-over-the-pacific/"
    editors = Group.objects.get(name="Editors")
    for kind, more in (
        ("login", {}),
        ("password", {"password": "a shared secret"}),
        ("groups", {"groups": [str(editors.pk)]}),
    ):
        close(editor, story, kind, **more)
        assert [code for code in LANGUAGES if "Wind" in client.get(f"/{code}/{address}").content.decode()] == [], kind
        kept = PageViewRestriction.objects.all()
        assert {(each.restriction_type, each.password) for each in kept} == {(kind, more.get("password", ""))}
        assert [list(each.groups.all()) for each in kept] == [[editors] if kind == "groups" else []] * 3
    close(editor, story, "none")
    assert public_in(client, address) == LANGUAGES


def test_a_translation_that_is_deleted_opens_nothing(world: World, editor: Client):
    story = world.story(translated=["fr"])
    close(editor, story, "login")
    in_language(story, "fr").delete()
    assert PageViewRestriction.objects.count() == 2


def test_no_list_names_a_page_that_is_closed(world: World, client: Client, editor: Client):
    shut, open_one = world.story(title="Shut"), world.story(world.activity("CDM-0086", host_country="PE"), title="Open")
    for story in (shut, open_one):
        world.listing(activity=story.activity)
    questions = plain(world, "Questions")
    close(editor, shut, "login")
    close(editor, questions, "login")
    for code in LANGUAGES:
        for address in (f"/{code}/", f"/{code}/projects/", f"/{code}/history/"):
            page = Page(client.get(address))
            assert "Questions" not in page.source, address
            assert "Shut" not in page.source, address
        home = Page(client.get(f"/{code}/"))
        lands = [str(land["href"]).partition("#")[2] for land in home.soup.select(".has-projects")]
        assert lands == ["map-PE"]
        assert "Open" in home.main
    close(editor, world.indexes["en"], "login")
    frame.forget_menus()  # as after some seconds
    for code in LANGUAGES:
        home = Page(client.get(f"/{code}/"))
        assert "Open" not in home.main, code
        assert f"/{code}/projects/" not in home.links(), code


# --- Its address and its place


def test_a_story_that_is_renamed_has_its_new_address_in_all_languages(world: World, client: Client):
    story = world.story(translated=["es"])
    story.slug = "wind-of-chile"
    story.save_revision().publish()
    assert public_in(client, "projects/wind-of-chile/") == LANGUAGES
    assert public_in(client, "projects/wind-over-the-pacific/") == []


def test_an_address_that_was_saved_half_typed_is_mended_when_the_story_is_published(
    world: World, client: Client, editor: Client
):
    address = reverse("wagtailadmin_pages:add", args=["projects", "projectpage", world.indexes["en"].pk])
    editor.post(address, story_form(world.activity(), title="Climate w", slug="climate-w"))
    story = ProjectPage.objects.get(locale__language_code="en")
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])
    editor.post(
        edit, {**story_form(world.activity(), title="Climate wind", slug="climate-wind"), "action-publish": "1"}
    )
    assert addresses(story) == [
        "/en/projects/climate-wind/",
        "/es/projects/climate-wind/",
        "/fr/projects/climate-wind/",
    ]


def test_the_newest_is_the_newest_in_all_languages(world: World, client: Client, editor: Client):
    index = world.indexes["en"]
    address = reverse("wagtailadmin_pages:add", args=["projects", "projectpage", index.pk])
    for code, title in (("CDM-0033", "First"), ("CDM-0086", "Second"), ("CDM-0222", "Third")):
        activity = world.activity(code)
        world.listing(activity=activity)
        editor.post(address, story_form(activity, title=title, slug=title.lower()))
    for title in ("Second", "Third", "First"):
        ProjectPage.objects.get(title=title, locale=index.locale).get_latest_revision().publish()
    for code in LANGUAGES:
        shown = Page(client.get(f"/{code}/projects/")).soup.select("article h3")
        assert [words(each) for each in shown] == ["First", "Third", "Second"], code


def test_the_first_pages_keep_the_addresses_of_their_languages(world: World):
    home = world.indexes["en"].get_parent().specific
    home.title = "Another title"
    home.save_revision().publish()
    assert sorted(TreePage.objects.filter(depth=2).values_list("slug", flat=True)) == ["home", "home-es", "home-fr"]


def test_a_copy_stands_in_for_itself_with_all_below_it(world: World, client: Client, editor: Client):
    page = plain(world, "About")
    plain(world, "Units", below=page)
    page.refresh_from_db()
    parent = page.get_parent()
    form = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": str(parent.pk),
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    assert editor.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form).status_code == 302
    assert public_in(client, "copy/") == LANGUAGES
    assert public_in(client, "copy/units/") == LANGUAGES


def test_a_page_is_moved_in_all_languages(world: World, client: Client, editor: Client):
    about, units = plain(world, "About"), plain(world, "Units")
    editor.post(reverse("wagtailadmin_pages:move_confirm", args=[units.pk, about.pk]))
    assert public_in(client, "about/units/") == LANGUAGES
    assert public_in(client, "units/") == []


def test_another_order_is_no_matter_of_languages(world: World, editor: Client):
    plain(world, "About")
    units = plain(world, "Units")
    editor.post(reverse("wagtailadmin_pages:set_page_position", args=[units.pk]) + "?position=0")
    assert addresses(units) == ["/en/units/", "/es/units/", "/fr/units/"]


def test_where_an_address_is_taken_the_page_of_that_language_stays(world: World, editor: Client, caplog: Any):
    about, units = plain(world, "About"), plain(world, "Units")
    french = TreePage.objects.get(translation_key=about.translation_key, locale__language_code="fr")
    french.add_child(instance=PlainPage(title="Units", slug="units", locale=french.locale))
    editor.post(reverse("wagtailadmin_pages:move_confirm", args=[units.pk, about.pk]))
    assert addresses(units) == ["/en/about/units/", "/es/about/units/", "/fr/units/"]
    assert "its address is taken" in caplog.text


def test_what_stood_in_for_a_page_is_deleted_with_it_and_a_translation_is_kept_as_a_draft(
    world: World, client: Client, editor: Client
):
    story = world.story(translated=["fr"])
    key = story.translation_key
    editor.post(reverse("wagtailadmin_pages:delete", args=[story.pk]))
    left = ProjectPage.objects.filter(translation_key=key)
    assert [(page.locale.language_code, page.live) for page in left] == [("fr", False)]
    assert public_in(client, "projects/wind-over-the-pacific/") == []
    other = world.story(title="Stoves")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    editor.post(f"{bulk}?id={other.pk}")
    assert not ProjectPage.objects.filter(translation_key=other.translation_key).exists()


# --- Its words


def marks(client: Client, language: str) -> list[Any]:
    """The language of a story's words, on its page and on its card; None where it is that of the page."""
    story = Page(client.get(f"/{language}/projects/wind-over-the-pacific/"))
    card = Page(client.get(f"/{language}/projects/"))
    return [tag.get("lang") for tag in (story.soup.h1, card.soup.select_one(".coupon-text")) if tag]


def test_a_story_keeps_the_mark_of_its_language_until_its_translation_is_published(
    world: World, client: Client, editor: Client, django_capture_on_commit_callbacks: Any
):
    story = world.story()
    world.listing()
    assert marks(client, "fr") == ["en", "en"]
    with django_capture_on_commit_callbacks(execute=True):
        submit(editor, story, "fr")
    assert in_language(story, "fr").alias_of_id is None
    assert marks(client, "fr") == ["en", "en"]
    translate(editor, translation_of(story, "fr"), dict(FRENCH))
    assert marks(client, "fr") == ["en", "en"]
    address = reverse("wagtailadmin_pages:edit", args=[in_language(story, "fr").pk])
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address, {"action": "publish"})
    assert marks(client, "fr") == [None, None]
    summary = {"Wind over the Pacific, in short.": "En deux mots."}
    translate(editor, translation_of(story, "fr"), summary)  # an afterthought that nobody published yet
    assert marks(client, "fr") == [None, None]
    assert marks(client, "es") == ["en", "en"]
    assert marks(client, "en") == [None, None]


def test_a_story_corrected_in_english_leaves_no_translation_up_to_date(world: World, editor: Client):
    story = world.story()
    submit(editor, story, "fr")
    translation = translation_of(story, "fr")
    translate(editor, translation, dict(FRENCH))
    assert str(translation.get_status_display()) == "Up to date"
    story = ProjectPage.objects.get(pk=story.pk)
    story.summary = "Corrected."
    story.save_revision().publish()
    assert translation.get_progress() == (6, 5)
    assert str(translation.get_status_display()) == "Waiting for translations"
