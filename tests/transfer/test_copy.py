from __future__ import annotations

from pathlib import Path

import pytest

from relasi.store import Store
from relasi.store.audit import Change
from relasi.store.contents import Contents
from relasi.transfer import rows
from relasi.transfer.copy import Place, copy
from tests.builders import NOW
from tests.transfer.conftest import Databases
from tests.transfer.source import attach, furnish, sums_of


@pytest.fixture
def source(new_database: Databases, tmp_path: Path) -> Place:
    made = Place(new_database("sqlite"), Contents(tmp_path / "ours.files"))
    furnish(made.database, orders=20)
    return made


@pytest.fixture
def target(new_database: Databases, tmp_path: Path) -> Place:
    return Place(new_database("postgresql"), Contents(tmp_path / "theirs.files"))


def work_on(place: Place, key: str) -> None:
    """Somebody changes a record."""
    change = Change(key, NOW, "order", "1", "updated", 2, {}, None, "page")
    with Store(place.database).session() as session:
        session.audit.append([change])
    with place.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE person SET name = '{key}'")


@pytest.mark.postgresql
def test_attached_files_come_along_and_lost_ones_are_told(
    source: Place, target: Place, tmp_path: Path
) -> None:
    letter, lost = attach(source, b"a letter"), attach(source, b"lost")
    source.contents.path(lost).unlink()
    copied = copy(source, target, tmp_path / "between")
    assert (copied.files.count, copied.files.missing) == (1, (lost,))
    assert target.contents.path(letter).read_bytes() == b"a letter"
    assert not (tmp_path / "between").exists()


@pytest.mark.postgresql
def test_what_people_do_meanwhile_is_not_in_the_copy_and_is_counted(
    source: Place, target: Place, tmp_path: Path
) -> None:
    held = sums_of(source.database)
    told: list[str] = []

    def progress(table: str, _rows: int) -> None:
        if not told:
            work_on(source, "c1")
        told.append(table)

    assert copy(source, target, tmp_path / "between", progress).late == 1
    assert sums_of(target.database) == held


@pytest.mark.postgresql
def test_a_copy_that_broke_off_goes_on_with_the_same_moment(
    source: Place, target: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BATCH", 5)
    held = sums_of(source.database)

    def stop(table: str, _rows: int) -> None:
        if table == "order":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source, target, tmp_path / "between", stop)
    work_on(source, "c1")
    assert copy(source, target, tmp_path / "between").late == 1
    assert sums_of(target.database) == held
