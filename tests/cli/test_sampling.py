"""`relasi sample` fills an empty database, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Relasi

FILES = {
    "config/crm.yaml": "crm: 1\nname: Shop\n",
    "config/platforms/local.yaml": "platform: local\nkind: sqlite\n",
    "config/roles.yaml": "roles:\n  seller:\n",
    "schema/ware.yaml": "entity: ware\nplural: Wares\nfields: {name: text}\n",
}
SAMPLE = """sample:
  users: {ana: {full_name: Ana, email: ana@shop.example, roles: [seller], password: shop-of-ana}}
  records: {ware: {count: 2, fields: {name: {template: "Ware {n}"}}}}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {**FILES, "config/sample_data.yaml": SAMPLE}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_empty_database_is_filled_in_the_size_that_is_asked_for(relasi: Relasi, shop: Path) -> None:
    assert relasi("sample", "--size", "30", "--json").data == {"records": 30, "entities": {"ware": 30}}


def test_the_people_of_the_sample_are_there(relasi: Relasi, shop: Path) -> None:
    relasi("sample")

    assert [each["name"] for each in relasi("user", "list", "--json").data] == ["ana"]


def test_where_a_sample_of_another_size_is_nothing_is_made(relasi: Relasi, shop: Path) -> None:
    relasi("sample", "--size", "4")
    answer = relasi("sample", "--size", "3")

    assert (answer.code, "There are people or records" in answer.err) == (1, True)


def test_a_project_that_says_of_no_records_is_told(relasi: Relasi, shop: Path) -> None:
    (shop / "config/sample_data.yaml").unlink()

    assert "how they are made" in relasi("sample").err
