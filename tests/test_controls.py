"""Controls are drawn as Django's own templates draw them, whatever is in them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from portal.controls import ControlRenderer

DJANGOS, OURS = DjangoTemplates(), ControlRenderer()
VALUES: tuple[Any, ...] = (
    None,
    "",
    "plain",
    "<b>\"two\" & 'one'</b>",
    0,
    7,
    1234567,
    2.5,
    True,
    False,
    mark_safe("&amp;"),
)
VALUES += (
    date(2026, 5, 3),
    datetime(2026, 5, 3, 14, 5, tzinfo=UTC),
    gettext_lazy("Account"),
    "\u202e\u0645\n\r\n{{ x }}",
)
ATTRIBUTES: tuple[dict[str, Any], ...] = (
    {},
    {"id": "id_a", "required": True, "disabled": False, "maxlength": 12, "data-x": '"&<', "title": None},
    {"data-y": mark_safe("&lt;"), "aria-label": gettext_lazy("Account"), "data-z": 0, "class": ""},
)
PLAIN = (
    *(forms.TextInput, forms.EmailInput, forms.URLInput, forms.NumberInput, forms.PasswordInput, forms.HiddenInput),
    *(forms.CheckboxInput, forms.Textarea, forms.DateInput, forms.DateTimeInput, forms.TimeInput),
    *(forms.ColorInput, forms.SearchInput, forms.TelInput),
)
CHOICES = [("", "—"), ("a", gettext_lazy("Account")), (3, '<i>"three"</i>'), ("g", mark_safe("<b>bold</b>"))]


def same(widget: forms.Widget, name: str, value: Any, attributes: dict[str, Any]) -> None:
    drawn = [widget.render(name, value, attributes, renderer) for renderer in (OURS, DJANGOS)]
    assert drawn[0] == drawn[1], (widget, value)


@pytest.mark.parametrize("widget", PLAIN, ids=lambda widget: widget.__name__)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_control_is_drawn_as_django_draws_it(widget: type[forms.Widget], language: str) -> None:
    with override(language):
        for value in VALUES:
            for attributes in ATTRIBUTES:
                same(widget(), "a", value, attributes)
                same(widget(attrs={"rows": 4}), 'b"<', value, attributes)


@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple], ids=lambda each: each.__name__)
def test_choices_are_drawn_as_django_draws_them_one_by_one_and_as_a_list(widget: type[forms.RadioSelect]) -> None:
    for attributes in ATTRIBUTES:
        for value in ("a", 3, None, ["a", "g"]):
            of = widget(choices=CHOICES, attrs={"class": "x"})
            same(of, "a", value, attributes)
            for option in of.subwidgets("a", value, attributes):
                for wrapped in (True, False):
                    context = {"widget": {**option, "wrap_label": wrapped}}
                    name = option["template_name"]
                    assert OURS.render(name, context) == DJANGOS.render(name, context)


def test_what_is_not_known_by_heart_is_left_to_django() -> None:
    same(forms.Select(choices=[("Group", [("a", "A")]), ("b", "B")]), "a", "b", {"id": "id_a"})
    same(forms.ClearableFileInput(), "a", None, {})


def test_all_forms_are_drawn_by_it() -> None:
    assert settings.FORM_RENDERER == "portal.controls.ControlRenderer"
    assert isinstance(get_default_renderer(), ControlRenderer)
