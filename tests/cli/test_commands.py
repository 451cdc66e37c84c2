from __future__ import annotations

from typing import Any

import typer

from relasi.cli.commands import app

SERVING = {"run", "worker"}
"""They go on until somebody stops them."""
ASKING = {
    *("apply", "undo", "import", "restore", "copy", "encryption rotate"),
    *("key revoke", "person erase", "privacy erase-due", "user disable", "user drop-second-factor"),
    *("user unlink", "merge"),
}
"""They take something away, or put something else in its place."""


def commands(group: Any, before: str = "") -> dict[str, Any]:  # Any: click's, which typer brings along
    """By what people type."""
    found: dict[str, Any] = {}
    for name, each in group.commands.items():
        typed = f"{before} {name}".strip()
        found |= commands(each, typed) if hasattr(each, "commands") else {typed: each}
    return found


def options(command: Any) -> set[str]:  # Any: as above
    return {option for each in command.params for option in each.opts}


def test_every_command_that_prints_can_print_data() -> None:
    known = commands(typer.main.get_command(app))
    assert {name for name, each in known.items() if "--json" not in options(each)} == SERVING


def test_every_command_that_takes_something_away_asks_unless_told_not_to() -> None:
    known = commands(typer.main.get_command(app))
    assert {name for name, each in known.items() if "--yes" in options(each)} == ASKING


def test_every_command_says_what_it_does() -> None:
    assert [name for name, each in commands(typer.main.get_command(app)).items() if not each.help] == []
