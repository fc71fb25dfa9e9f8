"""The cast of the tests, and builders for whatever surrounds it. Every builder works without a word said.

Alma buys, and has an account. Sol sells, in euros and dollars, and Luz works for it. Vento sells as well, in euros, and
has nothing to do with Sol. Eda edits stories. Nil has an account and may see nothing of the others.

Wagtail's indexes, of what refers to what and of what can be searched, are left out where pages are made: they take half
of the time.

Nothing is written behind the portal's back that the portal has a way to write: orders come from `place_order`, payments
go through the simulated gateway, and units lie in the embedded registry.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db.models import Max, QuerySet
from django.test import override_settings
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import LocaleSynchronization

from portal.checkout import mail, paying, service, sweeping
from portal.checkout.consent import Details
from portal.checkout.models import Order
from portal.checkout.rules import Refusal
from portal.home.models import HomePage
from portal.payments import accounts
from portal.payments.models import Account, Payment, Rail
from portal.payments.simulator import Merchant, Simulator
from portal.people.models import User
from portal.projects.models import ProjectBenefit, ProjectIndexPage, ProjectPage
from portal.providers import stock
from portal.providers.models import Listing, Provider
from portal.registry import embedded
from portal.registry import service as registry
from portal.registry.models import Activity, IssuanceBlock, LogEntry, LogHead
from portal.registry.statement import Statement
from portal.registry.vocabulary import ARTICLE_6_4_UNITS
from portal.sweeping import handle_each
from portal.tokens import new_reference

PASSWORD = "correct horse battery"
CARD = "fake-valid-visa-nonce"
DETAILS = Details(
    purchaser_name="Alma Prado",
    purchaser_email="alma@example.org",
    purchaser_type="individual",
    purchaser_country="CL",
    beneficiary_name="Alma Prado",
    beneficiary_type="person",
    beneficiary_country="CL",
    purpose="travel",
    purpose_text="",
    is_public=True,
)


def payments_of(order: Order) -> QuerySet[Payment]:
    """The attempts to pay an order, the youngest first."""
    return Payment.objects.filter(reference=order.reference)


@contextmanager
def unindexed() -> Iterator[None]:
    """Make pages without looking into them for Wagtail's indexes, of which a task keeps each."""
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}):
        yield


class World:
    """A portal with nothing in it yet but what its builders put there. Times are `now` unless given."""

    def __init__(self, *, simulator: Simulator, now: datetime) -> None:
        self.simulator = simulator
        self.now = now
        LogHead.objects.get_or_create(
            pk=1
        )  # a migration writes it, and the clean-up after a test with threads takes it

    # --- The cast

    @cached_property
    def alma(self) -> User:
        return self.user("Alma")

    @cached_property
    def luz(self) -> User:
        return self.user("Luz")

    @cached_property
    def nil(self) -> User:
        return self.user("Nil")

    @cached_property
    def eda(self) -> User:
        """An editor, who may sign in to the editing side."""
        editor = self.user("Eda")
        editor.groups.set(Group.objects.filter(name__in=["Editors", "Moderators"]))
        return editor

    @cached_property
    def sol(self) -> Provider:
        return self.provider("Sol", members=[self.luz])

    @cached_property
    def vento(self) -> Provider:
        return self.provider("Vento", country="BR")

    # --- Builders

    def user(self, name: str = "Ana", *, is_proven: bool = True, **fields: Any) -> User:
        """A person with an account under name@example.org and PASSWORD, whose address is proven to be theirs."""
        email = fields.pop("email", f"{name.lower()}@example.org")
        user = User.objects.create_user(email, PASSWORD, first_name=name, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=is_proven, primary=True)
        return user

    def provider(
        self, name: str = "Sol", *, merchant: Merchant | None = None, members: list[User] | None = None, **fields: Any
    ) -> Provider:
        """A provider paid into its own account at the simulator: the merchant of its name, unless given."""
        slug = fields.pop("slug", name.lower().replace(" ", "-"))
        account = merchant or self.simulator.merchants[slug]
        keys = {"merchant_id": account.id, "public_key": account.public_key, "private_key": account.private_key}
        facts = {"country": "CL", "about": {"en": f"{name} runs wind farms."}, "registry_account": f"HOLDING-{slug}"}
        made = Provider.objects.create(slug=slug, name=name, **{**facts, **fields})
        made.members.set(members or [])
        keys["merchant_accounts"] = dict(account.accounts)
        accounts.set_account(provider=made, environment="simulator", keys=keys)
        return made

    def activity(self, code: str = "CDM-0033", **fields: Any) -> Activity:
        """An activity; the same code again gives the same one."""
        facts = {
            "number": int("".join(filter(str.isdigit, code))[-6:] or "1"),
            "title": "Wind power at Punta Larga",
            "host_country": "CL",
            "scope": 1,
            "sector": "Energy industries",
            "technology": "Wind",
            "methodologies": "ACM0002",
        }
        return Activity.objects.get_or_create(code=code, defaults={**facts, **fields})[0]

    def paypal(self, provider: Provider | None = None, *, currencies: Sequence[str] = ("EUR", "USD")) -> Account:
        """Let a provider be paid through PayPal as well: into the business of its name, at the simulator."""
        provider = provider or self.sol
        business = self.simulator.paypal.businesses[f"{provider.slug.upper()}MERCHANT"]
        keys = {
            "client_id": business.client_id,
            "client_secret": business.secret,
            "merchant_id": business.id,
            "webhook_id": business.webhook_id,
        }
        account = Account(provider=provider, rail=Rail.PAYPAL)
        return accounts.keep(account, keys=keys, currencies=currencies, opens=True, at_once=True)

    def block(
        self,
        *,
        activity: Activity | None = None,
        provider: Provider | None = None,
        units: int = 1000,
        unit_type: str = "CER",
        vintage_year: int = 2019,
        **fields: Any,
    ) -> IssuanceBlock:
        """Units of one issuance, the next of their series: entered in the embedded registry, held by the provider."""
        activity, provider = activity or self.activity(), provider or self.sol
        series = activity.series(unit_type=unit_type, vintage_year=vintage_year)
        last = IssuanceBlock.objects.filter(series=series).aggregate(last=Max("serial_end"))["last"]
        first = fields.pop("serial_start", (last or 0) + 1)
        facts = _A64_FACTS if unit_type in ARTICLE_6_4_UNITS else _kyoto_facts(vintage_year)
        block = IssuanceBlock.objects.create(
            activity=activity,
            unit_type=unit_type,
            vintage_year=vintage_year,
            series=series,
            serial_start=first,
            serial_end=first + units - 1,
            **{**facts, **fields},
        )
        embedded.enter_issuance(block=block, now=self.now)
        embedded.hand_over(
            block=block,
            account=provider.registry_account,
            holder=provider.name,
            first_serial=first,
            quantity=units,
            now=self.now,
        )
        return block

    def listing(
        self,
        *,
        units: int = 100,
        price: str = "2.50",
        currency: str = "EUR",
        provider: Provider | None = None,
        block: IssuanceBlock | None = None,
        **fields: Any,
    ) -> Listing:
        """An open listing of units that the provider really holds; `fields` are those of `block` and of Listing."""
        provider = provider or self.sol
        of_listing = {name: fields.pop(name) for name in ("is_open", "code") if name in fields}
        block = block or self.block(provider=provider, **{"units": units, **fields})
        listing = Listing(provider=provider, issuance_block=block, unit_price=Decimal(price), currency=currency)
        listing.units_total = units
        for name, value in of_listing.items():
            setattr(listing, name, value)
        stock.offer(listing)
        return listing

    def details(self, **changes: Any) -> Details:
        """What Alma says of herself when she buys, with whatever a test wants different."""
        return Details(**{**asdict(DETAILS), **changes})

    def place(
        self,
        listing: Listing | None = None,
        *,
        quantity: int = 1,
        purchaser: User | None = None,
        visitor: str = "",
        submission: uuid.UUID | None = None,
        locale: str = "en",
        now: datetime | None = None,
        **details: Any,
    ) -> service.Placed | Refusal:
        """Ask for an order as the checkout does."""
        return service.place_order(
            listing_code=(listing or self.listing()).code,
            quantity=quantity,
            details=self.details(**details),
            submission=submission or uuid.uuid4(),
            locale=locale,
            purchaser=purchaser,
            visitor=visitor,
            now=now or self.now,
        )

    def order(self, listing: Listing | None = None, **wishes: Any) -> Order:
        """An order that awaits its payment. `wishes` are those of `place`."""
        placed = self.place(listing, **wishes)
        assert isinstance(placed, service.Placed), placed
        return Order.objects.get(token=placed.token)

    def paid(self, listing: Listing | None = None, *, card: str = CARD, **wishes: Any) -> Order:
        """An order whose money is held, and whose units nobody has asked the registry for yet."""
        order = self.order(listing, **wishes)
        assert paying.pay(token=order.token, nonce=card, now=order.placed_at) == service.PayResult.HELD
        order.refresh_from_db()
        return order

    def completed(self, listing: Listing | None = None, **wishes: Any) -> Order:
        """An order whose units are cancelled, whose money is taken, and whose certificate is in the post."""
        order = self.paid(listing, **wishes)
        service.fulfil(order_id=order.pk, now=order.placed_at)
        order.refresh_from_db()
        assert order.state == "completed", order.state
        return order

    # --- The time, and the truth of others

    def pass_time(self, **span: float) -> None:
        """Let time go by with nobody looking after anything."""
        self.now += timedelta(**span)

    def sweep(self, *, after: timedelta = timedelta(minutes=1)) -> None:
        """Let time go by, and then the two sweeps of the schedule come round, and workers do what these ask for."""
        self.now += after
        registry.sweep(now=self.now)
        self.come_round()

    def come_round(self) -> None:
        """Sweep the orders; then gateways and purchasers are written to, as the workers of other queues do it."""
        self._ask_gateways()
        sweeping.sweep(now=self.now)
        self._ask_gateways()
        for ids in (
            mail.untold(now=self.now).values_list("pk", flat=True),
            mail.owed(now=self.now).values_list("order", flat=True),
        ):
            handle_each(rows=ids, act=lambda pk: service.tell(order_id=pk, now=self.now), most=sweeping.BATCH)

    def _ask_gateways(self) -> None:
        for account in sweeping.accounts_to_ask(now=self.now):
            sweeping.sweep_account(account_id=account, now=self.now)

    def at_gateway(self, order: Order) -> list[dict[str, Any]]:
        """What the gateway itself knows of an order's payments, the youngest first."""
        keys = payments_of(order).values_list("key", flat=True)
        return [each for key in keys for each in self.sales(str(key))]

    def sales(self, key: str) -> list[dict[str, Any]]:
        """What the gateways know of one payment; PayPal's authorisations look like sales at Braintree."""
        return [*self.simulator.transactions(order_id=key), *self._sales_at_paypal(key)]

    def _sales_at_paypal(self, key: str) -> list[dict[str, Any]]:
        papers = self.simulator.paypal.papers(key)
        captures = [each for each in papers if each["kind"] == "capture" and each["status"] != "DECLINED"]
        first = [each for each in papers if each["kind"] == "authorization" and "renews" not in each["extra"]]
        return [
            {
                "id": each["id"],
                "status": "authorized" if each["status"] == "CREATED" else each["status"].lower(),
                "captures": len(captures),
                "history": [{"status": "authorized"} for step in each["history"] if step["status"] == "CREATED"],
            }
            for each in first
        ]

    # --- What the public sees

    def cancelled(
        self, listing: Listing | None = None, *, quantity: int = 1, now: datetime | None = None, **said: str
    ) -> LogEntry:
        """A cancellation without the purchase before it, as a line of the public history. `said`: for whom and why."""
        listing, now = listing or self.listing(units=quantity), now or self.now
        reference = new_reference()
        registry.request(
            reference=reference,
            issuance_block_id=listing.issuance_block_id,
            account=listing.provider.registry_account,
            quantity=quantity,
            provider_name=listing.provider.name,
            statement=replace(Statement.EMPTY, **said),
            locale="en",
            now=now,
        )
        done = registry.carry_out(reference=reference, now=now)
        assert isinstance(done, registry.Done), done
        return LogEntry.objects.get(code=done.code)

    # --- Pages

    @cached_property
    @unindexed()
    def indexes(self) -> dict[str, ProjectIndexPage]:
        """The site in three languages: home pages, and below each an index of projects. The indexes by language."""
        Site.objects.all().delete()
        _take_welcome_away()
        root = Page.objects.get(depth=1)
        words = {"headline": "Every tonne has a number", "lead": "And every number has its proof."}
        keys = (uuid.uuid4(), uuid.uuid4())  # what pages and their translations have in common
        made = {}
        for code, slug in (("en", "home"), ("fr", "home-fr"), ("es", "home-es")):
            locale = Locale.objects.get_or_create(language_code=code)[0]
            home = HomePage(title="Tonne by Tonne", slug=slug, locale=locale, translation_key=keys[0], **words)
            root.add_child(instance=home)
            made[code] = home.add_child(instance=_index_page(locale, keys[1]))
            if code == "en":
                Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
        return made

    def synchronise(self) -> None:
        """From now on, new English pages stand in for themselves in French and Spanish, as in the demo."""
        source = self.indexes["en"].locale
        for code in ("fr", "es"):
            LocaleSynchronization.objects.create(locale=self.indexes[code].locale, sync_from=source)

    def story(
        self,
        activity: Activity | None = None,
        *,
        title: str = "Wind over the Pacific",
        goals: Sequence[int] = (7, 13),
        translated: Sequence[str] = (),
        elsewhere: Sequence[str] = ("fr", "es"),
        **fields: Any,
    ) -> ProjectPage:
        """The English story of an activity. French and Spanish stand in for it as they are, unless `translated`; a test
        of English pages that needs many stories does without them `elsewhere`."""
        indexes, activity = self.indexes, activity or self.activity()
        index = indexes["en"]
        body = [("heading", "What it does"), ("paragraph", "<p>It turns wind into power.</p>")]
        facts = {"slug": slugify(title), "summary": f"{title}, in short.", "body": body, **fields}
        page = ProjectPage(title=title, activity=activity, locale=index.locale, **facts)
        page.benefits = [
            ProjectBenefit(goal=goal, text=f"It serves goal {goal}.", locale=index.locale) for goal in goals
        ]
        with unindexed():
            index.add_child(instance=page)
            for code in elsewhere:
                other = page.copy_for_translation(indexes[code].locale, alias=code not in translated)
                if code in translated:
                    other.title = f"{title} ({code})"
                    other.save_revision().publish()
        return page


def _take_welcome_away() -> None:
    """Take the page away that Wagtail's migrations make. It is a row and no more: nothing refers to it."""
    welcome = Page.objects.filter(depth=2)
    welcome._raw_delete(welcome.db)  # Wagtail would look for what refers to it in forty tables
    Page.objects.filter(depth=1).update(numchild=0)


def _index_page(locale: Locale, translation_key: uuid.UUID) -> ProjectIndexPage:
    words = {"title": "Projects", "intro": "Read.", "show_in_menus": True}
    return ProjectIndexPage(slug="projects", locale=locale, translation_key=translation_key, **words)


_A64_FACTS = {"mcu_status": "PI", "conditions": "NC"}


def _kyoto_facts(year: int) -> dict[str, Any]:
    ends = {"monitoring_start_date": date(year, 1, 1), "monitoring_end_date": date(year, 12, 31)}
    return {"commitment_period": 2, **ends}
