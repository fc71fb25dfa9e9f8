"""A certificate states period and footprint as the purchaser's own, and one without them is what it always was."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from portal.registry import service
from portal.registry.certificates.drawing import render_pdf, share_image
from portal.registry.certificates.facts import CertificateFacts
from portal.registry.certificates.words import words
from portal.registry.models import Cancellation, Certificate, LogEntry
from portal.registry.statement import Footprint, Statement
from tests.pages import Page
from tests.registry.certificates.drawn import FACTS, pdf_of, stating, text_of
from tests.world import World

HOUSEHOLD = Footprint(title="Household footprint 2026", tonnes="7.3981234", factor_set="2026.1-3f2a9c1b")
MEASURED = stating(FACTS, consumption_period="1–3 May 2026", footprint=HOUSEHOLD)
ALMA = Statement(
    beneficiary_name="Alma Prado", beneficiary_type="person", beneficiary_country="CL", purpose="For the river."
)
YOUNGER = ("consumption_period", "footprint")


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def older(facts: CertificateFacts) -> dict[str, Any]:
    """The facts as they were kept before there was a period or a footprint."""
    return {name: value for name, value in facts.to_dict().items() if name not in YOUNGER}


def test_it_says_what_was_calculated_with_what_and_that_nobody_verified_it() -> None:
    text = plain(text_of(MEASURED))
    assert "Period stated by the purchaser: 1–3 May 2026" in text
    assert (
        "Footprint calculated by the purchaser, not verified: "
        "Household footprint 2026, 7.40 t CO₂ equivalent, factor set 2026.1-3f2a9c1b"
    ) in text


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_it_is_still_one_page_and_the_same_bytes_each_time(locale: str) -> None:
    facts = replace(MEASURED, locale=locale)
    assert len(pdf_of(facts).pages) == 1
    assert render_pdf(facts, words(facts)) == render_pdf(facts, words(facts))
    assert "2026.1-3f2a9c1b" in text_of(facts)


def test_either_stands_without_the_other() -> None:
    period = text_of(stating(MEASURED, footprint=None))
    assert "1–3 May 2026" in period
    assert "Footprint calculated" not in period
    footprint = text_of(stating(MEASURED, consumption_period=""))
    assert "Period stated" not in footprint
    assert "Household footprint 2026" in footprint


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_facts_kept_before_draw_what_they_always_drew(locale: str) -> None:
    now = replace(FACTS, locale=locale)
    then = CertificateFacts.from_dict(older(now))
    assert then == now
    assert not {"footprint", "footprint_label"} & words(then).keys()
    assert render_pdf(then, words(then)) == render_pdf(now, words(now))
    assert "Period stated" not in text_of(then)


def test_the_picture_for_links_says_nothing_of_it() -> None:
    assert share_image(MEASURED, words(MEASURED)) == share_image(FACTS, words(FACTS))


def test_facts_survive_their_json_form() -> None:
    for facts in (MEASURED, stating(MEASURED, footprint=None)):
        assert CertificateFacts.from_json(facts.to_json()) == facts


def test_a_fact_that_was_always_there_may_not_be_missing() -> None:
    with pytest.raises(KeyError, match="purpose"):
        CertificateFacts.from_dict({name: value for name, value in older(FACTS).items() if name != "purpose"})


@pytest.mark.parametrize("title", ['#read("/etc/passwd")', "{factor_set}", "*x*", "محمد", "Feria \u202edel", "王"])
def test_a_title_in_any_script_is_text_and_nothing_else(title: str) -> None:
    facts = stating(MEASURED, footprint=replace(HOUSEHOLD, title=title, factor_set="{x}"), consumption_period=title)
    text = text_of(facts)
    assert "factor set" in text
    assert "{x}" in plain(text)
    assert "root:" not in text
    if title.isascii():
        assert plain(text).count(title) == 2


# --- From the request to what the public sees


@pytest.fixture
def cancelled(world: World) -> Any:
    """Cancel three units for Alma, with whatever else she says."""

    def ask(**said: Any) -> LogEntry:
        service.request(
            reference="T-1",
            issuance_block_id=world.block(units=10).pk,
            account=world.sol.registry_account,
            quantity=3,
            provider_name="Sol",
            statement=replace(ALMA, **said),
            locale="en",
            now=world.now,
        )
        done = service.carry_out(reference="T-1", now=world.now)
        assert isinstance(done, service.Done)
        return LogEntry.objects.get(code=done.code)

    return ask


def test_what_was_said_reaches_certificate_and_history(cancelled: Any, client: Client) -> None:
    entry = cancelled(consumption_period="2026", footprint=HOUSEHOLD)
    facts = CertificateFacts.from_dict(Certificate.objects.get().facts)
    assert (facts.statement.consumption_period, facts.statement.footprint) == ("2026", HOUSEHOLD)
    assert entry.consumption_period == "2026"
    page = Page(client.get(f"/en/certificates/{entry.code}/"))
    assert "Period stated by the purchaser: 2026" in page.main
    assert "not verified: Household footprint 2026, 7.40 t CO₂ equivalent, factor set 2026.1-3f2a9c1b" in page.main
    assert "7,40" in Page(client.get(f"/fr/certificates/{entry.code}/")).main
    history = Page(client.get("/en/history/"))
    assert "For the river. Period: 2026" in history.main
    assert "Household footprint" not in history.source


def test_what_was_typed_stands_on_the_page_as_text_and_by_itself(cancelled: Any, client: Client) -> None:
    entry = cancelled(consumption_period="<b>2026", footprint=replace(HOUSEHOLD, title="{purpose} <i>"))
    source = Page(client.get(f"/en/certificates/{entry.code}/")).source
    assert "Period stated by the purchaser: <bdi>&lt;b&gt;2026</bdi>" in source
    assert "<bdi>{purpose} &lt;i&gt;</bdi>, 7.40 t CO₂ equivalent, factor set <bdi>2026.1-3f2a9c1b</bdi>" in source


def test_the_table_of_the_history_has_the_period_in_its_last_column(cancelled: Any, client: Client) -> None:
    cancelled(consumption_period="=2026")
    head, row = b"".join(client.get("/en/history/cancellations.csv")).decode().splitlines()
    assert head.split(",")[-2:] == ["is_sample", "consumption_period"]
    assert row.endswith(",no,'=2026")


def test_who_says_neither_leaves_no_trace_of_them(cancelled: Any, client: Client) -> None:
    entry = cancelled()
    assert (Cancellation.objects.get().footprint, entry.consumption_period) == (None, "")
    page = Page(client.get(f"/en/certificates/{entry.code}/"))
    assert "Period stated" not in page.main
    assert "Footprint" not in page.main
    assert "Period:" not in Page(client.get("/en/history/")).main


def test_the_page_of_an_old_certificate_still_opens(cancelled: Any, client: Client) -> None:
    entry = cancelled()
    certificate = Certificate.objects.get()
    certificate.facts = {name: value for name, value in certificate.facts.items() if name not in YOUNGER}
    certificate.save()
    for part in ("", "certificate.pdf", "share.png"):
        assert client.get(f"/en/certificates/{entry.code}/{part}").status_code == 200
