"""Seals on pages: shown from a file, in the page's own colours, and silent."""

from django.template import Context, Template

from portal.registry.certificates.seal import canonical

PAIRS = [["IN-5-101-1-1-0-100", "IN-5-103-1-1-0-100"], ["IN-5-11-1-1-0-100", "IN-5-20-1-1-0-100"]]


def shown(source: str, **context: object) -> str:
    return Template("{% load seals %}" + source).render(Context(context))


def test_the_order_in_which_serial_numbers_come_does_not_matter() -> None:
    assert canonical(PAIRS) == canonical(PAIRS[::-1])


def test_a_seal_is_shown_ring_by_ring_from_its_file() -> None:
    assert shown("{% seal code 'small' %}", code="7K4M-9QXD-2F") == (
        '<svg class="seal" viewBox="-200 -200 400 400" fill="none" stroke-linejoin="round" aria-hidden="true"'
        ' focusable="false"><use class="seal-edge" href="/c/7K4M-9QXD-2F/small.svg#edge"/>'
        '<use class="seal-lace" href="/c/7K4M-9QXD-2F/small.svg#lace"/>'
        '<use class="seal-heart" href="/c/7K4M-9QXD-2F/small.svg#heart"/></svg>'
    )


def test_the_full_seal_is_drawn_finer() -> None:
    assert 'viewBox="-2000 -2000 4000 4000"' in shown("{% seal code %}", code="7K4M-9QXD-2F")


def test_nothing_of_a_code_becomes_markup() -> None:
    assert "<script" not in shown("{% seal code %}", code="<script>")
