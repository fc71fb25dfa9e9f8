"""Eda keeps pages, pictures and documents, in her own language; what could do harm is not taken."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Drawing
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile
from wagtail_localize.models import Translation, TranslationSource

from portal.home.models import HomePage, PlainPage
from portal.people.models import User
from tests.world import PASSWORD, World

pytestmark = pytest.mark.usefixtures("contexts")

LANGUAGES = ["en", "fr", "es"]


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


def plain_page(world: World) -> PlainPage:
    home = world.indexes["en"].get_parent()
    body = [
        ("heading", "How it works"),
        ("paragraph", "<p>You choose <b>one</b> project.</p>"),
        ("figure", {"value": "58,428", "label": "tonnes in one period", "source": "Monitoring report"}),
        ("quote", {"text": "It burns half the wood.", "source": "Somebody"}),
        ("limits", "<p>It cannot promise more.</p>"),
    ]
    page = PlainPage(title="How it works", slug="how-it-works", lead="Three steps.", body=body, locale=home.locale)
    home.add_child(instance=page)
    return page


# --- Previews and writing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_type_is_previewed_in_every_language(world: World, language: str):
    plain, locale = plain_page(world), Locale.objects.get(language_code=language)
    home = plain.get_parent().specific
    if language != "en":
        plain.copy_for_translation(locale)
    for page in (home, plain):
        translated = page.get_translation(locale).specific
        response = translated.make_preview_request()
        assert response.status_code == 200
        shown = response.content.decode()
        assert f'<html lang="{language}"' in shown
        assert {"home": "Every tonne has a number"}.get(page.slug, "It burns half the wood.") in shown


def home_form(home: HomePage, **changes: str) -> dict[str, str]:
    management = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    form = {f"comments-{key}": value for key, value in management.items()}
    form |= {
        "title": home.title,
        "slug": home.slug,
        "headline": "A headline nobody saved",
        "lead": home.lead,
        "steps-count": "1",
        "steps-0-deleted": "",
        "steps-0-order": "0",
        "steps-0-type": "step",
        "steps-0-value-title": "Choose",
        "steps-0-value-text": "Find a project.",
        "body-count": "0",
    }
    return {**form, **changes}


def test_the_preview_panel_shows_the_home_page_as_typed(world: World, editor: Client):
    home = world.indexes["en"].get_parent().specific
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[home.pk])
    assert editor.post(address, home_form(home)).json() == {"is_valid": True, "is_available": True}
    shown = editor.get(address).content.decode()
    assert "A headline nobody saved" in shown
    assert "Find a project." in shown


def test_an_editor_publishes_the_home_page(world: World, editor: Client):
    home = world.indexes["en"].get_parent().specific
    form = {**home_form(home), "action-publish": "1"}
    assert editor.post(reverse("wagtailadmin_pages:edit", args=[home.pk]), form).status_code == 302
    home = HomePage.objects.get(pk=home.pk)
    assert (home.headline, home.steps[0].value["text"]) == ("A headline nobody saved", "Find a project.")


# --- Translating


def translated(editor: Client, page: Page, words: dict[str, str]) -> Page:
    """Submit a page for translation into French, translate all of it and publish, as the desk does."""
    french = Locale.objects.get(language_code="fr")
    submitted = editor.post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [str(french.pk)]}
    )
    assert submitted.status_code == 302
    source = TranslationSource.objects.get_for_instance(page)
    translation = Translation.objects.get(source=source, target_locale=french)
    for segment in source.stringsegment_set.select_related("string"):
        address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        typed = urlencode({"value": words[segment.string.data]})
        response = editor.put(address, typed, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 201), response.content
    target = page.get_translation(french)
    assert editor.post(reverse("wagtailadmin_pages:edit", args=[target.pk]), {"action": "publish"}).status_code == 302
    return page.get_translation(french).specific


def test_a_plain_page_is_translated_piece_by_piece(world: World, editor: Client):
    words = {
        "How it works": "Comment cela marche",
        "Three steps.": "Trois étapes.",
        "You choose <b>one</b> project.": "Vous choisissez <b>un</b> projet.",
        "58,428": "58 428",
        "tonnes in one period": "tonnes en une période",
        "Monitoring report": "Rapport de suivi",
        "It burns half the wood.": "Il brûle moitié moins de bois.",
        "Somebody": "Quelqu’un",
        "It cannot promise more.": "Il ne peut pas promettre davantage.",
    }
    page = translated(editor, plain_page(world), words)
    assert (page.title, page.lead, page.slug) == ("Comment cela marche", "Trois étapes.", "how-it-works")
    assert [block.block_type for block in page.body] == ["heading", "paragraph", "figure", "quote", "limits"]
    assert str(page.body[1].value) == "<p>Vous choisissez <b>un</b> projet.</p>"
    assert dict(page.body[2].value) == {
        "value": "58 428",
        "label": "tonnes en une période",
        "source": "Rapport de suivi",
    }


def test_a_home_page_that_stood_in_is_translated_with_its_steps(world: World, editor: Client):
    home = world.indexes["en"].get_parent().specific
    editor.post(reverse("wagtailadmin_pages:edit", args=[home.pk]), {**home_form(home), "action-publish": "1"})
    french = Locale.objects.get(language_code="fr")
    world.indexes["fr"].get_parent().delete()
    words = {
        "Tonne by Tonne": "Tonne après tonne",
        "A headline nobody saved": "Un titre",
        "And every number has its proof.": "Et chaque numéro sa preuve.",
        "Choose": "Choisir",
        "Find a project.": "Trouvez un projet.",
    }
    page = translated(editor, HomePage.objects.get(pk=home.pk), words)
    assert (page.locale, page.headline, page.lead) == (french, "Un titre", "Et chaque numéro sa preuve.")
    assert dict(page.steps[0].value) == {"title": "Choisir", "text": "Trouvez un projet."}


# --- The desk in the editor's own language


@pytest.mark.parametrize(("language", "word"), [("en", "Reports"), ("fr", "Rapports"), ("es", "Informes")])
def test_the_desk_speaks_the_language_that_its_user_prefers(world: World, editor: Client, language: str, word: str):
    UserProfile.objects.update_or_create(user=world.eda, defaults={"preferred_language": language})
    page = editor.get("/admin/").content.decode()
    assert f'<html lang="{language}"' in page
    assert word in page


def test_three_languages_are_offered_to_users_of_the_desk(world: World, editor: Client):
    page = editor.get(reverse("wagtailadmin_account"))
    forms = page.context["panels_by_tab"]
    panels = [panel for panels in forms.values() for panel in panels if "preferred_language" in panel.get_form().fields]
    choices = panels[0].get_form().fields["preferred_language"].choices
    assert {code for code, _name in choices if code} == set(LANGUAGES)


# --- Signing in


def test_an_editor_signs_in_by_the_one_door_and_comes_to_the_desk(world: World, client: Client):
    response = client.get(client.get("/admin/")["Location"])
    assert response["Location"] == "/en/accounts/login/?next=/admin/"
    signed_in = client.post(response["Location"], {"login": world.eda.email, "password": PASSWORD})
    assert signed_in["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_an_address_is_not_changed_past_its_proof(world: World, editor: Client):
    page = editor.get(reverse("wagtailadmin_account")).content.decode()
    assert 'name="name_email-email"' not in page
    assert editor.get("/admin/password_reset/", follow=True).status_code == 404


def test_staff_add_an_editor_who_signs_in_by_e_mail_address(world: World, client: Client):
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    form = {
        "email": "Ed@Example.org",
        "first_name": "Ed",
        "last_name": "Itor",
        "password1": "a long enough secret",
        "password2": "a long enough secret",
        "is_active": "on",
    }
    response = client.post(reverse("wagtailusers_users:add"), form)
    assert response.status_code == 302, response.context["form"].errors
    assert User.objects.get(email__iexact="ed@example.org").check_password("a long enough secret")
    assert client.get(reverse("wagtailusers_users:index")).status_code == 200


# --- What an editor may do


def test_editors_keep_pages_pictures_and_documents_and_nothing_else(world: World, editor: Client):
    root = Page.objects.get(depth=1)
    for address in (f"/admin/pages/{root.pk}/", "/admin/images/", "/admin/images/add/", "/admin/documents/"):
        assert editor.get(address).status_code == 200
    for address in ("/admin/users/", "/admin/groups/", "/admin/sites/", "/admin/locales/", "/admin/redirects/"):
        response = editor.get(address)
        assert (response.status_code, response["Location"]) == (302, "/admin/"), address


def test_editors_hold_no_permission_on_sales_or_registry(world: World):
    held = Permission.objects.filter(group__user=world.eda).values_list("content_type__app_label", flat=True)
    assert set(held) == {"wagtailadmin", "wagtailimages", "wagtaildocs", "wagtail_localize"}


# --- Files


def drawing(kind: str, size: tuple[int, int] = (16, 12)) -> bytes:
    drawn = BytesIO()
    Drawing.new("RGB", size, (30, 90, 68)).save(drawn, kind)
    return drawn.getvalue()


def upload(editor: Client, name: str, content: bytes) -> dict[str, list[str]]:
    """Upload a picture and return what was said to be wrong."""
    form = {"title": "A picture", "file": SimpleUploadedFile(name, content), "collection": "1", "tags": ""}
    response = editor.post(reverse("wagtailimages:add"), form)
    return {} if response.status_code == 302 else {k: list(v) for k, v in response.context["form"].errors.items()}


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif"])
def test_photographs_are_taken(world: World, editor: Client, kind: str):
    assert upload(editor, f"picture.{kind}", drawing(kind)) == {}
    assert Image.objects.get().width == 16


def test_no_other_kind_of_picture_is_taken_whatever_its_name(world: World, editor: Client):
    for name, content in (
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("picture.gif", drawing("gif")),
        ("picture.tiff", drawing("tiff")),
        ("picture.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("picture.png", drawing("gif")),
        ("picture.html", b"<script>alert(1)</script>"),
    ):
        assert list(upload(editor, name, content)) == ["file"], (name, content[:20])
        assert Image.objects.count() == 0, (name, content[:20])


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(world: World, editor: Client, settings: Any):
    huge = drawing("png", (8000, 5001))
    assert len(huge) < 1_000_000
    assert list(upload(editor, "huge.png", huge)) == ["file"]


def test_a_huge_file_is_refused(world: World, editor: Client, settings: Any):
    padded = drawing("png") + b"\0" * (10 * 1024 * 1024)
    assert upload(editor, "huge.png", padded)["file"][0].startswith("This file is too big (10.0")


def send_document(editor: Client, name: str, content: bytes = b"text") -> int:
    form = {"title": "A document", "file": SimpleUploadedFile(name, content), "collection": "1", "tags": ""}
    return editor.post(reverse("wagtaildocs:add"), form).status_code


@pytest.mark.parametrize("name", ["report.pdf", "units.csv", "notes.txt", "letter.odt", "table.xlsx"])
def test_documents_are_taken(world: World, editor: Client, name: str):
    assert send_document(editor, name) == 302
    assert Document.objects.count() == 1


def test_documents_that_run_are_refused(world: World, editor: Client):
    for name in ("page.html", "code.js", "picture.svg", "run.exe", "page.xhtml", "letter.docm"):
        assert send_document(editor, name) == 200, name
        assert Document.objects.count() == 0, name


def test_the_desk_wears_the_house_s_mark(world: World, editor: Client):
    page = editor.get("/admin/").content.decode()
    assert "/static/art/mark.svg" in page
    assert '<link rel="stylesheet" href="/static/css/desk.css">' in page
