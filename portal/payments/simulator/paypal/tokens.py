"""OAuth: an app shows its keys and is given a token for nine hours. Tokens prove themselves, so none is kept."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping

from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.replies import Reply, as_json

LIFETIME = 32_400


class Tokens:
    """`businesses` are looked at anew each time, so that one may change its secret."""

    def __init__(self, businesses: Mapping[str, Business], *, clock: Callable[[], float]) -> None:
        self._businesses = businesses
        self._clock = clock

    def _app(self, client_id: str) -> Business | None:
        return next((each for each in self._businesses.values() if each.client_id == client_id), None)

    def issue(self, authorization: str, form: dict[str, str]) -> Reply:
        """Answer `POST /v1/oauth2/token`."""
        business = self._with_keys(authorization)
        if business is None:
            return as_json({"error": "invalid_client", "error_description": "Client Authentication failed"}, status=401)
        if form.get("grant_type") != "client_credentials":
            return as_json({"error": "unsupported_grant_type"}, status=400)
        expires = int(self._clock()) + LIFETIME
        token = f"{business.client_id}.{expires}.{_proof(business, expires)}"
        granted = {"scope": "simulator", "access_token": token, "token_type": "Bearer", "app_id": "APP-SIMULATOR"}
        return as_json({**granted, "expires_in": LIFETIME, "nonce": str(expires)})

    def _with_keys(self, authorization: str) -> Business | None:
        scheme, _, code = authorization.partition(" ")
        try:
            client_id, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        business = self._app(client_id)
        fits = business is not None and hmac.compare_digest(secret.encode(), business.secret.encode())
        return business if fits and scheme == "Basic" else None

    def holder(self, authorization: str) -> Business | None:
        """The business a request speaks for; None for a token that is nobody's, or has run out."""
        scheme, _, token = authorization.partition(" ")
        client_id, _, rest = token.partition(".")
        expires, _, proof = rest.partition(".")
        business = self._app(client_id)
        if business is None or scheme != "Bearer" or not expires.isdigit() or int(expires) <= self._clock():
            return None
        return business if hmac.compare_digest(proof, _proof(business, int(expires))) else None


def _proof(business: Business, expires: int) -> str:
    return hmac.new(business.secret.encode(), f"{business.client_id}.{expires}".encode(), hashlib.sha256).hexdigest()
