from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Relasi

MARKED = "extend: customer\nfields:\n  tax_number:\n    encrypted: true\n    visible_when:\n"


@pytest.fixture
def encrypted(relasi: Relasi, ready: Path) -> Path:
    """A project with an encrypted field, and one customer who has it filled."""
    (ready / "schema" / "customer.yaml").write_text(MARKED)
    (ready / "customers.csv").write_text("name,kind,tax_number\nMaju Jaya,company,01.234.567\n")
    assert relasi("apply", "--yes").code == 0
    assert relasi("import", "customer", "customers.csv").code == 0
    return ready


def test_the_first_apply_that_needs_keys_makes_them_and_says_so(relasi: Relasi, ready: Path) -> None:
    (ready / "keys" / "data.keys").unlink(missing_ok=True)
    (ready / "schema" / "customer.yaml").write_text(MARKED)
    answer = relasi("apply", "--yes")
    assert "Made the key for encrypted fields" in answer.out
    assert (ready / "keys" / "data.keys").stat().st_mode & 0o777 == 0o600


def test_the_status_tells_what_needs_which_key(relasi: Relasi, encrypted: Path) -> None:
    (key,) = relasi("encryption", "status", "--json").data["keys"]
    assert (key["values"], key["there"]) == (2, True)  # of the record, and of its history


def test_a_new_key_takes_over_and_the_old_one_is_needed_no_more(relasi: Relasi, encrypted: Path) -> None:
    before = (encrypted / "keys" / "data.keys").read_text()
    answer = relasi("encryption", "rotate", "--yes", "--json").data
    newest, oldest = relasi("encryption", "status", "--json").data["keys"]
    assert (newest["id"], newest["values"], oldest["values"]) == (answer["key"], 2, 0)
    (encrypted / "keys" / "data.keys").write_text(
        (encrypted / "keys" / "data.keys").read_text().removesuffix(before)
    )
    assert "01.234.567" in relasi("export", "customer").out


def test_a_key_that_is_lost_is_told_before_anybody_works(relasi: Relasi, encrypted: Path) -> None:
    (encrypted / "keys" / "data.keys").write_text("other:" + "A" * 43)
    answer = relasi("worker")
    assert (answer.code, "is missing" in answer.err) == (1, True)
    assert "is missing, which 2 encrypted value(s) need" in relasi("doctor").out


def test_no_new_key_takes_the_place_of_a_lost_one(relasi: Relasi, encrypted: Path) -> None:
    (encrypted / "keys" / "data.keys").unlink()
    relasi("apply", "--yes")
    assert not (encrypted / "keys" / "data.keys").exists()


def test_keys_may_come_by_the_environment(
    relasi: Relasi, encrypted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = (encrypted / "keys" / "data.keys").read_text()
    (encrypted / "keys" / "data.keys").unlink()
    settings = encrypted / "config" / "crm.yaml"
    settings.write_text(settings.read_text() + "\ndata_keys: {env: TEST_DATA_KEYS}\n")
    monkeypatch.setitem(os.environ, "TEST_DATA_KEYS", written)
    assert "01.234.567" in relasi("export", "customer").out
    assert relasi("encryption", "rotate", "--yes").code == 0


def test_a_key_file_that_others_can_read_is_told(relasi: Relasi, encrypted: Path) -> None:
    (encrypted / "keys" / "data.keys").chmod(0o644)
    assert "chmod 600 keys/data.keys" in relasi("doctor").out


def test_backups_carry_encrypted_values_and_bring_them_back(relasi: Relasi, encrypted: Path) -> None:
    assert relasi("backup").code == 0
    (backup,) = (encrypted / "backups").glob("*.relasi.zip")
    assert relasi("restore", backup, "--yes").code == 0
    assert "01.234.567" in relasi("export", "customer").out
