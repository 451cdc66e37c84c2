"""Whom and what a change meets: lists, forms, workflows, people."""

from __future__ import annotations

from pathlib import Path

from relasi.deploy import Stamp, apply, make_plan
from relasi.deploy.impact import Impact
from relasi.deploy.uses import Uses, uses_of
from relasi.platform.sql.database import Database
from relasi.schema.model import Model
from relasi.store import Store
from relasi.store.users import User
from tests.builders import NOW
from tests.schema.compiler.examples import model_of

BEFORE = """
# schema/room.yaml
entity: room
fields:
  name: text
  floor: number
  secret: text
title: "{name}"
form: {main: {fields: [name, floor, secret]}}
lists:
  all: {columns: [name]}
  low: {columns: [name], where: floor < 3, sort: [-floor]}
access:
  agent: {read: all, hide: [secret]}
# workflows/lift.yaml
workflow: lift
entity: room
when: {changed: floor}
do:
  - set: {name: "{name} on {floor}"}
"""
AFTER = BEFORE.replace("floor", "storey").replace("storey: number", "storey: {type: number, was: floor}")


def rooms(root: Path, source: str) -> Model:
    root.mkdir()
    return model_of(root, source)


def test_a_field_is_used_by_all_that_names_it(tmp_path: Path) -> None:
    uses = uses_of(rooms(tmp_path / "a", BEFORE))
    roles = uses["room", "floor"].roles
    assert uses["room", "floor"] == Uses(("low",), ("main",), ("lift",), roles)
    assert uses["room", "name"].lists == ("all", "low")
    assert "agent" in roles
    assert "agent" not in uses["room", "secret"].roles


def test_a_plan_names_what_a_change_meets_and_counts_the_people(tmp_path: Path, database: Database) -> None:
    before, after = rooms(tmp_path / "a", BEFORE), rooms(tmp_path / "b", AFTER)
    apply(make_plan(before, database, now=NOW), before, database, Stamp("d1", NOW))
    with Store(database).session() as session:
        session.users.add(User("u1", "dewi", "Dewi", "", ("agent",), "en"))
        session.users.add(User("u2", "agus", "Agus", "", (), "en"))
    (impact,) = make_plan(after, database, now=NOW).impacts
    assert impact == Impact("room", "storey", 1, ("low",), ("main",), ("lift",))


def test_of_what_goes_away_the_plan_names_what_showed_it(tmp_path: Path, database: Database) -> None:
    before = rooms(tmp_path / "a", BEFORE)
    gone = BEFORE.replace("  secret: text\n", "").replace(", secret]", "]").replace(", hide: [secret]", "")
    after = rooms(tmp_path / "b", gone)
    apply(make_plan(before, database, now=NOW), before, database, Stamp("d1", NOW))
    (impact,) = make_plan(after, database, now=NOW).impacts
    assert (impact.column, impact.form) == ("secret", ("main",))
