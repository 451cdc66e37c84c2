"""One record made as a page does it, against the same rows put into the same tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from benchmarks.race import Race
from benchmarks.site import Raw, Site, raw_on
from relasi.runtime import uuid7

CUSTOMER = {
    "name": "PT Maju Bersama",
    "kind": "company",
    "tier": "standard",
    "industry": "retail",
    "tax_number": None,
    "email": "halo@maju.example.com",
    "phone": "+6281234567890",
    "website": None,
    "street": "Jalan Merdeka 10",
    "city": "Bandung",
    "postcode": "40111",
    "country": "Indonesia",
    "source": "phone",
    "external_id": None,
    "notes": None,
}
COMPLAINT = {
    "subject": "The second delivery was short",
    "contact": None,
    "about": None,
    "channel": "phone",
    "description": "Three of ten boxes were missing, the driver knew nothing of them.",
    "priority": "normal",
    "external_id": None,
}
"""Its two rules look at it, and neither runs."""


@pytest.mark.parametrize("entity", ["customer", "complaint"])
def test_create(race: Race, site: Site, tmp_path: Path, entity: str) -> None:
    records = site.crm.records
    customer = records.create(site.agent, "customer", CUSTOMER)
    values = CUSTOMER if entity == "customer" else {**COMPLAINT, "customer": customer.id}
    record = records.create(site.agent, entity, values)
    raw = raw_on(site.copy(tmp_path / "raw.db"), site.crm.model)
    race.run(
        f"create, {entity}",
        lambda: records.create(site.agent, entity, values),
        _inserts(raw, entity, record.id),
        aim=3.0,
        times=20,
    )
    raw.engine.dispose()


def _inserts(raw: Raw, entity: str, key: str) -> Callable[[], None]:
    """What writes the rows of a record again under new ids, in one transaction, with prebuilt statements."""
    table, changes, traces = (
        raw.records.tables[entity],
        *(raw.store.tables[name] for name in ("relasi_change", "relasi_trace")),
    )
    (record,) = raw.rows(table, table.c.id == key)
    (change,) = raw.rows(changes, changes.c.record_id == key)
    looks = raw.rows(traces, traces.c.record_id == key)
    count = _count(raw.store.tables["relasi_series"])
    counter = {"counter": "raw", "last": 1}
    insert_record, insert_change, insert_traces = insert(table), insert(changes), insert(traces)

    def write() -> None:
        new: Mapping[str, Any] = {"record_id": uuid7(), "change_id": uuid7()}
        with raw.engine.begin() as connection:
            number = connection.execute(count, counter).scalar_one()
            now = datetime.now(UTC)
            connection.execute(
                insert_record,
                {
                    **record,
                    "id": new["record_id"],
                    "number": f"RAW-{number:05}",
                    "created_at": now,
                    "updated_at": now,
                },
            )
            connection.execute(
                insert_change, {**change, "id": new["change_id"], "record_id": new["record_id"], "at": now}
            )
            if looks:
                connection.execute(
                    insert_traces, [{**each, **new, "id": uuid7(), "at": now} for each in looks]
                )

    return write


def _count(series: Table) -> Any:
    statement = upsert(series).values(counter=bindparam("counter"), last=bindparam("last"))
    return statement.on_conflict_do_update(["counter"], set_={"last": series.c.last + 1}).returning(
        series.c.last
    )
