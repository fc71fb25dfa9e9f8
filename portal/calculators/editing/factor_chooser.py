"""Editors choose a factor in a window, by name, key or unit: only those that a line may be multiplied by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from portal.calculators.engine.factors import COMPANIONS, PARAMETER, WORLD, Factor
from portal.calculators.engine.routes import plain
from portal.calculators.factors import edition
from portal.calculators.wording import say, unit_words


@dataclass(frozen=True)
class Choosable:
    """A factor as an editor chooses it: its key, and how many regions have a figure of their own."""

    pk: str
    name: str  # in English, as the factor set has it
    unit: str = ""
    source: str = ""
    regions: int = 0

    def __str__(self) -> str:
        return f"{say(self.name)} — {self.pk}"

    @property
    def words(self) -> str:
        """What it is found by."""
        return plain(f"{self.name} {say(self.name)} {self.pk.replace('.', ' ')} {self.pk} {self.unit} {self.source}")


def choosable() -> list[Choosable]:
    """Return the factors that a line may name, by key: no parameter, and nothing that is added by itself."""
    rows = edition.factor_set().rows
    regions: dict[str, int] = {}
    for row in rows:
        regions[row.key] = regions.get(row.key, 0) + (row.region != WORLD)
    found = [row for row in rows if row.region == WORLD and row.basis not in (PARAMETER, *COMPANIONS)]
    return [_choosable(row, regions[row.key]) for row in sorted(found, key=lambda row: row.key)]


def _choosable(row: Factor, regions: int) -> Choosable:
    return Choosable(row.key, row.name, row.unit, row.source, regions)


def chosen(key: str) -> Choosable:
    """Return the factor of a key; one that the factor set does not have says so."""
    row = next((row for row in edition.factor_set().rows_of(key) if row.region == WORLD), None)
    return _choosable(row, 0) if row else Choosable(key, gettext("Not in the factor set"))


class FactorFilterForm(BaseFilterForm):
    """Finds factors that have all the words typed."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Search")}))

    def filter(self, objects: Sequence[Choosable]) -> Sequence[Choosable]:
        wanted = plain(self.cleaned_data["q"]).split()
        if not wanted:
            return objects
        self.is_searching, self.search_query = True, self.cleaned_data["q"]
        return [each for each in objects if all(word in each.words for word in wanted)]


class _ListsFactors:
    """What the two views share that show factors to choose from."""

    filter_form_class = FactorFilterForm
    per_page = 12

    def get_object_list(self) -> list[Choosable]:
        return choosable()

    def can_create(self) -> bool:
        return False  # factors come with the factor set

    def apply_object_list_ordering(self, objects: list[Choosable]) -> list[Choosable]:
        return objects

    @property
    def columns(self) -> list[Column]:
        name = TitleColumn(
            "title",
            label=_("Factor"),
            accessor=str,
            get_url=lambda each: reverse("factor_chooser:chosen", args=(each.pk,)),
            link_attrs={"data-chooser-modal-choice": True},
        )
        return [
            name,
            Column("unit", label=_("Per"), accessor=lambda each: unit_words(each.unit)),
            Column("regions", label=_("Regions of their own"), accessor="regions"),
            Column("source", label=_("Source"), accessor="source"),
        ]


class ChooseFactor(_ListsFactors, ChooseView):
    pass


class ChooseFactorResults(_ListsFactors, ChooseResultsView):
    pass


class ChosenFactor(ChosenView):
    """Answers with the factor that was clicked."""

    def get_object(self, pk: str) -> Choosable:
        return chosen(pk)

    def get_chosen_response_data(self, item: Choosable, **_options: Any) -> dict[str, Any]:
        return {"id": item.pk, "title": str(item)}


class FactorChooser(BaseChooser):
    """Holds a factor's key and shows its name."""

    choose_one_text = _("Choose a factor")
    choose_another_text = _("Choose another factor")
    chooser_modal_url_name = "factor_chooser:choose"
    icon = "pick"
    show_edit_link = False

    def get_instance(self, value: object) -> Choosable | None:
        return chosen(str(value)) if value else None

    def get_value_data_from_instance(self, instance: Choosable) -> dict[str, Any]:
        return {"id": instance.pk, "edit_url": "", self.display_title_key: str(instance)}


class FactorBlock(blocks.FieldBlock):
    """A factor's key. The same in all languages."""

    def __init__(self, *, required: bool = True, help_text: Any = "", **options: Any) -> None:
        self.field = forms.CharField(required=required, help_text=help_text, max_length=200, widget=FactorChooser())
        super().__init__(**options)

    def get_form_state(self, value: str) -> dict[str, Any] | None:
        data: dict[str, Any] | None = self.field.widget.get_value_data(value)
        return data

    def value_from_form(self, value: str | None) -> str:
        return value or ""

    def get_translatable_segments(self, _value: str) -> list[Any]:
        return []

    class Meta:
        icon = "pick"
        default = ""


class FactorChoosers(ChooserViewSet):
    """Factors come with the factor set and are chosen one at a time, so there are no addresses for anything else."""

    def get_urlpatterns(self) -> list[Any]:
        return [each for each in super().get_urlpatterns() if each.name not in ("create", "chosen_multiple")]


factor_chooser = FactorChoosers(
    "factor_chooser",
    model=Choosable,  # no table, but Wagtail 8 wants a class to register
    url_prefix="factors",
    icon="pick",
    choose_one_text=_("Choose a factor"),
    choose_view_class=ChooseFactor,
    choose_results_view_class=ChooseFactorResults,
    chosen_view_class=ChosenFactor,
    register_widget=False,
)
