"""One complete purchase over HTTP, as a browser's requests would make it: pages, forms and cookies, no back door."""

import csv
import html
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, TypeVar

Answer = TypeVar("Answer")
HandIn = Callable[[str, bytes], None]  # uploads a bank's statement for the account that it is of, as a provider would
PATIENCE = 30.0  # seconds to wait for the certificate


class StepFailed(Exception):
    """A step of the purchase did not lead where it should. The message names the step."""


class _Forms(HTMLParser):
    """Collects the forms of a page with what a browser would send of them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._open = ""  # name of the select or textarea that we are in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            form = {"action": given.get("action", ""), "method": given.get("method", "get").lower()}
            self.forms.append({**form, "fields": {}, "choices": {}})
        elif self.forms and tag == "input" and given.get("name"):
            self._input(given)
        elif self.forms and tag in ("select", "textarea"):
            self._open = given.get("name", "")
        elif self._open and tag == "option":
            self._option(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and self.lasttag == "textarea":
            self.forms[-1]["fields"][self._open] = data.removeprefix("\n")

    def _option(self, given: dict[str, str]) -> None:
        """Note the option that a browser would send: the first, unless another is selected."""
        fields = self.forms[-1]["fields"]
        if "selected" in given or self._open not in fields:
            fields[self._open] = given.get("value", "")

    def _input(self, given: dict[str, str]) -> None:
        fields, kind = self.forms[-1]["fields"], given.get("type", "text")
        if kind in ("radio", "checkbox"):
            self.forms[-1]["choices"].setdefault(given["name"], []).append(given.get("value", "on"))
            if "checked" in given:
                fields[given["name"]] = given.get("value", "on")
        elif kind not in ("submit", "button", "image", "reset"):
            fields[given["name"]] = given.get("value", "")


class Browser:
    """Keeps cookies, follows links and sends forms. `handlers` look after what it asks for, as urllib has them."""

    def __init__(self, address: str, *handlers: urllib.request.BaseHandler) -> None:
        self.address = address
        self.page = ""
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), *handlers)

    def open(self, address: str, data: dict[str, str] | None = None) -> str:
        """Load an address; following redirects, `address` is then where we are."""
        target = urllib.parse.urljoin(self.address, address)
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(target, body, headers={"Referer": self.address})  # noqa: S310  # localhost
        try:
            with self._opener.open(request, timeout=PATIENCE) as response:
                self.address, self.page = response.url, response.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            self.address, self.page = error.url or target, error.read().decode("utf-8", "replace")
            if error.code != 422:
                raise StepFailed(f"{target} answered {error.code}") from error
        return self.page

    def read(self, address: str) -> bytes:
        """Load a file and leave the page as it is."""
        with self._opener.open(urllib.parse.urljoin(self.address, address), timeout=PATIENCE) as response:
            content: bytes = response.read()
        return content

    def form(self, holding: str) -> dict[str, Any]:
        """Return the form of the page that has a certain field."""
        parser = _Forms()
        parser.feed(self.page)
        for form in parser.forms:
            if holding in form["fields"] or holding in form["choices"]:
                return form
        raise StepFailed(f"{self.address} has no form with {holding}{self.errors()}")

    def send(self, form: dict[str, Any], values: dict[str, str]) -> str:
        """Fill in a form and send it the way it says."""
        data = {**form["fields"], **values}
        action = form["action"] or self.address
        if form["method"] == "post":
            return self.open(action, data)
        return self.open(f"{action.split('?')[0]}?{urllib.parse.urlencode(data)}")

    def link(self, pattern: str) -> str:
        """Return the first link of the page that matches."""
        for found in re.findall(r'href="([^"]+)"', self.page):
            if re.search(pattern, found):
                return html.unescape(found)
        raise StepFailed(f"{self.address} has no link like {pattern}")

    def errors(self) -> str:
        """Return what the page says is wrong, after a colon."""
        found = re.findall(r'class="field-error"[^>]*>(.*?)</div>', self.page, flags=re.DOTALL)
        words = [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in found]
        return f": {'; '.join(words)}" if words else ""


def _step(name: str, act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except (StepFailed, OSError) as error:
        raise StepFailed(f"step '{name}' failed: {error}") from error


def purchase(address: str, *, rail: str = "card", hand_in: HandIn | None = None) -> dict[str, Any]:
    """Buy three units, paid on a rail, and return what the public can see of it.

    Whoever pays by transfer needs somebody to `hand_in` the bank's statement. Raises StepFailed naming the step that
    failed.
    """
    started = time.monotonic()
    browser = Browser(address)
    _step("read the projects", lambda: browser.open("/en/projects/?sort=units"))
    _step("read a story", lambda: browser.open(browser.link(r"/en/projects/[\w-]+/$")))
    _step("choose a listing", lambda: browser.open(browser.link(r"/en/buy/\w+/(\?|$)")))
    _step("choose a quantity", lambda: browser.send(browser.form("quantity"), {"quantity": "3", "continue": "1"}))
    _step("say who and why", lambda: _details(browser))
    order_address = browser.address
    _step(f"pay by {rail}", lambda: _pay(browser, rail, hand_in))
    _step("wait for the certificate", lambda: _wait(browser, order_address))
    _step("open the certificate", lambda: browser.open(browser.link(r"/en/certificates/[\w-]+/$")))
    return _step("read the proof", lambda: _proof(browser, order_address, started))


def _details(browser: Browser) -> None:
    values = {
        "purchaser_name": "Demo purchaser (sample)",
        "purchaser_email": "sample@example.org",
        "purchaser_type": "individual",
        "beneficiary_same": "on",
        "purpose": "contribute",
        "is_public": "yes",
    }
    browser.send(browser.form("purchaser_name"), values)  # shows exactly what becomes public
    if "/orders/" not in browser.address:
        browser.send(browser.form("purchaser_name"), {**values, "consent": "on"})
    if "/orders/" not in browser.address:
        raise StepFailed(f"no order was placed{browser.errors()}")


def _pay(browser: Browser, rail: str, hand_in: HandIn | None) -> None:
    if rail != "transfer":
        WAYS[rail](browser)
    elif hand_in is None:
        raise StepFailed("nobody is there to hand in the bank's statement")
    else:
        hand_in(*_transfer(browser))


def _pay_by_card(browser: Browser) -> None:
    form = browser.form("nonce")
    cards = form["choices"].get("nonce")
    if not cards:
        raise StepFailed("cards are entered in the gateway's own fields here, which needs a real browser")
    browser.send(form, {"nonce": cards[0]})


def _pay_by_paypal(browser: Browser) -> None:
    """Go to the simulated PayPal, agree there, and come back."""
    action = re.search(r'action="(/en/orders/[\w-]+/pay/paypal/)"', browser.page)
    if action is None:
        raise StepFailed("PayPal is not offered here")
    browser.open(action[1], browser.form("csrfmiddlewaretoken")["fields"])
    browser.open(browser.address, {"choice": "approve"})


def _transfer(browser: Browser) -> tuple[str, bytes]:
    """Ask where to transfer, let the simulated bank book it, and return the account and the bank's statement of it."""
    action = re.search(r'action="(/en/orders/[\w-]+/transfer/)"', browser.page)
    if action is None:
        raise StepFailed("bank transfer is not offered here")
    browser.open(action[1], browser.form("csrfmiddlewaretoken")["fields"])
    browser.open(browser.link(r"/bank\?"))
    form = browser.form("value_date")
    statement = browser.send(form, {"shape": "exact"}).encode()
    if not statement.startswith(b"<?xml"):
        raise StepFailed("the bank gave no statement")
    return form["fields"]["account"], statement


WAYS: dict[str, Callable[[Browser], None]] = {"card": _pay_by_card, "paypal": _pay_by_paypal}


def _wait(browser: Browser, order_address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        browser.open(order_address)
        if re.search(r'href="/en/certificates/[\w-]+/"', browser.page):
            return
        if time.monotonic() > deadline:
            raise StepFailed(f"no certificate after {PATIENCE:.0f} seconds")
        time.sleep(0.2)


def _proof(browser: Browser, order_address: str, started: float) -> dict[str, Any]:
    """Read the certificate's page, its PDF and its row of the public history."""
    certificate_url = browser.address
    code = certificate_url.rstrip("/").rsplit("/", 1)[-1]
    pdf_url = urllib.parse.urljoin(certificate_url, "certificate.pdf")
    if not browser.read(pdf_url).startswith(b"%PDF-"):
        raise StepFailed("the certificate is no PDF")
    history_url = urllib.parse.urljoin(certificate_url, "/en/history/")
    lines = browser.read("/en/history/cancellations.csv").decode().splitlines()
    columns = lines[0].split(",")
    newest = next((line for line in lines[1:] if f",{code}," in line), None)
    if newest is None:
        raise StepFailed("the public history does not show the cancellation")
    row = _csv_row(columns, newest)
    browser.open(order_address)
    paid = re.search(r'data-reference="([\w-]+)" data-amount="([\d.]+)" data-currency="([A-Z]{3})"', browser.page)
    if not paid:
        raise StepFailed("the order's page does not say what was paid")
    return {
        "order": paid[1],
        "amount": paid[2],
        "currency": paid[3],
        "unit_type": row["unit_type"],
        "quantity": int(row["quantity"]),
        "serial_start": row["serial_start"],
        "serial_end": row["serial_end"],
        "certificate_url": certificate_url,
        "certificate_pdf": pdf_url,
        "history_url": history_url,
        "seconds": round(time.monotonic() - started, 2),
    }


def _csv_row(columns: list[str], line: str) -> dict[str, str]:
    return dict(zip(columns, next(csv.reader([line])), strict=True))
