"""Finding projects: stories of one language, joined with what is on offer of their activities."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from wagtail.models import Page

from portal.checkout import offers
from portal.checkout.offers import Summary
from portal.projects import forms
from portal.registry.models import Technology, UnitType

if TYPE_CHECKING:
    from portal.projects.models import ProjectPage

CARDS_PER_PAGE = 12


@dataclass(frozen=True, kw_only=True)
class Card:
    """A project as lists show it."""

    title: str
    url: str
    summary: str
    country: str
    technology: str
    technology_label: str
    image: Any
    engraving_alt: str
    goals: list[int]
    unit_types: list[str]
    years: str
    price: Decimal | None
    currency: str
    more_prices: bool
    units_left: int
    language: str
    is_sample: bool


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Pager:
    number: int
    count: int
    previous_url: str
    next_url: str


def stories_below(index: Page) -> "list[ProjectPage]":
    """Return the live stories below an index page, with what their cards need. Three queries."""
    from portal.projects.models import ProjectPage  # the page types import this module

    pages = ProjectPage.objects.child_of(index).live().select_related("activity", "hero_image", "alias_of__locale", "locale")
    return list(pages.prefetch_related("benefits").order_by("-first_published_at", "-pk"))


def card(page: "ProjectPage", summary: Summary | None, *, base_url: str) -> Card:
    """Return a story's card with what is on offer of its activity."""
    activity = page.activity
    return Card(
        title=page.title,
        url=f"{base_url}{page.slug}/",
        summary=page.summary,
        country=activity.host_country,
        technology=activity.technology,
        technology_label=str(Technology(activity.technology).label),
        image=page.hero_image,
        engraving_alt=page.engraving_alt,
        goals=sorted({benefit.goal for benefit in page.benefits.all()}),
        unit_types=[str(UnitType(kind).label) for kind in summary.unit_types] if summary else [],
        years=_years(summary) if summary else "",
        price=summary.price if summary else None,
        currency=summary.currency if summary else "",
        more_prices=summary.has_more_prices if summary else False,
        units_left=summary.units_left if summary else 0,
        language=content_language(page),
        is_sample=activity.is_sample,
    )


def content_language(page: Page) -> str:
    """Return the language a page's words are in: that of the page it stands in for, if it is not translated yet."""
    source = page.alias_of or page
    return str(source.locale.language_code)


def _years(summary: Summary) -> str:
    first, last = summary.first_year, summary.last_year
    return str(first) if first == last else f"{first}–{last}"


def search(index: Page, query: QueryDict) -> dict[str, Any]:
    """Return the context of the index: form, cards of this page of the results, chips and pager."""
    pages = stories_below(index)
    form = forms.FilterForm(
        query or None,
        hosts=sorted({page.activity.host_country for page in pages}),
        technologies=sorted({page.activity.technology for page in pages}),
        choices=offers.choices(),
    )
    given = form.cleaned_data if form.is_valid() or form.is_bound else {}
    summaries = offers.summaries(form.wish() if form.is_bound else offers.Wish())
    found = [page for page in pages if page.activity_id in summaries and _matches(page, given)]
    _sort(found, summaries, given.get("sort", ""))
    paginator = Paginator(found, CARDS_PER_PAGE)
    shown = paginator.get_page(query.get("page"))
    base_url = index.get_url()
    return {
        "form": form,
        "cards": [card(page, summaries.get(page.activity_id), base_url=base_url) for page in shown],
        "total": len(found),
        "pager": _pager(shown, query),
        "chips": _chips(form, query) if form.is_bound else [],
        "is_filtered": any(query.get(name) for name in form.fields if name != "sort"),
    }


def _matches(page: "ProjectPage", given: dict[str, Any]) -> bool:
    activity = page.activity
    if given.get("country") and activity.host_country != given["country"]:
        return False
    if given.get("technology") and activity.technology != given["technology"]:
        return False
    return not given.get("goal") or given["goal"] in {benefit.goal for benefit in page.benefits.all()}


def _sort(pages: "list[ProjectPage]", summaries: dict[int, Summary], order: str) -> None:
    """Sort in place. Prices in different currencies cannot be compared, so they are grouped by currency first."""
    if order == forms.CHEAPEST:
        pages.sort(key=lambda page: (summaries[page.activity_id].currency, summaries[page.activity_id].price))
    elif order == forms.MOST_UNITS:
        pages.sort(key=lambda page: -summaries[page.activity_id].units_left)
    elif order == forms.TITLE:
        pages.sort(key=lambda page: page.title.casefold())


def _without(query: QueryDict, *names: str) -> str:
    kept = query.copy()
    for name in (*names, "page"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}"


def _pager(shown: Any, query: QueryDict) -> Pager:
    def address(number: int) -> str:
        kept = query.copy()
        kept["page"] = str(number)
        return f"?{kept.urlencode()}"

    return Pager(
        number=shown.number,
        count=shown.paginator.num_pages,
        previous_url=address(shown.previous_page_number()) if shown.has_previous() else "",
        next_url=address(shown.next_page_number()) if shown.has_next() else "",
    )


def _chips(form: forms.FilterForm, query: QueryDict) -> list[Chip]:
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name == "sort" or value in ("", None):
            continue
        options = {str(key): str(label) for key, label in getattr(field, "choices", [])}
        chips.append(Chip(f"{field.label}: {options.get(str(value), str(value))}", _without(query, name)))
    return chips


def newest_cards(index: Page, number: int) -> list[Card]:
    """Return the cards of the newest stories with units on offer."""
    summaries = offers.summaries(offers.Wish())
    pages = [page for page in stories_below(index) if page.activity_id in summaries]
    base_url = index.get_url()
    return [card(page, summaries[page.activity_id], base_url=base_url) for page in pages[:number]]


def countries_of(index: Page) -> dict[str, int]:
    """Return how many projects there are by host country."""
    return dict(Counter(page.activity.host_country for page in stories_below(index)))


def index_of_language() -> "Page | None":
    """Return the index of projects in the active language."""
    from portal.projects.models import ProjectIndexPage  # the page types import this module

    return ProjectIndexPage.objects.live().filter(locale__language_code=get_language()).first()
