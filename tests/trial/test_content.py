"""The tests that Relasi ships pass, and between them they take every step and every branch of every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.definitions import compile_project
from relasi.diagnostics import Diagnostics
from relasi.schema.compiler.trials import compile_trials
from relasi.trial import coverage_of, perform, stage_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "template", ["", *sorted(each.name for each in (ROOT / "config/templates").iterdir())]
)
def test_all_that_is_shipped_is_tested(template: str, relasi_project: Path) -> None:
    model, _, project = compile_project(relasi_project)
    assert model is not None
    trials = compile_trials(model, project.documents, Diagnostics())
    with stage_of(model, lambda: project.documents) as stage:
        outcomes = [perform(stage, each) for each in trials]

    failed = [f"{each.trial.name}: {failure.message}" for each in outcomes for failure in each.failures]
    traces = [trace for each in outcomes for trace in each.traces]
    never = {name: coverage_of(rule, traces).never for name, rule in model.workflows.items()}
    assert (failed, {name: paths for name, paths in never.items() if paths}) == ([], {})


@pytest.fixture
def relasi_project(template: str, tmp_path: Path) -> Path:
    from relasi.cli.start import start

    start(tmp_path / "mine", template or None, as_json=True)
    return tmp_path / "mine"
