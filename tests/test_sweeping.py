"""A round over rows: bounded, each row once and by itself."""

import pytest
from django.contrib.auth.models import Group, Permission

from portal.sweeping import handle_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """The names of four groups, found by their permissions, of which one has two and is therefore found twice."""
    one, another = Permission.objects.order_by("pk")[:2]
    for name in "abcd":
        Group.objects.create(name=name).permissions.set([one, another] if name == "b" else [one])
    mine = Group.objects.filter(name__in="abcd", permissions__isnull=False)
    return mine.order_by("name").values_list("name", flat=True)


def test_rows_are_handled_in_their_order_and_each_once(rows):
    met = []
    assert handle_each(rows=rows, act=met.append, most=10) == 4
    assert met == ["a", "b", "c", "d"]


def test_a_round_is_bounded(rows):
    met = []
    assert handle_each(rows=rows, act=met.append, most=3) == 2  # of the first three rows two are one
    assert met == ["a", "b"]


def test_what_fails_is_logged_and_holds_up_nothing(rows, caplog):
    met = []

    def act(name):
        met.append(1 / 0 if name == "b" else name)

    assert handle_each(rows=rows, act=act, most=10) == 4
    assert met == ["a", "c", "d"]
    assert "sweep could not handle Group b" in caplog.text
    assert "ZeroDivisionError" in caplog.text
