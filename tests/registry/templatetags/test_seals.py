"""Seals on pages: the same units, the same seal, and nothing in it but lines."""

from django.template import Context, Template

from portal.registry.certificates.seal import canonical

PAIRS = [["IN-5-101-1-1-0-100", "IN-5-103-1-1-0-100"], ["IN-5-11-1-1-0-100", "IN-5-20-1-1-0-100"]]


def shown(source: str, **context: object) -> str:
    return Template("{% load seals %}" + source).render(Context(context))


def test_the_same_units_give_the_same_seal_in_whatever_order_they_come() -> None:
    assert canonical(PAIRS) == canonical(PAIRS[::-1])
    assert shown("{% seal serials %}", serials=PAIRS) == shown("{% seal serials %}", serials=PAIRS[::-1])


def test_other_units_give_another_seal() -> None:
    assert shown("{% seal serials %}", serials=PAIRS) != shown("{% seal serials %}", serials=PAIRS[:1])


def test_a_seal_is_drawn_from_numbers_alone() -> None:
    drawn = shown("{% seal serials 'small' %}", serials=[["<script>", "&"]])
    assert drawn.startswith("<svg ")
    assert "<script" not in drawn
    assert "style=" not in drawn
