"""Sales on the desk, for staff alone: providers, listings and handovers to edit, orders and payments to look at."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from portal.checkout.models import Order
from portal.desk import CHANGED, ChangeFormatter, DecisionPolicy, RecordPolicy
from portal.payments.models import Account, Change, Payment
from portal.people.models import User
from portal.providers.models import Listing, Provider
from portal.registry.models import Handover
from portal.selling.accounts import NOTED
from portal.selling.banks import NOTED as BANK_NOTED
from portal.selling.changes import NOTED as WAITED
from portal.selling.choosers import block_chooser, provider_chooser
from portal.selling.disputes import ANSWERED, GAVE_IN
from portal.selling.forms import ProviderForm
from portal.selling.handovers import APPROVED, DECLINED, HandoverSummary, HandoverViewSet, keep_who_decided
from portal.selling.listings import ListingViewSet, PausedSummary
from portal.selling.orders import GAVE_BACK, HANDLED, AttentionSummary, OrderViewSet, PaymentViewSet
from portal.selling.paypal import NOTED as PAYPAL_NOTED
from portal.selling.providers import ProviderViewSet
from portal.selling.releases import RELEASED
from portal.selling.transfers import EntriesSummary

for record in (Order, Payment):
    register_permission_policy(record, RecordPolicy(record))
register_permission_policy(Handover, DecisionPolicy(Handover))


class SalesGroup(ModelViewSetGroup):
    items = (ListingViewSet, ProviderViewSet, HandoverViewSet, OrderViewSet, PaymentViewSet)
    menu_label = gettext_lazy("Sales")
    menu_icon = "tag"
    menu_order = 310


@hooks.register("register_admin_viewset")
def sales_viewsets() -> list[Any]:
    """Put sales and their choosers on the desk."""
    return [SalesGroup(), provider_chooser, block_chooser]


@hooks.register("construct_homepage_summary_items")
def show_what_waits(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Say on the first page of the desk what waits for somebody: orders, bank entries, listings, handovers."""
    items += [AttentionSummary(request), EntriesSummary(request), PausedSummary(request), HandoverSummary(request)]


@hooks.register("register_permissions")
def grant_money() -> QuerySet[Permission]:
    """Let groups be given the rights to give money back, to answer disputes and to look after all transfers, which have
    no lists on the desk."""
    rights = ("add_refund", "answer_dispute", "add_arrival")
    return Permission.objects.filter(content_type__app_label__in=("payments", "transfers"), codename__in=rights)


@hooks.register("register_log_actions")
def name_decisions(actions: LogActionRegistry) -> None:
    """Name what is decided on the desk, for the history of each record."""
    actions.register_action(APPROVED, gettext_lazy("Approve"), gettext_lazy("Approved, and asked of the registry"))
    actions.register_action(DECLINED, gettext_lazy("Decline"), gettext_lazy("Not approved"))
    labels = {name: field.label for name, field in ProviderForm.base_fields.items()}
    labels |= {each.name: each.verbose_name for model in (Listing, Provider) for each in model._meta.concrete_fields}
    labels |= {NOTED: Account._meta.verbose_name, PAYPAL_NOTED: gettext_lazy("PayPal account")}
    labels |= {WAITED: Change._meta.verbose_name}
    labels |= {BANK_NOTED: gettext_lazy("Bank account")}
    actions.register_action(CHANGED)(type("Changes", (ChangeFormatter,), {"labels": labels}))
    actions.register_action(ANSWERED, gettext_lazy("Answer a dispute"), gettext_lazy("Sent evidence"))
    actions.register_action(GAVE_IN, gettext_lazy("Give in to a dispute"), gettext_lazy("Gave in to a dispute"))
    actions.register_action(RELEASED, gettext_lazy("Give up"), gettext_lazy("Gave the order up"))
    actions.register_action(GAVE_BACK, gettext_lazy("Give back"), gettext_lazy("Gave money back"))
    actions.register_action(HANDLED, gettext_lazy("Handle"), gettext_lazy("Handled what needed attention"))


@hooks.register("before_delete_user")
def before_a_person_is_deleted(request: HttpRequest, person: Any) -> HttpResponse | None:
    """Keep whoever entered or decided something known."""
    return keep_who_decided(request, [person])


@hooks.register("before_bulk_action")
def before_people_are_deleted(request: HttpRequest, kind: str, rows: list[Any], action: Any) -> HttpResponse | None:
    """Keep them known also where several are deleted at once."""
    return keep_who_decided(request, rows) if kind == "delete" and issubclass(action.model, User) else None
