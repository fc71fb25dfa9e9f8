"""A certificate says what the facts say, to eyes and to screen readers, in the same bytes every time."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
import segno
import typst
from PIL import Image
from pypdf import PdfReader

from portal.registry.certificates.drawing import render_pdf, share_image
from portal.registry.certificates.engraving import square_code
from portal.registry.certificates.facts import PrintedBlock
from portal.registry.certificates.words import words
from tests.registry.certificates.drawn import (
    FACTS,
    drawn,
    drawn_with_all_fonts,
    pdf_of,
    stating,
    text_of,
    with_blocks,
)


def test_everything_that_was_cancelled_can_be_read() -> None:
    text = text_of(FACTS)
    for fact in (
        "Certificate of voluntary cancellation",
        "Code 7K4M-9QXD-2F6P-H · version 1",
        "Kestrel & Daughters Ltd",
        "Organisation · United Kingdom",
        "15 tonnes of CO₂ equivalent",
        "“A contribution for our workshops in 2025.”",
        "CDM-1514 Run-of-river hydro power project",
        "India",
        "ACM0002",
        "1 January 2013 to 31 May 2013",
        "Alaknanda Hydro",
        "Demonstration registry",
        "IN-4711",
        "21 November 2026, 14:03:59 UTC",
        "IN-5-197042606-2-2-0-1514 IN-5-197042620-2-2-0-1514 15",
        "https://portal.example/certificates/7K4M-9QXD-2F6P-H",
    ):
        assert fact in text


def test_french_counts_the_first_of_a_month() -> None:
    text = text_of(replace(FACTS, locale="fr", cancelled_at=datetime(2026, 11, 1, 14, 3, 59, tzinfo=UTC)))
    assert "1er janvier 2013" in text
    assert "31 mai 2013" in text
    assert "1er novembre 2026" in text


def test_the_sentence_names_who_what_when_and_where() -> None:
    assert (
        "15 tonnes of CO₂ equivalent in units of type CER from CDM-1514 Run-of-river hydro power project were "
        "cancelled for Kestrel & Daughters Ltd on 21 November 2026, 14:03:59 UTC (registry: Demonstration registry)."
    ) in text_of(FACTS).replace("\u2068", "").replace("\u2069", "")


def test_one_tonne_is_singular() -> None:
    block = PrintedBlock("IN-5-197032979-1-1-0-1514", "IN-5-197032979-1-1-0-1514", 1)
    assert "1 tonne of CO₂ equivalent" in text_of(replace(FACTS, quantity=1, serial_blocks=(block,)))


@pytest.mark.parametrize(
    ("unit_type", "status", "claim"),
    [
        ("CER", "", "no corresponding adjustment for them under the Paris Agreement"),
        ("tCER", "", "carbon stored by trees, which may be released again"),
        ("lCER", "", "long-term certified emission reductions"),
        ("A6.4ER", "MCU, PI", "contribute to the climate target of the host country, India"),
        ("MCU", "", "keeps the reductions in its own count"),
        ("A6.4ER", "AER, CA0001, I, NC", "does not show that it has been reported"),
        ("AER", "", "makes a corresponding adjustment due"),
        ("A6.4ER", "", "is recorded in the registry"),
    ],
)
def test_each_unit_type_says_honestly_what_it_stands_for(unit_type: str, status: str, claim: str) -> None:
    assert claim in text_of(replace(FACTS, unit_type=unit_type, unit_status=status))


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_no_certificate_claims_neutrality(locale: str) -> None:
    assert not re.search(r"neutral|offset|compens", text_of(replace(FACTS, locale=locale)), re.IGNORECASE)


def test_an_anonymous_certificate_names_nobody() -> None:
    text = text_of(stating(FACTS, beneficiary_name="", beneficiary_country="", purpose=""))
    assert "Not named" in text
    assert "neither beneficiary nor purpose be published" in text
    assert "Purpose stated" not in text
    assert "for {beneficiary}" not in text


def test_sample_data_is_marked_and_real_data_is_not() -> None:
    note = "Sample data: no units were cancelled in a public registry."
    assert note in text_of(replace(FACTS, is_sample=True))
    assert note not in text_of(FACTS)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render_pdf(FACTS, words(FACTS)) == drawn_with_all_fonts(FACTS)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import json, sys\n"
        "from portal.registry.certificates.drawing import render_pdf\n"
        "from portal.registry.certificates.facts import CertificateFacts\n"
        "facts, words = json.load(sys.stdin)\n"
        "sys.stdout.buffer.write(render_pdf(CertificateFacts.from_json(facts), words))"
    )
    told = json.dumps([FACTS.to_json(), words(FACTS)]).encode()
    other = subprocess.run([sys.executable, "-c", program], input=told, capture_output=True, check=True)
    assert other.stdout == drawn_with_all_fonts(FACTS)


def test_installed_fonts_do_not_change_an_ordinary_certificate() -> None:
    assert drawn(FACTS) == drawn_with_all_fonts(FACTS)


def test_a_new_version_is_a_new_document() -> None:
    second = replace(FACTS, version=2)
    assert "version 2" in text_of(second)
    assert drawn(second) != drawn(FACTS)


def test_the_document_is_tagged_and_declares_pdf_ua() -> None:
    reader = pdf_of(FACTS)
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_language_title_and_date_are_set() -> None:
    reader = pdf_of(replace(FACTS, locale="fr"))
    assert reader.root_object["/Lang"] == "fr"
    assert reader.metadata is not None
    assert "7K4M-9QXD-2F6P-H" in str(reader.metadata.title)
    assert reader.metadata.creation_date == FACTS.cancelled_at


def test_pictures_have_alternatives_and_the_table_has_headers() -> None:
    kinds, alternatives = structure_of(pdf_of(FACTS))
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/Link"} <= set(kinds)
    assert "Square code that leads to https://portal.example/certificates/7K4M-9QXD-2F6P-H" in alternatives
    assert "Seal drawn from the serial numbers; the same units always give the same seal." in alternatives


def structure_of(reader: PdfReader) -> tuple[list[str], list[str]]:
    kinds: list[str] = []
    alternatives: list[str] = []
    waiting = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            kinds.append(str(node.get("/S", "")))
            alternatives.append(str(node.get("/Alt", "")))
            waiting.extend([node["/K"]] if "/K" in node else [])
    return kinds, alternatives


def test_many_threads_give_the_same_bytes() -> None:
    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(lambda _: render_pdf(FACTS, words(FACTS)), range(8)))
    assert set(documents) == {drawn_with_all_fonts(FACTS)}


def test_a_missing_word_is_an_error_and_not_a_gap() -> None:
    some = {key: value for key, value in words(FACTS).items() if key != "disclaimer"}
    with pytest.raises(typst.TypstError, match="disclaimer"):
        render_pdf(FACTS, some)


def test_the_share_image_has_the_size_that_networks_ask_for() -> None:
    picture = share_image(FACTS, words(FACTS))
    assert Image.open(BytesIO(picture)).size == (1200, 630)
    assert picture == share_image(FACTS, words(FACTS))
    other = with_blocks(2)
    assert picture != share_image(other, words(other))


def test_the_square_code_is_drawn_module_for_module() -> None:
    code = segno.make(FACTS.verify_url, error="m", micro=False)
    side = len(code.matrix)
    size = f"#set page(width: {side}pt, height: {side}pt, margin: 0pt)"
    page = size + '\n#image(bytes(sys.inputs.qr), format: "svg", width: 100%)'
    drawn = typst.compile(page.encode(), format="png", ppi=72 * 5, sys_inputs={"qr": square_code(FACTS.verify_url)})
    pixels = Image.open(BytesIO(drawn)).convert("L")
    read = [[pixels.getpixel((5 * x + 2, 5 * y + 2)) < 128 for x in range(side)] for y in range(side)]
    assert read == [[bool(module) for module in row] for row in code.matrix]
