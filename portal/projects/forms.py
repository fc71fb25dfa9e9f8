"""What visitors filter projects by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.countries import named
from portal.home.sdgs import SDG_CHOICES
from portal.providers.offers import Choices, Wish
from portal.registry.vocabulary import Technology, UnitType

NEWEST, CHEAPEST, MOST_UNITS, TITLE = "newest", "price", "units", "title"
ALL: list[tuple[Any, Any]] = [("", _("All"))]


class FilterForm(forms.Form):
    """Filters and order of the index. Choices are those that lead somewhere."""

    country = forms.ChoiceField(label=_("Host country"), required=False)
    technology = forms.ChoiceField(label=_("Technology"), required=False)
    unit_type = forms.ChoiceField(label=_("Unit type"), required=False)
    year = forms.TypedChoiceField(label=_("Vintage or monitored year"), required=False, coerce=int, empty_value=None)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    price_min = forms.DecimalField(
        label=_("Price from"),
        required=False,
        min_value=0,
        max_digits=14,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Enter a price, such as 2.50.")},
    )
    price_max = forms.DecimalField(
        label=_("Price to"),
        required=False,
        min_value=0,
        max_digits=14,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Enter a price, such as 2.50.")},
    )
    goal = forms.TypedChoiceField(label=_("Sustainable Development Goal"), required=False, coerce=int, empty_value=None)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            (NEWEST, _("Newest story")),
            (CHEAPEST, _("Lowest price")),
            (MOST_UNITS, _("Most units left")),
            (TITLE, _("Title")),
        ],
    )

    def __init__(self, *args: Any, hosts: list[str], technologies: list[str], choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("country", named(hosts))
        self._offer("technology", [(value, Technology(value).label) for value in technologies])
        self._offer("unit_type", [(value, UnitType(value).label) for value in choices.unit_types])
        self._offer("year", [(year, str(year)) for year in choices.years])
        self._offer("currency", [(code, code) for code in choices.currencies])
        self._offer("goal", [(goal, f"{goal}. {name}") for goal, name in SDG_CHOICES])

    def _offer(self, name: str, options: list[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = ALL + options

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        lowest, highest = given.get("price_min"), given.get("price_max")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("price_max", _("The highest price is below the lowest."))
        if (lowest is not None or highest is not None) and not given.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Choose the currency that your prices are in."))
        return given

    def wish(self) -> Wish:
        """Return what was asked for of an offer, as far as it makes sense; a field with a mistake is left out."""
        given = self.cleaned_data
        return Wish(
            unit_type=given.get("unit_type", ""),
            year=given.get("year"),
            currency=given.get("currency", ""),
            price_min=given.get("price_min"),
            price_max=given.get("price_max"),
        )
