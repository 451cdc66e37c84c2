"""Every lint finds what its example says, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.definitions import check_project
from relasi.schema.lint.registry import LINTS
from tests.schema.compiler.examples import PROJECTS, Example

EXAMPLES = sorted((PROJECTS / "lint").glob("*.yaml"))
OF_OTHER_EXAMPLES = ("no-label",)
"""The skeleton of all examples has no labels; one example is about that."""


def checked(example: Example, root: Path) -> list[str]:
    example.write(root)
    _, diagnostics, project = check_project(root)
    files = {part.file for part in example.parts}
    return list(example.found([each for each in diagnostics if each.span.file in files], project))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_gives_the_warnings_beside_its_lines(path: Path, tmp_path: Path) -> None:
    example = Example.read(path)
    wanted = {mark.split()[2] for mark in example.expected}
    found = [
        each
        for each in checked(example, tmp_path)
        if each.split()[2] in wanted or each.split()[2] not in OF_OTHER_EXAMPLES
    ]

    assert sorted(found) == sorted(example.expected)


def test_every_lint_has_an_example() -> None:
    shown = {mark.split()[2] for path in EXAMPLES for mark in Example.read(path).expected}

    assert shown == {*LINTS, "bad-allowance", "idle-allowance"}


@pytest.mark.parametrize("code", sorted(LINTS))
def test_every_lint_says_what_it_is_about(code: str) -> None:
    lint = LINTS[code]

    assert lint.title[0].isupper()
    assert not lint.title.endswith(".")
    assert lint.explanation.endswith(".")
    assert lint.example
