"""What the public types to search the history and to verify a certificate."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.countries import named
from portal.registry.codes import read_code
from portal.registry.history import Filters
from portal.registry.models import LogEntry
from portal.registry.vocabulary import UnitType


class HistoryForm(forms.Form):
    """Filters of the public history. Choices are those that occur in it."""

    activity = forms.CharField(label=_("Activity"), required=False, max_length=24)
    country = forms.ChoiceField(label=_("Host country"), required=False)
    unit_type = forms.ChoiceField(label=_("Unit type"), required=False, choices=[("", _("All")), *UnitType.choices])
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2000,
        max_value=2999,
        error_messages={"invalid": _("Enter a year, such as 2026.")},
    )
    beneficiary = forms.CharField(label=_("Beneficiary contains"), required=False, max_length=100)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = LogEntry.objects.order_by("host_country").values_list("host_country", flat=True).distinct()
        field: Any = self.fields["country"]
        field.choices = [("", _("All")), *named(hosts)]

    def filters(self) -> Filters:
        """Return what was asked for as far as it makes sense; a field with a mistake is left out."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            activity=given.get("activity", "").upper(),
            country=given.get("country", ""),
            unit_type=given.get("unit_type", ""),
            year=given.get("year"),
            beneficiary=unicodedata.normalize("NFC", given.get("beneficiary", "")),  # as names are kept
        )


class VerifyForm(forms.Form):
    """The code on a certificate, in whatever way it was copied."""

    code = forms.CharField(
        label=_("Code on the certificate"),
        help_text=_("Thirteen letters and digits, such as 7K4M-9QXD-2F6S-0. Spaces and hyphens do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code that stands on the certificate.")},
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("This is not a code of ours. Please compare it with the certificate; one character may be wrong.")
            )
        return code
