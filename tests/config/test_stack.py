"""Which layers a project's settings ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.config.nodes import plain
from relasi.config.project import Project, load
from relasi.config.stack import templates
from relasi.diagnostics import Diagnostic, Diagnostics

ON_BASE = "crm: 1\nname: Mine\nbase: relasi\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(
        tmp_path / "base",
        {
            "config/crm.yaml": "crm: 1\nname: Base\n",
            "config/templates/homes/schema/visit.yaml": "extend: visit\nlabel: Viewing\n",
            "config/templates/homes/schema/home.yaml": "entity: home\n",
            "config/templates/clinics/schema/patient.yaml": "entity: patient\n",
            "schema/visit.yaml": "entity: visit\nlabel: Visit\nicon: place\n",
        },
    )


def loaded(
    base: Path, settings: str, files: dict[str, str] | None = None
) -> tuple[Project, list[Diagnostic]]:
    root = write(base.parent / "mine", {"config/crm.yaml": settings, **(files or {})})
    diagnostics = Diagnostics()
    return load(root, diagnostics, base=base), list(diagnostics)


def test_a_template_lies_between_the_base_and_the_project(base: Path) -> None:
    overlay = "extend: visit\nicon: home\n"
    project, found = loaded(base, f"{ON_BASE}template: homes\n", {"schema/visit.yaml": overlay})
    documents = {each.name: each for each in project.documents}

    assert found == []
    assert plain(documents["visit"].root) == {"entity": "visit", "label": "Viewing", "icon": "home"}
    assert documents["home"].layer == "homes"


def test_files_of_a_template_are_named_by_their_place_in_the_base(base: Path) -> None:
    project, _ = loaded(base, f"{ON_BASE}template: homes\n")

    assert {each.file for each in project.documents if each.layer == "homes"} == {
        "relasi:config/templates/homes/schema/home.yaml"
    }


def test_a_template_is_left_alone_where_nobody_asks_for_it(base: Path) -> None:
    project, found = loaded(base, ON_BASE)

    assert found == []
    assert {each.name for each in project.documents} == {"crm", "visit"}


@pytest.mark.parametrize(
    ("settings", "line", "suggestion"),
    [
        (f"{ON_BASE}template: home\n", 4, "homes"),
        (f"{ON_BASE}template: banks\n", 4, None),
        (f"{ON_BASE}template: [homes]\n", 4, None),
        ("crm: 1\nname: Mine\ntemplate: homes\n", 3, None),
    ],
    ids=["misspelt", "unknown", "not a name", "without a base"],
)
def test_a_template_that_cannot_be_had_is_one_error(
    base: Path, settings: str, line: int, suggestion: str | None
) -> None:
    project, found = loaded(base, settings)

    assert [(each.code, each.span.line, each.suggestion) for each in found] == [
        ("unknown-template", line, suggestion)
    ]
    assert project.documents == ()


def test_the_templates_of_a_content_are_its_folders(base: Path, tmp_path: Path) -> None:
    assert templates(base) == ("clinics", "homes")
    assert templates(tmp_path) == ()
