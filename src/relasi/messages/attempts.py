"""What comes of an attempt to reach somebody outside and failed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from relasi.messages.rendering import one_line
from relasi.texts import LANGUAGES, say

_NUMBER = re.compile(r"\[Errno -?\d+\] ")


class NotReached(Exception):
    """`note` says what was the matter, in every language.

    A `final` one is not tried again. `far`: the other side did not even listen, so nobody else there need be
    tried at this moment. `closes` is the reason why nothing more should be sent to this address, if there is
    one.
    """

    def __init__(
        self,
        code: str,
        *,
        final: bool = False,
        far: bool = False,
        closes: str | None = None,
        **params: object,
    ) -> None:
        super().__init__(code, params)
        self.note: Mapping[str, str] = said(code, **params)
        self.final = final
        self.far = far
        self.closes = closes


def bare(error: Exception) -> str:
    """What a library says of a failure, on one line and without the number that the system gives it."""
    return _NUMBER.sub("", one_line(str(error)))


def said(code: str, **params: object) -> Mapping[str, str]:
    """The sentence in every language, as a log keeps it."""
    return {language: say(language, f"messages.{code}", **params) for language in LANGUAGES}
