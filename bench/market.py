"""What is bought in a measurement: one made-up activity, and providers that each offer some of its units."""

from datetime import UTC, datetime
from decimal import Decimal

from portal.home.demo.installation import Installation
from portal.payments.accounts import keep, set_account
from portal.payments.models import Account, Rail
from portal.payments.simulator.merchants import accounts_for
from portal.payments.transfers import banks
from portal.people.models import User
from portal.providers import stock
from portal.providers.models import Listing, Provider
from portal.providers.onboarding import enrol
from portal.registry import embedded, records
from portal.registry.models import Activity, IssuanceBlock

UNITS_EACH = 1_000_000  # tonnes in each listing
ISSUED = datetime(2026, 1, 5, tzinfo=UTC)


def open_market(demo: Installation, *, listings: int) -> list[str]:
    """Write activity, units, providers and listings into empty databases, and return the listings' codes.

    Every provider is paid by card, through PayPal and by transfer, and somebody sees what has come to its bank.
    """
    User.objects.create(email="provider@example.org")
    block = _issued_block(UNITS_EACH * listings)
    return [_listing(demo, block, number).code for number in range(listings)]


def _issued_block(units: int) -> IssuanceBlock:
    activity = Activity(
        code="CDM-9999",
        number=9999,
        title="Made up for a measurement (sample)",
        host_country="IN",
        scope=1,
        sector="Energy industries",
        technology="Wind",
        methodologies="ACM0002",
        is_sample=True,
    )
    records.keep(activity)
    block = IssuanceBlock(
        activity=activity,
        unit_type="CER",
        series=activity.series(unit_type="CER", vintage_year=2019),
        serial_start=1,
        serial_end=units,
        commitment_period=2,
        vintage_year=2019,
        monitoring_start_date=datetime(2019, 1, 1, tzinfo=UTC).date(),
        monitoring_end_date=datetime(2019, 12, 31, tzinfo=UTC).date(),
    )
    records.keep(block)
    embedded.enter_issuance(block=block, now=ISSUED)
    return block


def _listing(demo: Installation, block: IssuanceBlock, number: int) -> Listing:
    """Let a provider of its own offer a part of the block. Merchants of the simulator may serve several."""
    merchants = demo.merchants()
    merchant = merchants[number % len(merchants)]
    currency = merchant["currencies"][0]
    keys = {key: merchant[key] for key in ("public_key", "private_key")}
    accounts = accounts_for(merchant["id"], merchant["currencies"])
    provider = Provider(
        slug=f"measured-{number}",
        name=f"Measured provider {number} (sample)",
        country="IN",
        registry_account=f"HOLDING-MEASURED-{number}",
        is_sample=True,
    )
    enrol(provider)
    set_account(
        provider=provider,
        environment="simulator",
        keys={"merchant_id": merchant["id"], **keys, "merchant_accounts": accounts},
        hook_key=f"{merchant['hook_key']}{number}",
    )
    _let_pay_otherwise(demo, provider, number, currency=currency)
    embedded.hand_over(
        block=block,
        account=provider.registry_account,
        holder=provider.name,
        first_serial=1 + UNITS_EACH * number,
        quantity=UNITS_EACH,
        now=ISSUED,
    )
    listing = Listing(provider=provider, issuance_block=block, unit_price=Decimal(2), currency=currency)
    listing.units_total = UNITS_EACH
    stock.offer(listing)
    return listing


def _let_pay_otherwise(demo: Installation, provider: Provider, number: int, *, currency: str) -> None:
    """Let a provider be paid through the simulated PayPal and by transfer, into a bank account that is nobody's."""
    businesses = demo.businesses()
    business = businesses[number % len(businesses)]
    keys = {
        "client_id": business["client_id"],
        "client_secret": business["secret"],
        "merchant_id": business["id"],
        "webhook_id": business["webhook_id"],
    }
    paypal = Account(provider=provider, rail=Rail.PAYPAL, hook_key=f"{business['hook_key']}{number}")
    keep(paypal, keys=keys, currencies=[currency], opens=True, at_once=True)
    bank = banks.new(provider.pk, holder=provider.name, number=f"SAMPLE-{number}", bank_name="A bank (sample)")
    banks.keep(bank, currencies=[currency], opens=True, at_once=True)
