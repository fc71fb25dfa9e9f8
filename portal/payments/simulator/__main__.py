"""`python -m portal.payments.simulator`: run the simulator until it is interrupted."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from portal.payments.simulator.merchants import Merchant, merchant_from_text, merchants_from_file
from portal.payments.simulator.paypal.businesses import Business, business_from_text, businesses_from_file
from portal.payments.simulator.server import Simulator

logger = logging.getLogger(__name__)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.payments.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on; 0 takes a free one")
    parser.add_argument("--store", default="var/simulator.sqlite3", help="file that keeps the transactions")
    parser.add_argument("--merchant", action="append", default=[], metavar="ID:PUBLIC:PRIVATE:CUR1,CUR2")
    parser.add_argument("--merchants", type=Path, metavar="FILE", help="JSON list of merchants, see merchants.py")
    parser.add_argument("--webhook", action="append", default=[], metavar="ID=URL", help="where a merchant is notified")
    parser.add_argument(
        "--business", action="append", default=[], metavar="ID:CLIENT:SECRET", help="PayPal's merchants"
    )
    parser.add_argument("--businesses", type=Path, metavar="FILE", help="JSON list of them, see paypal/businesses.py")
    parser.add_argument("--settle-seconds", type=float, default=5.0, help="how long a capture takes to settle")
    parser.add_argument("--slow-seconds", type=float, default=8.0, help="how long slow cards take to answer")
    parser.add_argument("--plain-amounts", action="store_true", help="no amount means a decline by itself")
    parser.add_argument("--verbose", action="store_true", help="log every request")
    return parser


def merchants(options: argparse.Namespace) -> list[Merchant]:
    """All merchants at Braintree of the command line. Raises ValueError where one makes no sense."""
    addresses = dict(each.split("=", 1) for each in options.webhook)
    found = [merchant_from_text(each, addresses.pop(each.split(":")[0], "")) for each in options.merchant]
    if options.merchants:
        found += merchants_from_file(options.merchants)
    if addresses:
        raise ValueError(f"a webhook for merchants not given by --merchant: {', '.join(addresses)}")
    return found


def businesses(options: argparse.Namespace) -> list[Business]:
    """All businesses at PayPal of the command line. Raises ValueError where one makes no sense."""
    found = [business_from_text(each) for each in options.business]
    return found + (businesses_from_file(options.businesses) if options.businesses else [])


def main(argv: list[str] | None = None) -> int:
    parser = arguments()
    options = parser.parse_args(argv)
    try:
        known, paid = merchants(options), businesses(options)
        if not known and not paid:
            raise ValueError("give at least one merchant, with --merchant, --merchants, --business or --businesses")
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(str(error))
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.INFO, format="%(asctime)s %(message)s")
    if options.store != ":memory:":
        Path(options.store).parent.mkdir(parents=True, exist_ok=True)
    simulator = Simulator(
        merchants=known,
        businesses=paid,
        store=options.store,
        host=options.host,
        port=options.port,
        settle_seconds=options.settle_seconds,
        slow_seconds=options.slow_seconds,
        sandbox_amounts=not options.plain_amounts,
    )
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with simulator:
        logger.info("The simulated gateway listens on %s", simulator.url)
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
