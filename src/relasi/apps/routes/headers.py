"""What browsers are told with every answer: what a page may load, who may frame it, what it may not ask
of the machine it is shown on."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

_POWERS = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
"""What no page of ours asks for, so that nothing that gets into one may."""

_YEAR = 365 * 24 * 60 * 60


def _scripts_of_streamlit() -> str:
    """The hash of each script that stands inside Streamlit's page."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digests = (hashlib.sha256(each.encode()).digest() for each in scripts)
    return " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)


POLICY = "; ".join(
    (
        "default-src 'none'",
        # Streamlit makes a blob of the script of each component. Only a script that runs already can do that.
        f"script-src 'self' blob: {_scripts_of_streamlit()}",
        # Four libraries inside Streamlit write style elements while they draw; none of them takes a nonce.
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data: blob:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The Content-Security-Policy of all that has none of its own."""

_ALWAYS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{each}=()" for each in _POWERS),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def add_to(headers: MutableHeaders, *, secure: bool) -> None:
    """What the answer says itself stays. `secure`: it goes out by https, on which browsers shall insist."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    ancestors = re.search("frame-ancestors ([^;]*)", headers["content-security-policy"])
    if ancestors and ancestors[1] != "'none'":
        del headers["x-frame-options"]  # which knows no list of sites
    if secure:
        headers["strict-transport-security"] = f"max-age={_YEAR}"


def telling(scope: Scope, send: Send) -> Send:
    """Sends answers with these headers, that to a handshake too."""

    async def told(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.accept"):
            add_to(MutableHeaders(scope=message), secure=scope["scheme"] in ("https", "wss"))
        await send(message)

    return told
