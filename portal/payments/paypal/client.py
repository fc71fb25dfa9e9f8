"""Speaks to PayPal over HTTP: the one file that does. Thin, on `requests`, which Braintree's SDK brings along.

*Why not PayPal's own `paypal-server-sdk` (2.4.0 was read).* Its licence is none that fits BSD-3: it forbids fields of
use, asks for indemnity from who distributes, and wants to be shown in the documentation. A token that is not given is
swallowed there, so that wrong keys, a rate limit and a failing PayPal are one and the same error, while one of them
means "look again", another "wait" and another "ask the provider". It changes its session's adapters on every call, so
that one object does not serve several threads. It knows neither disputes nor the verification of notifications, so a
client beside it would be needed anyway, and it brings ten more packages, one of which (`jsonpickle`) can make objects
of what it reads. What is left for us are few addresses, one way of asking, and the reading of `answers.py`.

*Doubt.* Whatever goes wrong after sending gives UNKNOWN. Nothing is sent again by itself, but for one case that is
certain: a token that is refused (401) has done nothing, so a new one is got and the request sent once more.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from portal.payments.gateway import TIMED_OUT, Outcome, OutcomeKind
from portal.payments.paypal import answers
from portal.payments.paypal.credentials import Credentials

logger = logging.getLogger(__name__)

MARGIN = 60  # seconds before its end from which a token is not used any more

Json = dict[str, Any]
Form = Sequence[tuple[str, tuple[str | None, bytes, str]]]


class Bearer(requests.auth.AuthBase):
    """Our token, and nothing that the machine's `.netrc` may say of the same host."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class PayPalClient:
    """One provider's way of asking PayPal. Any thread may use it: each has a connection of its own, and all one token.

    `timeout` is in seconds, for connecting and for each answer.
    """

    def __init__(self, credentials: Credentials, *, timeout: float) -> None:
        self._credentials = credentials
        self._timeout = timeout
        self._threads = threading.local()
        self._token = ("", 0.0)  # replaced as a whole, so no thread ever sees half of it

    def close(self) -> None:
        """Give back this thread's connection. The client stays usable."""
        self._session().close()

    def get(self, path: str) -> Json | Outcome:
        """What is there; else why nobody knows, or that it is not."""
        return self._ask("GET", path)

    def post(self, path: str, body: Json | bytes, *, request_id: str = "") -> Json | Outcome:
        """Ask for something, at most once under a `request_id`. An answer without a body is an empty one."""
        headers = {"Content-Type": "application/json", "Prefer": "return=representation"}
        if request_id:
            headers["PayPal-Request-Id"] = request_id
        return self._ask("POST", path, body=body, headers=headers)

    def upload(self, path: str, form: Form) -> Json | Outcome:
        """Send a form in parts: their names, and of each its file name (or None), its content and its type."""
        return self._ask("POST", path, form=form)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Json | bytes | None = None,
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json | Outcome:
        payload: Json = {"headers": {"Accept": "application/json", **(headers or {})}, "files": form}
        if body is not None:
            payload["data" if isinstance(body, bytes) else "json"] = body
        for is_last in (False, True):
            token = self._bearer()
            if isinstance(token, Outcome):
                return token
            answer = self._send(method, path, auth=Bearer(token), **payload)
            if isinstance(answer, Outcome) or answer.status_code != 401 or is_last:
                break
            self._token = ("", 0.0)
        return answer if isinstance(answer, Outcome) else _read(answer)

    def _bearer(self) -> str | Outcome:
        token, until = self._token
        if time.monotonic() < until:
            return token
        keys = (self._credentials.client_id, self._credentials.client_secret)
        answer = self._send("POST", "/v1/oauth2/token", auth=keys, data={"grant_type": "client_credentials"})
        granted = answer if isinstance(answer, Outcome) else _read(answer)
        if isinstance(granted, Outcome):
            return granted
        try:
            token, lasts = str(granted["access_token"]), float(granted["expires_in"])
        except (KeyError, TypeError, ValueError):
            return _unknown(answers.UNREADABLE, "no token in the answer")
        self._token = (token, time.monotonic() + lasts - MARGIN)
        return token

    def _send(self, method: str, path: str, **payload: Any) -> requests.Response | Outcome:
        try:
            return self._session().request(
                method, self._credentials.api + path, timeout=self._timeout, allow_redirects=False, **payload
            )
        except requests.Timeout as error:
            return _unknown(TIMED_OUT, type(error).__name__)
        except requests.ConnectionError as error:
            # A body that does not come in time is told as a broken connection, with the reason inside.
            code = TIMED_OUT if "Read timed out" in str(error) else "connection"
            return _unknown(code, type(error).__name__)
        except requests.RequestException as error:
            return _unknown("connection", type(error).__name__)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
        return session


def _read(answer: requests.Response) -> Json | Outcome:
    try:
        body = answer.json() if answer.content else {}
    except requests.JSONDecodeError:
        body = None
    if not 200 <= answer.status_code < 300:
        return answers.refusal(answer.status_code, body)
    if not isinstance(body, dict):
        logger.error("PayPal's answer could not be read: HTTP %s", answer.status_code)
        return _unknown(answers.UNREADABLE, f"HTTP {answer.status_code}")
    return body


def _unknown(code: str, text: str) -> Outcome:
    return Outcome(kind=OutcomeKind.UNKNOWN, code=code, text=text)
