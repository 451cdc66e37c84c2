"""`relasi check`, and the project that every other command works in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from relasi.cli import terminal
from relasi.cli.terminal import STOPPED, StopError, say
from relasi.config.parsed import ParsedFiles
from relasi.config.project import Project, load
from relasi.definitions import check_project, compile_project
from relasi.diagnostics import Diagnostics, LineKind, SourceOf, layout, to_json
from relasi.schema.model import Model

if TYPE_CHECKING:  # opening a database takes longer to load than most commands take to run
    from relasi.runtime import Crm

_PAUSE = 0.5
"""Seconds between two looks at the files."""
_STYLES: dict[LineKind, tuple[str, str]] = {
    "headline": ("bold red", "bold"),
    "location": ("blue", ""),
    "gap": ("blue", ""),
    "source": ("blue", ""),
    "mark": ("blue", "bold red"),
    "note": ("blue", ""),
    "help": ("blue", "cyan"),
}
"""A kind of line -> the styles of its gutter and of its text."""


def check(root: Path, *, strict: bool, as_json: bool) -> int:
    """The exit code: 1 where there are errors, or warnings if `strict`."""
    model, diagnostics, project = check_project(_folder(root))
    if as_json:
        problems = [to_json(each, project.source) for each in diagnostics]
        terminal.as_json({"problems": problems, "errors": _errors(diagnostics), **_sizes(model)})
    else:
        show(diagnostics, project.source)
        say(_summary(model, diagnostics))
    return STOPPED if diagnostics.has_errors or (strict and len(diagnostics)) else 0


def watch(root: Path) -> NoReturn:
    """Checks whenever a file has changed, until somebody stops it."""
    parsed = ParsedFiles()
    seen = ""
    while True:
        fingerprint = load(_folder(root), Diagnostics(), parsed=parsed).fingerprint
        if fingerprint != seen:
            seen = fingerprint
            model, diagnostics, project = check_project(root, parsed)
            show(diagnostics, project.source)
            say((f"{datetime.now().astimezone():%H:%M:%S} ", "dim"), _summary(model, diagnostics))
        time.sleep(_PAUSE)


def _folder(root: Path) -> Path:
    if not root.is_dir():
        raise StopError(f"There is no folder {root}.")
    return root


def compiled(root: Path) -> tuple[Model, Project]:
    """The project's Model. Shows what is wrong with a project that does not compile, and raises StopError."""
    model, diagnostics, project = compile_project(_folder(root))
    if model is None:
        show(diagnostics, project.source)
        raise StopError(f"The project has {_counted(_errors(diagnostics), 'error')}; nothing was done.")
    return model, project


@contextmanager
def opened(root: Path) -> Iterator[Crm]:
    """The project's CRM; as `compiled`."""
    from relasi.runtime import open_model

    model, project = compiled(root)
    crm = open_model(root, model, documents=lambda: project.documents)
    try:
        yield crm
    finally:
        crm.close()


def show(diagnostics: Diagnostics, source: SourceOf) -> None:
    for each in diagnostics:
        for line in layout(each, source):
            gutter, text = _STYLES[line.kind]
            is_warning = line.kind == "headline" and each.severity == "warning"
            start = line.gutter if line.text else line.gutter.rstrip()
            say((start, "bold yellow" if is_warning else gutter), (line.text, text))
        say("")


def _summary(model: Model | None, diagnostics: Diagnostics) -> str:
    errors = _errors(diagnostics)
    warnings = len(diagnostics) - errors
    found = [_counted(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number]
    sizes = ", ".join(_counted(number, word) for word, number in _sizes(model).items())
    return f"{sizes}: {' and '.join(found) or 'no problems'}" if sizes else f"{' and '.join(found)} found"


def _sizes(model: Model | None) -> dict[str, int]:
    if model is None:
        return {}
    return {
        "entities": len(model.entities),
        "workflows": len(model.workflows),
        "departments": len(model.departments),
    }


def _errors(diagnostics: Diagnostics) -> int:
    return sum(each.severity == "error" for each in diagnostics)


def _counted(number: int, word: str) -> str:
    """`1 error`, `7 entities`; the word may come in either number."""
    one = word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")
    many = one.removesuffix("y") + "ies" if one.endswith("y") else one + "s"
    return f"{number} {one if number == 1 else many}"
