"""The calculators' part of the public API: estimates, what calculators ask, and the factors behind them."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from portal.calculators import pages
from portal.calculators.api.schemas import (
    CalculatorList,
    CalculatorOut,
    EstimateIn,
    EstimateOut,
    FactorPage,
    ProblemOut,
)
from portal.calculators.engine import report
from portal.calculators.engine.answers import InvalidAnswers, Problem
from portal.calculators.engine.description import description, summary
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.report import answer, factor_data
from portal.calculators.factors import edition
from portal.calculators.factors.views import factor_file
from portal.calculators.pages import NoSuchCalculator, compiled_for
from portal.calculators.wording import say, sentence
from portal.problems import INVALID_ANSWERS, INVALID_REQUEST, NO_SUCH_CALCULATOR, Detail, RequestRefused, encoded

router = Router(tags=["Calculators"])
Kind = Annotated[str, Path(description="Name of a calculator.", examples=["flight"])]
FILTERS = ("key", "region", "limit", "cursor")
SEPARATOR = "~"  # between key and region in a cursor


def _json(data: Mapping[str, Any]) -> HttpResponse:
    return HttpResponse(encoded(data), content_type="application/json; charset=utf-8")


@router.post(
    "/estimates",
    operation_id="makeEstimate",
    summary=_("Calculate a footprint"),
    response={200: EstimateOut, (400, 413, 415, 422, 429): ProblemOut},
)
def make_estimate(request: HttpRequest, given: EstimateIn) -> HttpResponse:
    """Calculate what some answers to a calculator amount to: line by line, with factors and sources.

    Nothing is kept. The answer's words are in the language of Accept-Language (en, fr or es).
    """
    return _json(estimated(given.kind, given.inputs, with_savings=given.savings))


def estimated(kind: str, inputs: Any, *, with_savings: bool) -> report.Report:
    """Return the report on some answers, in the active language. Raises RequestRefused."""
    try:
        return answer(compiled_for(kind), inputs, say=say, with_savings=with_savings)
    except NoSuchCalculator as error:
        detail = gettext("There is no calculator called %(kind)s.") % {"kind": kind[:80]}
        raise RequestRefused(NO_SUCH_CALCULATOR, detail, [Detail(pointer="/kind", detail=detail)]) from error
    except InvalidAnswers as error:
        raise RequestRefused(INVALID_ANSWERS, errors=list(map(_detail, error.problems))) from error


def _detail(problem: Problem) -> Detail:
    parts = problem.path.split(".") if problem.path else []
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in ["inputs", *parts])
    return Detail(pointer=pointer, detail=sentence(problem), path=problem.path)


@router.get("/calculators", operation_id="listCalculators", summary=_("List calculators"), response=CalculatorList)
def list_calculators(request: HttpRequest) -> HttpResponse:
    """List the calculators that come with the portal, and those that editors composed in the language asked for."""
    return _json({"data": [summary(each, say=say) for each in pages.calculators()]})


@router.get(
    "/calculators/{kind}",
    operation_id="describeCalculator",
    summary=_("Describe a calculator"),
    response={200: CalculatorOut, 404: ProblemOut},
)
def describe_calculator(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Describe what a calculator asks: questions with ids, types, units, bounds, options and defaults."""
    try:
        return _json(description(compiled_for(kind), say=say))
    except NoSuchCalculator as error:
        raise Http404 from error


@router.get(
    "/factors",
    operation_id="listFactors",
    summary=_("List emission factors"),
    response={200: FactorPage, 400: ProblemOut},
)
def list_factors(
    request: HttpRequest,
    key: Annotated[str, Query(description="Only keys that are this, or begin with it and a dot.")] = "",
    region: Annotated[str, Query(description="Only this region: an ISO 3166 code, EU or GLOBAL.")] = "",
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 25,
    cursor: Annotated[str, Query(description="`next_cursor` of the page before.")] = "",
) -> HttpResponse:
    """List the factors and parameters of the set in force, with sources and licences, by key and region."""
    unknown = sorted(set(request.GET) - set(FILTERS))
    if unknown:
        detail = gettext("There is no such filter: %(name)s") % {"name": unknown[0][:60]}
        raise RequestRefused(INVALID_REQUEST, detail)
    return _json(factor_page(edition.factor_set(), key=key, region=region.upper(), limit=limit, cursor=cursor))


def factor_page(factors: FactorSet, *, key: str, region: str, limit: int, cursor: str) -> report.FactorPage:
    """Return a page of factors. A cursor is the place of the last factor seen, so that pages never shift."""
    found = [
        row
        for row in factors.rows
        if (not key or row.key == key or row.key.startswith(f"{key}.")) and (not region or row.region == region)
    ]
    before = tuple(cursor.split(SEPARATOR))
    rest = sorted((row for row in found if (row.key, row.region) > before), key=lambda row: (row.key, row.region))
    page, more = rest[:limit], len(rest) > limit
    return {
        "factor_set": factors.version,
        "data": [factor_data(row) for row in page],
        "has_more": more,
        "next_cursor": f"{page[-1].key}{SEPARATOR}{page[-1].region}" if more else None,
    }


@router.get(
    "/factors.csv",
    operation_id="downloadFactors",
    summary=_("Download emission factors"),
    response={200: None},
    openapi_extra={
        "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    },
)
def download_factors(request: HttpRequest) -> HttpResponse:
    """Download the whole factor set as CSV, as `manage.py footprint --factors` reads it."""
    return factor_file()
