"""A file of 20,000 rows imported, against one executemany for each table of the rows which that writes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Insert, insert

from benchmarks.race import Race
from benchmarks.site import Raw, Site, raw_on
from relasi.importing.prepare import prepare
from relasi.importing.run import Importer
from relasi.platform.query import Row
from relasi.records import Source
from relasi.runtime import Crm, engine_actor

ROWS = 20_000
CUSTOMERS = 500

_CITIES = ("Jakarta", "Bandung", "Surabaya", "Medan", "Makassar", "Denpasar", "Semarang")


def customers() -> Iterator[dict[str, object]]:
    for n in range(ROWS):
        yield {
            "Name": f"PT Usaha Bersama {n}",
            "Kind": "company",
            "Tier": ("standard", "silver", "gold")[n % 3],
            "E-mail": f"office{n}@example.com",
            "Phone": f"0812 34{n:05}",
            "Street": f"Jalan Merdeka {n % 400}",
            "City": _CITIES[n % 7],
            "Postcode": 10000 + n % 90000,
            "Country": "Indonesia",
            "Number elsewhere": f"ERP-{n:06}",
            "Notes": "Moved here from the old system.",
        }


def complaints() -> Iterator[dict[str, object]]:
    for n in range(ROWS):
        yield {
            "Subject": f"Delivery {n} was short",
            "Customer": f"Customer {n % CUSTOMERS}",
            "Came through": "email",
            "Priority": "normal",
            "Received": f"2025-{1 + n % 12:02}-{1 + n % 28:02} {n % 24:02}:15",
            "What happened": "Some boxes were missing, and the driver knew nothing of them.",
            "Number elsewhere": f"ERP-{n:06}",
        }


FILES = {"customer": customers, "complaint": complaints}


@pytest.mark.parametrize("entity", FILES)
def test_import(race: Race, site: Site, tmp_path: Path, entity: str) -> None:
    crm, file = site.crm, _written(FILES[entity](), tmp_path / "rows.csv")
    with crm.records.work(engine_actor(Source.SAMPLE)) as work:
        work.create_many("customer", [{"name": f"Customer {n}"} for n in range(CUSTOMERS)])
    before, began = site.copy(tmp_path / "before.db"), crm.new_id()
    _import(crm, entity, file)
    raw_file = site.copy(tmp_path / "raw.db")
    raw = raw_on(raw_file, crm.model)
    inserts = _inserts(raw, entity, began)

    def start_over() -> None:
        crm.database.close()
        raw.engine.dispose()
        for place in (crm.database.place, raw_file):
            shutil.copy(before, place)

    def insert_all() -> None:
        with raw.engine.begin() as connection:
            for statement, rows in inserts:
                connection.execute(statement, rows)

    race.run(
        f"import {ROWS:,} rows, {entity}",
        lambda: _import(crm, entity, file),
        insert_all,
        aim=4.0,
        rounds=3,
        prepare=start_over,
    )
    raw.engine.dispose()


def _written(rows: Iterator[Mapping[str, object]], file: Path) -> Path:
    with file.open("w", newline="") as text:
        first = next(rows)
        writer = csv.DictWriter(text, first)
        writer.writeheader()
        writer.writerows((first, *rows))
    return file


def _import(crm: Crm, entity: str, file: Path) -> None:
    """As `relasi import` does it."""
    wanted, _ = prepare(crm.model, crm.model.entities[entity], file)
    assert wanted is not None
    summary = Importer(crm.records, engine_actor(Source.IMPORT), crm.clock).run(wanted)
    assert summary.counts == {"created": ROWS}


def _inserts(raw: Raw, entity: str, began: str) -> list[tuple[Insert, list[Row]]]:
    """What the import has written: the records, their audit entries, and what rules had to say."""
    tables = [raw.records.tables[entity]]
    tables += [raw.store.tables[name] for name in ("relasi_change", "relasi_trace")]
    written = [(insert(table), raw.rows(table, table.c.id > began)) for table in tables]
    return [(statement, rows) for statement, rows in written if rows]
