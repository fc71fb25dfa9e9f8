"""A purchaser with a PayPal account: chooses PayPal on the payment page, decides on PayPal's own, and comes back."""

from dataclasses import dataclass

from portal.checkout import elsewhere, orders
from portal.checkout.models import Order
from portal.checkout.rules import PayAt
from portal.payments.models import Payment
from tests.world import World, payments_of


@dataclass
class Payer:
    """Whatever they do is done at the world's time."""

    world: World

    def go(self, order: Order) -> PayAt | str:
        """Press the button on the payment page."""
        view = orders.view_of(order, now=self.world.now)
        return elsewhere.go(order=view, rail="paypal", language="en", now=self.world.now)

    def agree(self, order: Order, choice: str = "approve") -> None:
        """Decide on PayPal's page."""
        self.world.simulator.paypal.approve(self.payment(order).gateway_id, choice)

    def come_back(self, order: Order) -> str:
        result = elsewhere.come_back(order=orders.view_of(order, now=self.world.now), now=self.world.now)
        order.refresh_from_db()
        return result

    def pay(self, order: Order, choice: str = "approve") -> str:
        """The whole way: there, a decision, and back."""
        assert isinstance(self.go(order), PayAt)
        self.agree(order, choice)
        return self.come_back(order)

    def payment(self, order: Order) -> Payment:
        """The youngest attempt."""
        found = payments_of(order).first()
        assert found is not None
        return found

    def papers(self, order: Order) -> list[tuple[str, str]]:
        """What PayPal itself knows of all attempts to pay an order: each paper and its status, the oldest first."""
        keys = payments_of(order).order_by("id").values_list("key", flat=True)
        return [(each["kind"], each["status"]) for key in keys for each in self.world.simulator.paypal.papers(str(key))]
