"""`manage.py reconcile`: whether gateways, banks and registry say the same as our books, and what to do if not."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.books import service, walk
from portal.books.comparison import Sort
from portal.books.lost import FIELDS
from portal.books.models import Discrepancy, Reconciliation
from portal.books.walk import Hand
from portal.books.words import MEANINGS, NAMES, REMEDIES
from portal.people.models import User
from portal.providers.models import Provider

ACTIONS = (walk.REBUILD, walk.RELEASE, walk.PAY_BACK, walk.EXPLAIN)


class Command(BaseCommand):
    help = (
        "Compares orders with the transactions of gateways, the entries of bank statements and the registry's "
        "cancellations, and prints each difference with what it means and what to do. Exits 1 if there is any. With "
        "--unknown it goes through what our books do not know at all, on a terminal by questions, else by flags."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=day, dest="first_day", metavar="DAY", help="the first day")
        parser.add_argument("--to", type=day, dest="last_day", metavar="DAY", help="the last day")
        parser.add_argument("--provider", metavar="NAME", help="the short name of one provider")
        parser.add_argument("--unknown", action="store_true", help="only what has no order here, until this moment")
        clear = parser.add_argument_group("clearing one thing, by its key or number")
        for action in ACTIONS:
            clear.add_argument(f"--{action}", metavar="NUMBER")
        clear.add_argument("--by", metavar="EMAIL", help="the account of whoever does it")
        clear.add_argument("--why", default="", help="why; it is kept")
        shown = parser.add_argument_group("what the purchaser's letter shows, to rebuild an order")
        for name, meaning in FIELDS.items():
            shown.add_argument(f"--{name.replace('_', '-')}", dest=f"typed_{name}", default="", help=meaning)

    def handle(self, *_args: Any, **options: Any) -> None:
        chosen = [(each, options[each.replace("-", "_")]) for each in ACTIONS if options[each.replace("-", "_")]]
        if len(chosen) > 1:
            raise CommandError("One thing at a time.", returncode=2)
        if chosen:
            self._clear(*chosen[0], options)
            return
        run = self._run(options)
        if options["unknown"]:
            self._go_through(run, options)
            return
        for each in run.discrepancies.iterator():
            self.stdout.write(told(each))
        self.stdout.write(f"{run.first_day} to {run.last_day}: {run.found or 'no'} differences")
        if run.found:
            sys.exit(1)

    def _run(self, options: dict[str, Any]) -> Reconciliation:
        last = options["last_day"] or (timezone.now().date() if options["unknown"] else None)
        provider = provider_called(options["provider"])
        try:
            run = service.reconcile(
                first_day=options["first_day"], last_day=last, provider=provider, clock=timezone.now
            )
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if run is None:
            raise CommandError("Another reconciliation is running.", returncode=2)
        return run

    def _go_through(self, run: Reconciliation, options: dict[str, Any]) -> None:
        """With questions where somebody can answer them; else it is a list."""
        if options["by"] and sys.stdin.isatty():
            left = walk.lead_through(run, hand=_hand(options), tell=told, ask=input, say=self.stdout.write)
        else:
            left = walk.things(run)
            for each in left:
                self.stdout.write(told(each))
        unread = run.discrepancies.filter(sort=Sort.UNREADABLE)
        for each in unread:
            self.stdout.write(told(each))
        known = f", but {len(unread)} of the books could not be read: this is not all there is" if unread else ""
        self.stdout.write(f"{run.first_day} to {run.last_day}: {len(left) or 'nothing'} unknown{known}")
        if left or unread:
            sys.exit(1)

    def _clear(self, action: str, number: str, options: dict[str, Any]) -> None:
        row = walk.thing_called(number)
        if row is None:
            raise CommandError(f"No reconciliation found {number}: run --unknown first.", returncode=2)
        typed = {name: options[f"typed_{name}"] for name in FIELDS}
        is_cleared, said = walk.act(row, action, typed, why=options["why"], hand=_hand(options))
        if not is_cleared:
            raise CommandError(said)
        self.stdout.write(said)


def day(text: str) -> date:
    """Read a day as it is typed. Raises ArgumentTypeError for what is none, with how it is written."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day. Write it as 2026-11-30.") from error


def _hand(options: dict[str, Any]) -> Hand:
    person = User.objects.filter(email=(options["by"] or "").lower(), is_active=True).first()
    if person is None or not person.has_perm("books.view_reconciliation"):
        raise CommandError("Say by --by who does it: an account that may see the books.", returncode=2)
    return Hand(by_id=person.pk, clock=timezone.now)


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
    named = (each.key and f"key {each.key}", each.reference and f"order {each.reference}", each.provider_name)
    facts = filter(None, (each.number, *named, amount))
    sides = (each.ours and f"we say {each.ours}", each.theirs and f"they say {each.theirs}")
    head = f"{each.at:%Y-%m-%d %H:%M}  {NAMES[sort]}: {', '.join(facts)}"
    return "\n".join(filter(None, (head, "; ".join(filter(None, sides)), MEANINGS[sort], f"→ {REMEDIES[sort]}", " ")))
