"""`manage.py reconcile`: whether gateways, banks and registry say the same as our books, and what to do if not."""

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.books import service
from portal.books.comparison import Sort
from portal.books.models import Discrepancy
from portal.books.words import MEANINGS, NAMES, REMEDIES
from portal.providers.models import Provider


class Command(BaseCommand):
    help = (
        "Compares orders with the transactions of gateways, the entries of bank statements and the registry's "
        "cancellations, and prints each difference with what it means and what to do. Exits 1 if there is any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=date.fromisoformat, dest="first_day", metavar="DAY", help="the first day")
        parser.add_argument("--to", type=date.fromisoformat, dest="last_day", metavar="DAY", help="the last day")
        parser.add_argument("--provider", metavar="NAME", help="the short name of one provider")

    def handle(self, *_args: Any, **options: Any) -> None:
        provider = provider_called(options["provider"])
        days = {"first_day": options["first_day"], "last_day": options["last_day"]}
        try:
            run = service.reconcile(**days, provider=provider, clock=timezone.now)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if run is None:
            raise CommandError("Another reconciliation is running.", returncode=2)
        for each in run.discrepancies.iterator():
            self.stdout.write(told(each))
        self.stdout.write(f"{run.first_day} to {run.last_day}: {run.found or 'no'} differences")
        if run.found:
            sys.exit(1)


def provider_called(slug: str | None) -> Provider | None:
    """Return the provider of a short name. Raises CommandError where there is none."""
    if not slug:
        return None
    if found := Provider.objects.filter(slug=slug).first():
        return found
    raise CommandError(f"There is no provider {slug}.", returncode=2)


def told(each: Discrepancy) -> str:
    """Return a difference as lines to read: what it is, what it means, and what to do."""
    sort = Sort(each.sort)
    amount = "" if each.amount is None else f"{each.amount.normalize():f} {each.currency or 't'}"
    facts = (each.number, each.reference and f"order {each.reference}", each.provider_name, amount)
    sides = (each.ours and f"we say {each.ours}", each.theirs and f"they say {each.theirs}")
    head = f"{each.at:%Y-%m-%d %H:%M}  {NAMES[sort]}: {', '.join(filter(None, facts))}"
    return "\n".join(filter(None, (head, "; ".join(filter(None, sides)), MEANINGS[sort], f"→ {REMEDIES[sort]}", " ")))
