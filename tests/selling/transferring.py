"""What the people of Sol see and send on the pages for bank transfers."""

from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from portal.people.models import User
from tests.world import World


def signed_in(person: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def said(answer: Any) -> list[str]:
    """What was said last, at the top of the next page."""
    return [str(message) for message in get_messages(answer.wsgi_request)][-1:]


def assert_nobody_elses(world: World, address: str, **typed: Any) -> None:
    """People of other providers, purchasers and editors find nothing at an address; others are asked to sign in."""
    world.vento.members.add(world.eda)
    for stranger in (world.eda, world.nil, world.alma):
        client = signed_in(stranger)
        assert client.get(address).status_code in (404, 405), stranger
        assert client.post(address, typed).status_code == 404, stranger
    for answer in (Client().get(address), Client().post(address, typed)):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
