"""Rules in the moment of a write, runs that wait, and what a hundred thousand waiting runs cost, against the
same rows written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, delete, insert, select, text, update

from benchmarks.race import Race
from benchmarks.site import Raw, raw_at, raw_beside, raw_on
from relasi.deploy import Stamp, apply, make_plan
from relasi.platform.sql.database import Database
from relasi.runtime import open_model, uuid7, worker_of
from tests.postgresql import DATABASES, Server
from tests.processes import PROCESSES, start
from tests.records.world import NOW, Clock, Ids, World, compiled

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
Rules = pytest.MarkDecorator

pytestmark = pytest.mark.parametrize("platform", DATABASES, indirect=True)


def on(rule: str) -> Rules:
    return pytest.mark.parametrize("world", [rule], indirect=True)


@pytest.fixture
def world(tmp_path: Path, platform: tuple[str, ...], request: pytest.FixtureRequest) -> Iterator[World]:
    model, clock = compiled(tmp_path, (*platform, TICKET, TASK, request.param)), Clock()
    made = World(open_model(tmp_path, model, clock=clock), clock, Ids())
    _deploy(made, made.crm.database)
    yield made
    made.crm.close()


@pytest.fixture
def raw(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Raw]:
    """The same tables in a database of its own, empty."""
    if world.crm.database.is_sqlite:
        world.crm.database.close()
        file = tmp_path / "raw.db"
        file.write_bytes(Path(world.crm.database.place).read_bytes())
        made = raw_on(file, world.crm.model)
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.url(server.new_schema())
        database = Database(url)
        _deploy(world, database)
        database.close()
        made = raw_at(url, world.crm.model)
    yield made
    made.engine.dispose()


def _deploy(world: World, database: Database) -> None:
    model = world.crm.model
    apply(make_plan(model, database, now=NOW), model, database, Stamp(uuid7(), NOW))


@on(MOMENT)
def test_rule_of_the_moment(race: Race, world: World, raw: Raw) -> None:
    race.run(
        f"create a record, a rule changes it and creates another ({_place(world)})",
        lambda: world.create("ticket", subject="x"),
        _again(world, raw, ("ticket", "task", "relasi_change", "relasi_trace")),
        times=20,
        rounds=20,
    )


@on(LASTING)
def test_runs_with_a_timer(race: Race, world: World, raw: Raw) -> None:
    worker = worker_of(world.crm)

    def ours() -> None:
        for _ in range(MANY):
            world.create("ticket", subject="x")
        world.clock.advance(hours=1)
        worker.drain()

    begin, go_on = _lasting(world, raw)

    def by_hand() -> None:
        begin()
        go_on()

    race.run(f"{MANY} runs that wait and go on ({_place(world)})", ours, by_hand, rounds=5)
    with world.crm.store.session(write=False) as session:
        assert session.runs.list() == ()


@pytest.mark.parametrize("workers", [1, 2, 4])
@on(LASTING)
def test_runs_of_several_workers(
    race: Race, world: World, raw: Raw, platform: tuple[str, ...], workers: int
) -> None:
    """Only what is done once the runs are due; each worker is a process."""
    crews = [_hired(world, (*platform, TICKET, TASK, LASTING)) for _ in range(workers)]
    begin, go_on = _lasting(world, raw)

    def prepare() -> None:
        with world.crm.store.session(write=False) as session:
            missing = MANY - sum(session.runs.tally().values())
        for _ in range(missing):
            world.create("ticket", subject="x")
        with raw.engine.begin() as connection:
            is_empty = connection.execute(select(_table(raw, "relasi_run"))).first() is None
        if is_empty:
            begin()

    def ours() -> None:
        for each in crews:
            each.send("go")
        for each in crews:
            each.recv()

    name = f"{MANY} due runs, {workers} worker(s), against one by hand ({_place(world)})"
    try:
        race.run(name, ours, go_on, rounds=5, prepare=prepare)
    finally:
        for each in crews:
            each.send("go home")


def _hired(world: World, texts: tuple[str, ...]) -> Connection:
    """A worker in a process of its own, which has begun."""
    here, there = PROCESSES.Pipe()
    start(_work, world.crm.root, texts, there)
    here.recv()
    return here


def _work(root: Path, texts: tuple[str, ...], told: Connection) -> None:
    crm = open_model(root, compiled(root, texts), clock=Clock(NOW + timedelta(hours=1)))
    worker = worker_of(crm)
    worker.drain()
    told.send("ready")
    while told.recv() == "go":
        worker.drain()
        told.send("done")
    crm.close()


@on(LASTING)
def test_look_for_what_is_due(race: Race, world: World) -> None:
    world.create("ticket", subject="x")
    beside = raw_beside(world.crm.database, world.crm.model)
    table = _table(beside, "relasi_run")
    (row,) = beside.rows(table, table.c.id != "")
    with beside.engine.begin() as connection:
        connection.execute(insert(table), [{**row, "id": f"run{n:06}"} for n in range(WAITING)])
    beside.engine.dispose()
    world.crm.database.analyze()
    look = world.crm.workflows.sweeps()["runs"]
    one = text("SELECT 1")

    def raw_look() -> None:
        with world.crm.database.transaction(write=False) as connection:
            connection.execute(one).first()

    name = f"look among {WAITING:,} waiting runs ({_place(world)})"
    race.run(name, lambda: look(world.clock.now), raw_look, rounds=10, times=50)


def _place(world: World) -> str:
    return "SQLite" if world.crm.database.is_sqlite else "PostgreSQL"


def _again(world: World, raw: Raw, names: tuple[str, ...]) -> Callable[[], None]:
    """What writes all rows that one record led to again, under new ids, in one transaction."""
    world.create("ticket", subject="x")
    source = raw_beside(world.crm.database, world.crm.model)
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


def _lasting(world: World, raw: Raw) -> tuple[Callable[[], None], Callable[[], None]]:
    """Writes the rows of runs that wait, one transaction for each; then what goes on, twenty in one."""
    world.create("ticket", subject="x")
    source = raw_beside(world.crm.database, world.crm.model)
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

    def begin() -> None:
        for _ in range(MANY):
            ids: dict[str, str] = {}
            with raw.engine.begin() as connection:
                for name, some in rows.items():
                    connection.execute(statements[name], [_renewed(row, ids) for row in some])

    def go_on() -> None:
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

    return begin, go_on


def _table(raw: Raw, name: str) -> Table:
    return (raw.store if name in raw.store.tables else raw.records).tables[name]


def _renewed(row: Mapping[str, Any], ids: dict[str, str]) -> Row:
    """The row with new ids, the same for the same old one."""
    keys = {name: row[name] for name in ("id", "record_id", "change_id", "about") if row.get(name)}
    return {**row, **{name: ids.setdefault(old, uuid7()) for name, old in keys.items()}}
