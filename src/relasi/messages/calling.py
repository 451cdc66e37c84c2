"""Calls a webhook: signed JSON, one attempt, no redirects, and not into the own network unless allowed."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Timer
from typing import Any

import httpx

from relasi.messages.attempts import NotReached, bare
from relasi.messages.signatures import signed_headers

PATIENCE = 10
"""Seconds for each part of a call: to connect, to take the body, to begin its answer."""
WHOLE = 3 * PATIENCE
"""Seconds for all of it."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ROUTED = ipaddress.IPv6Network("2000::/3")
"""What of IPv6 leads to other networks at all."""

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host."""


def callable_url(written: str, private_hosts: Collection[str]) -> str | None:
    """None for what cannot be called, would send data in the clear outside of the own network, or holds a
    password."""
    try:
        url = httpx.URL(written)
    except httpx.InvalidURL:
        return None
    is_protected = url.scheme == "https" or (url.scheme == "http" and url.host.lower() in private_hosts)
    return str(url) if is_protected and url.host and not url.userinfo else None


def host_of(url: str) -> str:
    return httpx.URL(url).host


def call(
    url: str,
    body: Mapping[str, Any],  # Any: JSON
    *,
    key: str,
    secret: str | None,
    at: datetime,
    private_hosts: Collection[str] = (),
) -> None:
    """Raises NotReached for anything but a success."""
    target = httpx.URL(url)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"content-type": "application/json", "user-agent": "Relasi", "idempotency-key": key}
    headers |= signed_headers(key, content, secret, at) if secret is not None else {"webhook-id": key}
    address = _address(target, private_hosts)
    try:
        with _client() as client:
            request = client.build_request(
                "POST",
                target.copy_with(host=address),
                content=content,
                headers={**headers, "host": target.netloc.decode()},
                extensions={"sni_hostname": target.host},
            )
            response = client.send(request, stream=True)  # what the body of the answer says is not asked
            response.close()
    except httpx.TimeoutException as error:
        raise NotReached("call_slow", host=target.host, seconds=PATIENCE, far=True) from error
    except httpx.HTTPError as error:
        raise NotReached("call_unreachable", host=target.host, reason=bare(error), far=True) from error
    _judge(response.status_code, target.host)


@contextmanager
def _client() -> Iterator[httpx.Client]:
    """Closed after WHOLE seconds: who answers a letter at a time would be waited for all day."""
    with httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client:
        end = Timer(WHOLE, client.close)
        end.daemon = True
        end.start()
        try:
            yield client
        finally:
            end.cancel()


def _judge(status: int, host: str) -> None:
    if 200 <= status < 300:
        return
    if status == 410:
        raise NotReached("call_gone", host=host, final=True, closes="410 Gone")
    if 300 <= status < 400:
        raise NotReached("call_elsewhere", host=host, status=status, final=True)
    is_final = 400 <= status < 500 and status not in (408, 409, 425, 429)
    raise NotReached("call_refused", host=host, status=status, final=is_final)


def _address(target: httpx.URL, private_hosts: Collection[str], resolve: Resolve | None = None) -> str:
    """One address of the host, looked up once: the one that was checked is the one that is called."""
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        found = (resolve or _resolved)(target.host, port)
    except OSError as error:
        raise NotReached("call_unreachable", host=target.host, reason=bare(error), far=True) from error
    if target.host.lower() not in private_hosts and not all(_is_public(each) for each in found):
        raise NotReached("call_private", host=target.host, final=True)
    return found[0]


def _resolved(host: str, port: int) -> list[str]:
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _is_public(address: str) -> bool:
    """Also an IPv4 address inside an IPv6 one is looked at as what it is."""
    found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is None and found not in _ROUTED:
            return False
        found = inside or found
    return found.is_global and not found.is_multicast
