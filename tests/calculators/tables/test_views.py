"""Tables of many rows in the browser: sent, watched and fetched by whoever has their address."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.calculators.tables import service
from portal.calculators.tables.models import Batch
from tests.calculators.tables.uploads import TRAINS, finish, many
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

UPLOAD = "/en/calculators/batch/"


def send(client: Client, data: bytes = TRAINS, kind: str = "trip", path: str = UPLOAD) -> Any:
    return client.post(path, {"kind": kind, "file": SimpleUploadedFile("trips.csv", data)})


def test_a_table_is_sent_watched_and_fetched(client: Client, now: datetime):
    sent = send(client)
    assert sent.status_code == 302
    page = client.get(sent["Location"])
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert "0 of 3 rows are calculated." in page.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.content.decode()
    finish(Batch.objects.get(), now)
    done = client.get(sent["Location"]).content.decode()
    assert "rows with a mistake" in done
    assert "http-equiv" not in done
    table = client.get(f"{sent['Location']}result.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert "Bo,sled,5,,,mode: Choose one of the options offered." in b"".join(table.streaming_content).decode()


def test_htmx_gets_the_part_that_changes(client: Client):
    sent = send(client)
    part = client.get(sent["Location"], headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="batch-progress"')
    assert f'hx-get="{sent["Location"]}"' in part


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7\x00", "This is no CSV file. Save the table as CSV and try again."),
        (b"a,b\n1,2", "No column of the file is one of these: name, mode, length"),
        (b"name\nx", "The column mode is missing."),
        (b"x" * (12 * 1024**2 + 1), "The file has 13 MB; 12 MB are possible."),
    ],
    ids=["empty", "binary", "other", "column", "size"],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(client: Client, data: bytes, sentence: str):
    page = send(client, data)
    assert page.status_code == 422
    assert sentence in page.content.decode().replace("&quot;", '"')
    assert 'href="#id_file"' in page.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Too many tables are kept at the moment: there is no room for this one."),
        ("fr", "Trop de tableaux sont conservés en ce moment\xa0: il n’y a pas de place pour celui-ci."),
        ("es", "En este momento se conservan demasiadas tablas y no queda sitio para esta."),
    ],
)
def test_where_there_is_no_room_it_is_said(client: Client, language: str, sentence: str):
    send(client)
    Batch.objects.update(rows=service.MOST_ROWS_KEPT, sender="others")
    page = send(client, path=f"/{language}/calculators/batch/")
    assert page.status_code == 503
    assert sentence in Page(page).source
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The tables that were sent from your network take up all the room that one sender has."),
        ("fr", "Les tableaux envoyés depuis votre réseau occupent toute la place dont dispose un expéditeur."),
        ("es", "Las tablas enviadas desde su red ocupan todo el espacio de que dispone un remitente."),
    ],
)
def test_who_has_sent_a_share_of_all_tables_waits_and_nobody_else(client: Client, language: str, sentence: str):
    send(client)
    Batch.objects.update(rows=service.MOST_ROWS_KEPT // 8)
    page = send(client, path=f"/{language}/calculators/batch/")
    assert page.status_code == 429
    assert sentence in Page(page).source
    assert send(Client(REMOTE_ADDR="203.0.113.7")).status_code == 302


def test_the_address_of_a_sender_is_not_kept(client: Client):
    send(client)
    assert re.fullmatch("[0-9a-f]{24}", Batch.objects.get().sender)
    send(Client(REMOTE_ADDR=""))
    assert Batch.objects.first().sender == ""


def test_nothing_sent_is_said(client: Client):
    page = client.post(UPLOAD, {}).content.decode()
    assert "Choose what the rows are." in page
    assert "Choose a file." in page


@pytest.mark.parametrize("address", ["x", "x.y", "a" * 300, "tok:en"])
def test_an_address_that_is_not_ours_is_not_looked_up(client: Client, django_assert_num_queries: Any, address: str):
    assert service.find(address=address) is None
    assert client.get(f"{UPLOAD}{address}/").status_code == 404
    assert client.get(f"{UPLOAD}{address}/result.csv").status_code == 404


def test_an_address_that_an_earlier_key_signed_leads_to_its_table(client: Client, settings: Any):
    address = send(client)["Location"]
    before, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    settings.SECRET_KEY_FALLBACKS = [before]
    assert client.get(address).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(address).status_code == 404


def test_whoever_makes_a_table_is_told_the_words_that_it_may_hold(client: Client):
    rows = Page(client.get(UPLOAD)).soup.select(".batch-choices div")
    told = {words(row.dt): [words(word) for word in row.dd.select("code")] for row in rows}
    assert told["cabin"] == ["average", "economy", "premium", "business", "first"]
    assert {"flight", "train", "car", "walk"} < set(told["mode"])


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_pages_stand_in_every_language(client: Client, now: datetime, language: str):
    path = f"/{language}/calculators/batch/"
    assert client.get(path).status_code == 200
    sent = send(client, path=path)
    assert sent["Location"].startswith(path)
    finish(Batch.objects.get(), now)
    assert client.get(sent["Location"]).status_code == 200
    assert Batch.objects.get().language == language


def test_how_many_tables_one_visitor_may_send(client: Client, settings: Any):
    settings.RATE_LIMITS = True
    cache.clear()
    statuses = [send(client).status_code for _number in range(11)]
    cache.clear()
    assert statuses == [302] * 10 + [429]


def test_how_often_one_visitor_may_fetch_a_result(client: Client, settings: Any, now: datetime):
    sent = send(client)
    finish(Batch.objects.get(), now)
    settings.RATE_LIMITS = True
    cache.clear()
    statuses = [client.get(f"{sent['Location']}result.csv").status_code for _number in range(11)]
    cache.clear()
    assert statuses == [200] * 10 + [429]


def test_a_page_asks_few_questions(client: Client, now: datetime, django_assert_max_num_queries: Any):
    sent = send(client, many(3500))
    finish(Batch.objects.get(), now)
    with django_assert_max_num_queries(12):
        client.get(sent["Location"])
