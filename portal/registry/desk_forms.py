"""What staff type about activities and their units. What a certificate may already say is fixed."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.fields import keep_visible, name_countries
from portal.registry import records
from portal.registry.models import STANDING_HANDOVERS, Activity, Handover, IssuanceBlock
from portal.registry.serials import LAST_SERIAL, SerialError
from portal.registry.vocabulary import ARTICLE_6_4_UNITS, KYOTO_UNITS, UnitType

if TYPE_CHECKING:
    _ActivityForm = forms.ModelForm[Activity]
    _BlockForm = forms.ModelForm[IssuanceBlock]
else:
    _ActivityForm = _BlockForm = forms.ModelForm

FIXED = _("Fixed, since units of it are handed over, on offer or cancelled.")
FIXED_BY_UNITS = _("Fixed, since serial numbers of its units are printed with it.")
NOT_PRINTABLE = _(
    "No serial number can be made of this. A Kyoto unit needs an activity whose number has one to seven digits, and a "
    "commitment period of one digit; an A6.4ER needs an activity named by capital letters, digits and hyphens, and a "
    "vintage of four digits."
)


class ActivityForm(_ActivityForm):
    """An activity as the registry knows it. Its identity is fixed as soon as it has units."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_countries(self, "host_country")
        keep_visible(self, "title")
        if self.instance.pk and self.instance.issuance_blocks.exists():
            for name in ("code", "number", "host_country"):
                self.fields[name].disabled = True
                self.fields[name].help_text = FIXED_BY_UNITS

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()

    def save(self, commit: bool = True) -> Activity:
        activity: Activity = super().save(commit=False)
        if commit:
            records.keep(activity)
        return activity


class IssuanceBlockForm(_BlockForm):
    """The units of one issuance. Their series follows from activity, unit type and vintage."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        block = self.instance
        if block.pk and _is_referred_to(block):
            for name in ("activity", "unit_type", "serial_start", "serial_end", "vintage_year", "commitment_period"):
                self.fields[name].disabled = True
                self.fields[name].help_text = FIXED

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_family(given)
        self._check_times(given)
        if {"activity", "unit_type", "vintage_year", "serial_start", "serial_end"} <= given.keys() and not self.errors:
            self._check_serials(given)
        return given

    def _check_family(self, given: dict[str, Any]) -> None:
        unit_type = given.get("unit_type")
        if unit_type in KYOTO_UNITS and not given.get("commitment_period"):
            self.add_error("commitment_period", _("A Kyoto unit has a commitment period: 1 or 2."))
        if unit_type in ARTICLE_6_4_UNITS and given.get("commitment_period"):
            self.add_error("commitment_period", _("Leave this empty: an A6.4ER has no commitment period."))
        if unit_type == UnitType.AER and not given.get("authorisation_id"):
            self.add_error("authorisation_id", _("An authorized A6.4ER needs the authorization it rests on."))

    def _check_times(self, given: dict[str, Any]) -> None:
        start, end = given.get("monitoring_start_date"), given.get("monitoring_end_date")
        if start and end and end < start:
            self.add_error("monitoring_end_date", _("The monitoring period ends before it starts."))

    def _check_serials(self, given: dict[str, Any]) -> None:
        first, last = given["serial_start"], given["serial_end"]
        if first < 1 or last > LAST_SERIAL:
            self.add_error("serial_start", _("Serial numbers run from 1 and have at most fifteen digits."))
            return
        if last < first:
            self.add_error("serial_end", _("The last serial number is lower than the first."))
            return
        try:
            activity: Activity = given["activity"]
            series = activity.series(unit_type=given["unit_type"], vintage_year=given["vintage_year"])
            _printed(given)
        except SerialError:  # whose message is for those who read logs
            self.add_error("activity", NOT_PRINTABLE)
            return
        taken = IssuanceBlock.objects.filter(series=series, serial_start__lte=last, serial_end__gte=first)
        other = taken.exclude(pk=self.instance.pk).first()
        if other:
            self.add_error("serial_start", _("Some of these units are already known: %(block)s.") % {"block": other})
        self.instance.series = series

    def save(self, commit: bool = True) -> IssuanceBlock:
        block: IssuanceBlock = super().save(commit=False)
        if commit:
            records.keep(block)
        return block


def _is_referred_to(block: IssuanceBlock) -> bool:
    """Say whether anything rests on a block: handovers that stand, cancellations, whatever another app offers of it."""
    others = (each for each in block._meta.related_objects if each.related_model is not Handover)
    is_handed_over = block.handovers.filter(state__in=STANDING_HANDOVERS).exists()
    return is_handed_over or any(getattr(block, str(each.get_accessor_name())).exists() for each in others)


def _printed(given: dict[str, Any]) -> tuple[str, str]:
    """Print the ends of a block that is not saved yet. Raises SerialError if its units could never be named."""
    parts = ("activity", "unit_type", "vintage_year", "serial_start", "serial_end", "commitment_period")
    return IssuanceBlock(**{name: given.get(name) for name in parts}).printed()
