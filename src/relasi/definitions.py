"""From the folder of a project to its Model, with all that is wrong on the way. No database is touched."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from relasi.config.documents import Document, Home
from relasi.config.files import Drafts
from relasi.config.nodes import Mapping
from relasi.config.parsed import ParsedFiles
from relasi.config.project import Project, load
from relasi.config.stack import BASE
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics
from relasi.messages.letterhead import check_letterhead
from relasi.sample.check import check_sample
from relasi.schema.compiler import compile_model
from relasi.schema.lint import lint
from relasi.schema.lint.allowances import without_allowed
from relasi.schema.model import Model, Workflow
from relasi.workflows.actions.registry import ACTIONS

_NONE: Drafts = MappingProxyType({})

Compiled = tuple[Model | None, Diagnostics, Project]


def compile_project(root: Path, parsed: ParsedFiles | None = None, drafts: Drafts = _NONE) -> Compiled:
    """The Model of a project, None where it has errors. They are in the diagnostics, with warnings.

    `parsed` and `drafts` are as in `load`.
    """
    with _no_collecting():
        return _compiled(root, parsed, drafts)


def _compiled(root: Path, parsed: ParsedFiles | None, drafts: Drafts) -> Compiled:
    diagnostics = Diagnostics()
    project = load(root, diagnostics, parsed=parsed, drafts=drafts)
    model = None
    if project.documents:
        model = compile_model(
            project.documents,
            diagnostics,
            project.fingerprint,
            steps=ACTIONS,
            broken=project.broken,
            absent=project.absent,
        )
    if model is not None:
        check_sample(model, project.documents, diagnostics)
    return None if diagnostics.has_errors else model, diagnostics, project


def check_project(root: Path, parsed: ParsedFiles | None = None, drafts: Drafts = _NONE) -> Compiled:
    """As `compile_project`, with what the lints find and without what the author allows.

    Warnings about files of the layers below are left out: whoever checks a project cannot mend those.
    """
    with _no_collecting():
        model, diagnostics, project = _compiled(root, parsed, drafts)
        if model is not None:
            check_letterhead(model.settings, root, project.documents, diagnostics)
            lint(model, project.documents, diagnostics)
    own = Diagnostics()
    for each in diagnostics:
        if each.severity == "error" or not each.span.file.startswith(f"{BASE}:"):
            own.add(each)
    sources = {file: project.source(file) for file in project.contents if not file.startswith(f"{BASE}:")}
    return model, without_allowed(own, sources, is_complete=model is not None), project


def documents_of(root: Path) -> Sequence[Document]:
    """What a project is made of, as it is on the disk."""
    return load(root, Diagnostics()).documents


def recompiled(documents: Callable[[], Sequence[Document]], name: str, written: Any) -> Workflow | None:
    """A workflow of an older definition, within the rest of a project; None where it does not fit in.

    `written` is the definition as plain data.
    """
    home, diagnostics = Home("workflow", name), Diagnostics()
    root = read(json.dumps(written), name, diagnostics)
    if not isinstance(root, Mapping):
        return None
    others = [each for each in documents() if each.home != home]
    model = compile_model(
        [*others, Document("workflow", name, root, "kept", root.span)], diagnostics, "", steps=ACTIONS
    )
    return None if model is None else model.workflows.get(name)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Holds the garbage collector off: again and again it would search a heap of objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
