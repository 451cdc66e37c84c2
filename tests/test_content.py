"""The content at the root is the first project: it compiles without a word, and speaks both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import Node, lookup
from relasi.config.project import load
from relasi.config.stack import templates
from relasi.definitions import check_project, compile_project
from relasi.diagnostics import Diagnostic, Diagnostics
from relasi.schema.lint import lint
from relasi.schema.lint.allowances import without_allowed
from relasi.schema.model import Model
from relasi.schema.model.privacy import BECAUSE, RESTRICTED
from tests.serving import written_modules

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"en", "id"}


@pytest.fixture(scope="module")
def checked() -> tuple[Model | None, list[Diagnostic]]:
    found, diagnostics, _ = check_project(ROOT)
    return found, list(diagnostics)


@pytest.fixture(scope="module")
def model(checked: tuple[Model | None, list[Diagnostic]]) -> Model:
    found, _ = checked
    assert found is not None
    return found


def unlabelled(node: Node | None, *path: str) -> Iterator[str]:
    """What stands at a path of names (`*` for each) and has no label in every language."""
    if not isinstance(node, MappingNode):
        return
    if not path:
        label = lookup(node, ["label"])
        short = node if node.entries.keys() >= LANGUAGES else None
        written = label or short
        if not isinstance(written, MappingNode) or set(written.entries) != LANGUAGES:
            yield f"{node.span.file}:{node.span.line}"
        return
    first, *rest = path
    names = list(node.entries) if first == "*" else [first]
    for name in names:
        yield from unlabelled(lookup(node, [name]), *rest)


LABELLED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "entity": (
        (),
        ("fields", "*"),
        ("process",),
        ("process", "states", "*"),
        ("process", "moves", "*"),
        ("form", "*"),
        ("lists", "*"),
    ),
    "workflow": ((),),
    "department": ((),),
    "roles": (("*",),),
    "value_lists": (("*", "*"),),
}
"""By the kind of a document: what people see of it under a name of its own."""


def test_the_content_compiles_without_errors_and_warnings(
    checked: tuple[Model | None, list[Diagnostic]],
) -> None:
    found, diagnostics = checked
    assert (found is not None, diagnostics) == (True, [])


def test_everything_that_people_see_has_a_label_in_both_languages() -> None:
    documents = load(ROOT, Diagnostics()).documents
    missing = [
        place
        for document in documents
        for path in LABELLED.get(document.kind, ())
        for place in unlabelled(document.root, *path)
    ]
    assert missing == []


def test_every_entity_is_on_a_menu_or_in_a_table_of_another(model: Model) -> None:
    shown = {item.entity for department in model.departments.values() for item in department.menu}
    rows = {table.entity for entity in model.entities.values() for table in entity.tables.values()}
    assert shown | rows == model.entities.keys()


def test_every_field_that_people_fill_in_is_on_the_form(model: Model) -> None:
    absent = {
        f"{entity.name}.{field.name}"
        for entity in model.entities.values()
        for field in entity.own_fields
        if not field.computed
        and not (entity.process and field.name in (entity.process.field, entity.process.since))
        and field.name not in (RESTRICTED, BECAUSE)
        if field.name not in {name for section in entity.form for row in section.rows for name in row}
    }
    assert absent == set()


def test_every_department_opens_lists_that_its_roles_may_read(model: Model) -> None:
    unreadable = {
        f"{department.name}: {item.entity}"
        for department in model.departments.values()
        for item in department.menu
        for role in department.roles
        if not any(
            grant.read
            for name, grant in model.entities[item.entity].access.items()
            if name in model.roles[role].includes
        )
    }
    assert unreadable == set()


@pytest.mark.parametrize("template", templates(ROOT))
def test_every_template_compiles_without_errors_and_warnings(template: str, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    settings = f"crm: 1\nname: Mine\nbase: relasi\ntemplate: {template}\nlanguages: [en, id]\n"
    (tmp_path / "config" / "crm.yaml").write_text(settings, encoding="utf-8")
    found, diagnostics, project = compile_project(tmp_path)
    assert found is not None
    lint(found, project.documents, diagnostics)
    sources = {file: project.source(file) for file in project.contents}
    assert list(without_allowed(diagnostics, sources, is_complete=True)) == []


def _alone() -> Iterator[tuple[str, ...]]:
    """Each module with those that it needs, and none at all."""
    yield ()
    for name, written in written_modules(ROOT).items():
        yield (*written.get("needs", ()), name)


@pytest.mark.parametrize("template", ["", *templates(ROOT)])
@pytest.mark.parametrize("modules", list(_alone()), ids="-".join)
def test_each_module_does_without_the_others(modules: tuple[str, ...], template: str, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    settings = f"crm: 1\nname: Mine\nbase: relasi\nmodules: [{', '.join(modules)}]\nlanguages: [en, id]\n"
    settings += f"template: {template}\n" if template else ""
    (tmp_path / "config" / "crm.yaml").write_text(settings, encoding="utf-8")

    found, diagnostics, _ = compile_project(tmp_path)

    assert (found is not None, list(diagnostics)) == (True, [])
