"""Work that the database gave up before anything was saved is begun again."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from random import random
from typing import ParamSpec, TypeVar

from relasi.errors import GivenUp

_PAUSES = (0.0, 0.02, 0.1, 0.3, 0.8)
"""Seconds before each further attempt, more or less: two that stood in each other's way must not meet
again."""

P = ParamSpec("P")
T = TypeVar("T")


def begun_again(do: Callable[P, T]) -> Callable[P, T]:
    """For functions that are one transaction, and do nothing outside of it that may not happen twice.

    Every write that a page, a worker or an import makes goes through one. Raises what the last attempt did.
    """

    @wraps(do)
    def attempts(*given: P.args, **named: P.kwargs) -> T:
        for pause in _PAUSES:
            try:
                return do(*given, **named)
            except GivenUp:
                time.sleep(pause * (0.5 + random()))  # noqa: S311 - no secret
        return do(*given, **named)

    return attempts
