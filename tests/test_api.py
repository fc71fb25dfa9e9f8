"""What holds for the whole public API: problems for every mistake, any origin, no cookies, limits, a true document."""

import html
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from portal import problems
from portal.api import api
from portal.api_middleware import LONGEST_BODY, PublicApiMiddleware
from portal.calculators.api.schemas import ProblemOut

pytestmark = pytest.mark.django_db

V1 = "/api/public/v1"
ESTIMATES = f"{V1}/estimates"
FLIGHT = {"kind": "flight", "inputs": {"trips": [{"origin": "NBO", "destination": "GVA"}]}}


def post(
    client: Client, body: Any, *, path: str = ESTIMATES, language: str = "en", kind: str = "application/json"
) -> Any:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(path, data=data, content_type=kind, headers={"accept-language": language})


def told(response: Any, code: str) -> dict[str, Any]:
    """Return the problem that an answer is, after looking that it is a whole and true one."""
    assert response["Content-Type"] == "application/problem+json"
    assert "no-store" in response["Cache-Control"]
    assert response["Access-Control-Allow-Origin"] == "*"
    data: dict[str, Any] = json.loads(response.content)
    ProblemOut.model_validate(data)
    assert (data["code"], data["status"]) == (code, response.status_code)
    assert data["type"] == f"http://testserver{V1}/problems.json#{code}"
    return data


# --- Every mistake is a problem


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "invalid-json"),
        (" ", 400, "invalid-json"),
        ("[1]", 400, "invalid-request"),
        ('{"kind": "flight", "inputs": {"n": NaN}}', 400, "invalid-json"),
        (b'{"kind": "\xff"}', 400, "invalid-json"),
        ("[" * 100_000, 400, "invalid-json"),
        ({"kind": "flight"}, 400, "invalid-request"),
        ({"kind": "flight", "inputs": {}, "and": 1}, 400, "invalid-request"),
        ({"kind": 7, "inputs": {}}, 400, "invalid-request"),
        ({"kind": "flight", "inputs": [], "savings": "yes"}, 400, "invalid-request"),
        ({"kind": "rocket", "inputs": {}}, 422, "no-such-calculator"),
        ({"kind": "flight", "inputs": {}}, 422, "invalid-answers"),
        ({"kind": "flight", "inputs": {"words": "x" * LONGEST_BODY}}, 413, "too-large"),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_used(client: Client, body: Any, status: int, code: str):
    response = post(client, body)
    assert response.status_code == status
    told(response, code)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_that_is_not_json(client: Client, kind: str):
    response = post(client, "kind=flight", kind=kind)
    assert response.status_code == 415
    told(response, "unsupported-media-type")


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/nothing/", "/calculators/rocket", "/estimates/", "/../v2/x"])
def test_an_address_where_nothing_is_leads_to_no_page(client: Client, path: str):
    """The site's own addresses carry a language, and whatever is not found is looked for there. Not below the API's."""
    response = client.get(f"/api/public/v1{path}" if path else "/api/public/", headers={"accept-language": "fr"})
    assert response.status_code == 404
    assert response["Vary"]
    told(response, "not-found")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_method_that_an_address_does_not_know(client: Client, method: str):
    response = getattr(client, method)(ESTIMATES)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    told(response, "method-not-allowed")


def test_an_unknown_filter_is_not_passed_over(client: Client):
    response = client.get(f"{V1}/factors?regoin=FR")
    assert response.status_code == 400
    assert told(response, "invalid-request")["detail"] == "There is no such filter: regoin"


def asked(path: str = f"{V1}/calculators") -> HttpRequest:
    request = HttpRequest()
    request.path = request.path_info = path
    request.method = "GET"
    request.META = {"HTTP_ACCEPT_LANGUAGE": "en"}
    return request


def test_what_fails_here_is_logged_under_the_id_that_is_told(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR, logger="portal.api"):
        response = api.on_exception(asked(), ZeroDivisionError("an accident"))
    data = json.loads(response.content)
    assert (response.status_code, data["code"], data["retryable"]) == (500, "internal", True)
    assert "an accident" not in response.content.decode()
    assert [data["request_id"] in record.getMessage() for record in caplog.records] == [True]


def test_what_the_site_says_in_its_own_way_becomes_a_problem():
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<h1>Forbidden</h1>", status=403)

    response = PublicApiMiddleware(page)(asked())
    assert response.status_code == 403
    told(response, "forbidden")


def test_an_answer_at_fault_is_named_where_it_stands(client: Client):
    response = post(client, {"kind": "flight", "inputs": {"trips": [{"origin": "NBO", "destination": "??"}], "x/y": 1}})
    assert told(response, "invalid-answers")["errors"] == [
        {"path": "x/y", "pointer": "/inputs/x~1y", "detail": "There is no such question."},
        {
            "path": "trips.0.destination",
            "pointer": "/inputs/trips/0/destination",
            "detail": "Choose one from the list.",
        },
    ]


def test_a_key_at_fault_is_named_where_it_stands(client: Client):
    errors = told(post(client, {"kind": "flight", "inputs": {}, "and": 1}), "invalid-request")["errors"]
    assert [each["pointer"] for each in errors] == ["/and"]


def test_every_kind_of_problem_is_listed(client: Client):
    listed = client.get(f"{V1}/problems.json").json()["data"]
    assert [each["code"] for each in listed] == [kind.code for kind in problems.KINDS]
    assert len({each["type"] for each in listed}) == len(problems.KINDS)


# --- For any machine


def test_no_cookie_is_set_or_heeded(client: Client):
    client.cookies["django_language"] = "fr"
    client.cookies["sessionid"] = "x"
    for response in (post(client, FLIGHT), client.get(f"{V1}/calculators"), client.get(f"{V1}/nothing")):
        assert not response.cookies
        assert "Cookie" not in response["Vary"]
    assert client.get(f"{V1}/calculators")["Content-Language"] == "en"


def test_a_page_elsewhere_may_ask(client: Client):
    response = client.options(
        ESTIMATES, headers={"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    )
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response["Access-Control-Allow-Methods"]
    assert "Content-Type" in response["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response


def test_what_depends_on_nobody_may_be_cached(client: Client):
    assert client.get(f"{V1}/calculators")["Cache-Control"] == "public, max-age=60"
    assert post(client, FLIGHT)["Cache-Control"] == "private, no-store"


def test_a_head_has_no_body(client: Client):
    whole, head = client.get(f"{V1}/calculators"), client.head(f"{V1}/calculators")
    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize(("language", "used"), [("fr", "fr"), ("es-MX,es;q=0.9", "es"), ("de", "en"), ("", "en")])
def test_words_are_in_the_language_asked_for(client: Client, language: str, used: str):
    assert post(client, FLIGHT, language=language)["Content-Language"] == used


def test_nothing_is_asked_of_the_database(client: Client, django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        assert post(client, FLIGHT).status_code == 200
        assert client.get(f"{V1}/factors").status_code == 200


@pytest.fixture
def _limits(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS = True
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("_limits")
def test_who_asks_too_often_is_told_when_to_come_back(client: Client):
    statuses = [client.get(f"{V1}/problems.json").status_code for _number in range(240)]
    assert statuses == [200] * 240
    response = post(client, FLIGHT, language="fr")
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert told(response, "rate-limited")["retryable"] is True
    assert client.options(ESTIMATES).status_code == 204


# --- The document


def document(client: Client) -> dict[str, Any]:
    data: dict[str, Any] = client.get(f"{V1}/openapi.json").json()
    return data


def test_the_document_is_openapi_with_everything_it_refers_to(client: Client):
    data = document(client)
    assert data["openapi"] == "3.1.0"
    assert set(data) >= {"info", "paths", "components", "servers", "tags"}
    for reference in re.findall(r'"\$ref": "(.+?)"', json.dumps(data)):
        place: Any = data
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert isinstance(place, dict)


def test_every_operation_is_described_and_named_once(client: Client):
    operations = [(path, each) for path, methods in document(client)["paths"].items() for each in methods.values()]
    assert len({each["operationId"] for _path, each in operations}) == len(operations)
    assert {path.removeprefix(V1) for path, _each in operations} == {
        "/estimates",
        "/calculators",
        "/calculators/{kind}",
        "/factors",
        "/factors.csv",
        "/problems.json",
    }
    for path, each in operations:
        assert each["summary"], path
        assert each["description"], path
        assert all(response["description"] for response in each["responses"].values()), path
        assert {each["name"] for each in each["parameters"] if each["in"] == "path"} == set(
            re.findall(r"{(\w+)}", path)
        )


def test_problems_have_their_own_media_type_in_the_document(client: Client):
    responses = document(client)["paths"][ESTIMATES]["post"]["responses"]
    assert set(responses) == {"200", "400", "413", "415", "422", "429"}
    assert set(responses["422"]["content"]) == {"application/problem+json"}
    assert set(responses["200"]["content"]) == {"application/json"}


# --- Whatever comes

_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_few = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


@given(body=_anything)
@effort(max_examples=150, **_few)
def test_no_body_breaks_it(client: Client, body: Any):
    assert post(client, json.dumps(body)).status_code in (200, 400, 422)


@given(body=st.binary(min_size=1, max_size=300))
@effort(max_examples=150, **_few)
def test_no_bytes_break_it(client: Client, body: bytes):
    assert post(client, body).status_code in (400, 422)


@given(
    path=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40),
    query=st.dictionaries(st.sampled_from(["key", "region", "limit", "cursor", "x"]), st.text(max_size=15), max_size=3),
)
@effort(max_examples=150, **_few)
def test_no_address_breaks_it(client: Client, path: str, query: dict[str, str]):
    for address in (f"{V1}/{path}", f"{V1}/calculators/{path}", f"{V1}/factors"):
        response = client.get(address, query)
        assert response.status_code in (200, 400, 404)
        assert response["Content-Type"].split(";")[0] in ("application/json", "application/problem+json", "text/csv")


# --- For people


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_page_shows_the_api_to_people(client: Client, language: str):
    page = client.get(f"/{language}/api/").content.decode()
    for path in document(client)["paths"]:
        assert f"<code>{path}</code>" in page
    for kind in problems.KINDS:
        assert f"<code>{kind.code}</code>" in page
    assert f'href="{V1}/openapi.json"' in page


def test_the_example_of_the_page_works(client: Client):
    page = html.unescape(client.get("/en/api/").content.decode())
    found = re.search(r"-d '(.*?)'</code>", page, flags=re.DOTALL)
    assert found
    assert post(client, found[1]).status_code == 200
