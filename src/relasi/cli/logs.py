"""What processes that go on running note on standard error: a line for each event, whatever is in it."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from typing import Any


class OneLine(logging.Formatter):
    """What users send may stand in a message; it cannot begin a line of its own and so pass for another one.
    A traceback follows on lines that are indented."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name that logging calls
        return "".join(
            each if each.isprintable() else _escaped(each) for each in super().formatMessage(record)
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802  # Any: logging's own triple
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"    {line}" for line in lines)


def note_events() -> None:
    """Lets warnings and errors go to standard error, unless somebody has decided otherwise."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def _escaped(letter: str) -> str:
    with suppress(UnicodeEncodeError):
        return letter.encode("unicode_escape").decode("ascii")
    return "?"
