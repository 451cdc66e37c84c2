"""`relasi show`: what the layers add up to, and where each value was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import show as show_diagnostics
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.config.documents import Document
from relasi.config.nodes import plain
from relasi.config.outline import Part, UnknownPath, find, lines, values
from relasi.config.project import load
from relasi.diagnostics import Diagnostics, Span

_FARTHEST = 72
_MOST_KNOWN = 30


def show(root: Path, path: str | None, *, origin: bool, as_json: bool) -> None:
    """A project with mistakes is shown as far as it can be read. Raises StopError for an unknown path."""
    documents = _documents(root)
    if path is None:
        _list(documents, as_json=as_json)
        return
    try:
        part = find(documents, path)
    except UnknownPath as error:
        raise StopError(_told(error), USED_WRONGLY) from None
    if as_json:
        terminal.as_json(_origins(part) if origin else plain(part.node))
    else:
        _print(part, origin=origin)


def _documents(root: Path) -> Sequence[Document]:
    diagnostics = Diagnostics()
    project = load(root, diagnostics)
    if not project.documents:
        show_diagnostics(diagnostics, project.source)
        raise StopError("There is nothing to show.")
    return project.documents


def _list(documents: Sequence[Document], *, as_json: bool) -> None:
    if as_json:
        terminal.as_json(
            [
                {"kind": each.kind, "name": each.name, "layer": each.layer, "file": each.file}
                for each in documents
            ]
        )
        return
    ordered = sorted(documents, key=lambda each: (each.kind, each.name))
    terminal.table(("Kind", "Name", "Defined in"), [(each.kind, each.name, each.file) for each in ordered])


def _print(part: Part, *, origin: bool) -> None:
    shown = list(lines(part))
    width = max((len(each.text) for each in shown if each.span and len(each.text) <= _FARTHEST), default=0)
    for line in shown:
        if origin and line.span:
            say(line.text.ljust(width), (f"  # {_place(line.span)}", "dim"))
        else:
            say(line.text)


def _origins(part: Part) -> list[dict[str, object]]:
    return [
        {
            "path": ".".join([*part.trail, *trail]),
            "value": plain(node),
            "file": node.span.file,
            "line": node.span.line,
        }
        for trail, node in values(part)
    ]


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"


def _told(error: UnknownPath) -> str:
    if error.near:
        return f"There is no {error.path}. Is {error.near} meant?"
    if not error.known:
        return f"There is no {error.path}: nothing stands below that value."
    listed = ", ".join(error.known[:_MOST_KNOWN]) + (", …" if len(error.known) > _MOST_KNOWN else "")
    return f"{error.path} is not the name of one thing. Known there: {listed}."
