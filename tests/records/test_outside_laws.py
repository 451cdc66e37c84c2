"""Whatever others do to the tables while Relasi works on them: what is there then is what the recipe lets
through, and no value that was entered is lost without a word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from relasi.errors import RelasiError
from tests.postgresql import Server
from tests.records.outside import Outside, opened_outside

CUSTOMER = """
entity: customer
title: "{name}"
fields:
  name: {type: text, required: true, max_length: 8}
  code: {type: text, unique: true}
  orders: {type: rollup, of: order.customer, count: true}
"""
ORDER = """
entity: order
title: "{subject}"
fields:
  subject: {type: text, required: true, max_length: 8}
  amount: {type: number, min: 0}
  twice: {type: formula, value: amount * 2, gives: number}
  customer: {type: link, to: customer, on_delete: restrict}
refuse:
  unlucky: {when: amount = 13, message: Thirteen brings bad luck}
"""
TEXTS = st.sampled_from([None, "a", "b", "much too long"])
NUMBERS = st.sampled_from([None, -1, 0, 7, 13])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[Outside]:
    with opened_outside(tmp_path_factory.mktemp("laws"), postgresql, CUSTOMER, ORDER) as outside:
        yield outside


VALUES = {"subject": TEXTS, "amount": NUMBERS, "name": TEXTS, "code": TEXTS, "twice": NUMBERS}
FIELDS = {"customer": ("name", "code"), "order": ("subject", "amount", "twice")}


def _cells(entity: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    some = st.fixed_dictionaries({}, optional={name: VALUES[name] for name in FIELDS[entity]})
    return st.tuples(st.just(entity), some)


STEP = st.tuples(
    st.sampled_from(["create", "update", "delete", "add", "edit", "edit", "edit", "remove", "look"]),
    st.sampled_from(sorted(FIELDS)).flatmap(_cells),
    st.integers(0, 2),
)


@dataclass
class History:
    """What happens, and which values were entered outside that nobody has looked at."""

    outside: Outside
    entered: dict[tuple[str, str], Any] = field(default_factory=dict)

    def step(self, verb: str, entity: str, values: dict[str, Any], index: int) -> None:
        keys = [key for (key,) in self.outside.sql(f'SELECT id FROM "{entity}" ORDER BY created_at, id')]
        if not keys and verb not in ("create", "add", "look"):
            return
        with suppress(RelasiError, IntegrityError):
            getattr(self, verb)(entity, keys[index % len(keys)] if keys else "", values)

    def create(self, entity: str, _: str, values: dict[str, Any]) -> None:
        self.outside.world.create(entity, **self._linked(entity, values))

    def update(self, entity: str, key: str, values: dict[str, Any]) -> None:
        crm, engine = self.outside.world.crm, self.outside.world.engine
        version = crm.records.get(engine, entity, key).version
        crm.records.update(engine, entity, key, version, values)
        for name in values:
            self.entered.pop((key, name), None)

    def delete(self, entity: str, key: str, _: dict[str, Any]) -> None:
        crm, engine = self.outside.world.crm, self.outside.world.engine
        crm.records.delete(engine, entity, key, crm.records.get(engine, entity, key).version)
        self._forget(key)

    def add(self, entity: str, _: str, values: dict[str, Any]) -> None:
        values = self._linked(entity, values)
        names = ", ".join(values) or "created_at"
        holes = ", ".join(f":{name}" for name in values) or "NULL"
        ((key,),) = self.outside.sql(
            f'INSERT INTO "{entity}" ({names}) VALUES ({holes}) RETURNING id', **values
        )
        self._enter(key, values)

    def edit(self, entity: str, key: str, values: dict[str, Any]) -> None:
        if values:
            cells = ", ".join(f"{name} = :{name}" for name in values)
            self.outside.sql(f'UPDATE "{entity}" SET {cells} WHERE id = :key', key=key, **values)
            self._enter(key, values)

    def remove(self, entity: str, key: str, _: dict[str, Any]) -> None:
        self.outside.sql(f'DELETE FROM "{entity}" WHERE id = :key', key=key)
        self._forget(key)

    def look(self, *_: object) -> None:
        self.outside.looked_at()
        for (key, name), value in self.entered.items():
            assert value is None or self._is_known(key, name, value), (key, name, value)
        self.entered.clear()

    def _linked(self, entity: str, values: dict[str, Any]) -> dict[str, Any]:
        customers = self.outside.sql("SELECT id FROM customer ORDER BY created_at, id LIMIT 1")
        return {**values, "customer": customers[0][0]} if entity == "order" and customers else values

    def _enter(self, key: str, values: dict[str, Any]) -> None:
        self.entered |= {(key, name): value for name, value in values.items() if name != "customer"}

    def _forget(self, key: str) -> None:
        self.entered = {place: value for place, value in self.entered.items() if place[0] != key}

    def _is_known(self, key: str, name: str, value: Any) -> bool:
        """In the record, in its history, or in an objection."""
        told = self.outside.sql(
            "SELECT fields -> :name ->> 1 FROM relasi_change WHERE record_id = :key UNION ALL"
            " SELECT theirs #>> '{}' FROM relasi_objection WHERE record_id = :key AND field = :name",
            key=key,
            name=name,
        )
        held = [row for table in FIELDS for row in self.outside.world.rows(table) if row["id"] == key]
        return str(value) in {each for (each,) in told} or any(row.get(name) == value for row in held)

    def check(self) -> None:
        incomplete = {each.record_id for each in self.outside.objections() if each.what == "created"}
        orders = list(self.outside.world.rows("order"))
        for row in (*orders, *self.outside.world.rows("customer")):
            assert (row["version"] == 0) == (row["id"] in incomplete)
        for row in orders:
            if row["version"]:
                assert 0 < len(row["subject"]) <= 8
                assert row["amount"] not in (-1, 13)
                assert row["twice"] == (None if row["amount"] is None else row["amount"] * 2)
        for row in self.outside.world.rows("customer"):
            if row["version"]:
                mine = [each for each in orders if each["customer"] == row["id"] and each["version"]]
                assert 0 < len(row["name"]) <= 8
                assert row["orders"] >= len(mine)
        assert self.outside.sql("SELECT 1 FROM relasi_edit") == []


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(STEP, min_size=2, max_size=10))
def test_nothing_that_was_entered_outside_is_lost(
    opened: Outside, steps: list[tuple[str, tuple[str, dict[str, Any]], int]]
) -> None:
    opened.empty()
    history = History(opened)

    for verb, (entity, values), index in steps:
        history.step(verb, entity, values, index)
    history.look()

    history.check()
