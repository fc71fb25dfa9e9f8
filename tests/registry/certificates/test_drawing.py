"""A certificate says what the facts say, to eyes and to screen readers, in the same bytes every time."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from itertools import pairwise

import pytest
import segno
import typst
from PIL import Image
from pypdf import PdfReader

from portal.registry.certificates.drawing import render_pdf, share_image
from portal.registry.certificates.engraving import square_code
from portal.registry.certificates.facts import CertificateFacts, PrintedBlock
from portal.registry.certificates.lettering import bare_case, carried_case
from portal.registry.certificates.words import words
from portal.registry.statement import Statement

FACTS = CertificateFacts(
    code="7K4M-9QXD-2F6P-H",
    version=1,
    locale="en",
    verify_url="https://portal.example/certificates/7K4M-9QXD-2F6P-H",
    unit_type="CER",
    unit_status="",
    quantity=15,
    serial_blocks=(PrintedBlock("IN-5-197042606-2-2-0-1514", "IN-5-197042620-2-2-0-1514", 15),),
    activity_code="CDM-1514",
    activity_title="Run-of-river hydro power project",
    host_country="IN",
    technology="Hydro",
    methodologies="ACM0002",
    monitoring_start=date(2013, 1, 1),
    monitoring_end=date(2013, 5, 31),
    vintage_year=2013,
    registry_name="Demonstration registry",
    registry_transaction="IN-4711",
    cancelled_at=datetime(2026, 11, 21, 14, 3, 59, tzinfo=UTC),
    statement=Statement(
        beneficiary_name="Kestrel & Daughters Ltd",
        beneficiary_type="organisation",
        beneficiary_country="GB",
        purpose="A contribution for our workshops in 2025.",
    ),
    provider_name="Alaknanda Hydro",
    is_sample=False,
)


def stating(facts: CertificateFacts, **changes: object) -> CertificateFacts:
    """The same facts, of which the purchaser says something else."""
    return replace(facts, statement=replace(facts.statement, **changes))


def pdf_of(facts: CertificateFacts) -> PdfReader:
    return PdfReader(BytesIO(render_pdf(facts, words(facts), case=bare_case())))


@cache
def text_of(facts: CertificateFacts) -> str:
    """What a reader finds in the document, with line ends and repeated spaces read as one space."""
    return " ".join(" ".join(page.extract_text() for page in pdf_of(facts).pages).split())


def with_blocks(count: int) -> CertificateFacts:
    blocks = [PrintedBlock(f"IN-5-{n}00-2-2-0-9", f"IN-5-{n}24-2-2-0-9", 25) for n in range(1000, 1000 + count)]
    return replace(FACTS, quantity=25 * count, serial_blocks=tuple(blocks))


def test_everything_that_was_cancelled_can_be_read() -> None:
    text = text_of(FACTS)
    for fact in (
        "Certificate of voluntary cancellation",
        "7K4M-9QXD-2F6P-H",
        "version 1",
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
    assert render_pdf(FACTS, words(FACTS)) == render_pdf(FACTS, words(FACTS))


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
    assert other.stdout == render_pdf(FACTS, words(FACTS))


def test_installed_fonts_do_not_change_an_ordinary_certificate() -> None:
    assert render_pdf(FACTS, words(FACTS), case=bare_case()) == render_pdf(FACTS, words(FACTS))


def test_a_new_version_is_a_new_document() -> None:
    second = replace(FACTS, version=2)
    assert "version 2" in text_of(second)
    assert render_pdf(second, words(second)) != render_pdf(FACTS, words(FACTS))


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


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_an_ordinary_certificate_is_one_page(locale: str) -> None:
    assert len(pdf_of(replace(FACTS, locale=locale)).pages) == 1


SENEGAL = "Société Générale d'Électricité du Sénégal"
LONGEST_NAME = ("Société " * 32).strip()
LONGEST_PURPOSE = ("Une contribution à l’action pour le climat. " * 20).strip()[:875]
LONGEST_TITLE = ("Bundled wind power in three districts " * 5)[:177].strip()
SAID = [
    {"beneficiary_name": "", "beneficiary_type": "other", "beneficiary_country": "", "purpose": ""},
    {"beneficiary_name": "A"},
    {"beneficiary_name": SENEGAL},
    {"beneficiary_name": SENEGAL, "consumption_period": "Exercice 2025/26"},
    {"beneficiary_name": SENEGAL, "purpose": LONGEST_PURPOSE[:300], "consumption_period": "Exercice 2025/26"},
    {"beneficiary_name": SENEGAL, "purpose": LONGEST_PURPOSE, "consumption_period": "Exercice 2025/26"},
    {"beneficiary_name": LONGEST_NAME, "purpose": LONGEST_PURPOSE, "consumption_period": "1" * 60},
    {"beneficiary_name": "W" * 256},
    {"beneficiary_name": "Μαρία " * 42, "purpose": "\n\n".join(["For the river."] * 12)},
]


def baselines(facts: CertificateFacts) -> list[tuple[float, str]]:
    """Where the lines of the first page stand, in points from its lower edge, the highest first, and what they say."""
    rows: dict[float, str] = {}

    def place(text: str, outer: list[float], inner: list[float], _font: object, _size: float) -> None:
        y = round(outer[5] + outer[3] * inner[5], 1)
        if outer[1] == 0:  # the mark of sample data lies across the page
            rows[y] = rows.get(y, "") + text

    pdf_of(facts).pages[0].extract_text(visitor_text=place)
    return sorted(((y, text) for y, text in rows.items() if text.strip()), reverse=True)


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
@pytest.mark.parametrize("said", SAID)
def test_whatever_is_said_fits_one_page(locale: str, said: dict[str, str]) -> None:
    for sample, title in ((False, FACTS.activity_title), (True, LONGEST_TITLE)):
        facts = stating(replace(FACTS, locale=locale, is_sample=sample, activity_title=title), **said)
        assert len(pdf_of(facts).pages) == 1


@pytest.mark.parametrize("said", SAID)
def test_what_is_stated_stands_apart_from_what_was_said(said: dict[str, str]) -> None:
    """A purpose that touched the sentence below it read as if it were part of it."""
    for facts in (
        stating(FACTS, **said),
        stating(replace(FACTS, activity_title=LONGEST_TITLE, is_sample=True), **said),
    ):
        rows = baselines(facts)
        first = next(number for number, (_y, text) in enumerate(rows) if "in units of type" in text)
        gap, pitch = rows[first - 1][0] - rows[first][0], rows[first][0] - rows[first + 1][0]
        assert gap > 1.5 * pitch, rows[first - 1]
        table, below = next(pair for pair in pairwise(rows) if "IN-5-197042606" in pair[0][1])
        assert table[0] - below[0] > 20, below
        assert min(high - low for (high, _up), (low, _down) in pairwise(rows)) > 6


def test_the_lines_of_a_name_are_about_as_long_as_each_other() -> None:
    texts = [text.strip() for _y, text in baselines(stating(FACTS, beneficiary_name=SENEGAL))]
    assert "Société Générale" in texts
    assert "d'Électricité du Sénégal" in texts
    assert "Kestrel & Daughters Ltd" in [text.strip() for _y, text in baselines(FACTS)]


def test_the_longest_texts_ever_seen_lose_nothing() -> None:
    facts = stating(
        replace(FACTS, activity_title=LONGEST_TITLE), beneficiary_name=LONGEST_NAME, purpose=LONGEST_PURPOSE
    )
    text = text_of(facts)
    assert len(pdf_of(facts).pages) == 1
    assert LONGEST_NAME in text
    assert LONGEST_PURPOSE in text
    assert text.replace("\u2068", "").count(LONGEST_TITLE) == 2


@pytest.mark.parametrize("count", [1, 2, 6])
def test_some_blocks_still_fit_one_page(count: int) -> None:
    assert len(pdf_of(with_blocks(count)).pages) == 1


def test_three_hundred_blocks_repeat_their_header_on_every_page() -> None:
    facts = with_blocks(300)
    pages = [page.extract_text() for page in pdf_of(facts).pages]
    printed = [int(found) for page in pages for found in re.findall(r"IN-5-(\d+)00-2-2-0-9", page)]
    assert printed == list(range(1000, 1300))
    assert len(pages) > 5
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert all("FIRST" in page and "LAST" in page for page in pages if "IN-5-" in page)


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "*x* _y_",
        "<b>bold</b>",
        "$x^2$",
        "@a",
        "// comment",
        '"); #panic(',
        "{registry}",
        "\\u{41}",
    ],
)
def test_what_people_type_is_never_read_as_markup(name: str) -> None:
    text = text_of(stating(replace(FACTS, provider_name=name), beneficiary_name=name, purpose=name))
    assert text.count(name) == 4
    assert "root:" not in text


@pytest.mark.parametrize("name", ["Ελένη Παππά", "Мария Ёлкина", "Nguyễn Thị Ánh"])
def test_names_in_european_scripts_stay_themselves(name: str) -> None:
    text = text_of(stating(FACTS, beneficiary_name=name))
    assert name in text
    assert "Romanised" not in text


def test_a_name_without_a_font_is_romanised_and_says_so() -> None:
    text = text_of(stating(FACTS, beneficiary_name="王小明 🫠", purpose="भारत"))
    assert "WangXiaoMing :melting_face:†" in text
    assert "† Romanised: no installed font has the script of the original." in text


@pytest.mark.parametrize("name", ["राष्ट्रीय ऊर्जा विकास", "தமிழ்நாடு", "การไฟฟ้าฝ่ายผลิต", "ភាសាខ្មែរ", "東京電力", "Café 🌍"])
def test_names_in_most_scripts_stand_on_the_certificate(name: str) -> None:
    facts = stating(FACTS, beneficiary_name=name, purpose=name)
    drawn = render_pdf(facts, words(facts))
    assert drawn == render_pdf(facts, words(facts), case=carried_case())
    pages = PdfReader(BytesIO(drawn)).pages
    assert len(pages) == 1
    assert "Romanised" not in pages[0].extract_text()


def test_an_arabic_name_is_set_in_arabic() -> None:
    text = text_of(stating(FACTS, beneficiary_name="محمد"))
    assert set("محمد") <= set(text)
    assert "Romanised" not in text


def test_a_name_of_one_endless_word_stays_on_the_page() -> None:
    facts = stating(FACTS, beneficiary_name="W" * 256)
    assert text_of(facts).replace("\u200b", "").replace(" ", "").count("W" * 256) == 2
    assert len(pdf_of(facts).pages) == 1


def test_many_threads_give_the_same_bytes() -> None:
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: render_pdf(FACTS, words(FACTS)), range(8)))
    assert set(drawn) == {render_pdf(FACTS, words(FACTS))}


def test_bidirectional_tricks_do_not_reach_the_page() -> None:
    text = text_of(stating(FACTS, beneficiary_name="Alma\u202e gro.live\u2066"))
    assert "Alma gro.live" in text
    assert "\u202e" not in text


def test_a_missing_word_is_an_error_and_not_a_gap() -> None:
    some = {key: value for key, value in words(FACTS).items() if key != "disclaimer"}
    with pytest.raises(typst.TypstError, match="disclaimer"):
        render_pdf(FACTS, some)


def test_facts_survive_their_json_form() -> None:
    nothing = replace(FACTS, monitoring_start=None, monitoring_end=None, vintage_year=None, is_sample=True)
    for facts in (FACTS, with_blocks(3), nothing):
        assert CertificateFacts.from_json(facts.to_json()) == facts
        assert CertificateFacts.from_json(facts.to_json()).to_json() == facts.to_json()
        assert CertificateFacts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantity": 16}, "add up"),
        ({"cancelled_at": FACTS.cancelled_at.replace(tzinfo=None)}, "UTC"),
        ({"cancelled_at": datetime(2026, 11, 21, 14, tzinfo=timezone(timedelta(hours=1)))}, "UTC"),
        ({"serial_blocks": (PrintedBlock("IN-５", "IN-６", 15),)}, "ASCII"),
    ],
)
def test_facts_that_contradict_themselves_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(FACTS, **changes)


def test_the_seal_does_not_depend_on_the_order_of_blocks() -> None:
    facts = with_blocks(3)
    assert replace(facts, serial_blocks=facts.serial_blocks[::-1]).serials == facts.serials


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
