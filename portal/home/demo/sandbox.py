"""Real Braintree sandbox keys in the environment: then the demo's providers are paid there instead of in the simulator.

BRAINTREE_MERCHANT_ID, BRAINTREE_PUBLIC_KEY, BRAINTREE_PRIVATE_KEY, and BRAINTREE_ACCOUNTS with one merchant account per
currency, such as `EUR=sol_eur,USD=sol_usd`. All four, or none.
"""

from collections.abc import Mapping
from typing import Any

from portal.home.demo.installation import SANDBOX_VARIABLES, Installation
from portal.home.demo.processes import DemoError
from portal.payments.accounts import accounts_of, keep, set_account
from portal.payments.braintree.credentials import Credentials
from portal.payments.models import Account, Rail
from portal.payments.paypal.credentials import CURRENCIES
from portal.payments.simulator.merchants import accounts_for
from portal.providers import stock
from portal.providers.models import Provider


def sandbox_keys(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the keys that the environment names, or None if it names none. Raises DemoError if some are missing."""
    given = [environment.get(name, "") for name in SANDBOX_VARIABLES]
    if not any(given):
        return None
    if not all(given):
        missing = ", ".join(name for name, value in zip(SANDBOX_VARIABLES, given, strict=True) if not value)
        raise DemoError(f"For Braintree's sandbox, set {missing} as well.")
    accounts = dict(pair.strip().split("=", 1) for pair in given[3].split(",") if "=" in pair)
    keys: dict[str, Any] = {
        "merchant_id": given[0],
        "public_key": given[1],
        "private_key": given[2],
        "merchant_accounts": accounts,
    }
    try:
        Credentials(environment="sandbox", **keys)
    except ValueError as error:
        raise DemoError(f"The keys of Braintree's sandbox do not fit together: {error}.") from error
    return keys


def choose_gateway(demo: Installation, environment: Mapping[str, str]) -> str:
    """Point every sample provider at the sandbox, or back at the simulator. Returns a sentence to print, if any.

    Listings in a currency without a merchant account in the sandbox go off offer meanwhile.
    """
    keys = sandbox_keys(environment)
    for business in demo.businesses():
        _let_pay_by_paypal(business)
    if keys is None:
        for merchant in demo.merchants():
            _point(merchant["id"], "simulator", simulated_keys(merchant))
        stock.open_all()
        return ""
    for merchant in demo.merchants():
        _point(merchant["id"], "sandbox", keys)
    payable = list(keys["merchant_accounts"])
    closed = stock.open_those_in(currencies=payable)
    return f"Paid in Braintree's sandbox, in {', '.join(payable)}; {closed} listings in other currencies are off offer."


def _point(slug: str, environment: str, keys: dict[str, Any]) -> None:
    set_account(provider=Provider.objects.get(slug=slug), environment=environment, keys=keys, at_once=True)


def _let_pay_by_paypal(business: dict[str, Any]) -> None:
    """PayPal is always the simulator's: its sandbox needs an account of each provider's own."""
    provider = Provider.objects.get(slug=business["slug"])
    known = [each for each in accounts_of(provider) if each.rail == Rail.PAYPAL]
    account = known[0] if known else Account(provider=provider, rail=Rail.PAYPAL, hook_key=business["hook_key"])
    keys = {
        "client_id": business["client_id"],
        "client_secret": business["secret"],
        "merchant_id": business["id"],
        "webhook_id": business["webhook_id"],
    }
    keep(account, keys=keys, currencies=CURRENCIES & set(business["currencies"]), opens=True, at_once=True)


def simulated_keys(merchant: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of a sample provider's account at the simulator."""
    return {
        "merchant_id": merchant["id"],
        "public_key": merchant["public_key"],
        "private_key": merchant["private_key"],
        "merchant_accounts": accounts_for(merchant["id"], merchant["currencies"]),
    }
