"""What a browser may load and run: nothing foreign anywhere, and nothing inline on the public site."""

from django.http import HttpResponse
from django.test import Client

from tests.world import World


def policy(response: HttpResponse) -> dict[str, set[str]]:
    parts = [each.split() for each in response["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


def test_the_public_site_runs_nothing_inline(world: World, client: Client):
    found = policy(client.get("/en/verify/"))
    assert (found["script-src"], found["style-src"], found["connect-src"]) == ({"'self'"}, {"'self'"}, {"'self'"})
    assert found["default-src"] == {"'none'"}


def test_the_desk_may_run_what_wagtail_writes_into_its_pages_and_sends_nothing_elsewhere(world: World, client: Client):
    client.force_login(world.eda)
    found = policy(client.get("/admin/"))
    assert found == {
        "default-src": {"'none'"},
        "script-src": {"'self'", "'unsafe-inline'"},
        "style-src": {"'self'", "'unsafe-inline'"},
        "img-src": {"'self'", "data:", "blob:"},
        "font-src": {"'self'"},
        "connect-src": {"'self'"},
        "frame-src": {"'self'"},
        "form-action": {"'self'"},
        "frame-ancestors": {"'self'"},
        "base-uri": {"'none'"},
        "manifest-src": {"'self'"},
    }


def test_abilities_of_browsers_that_no_page_needs_are_off_everywhere(world: World, client: Client):
    client.force_login(world.eda)
    for address in ("/en/verify/", "/admin/", "/en/nothing/", "/en/history/cancellations.csv"):
        said = client.get(address)["Permissions-Policy"].split(", ")
        assert {"camera=()", "geolocation=()", "microphone=()", "usb=()"} <= set(said), address
        assert "clipboard-write" not in str(said)  # addresses are copied


def test_a_page_outside_the_desk_is_not_let_off_by_its_name(world: World, client: Client):
    assert "'unsafe-inline'" not in client.get("/en/admin/")["Content-Security-Policy"]
