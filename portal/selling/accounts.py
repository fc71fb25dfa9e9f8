"""Payment accounts on the desk: what a provider has, which of them are open, and when they were last seen to work."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.checkout import serving
from portal.desk import CHANGED, ShowsTables, Table
from portal.payments import accounts
from portal.payments import changes as waiting
from portal.payments.models import CHARGING, Account, AccountState, Rail
from portal.providers.models import Provider
from portal.selling import changes, letters
from portal.selling.passwords import code_field, password_field, prove

HOOKS: dict[str, str] = {Rail.CARD: "braintree_hook", Rail.PAYPAL: "paypal_hook"}
CHANGES = "providers.change_provider"
NOTED = "payment_account"  # how the history of a provider calls a change of one


def account_table(of: list[Account]) -> Table:
    """Tell of accounts what is no secret."""
    columns = (_("Way of payment"), _("Currencies"), _("State"), _("Payment environment"), _("Last seen to work"))
    rows = [
        (
            each.get_rail_display(),
            ", ".join(each.currencies),
            each.get_state_display(),
            "" if each.rail not in CHARGING else each.get_environment_display(),
            "" if each.rail not in CHARGING else each.worked_at or _("not yet"),
        )
        for each in of
    ]
    return Table(_("Payment accounts"), columns, rows)


def hook_table(of: list[Account]) -> Table:
    """Tell which addresses the gateways of accounts call."""
    rows = [
        (each.get_rail_display(), f"{settings.SITE_URL}{reverse(HOOKS[each.rail], args=[each.hook_key])}")
        for each in of
        if each.rail in HOOKS
    ]
    return Table(_("Address for the gateway's webhooks"), (_("Way of payment"), _("Address")), rows)


class ProofForm(forms.Form):
    """Who one is, beside a button that lets purchasers pay into an account."""

    own_password = password_field(required=False)
    own_code = code_field()


class MovesAccounts(ShowsTables):
    """A page about a provider, on which staff open and pause its payment accounts."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        of = accounts.accounts_of(self.object)
        waits = {each.pk: change for each in of if (change := waiting.pending(each))}
        moves = [
            (each, "pause" if each.state == AccountState.OPEN else "open")
            for each in of
            if each.pk not in waits or not waits[each.pk].opens
        ]
        return super().get_context_data(**kwargs) | {
            "moves": moves if self.request.user.has_perm(CHANGES) else (),
            "proof": ProofForm(auto_id=False),
            "waiting": [(each, waits[each.pk]) for each in of if each.pk in waits],
            "banks": [each.bank for each in of if hasattr(each, "bank")],
            "may_change": self.request.user.has_perm(CHANGES),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open or pause an account, or stop a change of it; note that, and let the provider's listings follow."""
        if not request.user.has_perm(CHANGES):
            raise PermissionDenied
        wanted = request.POST.get("account", "")
        for each in accounts.accounts_of(self.object):
            if str(each.pk) != wanted:
                continue
            if "stop" in request.POST:
                self._stop(each)
            elif "open" in request.POST:
                self._open(each)
            else:
                self._move(each, opens=False)
            serving.check_all(provider_id=self.object.pk)
        return redirect("provider:inspect", self.object.pk)

    def _open(self, account: Account) -> None:
        form = ProofForm(self.request.POST)
        if form.is_valid():
            prove(form, person=self.request.user)
        if form.errors:
            messages.error(self.request, str(next(iter(form.errors.values()))[0]))
        else:
            self._move(account, opens=True)

    def _stop(self, account: Account) -> None:
        change = waiting.pending(account)
        if change and changes.stop(change, now=timezone.now()):
            messages.success(self.request, _("The change is stopped. The account stays as it is."))

    def _move(self, account: Account, *, opens: bool) -> None:
        before = _said(account)
        is_done = True
        try:
            if opens:
                is_done = accounts.open_account(account)
            else:
                accounts.pause_account(account)
        except accounts.NotUsable:
            messages.error(self.request, _("This account cannot be opened: it has no credentials that can be opened."))
        except accounts.AlreadyOpen as error:
            text = _("Another account for this way of payment is open in %(currencies)s. Pause it first.")
            messages.error(self.request, text % {"currencies": error})
        except waiting.AlreadyChanging:
            messages.error(self.request, waiting.WAITS)
        else:
            self._say(account, before=before, is_done=is_done)

    def _say(self, account: Account, *, before: str, is_done: bool) -> None:
        after = _said(account) if is_done else _("%(account)s; asked to be opened") % {"account": _said(account)}
        log(self.object, CHANGED, user=self.request.user, data={"changes": {NOTED: [before, after]}})
        if not is_done:
            changes.say_it_waits(self.request)
            return
        messages.success(self.request, after)
        if after != before:
            known = list(self.object.members.values_list("email", flat=True))
            letters.tell(self.request, self.object, known=known, what=["accounts"])


def _said(account: Account) -> str:
    return f"{account.title}: {account.get_state_display()}"


def environments(provider: Provider) -> str:
    """Say where the accounts of a provider live that a gateway speaks for, each place once."""
    charging = (each for each in provider.accounts.all() if each.rail in CHARGING)
    return ", ".join(dict.fromkeys(each.get_environment_display() for each in charging))


def open_accounts(provider: Provider) -> str:
    """Say how a provider can be paid now."""
    is_open = [each for each in provider.accounts.all() if each.state == AccountState.OPEN]
    return "; ".join(each.title for each in is_open)
