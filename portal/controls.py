"""The controls of forms as Django draws them, to the letter, without its templates.

Django draws a text field by three templates and a radio button by four, each time, which was a quarter of the work that
a page with a form is. What is not in the table below is left to Django.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData

Control = Mapping[str, Any]  # what a widget says of itself


class ControlRenderer(DjangoTemplates):
    """Django's own renderer, which knows the plainest controls by heart."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else str(super().render(template_name, context, request))


def _text(value: Any) -> str:
    """Escape a value as `{{ value|stringformat:"s" }}` does."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))


def _attributes(control: Control) -> str:
    return "".join(
        f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{_text(value)}"'
        for name, value in control["attrs"].items()
        if value is not False
    )


def _input(control: Control) -> str:
    value = "" if control["value"] is None else f' value="{_text(control["value"])}"'
    kind, name = conditional_escape(control["type"]), conditional_escape(control["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(control)}>'


def _choice(control: Control) -> str:
    """Draw a radio button or a checkbox of several, within its label if it has one."""
    if not control.get("wrap_label"):
        return _input(control)
    identity = control["attrs"].get("id")
    to = f' for="{conditional_escape(identity)}"' if identity else ""
    return f"<label{to}>{_input(control)}\n {conditional_escape(control['label'])}</label>"


def _textarea(control: Control) -> str:
    words = conditional_escape(control["value"]) if control["value"] else ""
    return f'<textarea name="{conditional_escape(control["name"])}"{_attributes(control)}>\n{words}</textarea>'


_INPUTS = "checkbox color date datetime email hidden number password search tel text time url"
_DRAWN: dict[str, Callable[[Control], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS.split()},
    "django/forms/widgets/radio_option.html": _choice,
    "django/forms/widgets/checkbox_option.html": _choice,
    "django/forms/widgets/textarea.html": _textarea,
}
