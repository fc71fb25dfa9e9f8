"""The demo: its content loads into empty databases, every page of it answers, and what can go wrong is one sentence."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.db.models import Sum
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page as TreePage
from wagtail.models import ReferenceIndex
from wagtail_localize.models import Translation

from portal.checkout.models import Order, OrderState
from portal.home.demo import loading, past
from portal.home.demo.installation import LOGINS, Installation, last_day_of_cers, prepare
from portal.home.models import HomePage, PlainPage
from portal.payments.simulator import Simulator
from portal.payments.simulator.merchants import merchants_from_file
from portal.people.models import User
from portal.projects.models import ProjectPage
from portal.providers.models import Listing, Provider
from portal.registry.models import Activity, LogEntry
from portal.selling.handovers import may_be_one
from tests.pages import Page
from tests.world import unindexed

ROOT = Path(settings.BASE_DIR)
LANGUAGES = ("en", "fr", "es")
UNFINISHED = re.compile(r"\{\{|\{%|%\(\w+\)|\bNone\b(?! [a-z])")
ORDERS = 30  # enough for a second page of the history
everything = pytest.mark.django_db(databases=["default", "ledger"])


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The demo's content, and a short past, in databases that are empty again afterwards."""
    folder = tmp_path_factory.mktemp("demo")
    installation = prepare(folder=folder, port=8000)
    installation.write_merchants(are_notified=False)
    simulator = Simulator(merchants=merchants_from_file(installation.merchants_file), sandbox_amounts=False)
    with django_db_blocker.unblock(), transaction.atomic(), transaction.atomic("ledger"), simulator:
        changes = {
            "PROVIDER_KEYS": [installation.environment()["PROVIDER_KEYS"]],
            "SIMULATOR_URL": simulator.url,
            "MEDIA_ROOT": folder / "media",
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        }
        with override_settings(**changes), unindexed():
            loading.load(installation, lambda text: None)
            past.orders_of_the_past(now=timezone.now(), say=lambda done, of: None, many=ORDERS)
        yield installation
        transaction.set_rollback(True)
        transaction.set_rollback(True, "ledger")


# --- What is in it


@everything
def test_the_demo_has_enough_to_look_at(demo: Installation) -> None:
    assert Activity.objects.count() == 35
    assert Activity.objects.filter(is_sample=True).count() == 3
    assert Provider.objects.count() == 5
    assert Provider.objects.filter(is_sample=False).count() == 0
    assert Listing.objects.on_offer().count() >= 35
    for language in LANGUAGES:
        assert HomePage.objects.live().filter(locale__language_code=language).count() == 1
        assert PlainPage.objects.live().filter(locale__language_code=language).count() == 6
        assert ProjectPage.objects.live().filter(locale__language_code=language).count() == 35


@everything
def test_every_story_has_units_on_offer_and_a_benefit(demo: Installation) -> None:
    offered = set(Listing.objects.on_offer().values_list("issuance_block__activity", flat=True))
    stories = ProjectPage.objects.all()
    assert [story.title for story in stories if story.activity_id not in offered] == []
    assert [story.title for story in stories if not story.benefits.exists()] == []
    assert {ReferenceIndex.get_references_to(each).count() for each in Activity.objects.all()} == {3}  # one a language


@everything
def test_people_can_sign_in_with_what_the_demo_says(demo: Installation, client: Client) -> None:
    for login, email in LOGINS.items():
        assert User.objects.get(email=email).check_password(demo.password(login)), login
    assert User.objects.get(email=LOGINS["editor"]).groups.count() == 2
    assert User.objects.get(email=LOGINS["provider"]).providers.count() == 1
    staff, colleague = (User.objects.get(email=LOGINS[login]) for login in ("staff", "colleague"))
    assert staff.is_superuser
    assert colleague.is_superuser
    assert not may_be_one(staff.pk, colleague.pk, now=timezone.now()), "a handover takes two: both are there"


@everything
def test_the_sample_past_went_through_the_portals_own_hands(demo: Installation) -> None:
    assert Order.objects.filter(state=OrderState.COMPLETED).count() == ORDERS
    assert LogEntry.objects.count() == ORDERS
    ordered = Order.objects.aggregate(units=Sum("quantity"))["units"]
    assert LogEntry.objects.aggregate(units=Sum("quantity"))["units"] == ordered
    missing = Listing.objects.aggregate(units=Sum("units_total") - Sum("units_left"))["units"]
    assert missing == ordered
    assert list(LogEntry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, ORDERS + 1))
    days = LogEntry.objects.order_by("number").values_list("cancelled_at", flat=True)
    assert list(days) == sorted(days)


# --- Every page of it


def crawl(client: Client, language: str) -> Iterator[tuple[str, Page]]:
    """Read every page of one language that can be reached by links from its first page."""
    start = f"/{language}/"
    waiting, known = deque([start]), {start}
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        page = Page(answer)
        yield address, page
        found = {urldefrag(urljoin(address, link)).url for link in page.links()}
        new = [target for target in sorted(found - known) if target.startswith(start) and is_read(target)]
        waiting.extend(new)
        known.update(new)


def is_read(address: str) -> bool:
    """Leave out files, the account behind its door, and combinations of filters beyond the first."""
    return not re.search(r"\.(pdf|csv|png)(\?|$)|/account/|/accounts/", address) and address.count("&") == 0


# A page asks the same of a database in each language: PostgreSQL is asked in one of them.
@pytest.mark.parametrize("language", ["en", *(pytest.param(each, marks=pytest.mark.sqlite) for each in ("fr", "es"))])
@everything
def test_every_page_that_links_lead_to_answers_and_is_whole(demo: Installation, client: Client, language: str) -> None:
    addresses, flaws, pictures = [], [], set()
    for address, page in crawl(client, language):
        addresses.append(address)
        flaws += [f"{address}: {flaw}" for flaw in flaws_of(page, language)]
        sources = {str(image["src"]) for image in page.soup.find_all("img", src=True)}
        pictures |= {source for source in sources if source.startswith("/static/")}
    assert flaws == []
    assert [each for each in sorted(pictures) if not finders.find(each.removeprefix("/static/"))] == []
    assert len([each for each in addresses if re.fullmatch(rf"/{language}/projects/[\w-]+/", each)]) == 35
    assert len([each for each in addresses if "/certificates/" in each]) == ORDERS
    assert any("?page=2" in each for each in addresses)
    assert any("before=" in each for each in addresses)


def flaws_of(page: Page, language: str) -> Iterator[str]:
    """Name what no page may have."""
    if page.language != language:
        yield f"lang is {page.language}"
    if len(page.soup.find_all("h1")) != 1:
        yield "not exactly one h1"
    if len(page.title.split(" · ")[0]) < 3:
        yield f"title is {page.title!r}"
    text = page.soup.text
    for left in UNFINISHED.finditer(text):
        yield f"unfinished text: {text[max(0, left.start() - 20) : left.end() + 20]}"
    ids = Counter(str(tag["id"]) for tag in page.soup.find_all(id=True))
    for link in page.links():
        if link.startswith("#") and len(link) > 1 and link[1:] not in ids:
            yield f"{link} leads nowhere"
        if not link or link.startswith("javascript:"):
            yield f"a link to {link!r}"
    for name, times in ids.items():
        if times > 1:
            yield f"id {name} {times} times"


@everything
def test_the_certificates_of_the_past_can_be_had_as_pdf(demo: Installation, client: Client) -> None:
    for entry in LogEntry.objects.order_by("number")[:3]:
        answer = client.get(f"/en/certificates/{entry.code}/certificate.pdf")
        assert answer.content.startswith(b"%PDF-")


# --- Its translations


@everything
def test_an_editor_corrects_an_english_page_and_synchronises_it(
    demo: Installation, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(User.objects.get(email=LOGINS["editor"]))
    story = ProjectPage.objects.get(slug="swine-manure-methane-chile", locale__language_code="en")
    french = ProjectPage.objects.get(slug=story.slug, locale__language_code="fr")
    translations = Translation.objects.filter(source__object_id=story.translation_key)
    assert [each.get_status_display() for each in translations] == ["Up to date", "Up to date"]
    desk = reverse("wagtailadmin_pages:edit", args=[french.pk])
    assert "js-translation-editor" in client.get(desk).content.decode()
    story.summary = "A summary that was corrected."
    story.save_revision().publish()
    assert [each.get_status_display() for each in translations] == ["Waiting for translations"] * 2
    with django_capture_on_commit_callbacks(execute=True):
        sync = reverse("wagtail_localize:update_translations", args=[translations[0].source_id])
        assert client.post(sync, {"publish_translations": "on"}).status_code == 302
    assert "A summary that was corrected." in client.get(desk).content.decode()
    before, french = french, ProjectPage.objects.get(pk=french.pk)
    assert (french.live, french.summary) == (True, "A summary that was corrected.")
    assert (french.title, french.slug) == ("Ce que la lagune n’exhale plus", story.slug)
    assert french.body == before.body
    assert [each.text for each in french.benefits.all()] == [each.text for each in before.benefits.all()]


@everything
def test_all_that_is_told_in_another_language_is_translated_and_stays_so(demo: Installation) -> None:
    """However often it is synchronised: words, addresses and what stands in menus."""
    told = TreePage.objects.exclude(locale__language_code="en").filter(alias_of=None, depth__gt=1)
    pages = {(each.translation_key, each.locale_id): each for each in told.specific()}
    translations = Translation.objects.select_related("source", "target_locale")
    assert {(each.source.object_id, each.target_locale_id) for each in translations} == set(pages)
    assert [str(each) for each in translations if each.get_status_display() != "Up to date"] == []
    one_of_each_kind = {type(page): key for key, page in pages.items()}
    for translation in translations:
        key = (translation.source.object_id, translation.target_locale_id)
        if key in one_of_each_kind.values():
            before = words_of(pages[key])
            translation.source.update_from_db()
            translation.save_target()
            assert words_of(translation.get_target_instance()) == before, before["title"]
    assert len(one_of_each_kind) == 6


def words_of(page: TreePage) -> dict[str, Any]:
    """All that a page says, and where it is."""
    changing = ("latest_revision", "latest_revision_created_at", "has_unpublished_changes")
    return {name: value for name, value in page.serializable_data().items() if name not in changing}


# --- What can go wrong


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),  # whose orders are held into the new year
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2031, 6, 1), date(2031, 12, 31)),
    ],
)
def test_a_demo_goes_on_after_the_end_of_the_cdm(today: date, last: date) -> None:
    assert last_day_of_cers(today) == last


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("which", [0, 1], ids=["web", "simulator"])
def test_a_busy_port_is_one_sentence(tmp_path: Path, which: int) -> None:
    with socket.socket() as web, socket.socket() as simulator:
        web.bind(("127.0.0.1", 0))
        port = web.getsockname()[1]
        if which == 1:
            web.close()
            simulator.bind(("127.0.0.1", port + 1))
        (web, simulator)[which].listen()
        ended = run(sys.executable, "-m", "portal.home.demo", "--port", str(port), VAR_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == f"demo: Port {port + which} is busy: stop what uses it, or choose another with --port.\n"
    assert ended.stdout == ""


def test_a_demo_that_was_made_with_fewer_people_goes_on_with_them(tmp_path: Path) -> None:
    made = prepare(folder=tmp_path, port=8000)
    made.secrets["passwords"].pop("colleague")
    (tmp_path / "secrets.json").write_text(json.dumps(made.secrets), encoding="utf-8")
    assert list(prepare(folder=tmp_path, port=8000).logins) == ["editor", "provider", "staff"]


@pytest.mark.parametrize("since", [None, "2026-01-01"], ids=["before it was noted", "of other migrations"])
def test_a_demo_of_an_earlier_version_says_that_it_must_be_started_over(tmp_path: Path, since: str | None) -> None:
    kept = {"merchants": [], "passwords": {}} | ({"migrations_since": since} if since else {})
    (tmp_path / "secrets.json").write_text(json.dumps(kept), encoding="utf-8")
    ended = run(sys.executable, "-m", "portal.home.demo", VAR_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == "demo: this demo's data is of an earlier version. Start over with: bin/demo --reset\n"
    assert [each.name for each in tmp_path.iterdir()] == ["secrets.json"]


def test_a_python_that_is_too_old_is_one_sentence(tmp_path: Path) -> None:
    """A machine with a Python 3.9 by the name of python3, and nothing else but what a shell has."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("dirname", "basename"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")  # what it says to `sys.version_info < (3, 11)`
    old.chmod(0o755)
    ended = run(ROOT / "bin" / "demo", PATH=str(tools), PYTHON=str(old), PORTAL_VENV=str(tmp_path / "venv"))
    assert ended.returncode == 1
    assert ended.stderr == "demo: Python 3.11 or newer is needed; none was found on this machine.\n"
    assert not (tmp_path / "venv").exists()


def test_nonsense_on_the_command_line_is_explained(tmp_path: Path) -> None:
    ended = run(sys.executable, "-m", "portal.home.demo", "--port", "many", VAR_DIR=str(tmp_path))
    assert ended.returncode == 2
    assert "argument --port: invalid int value: 'many'" in ended.stderr
