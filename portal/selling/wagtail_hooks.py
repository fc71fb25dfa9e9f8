"""Sales on the desk, for staff alone: providers, listings and handovers to edit, orders and payments to look at."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from portal.checkout.models import Order
from portal.desk import DecisionPolicy, RecordPolicy
from portal.payments.models import Payment
from portal.registry.models import Handover
from portal.selling.choosers import block_chooser, provider_chooser
from portal.selling.handovers import APPROVED, DECLINED, HandoverSummary, HandoverViewSet
from portal.selling.listings import ListingViewSet
from portal.selling.orders import AttentionSummary, OrderViewSet, PaymentViewSet
from portal.selling.providers import ProviderViewSet

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
    """Say on the first page of the desk how many orders and handovers wait for somebody."""
    items += [AttentionSummary(request), HandoverSummary(request)]


@hooks.register("register_log_actions")
def name_decisions(actions: LogActionRegistry) -> None:
    """Name what is decided on the desk, for the history of each record."""
    actions.register_action(APPROVED, gettext_lazy("Approve"), gettext_lazy("Approved, and asked of the registry"))
    actions.register_action(DECLINED, gettext_lazy("Decline"), gettext_lazy("Not approved"))
