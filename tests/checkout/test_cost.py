"""What a purchase costs: how many questions each of its steps asks of the databases."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

from portal.checkout import paying, service
from portal.checkout.models import Order
from tests.checkout.purchasing import VISA
from tests.world import World

NO_QUESTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def asked() -> Iterator[list[str]]:
    """Collect what both databases are asked, without what only begins and ends transactions."""
    questions: list[str] = []

    def collect(execute: Any, sql: str, *arguments: Any) -> Any:
        if not sql.startswith(NO_QUESTIONS):
            questions.append(sql)
        return execute(sql, *arguments)

    with ExitStack() as stack:
        for name in ("default", "ledger"):
            stack.enter_context(connections[name].execute_wrapper(collect))
        yield questions


def test_each_step_of_a_purchase_by_card_asks_few_questions(world: World) -> None:
    listing = world.listing()
    world.completed(listing)  # that its account works is written down once an hour
    with asked() as place:
        token = world.place(listing).token
    order = Order.objects.get(token=token)
    with asked() as pay:
        paying.pay(token=token, nonce=VISA, now=world.now)
    with asked() as cancel:
        service.cancel(order_id=order.pk, now=world.now)
    with asked() as collect:
        service.collect(order_id=order.pk, now=world.now)
    with asked() as tell:
        service.tell(order_id=order.pk, now=world.now)
    order.refresh_from_db()
    assert order.mailed_at == world.now
    steps = {"place": place, "pay": pay, "cancel": cancel, "collect": collect, "tell": tell}
    assert {name: len(questions) for name, questions in steps.items()} == {
        "place": 8,
        "pay": 12,  # one of them keeps where the money goes as it is
        "cancel": 15,
        "collect": 6,
        "tell": 7,
    }, "\n".join(f"{name}: {sql[:200]}" for name, questions in steps.items() for sql in questions)
