"""`bin/demo`: set up, serve, or make one purchase. See README.md."""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from portal.home.demo import processes
from portal.home.demo.installation import ROOT, Installation, prepare
from portal.home.demo.processes import DemoError


def main() -> int:
    """Return the exit status: 0 when all went well, 1 with one clear sentence otherwise."""
    options = _options()
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    try:
        if options.reset:
            shutil.rmtree(folder, ignore_errors=True)
        demo = prepare(folder=folder, port=options.port)
        if demo.is_too_old:
            raise DemoError("this demo's data is of an earlier version. Start over with: bin/demo --reset")
        for port in (demo.port, demo.simulator_port):
            processes.require_free_port(port)
        os.environ.update(demo.environment())
        _set_up(demo)
        demo.write_merchants()
        return _once(demo, options.rail) if options.once else _serve(demo)
    except DemoError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Serve a demo portal on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="port of the web server (the simulator takes the next)")
    parser.add_argument("--reset", action="store_true", help="throw the demo's data away and start over")
    parser.add_argument("--once", action="store_true", help="make one complete purchase, print it as JSON, and stop")
    parser.add_argument(
        "--rail", choices=("card", "paypal", "transfer"), default="card", help="how to pay for that purchase"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def _say_again(text: str) -> None:
    """Overwrite the last line where somebody watches; say nothing where the output goes to a file."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  {text}\x1b[K")
        sys.stderr.flush()


def _set_up(demo: Installation) -> None:
    """Bring databases and content up to date. An interrupted first time starts over; mostly there is nothing to do."""
    if demo.is_current:
        return
    import django  # settings are read here, once the environment names this installation
    from django.core.management import call_command

    if not demo.is_set_up:
        for left in demo.folder.glob("*.sqlite3*"):
            left.unlink()
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # The ledger's database has the ledger's tables alone: all other migrations would be walked through for nothing.
    call_command("migrate", "ledger", database="ledger", interactive=False, verbosity=0)
    if not demo.is_set_up:
        _fill(demo)
    from portal.home.demo.banking import open_accounts
    from portal.home.demo.sandbox import choose_gateway

    open_accounts()
    notice = choose_gateway(demo, os.environ)
    if notice:
        _say(notice)
    demo.mark_current()


def _fill(demo: Installation) -> None:
    from django.utils import timezone

    from portal.home.demo import loading, past

    _say("Setting up the demo's content (once):")
    loading.load(demo, lambda text: _say_again(text) if text.startswith("story") else _say(text))
    _say_again("")
    _say(f"a past of {past.ORDERS} sample orders")
    demo.write_merchants(are_notified=False)
    with processes.running(demo, [processes.simulator_command(demo)]) as children:
        processes.wait_for_simulator(demo, children)
        past.orders_of_the_past(now=timezone.now(), say=lambda done, of: _say_again(f"order {done} of {of}"))
    _say_again("")


def _all(demo: Installation) -> list[list[str]]:
    return [processes.simulator_command(demo), *processes.worker_commands(demo), processes.web_command(demo)]


def _serve(demo: Installation) -> int:
    with processes.running(demo, _all(demo)) as children:
        processes.wait_until_up(demo, children)
        sys.stdout.write(_welcome(demo))
        sys.stdout.flush()
        processes.wait_for_end(children)
    sys.stdout.write("\nThe demo has stopped. Its data is kept.\n")
    return 0


def _welcome(demo: Installation) -> str:
    logins = "\n".join(f"    {login:<9} {email:<22} {demo.password(login)}" for login, email in demo.logins.items())
    return f"""
Tonne by Tonne is running.

  Portal             {demo.url}/
  Editors' desk      {demo.url}/admin/
  Payment simulator  http://127.0.0.1:{demo.simulator_port}/
  Simulated bank     http://127.0.0.1:{demo.simulator_port}/bank
  Mail (as files)    {demo.folder / "mail"}

  Sign in as
{logins}

Ctrl-C stops everything; the data is kept. Start over with: bin/demo --reset
"""


def _once(demo: Installation, rail: str) -> int:
    import django

    from portal.home.demo.banking import hand_in
    from portal.home.demo.once import StepFailed, purchase

    if rail == "transfer":  # somebody has to be the provider who uploads
        django.setup()
    with processes.running(demo, _all(demo)) as children:
        processes.wait_until_up(demo, children)
        try:
            sys.stdout.write(json.dumps(purchase(demo.url, rail=rail, hand_in=hand_in), indent=2) + "\n")
        except StepFailed as error:
            raise DemoError(str(error)) from error
    return 0


if __name__ == "__main__":
    sys.exit(main())
