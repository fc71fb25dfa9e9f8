"""Public proof: certificates, and how they are verified. What is searched is in test_views_history.py."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from portal.registry.codes import new_code, read_code
from portal.registry.models import Certificate
from tests.pages import Page
from tests.registry.looking import LANGUAGES, ODD
from tests.world import World

# --- Certificates


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_shows_what_was_cancelled(world: World, client: Client, language: str) -> None:
    entry = world.cancelled(
        quantity=3,
        beneficiary_name="Club Andino",
        beneficiary_type="organisation",
        beneficiary_country="PE",
        purpose="For the Andes",
    )
    page = Page(client.get(f"/{language}/certificates/{entry.code}/"))
    assert (page.status, page.language) == (200, language)
    assert page.heading
    for fact in (entry.code, "Club Andino", "For the Andes", *entry.serials[0], "CDM-0033", "Sol", "UTC"):
        assert fact in page.main
    assert f"http://testserver/c/{entry.code}" in page.main


def test_an_anonymous_certificate_names_nobody(world: World, client: Client) -> None:
    entry = world.cancelled()
    page = Page(client.get(f"/en/certificates/{entry.code}/"))
    assert "on behalf of a beneficiary who is not named" in page.main


def test_names_with_markup_do_no_harm(world: World, client: Client) -> None:
    name = "<script>alert('x')</script>{{ 7 }}"
    entry = world.cancelled(beneficiary_name=name, beneficiary_type="person", beneficiary_country="", purpose=name)
    for address in (f"/en/certificates/{entry.code}/", "/en/history/"):
        page = Page(client.get(address))
        assert name in page.main
        assert "<script>alert" not in page.source


@pytest.mark.parametrize("unit_type", ["CER", "tCER", "lCER", "MCU", "AER"])
def test_every_unit_type_has_its_own_honest_claim(world: World, client: Client, unit_type: str) -> None:
    code = "A64-S001" if unit_type in ("MCU", "AER") else "CDM-0033"
    entry = world.cancelled(world.listing(activity=world.activity(code), unit_type=unit_type))
    page = Page(client.get(f"/en/certificates/{entry.code}/"))
    said = {
        "CER": "A unit of the Clean Development Mechanism",
        "tCER": "A temporary unit from forestry",
        "lCER": "A long-term unit from forestry",
        "MCU": "A mitigation contribution unit.",
        "AER": "An authorized unit.",
    }
    assert said[unit_type] in page.main
    assert not any(text in page.main for kind, text in said.items() if kind != unit_type)


def test_a_certificate_that_does_not_exist_is_not_found(world: World, client: Client) -> None:
    for code in (new_code(), "none", "7K4M-9QXD-2F6P-H", "\x00", "a" * 3000):
        for part in ("", "certificate.pdf", "share.png"):
            assert client.get(f"/en/certificates/{code}/{part}").status_code == 404, code


def test_an_address_typed_by_hand_leads_to_the_one_address_of_a_certificate(world: World, client: Client) -> None:
    code = world.cancelled().code
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", "").lower()):
        answer = client.get(f"/fr/certificates/{typed}/")
        assert (answer.status_code, answer["Location"]) == (301, f"/fr/certificates/{code}/")


def test_the_pdf_is_the_same_document_each_time(world: World, client: Client) -> None:
    code = world.cancelled(quantity=2).code
    first = client.get(f"/en/certificates/{code}/certificate.pdf")
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == f'inline; filename="certificate-{code}.pdf"'
    assert first["X-Content-Type-Options"] == "nosniff"
    assert "public" in first["Cache-Control"]
    assert first.content.startswith(b"%PDF-")
    assert client.get(f"/fr/certificates/{code}/certificate.pdf").content == first.content


def test_a_corrected_certificate_is_a_new_version_under_the_same_code(world: World, client: Client) -> None:
    code = world.cancelled(beneficiary_name="Club Andnio", beneficiary_type="organisation").code
    old = client.get(f"/en/certificates/{code}/certificate.pdf").content
    first = Certificate.objects.get(code=code)
    Certificate.objects.create(
        cancellation=first.cancellation,
        code=code,
        version=2,
        facts={**first.facts, "version": 2, "beneficiary_name": "Club Andino"},
        issued_at=world.now + timedelta(days=1),
    )
    page = Page(client.get(f"/en/certificates/{code}/"))
    assert "Club Andino" in page.main
    assert "Version 2" in page.main
    assert client.get(f"/en/certificates/{code}/certificate.pdf").content != old


def test_the_picture_for_other_sites_is_a_png(world: World, client: Client) -> None:
    code = world.cancelled().code
    answer = client.get(f"/en/certificates/{code}/share.png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    page = Page(client.get(f"/en/certificates/{code}/"))
    shown = page.soup.find("meta", property="og:image")
    assert shown is not None
    assert shown["content"] == f"http://testserver/en/certificates/{code}/share.png"


# --- Verifying


def test_a_code_leads_to_its_certificate_however_it_is_typed(world: World, client: Client) -> None:
    code = world.cancelled().code
    for typed in (
        code,
        code.lower(),
        f" {code} ",
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("-", "\u2013"),
        f"http://testserver/en/certificates/{code}/",
        f"http://testserver/fr/certificates/{code}/certificate.pdf",
        f"testserver/certificates/{code}",
        f"https://testserver/es/certificates/{code}/?m=1#top",
        f"http://testserver/c/{code}",
        f"/c/{code.replace('-', '').lower()}",
        f"http://testserver/en/verify/?code={code}",
        f"Number {code} · version 1",
    ):
        answer = client.get("/en/verify/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/en/certificates/{code}/")


def test_a_code_that_was_never_issued_is_said_to_be_so(world: World, client: Client) -> None:
    code = new_code()
    page = Page(client.get("/en/verify/", {"code": code}))
    assert page.status == 200
    assert "No certificate has this code" in page.main
    assert page.sent("code") == {"code": code}


def test_a_slip_in_a_code_is_noticed_and_what_was_typed_is_kept(world: World, client: Client) -> None:
    code = world.cancelled().code
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    problem = "This is not a code of ours. Please compare it with the certificate; one character may be wrong."
    page = Page(client.get("/en/verify/", {"code": slip}))
    assert page.summary() == [problem]
    assert page.beside("code") == [problem]
    assert page.sent("code") == {"code": slip}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_code_could_be_one(world: World, client: Client, language: str) -> None:
    example = re.search(r"\w{4}-\w{4}-\w{4}-\w", Page(client.get(f"/{language}/verify/")).main)
    assert example
    assert read_code(example[0]) == example[0]


def test_an_empty_code_is_asked_for(world: World, client: Client) -> None:
    page = Page(client.get("/en/verify/", {"code": " "}))
    assert page.beside("code") == ["Enter the code that stands on the certificate."]
    assert Page(client.get("/en/verify/")).summary() == []


def test_odd_codes_get_an_answer(world: World, client: Client) -> None:
    for typed in ODD:
        page = Page(client.get("/fr/verify/", {"code": typed}))
        assert page.status == 200, typed
        assert len(page.beside("code")) >= 1, typed


def test_the_short_address_of_the_qr_code_leads_to_the_certificate(world: World, client: Client) -> None:
    code = world.cancelled().code
    for typed in (code, code.lower(), code.replace("-", "")):
        answer = client.get(f"/c/{typed}", headers={"accept-language": "fr"})
        assert (answer.status_code, answer["Location"]) == (301, f"/fr/certificates/{code}/")
        assert "Accept-Language" in answer["Vary"]
    assert client.head(f"/c/{code}").status_code == 301
    for nothing in ("none", "%00", new_code()):
        assert client.get(f"/c/{nothing}", follow=True).status_code == 404
