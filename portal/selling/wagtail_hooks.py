"""Sales on the desk, for staff alone: providers and their listings to edit, orders and payments to look at."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter, DateFromToRangeFilter
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permissions import register_permission_policy

from portal.checkout.models import Order
from portal.desk import (
    Deletion,
    JoinsRows,
    Link,
    ListsMoney,
    RecordPolicy,
    RecordViewSet,
    ShowsTables,
    Table,
    WordSearch,
    money_column,
    searchable_chooser,
)
from portal.measured import kept
from portal.money import shown
from portal.payments import service as payments
from portal.payments.models import Account, Environment, Payment, PaymentEvent
from portal.providers.models import Listing, Provider
from portal.providers.stock import TooFewLeft
from portal.registry.models import Cancellation, IssuanceBlock
from portal.selling.forms import ABOUT_LANGUAGES, SECRETS, ListingForm, ProviderForm, about_field

for record in (Order, Payment):
    register_permission_policy(record, RecordPolicy(record))


class ProviderFilterForm(WordSearch):
    """Finds a provider."""

    searched = ("name", "slug", "registry_account")


class BlockFilterForm(WordSearch):
    """Finds an issuance block by activity, series, unit type or vintage."""

    searched = ("activity__code", "activity__title", "series", "unit_type", "vintage_year")


provider_chooser = searchable_chooser(
    "provider_chooser",
    filter_form=ProviderFilterForm,
    permission="providers.view_provider",
    columns=(Column("registry_account", label=gettext_lazy("Registry account")),),
    model=Provider,
    icon="group",
    choose_one_text=gettext_lazy("Choose a provider"),
    choose_another_text=gettext_lazy("Choose another provider"),
)
block_chooser = searchable_chooser(
    "issuance_block_chooser",
    filter_form=BlockFilterForm,
    permission="registry.view_issuanceblock",
    columns=(
        Column("activity", label=gettext_lazy("Activity")),
        Column("unit_type", label=gettext_lazy("Unit type"), accessor="get_unit_type_display"),
        Column("vintage_year", label=gettext_lazy("Vintage"), accessor=lambda block: str(block.vintage_year)),
    ),
    joined=("activity",),
    model=IssuanceBlock,
    icon="list-ol",
    choose_one_text=gettext_lazy("Choose an issuance block"),
    choose_another_text=gettext_lazy("Choose another issuance block"),
)


class ProviderInspection(ShowsTables):
    """A provider with its listings and the address its gateway calls. Its credentials are not among its fields."""

    def get_field_label(self, field_name: str, field: Any) -> str:
        if field_name == "gateway_environment":
            return str(capfirst(Account._meta.get_field("environment").verbose_name))
        return str(super().get_field_label(field_name, field))

    def get_gateway_environment_display_value(self) -> str:
        return str(payments.account_of(self.object).get_environment_display())

    def tables(self) -> list[Table]:
        key = payments.account_of(self.object).hook_key
        hook = f"{settings.SITE_URL}{reverse('braintree_hook', args=[key])}"
        listings = [
            (Link(each.code, reverse("listing:edit", args=[each.pk])), str(each.issuance_block), each.units_left)
            for each in self.object.listings.select_related("issuance_block")
        ]
        return [
            Table(_("Address for the gateway's webhooks"), (_("Address"),), [(hook,)]),
            Table(_("Listings"), (_("Listing"), _("Issuance block"), _("Units left")), listings),
        ]


class ProviderDeskForm(ProviderForm, WagtailAdminModelForm):
    """What staff type about a provider, on Wagtail's panels."""


class ProviderFilters(WagtailFilterSet):
    """Finds providers by how they are paid."""

    gateway_environment = ChoiceFilter(
        field_name="account__environment",
        label=gettext_lazy("Payment environment"),
        choices=Environment.choices,
    )

    class Meta:
        model = Provider
        fields: ClassVar = ["gateway_environment", "is_sample"]


class ProviderViewSet(JoinsRows, ModelViewSet):
    model = Provider
    joined = ("account",)
    icon = "group"
    inspect_view_enabled = True
    inspect_view_class = ProviderInspection
    inspect_template_name = "desk/inspect.html"
    inspect_view_fields: ClassVar = ["name", "slug", "country", "registry_account", "gateway_environment", "is_sample"]
    delete_view_class = Deletion
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: ClassVar = [
        "name",
        "country",
        "registry_account",
        Column(
            "gateway_environment",
            label=gettext_lazy("Payment environment"),
            accessor="account.get_environment_display",
            sort_key="account__environment",
        ),
        "is_sample",
    ]
    filterset_class = ProviderFilters
    search_fields: ClassVar = ["name", "slug", "registry_account"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("slug"),
                    FieldPanel("country"),
                    FieldPanel("registry_account"),
                    FieldPanel("is_sample"),
                    FieldPanel("member_emails"),
                ],
                heading=gettext_lazy("Provider"),
            ),
            MultiFieldPanel(
                [FieldPanel(about_field(code)) for code in ABOUT_LANGUAGES], heading=gettext_lazy("About it")
            ),
            MultiFieldPanel(
                [FieldPanel("gateway_environment"), *(FieldPanel(name) for name in SECRETS)],
                heading=gettext_lazy("Payment credentials: what you fill in is sealed and never shown again"),
            ),
        ],
        base_form_class=ProviderDeskForm,
    )


class ListingDeskForm(ListingForm, WagtailAdminModelForm):
    """What staff type about a listing, on Wagtail's panels."""


class ListingEdit(EditView):
    """An edit that gives way to orders placed while the form was open."""

    def form_valid(self, form: ListingDeskForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except TooFewLeft:
            form.add_error("units_total", form.too_few())
            self.produced_error_code, self.produced_error_message = "validation_error", self.get_error_message()
            return self.form_invalid(form)


class ListingViewSet(JoinsRows):
    model = Listing
    index_view_class = ListsMoney
    joined = ("provider", "issuance_block__activity")
    icon = "tag"
    edit_view_class = ListingEdit
    delete_view_class = Deletion
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: ClassVar = [
        "code",
        Column("activity", label=gettext_lazy("Activity"), accessor="issuance_block.activity.code"),
        "provider",
        money_column(gettext_lazy("Price per unit"), "unit_price"),
        "units_left",
        "units_total",
        "is_open",
    ]
    list_filter: ClassVar = ["is_open", "currency", "provider"]
    search_fields: ClassVar = ["code", "provider__name", "issuance_block__activity__code", "issuance_block__series"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("provider"), FieldPanel("issuance_block")], heading=gettext_lazy("What is offered by whom")
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("unit_price"), FieldPanel("currency")]),
                    FieldPanel("units_total"),
                    FieldPanel("is_open"),
                ],
                heading=gettext_lazy("Price and quantity"),
            ),
        ],
        base_form_class=ListingDeskForm,
    )


def _paid(payment: Payment, row: Payment | PaymentEvent) -> str:
    return shown(row.amount, payment.currency, get_language() or "en")


def _events(payments: Any) -> Table:
    rows = [
        (
            each.happened_at,
            each.get_action_display(),
            each.get_result_display(),
            _paid(payment, each),
            each.code,
        )
        for payment in payments
        for each in payment.events.all()
    ]
    return Table(_("Payment events"), (_("Time"), _("Asked"), _("Answer"), _("Amount"), _("Code")), rows)


def _footprint(order: Order) -> Table:
    columns = (_("What of"), _("Tonnes CO₂e"), _("Units"), _("Factor set"), _("Period"), _("Saved result"))
    rows: list[tuple[Any, ...]] = []
    if measured := kept(order.measured):
        facts = (measured.called, measured.tonnes, measured.quantity, measured.factor_set, measured.period)
        rows.append((*facts, Link(measured.url, measured.url)))
    return Table(_("Calculated footprint"), columns, rows)


class OrderInspection(ShowsTables):
    """An order with its payments, what was said about them, and the cancellation it led to."""

    def get_unit_price_display_value(self) -> str:
        return shown(self.object.unit_price, self.object.currency, get_language() or "en")

    def get_amount_display_value(self) -> str:
        return shown(self.object.amount, self.object.currency, get_language() or "en")

    def tables(self) -> list[Table]:
        paid = Payment.objects.filter(reference=self.object.reference).prefetch_related("events")
        rows = [
            (
                Link(str(each.key), reverse("payment:inspect", args=[each.pk])),
                each.get_state_display(),
                _paid(each, each),
            )
            for each in paid
        ]
        cancellations = [
            (Link(each.reference, reverse("cancellation:inspect", args=[each.pk])), each.get_state_display())
            for each in Cancellation.objects.filter(reference=self.object.reference)
        ]
        letters = [(each.get_kind_display(), each.sent_at or _("not yet")) for each in self.object.letters.all()]
        return [
            _footprint(self.object),
            Table(_("Payments"), (_("Key"), _("State"), _("Amount")), rows),
            _events(paid),
            Table(_("Letters"), (_("Letter"), _("Sent at")), letters),
            Table(_("Cancellation"), (_("Reference"), _("State")), cancellations),
        ]


class OrderFilters(WagtailFilterSet):
    """Finds orders; above all those that wait for a person."""

    attention = ChoiceFilter(
        label=gettext_lazy("Needs attention"), choices=[("1", gettext_lazy("Yes"))], method="waiting_for_a_person"
    )
    placed_at = DateFromToRangeFilter(label=gettext_lazy("Placed between"), widget=DateRangePickerWidget)

    class Meta:
        model = Order
        fields: ClassVar = ["attention", "state", "currency", "listing__provider", "placed_at"]

    def waiting_for_a_person(self, orders: QuerySet[Order], _name: str, _value: str) -> QuerySet[Order]:
        return orders.exclude(needs_attention="")


class OrderViewSet(RecordViewSet):
    model = Order
    index_view_class = ListsMoney
    icon = "doc-full"
    inspect_view_class = OrderInspection
    # The token is the purchaser's own secret address; nobody else needs it.
    inspect_view_fields_exclude: ClassVar = ["id", "token", "submission", "currency", "measured", "mail_claimed_at"]
    list_display: ClassVar = [
        "reference",
        "state",
        "needs_attention",
        "provider_name",
        "quantity",
        money_column(gettext_lazy("Amount"), "amount"),
        "placed_at",
    ]
    filterset_class = OrderFilters
    search_fields: ClassVar = ["reference", "purchaser_name", "purchaser_email", "beneficiary_name", "needs_attention"]


class PaymentInspection(ShowsTables):
    """A payment with every question to the gateway and every answer."""

    def get_amount_display_value(self) -> str:
        return _paid(self.object, self.object)

    def tables(self) -> list[Table]:
        orders = Order.objects.filter(reference=self.object.reference)
        rows = [(Link(str(each), reverse("order:inspect", args=[each.pk])),) for each in orders]
        return [
            Table(_("Order"), (_("Reference"),), rows),
            _events([self.object]),
        ]


class PaymentViewSet(RecordViewSet):
    model = Payment
    index_view_class = ListsMoney
    icon = "success"
    inspect_view_class = PaymentInspection
    inspect_view_fields_exclude: ClassVar = ["id", "reference", "account", "currency"]
    list_display: ClassVar = [
        "key",
        Column("reference", label=gettext_lazy("Order"), sort_key="reference"),
        "state",
        money_column(gettext_lazy("Amount"), "amount"),
        "sent_at",
        "checked_at",
    ]
    list_filter: ClassVar = ["state", "currency"]
    search_fields: ClassVar = ["key", "gateway_id", "reference", "code"]


class SalesGroup(ModelViewSetGroup):
    items = (ListingViewSet, ProviderViewSet, OrderViewSet, PaymentViewSet)
    menu_label = gettext_lazy("Sales")
    menu_icon = "tag"
    menu_order = 310


@hooks.register("register_admin_viewset")
def sales_viewsets() -> list[Any]:
    """Put sales and their choosers on the desk."""
    return [SalesGroup(), provider_chooser, block_chooser]


class AttentionSummary(SummaryItem):
    """How many orders wait for a person, for those who may see orders."""

    order = 310
    template_name = "desk/attention.html"

    def is_shown(self) -> bool:
        return bool(self.request.user.has_perm("checkout.view_order"))

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "count": Order.objects.exclude(needs_attention="").count(),
            "url": f"{reverse('order:index')}?attention=1",
        }


@hooks.register("construct_homepage_summary_items")
def show_attention(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Say on the first page of the desk how many orders need attention."""
    items.append(AttentionSummary(request))
