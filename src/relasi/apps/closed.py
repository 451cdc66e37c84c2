"""The page for a time when there is nothing to show: the project does not compile, or its database is not
there."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response

from relasi.apps.language import preferred
from relasi.apps.plain import page, text
from relasi.errors import PlanRefused, ProjectInvalid, RelasiError
from relasi.texts import say

_ADVICE = {ProjectInvalid: "closed_project", PlanRefused: "closed_plan"}


def closed_page(failure: RelasiError, headers: Headers) -> Response:
    """What is the matter and who can mend it; 503, so that nothing takes it for the real page."""
    language = preferred(headers.get("accept-language", ""))
    advice = _ADVICE.get(type(failure), "closed_platform")
    return page(
        "closed",
        status=503,
        language=language,
        heading=text(say(language, "apps.closed")),
        reason=text(failure.text(language)),
        advice=text(say(language, f"apps.{advice}")),
        again=text(say(language, "apps.load_again")),
    )
