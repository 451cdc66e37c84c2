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
from relasi.schema.model import Field
from relasi.schema.trials import Holder, Moment, Named, Pattern, Plain, Reading, Values, Wanted
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
        return {name: self._given(wanted) for name, (wanted, _) in values.items()}

    def mismatch(self, field: Field, wanted: Wanted, row: Row) -> str | None:
        """What the field holds instead; None where it is as it should be."""
        value = row[field.name]
        return None if self.fits(field, wanted, value) else self.shown(field, value)

    def fits(self, field: Field, wanted: Wanted, value: Any) -> bool:  # Any: a field value
        match wanted:
            case Plain(expected):
                return bool(value == expected)
            case Named(name, entity):
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

    def _given(self, wanted: Wanted) -> Value:
        match wanted:
            case Plain(value):
                return value
            case Named():
                return self._id(wanted)
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
