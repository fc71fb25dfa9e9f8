"""Finding projects: stories of one language, joined with what is on offer of their activities.

Stories come as a query that may be narrowed: those that are live below one index page.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.http import QueryDict
from wagtail.images import get_image_model
from wagtail_localize.models import StringTranslation, Translation

from portal.countries import alphabetical
from portal.measured import left_out
from portal.projects import forms
from portal.providers import offers
from portal.providers.offers import Summary
from portal.registry.vocabulary import Technology, UnitType

CARDS_PER_PAGE = 12


@dataclass(frozen=True, kw_only=True)
class ProjectCard:
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
    unit_types: list[UnitType]
    years: str
    price: Decimal | None
    currency: str
    more_prices: bool
    other_currencies: str
    units_left: int
    language: str
    is_sample: bool


@dataclass(frozen=True)
class Unoffered:
    """A story without units on offer: no card, but a way to it. `language` is that of its title."""

    title: str
    url: str
    language: str


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


class Entry(NamedTuple):
    """A story as its lists find, sort and show it: some columns of its row, in this order."""

    key: int
    title: str
    slug: str
    summary: str
    engraving_alt: str
    image_key: int | None
    activity_id: int
    country: str
    technology: str
    is_sample: bool
    language: str
    language_of_source: str | None


COLUMNS = (
    "pk",
    "title",
    "slug",
    "summary",
    "engraving_alt",
    "hero_image_id",
    "activity_id",
    "activity__host_country",
    "activity__technology",
    "activity__is_sample",
    "locale__language_code",
    "language_of_source",
)


def language_of_source() -> Case:
    """In which language a story's words are, where that is not its own: that of the page it stands in for; and that of
    the page it is to be translated from, as long as nobody published a translation of its summary.

    To be annotated to stories.
    """
    translated = StringTranslation.objects.filter(
        context__object=OuterRef("translation_key"),
        context__path="summary",
        locale=OuterRef("locale"),
        created_at__lte=OuterRef("last_published_at"),
    )
    begun = Translation.objects.filter(source__object=OuterRef("translation_key"), target_locale=OuterRef("locale"))
    return Case(
        When(alias_of__isnull=False, then=F("alias_of__locale__language_code")),
        When(Exists(translated), then=Value(None)),
        default=Subquery(begun.values("source__locale__language_code")[:1]),
    )


def _entries(stories: QuerySet[Any]) -> list[Entry]:
    """Return the stories, newest first. One query, and no page is built for it."""
    stories = stories.annotate(language_of_source=language_of_source())
    newest_first = stories.order_by(F("first_published_at").desc(nulls_last=True), "-pk")
    return [Entry(*row) for row in newest_first.values_list(*COLUMNS)]


def _cards(
    entries: Sequence[Entry],
    summaries: Mapping[int, Summary],
    *,
    stories: QuerySet[Any],
    base_url: str,
    wished: str = "",
) -> list[ProjectCard]:
    """Return the cards of some of the stories, with what is on offer of their activities.

    Their addresses begin with `base_url`, and name the currency that the reader `wished` for.

    One query, and two more if editors have given any of the stories a photograph.
    """
    goals: dict[int, set[int]] = defaultdict(set)
    served = stories.filter(pk__in=[entry.key for entry in entries], benefits__isnull=False)
    for key, goal in served.order_by().values_list("pk", "benefits__goal"):
        goals[key].add(goal)
    keys = {entry.image_key for entry in entries if entry.image_key}
    images = get_image_model().objects.prefetch_related("renditions").in_bulk(keys) if keys else {}
    return [
        _card(
            entry,
            summaries.get(entry.activity_id),
            url=f"{base_url}{entry.slug}/" + (f"?currency={wished}" if wished else ""),
            goals=sorted(goals[entry.key]),
            image=images.get(entry.image_key),
        )
        for entry in entries
    ]


def _card(entry: Entry, summary: Summary | None, *, url: str, goals: list[int], image: Any) -> ProjectCard:
    return ProjectCard(
        title=entry.title,
        url=url,
        summary=entry.summary,
        country=entry.country,
        technology=entry.technology,
        technology_label=str(Technology(entry.technology).label),
        image=image,
        engraving_alt=entry.engraving_alt,
        goals=goals,
        unit_types=[UnitType(kind) for kind in summary.unit_types] if summary else [],
        years=_years(summary) if summary else "",
        price=summary.price if summary else None,
        currency=summary.currency if summary else "",
        more_prices=summary.has_more_prices if summary else False,
        other_currencies=", ".join(summary.other_currencies) if summary else "",
        units_left=summary.units_left if summary else 0,
        language=entry.language_of_source or entry.language,
        is_sample=entry.is_sample,
    )


def _years(summary: Summary) -> str:
    first, last = summary.first_year, summary.last_year
    return str(first) if first == last else f"{first}–{last}"


def search(*, stories: QuerySet[Any], base_url: str, query: QueryDict) -> dict[str, Any]:
    """Return the context of the index: form, cards of this page of the results, chips and pager; on the last page also
    the stories that match and have no units on offer, unless what is looked for is something of offers.

    Addresses of stories begin with `base_url`. What was measured stays in those of chips and pager, and is no filter.
    """
    entries = _entries(stories)
    form = forms.FilterForm(
        left_out(query) or None,
        hosts=sorted({entry.country for entry in entries}),
        technologies=sorted({entry.technology for entry in entries}),
        choices=offers.choices(),
    )
    given = form.cleaned_data if form.is_valid() or form.is_bound else {}
    wish = form.wish() if form.is_bound else offers.Wish()
    summaries = offers.summaries(wish)
    matching = _matching(entries, given, stories=stories)
    found = [entry for entry in matching if entry.activity_id in summaries]
    _sort(found, summaries, given.get("sort", ""))
    shown = Paginator(found, CARDS_PER_PAGE).get_page(query.get("page"))
    is_last = not shown.has_next() and wish == offers.Wish()
    missing = [entry for entry in matching if is_last and entry.activity_id not in summaries]
    return {
        "form": form,
        "cards": _cards(list(shown), summaries, stories=stories, base_url=base_url, wished=wish.currency),
        "currencies": _grouped_by(found, summaries) if given.get("sort") == forms.CHEAPEST else [],
        "without_offers": [_unoffered(entry, base_url=base_url) for entry in missing],
        "total": len(found),
        "pager": _pager(shown, query),
        "chips": _chips(form, query) if form.is_bound else [],
        "is_filtered": any(query.get(name) for name in form.fields if name != "sort"),
    }


def _unoffered(entry: Entry, *, base_url: str) -> Unoffered:
    return Unoffered(entry.title, f"{base_url}{entry.slug}/", entry.language_of_source or entry.language)


def _matching(entries: list[Entry], given: Mapping[str, Any], *, stories: QuerySet[Any]) -> list[Entry]:
    """Return the stories that match what was given of host country, technology and goal. One query for a goal."""
    if country := given.get("country"):
        entries = [entry for entry in entries if entry.country == country]
    if technology := given.get("technology"):
        entries = [entry for entry in entries if entry.technology == technology]
    if goal := given.get("goal"):
        serving = set(stories.filter(benefits__goal=goal).values_list("pk", flat=True))
        entries = [entry for entry in entries if entry.key in serving]
    return entries


def _sort(entries: list[Entry], summaries: Mapping[int, Summary], order: str) -> None:
    """Sort in place. Prices in different currencies cannot be compared, so they are grouped by currency first."""
    if order == forms.CHEAPEST:
        entries.sort(key=lambda entry: _by_price(summaries[entry.activity_id]))
    elif order == forms.MOST_UNITS:
        entries.sort(key=lambda entry: -summaries[entry.activity_id].units_left)
    elif order == forms.TITLE:
        entries.sort(key=lambda entry: alphabetical(entry.title))


def _grouped_by(entries: Sequence[Entry], summaries: Mapping[int, Summary]) -> list[str]:
    """Return the currencies that stories are grouped by, in their order; none where there is but one."""
    groups = list(dict.fromkeys(summaries[entry.activity_id].currency for entry in entries))
    return groups if len(groups) > 1 else []


def _by_price(summary: Summary) -> tuple[Any, Decimal]:
    return offers.currency_rank(summary.currency), summary.price


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


def newest(*, stories: QuerySet[Any], base_url: str, number: int) -> tuple[list[ProjectCard], dict[str, int]]:
    """Return the cards of the newest stories with units on offer, and how many stories have any, by host country."""
    entries = _entries(stories)
    summaries = offers.summaries(offers.Wish())
    offered = [entry for entry in entries if entry.activity_id in summaries]
    cards = _cards(offered[:number], summaries, stories=stories, base_url=base_url)
    return cards, dict(Counter(entry.country for entry in offered))
