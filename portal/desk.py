"""What all lists of the editors' desk share, built on Wagtail's own views, choosers and policies."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, ProtectedError, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView, InspectView
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import BaseChooser
from wagtail.log_actions import LogFormatter, log
from wagtail.permission_policies import ModelPermissionPolicy

from portal.countries import country_name
from portal.dates import moment_in_words
from portal.figures import grouped
from portal.money import shown

SHOWN_OBSTACLES = 5
CHANGED = "desk.change"


# --- Lists


class RecordPolicy(ModelPermissionPolicy):
    """For records that only the portal itself writes: who may view them may do nothing else, superusers included."""

    possible: tuple[str, ...] = ("view",)

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.possible and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        return super().users_with_any_permission([action for action in actions if action in self.possible])


class DecisionPolicy(RecordPolicy):
    """For what one person enters and another decides: nobody changes or deletes it."""

    possible = ("view", "add", "approve")


class SearchesWords(IndexView):
    """A list that finds rows with every word typed, each in any of its `search_fields`, whatever their accents."""

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for word in self.search_query.split() if self.is_searching else ():
            queryset = queryset.filter(_in_any(self.search_fields or (), word))
        return queryset


def _in_any(fields: Iterable[str], word: str) -> Q:
    anywhere = Q()
    for name in fields:
        anywhere |= Q(**{f"{name}__says": word})
    return anywhere


class RecordViewSet(ModelViewSet):
    """Rows that only the portal itself writes: to find and to look at."""

    index_view_class = SearchesWords
    inspect_view_enabled = True
    inspect_template_name = "desk/inspect.html"
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: ClassVar = []


class JoinsRows(ModelViewSet):
    """A list that fetches what its columns name in the query for its rows."""

    index_view_class = SearchesWords
    joined: tuple[str, ...] = ()

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.model._default_manager.select_related(*self.joined)
        return super().get_index_view_kwargs(**{"queryset": rows, **kwargs})


class ListsMoney(SearchesWords):
    """A list that may be sorted by an amount: currency by currency, since amounts of several cannot be compared."""

    amounts: ClassVar = ("amount", "unit_price")

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if str(self.ordering).lstrip("-") in self.amounts:
            return queryset.order_by("currency", self.ordering, "pk")
        return super().order_queryset(queryset)


def counted(number: int) -> str:
    """Write a whole number as the language of the desk writes it, its digits in groups."""
    return grouped(number, get_language() or "en")


def money_column(label: Any, name: str) -> Column:
    """Make a column that shows an amount as people write it, with as many decimals as its currency has."""
    return Column(
        name,
        label=label,
        accessor=lambda row: shown(getattr(row, name), row.currency, get_language() or "en"),
        sort_key=name,
    )


def units_column(label: Any, name: str) -> Column:
    """Make a column that shows a number of units."""
    return Column(name, label=label, accessor=lambda row: counted(getattr(row, name)), sort_key=name)


def country_column(label: Any, name: str) -> Column:
    """Make a column that names a country in the language of whoever reads it."""
    return Column(name, label=label, accessor=lambda row: country_name(getattr(row, name)), sort_key=name)


def in_words(value: Any) -> Any:
    """Write a time with its time zone, yes or no as words, and nothing for none; leave all else as it is."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moment_in_words(value, get_language() or "en", zone=timezone.get_current_timezone())
    return "" if value is None else value


def words_column(model: type[Model], name: str) -> Column:
    """Make a column that says a time, or yes or no, under the name that the model has for it."""
    field: Any = model._meta.get_field(name)
    return Column(
        name, label=capfirst(field.verbose_name), accessor=lambda row: in_words(getattr(row, name)), sort_key=name
    )


class TakesInitial(CreateView):
    """A form that an address may fill in beforehand: `?serial_start=1`. What makes no sense there is left out."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        fields = self.get_form_class().base_fields
        for name in fields.keys() & self.request.GET.keys():
            try:
                initial[name] = fields[name].clean(self.request.GET[name])
            except ValidationError:
                continue
        return initial


class NotesChanges(EditView):
    """An edit whose history says what was there before and is now; of secrets, that they changed."""

    noted: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def save_instance(self) -> Any:
        changed = [name for name in (*self.noted, *self.secrets) if name in self.form.changed_data]
        row = super().save_instance()
        if changed:
            log(row, CHANGED, data={"changes": {name: self._before_and_after(name) for name in changed}})
        return row

    def _before_and_after(self, name: str) -> list[str] | None:
        if name in self.secrets:
            return None
        before, after = self.form[name].initial, self.form[name].data
        return ["" if each in (None, False) else "✓" if each is True else str(each).strip() for each in (before, after)]


def _says_a_country(field_name: str) -> bool:
    return field_name.endswith("country")


class ChangeFormatter(LogFormatter):
    """Says in a history what `NotesChanges` noted. Subclasses bring the labels of the fields."""

    label = gettext_lazy("Change")
    labels: ClassVar[dict[str, Any]] = {}

    def format_message(self, log_entry: Any) -> str:
        changes = {
            name: [country_name(each) for each in change] if change and _says_a_country(name) else change
            for name, change in log_entry.data.get("changes", {}).items()
        }
        return "; ".join(self._said(str(self.labels.get(name, name)), each) for name, each in changes.items())

    def _said(self, label: str, change: list[str] | None) -> str:
        if change is None:
            return _("%(label)s: replaced") % {"label": label}
        before, after = (" ".join(each.split()) or "–" for each in change)
        return f"{label}: {before} → {after}"


class Deletion(DeleteView):
    """A deletion. One that other rows forbid is answered with what stands in its way."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ProtectedError as error:
            messages.error(self.request, _why_not(self.object, error.protected_objects))
            return HttpResponseRedirect(self.get_delete_url())


def _why_not(row: Model, obstacles: Iterable[Model]) -> str:
    known = sorted(_nearest(row, list(obstacles)), key=lambda each: (each._meta.label, str(each)))
    named = ", ".join(f"{each._meta.verbose_name} {each}" for each in known[:SHOWN_OBSTACLES])
    if len(known) > SHOWN_OBSTACLES:
        named = _("%(named)s and %(more)s more") % {"named": named, "more": counted(len(known) - SHOWN_OBSTACLES)}
    return _("%(row)s cannot be deleted, because these depend on it: %(named)s.") % {
        "row": capfirst(str(row)),
        "named": named,
    }


def _nearest(row: Model, obstacles: list[Model]) -> list[Model]:
    """Return those that refer to the row itself, if any do: what rests on others follows from them."""
    return [each for each in obstacles if _refers(each, row)] or obstacles


def _refers(other: Model, row: Model) -> bool:
    ours = (field for field in other._meta.concrete_fields if field.related_model is type(row))
    return any(getattr(other, field.attname) == row.pk for field in ours)


class WaitingSummary(SummaryItem):
    """How many rows wait for somebody, on the first page of those who may do something about it, and the way there."""

    template_name = "desk/waiting.html"
    needed_permission = ""

    def is_shown(self) -> bool:
        return bool(self.request.user.has_perm(self.needed_permission))

    def waiting(self) -> tuple[str, str]:
        """Return what waits, in words with its number, and the address of the list."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return dict(zip(("text", "url"), self.waiting(), strict=True))


# --- Choosers


class NeedsPermission(View):
    """A chooser that shows its rows only to those who hold a permission; Wagtail's own are open to every editor."""

    needed_permission = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.needed_permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ShowsMore(BaseChooseView):
    """A list to choose from that says more than each row's name, fetched in the query for its rows."""

    more_columns: tuple[Any, ...] = ()
    joined: tuple[str, ...] = ()

    def get_object_list(self) -> QuerySet[Any]:
        rows = super().get_object_list()
        return rows.select_related(*self.joined) if self.joined else rows

    @property
    def columns(self) -> list[Any]:
        return [*super().columns, *self.more_columns]


class WordSearch(BaseFilterForm):
    """Finds rows that hold every word typed, each in any of some fields."""

    searched: tuple[str, ...] = ()

    q = forms.CharField(label=gettext_lazy("Search term"), required=False)

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        objects = super().filter(objects)
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        for word in self.search_query.split():
            objects = objects.filter(self.says(word))
        return objects

    def says(self, word: str) -> Q:
        """Return what holds of rows that say a word."""
        return _in_any(self.searched, word)


class ForgivingChooser(BaseChooser):
    """A field that holds what was chosen. What names no row is shown as nothing, and refused by the form."""

    def get_instance(self, value: Any) -> Any:
        try:
            return super().get_instance(value)
        except (ValueError, TypeError, OverflowError):
            return None


class ChoosesOnly(ChooserViewSet):
    """A chooser in which nothing is made, so that there is no address to make it at."""

    base_widget_class = ForgivingChooser

    def get_urlpatterns(self) -> list[Any]:
        return [each for each in super().get_urlpatterns() if each.name != "create"]


def searchable_chooser(
    name: str,
    *,
    filter_form: type[BaseFilterForm],
    columns: tuple[Column, ...],
    joined: tuple[str, ...] = (),
    permission: str = "",
    **options: Any,
) -> ChoosesOnly:
    """Make a searchable chooser. Editors without the permission, if there is one, cannot open it at any address."""
    gate = (NeedsPermission,) if permission else ()
    gated = {"needed_permission": permission}
    listed = {**gated, "filter_form_class": filter_form, "more_columns": columns, "joined": joined}
    return ChoosesOnly(
        name,
        choose_view_class=type("Choose", (*gate, ShowsMore, ChooseView), listed),
        choose_results_view_class=type("ChooseResults", (*gate, ShowsMore, ChooseResultsView), listed),
        chosen_view_class=type("Chosen", (*gate, ChosenView), gated),
        chosen_multiple_view_class=type("ChosenMultiple", (*gate, ChosenMultipleView), gated),
        **options,
    )


# --- What belongs to a record


@dataclass(frozen=True)
class Table:
    """A table of rows that belong to a record: below its own fields, each cell a text, or a text and an address."""

    heading: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Link:
    """A cell that leads to another record."""

    text: str
    url: str


class ShowsTables(InspectView):
    """An inspect view with tables of what belongs to the record. Subclasses say which, in `tables`."""

    def get_quantity_display_value(self) -> str:
        return counted(self.object.quantity)

    def tables(self) -> list[Table]:
        """Return the tables, in the order in which they are read."""
        raise NotImplementedError

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return country_name(value) if _says_a_country(field_name) else in_words(value)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tables = [replace(each, rows=[tuple(map(in_words, row)) for row in each.rows]) for each in self.tables()]
        return super().get_context_data(**kwargs) | {"tables": tables}
