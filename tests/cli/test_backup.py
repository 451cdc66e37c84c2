from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Relasi


def add(relasi: Relasi, name: str) -> None:
    assert relasi("user", "add", name, "--role", "sales_rep", stdin="rahasia sekali\n").code == 0


def names(relasi: Relasi) -> list[str]:
    return [each["name"] for each in relasi("user", "list", "--json").data]


def test_what_a_backup_has_comes_back_and_what_it_replaces_is_kept(relasi: Relasi, ready: Path) -> None:
    add(relasi, "sari")
    file = Path(relasi("backup", "--json").data["file"])
    add(relasi, "tono")
    answer = relasi("restore", file, "--yes", "--json")
    assert (answer.code, names(relasi)) == (0, ["sari"])
    assert relasi("restore", answer.data["kept"], "--yes").code == 0
    assert names(relasi) == ["sari", "tono"]


def test_nobody_is_overwritten_without_consent(relasi: Relasi, ready: Path) -> None:
    file = relasi("backup", "--json").data["file"]
    add(relasi, "sari")
    answer = relasi("restore", file)
    assert (answer.code, names(relasi)) == (2, ["sari"])
    assert "Add --yes" in answer.err


def test_a_folder_keeps_the_newest_backups(relasi: Relasi, ready: Path, tmp_path: Path) -> None:
    old = tmp_path / "nightly" / "local-20010101T000000Z.relasi.zip"
    old.parent.mkdir()
    old.touch()
    answer = relasi("backup", "--to", old.parent, "--keep", "1", "--json")
    assert answer.data["gone"] == [str(old)]
    assert list(old.parent.iterdir()) == [Path(answer.data["file"])]


def test_a_file_that_is_there_already_is_left_alone(relasi: Relasi, ready: Path) -> None:
    answer = relasi("backup", "config/crm.yaml")
    assert (answer.code, "is there already" in answer.err) == (1, True)
    assert (ready / "config" / "crm.yaml").read_bytes()[:2] != b"PK"


def test_a_file_that_is_no_backup_is_refused_in_a_sentence(relasi: Relasi, ready: Path) -> None:
    answer = relasi("restore", "config/crm.yaml", "--yes")
    assert answer.code == 1
    assert "is no whole backup of Relasi" in answer.err


def test_a_database_that_is_not_made_yet_has_no_backup(relasi: Relasi, project: Path) -> None:
    answer = relasi("backup")
    assert answer.code == 1
    assert "no apply has made this database" in answer.err
    assert not [*project.glob("backups/*")]
