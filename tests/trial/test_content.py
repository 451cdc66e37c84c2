"""The tests that Relasi ships pass, and between them they take every step and every branch of every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import pytest

from relasi.cli.start import start
from relasi.config.documents import Document
from relasi.config.project import base_content
from relasi.config.stack import TEMPLATES, templates
from relasi.definitions import compile_project
from relasi.diagnostics import Diagnostics
from relasi.schema.compiler.trial.trials import compile_trials
from relasi.schema.model import Model
from relasi.trial import coverage_of, perform, stage_of
from relasi.trial.stage import Stage
from tests.serving import written_modules


def _parts() -> Iterator[tuple[str, str]]:
    """A template, or none, and a part of its content: the core or a module of the base, all of a template."""
    yield from (("", module) for module in ("core", *written_modules(base_content())))
    yield from ((template, template) for template in templates(base_content()))


@dataclass(frozen=True, slots=True)
class Shipped:
    """The content of a template, or of none, and a stage for its tests."""

    model: Model
    documents: Sequence[Document]
    stage: Stage


@pytest.fixture(scope="module")
def ship(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Shipped]]:
    with ExitStack() as stages:

        @cache
        def ship(template: str) -> Shipped:
            root = tmp_path_factory.mktemp("shipped") / "mine"
            start(root, template or None, as_json=True)
            model, _, project = compile_project(root)
            assert model is not None
            stage = stages.enter_context(stage_of(model, lambda: project.documents))
            return Shipped(model, project.documents, stage)

        yield ship


@pytest.mark.parametrize(("template", "part"), list(_parts()))
def test_all_that_is_shipped_is_tested(ship: Callable[[str], Shipped], template: str, part: str) -> None:
    shipped = ship(template)
    own = {each.span.file for each in shipped.documents if _part_of(each.span.file) == part}
    rules = {each.name for each in shipped.documents if each.kind == "workflow" and each.span.file in own}
    trials = compile_trials(shipped.model, shipped.documents, Diagnostics())
    outcomes = [perform(shipped.stage, each) for each in trials if _part_of(each.span.file) == part]

    failed = [f"{each.trial.name}: {failure.message}" for each in outcomes for failure in each.failures]
    traces = [trace for each in outcomes for trace in each.traces]
    never = {name: coverage_of(shipped.model.workflows[name], traces).never for name in rules}
    assert (failed, {name: paths for name, paths in never.items() if paths}) == ([], {})


def _part_of(file: str) -> str:
    """`relasi:workflows/sales/x.yaml` -> sales, `relasi:schema/x.yaml` -> core; of a template, its name."""
    path = file.partition(":")[2]
    if path.startswith(f"{TEMPLATES}/"):
        return path.split("/")[2]
    folders = path.split("/")[1 if path.startswith(("schema", "workflows")) else 2 : -1]
    return folders[0] if folders else "core"
