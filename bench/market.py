"""What is bought in a measurement: one made-up activity, and providers that each offer some of its units."""

from datetime import UTC, datetime
from decimal import Decimal

from portal.home.demo.installation import Installation
from portal.payments.accounts import set_account
from portal.payments.simulator.merchants import accounts_for
from portal.providers import stock
from portal.providers.models import Listing, Provider
from portal.providers.onboarding import enrol
from portal.registry import embedded, records
from portal.registry.models import Activity, IssuanceBlock

UNITS_EACH = 1_000_000  # tonnes in each listing
ISSUED = datetime(2026, 1, 5, tzinfo=UTC)


def open_market(demo: Installation, *, listings: int) -> list[str]:
    """Write activity, units, providers and listings into empty databases, and return the listings' codes."""
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
