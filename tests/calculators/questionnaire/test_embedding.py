"""Any page shows any calculator; a partner shows one on a site of its own, in a frame without a cookie."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, PageViewRestriction

from portal.calculators.models import CalculatorIndexPage, CalculatorPage, SavedEstimate
from portal.calculators.questionnaire.embedding import snippet
from portal.home.models import PlainPage
from tests.calculators.compositions import COMMUTING, FLYING
from tests.pages import Page
from tests.world import World


@pytest.fixture
def index(world: World) -> CalculatorIndexPage:
    home = world.indexes["en"].get_parent()
    made = CalculatorIndexPage(title="Calculators", slug="calculators", locale=home.locale)
    return home.add_child(instance=made)


@pytest.fixture
def commuting(index: CalculatorIndexPage) -> CalculatorPage:
    """A calculator that an editor composed."""
    page = CalculatorPage(title="Coming to work", slug="coming", kind="own", summary="By car.", locale=index.locale)
    page.composition = page.composition.stream_block.to_python(COMMUTING)
    return index.add_child(instance=page)


@pytest.fixture
def flights(index: CalculatorIndexPage) -> CalculatorPage:
    """A calculator that comes with the portal."""
    page = CalculatorPage(title="Flights", slug="flights", kind="flight", summary="Far.", locale=index.locale)
    return index.add_child(instance=page)


def page_with(index: CalculatorIndexPage, *calculators: CalculatorPage, is_asked: bool = True) -> PlainPage:
    body = [("heading", "Before")]
    body += [("calculator", {"page": each, "is_asked": is_asked}) for each in calculators]
    page = PlainPage(title="A page", slug="a-page", body=body, locale=index.locale)
    return index.get_parent().add_child(instance=page)


def shown(client: Client, page: Any) -> str:
    response = client.get(page.get_url())
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert response["Cache-Control"] == "public, max-age=60"
    return response.content.decode()


# --- On pages of the portal


def test_a_plain_page_asks_a_composed_calculator(client: Client, index: CalculatorIndexPage, commuting: CalculatorPage):
    text = shown(client, page_with(index, commuting))
    assert "Kilometres a day" in text
    assert reverse("answers", args=[commuting.ref]) in text
    assert text.count('id="calculator"') == 1


def test_a_story_asks_any_calculator(client: Client, world: World, index: CalculatorIndexPage, flights: CalculatorPage):
    story = world.story(body=[("calculator", {"page": flights, "is_asked": True})])
    assert reverse("answers", args=["flight"]) in shown(client, story)


def test_the_home_page_asks_any_calculator(client: Client, index: CalculatorIndexPage, flights: CalculatorPage):
    home = index.get_parent().specific
    home.body = [("calculator", {"page": flights, "is_asked": True})]
    home.save_revision().publish()
    assert reverse("answers", args=["flight"]) in shown(client, home)


def test_a_card_leads_to_a_calculator(client: Client, index: CalculatorIndexPage, commuting: CalculatorPage):
    text = shown(client, page_with(index, commuting, is_asked=False))
    assert f'<a href="{commuting.get_url()}">Coming to work</a>' in text
    assert 'id="calculator"' not in text


def test_one_calculator_is_asked_on_a_page_and_others_are_cards(
    client: Client, index: CalculatorIndexPage, commuting: CalculatorPage, flights: CalculatorPage
):
    text = shown(client, page_with(index, commuting, flights))
    assert text.count('id="calculator"') == 1
    assert reverse("answers", args=[commuting.ref]) in text
    assert f'<a href="{flights.get_url()}">Flights</a>' in text


def test_a_calculator_s_own_page_shows_others_as_cards(
    client: Client, index: CalculatorIndexPage, commuting: CalculatorPage, flights: CalculatorPage
):
    flights.body = [("calculator", {"page": commuting, "is_asked": True})]
    flights.save_revision().publish()
    text = shown(client, flights)
    assert text.count('id="calculator"') == 1
    assert f'<a href="{commuting.get_url()}">Coming to work</a>' in text


def test_a_calculator_that_is_not_public_is_left_out(
    client: Client, index: CalculatorIndexPage, commuting: CalculatorPage
):
    page = page_with(index, commuting)
    commuting.unpublish()
    text = shown(client, page)
    assert "Before" in text
    assert "Coming to work" not in text


def test_a_calculator_that_is_gone_is_left_out(client: Client, index: CalculatorIndexPage, commuting: CalculatorPage):
    page = page_with(index, commuting)
    CalculatorPage.objects.get(pk=commuting.pk).delete()
    assert "Before" in shown(client, page)


def test_a_calculator_that_cannot_work_is_a_card(client: Client, index: CalculatorIndexPage, commuting: CalculatorPage):
    page = page_with(index, commuting)
    CalculatorPage.objects.filter(pk=commuting.pk).update(composition=[])
    text = shown(client, page)
    assert 'id="calculator"' not in text
    assert "Coming to work" in text


def test_a_calculator_that_is_not_for_everybody_is_left_out(
    client: Client, index: CalculatorIndexPage, commuting: CalculatorPage
):
    page = page_with(index, commuting)
    assert "Coming to work" in shown(client, page)
    PageViewRestriction.objects.create(page=commuting, restriction_type=PageViewRestriction.LOGIN)
    assert "Coming to work" not in shown(client, page)


def test_a_translated_page_asks_the_translated_calculator(
    client: Client, index: CalculatorIndexPage, commuting: CalculatorPage
):
    french = Locale.objects.get(language_code="fr")
    index.copy_for_translation(french).save_revision().publish()
    translated = commuting.copy_for_translation(french)
    translated.title = "Venir au travail"
    translated.save_revision().publish()
    page = page_with(index, commuting)
    page.copy_for_translation(french).save_revision().publish()
    assert "Venir au travail" in shown(client, page.get_translation(french))


def test_a_composed_calculator_goes_on_in_the_languages_that_it_is_translated_into(
    client: Client, index: CalculatorIndexPage, commuting: CalculatorPage
):
    def languages() -> list[str]:
        page = Page(client.get(commuting.get_url()))
        return [str(each["lang"]) for each in page.form("at").select("[data-language]")]

    assert languages() == []
    french = Locale.objects.get(language_code="fr")
    index.copy_for_translation(french).save_revision().publish()
    translated = commuting.copy_for_translation(french)
    assert languages() == []
    translated.save_revision().publish()
    assert languages() == ["fr"]


# --- In a frame


def frame_of(page: CalculatorPage, language: str = "en") -> str:
    """Return where a page's calculator stands in a frame: by its lasting name, since a slug may change."""
    return f"/{language}/embed/calculators/{page.ref}/"


def test_anyone_may_frame_a_calculator_and_no_other_page(client: Client, commuting: CalculatorPage):
    framed = client.get(frame_of(commuting))
    assert framed.status_code == 200
    assert "X-Frame-Options" not in framed.headers
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    ordinary = client.get(commuting.get_url())
    assert ordinary["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in ordinary["Content-Security-Policy"]


def test_all_else_that_the_policy_says_stays(client: Client, commuting: CalculatorPage):
    def rules(response: Any) -> dict[str, str]:
        policy = re.sub(r"'nonce-[^']*'", "", response["Content-Security-Policy"])
        return dict(each.strip().partition(" ")[::2] for each in policy.split(";"))

    framed, ordinary = rules(client.get(frame_of(commuting))), rules(client.get(commuting.get_url()))
    assert framed | {"frame-ancestors": "'self'"} == ordinary


def test_a_frame_sets_no_cookie_and_anyone_may_cache_it(client: Client, commuting: CalculatorPage):
    response = client.get(frame_of(commuting))
    assert client.cookies == {}
    assert response["Cache-Control"] == "public, max-age=60"


def test_nothing_in_a_frame_is_inline_or_from_elsewhere(client: Client, commuting: CalculatorPage):
    text = client.get(frame_of(commuting)).content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|style=", text) == []
    assert re.findall(r'(?:src|href)="(?!/|#)[^"]*"', text) == []


def test_steps_stay_in_the_frame_and_results_fill_the_window(client: Client, index: CalculatorIndexPage):
    page = CalculatorPage(title="To and fro", slug="to-and-fro", kind="own", summary="x", locale=index.locale)
    page.composition = page.composition.stream_block.to_python(FLYING + COMMUTING[1:])
    index.add_child(instance=page)
    address = frame_of(page)
    first = client.get(address).content.decode()
    assert f'method="post" action="{address}"' in first
    assert f'hx-post="{address}"' in first
    own = reverse("answers", args=[page.ref])
    finishing = re.findall(r'<button[^>]*name="finish"[^>]*>', first)
    assert finishing
    assert all(f'hx-post="{address}" formaction="{own}" formtarget="_top"' in each for each in finishing)
    second = client.post(address, {"at": "flying", "go": "commuting"})
    assert second.status_code == 200
    assert "frame-ancestors *" in second["Content-Security-Policy"]
    assert client.cookies == {}
    assert "Kilometres a day" in second.content.decode()
    part = client.post(address, {"at": "flying", "go": "commuting"}, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<form")


def test_what_was_answered_in_a_frame_becomes_a_result(client: Client, commuting: CalculatorPage):
    given = {"at": "commuting", "finish": "1", "a-cars": "2", "a-kilometres_a_day": "10"}
    response = Client(enforce_csrf_checks=True).post(reverse("answers", args=[commuting.ref]), given)
    assert response.status_code == 302
    assert SavedEstimate.objects.get().calculator == commuting.ref


def test_a_result_asked_for_in_a_frame_is_told_to_its_script(client: Client, commuting: CalculatorPage):
    given = {"at": "commuting", "finish": "1", "a-cars": "2", "a-kilometres_a_day": "10"}
    response = client.post(frame_of(commuting), given, headers={"HX-Request": "true"})
    address = SavedEstimate.objects.get().get_absolute_url()
    assert (response.status_code, response.content) == (204, b"")
    assert json.loads(response["HX-Trigger"]) == {"calculated": {"address": address}}
    assert client.cookies == {}


def test_what_is_wrong_is_said_in_the_frame(client: Client, commuting: CalculatorPage):
    given = {"at": "commuting", "finish": "1", "a-cars": "two", "a-kilometres_a_day": "10"}
    response = client.post(frame_of(commuting), given, headers={"HX-Request": "true"})
    assert "data-error-summary" in response.content.decode()
    assert f'action="{frame_of(commuting)}"' in response.content.decode()
    assert not SavedEstimate.objects.exists()


def test_links_in_a_frame_open_the_whole_window(client: Client, commuting: CalculatorPage):
    text = client.get(frame_of(commuting)).content.decode()
    links = re.findall(r'<a href="([^"]*)"([^>]*)>', text)
    assert [address for address, _rest in links] == [commuting.get_url(), reverse("factors")]
    assert all('target="_top"' in rest for _address, rest in links)


def test_a_frame_of_nothing_is_not_found(client: Client, commuting: CalculatorPage):
    assert client.get("/en/embed/calculators/nothing/").status_code == 404
    assert client.get(frame_of(commuting, "fr")).status_code == 404  # it is not translated


def test_a_calculator_that_comes_with_the_portal_is_framed_by_its_name(client: Client, index: CalculatorIndexPage):
    assert client.get("/en/embed/calculators/flight/").status_code == 200


def test_a_page_that_is_not_for_everybody_is_neither_framed_nor_asked(client: Client, commuting: CalculatorPage):
    PageViewRestriction.objects.create(page=commuting, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(frame_of(commuting)).status_code == 404
    assert client.get(reverse("answers", args=[commuting.ref])).status_code == 404


def test_a_calculator_that_cannot_work_is_not_framed(client: Client, commuting: CalculatorPage):
    CalculatorPage.objects.filter(pk=commuting.pk).update(composition=[])
    assert client.get(frame_of(commuting)).status_code == 404


def test_the_page_hands_out_what_a_partner_copies(client: Client, commuting: CalculatorPage):
    commuting.title = 'Coming & "going"'
    text = snippet(commuting)
    assert text == (
        f'<iframe src="http://testserver{frame_of(commuting)}" title="Coming &amp; &quot;going&quot;" '
        'width="100%" height="900" style="border:0" loading="lazy"></iframe>\n'
        '<script src="http://testserver/static/js/frame.js" async></script>'
    )
    assert f"&lt;iframe src=&quot;http://testserver{frame_of(commuting)}&quot;" in shown(client, commuting)


@pytest.mark.parametrize("name", ["frame.js", "framed.js"])
def test_the_scripts_of_frames_are_served(name: str):
    assert (settings.BASE_DIR / "portal" / "static" / "js" / name).read_text(encoding="utf-8").startswith("//")
