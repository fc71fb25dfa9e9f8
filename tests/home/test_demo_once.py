"""`bin/demo --once` reads pages as a browser does: which forms there are, what they would send, where links lead."""

import pytest

from portal.home.demo.once import Browser, StepFailed, purchase

PAGE = """
<a href="/en/projects/wind/">Wind</a> <a href="/en/buy/abc123/?a=1&amp;b=2">Buy</a>
<form action="/search"><input name="q" value="wind &amp; sun"><button name="go" value="1">Go</button></form>
<form method="POST">
  <input type="hidden" name="token" value="t0ken">
  <input name="name" value="">
  <input type="submit" name="send" value="Send">
  <label><input type="radio" name="card" value="visa"> Visa</label>
  <label><input type="radio" name="card" value="amex" checked> Amex</label>
  <input type="checkbox" name="agree">
  <input type="checkbox" name="same" value="yes" checked>
  <select name="country"><option value="">Choose</option><option value="CL" selected>Chile</option></select>
  <select name="state"><option value="a">A</option></select>
  <textarea name="words">x</textarea>
</form>
"""


@pytest.fixture
def browser() -> Browser:
    browser = Browser("http://localhost:8000/en/")
    browser.page = PAGE
    return browser


def test_a_form_is_found_by_one_of_its_fields(browser: Browser) -> None:
    assert browser.form("q") == {"action": "/search", "method": "get", "fields": {"q": "wind & sun"}, "choices": {}}


def test_a_form_has_what_a_browser_would_send_and_what_one_may_choose(browser: Browser) -> None:
    form = browser.form("card")
    assert (form["action"], form["method"]) == ("", "post")
    assert form["fields"] == {
        "token": "t0ken",
        "name": "",
        "card": "amex",
        "same": "yes",
        "country": "CL",
        "state": "a",
        "words": "x",
    }
    assert form["choices"] == {"card": ["visa", "amex"], "agree": ["on"], "same": ["yes"]}


def test_a_form_that_is_not_there_is_named_with_what_the_page_says_is_wrong(browser: Browser) -> None:
    browser.page = """<div class="field-error" id="id_quantity_error"><p>
        <span class="visually-hidden">Error:</span> The smallest order is 1 unit.</p></div>"""
    with pytest.raises(StepFailed) as failed:
        browser.form("nonce")
    assert str(failed.value) == (
        "http://localhost:8000/en/ has no form with nonce: Error: The smallest order is 1 unit."
    )


def test_links_are_found_by_what_they_look_like(browser: Browser) -> None:
    assert browser.link(r"/en/projects/[\w-]+/$") == "/en/projects/wind/"
    assert browser.link(r"/en/buy/\w+/(\?|$)") == "/en/buy/abc123/?a=1&b=2"


def test_a_link_that_is_not_there_is_named(browser: Browser) -> None:
    with pytest.raises(StepFailed) as failed:
        browser.link("/certificates/")
    assert str(failed.value) == "http://localhost:8000/en/ has no link like /certificates/"


def test_a_portal_that_is_not_there_is_named_by_step() -> None:
    with pytest.raises(StepFailed, match=r"^step 'read the projects' failed: "):
        purchase("http://127.0.0.1:9")
