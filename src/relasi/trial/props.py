"""What a test knows by name, with the ids that it turned out to have: gives values, and compares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from relasi.errors import NotFound
from relasi.platform.query import Row
from relasi.records import Actor, Source
from relasi.runtime import Crm
from relasi.schema.expressions import Situation
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity, Field
from relasi.schema.trials import Holder, Moment, Named, Pattern, Plain, Reading, Rows, Values, Wanted
from relasi.store.users import User
from relasi.workflows.people import holders

_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)


class Props:
    """`records` are ids by the names that the test gave them."""

    def __init__(self, crm: Crm, users: Mapping[str, User]) -> None:
        self._crm = crm
        self.users = users
        self.records: dict[str, str] = {}

    def row(self, record: Named) -> Row | None:
        """The record as it is now; None where it is gone."""
        key = self.records.get(record.name)
        if key is None or record.entity is None:
            return None
        with self._crm.records.work(_NOBODY, write=False) as work:
            return work.transaction.get(record.entity, [key]).get(key)

    def values(self, values: Values) -> dict[str, Value]:
        """What fields get. Raises NotFound for a record that never came to be."""
        return {
            name: self._given(wanted) for name, (wanted, _) in values.items() if not isinstance(wanted, Rows)
        }

    def rows(self, values: Values) -> dict[str, list[dict[str, Value]]]:
        """What the rows of tables get."""
        return {
            name: [self.values(row) for row in wanted.rows]
            for name, (wanted, _) in values.items()
            if isinstance(wanted, Rows)
        }

    def mismatch(self, entity: Entity, name: str, wanted: Wanted, row: Row) -> str | None:
        """What the field or table holds instead; None where it is as it should be."""
        if isinstance(wanted, Rows):
            return self._other_rows(entity, name, wanted, row)
        value = row[name]
        return None if self.fits(entity.fields[name], wanted, value) else self.held(entity, name, row)

    def held(self, entity: Entity, name: str, row: Row) -> str:
        """What a field or a table holds, as the author of the test would write it."""
        if name in entity.fields:
            return self.shown(entity.fields[name], row[name])
        return f"{len(self._table(entity, name, row))} rows"

    def _other_rows(self, entity: Entity, name: str, wanted: Rows, row: Row) -> str | None:
        found, line = self._table(entity, name, row), self._crm.model.entities[entity.tables[name].entity]
        if len(found) != len(wanted.rows):
            return f"{len(found)} rows"
        wrong = [
            f"{field}: {instead} in row {number}"
            for number, (each, values) in enumerate(zip(wanted.rows, found, strict=True), 1)
            for field, (value, _) in each.items()
            if (instead := self.mismatch(line, field, value, values)) is not None
        ]
        return ", ".join(wrong) or None

    def _table(self, entity: Entity, name: str, row: Row) -> list[Row]:
        rows = self._crm.records.rows(_NOBODY, entity.name, row["id"], name).rows
        return [{**each.record.values, "id": each.record.id} for each in rows]

    def fits(self, field: Field, wanted: Wanted, value: Any) -> bool:  # Any: a field value
        match wanted:
            case Plain(expected):
                return bool(value == expected)
            case Named(name, entity):
                if entity is not None and name not in self.records:
                    return False  # it never came to be, of which another expectation tells
                return value in (self._id(wanted), f"{entity}/{self.records.get(name)}")
            case Pattern(text):
                shown = value if isinstance(value, str) else self.shown(field, value)
                return matches(text, "" if value is None else shown)
            case Holder(role):
                return value in {user.id for user in self.holders(role)}
            case Reading():
                expected = self.read(wanted)
                return value in (expected, f"{wanted.entity}/{expected}")
            case Moment():
                return bool(value == self._given(wanted))
        raise AssertionError(wanted)

    def holders(self, role: str) -> list[User]:
        """The users of the test who have the role, themselves or through another."""
        names = set(holders(self._crm.model, role))
        return [user for user in self.users.values() if names.intersection(user.roles)]

    def read(self, reading: Reading) -> Any:  # Any: a field value
        row = self.row(Named(reading.name, reading.entity))
        return None if row is None else row[reading.field]

    def name_of(self, key: str) -> str:
        """What the test calls a record or a user."""
        plain = key.rpartition("/")[2]
        named = {key: name for name, key in self.records.items()}
        named |= {user.id: name for name, user in self.users.items()}
        return named.get(plain, key)

    def shown(self, field: Field, value: Any) -> str:  # Any: a field value
        """A value as the author of the test would write it."""
        if value is None:
            return "empty"
        if isinstance(value, str):
            return self.name_of(value)
        dumped = field.type.dump(value)
        return str(dumped).lower() if isinstance(dumped, bool) else str(dumped)

    def told(self, wanted: Wanted) -> str:
        """What is expected, as the author has written it."""
        match wanted:
            case Plain(value):
                return (
                    "empty"
                    if value is None
                    else str(value).lower()
                    if isinstance(value, bool)
                    else str(value)
                )
            case Pattern(text):
                return text
            case Named(name):
                return name
            case Reading(name, _, field):
                return f"{name}.{field}"
            case Moment(expression):
                return expression.text
            case Holder(role):
                return f"role.{role}"
            case Rows(rows):
                told = (
                    ", ".join(f"{key}: {self.told(each)}" for key, (each, _) in row.items()) for row in rows
                )
                return f"[{', '.join(f'{{{each}}}' for each in told)}]"

    def _given(self, wanted: Wanted) -> Value:
        match wanted:
            case Plain(value):
                return value
            case Named(_, entity, in_full):
                return f"{entity}/{self._id(wanted)}" if in_full else self._id(wanted)
            case Reading():
                return self.read(wanted)
            case Moment(expression):
                zone = self._crm.model.settings.zone
                return expression.evaluate(Situation({}, self._crm.clock(), zone))
        raise AssertionError(wanted)

    def _id(self, named: Named) -> str:
        if named.entity is None:
            return self.users[named.name].id
        if named.name not in self.records:
            raise NotFound("not_found")
        return self.records[named.name]


def matches(pattern: str, text: str) -> bool:
    """Whether the text is the pattern, in which each * stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None
