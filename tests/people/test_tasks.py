"""Sessions go when they have run out, and no sooner."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.celery import app
from tests.world import World


@pytest.mark.django_db
def test_sessions_that_have_run_out_are_thrown_away(world: World, client: Client) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    old = store()
    old.create()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    client.force_login(world.alma)
    task = app.conf.beat_schedule["clear-sessions"]["task"]
    for _i in range(2):
        app.tasks[task]()
        assert list(Session.objects.values_list("session_key", flat=True)) == [client.session.session_key]
