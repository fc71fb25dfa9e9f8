"""Eda writes stories: she previews what is not saved, and turns English stories into French ones, piece by piece."""

import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Drawing
from wagtail.images.models import Image
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from portal.projects.models import ProjectBenefit, ProjectPage
from portal.registry.models import Activity
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")

LANGUAGES = ["en", "fr", "es"]


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


def preview(page: Page) -> str:
    """What the preview of a page shows, saved or not."""
    response = page.make_preview_request()
    assert response.status_code == 200
    return response.content.decode()


def story_form(activity: Activity | None, **changes: str) -> dict[str, str]:
    """The story's form as the browser sends it, with one paragraph and one benefit."""
    management = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    form = {f"{name}-{key}": value for name in ("benefits", "comments") for key, value in management.items()}
    form |= {
        "title": "Wind, unsaved",
        "slug": "wind-unsaved",
        "summary": "What the wind does.",
        "activity": str(activity.pk) if activity else "",
        "engraving_alt": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": "A heading nobody saved",
        "benefits-TOTAL_FORMS": "1",
        "benefits-0-goal": "13",
        "benefits-0-text": "It serves the climate.",
        "benefits-0-ORDER": "1",
        "benefits-0-id": "",
    }
    return {**form, **changes}


# --- Previews


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_is_previewed_in_its_own_language(world: World, language: str):
    story = world.story(translated=LANGUAGES)
    page = story.get_translation(Locale.objects.get(language_code=language))
    shown = preview(page)
    assert f'<html lang="{language}"' in shown
    assert page.title in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_is_previewed_with_its_stories(world: World, language: str):
    world.listing(activity=world.story().activity)
    assert "Wind over the Pacific" in preview(world.indexes[language])


def test_a_story_is_previewed_before_it_is_saved(world: World):
    page = ProjectPage(title="New", slug="new", activity=world.activity(), locale=world.indexes["en"].locale)
    page.benefits = [ProjectBenefit(goal=7, text="It serves goal 7.", locale=page.locale)]
    shown = preview(page)
    assert "Wind power at Punta Larga" in shown
    assert "It serves goal 7." in shown


def test_a_story_is_previewed_before_it_has_an_activity(world: World):
    shown = preview(ProjectPage(title="No activity yet", slug="new", locale=world.indexes["en"].locale))
    assert "No activity yet" in shown


def test_facts_of_a_story_that_is_nothing_yet(db: None) -> None:
    assert ProjectPage().facts() == {
        "activity": None,
        "blocks": [],
        "listings": [],
        "all_gone": False,
        "history": [],
        "history_url": "",
        "registry_url": "",
        "content_language": "en",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_panel_shows_a_new_story_as_typed_so_far(world: World, editor: Client, language: str):
    index = world.indexes[language]
    address = reverse("wagtailadmin_pages:preview_on_add", args=["projects", "projectpage", index.pk])
    assert editor.post(address, story_form(world.activity())).json() == {"is_valid": True, "is_available": True}
    shown = editor.get(address).content.decode()
    assert f'<html lang="{language}"' in shown
    assert "A heading nobody saved" in shown
    assert "It serves the climate." in shown
    assert ProjectPage.objects.count() == 0


def test_the_preview_panel_says_so_when_a_story_has_no_activity(world: World, editor: Client):
    address = reverse("wagtailadmin_pages:preview_on_add", args=["projects", "projectpage", world.indexes["en"].pk])
    assert editor.post(address, story_form(None)).json() == {"is_valid": False, "is_available": False}
    assert "Preview not available" in editor.get(address).content.decode()


def test_the_preview_panel_shows_what_was_changed_and_not_saved(world: World, editor: Client):
    story = world.story()
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    editor.post(address, story_form(story.activity, title="Changed, unsaved"))
    assert "Changed, unsaved" in editor.get(address).content.decode()
    story.refresh_from_db()
    assert story.title == "Wind over the Pacific"


# --- Writing


def test_an_editor_publishes_a_story_about_a_chosen_activity(world: World, editor: Client):
    address = reverse("wagtailadmin_pages:add", args=["projects", "projectpage", world.indexes["en"].pk])
    response = editor.post(address, {**story_form(world.activity()), "action-publish": "1"})
    assert response.status_code == 302
    story = ProjectPage.objects.get(locale__language_code="en")
    assert (story.live, story.activity, story.title) == (True, world.activity(), "Wind, unsaved")
    assert [(benefit.goal, benefit.text) for benefit in story.benefits.all()] == [(13, "It serves the climate.")]


def test_the_form_of_a_story_chooses_its_activity_in_a_window(world: World, editor: Client):
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[world.story().pk])).content.decode()
    assert reverse("activity_chooser:choose") in page
    assert "CDM-0033 Wind power at Punta Larga" in page


def test_a_long_story_is_saved_whole(world: World, editor: Client):
    """A form of thousands of fields, more than Django takes unless it is told."""
    blocks = {}
    for number in range(400):
        blocks |= {
            f"body-{number}-deleted": "",
            f"body-{number}-order": str(number),
            f"body-{number}-type": "heading",
            f"body-{number}-value": f"Part {number}",
        }
    story = world.story()
    form = story_form(story.activity, **{**blocks, "body-count": "400"})
    response = editor.post(reverse("wagtailadmin_pages:edit", args=[story.pk]), {**form, "action-publish": "1"})
    assert response.status_code == 302
    story.refresh_from_db()
    assert len(story.body) == 400


# --- Translating


def submit(editor: Client, story: ProjectPage, *languages: str) -> None:
    """Submit a story for translation, as the desk's form does."""
    locales = Locale.objects.filter(language_code__in=languages).values_list("pk", flat=True)
    address = reverse("wagtail_localize:submit_page_translation", args=[story.pk])
    response = editor.post(address, {"locales": [str(pk) for pk in locales]})
    assert response.status_code == 302, response.context["form"].errors


def translation_of(story: ProjectPage, language: str) -> Translation:
    return Translation.objects.get(
        source=TranslationSource.objects.get_for_instance(story), target_locale__language_code=language
    )


def translate(editor: Client, translation: Translation, words: dict[str, str]) -> None:
    """Fill in some pieces, found by what they say in English, as the translation editor does."""
    for segment in translation.source.stringsegment_set.select_related("string"):
        if segment.string.data in words:
            address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
            typed = urlencode({"value": words.pop(segment.string.data)})
            response = editor.put(address, typed, content_type="application/x-www-form-urlencoded")
            assert response.status_code in (200, 201), response.content
    assert words == {}, "these pieces were not found"


FRENCH = {
    "Wind over the Pacific": "Du vent sur le Pacifique",
    "Wind over the Pacific, in short.": "En bref.",
    "What it does": "Ce qu’il fait",
    "It turns wind into power.": "Il change le vent en courant.",
    "It serves goal 7.": "Il sert le but 7.",
    "It serves goal 13.": "Il sert le but 13.",
}


def in_language(story: ProjectPage, language: str) -> ProjectPage:
    return ProjectPage.objects.get(translation_key=story.translation_key, locale__language_code=language)


def test_a_story_that_stands_in_becomes_a_translation(world: World, editor: Client):
    story = world.story()
    assert in_language(story, "fr").alias_of_id == story.pk
    submit(editor, story, "fr")
    translate(editor, translation_of(story, "fr"), dict(FRENCH))
    french = in_language(story, "fr")
    page = editor.post(reverse("wagtailadmin_pages:edit", args=[french.pk]), {"action": "publish"})
    assert page.status_code == 302
    french = in_language(story, "fr")
    assert (french.alias_of, french.live, french.title) == (None, True, "Du vent sur le Pacifique")
    assert french.summary == "En bref."
    assert [str(block.value) for block in french.body] == ["Ce qu’il fait", "<p>Il change le vent en courant.</p>"]
    assert [(benefit.goal, benefit.text) for benefit in french.benefits.all()] == [
        (7, "Il sert le but 7."),
        (13, "Il sert le but 13."),
    ]
    assert (french.slug, french.activity) == ("wind-over-the-pacific", story.activity)
    assert in_language(story, "es").alias_of_id == story.pk  # nobody asked for Spanish
    assert '<html lang="fr"' in editor.get(french.get_url()).content.decode()


def test_a_story_without_a_page_in_a_language_gets_one(world: World, editor: Client):
    story = world.story()
    in_language(story, "fr").delete()
    submit(editor, story, "fr")
    french = in_language(story, "fr")
    assert french.get_parent().specific == world.indexes["fr"]
    assert (french.slug, french.activity) == (story.slug, story.activity)


def test_what_is_synchronised_follows_the_english_story(world: World, editor: Client):
    story = world.story()
    submit(editor, story, "fr")
    translate(editor, translation_of(story, "fr"), dict(FRENCH))
    story = ProjectPage.objects.get(pk=story.pk)
    other = world.activity("CDM-2138", title="Stoves in Nyando", host_country="KE")
    story.activity, story.slug = other, "another-address"
    story.benefits.set([*story.benefits.all()[:1]])
    story.save_revision().publish()
    source = TranslationSource.objects.get_for_instance(story)
    address = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert editor.post(address, {"publish_translations": "on"}).status_code == 302
    french = in_language(story, "fr")
    assert (french.activity, french.slug) == (other, "another-address")
    assert [(benefit.goal, benefit.text) for benefit in french.benefits.all()] == [(7, "Il sert le but 7.")]
    assert french.title == "Du vent sur le Pacifique"


def test_pieces_that_changed_in_english_wait_for_their_translation(world: World, editor: Client):
    story = world.story()
    submit(editor, story, "fr")
    translation = translation_of(story, "fr")
    translate(editor, translation, dict(FRENCH))
    assert translation.get_progress() == (6, 6)
    story = ProjectPage.objects.get(pk=story.pk)
    story.summary = "Shorter."
    story.save_revision().publish()
    translation.source.update_from_db()
    assert translation.get_progress() == (6, 5)


def test_the_english_facts_cannot_be_changed_in_a_translation(world: World, editor: Client):
    """Which activity a story is about is not a matter of language."""
    drawn = BytesIO()
    Drawing.new("RGB", (8, 8)).save(drawn, "PNG")
    photograph = Image.objects.create(title="A turbine", file=ImageFile(drawn, name="turbine.png"))
    story = world.story(hero_image=photograph)
    submit(editor, story, "fr")
    source = translation_of(story, "fr").source
    assert {segment.context.path for segment in source.overridablesegment_set.all()} == {"hero_image"}


def test_the_translation_editor_opens(world: World, editor: Client):
    story = world.story()
    submit(editor, story, "fr")
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[in_language(story, "fr").pk])).content.decode()
    assert "js-translation-editor" in page or "translation-editor" in page
    texts = re.findall(r"It serves goal \d+\.", page)
    assert sorted(set(texts)) == ["It serves goal 13.", "It serves goal 7."]


def test_an_invalid_piece_is_said_and_not_published(world: World, editor: Client):
    story = world.story()
    submit(editor, story, "fr")
    translation = translation_of(story, "fr")
    summary = translation.source.stringsegment_set.get(string__data="Wind over the Pacific, in short.")
    StringTranslation.objects.create(
        translation_of=summary.string, locale=translation.target_locale, context=summary.context, data="x" * 241
    )
    french = in_language(story, "fr")
    response = editor.post(reverse("wagtailadmin_pages:edit", args=[french.pk]), {"action": "publish"}, follow=True)
    assert response.status_code == 200
    assert in_language(story, "fr").summary == "Wind over the Pacific, in short."
