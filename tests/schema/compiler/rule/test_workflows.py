from __future__ import annotations

from pathlib import Path

import pytest

from relasi.schema.expressions import Expression, Template
from relasi.schema.model import (
    On,
    Repeat,
    Trigger,
    Workflow,
)
from relasi.workflows.actions.assign import Assign
from relasi.workflows.actions.create import CreateRecord
from relasi.workflows.actions.set_fields import SetFields
from relasi.workflows.actions.update import UpdateRecord
from relasi.workflows.choosing import AssignBy
from tests.schema.compiler.examples import PROJECTS, Example, model_of

GREET = "# workflows/greet.yaml\nworkflow: greet\nentity: guest\nwhen: created\ndo:\n  - set: {level: high}\n"


@pytest.fixture
def rule(tmp_path: Path) -> Workflow:
    model, _, _ = Example.read(PROJECTS / "valid" / "every_step.yaml").compile(tmp_path)
    assert model is not None
    return model.workflows["plan"]


def test_a_rule_waits_for_any_of_its_triggers(rule: Workflow) -> None:
    assert rule.triggers == (
        Trigger(On.CREATED),
        Trigger(On.UPDATED),
        Trigger(On.CHANGED, ("subject", "happened_at")),
    )


def test_a_rule_may_run_once_per_record(rule: Workflow) -> None:
    assert rule.repeat is Repeat.ONCE_PER_RECORD


def test_steps_keep_their_order_and_know_where_they_stand(rule: Workflow) -> None:
    assert [(type(step), step.path) for step in rule.steps] == [
        (SetFields, "do.0"),
        (Assign, "do.1"),
        (CreateRecord, "do.2"),
        (UpdateRecord, "do.3"),
    ]


def test_a_text_field_gets_a_template_and_every_other_field_an_expression(rule: Workflow) -> None:
    (step,) = (step for step in rule.steps if isinstance(step, SetFields))
    assert {each.field: type(each.value) for each in step.values} == {
        "subject": Template,
        "price": Expression,
        "happened_at": Expression,
        "about": Expression,
        "length": Expression,
    }


def test_an_assignment_says_to_whom_and_in_which_turn(rule: Workflow) -> None:
    (step,) = (step for step in rule.steps if isinstance(step, Assign))
    vacancy = step.vacancy
    assert (vacancy.to.role, vacancy.by, vacancy.field, vacancy.busy and vacancy.busy.text) == (
        "manager",
        AssignBy.ROUND_ROBIN,
        "owner",
        "status = planned",
    )


def test_an_update_knows_the_entity_behind_its_link(rule: Workflow) -> None:
    (step,) = (step for step in rule.steps if isinstance(step, UpdateRecord))
    assert (step.link, step.target) == ("guest", "guest")


@pytest.mark.parametrize(
    "same",
    [
        GREET.replace("when:", "\n\n# why\nwhen:  "),
        GREET.replace("{level: high}", "\n      level: high  # up"),
        GREET.replace("high", '"high"'),
    ],
    ids=["a comment", "another layout", "quotes"],
)
def test_the_version_stays_when_only_the_writing_changes(same: str, tmp_path: Path) -> None:
    before = model_of(tmp_path / "before", GREET).workflows["greet"].version
    assert model_of(tmp_path / "after", same).workflows["greet"].version == before


@pytest.mark.parametrize("other", [GREET.replace("high", "low"), GREET.replace("created", "updated")])
def test_the_version_changes_with_the_meaning(other: str, tmp_path: Path) -> None:
    before = model_of(tmp_path / "before", GREET).workflows["greet"].version
    assert model_of(tmp_path / "after", other).workflows["greet"].version != before


def test_the_fingerprint_of_the_model_changes_with_every_byte(tmp_path: Path) -> None:
    before = model_of(tmp_path / "before", GREET).fingerprint
    assert model_of(tmp_path / "after", GREET + "# a comment\n").fingerprint != before
