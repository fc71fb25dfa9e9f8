"""Changes of where a provider's money goes: told to its people, and carried out when their time has come."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext
from wagtail.log_actions import log

from portal.checkout import serving
from portal.desk import CHANGED
from portal.payments import accounts, changes
from portal.payments.models import Change, ChangeState, Rail
from portal.payments.transfers import banks
from portal.providers.models import Provider
from portal.selling import letters
from portal.sweeping import handle_each

BATCH = 100
NOTED = "payment_change"  # how the history of a provider calls what became of one
TOLD = "payment_account"  # and what a letter tells of it
CARRY_OUT: dict[str, Callable[..., bool]] = {Rail.TRANSFER: banks.carry_out}  # else it is the account's own


def tell(*, now: datetime) -> None:
    """Tell of the changes that nobody was told of. Their time runs from when a letter went out."""
    handle_each(rows=changes.untold(now=now), act=partial(_tell, now=now), most=BATCH)


def _tell(change: Change, *, now: datetime) -> None:
    if changes.claim(change, now=now) and letters.tell_of_waiting(change, now=now):
        changes.told(change, now=now)


def carry_out_due(*, now: datetime) -> None:
    """Let money go where the changes say whose time has come, and tell that. Some wait on for payments under way."""
    handle_each(rows=changes.due(now=now), act=partial(_carry_out, now=now), most=BATCH)


def _carry_out(change: Change, *, now: datetime) -> None:
    account = change.account
    if not CARRY_OUT.get(account.rail, accounts.carry_out)(change, now=now):
        return
    _ended(account.provider, ChangeState.APPLIED)
    known = letters.people_of(account.provider)
    letters.tell_of_change(account.provider, addresses=known, what=["accounts" if change.opens else TOLD], now=now)


def say_it_waits(request: HttpRequest) -> None:
    """Say on the desk what becomes of a change that was typed in."""
    text = ngettext(
        "This is not changed yet. The provider’s people are told by letter, and have %(hours)s hour to stop it.",
        "This is not changed yet. The provider’s people are told by letter, and have %(hours)s hours to stop it.",
        settings.PAYEE_CHANGE_HOURS,
    )
    messages.warning(request, text % {"hours": settings.PAYEE_CHANGE_HOURS})


def stop(change: Change, *, now: datetime) -> bool:
    """Let an account stay as it is, and its listings go on. False where the change has ended."""
    is_stopped = changes.stop(change, now=now)
    if is_stopped:
        _ended(change.account.provider, ChangeState.STOPPED)
    return is_stopped


def _ended(provider: Provider, state: ChangeState) -> None:
    log(provider, CHANGED, data={"changes": {NOTED: [str(ChangeState.PENDING.label), str(state.label)]}})
    serving.check_all(provider_id=provider.pk)
