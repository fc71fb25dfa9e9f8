"""Providers on the desk: who they are, and how they are paid."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from portal.checkout.orders import spare_units
from portal.desk import Deletion, Link, NotesChanges, SearchesWords, Table, counted, country_column, words_column
from portal.payments.accounts import accounts_of
from portal.payments.models import Environment
from portal.providers.models import Provider
from portal.registry import service as registry
from portal.registry.answers import Holding
from portal.registry.models import IssuanceBlock
from portal.selling import letters
from portal.selling.accounts import MovesAccounts, account_table, environments, hook_table, open_accounts
from portal.selling.banks import BankAccountPage
from portal.selling.changes import say_it_waits
from portal.selling.forms import ABOUT_LANGUAGES, SECRETS, ProviderForm, about_field
from portal.selling.passwords import PROOFS
from portal.selling.paypal import PayPalAccount


class ProviderInspection(MovesAccounts):
    """A provider with its listings and how it is paid. Its credentials are not among its fields."""

    def tables(self) -> list[Table]:
        paid_by = accounts_of(self.object)
        listings = [
            (
                Link(each.code, reverse("listing:edit", args=[each.pk])),
                str(each.issuance_block),
                counted(each.units_left),
            )
            for each in self.object.listings.select_related("issuance_block")
        ]
        return [
            account_table(paid_by),
            hook_table(paid_by),
            Table(_("Listings"), (_("Listing"), _("Issuance block"), _("Units left")), listings),
            Table(_("Held in the registry"), (_("Issuance block"), _("Units"), _("Not offered yet")), self._held()),
        ]

    def _held(self) -> list[tuple[Any, ...]]:
        """What the registry says lies in the account, and the way to whatever the portal does not offer or know yet."""
        account = self.object.registry_account
        held = registry.holdings(account=account)
        if held is None:
            return [(_("The registry gave no answer. Please try again in a minute."), "", "")]
        known = {
            (block.series, block.serial_start, block.serial_end): block
            for block in IssuanceBlock.objects.filter(series__in={each.series for each in held})
        }
        return [self._row(each, known.get((each.series, each.issuance.start, each.issuance.end))) for each in held]

    def _row(self, held: Holding, block: IssuanceBlock | None) -> tuple[Any, ...]:
        first, last = held.issuance.start, held.issuance.end
        if block is None:
            address = f"{reverse('issuanceblock:add')}?{urlencode({'serial_start': first, 'serial_end': last})}"
            return (
                f"{held.series} {first}-{last}",
                counted(held.quantity),
                Link(_("Enter this issuance block first"), address),
            )
        spare = spare_units(block=block, account=self.object.registry_account, held=held.quantity) or 0
        address = f"{reverse('listing:add')}?{urlencode({'provider': self.object.pk, 'issuance_block': block.pk})}"
        text = ngettext("Offer %(units)s unit", "Offer %(units)s units", spare) % {"units": counted(spare)}
        offer = Link(text, address) if spare > 0 else "0"
        return str(block), counted(held.quantity), offer


class ProviderDeskForm(ProviderForm, WagtailAdminModelForm):
    """What staff type about a provider, on Wagtail's panels."""


class ProviderEdit(NotesChanges):
    """An edit that its history tells, and by letter those who saw the provider's listings before."""

    noted = ("name", "slug", "country", "registry_account", "gateway_environment")
    secrets = (*SECRETS, "member_emails")  # and no history keeps people's addresses

    def form_valid(self, form: ProviderDeskForm) -> HttpResponse:
        known = list(self.object.members.values_list("email", flat=True))
        response = super().form_valid(form)
        waits = letters.LIKE_KEYS if form.has_to_wait else ()
        if waits:
            say_it_waits(self.request)
        if what := [name for name in letters.TOLD if name in form.changed_data and name not in waits]:
            letters.tell(self.request, self.object, known=known, what=what)
        return response


class ProviderFilters(WagtailFilterSet):
    """Finds providers by how they are paid."""

    gateway_environment = ChoiceFilter(
        field_name="accounts__environment",
        distinct=True,
        label=gettext_lazy("Payment environment"),
        choices=Environment.choices,
    )

    class Meta:
        model = Provider
        fields: ClassVar = ["gateway_environment", "is_sample"]


class ProviderViewSet(ModelViewSet):
    model = Provider
    icon = "group"
    index_view_class = SearchesWords
    inspect_view_enabled = True
    inspect_view_class = ProviderInspection
    inspect_template_name = "desk/provider.html"
    inspect_view_fields: ClassVar = ["name", "slug", "country", "registry_account", "is_sample"]
    edit_view_class = ProviderEdit
    delete_view_class = Deletion
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: ClassVar = [
        "name",
        country_column(gettext_lazy("Country"), "country"),
        "registry_account",
        Column("gateway_environment", label=gettext_lazy("Payment environment"), accessor=environments),
        Column("open_accounts", label=gettext_lazy("Can be paid by"), accessor=open_accounts),
        words_column(Provider, "is_sample"),
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
                    FieldPanel("address"),
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
                [FieldPanel(name) for name in ("gateway_environment", *SECRETS, *PROOFS)],
                heading=gettext_lazy("Payment credentials: what you fill in is sealed and never shown again"),
            ),
        ],
        base_form_class=ProviderDeskForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("paypal/<int:pk>/", PayPalAccount.as_view(), name="paypal"),
            path("bank/<int:pk>/", BankAccountPage.as_view(), name="new_bank"),
            path("bank/<int:pk>/<int:bank>/", BankAccountPage.as_view(), name="bank"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        rows = Provider.objects.prefetch_related("accounts")
        return super().get_index_view_kwargs(**{"queryset": rows, **kwargs})
