"""What holds for any two definitions and any records, on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.deploy import Plan, Stamp, apply, make_plan, make_undo
from relasi.platform.query import Row
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.model import Entity, Model
from tests.builders import NOW, Written, entity, model, row
from tests.deploy.steps import held_rows

NAMES = ("a", "b", "c", "d")
KINDS: tuple[dict[str, Any], ...] = (  # Any: plain YAML
    {"type": "text"},
    {"type": "text", "unique": True},
    {"type": "long_text", "index": True},
    {"type": "number"},
    {"type": "decimal", "places": 1},
    {"type": "money"},
    {"type": "boolean"},
    {"type": "date"},
    {"type": "datetime"},
    {"type": "choice", "options": ["x", "y", "z"]},
    {"type": "choice", "options": ["y", "w"], "move_records": {"x": "y", "z": "w"}},
    {"type": "multi_choice", "options": ["x", "y"]},
    {"type": "link", "to": "other"},
    {"type": "link", "to": ["other", "thing"]},
)
PLAIN = ("text", "x", "12", "1.5", "2026-11-21", "yes", "", None)


@st.composite
def fields(draw: st.DrawFn, previous: dict[str, Written] | None = None) -> dict[str, Written]:
    """The fields of an entity; some of those before, some of them under new names."""
    made: dict[str, Written] = {}
    left = list(previous or {})
    for name in draw(st.sets(st.sampled_from(NAMES))):
        kind = dict(draw(st.sampled_from(KINDS)), unconvertible="empty")
        gone = [old for old in left if old != name]
        if name not in left and gone and draw(st.booleans()):
            kind["was"] = gone[0]
        made[name] = kind
    return {name: _without_present(kind, made) for name, kind in made.items()}


def _without_present(kind: Any, made: dict[str, Written]) -> Any:  # Any: plain YAML
    """An old name that is still a name, or was given away already, is no old name."""
    taken = [
        each["was"] for each in made.values() if isinstance(each, dict) and each is not kind and "was" in each
    ]
    if kind.get("was") in made or kind.get("was") in taken:
        return {key: value for key, value in kind.items() if key != "was"}
    return kind


def project(thing: dict[str, Written], number: int, *, has_extra: bool) -> Model:
    entities: list[Entity] = [entity("thing", thing), entity("other", {"name": "text"})]
    if has_extra:
        entities.append(entity("extra", {"name": "text", "about": {"type": "link", "to": "thing"}}))
    return model(*entities, fingerprint=str(number))


def valued(of: Model, key: str, data: st.DataObject) -> Row:
    """A record with a value, or none, in each field."""
    values: dict[str, Any] = {}  # Any: field values
    for field in of.entities["thing"].own_fields:
        plain = {"link": "1"} if len(field.links_to) == 1 else {}
        written = "other/1" if len(field.links_to) > 1 else plain.get(field.type.name)
        options = [written, None] if written else [*PLAIN, 3, True, ["x"]]
        value = data.draw(st.sampled_from(options))
        try:
            values[field.name] = None if field.type.unique and value != key else field.type.accept(value)
        except Exception:  # not a value of this type
            continue
    return row(of, "thing", key, **values)


def everything(of: Model, database: Database) -> dict[str, dict[str, Row]]:
    return {name: held_rows(of, database, name) for name in of.entities}


class History:
    """One database through definitions that follow each other, with what it held before each."""

    def __init__(self, database: Database, start: Model) -> None:
        self.database = database
        self.current = start
        self.before: list[tuple[Model, dict[str, dict[str, Row]]]] = []
        self.clock = NOW
        self._apply(self._planned(start))

    def go(self, to: Model) -> None:
        """Does nothing where records stand in the way."""
        plan = self._planned(to)
        if plan.blocked or not plan.changes:
            return
        self.before.append((self.current, everything(self.current, self.database)))
        self.current = to
        self._apply(plan)

    def back(self) -> None:
        """Checks that an undo restores every value and the structure."""
        before, held = self.before.pop()
        self._apply(make_undo(self.current, self.database, now=self.clock))
        assert everything(before, self.database) == held
        self.current = before
        assert self._planned(before).due == ()

    def _planned(self, to: Model) -> Plan:
        return make_plan(to, self.database, now=self.clock)

    def _apply(self, plan: Plan) -> None:
        self.clock += timedelta(minutes=1)
        apply(plan, self.current, self.database, Stamp(f"{self.clock:%H%M}", self.clock))
        assert plan.undoes or self._planned(self.current).due == ()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_definitions_that_follow_each_other_lead_to_what_they_say_and_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    database = Database.at(tmp_path_factory.mktemp("laws") / "crm.sqlite")
    written = data.draw(fields())
    start = project(written, 0, has_extra=True)
    history = History(database, start)
    with SqlPlatform(database, start).transaction() as transaction:
        transaction.insert("other", [row(start, "other", "1", name="o")])
        transaction.insert("thing", [valued(start, str(key), data) for key in range(1, 4)])
        transaction.insert("extra", [row(start, "extra", "1", name="e", about="2")])
    for number in range(1, 4):
        written = data.draw(fields(written))
        history.go(project(written, number, has_extra=data.draw(st.booleans())))
    while history.before:
        history.back()
    database.close()
