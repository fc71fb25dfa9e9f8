"""The form in which editors keep a page with a calculator."""

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from portal.calculators import loading
from portal.calculators.editing import compositions
from portal.calculators.editing.decomposing import decompose
from portal.calculators.wording import say

OWN = "own"  # the kind of a calculator that is composed on its page


def starting_points() -> list[tuple[str, Any]]:
    """Return what a composition may begin from: nothing, or a copy of a calculator that comes with the portal."""
    return [("", _("nothing")), *((name, say(each.title)) for name, each in loading.LISTED.items())]


class CalculatorPageForm(WagtailAdminPageForm):
    """Names what has no name yet, copies what an editor wants to begin from, and says every fault at its block.

    A draft may have faults: they are said when it is to be published, and in its preview.
    """

    begin_with = forms.ChoiceField(
        choices=starting_points,
        required=False,
        label=_("Begin with a copy of"),
        help_text=_(
            "Fills an empty composition with all that this calculator asks and counts, when you save the draft."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        begin_with = cleaned.get("begin_with", "")
        if cleaned.get("kind") == OWN and "composition" in cleaned:
            self._compose(cleaned, begin_with)
        elif begin_with:
            self.add_error("begin_with", gettext("Choose first that the calculator is composed on this page."))
        return cleaned

    def _compose(self, cleaned: dict[str, Any], begin_with: str) -> None:
        data = cleaned["composition"].get_prep_value()
        if begin_with and data:
            self.add_error("begin_with", gettext("Something is composed here already; remove it first."))
            return
        if begin_with:
            with translation.override(self.instance.locale.language_code):
                data = decompose(loading.KINDS[begin_with], say=say)
        data = compositions.completed(data)
        cleaned["composition"] = cleaned["composition"].stream_block.to_python(data)
        self.instance.is_draft = self.is_deferred_validation
        if not self.is_deferred_validation and (error := compositions.error_in(data)):
            self.add_error("composition", error)
