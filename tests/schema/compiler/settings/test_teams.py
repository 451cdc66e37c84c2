"""Teams form a tree, which access rules and conditions ask about."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.definitions import compile_project
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.expressions.types import Boolean
from relasi.schema.model import Grant, Model
from relasi.schema.scope import ModelScope
from relasi.schema.words import ModelLabels
from tests.records.world import PLATFORM, SETTINGS

TEAMS = """
teams:
  west_city: {below: west}
  head: {label: {en: Head office, id: Kantor pusat}}
  west: {below: head}
  east: {below: head}
"""
NOTE = "entity: note\nfields: {title: text, owner: user, done: boolean}\n"


def project(root: Path, access: str = "", teams: str = TEAMS) -> Path:
    files = {
        "config/crm.yaml": SETTINGS,
        "config/platforms/local.yaml": PLATFORM,
        "config/roles.yaml": "roles: {agent: {}}\n",
        "config/teams.yaml": teams,
        "schema/note.yaml": NOTE + access,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.lstrip(), encoding="utf-8")
    return root


def compiled(root: Path, access: str = "") -> Model:
    model, diagnostics, _ = compile_project(project(root, access))
    assert model is not None, [str(each) for each in diagnostics]
    return model


def grant(root: Path, read: str) -> Grant:
    return compiled(root, f"access:\n  agent: {{read: {read}}}\n").entities["note"].access["agent"]


def test_a_team_knows_all_that_stand_below_it_wherever_they_are_written(tmp_path: Path) -> None:
    teams = compiled(tmp_path).teams
    assert teams["head"].branch == {"head", "west", "west_city", "east"}
    assert teams["west"].branch == {"west", "west_city"}
    assert teams["east"].branch == {"east"}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("team", "(owner.team = user.team and user.team is not empty)"),
        ("tree", "under(owner.team, user.team)"),
        ("own or tree", "owner = user or under(owner.team, user.team)"),
        ("done or owner.team = west", "done or owner.team = west"),
    ],
)
def test_the_words_for_whose_records_are_conditions(tmp_path: Path, read: str, text: str) -> None:
    right = grant(tmp_path, read).read
    assert isinstance(right, Expression)
    assert right.text == text


def test_a_mistyped_team_in_a_condition_gets_the_nearest_one(tmp_path: Path) -> None:
    _, diagnostics, _ = compile_project(project(tmp_path, "access:\n  agent: {read: owner.team = wets}\n"))
    (problem,) = diagnostics
    assert problem.suggestion == "west"


def test_where_nobody_asks_teams_are_not_known(tmp_path: Path) -> None:
    model = compiled(tmp_path)
    with pytest.raises(ExpressionError, match="who is in which team is not known here"):
        Expression.parse("owner.team = west", ModelScope(model, "note", has_user=False), Boolean())


def test_without_teams_nobody_can_ask_for_one(tmp_path: Path) -> None:
    root = project(tmp_path, "access:\n  agent: {read: tree}\n")
    (root / "config/teams.yaml").unlink()
    model, diagnostics, _ = compile_project(root)
    assert model is None
    assert {problem.help for problem in diagnostics} == {"define them in config/teams.yaml"}


def test_a_broken_file_of_teams_is_reported_once(tmp_path: Path) -> None:
    root = project(tmp_path, "access:\n  agent: {read: tree}\n")
    (root / "config/teams.yaml").write_text("teams: {west: [", encoding="utf-8")
    _, diagnostics, _ = compile_project(root)
    assert {problem.span.file for problem in diagnostics} == {"config/teams.yaml"}


def test_a_condition_on_teams_is_told_with_their_labels(tmp_path: Path) -> None:
    model = compiled(tmp_path)
    scope = ModelScope(model, "note")
    condition = Expression.parse("owner.team = head and under(owner.team, user.team)", scope, Boolean())
    assert condition.describe("id", ModelLabels(model, "id")) == (
        "tim Owner adalah Kantor pusat dan tim Owner adalah tim pengguna saat ini atau di bawahnya"
    )
