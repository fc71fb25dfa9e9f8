"""Whose transfers somebody looks after: those of the own providers; staff who hold the right for it, those of all.

Whoever is not of the provider is told that there is no such account, statement or entry.
"""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.payments.transfers.models import BankAccount
from portal.people.models import User
from portal.providers.models import Provider

LOOKS_AFTER_ALL = "transfers.add_arrival"  # who may say of any provider that money came


def providers_of(request: HttpRequest) -> QuerySet[Provider]:
    """Return the providers whose transfers whoever is signed in looks after."""
    person = cast("User", request.user)
    return Provider.objects.all() if person.has_perm(LOOKS_AFTER_ALL) else Provider.objects.filter(members=person)


def banks_of(request: HttpRequest) -> QuerySet[BankAccount]:
    """Return their bank accounts, provider by provider."""
    own = BankAccount.objects.filter(account__provider__in=providers_of(request))
    return own.select_related("account__provider").order_by("account__provider__name", "pk")
