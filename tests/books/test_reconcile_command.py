"""`manage.py reconcile` prints what it found, what that means and what to do; and by how it exits scripts know."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.books.comparison import Sort
from portal.books.models import Reconciliation
from portal.books.words import MEANINGS, NAMES, REMEDIES
from portal.checkout.models import Order
from tests.world import World

MONDAY = {"first_day": datetime(2026, 11, 23, tzinfo=UTC).date(), "last_day": datetime(2026, 11, 23, tzinfo=UTC).date()}


def run(**options: Any) -> tuple[str, int]:
    """What it prints, and how it exits."""
    out = StringIO()
    try:
        call_command("reconcile", stdout=out, **options)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_books_that_agree_are_one_line(world: World) -> None:
    world.completed(world.listing())
    assert run(**MONDAY) == ("2026-11-23 to 2026-11-23: no differences\n", 0)


def test_each_difference_is_told_with_what_it_means_and_what_to_do(world: World) -> None:
    order = world.completed(world.listing(), quantity=4)
    Order.objects.update(quantity=5)
    assert run(**MONDAY, provider="vento" if world.vento else "") == ("2026-11-23 to 2026-11-23: no differences\n", 0)
    text, code = run(**MONDAY, provider="sol")
    assert code == 1
    assert text.splitlines() == [
        f"2026-11-23 09:00  Other units: {order.reference}, order {order.reference}, Sol, 10 EUR",
        "we say completed; they say 4",
        "The number of units, or their serial numbers, are not the same.",
        "→ Ask the registry for its record of the transaction, and correct the certificate.",
        " ",
        "2026-11-23 to 2026-11-23: 1 differences",
    ]


def test_what_cannot_be_done_is_said(world: World) -> None:
    with pytest.raises(CommandError, match="There is no provider nobody"):
        run(provider="nobody")
    with pytest.raises(CommandError, match="the last day is before the first"):
        run(**{**MONDAY, "first_day": datetime(2026, 11, 24, tzinfo=UTC).date()})
    times = {"began_at": datetime.now(UTC), "seen_at": datetime.now(UTC)}
    Reconciliation.objects.create(**MONDAY, **times, whole=False)
    with pytest.raises(CommandError, match="Another reconciliation is running"):
        run(**MONDAY)


def test_every_sort_of_difference_has_its_words() -> None:
    for words in (NAMES, MEANINGS, REMEDIES):
        assert set(words) == set(Sort)


def test_a_gateway_that_does_not_answer_is_not_told_as_nothing_unknown(world: World) -> None:
    world.completed(world.listing())
    world.simulator.faults.add(operation="search", kind="error_before", count=9)
    text, code = run(**MONDAY, unknown=True)
    assert code == 1
    last = "2026-11-23 to 2026-11-23: nothing unknown, but 1 of the books could not be read: this is not all there is"
    assert text.splitlines()[-1] == last


def test_what_is_no_day_is_said_with_how_one_is_written(world: World) -> None:
    with pytest.raises(CommandError, match=r"2026-13-01 is no day\. Write it as 2026-11-30\."):
        call_command("reconcile", "--from", "2026-13-01")
