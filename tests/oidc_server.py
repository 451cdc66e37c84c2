"""A provider of OpenID Connect for tests: over real HTTP, strict about what it is asked, and ready to lie
when it answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from tests.records.world import NOW

CLIENT, SECRET = "relasi", "kata rahasia & sejenisnya"
BACK = "https://crm.example.com/sign-in/provider/back"
_AT = int(NOW.timestamp())
_KEY = ECKey.generate_key("P-256", {"kid": "this year's", "use": "sig"})


@dataclass
class OidcServer:
    """What it says: `claims` of the one person who is always signed in there, over those that are usual;
    `userinfo` where it has such an address; `alg` and `key` by which it signs; `issuer` as it calls
    itself."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    userinfo: dict[str, Any] | None = None  # Any: JSON
    alg: str = "ES256"
    key: Any = field(default_factory=lambda: _KEY)  # Any: a key of joserfc
    issuer: str | None = None
    down: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def begin_again(self) -> None:
        vars(self).update(vars(OidcServer(self.address)))

    def describe(self) -> dict[str, Any]:  # Any: JSON
        there = {"issuer": self.issuer or self.address, "jwks_uri": f"{self.address}/keys"}
        there |= {f"{name}_endpoint": f"{self.address}/{name}" for name in ("authorization", "token")}
        return there | ({} if self.userinfo is None else {"userinfo_endpoint": f"{self.address}/userinfo"})

    def send_back(self, query: Mapping[str, str]) -> str:
        """Where a browser goes that is sent here, once the person is signed in."""
        assert query["redirect_uri"] == BACK
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = dict(query)
        return f"{BACK}?{urlencode({'code': code, 'state': query['state'], 'iss': self.address})}"

    def exchange(self, form: Mapping[str, str], authorization: str) -> dict[str, str] | None:
        """The token for a code, once, and only for whoever has begun with it."""
        begun = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        client = "relasi:kata+rahasia+%26+sejenisnya"
        expected = f"Basic {base64.b64encode(client.encode()).decode()}"
        if begun is None or begun["code_challenge"] != challenge.decode() or authorization != expected:
            return None
        usual = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "1001",
            "iat": _AT,
            "exp": _AT + 300,
            "nonce": begun["nonce"],
            "email": "sari@company.example",
            "email_verified": True,
            "name": "Sari Dewi",
        }
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        return {"id_token": self._signed(claims), "access_token": "an-access-token", "token_type": "Bearer"}

    def _signed(self, claims: dict[str, Any]) -> str:  # Any: JSON
        if self.alg == "none":
            parts = ({"alg": "none"}, claims)
            return (
                ".".join(
                    base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts
                )
                + "."
            )
        header = {"alg": self.alg, "kid": "this year's"}
        return jwt.encode(header, claims, self.key, algorithms=[self.alg])

    def answer(self, method: str, path: str, form: Mapping[str, str], authorization: str) -> Any:  # Any: JSON
        match method, path:
            case "GET", "/.well-known/openid-configuration":
                return self.describe()
            case "GET", "/keys":
                return {"keys": [_KEY.as_dict(private=False)]}
            case "POST", "/token":
                return self.exchange(form, authorization)
            case "GET", "/userinfo" if authorization == "Bearer an-access-token":
                return self.userinfo
        return None


@contextmanager
def oidc_server() -> Iterator[OidcServer]:
    provider = OidcServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path == "/authorization":
                self.send_response(302)
                self.send_header("location", provider.send_back(_plain(query)))
                self.end_headers()
            else:
                self._answer("GET", path, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer("POST", self.path, _plain(body))

        def _answer(self, method: str, path: str, form: Mapping[str, str]) -> None:
            provider.asked.append(path)
            found = (
                None
                if provider.down
                else provider.answer(method, path, form, self.headers["authorization"] or "")
            )
            body = json.dumps(found or {"error": "invalid_grant"}).encode()
            self.send_response(400 if found is None else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def _plain(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def query_of(address: str) -> dict[str, str]:
    return _plain(urlsplit(address).query)
