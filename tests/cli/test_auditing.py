from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Relasi


@pytest.fixture
def busy(relasi: Relasi, ready: Path) -> Path:
    """A project in which something was written."""
    (ready / "customers.csv").write_text("name,kind\nMaju Jaya,company\nSinar Abadi,company\n")
    assert relasi("import", "customer", "customers.csv").code == 0
    return ready


def without_guard(project: Path, statement: str) -> None:
    with closing(sqlite3.connect(project / "data" / "crm.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)


def test_a_log_that_nobody_touched_is_well(relasi: Relasi, busy: Path) -> None:
    answer = relasi("audit", "verify")
    assert (answer.code, "All is well" in answer.out) == (0, True)
    assert relasi("audit", "verify", "--json").data["entries"] == 2


def test_the_log_refuses_to_be_changed(relasi: Relasi, busy: Path) -> None:
    with (
        closing(sqlite3.connect(busy / "data" / "crm.db")) as database,
        pytest.raises(sqlite3.IntegrityError, match="stay as they are"),
    ):
        database.execute("UPDATE relasi_change SET user_id = 'u1'")


def test_an_entry_that_is_gone_is_told_by_the_command_and_by_the_doctor(relasi: Relasi, busy: Path) -> None:
    from relasi.cli.project import opened

    with opened(busy) as crm, crm.store.session() as session:
        session.audit.extend_chain()
    without_guard(busy, "DELETE FROM relasi_change WHERE id = (SELECT min(id) FROM relasi_change)")
    answer = relasi("audit", "verify")
    assert (answer.code, "is gone (link 1)" in answer.out) == (1, True)
    assert "is gone (link 1)" in relasi("doctor").out


def test_a_backup_brings_the_log_and_its_chain_back(relasi: Relasi, busy: Path) -> None:
    assert relasi("backup").code == 0
    (backup,) = (busy / "backups").glob("*.relasi.zip")
    assert relasi("restore", backup, "--yes").code == 0
    assert "All is well" in relasi("audit", "verify").out
