"""What commands say: sentences and tables for people, JSON for machines, complaints on the error stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

STOPPED = 1
USED_WRONGLY = 2


class StopError(Exception):
    """Ends a command with a sentence."""

    def __init__(self, message: str, code: int = STOPPED) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def say(*parts: tuple[str, str] | str) -> None:
    """One line of text; a part may come with its style: `("3 errors", "bold red")`."""
    from rich.text import Text

    _console().print(Text.assemble(*parts), soft_wrap=True)


def complain(message: str) -> None:
    """A sentence on the error stream."""
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True, highlight=False).print(
        Text.assemble(("relasi: ", "bold red"), message), soft_wrap=True
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(*headings, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    _console().print(shown)


def as_json(data: Any) -> None:  # Any: JSON
    """Data for machines, on the output stream and alone there."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
    sys.stdout.flush()


def confirm(question: str, *, yes: bool) -> None:
    """Goes on only with consent. Raises StopError without it, and where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise StopError("Nobody can be asked here. Add --yes to go ahead.", USED_WRONGLY)
    import typer

    if not typer.confirm(question):
        raise StopError("Nothing was changed.")


@contextmanager
def counting(what: str) -> Iterator[Callable[[str, int], None]]:
    """A function that is told how many more are done, and where; people see the sum while they wait."""
    from rich.console import Console

    console = Console(stderr=True)
    done = 0
    with console.status("") if console.is_terminal else nullcontext() as status:

        def count(where: str, more: int) -> None:
            nonlocal done
            done += more
            if status is not None:
                status.update(f"{done:,} {what} ({where})")

        yield count


def _console() -> Any:  # Any: rich's Console, which is imported when it is needed
    from rich.console import Console

    return Console(highlight=False)
