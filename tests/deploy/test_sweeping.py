"""Files that no record has any more are kept as long as all that is removed, and then deleted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relasi.deploy import Stamp, apply, make_undo
from relasi.deploy.sweeping import sweep_files
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.model import Model
from relasi.store import Store
from relasi.store.contents import Contents
from relasi.store.files import File
from tests.builders import NOW, Written, entity, model
from tests.deploy.steps import deploy, fill

KEEP = timedelta(days=30)
WITH_SCANS = {"name": "text", "scans": "files"}


def note(fields: Mapping[str, Written], **rest: Any) -> Model:  # Any: as for `entity`
    return model(entity("note", fields, **rest), fingerprint=str((fields, rest)))


BEFORE = note(WITH_SCANS)


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    return Contents(tmp_path / "crm.files")


def bring(database: Database, contents: Contents, key: str, at: datetime = NOW) -> Path:
    """A file with a content of its own; gives where that lies."""
    with contents.arrival() as arrival:
        arrival.write(key.encode())
        contents.keep(arrival)
    with Store(database).session() as session:
        session.files.add(File(key, arrival.sha256, f"{key}.txt", "text/plain", 2, "ani", at))
    path = contents.path(arrival.sha256)
    os.utime(path, (at.timestamp(),) * 2)
    return path


def sweep(database: Database, contents: Contents, **later: float) -> int:
    return sweep_files(database, contents, keep=KEEP, now=NOW + timedelta(**later))


def test_a_file_that_a_record_has_stays(database: Database, contents: Contents) -> None:
    deploy(BEFORE, database)
    path = bring(database, contents, "f1")
    fill(BEFORE, database, "note", {"scans": ("f1",)})

    sweep(database, contents, days=2)
    sweep(database, contents, days=400)

    assert path.exists()


def test_a_file_that_nobody_has_goes_when_its_time_is_over(database: Database, contents: Contents) -> None:
    deploy(BEFORE, database)
    path = bring(database, contents, "f1")
    sweep(database, contents, days=2)
    sweep(database, contents, days=31)
    assert path.exists()

    assert sweep(database, contents, days=33) == 1

    assert not path.exists()


def test_a_young_file_may_still_wait_in_a_form(database: Database, contents: Contents) -> None:
    deploy(BEFORE, database)
    bring(database, contents, "f1")
    sweep(database, contents, hours=20)

    with Store(database).session(write=False) as session:
        assert session.files.all()[0].unused_since is None


def test_a_file_that_is_used_again_begins_anew(database: Database, contents: Contents) -> None:
    deploy(BEFORE, database)
    path = bring(database, contents, "f1")
    fill(BEFORE, database, "note", {})
    sweep(database, contents, days=2)
    with SqlPlatform(database, BEFORE).transaction() as transaction:
        transaction.update("note", "1", 1, {"scans": ("f1",)})
    sweep(database, contents, days=20)
    with SqlPlatform(database, BEFORE).transaction() as transaction:
        transaction.update("note", "1", 2, {"scans": None})
    sweep(database, contents, days=40)

    assert sweep(database, contents, days=60) == 0
    assert path.exists()


def test_a_content_that_another_file_shares_stays(database: Database, contents: Contents) -> None:
    deploy(BEFORE, database)
    path = bring(database, contents, "f1")
    with Store(database).session() as session:
        (file,) = session.files.all()
        session.files.add(File("f2", file.sha256, "copy.txt", "text/plain", 2, "ani", NOW))
    fill(BEFORE, database, "note", {"scans": ("f2",)})
    sweep(database, contents, days=2)

    assert sweep(database, contents, days=40) == 0
    assert path.exists()


def test_files_of_a_retired_field_stay(database: Database, contents: Contents) -> None:
    deploy(BEFORE, database)
    path = bring(database, contents, "f1")
    fill(BEFORE, database, "note", {"scans": ("f1",)})
    deploy(note({"name": "text"}, retired={"scans": {"type": "files", "retire": "2030-01-01"}}), database, 2)
    sweep(database, contents, days=2)
    sweep(database, contents, days=400)

    assert path.exists()


@pytest.mark.parametrize(
    "after", [note({"name": "text"}), model(entity("other", {"name": "text"}), fingerprint="other")]
)
def test_files_of_what_was_taken_away_stay_while_it_can_be_brought_back(
    database: Database, contents: Contents, after: Model
) -> None:
    deploy(BEFORE, database)
    path = bring(database, contents, "f1")
    fill(BEFORE, database, "note", {"scans": ("f1",)})
    deploy(after, database, 2)
    sweep(database, contents, days=2)
    sweep(database, contents, days=40)
    assert path.exists()

    soon = NOW + timedelta(days=3)
    apply(make_undo(after, database, now=soon), after, database, Stamp("u1", soon))

    with SqlPlatform(database, BEFORE).transaction(write=False) as transaction:
        assert transaction.get("note", ["1"])["1"]["scans"] == ("f1",)


def test_an_empty_database_has_nothing_to_sweep(database: Database, contents: Contents) -> None:
    assert sweep(database, contents) == 0
