"""An account that somebody opened with an address which nobody confirmed does not stay for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.celery import app
from portal.people import models
from portal.people.models import User
from tests.world import World


@pytest.fixture(autouse=True)
def _thirty_days(settings: Any) -> None:
    settings.UNCONFIRMED_KEPT_DAYS = 30


def opened(world: World, name: str, *, days_ago: int = 31, **fields: Any) -> User:
    joined = timezone.now() - timedelta(days=days_ago)
    return world.user(name, **{"is_proven": False, "date_joined": joined, **fields})


def emails() -> list[str]:
    return sorted(User.objects.values_list("email", flat=True))


def test_an_account_that_nobody_confirmed_is_deleted_after_thirty_days(world: World) -> None:
    opened(world, "Old")
    opened(world, "New", days_ago=29)
    task = app.conf.beat_schedule["forget-unconfirmed"]["task"]
    for _i in range(2):
        app.tasks[task]()
        assert emails() == ["new@example.org"]


def test_accounts_that_somebody_uses_or_made_are_kept(world: World) -> None:
    opened(world, "Proven", is_proven=True)
    opened(world, "Seen", last_login=timezone.now())
    opened(world, "Staff", is_staff=True)
    opened(world, "Boss", is_superuser=True)
    opened(world, "Editor").groups.set(Group.objects.filter(name="Editors"))
    made_at_the_desk = opened(world, "Desk")
    made_at_the_desk.emailaddress_set.all().delete()
    second = opened(world, "Second")
    second.emailaddress_set.create(email="other@example.org", verified=True)
    assert User.objects.forget_unconfirmed(before=timezone.now()) == 0
    assert len(emails()) == 7


def test_an_order_outlives_the_account_that_nobody_confirmed(world: World) -> None:
    order = world.paid(purchaser=opened(world, "Old"))
    assert User.objects.forget_unconfirmed(before=timezone.now()) == 1
    order.refresh_from_db()
    assert (order.purchaser, order.purchaser_email) == (None, "alma@example.org")


def test_a_round_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "BATCH", 2)
    for name in ("A", "B", "C"):
        opened(world, name)
    assert [User.objects.forget_unconfirmed(before=timezone.now()) for _i in range(3)] == [2, 1, 0]
