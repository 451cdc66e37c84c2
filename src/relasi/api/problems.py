"""What a call is told that is refused: problem details (RFC 9457), in the language of the key's owner."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from relasi.errors import (
    BadCursor,
    CallRefused,
    Forbidden,
    InUse,
    Invalid,
    InvalidRows,
    Issue,
    LooksAlike,
    Merged,
    NotFound,
    PlanRefused,
    PlatformError,
    ProjectInvalid,
    RelasiError,
    SignInRefused,
    Stale,
)
from relasi.records.steps.twins import Twin

_STATUS: Mapping[type[RelasiError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    LooksAlike: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Stale: HTTPStatus.CONFLICT,
    InUse: HTTPStatus.CONFLICT,
    SignInRefused: HTTPStatus.TOO_MANY_REQUESTS,
    BadCursor: HTTPStatus.UNPROCESSABLE_ENTITY,
    PlatformError: HTTPStatus.SERVICE_UNAVAILABLE,
    ProjectInvalid: HTTPStatus.SERVICE_UNAVAILABLE,
    PlanRefused: HTTPStatus.SERVICE_UNAVAILABLE,
}
_OF_CODE: Mapping[str, HTTPStatus] = {
    "no_key": HTTPStatus.UNAUTHORIZED,
    "bad_key": HTTPStatus.UNAUTHORIZED,
    "too_fast": HTTPStatus.TOO_MANY_REQUESTS,
    "too_much": HTTPStatus.TOO_MANY_REQUESTS,
    "no_such_path": HTTPStatus.NOT_FOUND,
    "no_such_method": HTTPStatus.METHOD_NOT_ALLOWED,
    "not_json": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "bad_condition": HTTPStatus.UNPROCESSABLE_ENTITY,
    "two_versions": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no_version": HTTPStatus.PRECONDITION_REQUIRED,
    "key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}
PROBLEM = "application/problem+json"
"""The media type of all that is refused."""


def problem(failure: RelasiError, language: str, *, headers: Mapping[str, str] | None = None) -> Response:
    status = _status(failure)
    told: dict[str, Any] = {  # Any: JSON
        "title": status.phrase,
        "status": status.value,
        "code": failure.code,
        "detail": RelasiError.text(failure, language)
        if isinstance(failure, Invalid)
        else failure.text(language),
    }
    if isinstance(failure, Invalid):
        told["issues"] = _issues(failure, language)
    if isinstance(failure, Merged):
        told["merged_into"] = failure.survivor
    if isinstance(failure, LooksAlike):
        told["candidates"] = _candidates(failure)
    if isinstance(failure, Stale):
        told |= {"current_version": failure.current_version, "conflicts": sorted(failure.conflicts)}
    if "operation" in failure.params:
        told["operation"] = failure.params["operation"]
    body = json.dumps(told, ensure_ascii=False).encode()
    return Response(body, status.value, {**_headers(failure), **(headers or {})}, PROBLEM)


def _status(failure: RelasiError) -> HTTPStatus:
    if isinstance(failure, CallRefused):
        return _OF_CODE.get(failure.code, HTTPStatus.BAD_REQUEST)
    if isinstance(failure, Stale) and failure.params.get("by_header"):
        return HTTPStatus.PRECONDITION_FAILED
    known = (status for kind, status in _STATUS.items() if isinstance(failure, kind))
    return next(known, HTTPStatus.CONFLICT)


def _headers(failure: RelasiError) -> dict[str, str]:
    if failure.code in ("no_key", "bad_key"):
        return {"www-authenticate": "Bearer"}
    if "seconds" in failure.params:
        return {"retry-after": str(failure.params["seconds"])}
    if "minutes" in failure.params:
        return {"retry-after": str(60 * int(str(failure.params["minutes"])))}
    return {}


def _issues(failure: Invalid, language: str) -> list[dict[str, Any]]:  # Any: JSON
    if not isinstance(failure, InvalidRows):
        return _told(failure.issues, "", language)
    return [
        each
        for (table, index), issues in failure.rows.items()
        for each in _told(issues, f"tables.{table}[{index}]", language)
    ]


def _candidates(failure: LooksAlike) -> list[dict[str, Any]]:  # Any: JSON
    """The records that may be the same, as far as the caller may read them; the most alike first."""
    twins = [twin for issue in failure.issues for twin in _twins(issue)]
    return [{"id": each.id, "rule": each.rule.name, "likeness": round(each.likeness, 3)} for each in twins]


def _twins(issue: Issue) -> tuple[Twin, ...]:
    twins = issue.params.get("twins", ())
    return twins if isinstance(twins, tuple) else ()


def _told(issues: Sequence[Issue], place: str, language: str) -> list[dict[str, Any]]:  # Any: JSON
    """Each with the place of what is wrong as the body has it."""
    return [
        {
            "field": ".".join(part for part in (place, each.field) if part) or None,
            "code": each.code,
            "message": each.text(language),
        }
        for each in issues
    ]
