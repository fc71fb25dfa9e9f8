"""How many units: what purchasers type, and why it cannot be that many."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.checkout.rules import LARGEST_ORDER, runs_beyond
from portal.dates import long_date
from portal.fields import WholeUnitsField
from portal.figures import grouped


def _grouped(number: int) -> str:
    return grouped(number, get_language() or "en")


def ends_too_soon(last_day: date | None) -> bool:
    """Say whether units could not be set aside any more for as long as an order needs."""
    return runs_beyond(last_day, until=timezone.now() + timedelta(minutes=settings.HOLD_MINUTES))


def without_account(*, most: int) -> forms.ValidationError:
    """Say how many units may be set aside for somebody who has no account with a proven address."""
    if not most:
        nothing = _(
            "For orders without an account that pays for them, no more units of this listing can be set aside at the "
            "moment. Sign in with an account, come back in half an hour, or choose another listing."
        )
        return forms.ValidationError(nothing, code="unproven")
    fewer = ngettext_lazy(
        "Without an account that pays for its orders, at most %(n)s unit of this listing can be set aside for you at "
        "the moment. Enter a smaller number, or sign in with an account, whose e-mail address is confirmed.",
        "Without an account that pays for its orders, at most %(n)s units of this listing can be set aside for you at "
        "the moment. Enter a smaller number, or sign in with an account, whose e-mail address is confirmed.",
        "most",
    )
    return forms.ValidationError(fewer, code="unproven", params={"most": most, "n": _grouped(most)})


class QuantityForm(forms.Form):
    """How many units: whole tonnes, at least one, at most what is left."""

    quantity = WholeUnitsField(
        label=_("How many units?"),
        help_text=_("One unit is one tonne of CO₂ equivalent. Whole units only."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter how many units you want to cancel."),
            "invalid": _("Enter a whole number of units, such as 12. Parts of a unit cannot be cancelled."),
        },
    )

    def __init__(
        self,
        *args: Any,
        units_left: int,
        last_day: date | None = None,
        most: int = LARGEST_ORDER,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units_left = units_left
        self.last_day = last_day
        self.most = most  # for whoever asks, see holds.py

    def clean_quantity(self) -> int:
        quantity: int = self.cleaned_data["quantity"]
        if self.units_left < 1:
            raise forms.ValidationError(
                _("Nothing is left of this listing at the moment. Please choose another one."), code="none_left"
            )
        if self.last_day and ends_too_soon(self.last_day):
            raise forms.ValidationError(
                _(
                    "Units of this type cannot be cancelled after %(day)s. It is too late for a new order. "
                    "Please choose another listing."
                ),
                code="ending",
                params={"day": long_date(self.last_day, get_language() or "en")},
            )
        if quantity < 1:
            raise forms.ValidationError(_("The smallest order is 1 unit."))
        if quantity > self.units_left:
            raise forms.ValidationError(
                ngettext_lazy(
                    "Only %(n)s unit is left of this listing. Enter a smaller number, or choose another listing.",
                    "Only %(n)s units are left of this listing. Enter a smaller number, or choose another listing.",
                    "left",
                ),
                code="too_many",
                params={"left": self.units_left, "n": _grouped(self.units_left)},
            )
        if quantity > LARGEST_ORDER:
            most = _grouped(LARGEST_ORDER)
            raise forms.ValidationError(_("One order is for at most %(most)s units."), params={"most": most})
        if quantity > self.most:
            raise without_account(most=self.most)
        return quantity

    @property
    def asks_for_account(self) -> bool:
        """Say whether an account with a proven address would help."""
        return self.has_error("quantity", "unproven")
