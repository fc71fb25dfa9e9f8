"""A stand-in for Braintree's and PayPal's servers on this machine, spoken to over HTTP by the code that is to be used.

It lets the whole checkout run and be tested without an account and without the internet: the code that will talk to
Braintree (its own SDK) and to PayPal is the code that runs. PayPal's half is `paypal/`; of Braintree it answers sales,
searches, captures, voids, refunds and client tokens; `bank/` is a bank whose statements can be uploaded. It keeps
merchants apart, honours idempotency keys, settles by itself and sends signed webhooks. Its state is one SQLite file, so
that looking a payment up after a crash works. It can also be told to misbehave: see `faults.py` and, for cards that
misbehave, `cards.py`. Where the behaviour of either is not documented, the module in question says what was assumed.

From Python, on a free port, for tests::

    with Simulator(merchants=[Merchant(id="sol", public_key="p", private_key="q", accounts={"EUR": "sol_eur"})]) as sim:
        ...  # sim.url, sim.faults, sim.transactions(order_id=...)

From a shell, for the demo: `python -m portal.payments.simulator --help`. It needs the standard library only, binds to
127.0.0.1, and takes no real card: never point a production provider at it.
"""

from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.server import Simulator

__all__ = ["Business", "Merchant", "Simulator"]
