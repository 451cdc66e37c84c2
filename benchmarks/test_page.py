"""A filtered, sorted page of 50 out of 100,000 records as a list shows it, against the same query in Core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, tuple_

from benchmarks.race import Race
from benchmarks.site import Raw, Site, opened, raw_on
from relasi.platform.sql.platform import SqlPlatform
from relasi.records import ListRequest
from relasi.schema.model import Model, Sort

RECORDS = 100_000
PAGE = 50
DEEP = 300
"""Pages before the deep one."""

FILTER = "priority in [high, urgent]"
"""What the person chose; the list itself shows open tasks only. Both hold for a third of the records."""
COLUMNS = ("subject", "about", "priority", "owner", "due_at", "status")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Site]:
    """A database with many tasks, the same for all pages."""
    site = opened(tmp_path_factory.mktemp("full"), model)
    with SqlPlatform(site.crm.database, model).transaction() as transaction:
        transaction.insert("task", list(_tasks(site)))
    site.crm.database.analyze()
    yield site
    site.crm.close()


def _tasks(site: Site) -> Iterator[dict[str, object]]:
    """`due_at` has an index, `subject` has none; both are in no order."""
    now, blank = site.crm.clock(), dict.fromkeys(site.crm.model.entities["task"].fields)
    for n in range(RECORDS):
        scattered = n * 7919 % RECORDS
        yield {
            **blank,
            "id": site.crm.new_id(),
            "version": 1,
            "subject": f"Call about order {scattered}",
            "owner": site.agent.user_id,
            "priority": ("low", "normal", "high", "urgent")[n % 4],
            "status": ("to_do", "to_do", "done")[n % 3],
            "due_at": now + timedelta(minutes=scattered),
            "created_at": now,
            "updated_at": now,
        }


@pytest.mark.parametrize("depth", [0, DEEP])
@pytest.mark.parametrize("sort", ["due_at", "subject"])
def test_page(race: Race, full: Site, sort: str, depth: int) -> None:
    model, records = full.crm.model, full.crm.records
    shown = model.entities["task"].lists["open"].where
    assert shown is not None
    request = ListRequest("task", where=(shown, FILTER), sort=(Sort(sort),), fields=COLUMNS, limit=PAGE)
    last = None
    for _ in range(depth):
        page = records.list(full.agent, request)
        request, last = replace(request, after=page.next), page.records[-1]
    raw = raw_on(Path(full.crm.database.place), model, write=False)
    after = None if last is None else (last.values[sort], last.id)
    query = _query(raw, sort, after)
    ours = [record.id for record in records.list(full.agent, request).records]
    assert ours == [row["id"] for row in query()]
    where = "indexed" if sort == "due_at" else "not indexed"
    race.run(
        f"page, sort {where}, {'deep' if depth else 'first'}",
        lambda: records.list(full.agent, request),
        query,
        aim=1.5,
        times=5 if sort == "due_at" else 1,
    )
    raw.engine.dispose()


def _query(raw: Raw, sort: str, after: tuple[object, str] | None) -> Callable[[], list[dict[str, Any]]]:
    """What somebody who knows the table would write, prebuilt."""
    task = raw.records.tables["task"].c
    statement = (
        select(task.id, task.version, *(task[name] for name in COLUMNS))
        .where(task.priority.in_(["high", "urgent"]), task.status == "to_do", task[sort].is_not(None))
        .order_by(task[sort], task.id)
        .limit(PAGE + 1)
    )
    values = {}
    if after is not None:
        behind = tuple_(task[sort], task.id) > tuple_(
            bindparam("value", type_=task[sort].type), bindparam("id")
        )
        statement, values = statement.where(behind), dict(zip(("value", "id"), after, strict=True))

    def run() -> list[dict[str, Any]]:
        with raw.engine.begin() as connection:
            return [dict(row) for row in connection.execute(statement, values).mappings().all()[:PAGE]]

    return run
