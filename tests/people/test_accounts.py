"""One account for one e-mail address, whatever its capitals; and the desk tells those it stays closed to."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from portal.people.models import User
from tests.world import PASSWORD, World


@pytest.fixture
def staff(world: World, client: Client) -> Client:
    """A browser in which somebody with every permission is signed in."""
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    return client


def user_form(email: str) -> dict[str, Any]:
    names = {"first_name": "Wren", "last_name": "Hill"}
    return {"email": email, **names, "password1": PASSWORD, "password2": PASSWORD, "is_active": "on"}


def test_an_account_that_staff_create_with_capitals_can_sign_in(world: World, staff: Client) -> None:
    assert staff.post(reverse("wagtailusers_users:add"), user_form("Writer@Example.org")).status_code == 302
    assert User.objects.get(first_name="Wren").email == "writer@example.org"
    browser = Client()
    answer = browser.post(reverse("account_login"), {"login": "Writer@Example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_email_verification_sent")  # the address is proven first


def test_two_accounts_do_not_differ_by_capitals_alone(world: World, staff: Client) -> None:
    world.user("Boss")
    answer = staff.post(reverse("wagtailusers_users:add"), user_form("BOSS@example.org"))
    assert answer.status_code == 200
    assert User.objects.filter(email__iexact="boss@example.org").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Boss@example.org")])


def test_what_was_written_before_is_brought_into_small_letters(world: World) -> None:
    write_small = import_module("portal.people.migrations.0002_addresses_in_small_letters").write_small
    old = world.user("Old")
    User.objects.filter(pk=old.pk).update(email="Old@Example.org")
    write_small(apps, None)
    old.refresh_from_db()
    assert old.email == "old@example.org"


def test_who_has_no_part_in_editing_is_told_so_and_shown_the_way_out(world: World, client: Client) -> None:
    client.force_login(world.nil)
    answer = client.get("/admin/pages/", follow=True)
    assert (answer.status_code, answer.redirect_chain) == (403, [("/admin/login/?next=/admin/pages/", 302)])
    page = answer.content.decode()
    assert "You are signed in as nil@example.org. This account has no part in editing the site." in page
    for way in (reverse("account"), f"{reverse('account_logout')}?next=/admin/", "/en/"):
        assert f'href="{way}"' in page, way


def test_a_page_for_some_groups_tells_others_so(world: World, client: Client) -> None:
    story = world.story()
    restriction = PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(Group.objects.filter(name="Moderators"))
    client.force_login(world.nil)
    answer = client.get(story.url, follow=True)
    assert answer.status_code == 403
    assert "This page is for some groups of accounts only." in answer.content.decode()
    client.force_login(world.eda)
    assert client.get(story.url).status_code == 200


def test_strangers_are_led_to_the_one_page_to_sign_in(world: World, client: Client) -> None:
    answer = client.get("/admin/pages/?a=1&b=2", follow=True)
    last, _status = answer.redirect_chain[-1]
    assert last == "/en/accounts/login/?next=/admin/pages/%3Fa%3D1%26b%3D2"
