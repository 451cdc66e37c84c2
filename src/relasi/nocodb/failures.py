"""What NocoDB may refuse. It says so in four shapes, and in one language; here each becomes one error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relasi.errors import PlatformError, PlatformUnavailable

_LONGEST = 200
_GONE = frozenset(
    {
        "ERR_BASE_NOT_FOUND",
        "ERR_FIELD_NOT_FOUND",
        "ERR_RECORD_NOT_FOUND",
        "ERR_TABLE_NOT_FOUND",
        "ERR_VIEW_NOT_FOUND",
    }
)


class NocodbError(PlatformError):
    """NocoDB did not do what it was asked to; asking again would not help."""


class AccessRefused(NocodbError):
    """The token or the password is wrong, or may not do this."""


class Missing(NocodbError):
    """A base, table, column, view or row that is not there any more."""


class ValueRefused(NocodbError):
    """NocoDB did not take a value; `reason` is what it says about it."""


def refusal(status: int, body: object, host: str) -> PlatformError:
    """The error for an answer that is no success. With a stumble of its own over what it was sent, NocoDB
    sends its trace; any other answer of 500 and above comes from a server that is not well."""
    code, reason = _said(body)
    if status >= 500 and not (isinstance(body, Mapping) and "innerError" in body):
        return PlatformUnavailable("nocodb_unreachable", host=host, reason=reason or f"answer {status}")
    if status in (401, 403):
        return AccessRefused("nocodb_access", host=host, reason=reason)
    if code in _GONE or (status == 404 and code is None):
        return Missing("nocodb_missing", host=host, reason=reason)
    return ValueRefused("nocodb_refused", host=host, status=status, reason=reason)


def _said(body: object) -> tuple[str | None, str]:
    """The code, where there is one, and the sentence on one line."""
    if not isinstance(body, Mapping):
        return None, _one_line(body)
    written: Mapping[str, Any] = body  # Any: JSON
    reason = written.get("message") or written.get("msg") or written.get("error") or ""
    if details := written.get("errors"):
        reason = f"{reason}: {details}"
    code = written.get("error")
    return (code if isinstance(code, str) else None), _one_line(reason)


def _one_line(text: object) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
