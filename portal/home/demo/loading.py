"""Putting the demo's content into the databases: activities, units, providers, listings, people, pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import override
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.models import LocaleSynchronization

from portal.calculators.catalogue import LISTED
from portal.calculators.editing.blocks import CompositionBlock
from portal.calculators.editing.compositions import completed
from portal.calculators.editing.page_form import OWN
from portal.calculators.engine.calculator import Calculator
from portal.calculators.models import CalculatorIndexPage, CalculatorPage
from portal.calculators.wording import say
from portal.home.demo import composed, content, translations
from portal.home.demo.installation import STAFF, Installation
from portal.home.demo.sandbox import simulated_keys
from portal.home.models import HomePage, PlainPage
from portal.payments import accounts
from portal.people.models import User
from portal.projects.models import ProjectBenefit, ProjectIndexPage, ProjectPage
from portal.providers import stock
from portal.providers.models import Listing, Provider
from portal.providers.onboarding import enrol
from portal.registry import embedded, records
from portal.registry.models import Activity, IssuanceBlock

Say = Callable[[str], None]
INDEX_WORDS = {
    "en": (
        "Projects",
        "What each project does, how its tonnes are measured, and what it cannot promise.",
    ),
    "fr": (
        "Projets",
        "Chaque récit dit ce que fait un projet, comment ses tonnes sont mesurées et ce qu’il ne peut pas promettre.",
    ),
    "es": (
        "Proyectos",
        "Cada historia cuenta qué hace un proyecto, cómo se miden sus toneladas y qué no puede prometer.",
    ),
}
CALCULATOR_WORDS = {
    "en": (
        "Calculators",
        "How many tonnes you cause, where they come from, and how sure that is. Find out what to reduce first.",
    ),
    "fr": (
        "Calculateurs",
        "Combien de tonnes vous émettez, d’où elles viennent et avec quelle certitude. Voyez quoi réduire d’abord.",
    ),
    "es": (
        "Calculadoras",
        "Cuántas toneladas causa usted, de dónde vienen y con qué certeza. Vea qué conviene reducir primero.",
    ),
}
MENU = ("how-it-works", "about-units", "questions")
FOOTER = ("terms", "privacy", "contact")


def load(installation: Installation, say: Say) -> None:
    """Fill empty databases with the demo's content."""
    say("activities and their units")
    activities = _activities()
    blocks = _blocks(activities)
    say("providers and what they offer")
    providers = _providers(installation)
    _listings(blocks, providers)
    say("people")
    _people(installation, next(iter(providers.values())))
    say("pages in three languages")
    with transaction.atomic():
        with disable_reference_index_auto_update():  # once a page is enough, at its end
            _pages(activities, say)
        for page in Page.objects.filter(depth__gt=1).specific():
            ReferenceIndex.create_or_update_for_object(page)


def _activities() -> dict[str, Activity]:
    made = {}
    for row in content.rows("activities.csv"):
        activity = made[row["code"]] = Activity(
            code=row["code"],
            number=row["number"],
            is_programme=row["programme"] == "PoA",
            title=row["title"],
            host_country=row["host_country"],
            scope=row["scope"],
            sector=row["sector"],
            technology=row["technology"],
            subtype=row["subtype"],
            methodologies=row["methodologies"],
            crediting_start_date=content.day(row["crediting_start"]),
            crediting_end_date=content.day(row["crediting_end"]),
            validation_body=row["validation_body"],
            is_sample=row["is_sample"] == "true",
        )
        records.keep(activity)
    return made


def _blocks(activities: dict[str, Activity]) -> dict[tuple[str, int, int], IssuanceBlock]:
    made = {}
    for row in content.rows("issuances.csv"):
        activity = activities[row["activity"]]
        block = _block(row, activity)
        records.keep(block)
        issued = block.issued_date or timezone.now().date()
        embedded.enter_issuance(block=block, now=datetime(issued.year, issued.month, issued.day, tzinfo=UTC))
        made[activity.code, block.vintage_year, block.serial_start] = block
    return made


def _block(row: dict[str, str], activity: Activity) -> IssuanceBlock:
    unit_type = row["family"] or row["unit_type"]
    vintage = int(row["vintage_year"])
    return IssuanceBlock(
        activity=activity,
        unit_type=unit_type,
        series=activity.series(unit_type=unit_type, vintage_year=vintage),
        serial_start=int(row["serial_start"]),
        serial_end=int(row["serial_end"]),
        commitment_period=int(row["commitment_period"]) if row["commitment_period"] else None,
        vintage_year=vintage,
        monitoring_start_date=content.day(row["monitoring_start"]),
        monitoring_end_date=content.day(row["monitoring_end"]),
        issued_date=content.day(row["issued_date"]),
        mcu_status=row["mcu_status"],
        authorised_uses=row["authorised_uses"],
        conditions=row["conditions"],
        is_first_transferred=row["first_transferred"] == "true",
        authorisation_id=row["authorisation_id"],
        authorisation_date=content.day(row["authorisation_date"]),
    )


def _providers(installation: Installation) -> dict[str, Provider]:
    merchants = {merchant["id"]: merchant for merchant in installation.merchants()}
    made = {}
    for facts in content.providers():
        merchant = merchants[facts["slug"]]
        provider = Provider(
            slug=facts["slug"],
            name=facts["name"],
            country=facts["country"],
            address=facts["address"],
            about=facts["about"],
            registry_account=f"HOLDING-{facts['slug'].upper()}",
            is_sample=True,
        )
        enrol(provider)
        keys, hook_key = simulated_keys(merchant), merchant["hook_key"]
        accounts.set_account(provider=provider, environment="simulator", keys=keys, hook_key=hook_key)
        made[provider.slug] = provider
    return made


def _listings(blocks: dict[tuple[str, int, int], IssuanceBlock], providers: dict[str, Provider]) -> None:
    for facts in content.listings():
        block = blocks[facts.activity, facts.vintage_year, facts.serial_start]
        provider = providers[facts.provider]
        embedded.hand_over(
            block=block,
            account=provider.registry_account,
            holder=provider.name,
            first_serial=facts.first_serial,
            quantity=facts.units,
            now=timezone.now(),
        )
        listing = Listing(provider=provider, issuance_block=block, unit_price=facts.price, currency=facts.currency)
        listing.units_total = facts.units
        stock.offer(listing)


def _people(installation: Installation, provider: Provider) -> None:
    for login, email in installation.logins.items():
        create = User.objects.create_superuser if login in STAFF else User.objects.create_user
        user = create(email, installation.password(login), first_name=login.capitalize())
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if login == "editor":
            user.groups.set(Group.objects.filter(name__in=["Editors", "Moderators"]))
        elif login == "provider":
            enrol(provider, members=[user])


def _pages(activities: dict[str, Activity], say: Say) -> None:
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in content.LANGUAGES}
    root = Page.objects.get(depth=1)
    Page.objects.filter(depth=2).delete()  # Wagtail's own welcome page
    root.refresh_from_db()
    words = content.pages()
    home = _told(root, locales, partial(_home, words.pop("home")))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="Tonne by Tonne")
    index = _told(home, locales, _project_index)
    _calculators(home, locales)
    for name in (*MENU, *FOOTER):
        _told(home, locales, partial(_plain, name, words[name]))
    _stories(index, locales, activities, say)
    # At once, since the trees are alike already, and saving one would have them compared.
    LocaleSynchronization.objects.bulk_create(
        LocaleSynchronization(locale=locales[code], sync_from=locales["en"]) for code in ("fr", "es")
    )


def _told(parent: Page, locales: dict[str, Locale], make: Callable[[str], Page]) -> Page:
    """Add an English page below another, and its translations; `make` writes it in a language."""
    page = make("en")
    page.locale = locales["en"]
    parent.add_child(instance=page)
    translations.publish(page, versions={locales[code]: make(code) for code in ("fr", "es")})
    return page


def _stream(body: list[dict[str, str]]) -> list[tuple[str, Any]]:
    """Return StreamField blocks for the body of a story; paragraphs become paragraphs of rich text."""
    blocks: list[tuple[str, Any]] = []
    for part in body:
        kind = part["kind"]
        if kind == "figure":
            blocks.append((kind, {key: part[key] for key in ("value", "label", "source")}))
        elif kind == "calculator":
            page = CalculatorPage.objects.get(
                slug=part["slug"], locale__language_code="en"
            )  # shown in the reader's own
            blocks.append((kind, {"page": page, "is_asked": True}))
        else:
            blocks.append((kind, part["text"] if kind == "heading" else f"<p>{escape(part['text'], quote=False)}</p>"))
    return blocks


def _home(words: dict[str, Any], code: str) -> HomePage:
    told = words[code]
    return HomePage(
        slug="home",
        title=told["title"],
        headline=told["headline"],
        lead=told["lead"],
        steps=[("step", step) for step in told["steps"]],
        body=_stream(told["body"]),
    )


def _plain(name: str, words: dict[str, Any], code: str) -> PlainPage:
    told = words[code]
    return PlainPage(
        slug=words["slug"],
        show_in_menus=name in MENU,
        show_in_footer=name in FOOTER,
        title=told["title"],
        lead=told["lead"],
        body=_stream(told["body"]),
    )


def _project_index(code: str) -> ProjectIndexPage:
    title, intro = INDEX_WORDS[code]
    return ProjectIndexPage(slug="projects", show_in_menus=True, title=title, intro=intro)


def _calculators(home: Page, locales: dict[str, Locale]) -> None:
    """Add the list of calculators, a page for each that comes with the portal, and those composed as samples."""
    index = _told(home, locales, _calculator_index)
    for kind, calculator in LISTED.items():
        _told(index, locales, partial(_calculator, kind, calculator))
    for facts in composed.calculators():
        _told(index, locales, partial(_composed, facts))


def _calculator_index(code: str) -> CalculatorIndexPage:
    title, intro = CALCULATOR_WORDS[code]
    return CalculatorIndexPage(slug="calculators", show_in_menus=True, title=title, intro=intro)


def _calculator(kind: str, calculator: Calculator, code: str) -> CalculatorPage:
    with override(code):
        return CalculatorPage(slug=slugify(kind), kind=kind, title=say(calculator.title), summary=say(calculator.intro))


def _composed(facts: dict[str, Any], code: str) -> CalculatorPage:
    composition = CompositionBlock().to_python(completed(composed.blocks(facts, code)))
    return CalculatorPage(slug=facts["slug"], kind=OWN, composition=composition, **facts[code])


def _stories(index: Page, locales: dict[str, Locale], activities: dict[str, Activity], say: Say) -> None:
    """Add all stories; one without a translation stands in the other languages as it is, and is marked so."""
    told = content.stories()
    for number, (code, story) in enumerate(reversed(told.items()), start=1):  # the full stories come out newest
        make = partial(_story, story, activities[code], locales)
        if "fr" in story:
            _told(index, locales, make)
        else:
            page = make("en")
            index.add_child(instance=page)
            for language in ("fr", "es"):
                page.copy_for_translation(locales[language], alias=True)
        say(f"story {number} of {len(told)}")


def _story(story: dict[str, Any], activity: Activity, locales: dict[str, Locale], code: str) -> ProjectPage:
    told = story[code]
    page = ProjectPage(
        locale=locales[code],
        slug=story["slug"],
        activity=activity,
        title=told["title"],
        summary=told["summary"],
        engraving_alt=told["engraving_alt"],
        body=_stream(told["body"]),
    )
    page.benefits = [ProjectBenefit(goal=sdg["goal"], text=sdg["text"], locale=page.locale) for sdg in told["sdgs"]]
    return page
