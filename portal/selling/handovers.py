"""Handovers on the desk: one person enters units for a provider's account, another approves, and the registry acts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from portal.books import clearing
from portal.checkout import attention
from portal.desk import (
    JoinsRows,
    RecordViewSet,
    SearchesWords,
    ShowsTables,
    Table,
    TakesInitial,
    WaitingSummary,
    counted,
    units_column,
    words_column,
)
from portal.fields import all_visible
from portal.payments import disputes, refunds
from portal.payments.transfers import entries, uploads
from portal.payments.transfers import service as transfers
from portal.people.models import User
from portal.providers.models import Provider
from portal.registry import handovers
from portal.registry.models import Handover, HandoverState, IssuanceBlock
from portal.registry.serials import SerialBlock

MAY_LOOK = ["view", "add", "approve"]
KEPT = (handovers, attention, refunds, disputes, transfers, uploads, entries, clearing)  # say who decided what
ONE_PERSON = timedelta(days=30)  # so long whoever made or changed an account is taken for its owner
APPROVED, DECLINED = "handovers.approve", "handovers.decline"
REFUSALS = {
    "already_issued": gettext_lazy("The registry issued some of these serial numbers before, in another issuance."),
    "serials_not_held": gettext_lazy("The issuer does not hold all of these units any more."),
    "account_closed_to_this": gettext_lazy("This account is one that no units can be handed to."),
    "reference_reused": gettext_lazy("The registry knows this issuance with other serial numbers."),
}
REFUSED_OTHERWISE = gettext_lazy("The registry refused for a reason of its own: %(code)s.")


def why_refused(code: str) -> str:
    """Say in words what the registry refused for."""
    return str(REFUSALS[code]) if code in REFUSALS else REFUSED_OTHERWISE % {"code": code}


class HandoverForm(WagtailAdminModelForm):
    """Which units of which issuance, and for whom: account and holder follow from the provider."""

    provider = forms.ModelChoiceField(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.all(),
        help_text=gettext_lazy("The units are handed to the registry account of this provider."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("serial_start", "serial_end"):
            self.fields[name].required = False
            self.fields[name].help_text = _("Leave both empty for all units of the block.")
        self.fields["evidence"].validators.append(all_visible)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        block, provider = given.get("issuance_block"), given.get("provider")
        if self.errors or not block or not provider:
            return given
        self.instance.account, self.instance.holder = provider.registry_account, provider.name
        if wanted := self._wanted(block, given):
            given["serial_start"], given["serial_end"] = wanted.start, wanted.end
            self.instance.serial_start, self.instance.serial_end = wanted.start, wanted.end
            self._check_units(block, wanted)
        return given

    def _wanted(self, block: IssuanceBlock, given: dict[str, Any]) -> SerialBlock | None:
        first, last = given.get("serial_start"), given.get("serial_end")
        if first is None and last is None:
            return SerialBlock(block.serial_start, block.serial_end)
        if first is None or last is None:
            self.add_error("serial_start" if first is None else "serial_end", _("Fill in both, or none of them."))
        elif last < first:
            self.add_error("serial_end", _("The last serial number is lower than the first."))
        elif first < block.serial_start or last > block.serial_end:
            text = _("This block has the serial numbers %(first)s to %(last)s.")
            self.add_error("serial_start", text % {"first": block.serial_start, "last": block.serial_end})
        else:
            return SerialBlock(first, last)
        return None

    def _check_units(self, block: IssuanceBlock, wanted: SerialBlock) -> None:
        if other := handovers.standing_with(block=block, wanted=wanted):
            self.add_error(
                "serial_start", _("Some of these units belong to another handover: %(other)s.") % {"other": other}
            )
            return
        match handovers.can_be_handed_over(block=block, wanted=wanted):
            case None:
                self.add_error(None, _("The registry gave no answer. Please try again in a minute."))
            case False:
                self.add_error("serial_start", why_refused("serials_not_held"))

    def save(self, commit: bool = True) -> Handover:
        handover: Handover = super().save(commit=False)
        if commit:
            handovers.propose(handover, by_id=self.for_user.pk, now=timezone.now())
        return handover


class HandoverEntry(TakesInitial, CreateView):
    """Entering a handover leads to it, where it says that it waits for somebody else."""

    success_message = gettext_lazy("Entered. Another person has to approve it before the registry hears of it.")

    def get_success_url(self) -> str:
        return reverse("handover:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class HandoverIndex(SearchesWords):
    """All handovers, for those who enter them and for those who approve them."""

    any_permission_required: ClassVar = MAY_LOOK


def may_be_one(first_id: int, second_id: int, *, now: datetime) -> bool:
    """Say whether somebody may have two accounts: one was made or changed by the other on the desk, not long ago."""
    of_accounts = {"content_type__app_label": User._meta.app_label, "content_type__model": User._meta.model_name}
    changes = ModelLogEntry.objects.filter(**of_accounts, action__in=("wagtail.create", "wagtail.edit"))
    by_each_other = Q(user=first_id, object_id=str(second_id)) | Q(user=second_id, object_id=str(first_id))
    return changes.filter(by_each_other, timestamp__gt=now - ONE_PERSON).exists()


class HandoverInspection(ShowsTables):
    """A handover as it was entered, and its decision for those who may make it."""

    any_permission_required: ClassVar = MAY_LOOK

    def get_decided_by_display_value(self) -> Any:
        return self.object.decided_by or "-"

    def get_decided_at_display_value(self) -> Any:
        return self.object.decided_at or "-"

    def get_reason_display_value(self) -> str:
        is_code = self.object.state == HandoverState.REFUSED
        return why_refused(self.object.reason) if is_code else self.object.reason or "-"

    def tables(self) -> list[Table]:
        block = self.object.issuance_block
        first, last = block.printed(SerialBlock(self.object.serial_start, self.object.serial_end))
        columns = (_("Activity"), _("Units"), _("First"), _("Last"))
        return [Table(_("Units"), columns, [(str(block.activity), counted(self.object.quantity), first, last)])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        is_open, is_own = self.object.state == HandoverState.PROPOSED, self.object.entered_by_id == user.pk
        may_decide = self.permission_policy.user_has_permission(user, "approve")
        is_near = is_open and not is_own and may_be_one(self.object.entered_by_id, user.pk, now=timezone.now())
        return super().get_context_data(**kwargs) | {
            "is_open": is_open,
            "is_own": is_own,
            "may_be_one": is_near,
            "may_approve": is_open and may_decide and not is_own and not is_near,
            "may_decline": is_open and (may_decide or is_own),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve or decline, as the form below the record says."""
        decision = {"approve": self._approve, "decline": self._decline}.get(request.POST.get("decision", ""))
        if decision is None:
            raise PermissionDenied
        decision()
        return redirect("handover:inspect", self.object.pk)

    def _approve(self) -> None:
        if not self.get_context_data()["may_approve"]:
            raise PermissionDenied
        by_id, now = self.request.user.pk, timezone.now()
        if not handovers.approve(handover_id=self.object.pk, by_id=by_id, now=now):
            messages.error(self.request, _("This was decided meanwhile."))
            return
        log(self.object, APPROVED, user=self.request.user)
        self.object.refresh_from_db()
        if self.object.state == HandoverState.DONE:
            text = ngettext(
                "Done: %(units)s unit lies in the registry account %(account)s and can be put on offer.",
                "Done: %(units)s units lie in the registry account %(account)s and can be put on offer.",
                self.object.quantity,
            )
            messages.success(
                self.request, text % {"units": counted(self.object.quantity), "account": self.object.account}
            )
        elif self.object.state == HandoverState.REFUSED:
            messages.error(self.request, why_refused(self.object.reason))
        else:
            messages.warning(self.request, _("The registry gave no answer yet. It is asked again by itself."))

    def _decline(self) -> None:
        if not self.get_context_data()["may_decline"]:
            raise PermissionDenied
        reason = self.request.POST.get("reason", "").replace("\0", "").strip()
        if not reason:
            messages.error(self.request, _("Say why, for whoever entered it."))
        elif handovers.decline(
            handover_id=self.object.pk, by_id=self.request.user.pk, reason=reason, now=timezone.now()
        ):
            log(self.object, DECLINED, user=self.request.user)
            messages.success(self.request, _("Not approved. Nothing reached the registry."))
        else:
            messages.error(self.request, _("This was decided meanwhile."))


def keep_who_decided(request: HttpRequest, people: Iterable[Any]) -> HttpResponse | None:
    """Refuse to delete people who decided or handled something, and lead to where their account is closed."""
    for user in people:
        if any(record.names(user_id=user.pk) for record in KEPT):
            text = _("%(name)s stands in records of the desk and cannot be deleted. Close the account instead.")
            messages.error(request, text % {"name": user.get_full_name() or user})
            return redirect("wagtailusers_users:edit", user.pk)
    return None


class HandoverViewSet(JoinsRows, RecordViewSet):
    model = Handover
    joined = ("issuance_block", "entered_by", "decided_by")
    icon = "download"
    index_view_class = HandoverIndex
    add_view_class = HandoverEntry
    inspect_view_class = HandoverInspection
    inspect_template_name = "desk/handover.html"
    inspect_view_fields: ClassVar = [
        "state",
        "issuance_block",
        "account",
        "holder",
        "serial_start",
        "serial_end",
        "evidence",
        "entered_by",
        "entered_at",
        "decided_by",
        "decided_at",
        "reason",
    ]
    list_display: ClassVar = [
        Column("__str__", label=capfirst(gettext_lazy("handover of units")), accessor=str),
        units_column(gettext_lazy("Units"), "quantity"),
        "state",
        "entered_by",
        words_column(Handover, "entered_at"),
        "decided_by",
    ]
    list_filter: ClassVar = ["state", "account"]
    search_fields: ClassVar = ["account", "holder", "issuance_block__series", "issuance_block__activity__code"]
    edit_handler = ObjectList(
        [
            FieldPanel("issuance_block"),
            FieldPanel("provider"),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("serial_start"), FieldPanel("serial_end")])],
                heading=gettext_lazy("Units"),
            ),
            FieldPanel("evidence"),
        ],
        base_form_class=HandoverForm,
    )


class HandoverSummary(WaitingSummary):
    """How many handovers wait for a second person, for those who may be it."""

    order = 320
    needed_permission = "registry.approve_handover"

    def waiting(self) -> tuple[str, str]:
        count = Handover.objects.filter(state=HandoverState.PROPOSED).count()
        text = ngettext(
            "%(number)s handover waits for a second person", "%(number)s handovers wait for a second person", count
        )
        return text % {"number": counted(count)}, f"{reverse('handover:index')}?state={HandoverState.PROPOSED}"
