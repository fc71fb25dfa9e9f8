"""Where the demo's providers are paid by transfer: at the simulator's bank, whose statements they upload.

`python -m portal.home.demo.banking ACCOUNT FILE` uploads one to the demo that the environment names (VAR_DIR and all).
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from portal.home.demo import content
from portal.home.demo.installation import ROOT, prepare


def open_accounts() -> None:
    """Let every sample provider be paid by transfer, in all of its currencies. One that has an account keeps it."""
    from portal.payments.models import Environment, Rail
    from portal.payments.transfers import banks
    from portal.providers.models import Provider

    for facts in content.providers():
        provider = Provider.objects.get(slug=facts["slug"])
        if provider.accounts.filter(rail=Rail.TRANSFER).exists():
            continue
        bank = banks.new(
            provider.pk,
            environment=Environment.SIMULATOR,
            holder=provider.name,
            bank_name="Sample Bank (sample)",
            bank_address="1 Sample Square, Sample Town (sample)",
            **facts["bank"],
        )
        banks.keep(bank, currencies=facts["currencies"], opens=True, at_once=True)


def hand_in(account: str, statement: bytes) -> None:
    """Upload a statement of the simulator's bank, as the provider would whose account it is of. A worker reads it."""
    from django.utils import timezone

    from portal.payments.models import Environment
    from portal.payments.transfers import uploads
    from portal.payments.transfers.models import BankAccount
    from portal.payments.transfers.statements.accounts import is_same_account

    banks = BankAccount.objects.filter(account__environment=Environment.SIMULATOR)
    bank = next(each for each in banks if any(is_same_account(account, own=name) for name in each.names))
    uploads.upload(bank=bank, file=BytesIO(statement), name="camt053.xml", by_id=None, now=timezone.now())


def main() -> None:
    import django

    account, path = sys.argv[1:]
    demo = prepare(folder=Path(os.environ.get("VAR_DIR", ROOT / "var")), port=8000)
    os.environ.update(demo.environment())
    django.setup()
    hand_in(account, Path(path).read_bytes())


if __name__ == "__main__":
    main()
