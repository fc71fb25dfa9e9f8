"""The form in which editors keep a page with a calculator."""

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from portal.calculators import catalogue
from portal.calculators.editing.decomposer import decompose
from portal.calculators.wording import say
from portal.fields import keep_visible

OWN = "own"  # the kind of a calculator that is composed on its page


def starting_points() -> list[tuple[str, Any]]:
    """Return what a composition may begin from: nothing, or a copy of a calculator that comes with the portal."""
    return [("", _("nothing")), *((name, say(each.title)) for name, each in catalogue.LISTED.items())]


class CalculatorPageForm(WagtailAdminPageForm):
    """Copies what an editor wants to begin from, and tells the page, which finds the faults, that it is a draft.

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_visible(self, "title")  # stands on certificates

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        # Where blocks are wrong in themselves, the page has only what stood there before, which nobody asks about.
        self.instance.is_draft = self.is_deferred_validation or self.has_error("composition")
        if begin_with := cleaned.get("begin_with", ""):
            self._begin(cleaned, begin_with)
        return cleaned

    def _begin(self, cleaned: dict[str, Any], begin_with: str) -> None:
        composition = cleaned.get("composition")  # none where blocks are wrong in themselves
        if cleaned.get("kind") != OWN:
            self.add_error("begin_with", gettext("Choose first that the calculator is composed on this page."))
        elif composition is None or composition:
            self.add_error("begin_with", gettext("Something is composed here already; remove it first."))
        else:
            with translation.override(self.instance.locale.language_code):
                data = decompose(catalogue.KINDS[begin_with], say=say)
            cleaned["composition"] = composition.stream_block.to_python(data)
