"""Rules in the moment of a write, runs that wait, and what a hundred thousand waiting runs cost, against the
same rows written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, delete, insert, select, text, update

from benchmarks.race import Race
from benchmarks.site import Raw, raw_on
from relasi.runtime import uuid7, worker_of
from tests.records.world import World, make_world

TICKET = """
entity: ticket
fields:
  subject: text
  note: text
"""
TASK = """
entity: task
fields:
  subject: text
  about: {type: link, to: ticket}
"""
MOMENT = """
workflow: moment
entity: ticket
when: created
do:
  - set: {note: seen}
  - create: task
    set: {subject: "Follow up {subject}", about: record}
"""
LASTING = """
workflow: lasting
entity: ticket
when: created
do:
  - wait: 1 hour
  - set: {note: late}
"""
MANY = 200
WAITING = 100_000

Row = dict[str, Any]  # Any: values of a table


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    made = make_world(tmp_path, TICKET, TASK, request.param)
    yield replace(made, crm=replace(made.crm, new_id=uuid7))
    made.crm.close()


@pytest.fixture
def raw(world: World, tmp_path: Path) -> Iterator[Raw]:
    """The same tables in a file of its own, empty."""
    world.crm.database.close()
    file = tmp_path / "raw.db"
    file.write_bytes(Path(world.crm.database.place).read_bytes())
    made = raw_on(file, world.crm.model)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("world", [MOMENT], indirect=True)
def test_rule_of_the_moment(race: Race, world: World, raw: Raw) -> None:
    race.run(
        "create a record, a rule changes it and creates another",
        lambda: world.create("ticket", subject="x"),
        _again(world, raw, ("ticket", "task", "relasi_change", "relasi_trace")),
        times=20,
    )


@pytest.mark.parametrize("world", [LASTING], indirect=True)
def test_runs_with_a_timer(race: Race, world: World, raw: Raw) -> None:
    worker = worker_of(world.crm)

    def ours() -> None:
        for _ in range(MANY):
            world.create("ticket", subject="x")
        world.clock.advance(hours=1)
        worker.drain()

    race.run(f"{MANY} runs that wait and go on", ours, _lasting(world, raw), rounds=8)
    with world.crm.store.session(write=False) as session:
        assert session.runs.list() == ()


@pytest.mark.parametrize("world", [LASTING], indirect=True)
def test_look_for_what_is_due(race: Race, world: World) -> None:
    world.create("ticket", subject="x")
    with world.crm.store.session() as session:
        (run,) = session.runs.list()
        for n in range(WAITING):
            session.runs.put(replace(run, id=f"run{n:06}", due_at=run.due_at))
    look = world.crm.workflows.sweeps()["runs"]
    one = text("SELECT 1")

    def raw_look() -> None:
        with world.crm.database.transaction(write=False) as connection:
            connection.execute(one).first()

    race.run(
        f"look among {WAITING:,} waiting runs", lambda: look(world.clock.now), raw_look, rounds=20, times=50
    )


def _again(world: World, raw: Raw, names: tuple[str, ...]) -> Callable[[], None]:
    """What writes all rows that one record led to again, under new ids, in one transaction."""
    world.create("ticket", subject="x")
    source = raw_on(Path(world.crm.database.place), world.crm.model)
    tables = {name: _table(raw, name) for name in names}
    rows = {name: source.rows(table, table.c.id != "") for name, table in tables.items()}
    statements = {name: insert(table) for name, table in tables.items()}
    source.engine.dispose()

    def write() -> None:
        ids: dict[str, str] = {}
        with raw.engine.begin() as connection:
            for name, some in rows.items():
                connection.execute(statements[name], [_renewed(row, ids) for row in some])

    return write


def _lasting(world: World, raw: Raw) -> Callable[[], None]:
    """The rows of runs that wait, one transaction for each; then what goes on, twenty in a transaction."""
    world.create("ticket", subject="x")
    source = raw_on(Path(world.crm.database.place), world.crm.model)
    names = ("ticket", "relasi_change", "relasi_trace", "relasi_run")
    tables = {name: _table(raw, name) for name in names}
    rows = {name: source.rows(table, table.c.id != "") for name, table in tables.items()}
    source.engine.dispose()
    statements = {name: insert(table) for name, table in tables.items()}
    runs, traces, tickets = tables["relasi_run"], tables["relasi_trace"], tables["ticket"]
    due = select(runs).order_by(runs.c.due_at, runs.c.id).limit(20)
    changed = update(tickets).where(tickets.c.id == bindparam("key")).values(note="late", version=2)
    told = update(traces).where(traces.c.id == bindparam("key")).values(outcome="ran", steps=[{}, {}, {}])
    ended = delete(runs).where(runs.c.id == bindparam("key"))
    (change,) = rows["relasi_change"]

    def write() -> None:
        for _ in range(MANY):
            ids: dict[str, str] = {}
            with raw.engine.begin() as connection:
                for name, some in rows.items():
                    connection.execute(statements[name], [_renewed(row, ids) for row in some])
        going = True
        while going:
            with raw.engine.begin() as connection:
                claimed = connection.execute(due).all()
                for run in claimed:
                    connection.execute(changed, {"key": run.record_id})
                    connection.execute(
                        statements["relasi_change"], {**change, "id": uuid7(), "record_id": run.record_id}
                    )
                    connection.execute(told, {"key": run.id})
                    connection.execute(ended, {"key": run.id})
                going = bool(claimed)

    return write


def _table(raw: Raw, name: str) -> Table:
    return (raw.store if name in raw.store.tables else raw.records).tables[name]


def _renewed(row: Mapping[str, Any], ids: dict[str, str]) -> Row:
    """The row with new ids, the same for the same old one."""
    keys = {name: row[name] for name in ("id", "record_id", "change_id", "about") if row.get(name)}
    return {**row, **{name: ids.setdefault(old, uuid7()) for name, old in keys.items()}}
