"""Signatures of webhooks, as https://www.standardwebhooks.com describes them: the same going out and coming
in."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

TOLERANCE = timedelta(minutes=5)
"""How far the clock of the other side may be from ours."""
_PREFIX = "whsec_"


def signed_headers(key: str, body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The three headers that go with a body; `key` stays the same whenever it is sent again."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(key, stamp, body, secret)}",
    }


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """Whether one of the signatures is right, and of this time; names of headers are in small letters."""
    key, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not key or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    right = _signature(key, stamp, body, secret).encode()
    given = [each.partition(",") for each in headers.get("webhook-signature", "").split()]
    fits = [
        hmac.compare_digest(value.encode("utf-8", "replace"), right)
        for version, _, value in given
        if version == "v1"
    ]
    return any(fits)


def _signature(key: str, stamp: str, body: bytes, secret: str) -> str:
    made = hmac.new(_bytes(secret), f"{key}.{stamp}.".encode() + body, sha256).digest()
    return base64.b64encode(made).decode()


def _bytes(secret: str) -> bytes:
    """What `whsec_` stands before is base64; any other secret is taken as it is."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()
