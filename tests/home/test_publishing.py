"""An embargo holds in every language, and ends in all of them at its time; so does a page that expires."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page as TreePage
from wagtail.models import Revision
from wagtail.users.models import UserProfile

from portal.celery import app
from portal.home.tasks import publish_due
from portal.projects.models import ProjectPage
from tests.projects.test_editing import story_form
from tests.world import World

LANGUAGES = ["en", "fr", "es"]
WIND = "projects/wind-unsaved/"


@pytest.fixture
def editor(world: World) -> Client:
    """A browser in which Eda, an editor, is signed in; new pages stand in for themselves in French and Spanish."""
    world.synchronise()
    editor = Client()
    editor.force_login(world.eda)
    return editor


def public_in(client: Client, address: str) -> list[str]:
    """In which languages everybody may read a page, and the index names it."""
    read = [code for code in LANGUAGES if client.get(f"/{code}/{address}").status_code == 200]
    listed = [code for code in LANGUAGES if f"/{code}/{address}" in client.get(f"/{code}/projects/").content.decode()]
    assert read == listed
    return read


def typed(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def schedule(world: World, editor: Client) -> ProjectPage:
    """Eda writes a story that is published tomorrow."""
    address = reverse("wagtailadmin_pages:add", args=["projects", "projectpage", world.indexes["en"].pk])
    form = story_form(world.activity(), go_live_at=typed(timezone.now() + timedelta(days=1)))
    world.listing()
    assert editor.post(address, {**form, "action-publish": "1"}).status_code == 302
    return ProjectPage.objects.get(locale__language_code="en")


def a_day_later() -> None:
    """Let a day go by: what was ahead of us was put down a day earlier."""
    for revision in Revision.objects.filter(approved_go_live_at__isnull=False):
        earlier = revision.approved_go_live_at - timedelta(days=1, minutes=1)
        revision.content["go_live_at"] = earlier.isoformat()
        revision.approved_go_live_at = earlier
        revision.save()
    for page in TreePage.objects.filter(expire_at__isnull=False):
        TreePage.objects.filter(pk=page.pk).update(expire_at=page.expire_at - timedelta(days=1, minutes=1))


@pytest.mark.parametrize(("chosen", "zone"), [("", "UTC"), ("Africa/Nairobi", "Africa/Nairobi")])
def test_a_schedule_says_in_which_time_zone_it_is(world: World, editor: Client, chosen: str, zone: str) -> None:
    UserProfile.objects.create(user=world.eda, current_time_zone=chosen)
    index = world.indexes["en"]
    for kind, parent in {"projects/projectpage": index, "home/plainpage": index.get_parent()}.items():
        address = reverse("wagtailadmin_pages:add", args=[*kind.split("/"), parent.pk])
        form = editor.get(address).content.decode()
        assert f"These times are in the time zone {zone}, which you can change in your account." in form


def test_what_is_scheduled_stands_beside_the_page_with_its_time_zone(world: World, editor: Client):
    UserProfile.objects.create(user=world.eda, current_time_zone="Africa/Nairobi")
    address = reverse("wagtailadmin_pages:edit", args=[schedule(world, editor).pk])
    said = "These times are in the time zone Africa/Nairobi."
    assert said in editor.get(address).content.decode()
    publish_due()
    a_day_later()
    publish_due()
    assert said not in editor.get(address).content.decode(), "nothing is scheduled any more"


def test_a_story_for_later_is_public_in_no_language_and_then_in_all(world: World, client: Client, editor: Client):
    schedule(world, editor)
    assert public_in(client, WIND) == []
    publish_due()
    assert public_in(client, WIND) == []
    a_day_later()
    assert public_in(client, WIND) == []
    publish_due()
    assert public_in(client, WIND) == LANGUAGES


def test_a_schedule_that_is_cancelled_leaves_nothing_public(world: World, client: Client, editor: Client):
    story = schedule(world, editor)
    revision = story.latest_revision
    address = reverse("wagtailadmin_pages:revisions_unschedule", args=[story.pk, revision.pk])
    assert editor.post(address).status_code == 302
    a_day_later()
    publish_due()
    assert public_in(client, WIND) == []


def test_a_page_expires_in_all_languages(world: World, client: Client):
    story = world.story(translated=["fr"])
    world.listing()
    story.expire_at = timezone.now() + timedelta(hours=1)
    story.save_revision().publish()
    publish_due()
    assert public_in(client, "projects/wind-over-the-pacific/") == LANGUAGES
    a_day_later()
    publish_due()
    assert public_in(client, "projects/wind-over-the-pacific/") == []
    story.refresh_from_db()
    assert story.expired


def test_a_change_for_later_leaves_what_is_public_as_it_is_until_then(world: World, client: Client):
    story = world.story()
    story.save_revision().publish()
    story.title, story.go_live_at = "Wind, later", timezone.now() + timedelta(days=1)
    story.save_revision().publish()
    address = "/fr/projects/wind-over-the-pacific/"
    assert "Wind, later" not in client.get(address).content.decode()
    a_day_later()
    publish_due()
    for code in LANGUAGES:
        assert "Wind, later" in client.get(f"/{code}/projects/wind-over-the-pacific/").content.decode(), code


def test_a_page_that_cannot_be_published_holds_up_no_other(world: World, client: Client, caplog: Any):
    stuck, other = (world.story(title=title, live=False) for title in ("Stuck", "Other"))
    for story in (stuck, other):
        story.go_live_at = timezone.now() + timedelta(days=1)
        story.save_revision().publish()
    Revision.objects.filter(object_id=str(stuck.pk)).update(content={"pk": stuck.pk, "title": "Stuck"})
    a_day_later()
    publish_due()
    assert client.get("/en/projects/other/").status_code == 200
    assert "sweep could not handle Revision" in caplog.text


def test_the_worker_is_asked_every_minute():
    asked = app.conf.beat_schedule["publish-pages"]
    assert (asked["task"], asked["schedule"]) == (publish_due.name, 60.0)
