"""Who asks too often is told when to come back; everybody else never notices that there are limits."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from portal.ratelimits import Limit, household, seconds_to_wait
from tests.conftest import Clock
from tests.world import World, payments_of

pytestmark = pytest.mark.stores  # in the cache, where not in a database
THREE = Limit("three", 3)
NOON = 1_795_392_000.0  # the beginning of a minute, UTC


@pytest.fixture(autouse=True)
def _fresh_counts(settings: Any) -> None:
    settings.RATE_LIMITS = True
    cache.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The machine's clock, which only moves when a test moves it."""
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


def test_exactly_so_many_pass_in_a_window():
    waits = [seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON + second) for second in (0, 10, 20, 30, 45)]
    assert waits == [0, 0, 0, 30, 15]


def test_the_next_window_begins_anew():
    for _number in range(4):
        seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON)
    assert seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON + 59.5) == 1
    assert seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON + 60) == 0


def test_visitors_and_limits_count_apart():
    for _number in range(4):
        seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON)
    assert seconds_to_wait(THREE, visitor="1.2.3.5", now=NOON) == 0
    assert seconds_to_wait(Limit("other", 3), visitor="1.2.3.4", now=NOON) == 0


def test_counts_go_on_when_the_secret_key_is_changed(settings: Any):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the first key", []
    for _number in range(3):
        seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the second key", ["the first key"]
    assert seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON) == 60
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the third key", ["the second key", "the first key"]
    assert seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON) == 60
    settings.SECRET_KEY_FALLBACKS = []
    assert seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON) == 0


def test_of_many_at_once_exactly_so_many_pass():
    with ThreadPoolExecutor(max_workers=8) as pool:
        waits = list(pool.map(lambda _n: seconds_to_wait(Limit("rush", 25), visitor="1.2.3.4", now=NOON), range(100)))
    assert waits.count(0) == 25


def test_no_address_lies_about_in_the_cache(settings: Any):
    backend = "django.core.cache.backends.locmem.LocMemCache"  # whose keys can be looked at
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "limits"}}
    seconds_to_wait(THREE, visitor="1.2.3.4", now=NOON)
    assert len(cache._cache) == 1
    assert "1.2.3.4" not in next(iter(cache._cache))


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.8", "203.0.113.8"),
    ],
)
def test_a_network_of_one_household_is_one_visitor(address: str, visitor: str):
    assert household(address) == visitor


def statuses(client: Client, how_often: int, **headers: str) -> list[int]:
    return [client.get("/en/verify/?code=x", **headers).status_code for _number in range(how_often)]


@pytest.mark.django_db
def test_the_thirty_first_look_at_a_certificate_waits(client: Client, clock: Clock):
    assert statuses(client, 20) == [200] * 20
    clock.advance(18)
    assert statuses(client, 11) == [200] * 10 + [429]
    response = client.get("/fr/verify/?code=x")
    assert (response.status_code, response["Retry-After"]) == (429, "42")
    assert response["Cache-Control"] == "private, no-store"
    assert '<html lang="fr"' in response.content.decode()
    assert "Veuillez attendre 42\u00a0secondes, puis réessayer." in response.content.decode()
    clock.advance(42)
    assert statuses(client, 1) == [200]


@pytest.mark.django_db
def test_the_eleventh_copy_of_the_history_waits(client: Client, clock: Clock):
    answers = [client.get("/en/history/cancellations.csv").status_code for _number in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("page", "most"),
    [("details/", 30), ("preview/", 120)],
)
def test_typing_and_sending_details_is_counted(world: World, client: Client, clock: Clock, page: str, most: int):
    address = f"/en/buy/{world.listing().code}/{page}?quantity=1"
    answers = {client.post(address).status_code for _number in range(most)}
    assert answers == {200}
    assert client.post(address).status_code == 429
    assert (
        client.get(f"/en/buy/{world.listing().code}/details/?quantity=1").status_code == 200
    )  # reading is not counted


def test_the_eleventh_attempt_to_pay_waits_and_charges_nothing(world: World, client: Client, clock: Clock):
    order = world.order(now=timezone.now())  # the page asks the real clock whether the units are still set aside
    address = f"/en/orders/{order.token}/pay/"
    assert [client.post(address).status_code for _number in range(10)] == [422] * 10
    assert client.post(address, {"nonce": "fake-valid-visa-nonce"}).status_code == 429
    assert payments_of(order).count() == 0


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/en/certificates/7K4M-9QXD-2F6P-H/share.png", 30),  # a picture that is drawn for each who asks
        ("/en/history/?year=soon", 120),
        ("/en/orders/nothing/", 60),  # while it is not paid, the page asks the gateway for a card's fields
        ("/en/orders/nothing/progress/", 240),
        ("/en/orders/nothing/withdraw/", 60),
    ],
)
@pytest.mark.django_db
def test_what_costs_a_gateway_or_a_typesetter_something_is_counted(
    client: Client, clock: Clock, address: str, most: int
):
    assert 429 not in {client.get(address).status_code for _number in range(most)}
    assert client.get(address).status_code == 429
    assert client.get(address, REMOTE_ADDR="203.0.113.7").status_code != 429


def test_the_eleventh_guess_at_a_password_waits(world: World, clock: Clock):
    """Of a page, and of a document."""
    page = PageViewRestriction(restriction_type="password", password="a shared secret", page=world.story())
    page.save()
    shelf = Collection.get_first_root_node().add_child(name="Reports")
    papers = CollectionViewRestriction.objects.create(
        restriction_type="password", password="a shared secret", collection=shelf
    )
    for address in (
        reverse("wagtailcore_authenticate_with_password", args=[page.pk, page.page_id]),
        reverse("wagtaildocs_authenticate_with_password", args=[papers.pk]),
    ):
        cache.clear()
        client = Client()
        wrong, right = ({"password": word, "return_url": "/en/"} for word in ("guess", "a shared secret"))
        assert [client.post(address, wrong).status_code for _number in range(10)] == [200] * 10, address
        refusal = client.post(address, right)
        assert refusal.status_code == 429, address
        assert "Please wait 10 minutes, then try again." in refusal.content.decode(), address
        clock.advance(600)
        assert client.post(address, right).status_code == 302, address


@pytest.mark.django_db
def test_limits_can_be_switched_off_for_load_tests(client: Client, settings: Any, clock: Clock):
    settings.RATE_LIMITS = False
    assert statuses(client, 35) == [200] * 35


@pytest.mark.django_db
def test_behind_a_proxy_visitors_are_told_apart_by_what_it_says(client: Client, settings: Any, clock: Clock):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert statuses(client, 31, HTTP_X_FORWARDED_FOR="203.0.113.7") == [200] * 30 + [429]
    assert statuses(client, 1, HTTP_X_FORWARDED_FOR="203.0.113.8") == [200]


@pytest.mark.parametrize(
    ("proxies", "header"),
    [(0, "203.0.113.{n}"), (1, "203.0.113.{n}, 198.51.100.1")],
)
@pytest.mark.django_db
def test_what_visitors_say_of_their_own_address_is_not_believed(
    client: Client, settings: Any, clock: Clock, proxies: int, header: str
):
    """Only what our own proxies wrote, at the end of the header, counts."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answers = [statuses(client, 1, HTTP_X_FORWARDED_FOR=header.format(n=number))[0] for number in range(31)]
    assert answers == [200] * 30 + [429]


@pytest.mark.django_db
def test_without_addresses_nobody_is_locked_out(client: Client, clock: Clock, caplog: pytest.LogCaptureFixture):
    """A web server on a Unix socket tells no address unless its proxy does."""
    assert statuses(client, 35, REMOTE_ADDR="") == [200] * 35
    assert "the web server tells no client addresses" in caplog.text


@pytest.mark.django_db
def test_a_cache_that_is_down_locks_nobody_out(client: Client, settings: Any, caplog: pytest.LogCaptureFixture):
    location = "redis://127.0.0.1:1"  # nothing listens there
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}}
    assert statuses(client, 35) == [200] * 35
    assert "the cache does not answer" in caplog.text


def test_signing_in_has_limits_of_its_own(world: World, client: Client, clock: Clock):
    wrong = {"login": world.alma.email, "password": "wrong"}
    answers = [client.post("/en/accounts/login/", wrong) for _number in range(11)]
    assert [answer.status_code for answer in answers][:3] == [200] * 3
    assert "The password was wrong too often." in answers[-1].content.decode()  # see people/test_signing_in.py


@pytest.mark.parametrize("address", ["/admin/login/", "/en/_util/login/"])
def test_there_is_one_door_to_sign_in(client: Client, address: str):
    response = client.post(f"{address}?next=/admin/", {"username": "x", "password": "y"})
    assert (response.status_code, response["Location"]) == (302, "/en/accounts/login/?next=/admin/")
