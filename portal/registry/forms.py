"""What the public types to search the history and to verify a certificate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.countries import named
from portal.registry.codes import code_in
from portal.registry.history import Filters
from portal.registry.models import LogEntry
from portal.registry.vocabulary import UnitType


class HistoryForm(forms.Form):
    """Filters of the public history. Choices are those that occur in it.

    Activity and beneficiary are asked for by addresses alone, and shown where they were.
    """

    q = forms.CharField(
        label=_("Search term"),
        help_text=_("Words of beneficiary, purpose or activity, an activity number, or a serial number."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    country = forms.ChoiceField(label=_("Host country"), required=False)
    unit_type = forms.ChoiceField(label=_("Unit type"), required=False, choices=[("", _("All")), *UnitType.choices])
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2000,
        max_value=2999,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Enter a year, such as 2026.")),
    )
    activity = forms.CharField(label=_("Activity"), required=False, max_length=100)
    beneficiary = forms.CharField(label=_("Beneficiary contains"), required=False, max_length=100)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = LogEntry.objects.order_by("host_country").values_list("host_country", flat=True).distinct()
        field: Any = self.fields["country"]
        field.choices = [("", _("All")), *named(hosts)]

    @property
    def shown(self) -> list[Any]:
        """The fields to show: those for everybody, and the others where the address asks for them."""
        asked = ("activity", "beneficiary")
        return [field for field in self.visible_fields() if field.name not in asked or field.value()]

    def filters(self) -> Filters | None:
        """Return what was asked for, or None if there is a mistake in it."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        activity = given["activity"].upper()
        is_number = bool(activity) and LogEntry.objects.filter(activity_code=activity).exists()
        return Filters(
            text=given["q"],
            activity=activity if is_number else "",
            about="" if is_number else activity,
            country=given["country"],
            unit_type=given["unit_type"],
            year=given["year"],
            beneficiary=given["beneficiary"],
        )


class VerifyForm(forms.Form):
    """The code on a certificate, in whatever way it was copied, its address included."""

    code = forms.CharField(
        label=_("Code on the certificate"),
        help_text=_(
            "Thirteen letters and digits, such as 7K4M-9QXD-2F6S-0. Spaces and hyphens do not matter, and the "
            "certificate’s address will do as well."
        ),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code that stands on the certificate.")},
    )

    def clean_code(self) -> str:
        code = code_in(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("This is not a code of ours. Please compare it with the certificate; one character may be wrong.")
            )
        return code
