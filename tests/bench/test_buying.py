"""The benchmark of purchases buys as the checkout has it: what it says of an order is enough to place one."""

from bench import buying
from portal.checkout.models import Order, OrderState
from tests.world import World


def test_an_order_is_placed_for_the_benchmark(world: World) -> None:
    token = buying._place(world.listing().code)
    order = Order.objects.get(token=token)
    assert (order.state, order.quantity) == (OrderState.AWAITING_PAYMENT, buying.QUANTITY)
