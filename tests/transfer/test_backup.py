from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from relasi.errors import PlatformError, Refused
from relasi.platform.sql.database import Database
from relasi.store.contents import Contents
from relasi.transfer import archive
from relasi.transfer.backup import back_up, backups, keep_newest, name_of, restore
from relasi.transfer.copy import Place
from tests.builders import NOW
from tests.deploy.steps import planned
from tests.postgresql import DATABASES
from tests.transfer.conftest import Databases
from tests.transfer.source import MODEL, attach, furnish, sums_of
from tests.transfer.test_kill import killed

LETTER = b"Dear Sari, " * 1000


def place_of(database: Database, folder: Path) -> Place:
    return Place(database, Contents(folder))


def change(place: Place) -> None:
    with place.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE person SET name = 'changed'")


@pytest.fixture(params=DATABASES)
def place(new_database: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    made = place_of(new_database(request.param), tmp_path / "ours.files")
    furnish(made.database)
    return made


@pytest.fixture
def file_place(new_database: Databases, tmp_path: Path) -> Place:
    made = place_of(new_database("sqlite"), tmp_path / "ours.files")
    furnish(made.database)
    attach(made, LETTER)
    return made


@pytest.fixture
def backup(file_place: Place, tmp_path: Path) -> Path:
    file = tmp_path / "backups" / name_of("local", NOW)
    back_up(file_place, file, "local", NOW)
    return file


@pytest.mark.parametrize("kind", DATABASES)
def test_a_backup_of_any_database_can_be_restored_on_any_other(
    place: Place, kind: str, new_database: Databases, tmp_path: Path
) -> None:
    name = attach(place, LETTER)
    back_up(place, tmp_path / "b.zip", "local", NOW)
    target = place_of(new_database(kind), tmp_path / "theirs.files")
    assert restore(tmp_path / "b.zip", target, tmp_path / "kept.zip", "local", NOW) is None
    assert sums_of(target.database) == sums_of(place.database)
    assert target.contents.path(name).read_bytes() == LETTER
    assert planned(MODEL, target.database).is_empty


def test_a_backup_says_what_it_is(file_place: Place, backup: Path) -> None:
    about = archive.about(backup)
    assert (about.platform, about.at, about.files, about.missing) == ("local", NOW, 1, ())
    assert about.model == MODEL.fingerprint
    assert about.sums == sums_of(file_place.database)


def test_nobody_else_may_read_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_what_a_restore_replaces_can_be_restored(place: Place, backup: Path, tmp_path: Path) -> None:
    change(place)
    before, kept = sums_of(place.database), tmp_path / "kept.zip"
    assert restore(backup, place, kept, "local", NOW) == kept
    assert sums_of(place.database) != before
    restore(kept, place, tmp_path / "again.zip", "local", NOW)
    assert sums_of(place.database) == before


def test_people_at_work_see_what_was_restored(file_place: Place, backup: Path, tmp_path: Path) -> None:
    held = sums_of(file_place.database)
    others = Database.at(Path(file_place.database.place))
    change(Place(others, file_place.contents))
    restore(backup, file_place, tmp_path / "kept.zip", "local", NOW)
    assert sums_of(others) == held
    others.close()


def test_a_database_that_nobody_can_read_is_kept_as_it_is(
    file_place: Place, backup: Path, tmp_path: Path
) -> None:
    held = sums_of(file_place.database)
    file_place.database.close()
    broken = Path(file_place.database.place)
    broken.write_bytes(b"no database " * 500)
    aside = restore(backup, file_place, tmp_path / "kept.zip", "local", NOW)
    assert aside is not None
    assert aside.read_bytes().startswith(b"no database")
    assert sums_of(file_place.database) == held


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def flipped(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]


def packed_anew(whole: bytes) -> bytes:
    """A ZIP without a fault, in which one value of the database is another."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(changed, "w") as new:
        for each in old.namelist():
            new.writestr(each, old.read(each).replace(b"a@example.com", b"b@example.com"))
    return changed.getvalue()


def without_files(whole: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(changed, "w") as new:
        for each in old.namelist():
            if not each.startswith("files/"):
                new.writestr(each, old.read(each))
    return changed.getvalue()


def empty(_whole: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("spoil", [cut, flipped, packed_anew, without_files, empty])
def test_a_backup_that_is_not_whole_is_refused(
    spoil: Callable[[bytes], bytes], file_place: Place, backup: Path, tmp_path: Path
) -> None:
    held = sums_of(file_place.database)
    backup.write_bytes(spoil(backup.read_bytes()))
    with pytest.raises(Refused) as refused:
        restore(backup, file_place, tmp_path / "kept.zip", "local", NOW)
    assert (refused.value.code, sums_of(file_place.database)) == ("backup_damaged", held)


def test_a_backup_of_a_newer_relasi_is_refused(file_place: Place, backup: Path, tmp_path: Path) -> None:
    with file_place.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE relasi_engine SET version = 999")
    with pytest.raises(PlatformError) as refused:
        back_up(file_place, backup, "local", NOW)
    assert refused.value.code == "store_too_new"


def test_a_file_without_content_is_told_and_hinders_nothing(file_place: Place, tmp_path: Path) -> None:
    name = attach(file_place, b"lost")
    file_place.contents.path(name).unlink()
    about = back_up(file_place, tmp_path / "b.zip", "local", NOW)
    assert (about.files, about.missing) == (1, (name,))


def test_the_oldest_backups_go(tmp_path: Path) -> None:
    for day in range(4):
        (tmp_path / name_of("local", NOW + timedelta(days=day))).touch()
    (tmp_path / name_of("other", NOW)).touch()
    gone = keep_newest(tmp_path, "local", 3)
    assert gone == [tmp_path / name_of("local", NOW)]
    assert (len(backups(tmp_path, "local")), len(backups(tmp_path, "other"))) == (3, 1)


def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(
    file_place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "nightly"
    file_place.database.close()

    def work() -> None:
        again = place_of(Database.at(Path(file_place.database.place)), tmp_path / "ours.files")
        back_up(again, folder / name_of("local", NOW), "local", NOW)

    kills = 0
    while killed(work, 0.01 * 1.5**kills):
        kills += 1
        for each in backups(folder, "local"):
            archive.unpack(each, tmp_path / "unpacked.db", Contents(tmp_path / "unpacked.files"))
    assert kills > 1
    old = (NOW - timedelta(days=9)).timestamp()
    for each in folder.glob("unfinished-*"):
        os.utime(each, (old, old))
    back_up(file_place, folder / name_of("local", NOW), "local", NOW)
    assert [each.name for each in folder.iterdir()] == [name_of("local", NOW)]


def test_a_restore_that_is_killed_leaves_all_as_it_was_or_all_restored(
    file_place: Place, backup: Path, tmp_path: Path
) -> None:
    restored = sums_of(file_place.database)
    change(file_place)
    before = sums_of(file_place.database)
    file_place.database.close()

    def work() -> None:
        again = place_of(Database.at(Path(file_place.database.place)), tmp_path / "ours.files")
        restore(backup, again, tmp_path / "kept.zip", "local", NOW)

    kills = 0
    while killed(work, 0.01 * 1.5**kills):
        kills += 1
        assert sums_of(file_place.database) in (before, restored)
        file_place.database.close()
    assert kills > 1
    assert sums_of(file_place.database) == restored
