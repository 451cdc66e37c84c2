"""Every example of a mistake gets exactly the diagnostics beside it; every diagnostic has an example."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.schema.compiler.examples import PROJECTS, Example

EXAMPLES = sorted((PROJECTS / "invalid").glob("*.yaml"))
ENGINE = PROJECTS.parents[1] / "src" / "relasi"

# Diagnostics that no example can show, and why; tests/config has them.
WITHOUT_EXAMPLE = {
    "not-a-project": "its message holds the path of the folder",
    "missing-base": "an installation is broken",
    "changed-twice": "it takes three layers",
    "unreadable-file": "a file must be unreadable",
    "link-loop": "a folder must be linked",
    "not-utf-8": "the file must not be text",
    "file-too-big": "the file must have two megabytes",
    "yaml-syntax": "PyYAML must find what it does not find today",
}

REPORTERS = {
    "Diagnostic", "error", "warning", "wrong", "warn", "unknown", "pick", "problem", "report", "_refuse"
}  # fmt: skip


def codes_in(path: Path) -> Iterator[str]:
    """The codes that a module gives: an early argument of a reporting function, or the head of a tuple."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
            found, form = (node.args[:2] if name in REPORTERS else []), "[a-z]+(-[a-z0-9]+)*"
        elif isinstance(node, ast.Tuple):
            found, form = node.elts[:1], "[a-z]+(-[a-z]+)+"
        else:
            continue
        for each in found:
            if isinstance(each, ast.Constant) and re.fullmatch(form, str(each.value)):
                yield str(each.value)


CODES = {
    code
    for part in ("config", "schema")
    for path in (ENGINE / part).rglob("*.py")
    if path.parent.name != "lint"  # tests/schema/lint has them
    for code in codes_in(path)
}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_mistake_is_reported_as_the_example_says(path: Path, tmp_path: Path) -> None:
    example = Example.read(path)
    _, diagnostics, project = example.compile(tmp_path)
    assert sorted(example.found(diagnostics, project)) == sorted(example.expected)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_project_with_errors_makes_no_model(path: Path, tmp_path: Path) -> None:
    model, diagnostics, _ = Example.read(path).compile(tmp_path)
    assert (model is None) == any(each.severity == "error" for each in diagnostics)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_message_speaks_the_language_of_the_engine(path: Path, tmp_path: Path) -> None:
    _, diagnostics, _ = Example.read(path).compile(tmp_path)
    said = " ".join(f"{each.message} {each.help}" for each in diagnostics)
    assert (
        re.findall(r"Input should|\bNone\b|\bTrue\b|\bFalse\b|\bdict\b|\bstr\b|\bint\b|Value error", said)
        == []
    )


def test_every_diagnostic_has_an_example() -> None:
    marks = {mark for path in EXAMPLES for mark in Example.read(path).expected}
    shown = {mark.split()[2] for mark in marks}
    assert CODES - shown == WITHOUT_EXAMPLE.keys()


def test_a_mistake_in_the_settings_does_not_hide_those_in_other_files(tmp_path: Path) -> None:
    example = Example.read(PROJECTS / "invalid" / "settings.yaml")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "room.yaml").write_text("entity: room\nfields: {name: tekst}\n", encoding="utf-8")
    _, diagnostics, _ = example.compile(tmp_path)
    assert {each.span.file for each in diagnostics} == {"config/crm.yaml", "schema/room.yaml"}
