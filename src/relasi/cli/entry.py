"""The way in and out of a command. Nobody sees a traceback without --debug."""

from __future__ import annotations

import sys
from typing import NoReturn

from relasi.cli.terminal import STOPPED, StopError, complain


def main() -> NoReturn:
    """Runs the command in sys.argv. Exit codes: 0 done, 1 problems or refused, 2 used wrongly, 130 Ctrl+C."""
    from relasi.cli.commands import app

    debug = "--debug" in sys.argv
    try:
        app()
        code = 0
    except Exception as error:
        if debug:
            raise
        code = _explain(error)
    sys.exit(code)


def _explain(error: Exception) -> int:
    """Says what went wrong and what to do; the exit code."""
    from relasi.errors import RelasiError

    if isinstance(error, StopError):
        complain(error.message)
        return error.code
    if isinstance(error, RelasiError):
        complain(str(error))
        return STOPPED
    if isinstance(error, OSError) and error.filename:
        complain(f"{error.filename}: {error.strerror}. Check the path and its permissions.")
        return STOPPED
    complain(f"Something went wrong inside Relasi ({type(error).__name__}). Add --debug to see where.")
    return STOPPED
