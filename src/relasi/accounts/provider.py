"""The provider that says who somebody is: the way there, and what it says, checked (OpenID Connect Core 1.0,
authorization code with PKCE). Whose account that is, is for others to say.

Nothing is kept here between the way there and back: a browser carries a Journey, so any process may go on.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from relasi.errors import SignInRefused
from relasi.schema.model.sign_in import Oidc, is_protected

log = logging.getLogger(__name__)

Claims = Mapping[str, Any]  # Any: JSON

PATIENCE = 5
"""Seconds for each part of a call."""
LEEWAY = 60
"""So many seconds the clocks of both sides may differ."""
_LARGEST = 512 * 1024
_REREAD = timedelta(hours=1)
_ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Those with a public key. Never `none`, nor one whose key is a secret that both sides know."""

_described: dict[str, tuple[datetime, Claims]] = {}
"""What providers say of themselves, and since when it is known; so that nobody has us ask at each click."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What one browser must bring back."""

    state: str
    nonce: str
    verifier: str


def begin() -> Journey:
    return Journey(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Provider:
    """`back` is the address to which it sends people; `secret` is what it knows this CRM by."""

    oidc: Oidc
    back: str
    secret: str | None
    now: datetime

    def way(self, journey: Journey) -> str:
        """The address to send a browser to. Raises SignInRefused where the provider cannot be reached."""
        challenge = base64.urlsafe_b64encode(sha256(journey.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self.oidc.client_id,
            "redirect_uri": self.back,
            "scope": " ".join(self.oidc.scopes),
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        there = self._address("authorization_endpoint")
        return f"{there}{'&' if urlsplit(there).query else '?'}{urlencode(query)}"

    def redeem(self, code: str, journey: Journey) -> Claims:
        """What the provider says of whoever brought the code. Raises SignInRefused where it does not know
        the code, or what it says cannot be trusted."""
        answer = self._exchanged(code, journey)
        claims = self._checked(answer.get("id_token"), journey)
        wanted = {"email", *filter(None, [self.oidc.claim])}
        if wanted <= claims.keys() or "userinfo_endpoint" not in self._description():
            return claims
        headers = {"authorization": f"Bearer {answer.get('access_token')}"}
        more = _fetched("GET", self._address("userinfo_endpoint"), headers=headers)
        if more.get("sub") != claims["sub"]:
            raise _untrusted("the userinfo is about somebody else")
        return {**more, **claims}

    def _exchanged(self, code: str, journey: Journey) -> Claims:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": journey.verifier,
        }
        headers: dict[str, str] = {}
        ways = self._description().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.secret is not None and "client_secret_basic" in ways:
            pair = ":".join(map(quote_plus, (self.oidc.client_id, self.secret)))
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.oidc.client_id}
            form |= {"client_secret": self.secret} if self.secret is not None else {}
        return _fetched("POST", self._address("token_endpoint"), data=form, headers=headers)

    def _checked(self, token: object, journey: Journey) -> Claims:
        rules = jwt.JWTClaimsRegistry(
            now=int(self.now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.oidc.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self.oidc.client_id},
            azp={"value": self.oidc.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": journey.nonce},
        )
        try:
            keys = KeySet.import_key_set({"keys": self._keys()})
            claims = jwt.decode(str(token), keys, algorithms=_ALGORITHMS).claims
            rules.validate(claims)
        except ClaimError as error:
            raise _untrusted(f"{error.error} {error.claim}") from error
        except JoseError as error:
            raise _untrusted(error.error) from error
        except (ValueError, TypeError, KeyError) as error:
            raise _untrusted("the token cannot be read") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
            raise _untrusted("several audiences")
        return claims

    def _keys(self) -> list[Any]:  # Any: JSON
        """Asked for each time, since a provider may change them at any moment."""
        keys = _fetched("GET", self._address("jwks_uri")).get("keys")
        found = keys if isinstance(keys, list) else []
        return [each for each in found if isinstance(each, dict) and each.get("use", "sig") == "sig"]

    def _address(self, name: str) -> str:
        """One of the provider's addresses, protected no worse than the provider itself."""
        address = self._description().get(name)
        if not isinstance(address, str) or not is_protected(address):
            raise _untrusted(f"no {name} by https")
        if urlsplit(address).scheme != urlsplit(self.oidc.issuer).scheme:
            raise _untrusted(f"no {name} by https")
        return address

    def _description(self) -> Claims:
        since, known = _described.get(self.oidc.issuer, (None, {}))
        if since is not None and timedelta() <= self.now - since < _REREAD:
            return known
        found = _fetched("GET", f"{self.oidc.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.oidc.issuer:
            raise _untrusted("it calls itself by another name than sign_in.oidc.issuer")
        _described[self.oidc.issuer] = self.now, found
        return found


def _fetched(method: str, address: str, **rest: Any) -> Claims:  # Any: as in httpx
    body = b""
    try:
        with (
            httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client,
            client.stream(method, address, **rest) as response,
        ):
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise _untrusted("an answer is too long")
    except httpx.HTTPError as error:
        log.warning("the provider of the sign-in cannot be reached: %s", type(error).__name__)
        raise SignInRefused("provider_unreachable") from error
    path = urlsplit(address).path
    if response.status_code != 200:
        raise _untrusted(f"{path} answers {response.status_code}")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise _untrusted(f"{path} is not JSON") from error
    if not isinstance(found, dict):
        raise _untrusted(f"{path} is not JSON")
    return found


def _untrusted(reason: str) -> SignInRefused:
    """The reason is in the log alone; it is never something that the provider or a browser has sent."""
    log.warning("the provider of the sign-in is not believed: %s", reason)
    return SignInRefused("provider_untrusted")
