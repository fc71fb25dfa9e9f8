"""Asking and answering. Whatever is entered travels in the form; only a finished result is written down."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import ratelimits
from portal.calculators import pages
from portal.calculators.engine import routes
from portal.calculators.engine.answers import InvalidAnswers
from portal.calculators.engine.calculator import Group
from portal.calculators.pages import Place
from portal.calculators.questionnaire import entries, live_total, sheets
from portal.calculators.questionnaire.entries import Entries
from portal.calculators.questionnaire.sheets import Sheet
from portal.calculators.results import service
from portal.calculators.results.models import SavedEstimate
from portal.ratelimits import limited

LONGEST_NUMBER = 4  # digits of an item's number; a group has at most some hundred items


def place_or_404(ref: str) -> Place:
    """Return the calculator of a name, or answer that there is none."""
    place = pages.place(ref)
    if place is None:
        raise Http404
    return place


@csrf_exempt  # it reads what was entered and answers with a page, and depends on no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ANSWERS)
def answers(request: HttpRequest, ref: str) -> HttpResponseBase:
    """One step: forward with a look at what was answered, back, one item more or less, or on to the result."""
    place = place_or_404(ref)
    if request.method != "POST":
        first = sheets.first(place.compiled, ref=place.ref, title=place.title)
        return redirect(place.url) if place.url else _page(request, place, first)
    given = entries.collect(place.compiled.calculator, request.POST)
    if "finish" in request.POST:
        return _finish(request, place, given)
    return _page(request, place, step(place, given, request.POST))


def step(place: Place, given: Entries, sent: Any) -> Sheet:
    """Return the sheet that a button asks for."""
    at, to, is_all = sent.get("at", ""), sent.get("go", ""), "all" in sent
    options: dict[str, Any] = {"ref": place.ref, "title": place.title}
    if sent.get("view"):
        is_all = sent["view"] == sheets.ALL
        return sheets.sheet(place.compiled, given, current=at, is_all=is_all, focus=at, **options)
    group, number = _group_of(place, sent)
    if group:
        given, focus = _changed(place, given, group, number)
        return sheets.sheet(place.compiled, given, current=at, is_all=is_all, focus=focus, **options)
    form = sheets.check(place.compiled, given) if _is_forward(place, at, to) else None
    if form and sheets.mistakes_in(place.compiled, form, at):
        return sheets.sheet(place.compiled, given, current=at, is_all=is_all, form=form, only=at, **options)
    if form and form.wrong:  # elsewhere, where nobody asked yet what is wrong
        form = None
    return sheets.sheet(place.compiled, given, current=to or at, is_all=is_all, focus=to or at, form=form, **options)


def _is_forward(place: Place, at: str, to: str) -> bool:
    known = [section.id for section in place.compiled.calculator.sections]
    return at in known and to in known and known.index(to) > known.index(at)


def _group_of(place: Place, sent: Any) -> tuple[Group | None, int | None]:
    """Return the group that gets an item, or loses the one of this number."""
    name, _dash, number = sent.get("less", sent.get("more", "")).partition("-")
    for question in place.compiled.calculator.questions:
        if isinstance(question, Group) and question.id == name:
            return question, int(number) if number.isdecimal() and len(number) <= LONGEST_NUMBER else None
    return None, None


def _changed(place: Place, given: Entries, group: Group, number: int | None) -> tuple[Entries, str]:
    """Return what was entered with an item more or less, and what the page turns to."""
    if number is not None:
        return entries.without_item(given, group, number), f"group-{group.id}"
    more = entries.with_item(place.compiled, given, group)
    return more, f"{group.id}-{len(more[group.id]) - 1}"


@limited(ratelimits.RESULT)
def _finish(request: HttpRequest, place: Place, given: Entries) -> HttpResponseBase:
    found = finish(place, given, request.POST)
    return redirect(found) if isinstance(found, SavedEstimate) else _page(request, place, found)


def finish(place: Place, given: Entries, sent: Any) -> SavedEstimate | Sheet:
    """Return the result of what was entered, or the sheet that says what keeps it from being one."""
    form = sheets.check(place.compiled, given)
    if not form.wrong:
        try:
            now = timezone.now()
            return service.calculate(ref=place.ref, title=place.title, evaluation=form.evaluation(), now=now)
        except InvalidAnswers as error:
            form.blame(error.problems)
    options: dict[str, Any] = {"ref": place.ref, "title": place.title, "current": sent.get("at", "")}
    return sheets.sheet(place.compiled, given, form=form, is_all="all" in sent, **options)


def draw(request: HttpRequest, whole: str, place: Place, sheet: Sheet, **more: str) -> HttpResponse:
    """Draw a sheet: on a whole page, or alone for htmx, which puts it into the page that is there."""
    template = "calculators/questionnaire/_calculator.html" if getattr(request, "htmx", False) else whole
    return render(request, template, {"place": place, "sheet": sheet, "is_begun": request.method == "POST", **more})


def _page(request: HttpRequest, place: Place, sheet: Sheet) -> HttpResponse:
    response = draw(request, "calculators/questionnaire/answers.html", place, sheet)
    # Nobody else's, but kept by the browser that sent it: going back to it must not ask to send everything again.
    response["Cache-Control"] = "private, max-age=0"
    return response


@csrf_exempt
@require_POST
@limited(ratelimits.LIVE)
def live(request: HttpRequest, ref: str) -> HttpResponse:
    """The total so far: a fragment for browsers that keep it up to date."""
    place = place_or_404(ref)
    given = entries.collect(place.compiled.calculator, request.POST)
    total = live_total.total(place.compiled, given)
    return render(request, "calculators/questionnaire/_total.html", {"total": total, "place": place})


@require_safe
@limited(ratelimits.AIRPORTS)
def airports(request: HttpRequest) -> HttpResponse:
    """Airports that match what was entered so far, as options of a list."""
    found = routes.find_airports(request.GET.get("q", "")[:100], most=12)
    words = [entries.airport_words(place.code) for place in found]
    return render(request, "calculators/questionnaire/_airports.html", {"airports": words})
