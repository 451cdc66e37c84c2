"""The plan of a change on 100,000 records, against reading the column and converting it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.race import Race
from benchmarks.site import Site, opened, raw_on
from relasi.deploy import make_plan
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.model import Model

RECORDS = 100_000


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Site]:
    site = opened(tmp_path_factory.mktemp("plan"), model)
    now, blank = site.crm.clock(), dict.fromkeys(model.entities["task"].fields)
    with SqlPlatform(site.crm.database, model).transaction() as transaction:
        rows = (
            {
                **blank,
                "id": site.crm.new_id(),
                "version": 1,
                "subject": str(n),
                "created_at": now,
                "updated_at": now,
            }
            for n in range(RECORDS)
        )
        transaction.insert("task", list(rows))
    yield site
    site.crm.close()


def other_type(model: Model) -> Model:
    """The same project, where the subject of a task is a number."""
    task = model.entities["task"]
    subject = replace(task.fields["subject"], type=FIELD_TYPES["number"].model_validate({"type": "number"}))
    changed = replace(task, fields={**task.fields, "subject": subject})
    return replace(model, entities={**model.entities, "task": changed}, fingerprint="other")


def test_plan_of_a_new_type(race: Race, full: Site, tmp_path: Path) -> None:
    model, crm = other_type(full.crm.model), full.crm
    plan = make_plan(model, crm.database, now=crm.clock())
    assert [getattr(each, "rows", None) for each in plan.due] == [RECORDS]
    raw = raw_on(full.copy(tmp_path / "raw.db"), crm.model, write=False)
    task = raw.records.tables["task"]
    query = select(task.c.id, task.c.subject)

    def by_hand() -> list[tuple[str, int]]:
        with raw.engine.connect() as connection:
            return [(key, int(text)) for key, text in connection.execute(query)]

    race.run(
        "plan of text that becomes a number, 100,000 records",
        lambda: make_plan(model, crm.database, now=crm.clock()),
        by_hand,
        rounds=5,
    )
