"""`relasi init`: a small project on top of the content that Relasi brings along."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.config.documents import SETTINGS_FILE
from relasi.config.project import base_content
from relasi.config.stack import templates
from relasi.diagnostics import nearest

_NAMES = {"gitignore": ".gitignore"}
"""A file that a wheel or a repository would take for its own has another name in the package."""
_BEFORE = b"name: "
"""The line of the settings before which the template is written."""


def start(directory: Path, template: str | None, *, as_json: bool) -> None:
    """Overwrites nothing. Raises StopError for an unknown template and for a folder with anything in it."""
    if template is not None:
        _demand_known(template)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StopError(f"{directory} is not empty. Name a new folder; nothing was written.")
    files = {**dict(_starter()), **dict(_apps())}
    if template is not None:
        files[SETTINGS_FILE] = files[SETTINGS_FILE].replace(_BEFORE, _setting(template) + _BEFORE, 1)
    written = sorted(files.items())
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


def _demand_known(template: str) -> None:
    known = templates(base_content())
    if template not in known:
        near = nearest(template, known)
        hint = f"Is {near} meant?" if near else f"There are: {', '.join(known)}."
        raise StopError(f"There is no template {template}. {hint}", USED_WRONGLY)


def _setting(template: str) -> bytes:
    return (
        f"{f'template: {template}':<32}# an industry's additions, between that CRM and your files\n".encode()
    )


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
