"""Where more is asked for than can be done, a page that has waited too long says so; what is sent is taken in."""

import logging
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.busy import waited
from portal.checkout.models import Order
from tests.checkout.purchasing import VISA, agreed, order_page
from tests.pages import Page, words
from tests.world import World

NOW = 1_795_392_000.5
SAYS = {
    "en": "Busy at the moment, and nothing is lost",
    "fr": "Trop de demandes en ce moment, mais rien n’est perdu",
    "es": "Demasiadas solicitudes en este momento, pero no se pierde nada",
}


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Any) -> None:
    settings.BEHIND_PROXY, settings.BUSY_AFTER = True, 5.0


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


def came(seconds: float) -> dict[str, str]:
    """What the proxy says of a request that came so many seconds ago."""
    return {"x-request-start": f"t={time.time() - seconds:.3f}"}


# --- How long something has waited


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("t=1795391998.000", 2.5),
        ("t=1795392000.500", 0.0),
        ("t=1795392060.500", 0.0),  # clocks differ
        ("", 0.0),
        ("1795391998.000", 0.0),
        ("t=1795391998", 0.0),
        ("t=-1.000", 0.0),
        ("t=nan", 0.0),
        ("t=1e3.000", 0.0),
        ("t=١٧٩٥٣٩١٩٩٨.٠٠٠", 0.0),
        ("t=1795391998.000, t=1.000", 0.0),
    ],
)
def test_the_proxy_tells_when_a_request_came(rf: RequestFactory, said: str, seconds: float) -> None:
    assert waited(rf.get("/en/", HTTP_X_REQUEST_START=said), now=NOW) == seconds


def test_without_a_proxy_nobody_is_believed(rf: RequestFactory, settings: Any) -> None:
    settings.BEHIND_PROXY = False
    assert waited(rf.get("/en/", HTTP_X_REQUEST_START="t=1795391998.000"), now=NOW) == 0


# --- What only reads


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_page_that_waited_too_long_says_that_nothing_is_lost(client: Client, language: str) -> None:
    """No database, no session and nothing inline: the test has no database, and the policy is the public one."""
    answer = client.get(f"/{language}/history/?text=Chile", headers=came(5.2))
    page = Page(answer)
    assert (page.status, page.language, page.heading) == (503, language, SAYS[language])
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("10", "no-store")
    assert {"default-src 'none'", "script-src 'self'"} <= set(answer["Content-Security-Policy"].split("; "))
    assert not answer.cookies
    assert [each["content"] for each in page.soup.select("meta[http-equiv=refresh]")] == ["10"]
    assert page.links() == [""]  # the same address, with all that was asked for
    assert page.soup.select("script, style, [style], form") == []


def test_it_says_what_is_true_of_orders_and_payments(client: Client) -> None:
    assert words(Page(client.get("/en/", headers=came(60))).soup.main) == (
        "Busy at the moment, and nothing is lost More people are here than this site can answer at once. This page "
        "tries again by itself in 10 seconds. If you have placed an order, it stands and keeps its address. If you "
        "have paid, that is safe: nothing is charged or cancelled twice, and what comes of it is sent to you by "
        "e-mail. Try again now"
    )


def test_an_address_without_a_language_is_answered_in_the_readers_own(client: Client) -> None:
    headers = {**came(60), "accept-language": "es-CL,es;q=0.9,en;q=0.5"}
    assert Page(client.get("/c/ABCD", headers=headers)).language == "es"


def test_the_journal_has_a_line_of_it_and_no_error(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/en/orders/secret/", headers=came(60))
    assert caplog.record_tuples == [
        ("portal.busy", logging.WARNING, "a page was refused since it had waited for more than 5.0 seconds")
    ]


def test_heads_are_refused_as_well(client: Client) -> None:
    assert client.head("/en/", headers=came(60)).status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "seconds", "status"), [(5.0, 4.0, 200), (0.0, 60.0, 200), (60.0, 30.0, 200)])
def test_what_waited_a_while_is_answered(
    client: Client, settings: Any, limit: float, seconds: float, status: int
) -> None:
    settings.BUSY_AFTER = limit
    assert client.get("/en/history/", headers=came(seconds)).status_code == status


@pytest.mark.django_db
def test_the_page_that_tells_whether_the_portal_is_up_is_always_answered(client: Client) -> None:
    assert client.get("/en/verify/", headers=came(60)).status_code == 200


def test_machines_are_told_in_their_own_way(client: Client) -> None:
    answer = client.get("/api/public/v1/calculators", headers=came(60))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["retryable"]) == ("busy", True)


# --- What somebody sent


def test_what_was_typed_and_paid_is_taken_in_however_late(world: World, client: Client) -> None:
    listing = world.listing()
    address = f"/en/buy/{listing.code}/details/?quantity=3"
    answer = client.post(address, agreed(client, listing), headers=came(60))
    order = Order.objects.get()
    assert answer["Location"] == order.get_absolute_url()
    assert client.get(order.get_absolute_url(), headers=came(60)).status_code == 503
    sent = order_page(client, order).sent("nonce", nonce=VISA)
    assert client.post(f"/en/orders/{order.token}/pay/", sent, headers=came(60)).status_code == 302
    order.refresh_from_db()
    assert order.state == "paid"


def test_what_a_gateway_asks_is_answered(world: World, client: Client) -> None:
    """It tells of payments by forms, and asks once whether the address is right: here with a question that is none."""
    address = f"/hooks/braintree/{world.sol.accounts.get().hook_key}/"
    assert client.get(address, {"bt_challenge": "x"}, headers=came(60)).status_code == 400


def test_the_proxy_of_the_example_says_when_a_request_came_and_shows_what_it_kept() -> None:
    example = (Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert 'proxy_set_header X-Request-Start "t=${msec}";' in example
    assert "proxy_cache_use_stale error timeout updating http_503;" in example
