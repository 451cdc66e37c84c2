"""What a deployment remembers of its project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relasi.definitions import compile_project
from relasi.deploy import Stamp, apply, make_plan
from relasi.deploy.blueprint import Blueprint, blueprint_of
from relasi.platform.sql.database import Database
from relasi.schema.model import Model
from tests.builders import NOW, entity, model

CONTENT = Path(__file__).resolve().parents[2]
DESK = CONTENT / "tests" / "projects" / "complaint_desk"
CRM = CONTENT / "tests" / "projects" / "corteza_crm"


def compiled(root: Path) -> Model:
    found, diagnostics, _ = compile_project(root)
    assert found is not None, list(diagnostics)
    return found


@pytest.mark.parametrize("root", [CONTENT, DESK, CRM], ids=lambda root: root.name)
def test_a_whole_project_is_remembered_so_that_nothing_differs(root: Path, database: Database) -> None:
    project = compiled(root)
    apply(make_plan(project, database, now=NOW), project, database, Stamp("d1", NOW))
    assert make_plan(project, database, now=NOW).changes == ()


@pytest.mark.parametrize("root", [CONTENT, DESK, CRM], ids=lambda root: root.name)
def test_every_field_keeps_and_takes_the_same_values_once_it_was_read_again(root: Path) -> None:
    project = compiled(root)
    again = Blueprint.from_json(json.loads(json.dumps(blueprint_of(project).to_json())))
    for name, each in project.entities.items():
        for field in each.own_fields:
            kept = again.entities[name].fields[field.name]
            assert (kept.name, kept.storage(), kept.targets()) == (
                field.type.name,
                field.type.storage(),
                field.type.targets(),
            )
            assert kept.choices().keys() == field.type.choices().keys()


def test_options_are_remembered_with_their_words() -> None:
    level = {"type": "choice", "options": {"low": {"en": "Low", "id": "Rendah"}, "high": None}}
    project = model(entity("note", {"level": level}))
    again = Blueprint.from_json(blueprint_of(project).to_json())
    assert (
        again.entities["note"].fields["level"].choices()
        == project.entities["note"].fields["level"].type.choices()
    )


def test_the_first_state_is_remembered_for_records_without_one() -> None:
    project = model(entity("note", {}, states={"new": "open", "done": "done"}))
    again = Blueprint.from_json(blueprint_of(project).to_json())
    assert again.entities["note"].fields["status"].existing_rows == "new"
