"""Staff keep activities and issuance blocks; editors choose among activities; what was cancelled can only be read."""

import json
from itertools import product
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.registry.desk_forms import NOT_PRINTABLE
from portal.registry.models import Activity, Cancellation, Certificate, IssuanceBlock, LogEntry
from tests.pages import Page, words
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


@pytest.fixture
def staff(world: World, client: Client) -> Client:
    """A browser in which somebody with every permission is signed in."""
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


ACTIVITY = {
    "code": "cdm-2138",
    "number": "2138",
    "title": "Efficient stoves in Nyando",
    "host_country": "KE",
    "scope": "3",
    "sector": "Energy demand",
    "technology": "EE households",
    "subtype": "",
    "methodologies": "AMS-II.G.",
    "validation_body": "",
}


def block_form(activity: Activity, **changes: str) -> dict[str, str]:
    facts = {
        "activity": str(activity.pk),
        "unit_type": "CER",
        "vintage_year": "2019",
        "serial_start": "1",
        "serial_end": "500",
        "commitment_period": "2",
    }
    return {**facts, **changes}


def test_staff_add_an_activity(staff: Client):
    response = staff.post(reverse("activity:add"), ACTIVITY)
    assert response.status_code == 302
    assert list(Activity.objects.values_list("code", "host_country")) == [("CDM-2138", "KE")]


def test_a_title_that_stands_on_certificates_is_seen(staff: Client):
    response = staff.post(reverse("activity:add"), {**ACTIVITY, "title": "\u2800"})
    assert response.context["form"].errors == {
        "title": ["This contains characters that show nothing or cannot be printed: U+2800. Please leave them out."]
    }
    assert not Activity.objects.exists()


def test_the_identity_of_an_activity_is_fixed_once_it_has_units(world: World, staff: Client):
    activity = world.block().activity
    response = staff.post(reverse("activity:edit", args=[activity.pk]), {**ACTIVITY, "title": "A better title"})
    assert response.status_code == 302
    activity.refresh_from_db()
    assert (activity.code, activity.number, activity.host_country) == ("CDM-0033", 33, "CL")
    assert activity.title == "A better title"


def test_an_activity_with_units_is_not_deleted_and_says_why(world: World, staff: Client):
    block = world.block(units=10)
    response = staff.post(reverse("activity:delete", args=[block.activity_id]))
    assert response.status_code == 302
    assert said(response) == [
        "CDM-0033 Wind power at Punta Larga cannot be deleted, because these depend on it: issuance block CL-5 1-10."
    ]
    assert Activity.objects.count() == 1


def test_an_activity_without_units_is_deleted(world: World, staff: Client):
    activity = world.activity()
    staff.post(reverse("activity:delete", args=[activity.pk]))
    assert Activity.objects.count() == 0


def test_an_activity_shows_its_issuance_blocks(world: World, staff: Client):
    block = world.block(units=10)
    page = staff.get(reverse("activity:inspect", args=[block.activity_id])).content.decode()
    assert "CL-5-1-2-2-0-33 – CL-5-10-2-2-0-33" in page
    assert reverse("issuanceblock:edit", args=[block.pk]) in page


def test_staff_enter_an_issuance_whose_series_follows_from_its_activity(world: World, staff: Client):
    response = staff.post(reverse("issuanceblock:add"), block_form(world.activity()))
    assert response.status_code == 302
    assert [str(block) for block in IssuanceBlock.objects.all()] == ["CL-5 1-500"]


def test_the_series_of_a_paris_unit_names_its_activity_and_vintage(world: World, staff: Client):
    activity = world.activity("A64-S001")
    facts = {"unit_type": "MCU", "commitment_period": "", "mcu_status": "PI", "vintage_year": "2025"}
    staff.post(reverse("issuanceblock:add"), block_form(activity, **facts))
    assert [str(block) for block in IssuanceBlock.objects.all()] == ["UN01-CL-S001-2025 1-500"]


def test_an_issuance_that_cannot_be_is_refused(world: World, staff: Client):
    for changes, field, reason in (
        ({"commitment_period": ""}, "commitment_period", "A Kyoto unit has a commitment period: 1 or 2."),
        ({"unit_type": "MCU"}, "commitment_period", "Leave this empty: an A6.4ER has no commitment period."),
        (
            {"unit_type": "AER", "commitment_period": ""},
            "authorisation_id",
            "An authorized A6.4ER needs the authorization it rests on.",
        ),
        ({"serial_end": "0"}, "serial_end", "The last serial number is lower than the first."),
        ({"serial_start": "0"}, "serial_start", "Serial numbers run from 1 and have at most fifteen digits."),
        (
            {"monitoring_start_date": "2019-12-31", "monitoring_end_date": "2019-01-01"},
            "monitoring_end_date",
            "The monitoring period ends before it starts.",
        ),
    ):
        response = staff.post(reverse("issuanceblock:add"), block_form(world.activity(), **changes))
        assert response.context["form"].errors[field] == [reason]
        assert IssuanceBlock.objects.count() == 0, changes


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (12345678, {}),
        (1, {"commitment_period": "10"}),
        (1, {"unit_type": "MCU", "commitment_period": "", "vintage_year": "25"}),
    ],
)
def test_units_that_could_not_be_named_are_refused_before_anything_shows_them(
    world: World, staff: Client, number: int, changes: dict[str, str]
):
    activity = world.activity("CDM-0033", number=number)
    response = staff.post(reverse("issuanceblock:add"), block_form(activity, **changes))
    assert response.context["form"].errors["activity"] == [str(NOT_PRINTABLE)]
    assert not IssuanceBlock.objects.exists()


def test_units_are_entered_once(world: World, staff: Client):
    activity = world.block(units=10).activity
    response = staff.post(reverse("issuanceblock:add"), block_form(activity, serial_start="10", serial_end="20"))
    assert response.context["form"].errors["serial_start"] == ["Some of these units are already known: CL-5 1-10."]


def test_serial_numbers_on_offer_are_fixed(world: World, staff: Client):
    block = world.listing(units=10).issuance_block
    facts = {"serial_end": "999", "issued_date": "2020-05-01"}
    response = staff.post(reverse("issuanceblock:edit", args=[block.pk]), block_form(block.activity, **facts))
    assert response.status_code == 302
    block.refresh_from_db()
    assert (block.serial_end, str(block.issued_date)) == (10, "2020-05-01")


def test_a_cancellation_shows_its_serial_numbers_and_its_certificate(
    world: World, staff: Client, mailoutbox: list[Any]
):
    world.completed(world.listing(units=10), quantity=4)
    cancellation, certificate = Cancellation.objects.get(), Certificate.objects.get()
    page = staff.get(reverse("cancellation:inspect", args=[cancellation.pk])).content.decode()
    assert "<td>1</td><td>4</td><td>CL-5</td>" in page
    assert f'href="{certificate.get_absolute_url()}"' in page


def test_what_was_cancelled_is_changed_by_nobody(world: World, staff: Client, mailoutbox: list[Any]):
    world.completed()
    models = {"cancellation": Cancellation, "certificate": Certificate, "logentry": LogEntry}
    for (name, model), act in product(models.items(), ["edit", "delete"]):
        row = model.objects.get()
        assert staff.get(reverse(f"{name}:inspect", args=[row.pk])).status_code == 200, name
        response = staff.post(reverse(f"{name}:{act}", args=[row.pk]), {})
        assert (response.status_code, response["Location"]) == (302, "/admin/"), (name, act)
        assert model.objects.count() == 1, (name, act)


def test_editors_do_not_keep_the_registry(world: World, editor: Client):
    for name in ("activity", "issuanceblock", "cancellation", "certificate", "logentry"):
        response = editor.get(reverse(f"{name}:index"))
        assert (response.status_code, response["Location"]) == (302, "/admin/"), name


def chosen(response: Any) -> list[str]:
    return [str(activity) for activity in response.context["results"]]


def test_editors_find_an_activity_by_any_words_of_it(world: World, editor: Client):
    world.activity()
    world.activity("CDM-2138", title="Stoves in Nyando", host_country="KE", technology="EE households")
    world.activity("CDM-9999", title="Wind power in Rajasthan", host_country="IN")
    larga, nyando = "CDM-0033 Wind power at Punta Larga", "CDM-2138 Stoves in Nyando"
    rajasthan = "CDM-9999 Wind power in Rajasthan"
    expected = {
        "": [larga, nyando, rajasthan],
        "?q=wind": [larga, rajasthan],
        "?q=larga+wind": [larga],
        "?q=2138": [nyando],
        "?q=household": [nyando],
        "?host_country=IN": [rajasthan],
        "?q=nothing": [],
    }
    address = reverse("activity_chooser:choose_results")
    assert {query: chosen(editor.get(address + query)) for query in expected} == expected


def test_what_stands_in_a_country_is_found_by_its_name(world: World, staff: Client):
    """In lists, which name countries under their heading, and in the filters of these."""
    world.completed()
    india = world.activity("CDM-9999", title="Wind power in Rajasthan", host_country="IN")
    world.completed(world.listing(activity=india))
    for name, field in (
        ("activity", "host_country"),
        ("issuanceblock", "activity__host_country"),
        ("logentry", "host_country"),
    ):
        page = Page(staff.get(reverse(f"{name}:index")))
        choices = page.soup.find("select", {"name": field}).find_all("option")
        assert [words(each) for each in choices[1:]] == ["Chile", "India"], name
        found = Page(staff.get(reverse(f"{name}:index"), {field: "IN"})).soup.select("main tbody tr")
        assert len(found) == 1, name
    heads = [words(each) for each in Page(staff.get(reverse("activity:index"))).soup.select("main thead th")]
    assert "Host country" in heads


def test_editors_choose_an_activity(world: World, editor: Client):
    activity = world.activity()
    answer = json.loads(editor.get(reverse("activity_chooser:chosen", args=[activity.pk])).content)
    assert answer["result"]["id"] == str(activity.pk)
    assert answer["result"]["title"] == "CDM-0033 Wind power at Punta Larga"


def queries_of(staff: Client, name: str) -> int:
    staff.get(reverse(f"{name}:index"))  # Wagtail fills its caches
    with CaptureQueriesContext(connection) as asked:
        staff.get(reverse(f"{name}:index"))
    return len(asked)


@pytest.mark.parametrize("name", ["activity", "issuanceblock", "cancellation", "certificate", "logentry"])
def test_a_list_of_three_asks_no_more_than_a_list_of_one(world: World, staff: Client, mailoutbox: list[Any], name: str):
    world.completed()
    few = queries_of(staff, name)
    world.completed(world.listing(activity=world.activity("CDM-2138")))
    world.completed(world.listing(provider=world.vento))
    assert queries_of(staff, name) == few
