"""How an answer travels: as JSON, with a tag that says which version of a record it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from relasi.errors import CallRefused

LARGEST = 1024 * 1024
"""Bytes of a body."""
TAG = r'^(\*|(W/)?"([0-9]{1,15})-[0-9a-f]{16}")$'
"""What If-Match may say."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`version` is that of the one record that is shown, where it is one."""

    content: Any = None  # Any: JSON
    status: int = 200
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, request: Request) -> Response:
        """304 where the caller has it already."""
        if self.status == 204:
            return Response(status_code=204, headers=dict(self.headers))
        body = json.dumps(self.content, ensure_ascii=False).encode()
        headers = {"cache-control": "private, no-cache", **self.headers}
        if self.version is not None:
            headers["etag"] = tag_of(self.version, body)
            if request.method in ("GET", "HEAD") and headers["etag"] in request.headers.get(
                "if-none-match", ""
            ):
                return Response(status_code=304, headers=headers)
        return Response(body, self.status, headers, "application/json")


def tag_of(version: int, body: bytes) -> str:
    """The version alone would not do: titles of linked records and derived values change without it."""
    return f'"{version}-{sha256(body).hexdigest()[:16]}"'


def demanded_version(header: str | None) -> int | None:
    """The version that If-Match names; 0 for any, None where there is no header. Raises CallRefused.

    Proxies that compress make tags weak; the version in it stays what it was.
    """
    if header is None:
        return None
    found = re.match(TAG, header.strip())
    if found is None:
        raise CallRefused("bad_parameter", name="If-Match")
    return int(found[3]) if found[3] else ANY


ANY = 0
"""Stands for whatever version the record has."""


async def body_of(request: Request) -> bytes:
    """Raises CallRefused for one that is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise CallRefused("too_large", most=LARGEST)
    return body
