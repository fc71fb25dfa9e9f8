"""Core: from the facts of a pro-forma invoice to a tagged PDF that is the same in every byte each time.

As certificates are drawn: facts go in as data and words as finished sentences, and Typst sets them by the template
beside this file. Nothing that a person typed is ever read as Typst markup, since it only arrives inside one JSON text.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import typst

from portal.checkout.proforma.facts import ProForma
from portal.registry.certificates.lettering import FontCase, fonts_for, letter

_TEMPLATE = Path(__file__).with_name("proforma.typ")
_LINES = ("seller_address", "purchaser_address")


def render_pdf(facts: ProForma, words: Mapping[str, str], *, case: FontCase | None = None) -> bytes:
    """Return the pro-forma invoice as PDF/UA-1 on A4: one page, and more where names and addresses are long.

    The same facts and words give the same bytes. `case` is which fonts are tried where the built-in serifs do not
    suffice. Raises typst.TypstError if a word is missing.
    """
    typed = {name: letter(text, case=case, lines=name in _LINES) for name, text in _typed(facts).items()}
    page = {
        "words": dict(words),
        "language": facts.locale.partition("-")[0],
        "typed": {name: asdict(text) for name, text in typed.items()},
        "number": facts.number,
        "iban": facts.payee.iban,
        "bic": facts.payee.bic,
        "reference": facts.reference,
        "code": facts.code,
        "sample": facts.is_sample,
        "romanised": any(text.romanised for text in typed.values()),
    }
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=fonts_for(typed.values(), case=case),
        sys_inputs={"page": json.dumps(page)},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(facts.asked_at.timestamp()),
    )


def _typed(facts: ProForma) -> dict[str, str]:
    """What people or other systems wrote, which may be in any script."""
    return {
        "seller_name": facts.seller.name,
        "seller_address": facts.seller.address,
        "purchaser_name": facts.purchaser.name,
        "purchaser_address": facts.purchaser.address,
        "activity": f"{facts.activity_code} {facts.activity_title}",
        "holder": facts.payee.holder,
        "number": facts.payee.number,
        "bank": facts.payee.bank,
        "intermediary": facts.payee.intermediary,
    }
