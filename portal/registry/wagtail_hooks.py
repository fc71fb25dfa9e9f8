"""The registry on the editors' desk: activities to choose from, their units, and what was cancelled, to read."""

from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import ChoiceFilter
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permissions import register_permission_policy

from portal.countries import named
from portal.desk import (
    Deletion,
    JoinsRows,
    Link,
    RecordPolicy,
    RecordViewSet,
    SearchesWords,
    ShowsTables,
    Table,
    TakesInitial,
    WordSearch,
    country_column,
    searchable_chooser,
    units_column,
    words_column,
)
from portal.folding import fold
from portal.registry.desk_forms import ActivityForm, IssuanceBlockForm
from portal.registry.models import Activity, Cancellation, Certificate, IssuanceBlock, LogEntry
from portal.registry.statement import Statement
from portal.registry.vocabulary import Technology

# What a purchaser said in public, less what has a table of its own.
STATED = tuple(each.name for each in fields(Statement) if each.name != "footprint")

for record in (Cancellation, Certificate, LogEntry):
    register_permission_policy(record, RecordPolicy(record))


def host_countries() -> list[tuple[str, str]]:
    """Return the countries that activities take place in, by name in the language of the desk."""
    return named(Activity.objects.order_by().values_list("host_country", flat=True).distinct())


def filters_of(model: type[Model], *columns: str, host: str = "host_country") -> type[WagtailFilterSet]:
    """Make the filters of a list: some columns as they are, and host countries by their names."""
    by_name = ChoiceFilter(field_name=host, label=gettext_lazy("Host country"), choices=host_countries)
    meta = type("Meta", (), {"model": model, "fields": columns})
    return type(f"{model.__name__}Filters", (WagtailFilterSet,), {"Meta": meta, host: by_name})


class ActivityInspection(ShowsTables):
    """An activity with its issuance blocks."""

    template_name = "desk/inspect.html"

    def tables(self) -> list[Table]:
        blocks = self.object.issuance_blocks.all()
        rows = [(self._block(each), each.get_unit_type_display(), str(each.vintage_year)) for each in blocks]
        return [Table(_("Issuance blocks"), (_("Serial numbers"), _("Unit type"), _("Vintage")), rows)]

    def _block(self, block: IssuanceBlock) -> Link | str:
        text = " – ".join(block.printed())
        can_see = self.request.user.has_perm("registry.change_issuanceblock")
        return Link(text, reverse("issuanceblock:edit", args=[block.pk])) if can_see else text


class ActivityDeskForm(ActivityForm, WagtailAdminModelForm):
    """What staff type about an activity, on Wagtail's panels."""


class ActivityViewSet(ModelViewSet):
    model = Activity
    index_view_class = SearchesWords
    icon = "globe"
    inspect_view_enabled = True
    inspect_view_class = ActivityInspection
    inspect_template_name = "desk/inspect.html"
    delete_view_class = Deletion
    copy_view_enabled = False
    list_display: ClassVar = [
        "code",
        "title",
        country_column(gettext_lazy("Host country"), "host_country"),
        "technology",
        "is_sample",
    ]
    filterset_class = filters_of(Activity, "technology", "is_programme", "is_sample")
    search_fields: ClassVar = ["code", "title", "methodologies", "sector"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("code"), FieldPanel("number")]),
                    FieldPanel("title"),
                    FieldPanel("is_programme"),
                    FieldPanel("host_country"),
                    FieldPanel("is_sample"),
                ],
                heading=gettext_lazy("Identity"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("scope"), FieldPanel("sector")]),
                    FieldRowPanel([FieldPanel("technology"), FieldPanel("subtype")]),
                    FieldPanel("methodologies"),
                ],
                heading=gettext_lazy("Technology"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("crediting_start_date"), FieldPanel("crediting_end_date")]),
                    FieldPanel("validation_body"),
                ],
                heading=gettext_lazy("Crediting period"),
            ),
        ],
        base_form_class=ActivityDeskForm,
    )


class IssuanceBlockDeskForm(IssuanceBlockForm, WagtailAdminModelForm):
    """What staff type about an issuance, on Wagtail's panels."""


class IssuanceBlockEntry(TakesInitial, CreateView):
    """A new issuance block; an address may say which units."""


class IssuanceBlockViewSet(JoinsRows):
    model = IssuanceBlock
    joined = ("activity",)
    icon = "list-ol"
    add_view_class = IssuanceBlockEntry
    delete_view_class = Deletion
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: ClassVar = ["series", "serial_start", "serial_end", "activity", "unit_type", "vintage_year"]
    filterset_class = filters_of(IssuanceBlock, "unit_type", "vintage_year", host="activity__host_country")
    search_fields: ClassVar = ["series", "activity__code", "activity__title"]
    edit_handler = ObjectList(
        [
            FieldPanel("activity"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("unit_type"), FieldPanel("vintage_year")]),
                    FieldRowPanel([FieldPanel("serial_start"), FieldPanel("serial_end")]),
                    FieldPanel("commitment_period"),
                ],
                heading=gettext_lazy("Units"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("monitoring_start_date"), FieldPanel("monitoring_end_date")]),
                    FieldPanel("issued_date"),
                ],
                heading=gettext_lazy("Monitoring and issuance"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("mcu_status"), FieldPanel("authorised_uses"), FieldPanel("conditions")]),
                    FieldPanel("is_first_transferred"),
                    FieldRowPanel([FieldPanel("authorisation_id"), FieldPanel("authorisation_date")]),
                ],
                heading=gettext_lazy("Article 6.4 only"),
            ),
        ],
        base_form_class=IssuanceBlockDeskForm,
    )


class CancellationInspection(ShowsTables):
    """A cancellation with the serial numbers it took and its certificates."""

    def tables(self) -> list[Table]:
        block = self.object.issuance_block
        rows = [(str(each.serial_start), str(each.serial_end), each.series) for each in self.object.blocks.all()]
        certificates = [
            (Link(str(each), each.get_absolute_url()), each.issued_at) for each in self.object.certificates.all()
        ]
        footprint = self.object.statement.footprint
        footprints = [(footprint.title, footprint.tonnes, footprint.factor_set)] if footprint else []
        return [
            Table(_("Activity"), (_("Activity"), _("Issuance block")), [(str(block.activity), str(block))]),
            Table(_("Calculated footprint"), (_("What of"), _("Tonnes CO₂e"), _("Factor set")), footprints),
            Table(_("Cancelled serial numbers"), (_("First"), _("Last"), _("Series")), rows),
            Table(_("Certificates"), (_("Code and version"), _("Issued")), certificates),
        ]


class CancellationViewSet(JoinsRows, RecordViewSet):
    model = Cancellation
    joined = ("issuance_block",)
    icon = "check"
    inspect_view_class = CancellationInspection
    inspect_view_fields: ClassVar = [
        "id",
        "reference",
        "issuance_block",
        "account",
        "quantity",
        "provider_name",
        *STATED,
        "is_sample",
        "locale",
        "state",
        "requested_at",
        "claimed_at",
        "completed_at",
        "transaction_number",
        "refusal",
    ]
    list_display: ClassVar = [
        "reference",
        "state",
        units_column(gettext_lazy("Units"), "quantity"),
        "issuance_block",
        words_column(Cancellation, "requested_at"),
        words_column(Cancellation, "completed_at"),
    ]
    list_filter: ClassVar = ["state", "issuance_block__unit_type"]
    search_fields: ClassVar = ["reference", "transaction_number", "beneficiary_name", "issuance_block__activity__code"]


class CertificateInspection(ShowsTables):
    """A certificate with the way to its public page."""

    def tables(self) -> list[Table]:
        rows = [(Link(self.object.get_absolute_url(), self.object.get_absolute_url()),)]
        return [Table(_("Public page"), (_("Address"),), rows)]


class CertificateViewSet(JoinsRows, RecordViewSet):
    model = Certificate
    joined = ("cancellation",)
    icon = "doc-full-inverse"
    inspect_view_class = CertificateInspection
    list_display: ClassVar = ["code", "version", "cancellation", words_column(Certificate, "issued_at")]
    search_fields: ClassVar = ["code", "cancellation__reference"]


class LogEntryInspection(ShowsTables):
    """An entry of the public history with the serial numbers it names."""

    def tables(self) -> list[Table]:
        rows = [(first, last) for first, last in self.object.serials]
        return [Table(_("Serial numbers"), (_("First"), _("Last")), rows)]


class LogEntryViewSet(RecordViewSet):
    model = LogEntry
    icon = "history"
    inspect_view_class = LogEntryInspection
    inspect_view_fields: ClassVar = [
        "id",
        "number",
        "code",
        "cancelled_at",
        "activity_code",
        "activity_title",
        "host_country",
        "technology",
        "unit_type",
        "quantity",
        *STATED,
        "is_sample",
    ]
    list_display: ClassVar = [
        "number",
        "code",
        words_column(LogEntry, "cancelled_at"),
        "activity_code",
        "unit_type",
        units_column(gettext_lazy("Units"), "quantity"),
    ]
    filterset_class = filters_of(LogEntry, "unit_type", "is_sample")
    search_fields: ClassVar = ["code", "activity_code", "activity_title", "beneficiary_name"]


class RegistryGroup(ModelViewSetGroup):
    items = (ActivityViewSet, IssuanceBlockViewSet, CancellationViewSet, CertificateViewSet, LogEntryViewSet)
    menu_label = gettext_lazy("Registry")
    menu_icon = "globe"
    menu_order = 300


class ActivityFilterForm(WordSearch):
    """Finds an activity by any words of its number, title or technology, and by host country."""

    searched = ("code", "title", "subtype")

    q = forms.CharField(
        label=gettext_lazy("Search term"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Number, title or technology")}),
    )
    host_country = forms.ChoiceField(label=gettext_lazy("Host country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host_country"].choices = [("", _("All")), *host_countries()]

    def filter(self, objects: QuerySet[Activity]) -> QuerySet[Activity]:
        objects = super().filter(objects)
        if self.cleaned_data["host_country"]:
            objects = objects.filter(host_country=self.cleaned_data["host_country"])
            self.is_searching = True
        return objects

    def says(self, word: str) -> Q:
        named = [value for value, label in Technology.choices if fold(word) in fold(str(label))]
        return super().says(word) | Q(technology__in=named)


activity_chooser = searchable_chooser(
    "activity_chooser",
    filter_form=ActivityFilterForm,
    columns=(
        country_column(gettext_lazy("Host country"), "host_country"),
        Column("technology", label=gettext_lazy("Technology"), accessor="get_technology_display"),
    ),
    model=Activity,
    icon="globe",
    choose_one_text=gettext_lazy("Choose an activity"),
    choose_another_text=gettext_lazy("Choose another activity"),
    edit_item_text=gettext_lazy("Edit this activity"),
)


@hooks.register("register_admin_viewset")
def registry_viewsets() -> list[Any]:
    """Put the registry's lists and the chooser of activities on the desk."""
    return [RegistryGroup(), activity_chooser]
