"""The complaint desk against the documents that it was said after: nothing is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from relasi.definitions import compile_project
from relasi.schema.model import Model
from tests.importing.open_data import ROOT
from tests.translated.generated import PROJECTS

SOURCE = ROOT / "schemas" / "frappe_complaints"
pytestmark = pytest.mark.skipif(not SOURCE.is_dir(), reason="the shared schemas are not here")

_SINGLE = (
    "a page of settings with keys of other services: no entity has exactly one record, no field a secret"
)
NOT_SAID = {
    "complaint_ai_settings": _SINGLE,
    "complaint_notification_settings": _SINGLE,
}
"""Documents that the project does not have, and why."""

ROWS = {"complaint_case.assignments": "complaint_assignment", "complaint_case.updates": "complaint_update"}
"""Tables of child rows, and whose records they are here."""

ADDED = {
    "complaint_assignment.complaint_case",
    "complaint_update.complaint_case",
    "complaint_case.status_since",
}
"""The rows' own link to what they belong to, and what a process keeps of itself."""

RENAMED = {"user": "user_account"}
"""In expressions, "user" is whoever asks."""

EVERYBODY_CHOOSES = {"complaint_category", "government_entity"}
"""Citizens name them in a case, so they read those in use; the source's web form went past its own rights."""

LAYOUT = {"Section Break", "Column Break", "Tab Break"}
TYPES = {
    "Data": {"text", "email", "phone", "series"},
    "Select": {"choice"},
    "Check": {"boolean"},
    "Int": {"number"},
    "Float": {"decimal"},
    "Date": {"date"},
    "Datetime": {"datetime"},
    "Small Text": {"long_text"},
    "Text": {"long_text"},
    "Text Editor": {"rich_text"},
    "Code": {"json"},
    "Attach": {"files"},
    "Rating": {"rating"},
    "Link": {"link", "user"},
}
"""By the type in the source: the types that say the same, and more."""

Document = dict[str, Any]  # Any: JSON of the source


@cache
def documents() -> dict[str, Document]:
    """By the name of the entity, without those that are not said."""
    found = {}
    for path in sorted(SOURCE.glob("*/*/doctype/*/*.json")):
        if path.stem not in NOT_SAID:
            found[_neutral(path.stem)] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _neutral(name: str) -> str:
    """What the source calls after a technique is called after its use here."""
    return "_".join("assistant" if part == "ai" else part for part in name.split("_"))


def fields() -> Iterator[tuple[str, str, Document]]:
    """(entity, field, its definition), without layout and tables."""
    for entity, document in documents().items():
        for field in document["fields"]:
            name = _neutral(field["fieldname"])
            if field["fieldtype"] not in LAYOUT and f"{entity}.{name}" not in ROWS:
                yield entity, RENAMED.get(name, name), field


@pytest.fixture(scope="module")
def model() -> Model:
    model, diagnostics, _ = compile_project(PROJECTS / "complaint_desk")
    assert model is not None, list(diagnostics)
    return model


def test_every_document_is_an_entity(model: Model) -> None:
    assert (set(documents()), len(documents())) == (set(model.entities), 10)


def test_every_field_is_there_or_named_with_the_reason(model: Model) -> None:
    own = {f"{each.name}.{field.name}" for each in model.entities.values() for field in each.own_fields}
    assert own - ADDED == {f"{entity}.{name}" for entity, name, _ in fields()}


def test_every_table_of_child_rows_is_there(model: Model) -> None:
    tables = {
        f"{each.name}.{table.name}": table.entity
        for each in model.entities.values()
        for table in each.tables.values()
    }
    assert tables == ROWS


def test_every_field_has_a_type_of_its_kind(model: Model) -> None:
    wrong = {
        f"{entity}.{name}: {field['fieldtype']} -> {found.type.name}"
        for entity, name, field in fields()
        if (found := model.entities[entity].fields[name]).type.name not in TYPES[field["fieldtype"]]
    }
    assert wrong == set()


def test_options_are_read_as_before(model: Model) -> None:
    wrong = {
        f"{entity}.{name}"
        for entity, name, field in fields()
        if field["fieldtype"] == "Select"
        if [option.label["en"] for option in model.entities[entity].fields[name].type.choices().values()]
        != field["options"].split("\n")
    }
    assert wrong == set()


def test_what_was_required_is_required(model: Model) -> None:
    state = model.entities["complaint_case"].process
    said = {
        f"{entity}.{name}"
        for entity, name, _ in fields()
        if model.entities[entity].fields[name].type.required or (state is not None and name == state.field)
    }
    wanted = {f"{entity}.{name}" for entity, name, field in fields() if field.get("reqd")}
    assert wanted - said == set()


def test_the_process_has_the_same_states_and_transitions(model: Model) -> None:
    flow = json.loads((SOURCE / "fixtures" / "workflow.json").read_text(encoding="utf-8"))[0]
    process = model.entities["complaint_case"].process
    assert process is not None
    label = {name: state.label["en"] for name, state in process.states.items()}
    transitions = {
        (label[source], move.label["en"], label[move.target], model.roles[role].label["en"])
        for move in process.moves
        for source in move.sources
        for role in move.who
    }
    wanted = {
        (each["state"], each["action"], each["next_state"], each["allowed"]) for each in flow["transitions"]
    }
    assert (list(label.values()), transitions) == ([each["state"] for each in flow["states"]], wanted)
    assert (len(label), len(wanted)) == (9, 30)


def test_each_role_may_do_what_it_might(model: Model) -> None:
    wrong = {
        (entity, role.name, verb)
        for entity, document in documents().items()
        for role in model.roles.values()
        for verb, word in (("read", "read"), ("create", "create"), ("update", "write"), ("delete", "delete"))
        if not role.everything and not document.get("istable") and entity not in EVERYBODY_CHOOSES
        if _granted(model, entity, role.name, verb) != _permitted(document, role.label["en"], word)
    }
    assert wrong == set()


def _granted(model: Model, entity: str, role: str, verb: str) -> bool:
    grant = model.entities[entity].access.get(role)
    return grant is not None and getattr(grant, verb) is not False


def _permitted(document: Document, role: str, word: str, level: int = 0) -> bool:
    rules = document.get("permissions", [])
    return any(
        each["role"] == role and each.get("permlevel", 0) == level and each.get(word) for each in rules
    )


def test_fields_behind_a_permission_level_are_hidden_from_roles_without_it(model: Model) -> None:
    case, document = model.entities["complaint_case"], documents()["complaint_case"]
    behind = [(name, field["permlevel"]) for entity, name, field in fields() if field.get("permlevel")]
    wrong = {
        (name, role)
        for name, level in behind
        for role, grant in case.access.items()
        if (name in grant.hidden) == _permitted(document, model.roles[role].label["en"], "read", level)
    }
    assert (len(behind), wrong) == (25, set())
