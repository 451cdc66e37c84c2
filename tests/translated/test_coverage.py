"""docs/coverage.md says what is true: its counts are those of its tables, and its fields are fields."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from relasi.schema.fields.registry import TYPES
from relasi.schema.spec.entity import EntitySpec, GrantSpec, ListSpec
from relasi.schema.spec.process import ProcessSpec
from relasi.schema.spec.project import DepartmentSpec
from relasi.schema.spec.workflow import WorkflowSpec
from relasi.workflows.actions.assign import AssignStep

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "coverage.md").read_text(encoding="utf-8")
SUMMARY, *FAMILIES = re.split("(?m)^## ", PAGE)
ANSWERS = ("yes", "differently", "not yet")
FIELDS = sorted(set(re.findall("`({type: .*?})`", PAGE)))
SPECS = (WorkflowSpec, AssignStep, DepartmentSpec, ListSpec, GrantSpec, ProcessSpec, EntitySpec)
KEYS: dict[str, Any] = {  # Any: what pydantic takes for a type
    field.alias or name: field.annotation for spec in SPECS for name, field in spec.model_fields.items()
}
LINES = sorted(line for line in set(re.findall("`([a-z]+: .*?)`", PAGE)) if line.partition(":")[0] in KEYS)


def cells(text: str) -> list[list[str]]:
    """The rows of the tables in a text, without their heads."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0] not in {"Feature", "Family"}]


def counted(family: str) -> list[str]:
    answers = Counter(row[1] for row in cells(family))
    return [str(answers.total()), *(str(answers[each]) for each in ANSWERS)]


def test_each_feature_has_one_of_the_three_answers() -> None:
    assert {row[1] for family in FAMILIES for row in cells(family)} == set(ANSWERS)


def test_the_counts_at_the_top_are_those_of_the_tables() -> None:
    families = {family.splitlines()[0]: counted(family) for family in FAMILIES}
    everything = [str(sum(map(int, column))) for column in zip(*families.values(), strict=True)]
    assert {row[0]: row[1:] for row in cells(SUMMARY)} == {**families, "all": everything}


@pytest.mark.parametrize("line", FIELDS)
def test_each_field_can_be_written_so(line: str) -> None:
    written = yaml.safe_load(line)
    TYPES[written["type"]].model_validate(written)


@pytest.mark.parametrize("line", LINES)
def test_each_key_can_be_written_so(line: str) -> None:
    ((key, written),) = yaml.safe_load(line).items()
    TypeAdapter(KEYS[key]).validate_python(written)
