"""`relasi init`: a small project on top of the content that Relasi brings along."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.terminal import StopError, say
from relasi.config.project import base_content

_NAMES = {"gitignore": ".gitignore"}
"""A file that a wheel or a repository would take for its own has another name in the package."""


def start(directory: Path, *, as_json: bool) -> None:
    """Raises StopError for a folder with anything in it: nothing is overwritten."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StopError(f"{directory} is not empty. Name a new folder; nothing was written.")
    written = sorted({**dict(_starter()), **dict(_apps())}.items())
    for name, content in written:
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    if as_json:
        terminal.as_json({"directory": str(directory), "files": [name for name, _ in written]})
        return
    say(f"A new project is in {directory}. Next:")
    say(f"  cd {directory}")
    say("  relasi run")


def _starter() -> Iterator[tuple[str, bytes]]:
    """Path in the project -> content."""
    root = resources.files("relasi.starter")
    for path, file in _files(root, ""):
        if not path.endswith((".py", ".pyc")):
            yield path, file.read_bytes()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _files(each, f"{prefix}{each.name}/")
        else:
            yield prefix + _NAMES.get(each.name, each.name), each


def _apps() -> Iterator[tuple[str, bytes]]:
    for file in sorted((base_content() / "apps").glob("*.py")):
        yield f"apps/{file.name}", file.read_bytes()
