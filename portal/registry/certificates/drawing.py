"""Core: from the facts of one cancellation to the certificate, a tagged PDF that is the same in every byte each time.

Facts go in as data and words as finished sentences; Typst sets them by the template beside this file. Nothing that a
person typed is ever read as Typst markup, since it only arrives inside one JSON text.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from string import Formatter
from typing import Any

import typst

from portal.registry.certificates.engraving import border, seal_drawing, square_code
from portal.registry.certificates.facts import CertificateFacts
from portal.registry.certificates.lettering import FontCase, Lettered, fonts_for, letter

_TEMPLATE = Path(__file__).with_name("certificate.typ")
_SHARE_TEMPLATE = Path(__file__).with_name("share.typ")


def render_pdf(facts: CertificateFacts, words: Mapping[str, str], *, case: FontCase | None = None) -> bytes:
    """The certificate as PDF/UA-1 on A4: one page however long names and purpose are, more where blocks are many.

    The same facts and words give the same bytes; on machines with other fonts too, as long as the built-in serifs
    suffice (`case` is what is tried when they do not). `words` is finished text in the reader's language, as
    `words.words` gives it; only `cancelled` names {beneficiary}, {activity} and {registry}, the remarks
    name what was typed, and `page` has {page} and {pages}. Raises typst.TypstError if a word is missing, KeyError if
    that of a remark is.
    """
    typed, fonts = _lettered(facts, case)
    drawings = {"border": border(595.28, 841.89), "qr": square_code(facts.verify_url), **_seals(facts)}
    inputs = {"page": json.dumps(_page(facts, words, typed) | {"drawings": drawings})}
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=fonts,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(facts.cancelled_at.timestamp()),
    )


def share_image(facts: CertificateFacts, words: Mapping[str, str], *, case: FontCase | None = None) -> bytes:
    """A PNG of 1200 by 630 pixels that shows quantity, beneficiary, activity and seal, for links to the certificate.

    Same promises as `render_pdf`; the page that links it says the same in words.
    """
    typed, fonts = _lettered(facts, case)
    inputs = {"page": json.dumps(_page(facts, words, typed) | {"drawings": _seals(facts)})}
    return typst.compile(_SHARE_TEMPLATE.read_bytes(), font_paths=fonts, sys_inputs=inputs, format="png", ppi=72)


def _lettered(facts: CertificateFacts, case: FontCase | None) -> tuple[dict[str, Lettered], typst.Fonts]:
    """What people and other systems wrote, ready to set, and the fonts that this needs."""
    typed = {name: letter(text, case=case, lines=name == "purpose") for name, text in _typed(facts).items()}
    return typed, fonts_for(typed.values(), case=case)


def _seals(facts: CertificateFacts) -> dict[str, str]:
    return {
        "seal": seal_drawing(facts.serials, line=1.1),
        "underprint": seal_drawing(facts.serials, edge="#E4E3D6", lace="#EFE7D3", line=0.9),
    }


def _typed(facts: CertificateFacts) -> dict[str, str]:
    """What people or other systems wrote, which may be in any script."""
    return {
        **facts.statement.texts,
        "activity": f"{facts.activity_code} {facts.activity_title}",
        "methodologies": facts.methodologies,
        "provider": facts.provider_name,
        "registry": facts.registry_name,
        "transaction": facts.registry_transaction,
    }


def _page(facts: CertificateFacts, words: Mapping[str, str], typed: Mapping[str, Lettered]) -> dict[str, Any]:
    return {
        "words": dict(words),
        "language": facts.locale.partition("-")[0],
        "code": facts.code,
        "url": facts.verify_url,
        "sample": facts.is_sample,
        "typed": {name: asdict(text) for name, text in typed.items()},
        "cancelled": list(_pieces(words["cancelled"])),
        "remarks": [
            {"label": words[f"{name}_label"], "pieces": list(_pieces(words[name]))} for name in facts.statement.remarks
        ],
        "blocks": [
            [block.start_text, block.end_text, f"{block.quantity:,}".replace(",", words["group"])]
            for block in facts.serial_blocks
        ],
        "romanised": any(text.romanised for text in typed.values()),
    }


def _pieces(sentence: str) -> Iterator[dict[str, str]]:
    """A sentence cut at its placeholders, so that names go in as names and not as part of our text."""
    for literal, name, _, _ in Formatter().parse(sentence):
        if literal:
            yield {"text": literal}
        if name:
            yield {"name": name}
