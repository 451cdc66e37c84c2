"""Calls to one NocoDB server: who asks, how long to wait, what to ask again. What to ask is for others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from relasi.errors import PlatformUnavailable
from relasi.nocodb.failures import NocodbError, refusal

Json = Any  # Any: JSON
Query = Mapping[str, str | int | Sequence[str]]
"""Of an address; a name with several values stands there several times."""

_TRANSIENT = frozenset({408, 425, 429, 502, 503, 504})
_NOT_BEGUN = frozenset({429, 503})
"""Answers which say that nothing was done."""


@dataclass(frozen=True, slots=True)
class Token:
    """An API token: enough for data, tables and columns."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """A user of NocoDB; looking for changes of an outside database takes one."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """`pauses` between the attempts, in seconds, and how long each part of a call may take."""

    pauses: tuple[float, ...] = (0.3, 1.0, 3.0)
    longest_pause: float = 30.0
    """A server that asks for more than this is called unavailable."""
    connect: float = 5.0
    answer: float = 60.0


class Transport:
    """What fails for a moment is asked again where a repetition is harmless; the rest raises at once.

    No error and no log shows the token or the password.
    """

    def __init__(
        self,
        url: str,
        access: Token | Login,
        patience: Patience | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._patience = patience or Patience()
        self._access = access
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=url,
            timeout=httpx.Timeout(self._patience.answer, connect=self._patience.connect),
            follow_redirects=False,
            trust_env=False,
        )
        self.host = self._http.base_url.host
        self._header: dict[str, str] = {}

    def get(self, path: str, query: Query | None = None) -> Json:
        return self._asked("GET", path, query=query, repeat=True)

    def post(self, path: str, body: Json, *, repeat: bool = False) -> Json:
        """`repeat` where doing it twice leaves the same."""
        return self._asked("POST", path, body=body, repeat=repeat)

    def patch(self, path: str, body: Json) -> Json:
        return self._asked("PATCH", path, body=body, repeat=True)

    def delete(self, path: str, body: Json = None) -> Json:
        return self._asked("DELETE", path, body=body, repeat=True)

    def close(self) -> None:
        self._http.close()

    def _asked(
        self, method: str, path: str, *, body: Json = None, query: Query | None = None, repeat: bool
    ) -> Json:
        response = self._patiently(method, path, body=body, query=query, repeat=repeat)
        if response.status_code == HTTPStatus.UNAUTHORIZED and isinstance(self._access, Login):
            self._header = {}  # it has run out, as it does after hours
            response = self._patiently(method, path, body=body, query=query, repeat=repeat)
        content = _content(response)
        if response.is_success:
            if isinstance(content, str) and content:
                raise NocodbError("nocodb_unreadable", host=self.host, path=path)
            return content
        raise refusal(response.status_code, content, self.host)

    def _patiently(
        self, method: str, path: str, *, body: Json, query: Query | None, repeat: bool
    ) -> httpx.Response:
        for pause in (*self._patience.pauses, None):
            try:
                response = self._http.request(
                    method, path, json=body, params=query, headers=self._signed_in()
                )
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                self._wait(pause, str(error))
            except httpx.HTTPError as error:
                self._wait(pause if repeat else None, str(error))
            else:
                if response.status_code not in _TRANSIENT:
                    return response
                self._wait(self._asked_for(response, pause, repeat=repeat), f"answer {response.status_code}")
        raise AssertionError("the last attempt ends the loop")

    def _asked_for(self, response: httpx.Response, pause: float | None, *, repeat: bool) -> float | None:
        """How long the server wants to be left alone; None where it is not asked again."""
        if pause is None or not (repeat or response.status_code in _NOT_BEGUN):
            return None
        told = response.headers.get("retry-after", "")
        wanted = float(told) if told.isdigit() else pause
        return None if wanted > self._patience.longest_pause else max(wanted, pause)

    def _wait(self, pause: float | None, reason: str) -> None:
        if pause is None:
            raise PlatformUnavailable("nocodb_unreachable", host=self.host, reason=reason)
        self._sleep(pause)

    def _signed_in(self) -> dict[str, str]:
        if not self._header:
            match self._access:
                case Token(token):
                    self._header = {"xc-token": token}
                case Login(email, password):
                    answer = self._http.post(
                        "/api/v1/auth/user/signin", json={"email": email, "password": password}
                    )
                    if not answer.is_success:
                        status = HTTPStatus.UNAUTHORIZED if answer.is_client_error else answer.status_code
                        raise refusal(status, _content(answer), self.host)
                    self._header = {"xc-auth": answer.json()["token"]}
        return self._header


def _content(response: httpx.Response) -> Json:
    """JSON, or the text of what is none."""
    try:
        return response.json()
    except ValueError:
        return response.text
