"""The certificate as people get it: drawn once, kept, and the same in every byte for ever."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import override
from pypdf import PdfReader

from portal.registry.certificates import documents
from portal.registry.models import Certificate
from tests.threads import at_once


@pytest.fixture
def certificate(world) -> Certificate:
    world.completed(world.listing(units=10), quantity=3, locale="fr")
    return Certificate.objects.get()


def kept() -> list[str]:
    return sorted(default_storage.listdir("certificates")[1])


def test_a_certificate_is_kept_when_it_is_first_drawn(certificate):
    drawn = documents.pdf(documents.facts(certificate))
    assert drawn.startswith(b"%PDF-")
    assert kept() == [f"{certificate.code}-v1.pdf"]
    with default_storage.open(f"certificates/{kept()[0]}") as file:
        assert file.read() == drawn


def test_it_is_the_same_ever_after_whatever_the_typesetter_would_make_of_it_now(certificate):
    drawn = documents.pdf(documents.facts(certificate))
    certificate.facts["purpose"] = "Something else altogether."
    certificate.save()
    assert documents.pdf(documents.facts(certificate)) == drawn
    assert len(kept()) == 1


def test_drawn_anew_from_the_same_facts_it_has_the_same_bytes(certificate):
    drawn = documents.pdf(documents.facts(certificate))
    default_storage.delete(f"certificates/{kept()[0]}")
    assert documents.pdf(documents.facts(certificate)) == drawn


def test_a_correction_is_a_new_version_beside_the_old_one(certificate):
    first = documents.pdf(documents.facts(certificate))
    facts = {**certificate.facts, "version": 2, "beneficiary_name": "Alma Prado Ruiz"}
    Certificate.objects.create(
        cancellation=certificate.cancellation,
        code=certificate.code,
        version=2,
        facts=facts,
        issued_at=certificate.issued_at,
    )
    assert documents.newest(code=certificate.code).version == 2
    assert documents.pdf(documents.facts(documents.newest(code=certificate.code))) != first
    assert kept() == [f"{certificate.code}-v1.pdf", f"{certificate.code}-v2.pdf"]


def test_it_is_drawn_in_the_language_it_was_issued_in_whoever_asks(certificate):
    with override("es"):
        drawn = documents.pdf(documents.facts(certificate))
    assert PdfReader(BytesIO(drawn)).root_object["/Lang"] == "fr"


def test_facts_come_back_as_they_were_issued(certificate):
    facts = documents.facts(documents.newest(code=certificate.code))
    assert (facts.code, facts.quantity, facts.locale) == (certificate.code, 3, "fr")
    assert facts.cancelled_at == certificate.cancellation.completed_at


@pytest.mark.parametrize(("unit_type", "shown"), [("CER", "CER"), ("tCER", "tCER"), ("MCU", "MCU"), ("AER", "AER")])
def test_mcu_and_aer_stay_apart_where_the_registry_says_a64er_to_both(world, unit_type, shown):
    activity = world.activity("A64-S001" if len(unit_type) == 3 and unit_type != "CER" else "CDM-0033")
    world.completed(world.listing(activity=activity, unit_type=unit_type, vintage_year=2025))
    assert documents.facts(Certificate.objects.get()).kind == shown


# --- Two draw the same one at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_eight_that_draw_at_once_keep_one_file_and_give_the_same_bytes(certificate):
    default_storage.delete(f"certificates/{certificate.code}-v1.pdf")  # the letter has one already
    drawn = at_once(lambda number: documents.pdf(documents.facts(certificate)))
    assert len(set(drawn)) == 1
    assert kept() == [f"{certificate.code}-v1.pdf"]


def test_control_a_storage_gives_whoever_is_second_a_name_of_its_own(certificate):
    default_storage.save(f"certificates/{certificate.code}-v1.pdf", ContentFile(b"%PDF-"))
    assert len(kept()) == 2


@pytest.mark.django_db
def test_an_unknown_code_has_no_document(db):
    assert documents.newest(code="0000-0000-0000-0") is None
