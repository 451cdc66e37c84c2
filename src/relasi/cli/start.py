"""`relasi init`: a small project on top of the content that Relasi brings along."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.config.documents import SETTINGS_FILE
from relasi.config.project import base_content, load
from relasi.config.stack import templates
from relasi.diagnostics import Diagnostics, nearest

_NAMES = {"gitignore": ".gitignore"}
"""A file that a wheel or a repository would take for its own has another name in the package."""
_BEFORE = b"name: "
"""The line of the settings before which the template is written."""
_OPEN = b"# modules: "
"""The line that becomes that of the modules."""
_PORTAL = "portal"
"""The app of all departments."""


def start(directory: Path, template: str | None, modules: str | None = None, *, as_json: bool) -> None:
    """Overwrites nothing. `modules` are names with commas between them; None is all of them. Raises StopError
    for an unknown template or module and for a folder with anything in it."""
    if template is not None:
        _demand_known(template)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StopError(f"{directory} is not empty. Name a new folder; nothing was written.")
    files = dict(_starter())
    files[SETTINGS_FILE] = _settings(files[SETTINGS_FILE], template, modules)
    files |= _apps(_departments(directory, files[SETTINGS_FILE]))
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


def _settings(blank: bytes, template: str | None, modules: str | None) -> bytes:
    """Those of a new project, with the lines that were asked for."""
    lines = []
    for line in blank.splitlines(keepends=True):
        if template is not None and line.startswith(_BEFORE):
            lines.append(
                _line(f"template: {template}", "an industry's additions, between that CRM and yours")
            )
        if modules is not None and line.startswith(_OPEN):
            names = ", ".join(each.strip() for each in modules.split(","))
            line = _line(f"modules: [{names}]", "the parts that you use: relasi show modules")
        lines.append(line)
    return b"".join(lines)


def _line(setting: str, why: str) -> bytes:
    return f"{setting:<32}# {why}\n".encode()


def _departments(directory: Path, settings: bytes) -> set[str]:
    """Those of a project with these settings. Raises StopError for settings that mean nothing."""
    diagnostics = Diagnostics()
    project = load(directory, diagnostics, drafts={SETTINGS_FILE: settings})
    for each in diagnostics:
        hint = f"Is {each.suggestion} meant?" if each.suggestion else f"{_sentence(each.help)}."
        raise StopError(f"{_sentence(each.message)}. {hint}", USED_WRONGLY)
    return {each.name for each in project.documents if each.kind == "department"}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


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


def _apps(departments: Collection[str]) -> dict[str, bytes]:
    """The app of all departments, and those of each that has its own."""
    files = (base_content() / "apps").glob("*.py")
    return {f"apps/{each.name}": each.read_bytes() for each in files if each.stem in {_PORTAL, *departments}}
