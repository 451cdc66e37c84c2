from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Relasi
from tests.postgresql import Server


def describe(project: Path, name: str, *lines: str) -> None:
    text = "\n".join((f"platform: {name}", *lines, ""))
    (project / "config" / "platforms").mkdir(parents=True, exist_ok=True)
    (project / "config" / "platforms" / f"{name}.yaml").write_text(text)


def switch(project: Path, name: str) -> None:
    settings = project / "config" / "crm.yaml"
    settings.write_text(settings.read_text() + f"\nplatform: {name}\n")


@pytest.fixture
def filled(relasi: Relasi, ready: Path) -> Path:
    words = ("user", "add", "sari", "--role", "sales_rep")
    assert relasi(*words, stdin="rahasia sekali\n").code == 0
    return ready


def indexes(server: Server) -> str:
    """The names of all that are there."""
    engine = create_engine(server.url())
    with engine.connect() as connection:
        found = connection.execute(text("SELECT string_agg(indexname, ' ') FROM pg_indexes")).scalar_one()
    engine.dispose()
    return str(found)


@pytest.mark.postgresql
def test_a_project_moves_to_a_server_and_back(relasi: Relasi, filled: Path, postgresql: Server) -> None:
    office = postgresql.platform().replace("platform: local", "platform: office")
    (filled / "config" / "platforms").mkdir(parents=True)
    (filled / "config" / "platforms" / "office.yaml").write_text(office)
    describe(filled, "laptop", "kind: sqlite", "file: data/laptop.db")
    there = relasi("copy", "--from", "local", "--to", "office", "--yes", "--json")
    back = relasi("copy", "--from", "office", "--to", "laptop", "--yes", "--json")
    assert (there.code, back.code) == (0, 0)
    assert back.data["sums"] == there.data["sums"]
    switch(filled, "office")
    assert [each["name"] for each in relasi("user", "list", "--json").data] == ["sari"]
    assert relasi("plan", "--json").data["changes"] == []
    assert "sx_customer" in indexes(postgresql)


def test_a_target_that_is_in_use_is_refused(relasi: Relasi, filled: Path) -> None:
    describe(filled, "other", "kind: sqlite", "file: data/other.db")
    assert relasi("copy", "--from", "local", "--to", "other", "--yes").code == 0
    answer = relasi("copy", "--from", "local", "--to", "other", "--yes")
    assert answer.code == 1
    assert "is not empty" in answer.err


def test_nothing_is_copied_without_consent(relasi: Relasi, filled: Path) -> None:
    describe(filled, "other", "kind: sqlite", "file: data/other.db")
    assert relasi("copy", "--from", "local", "--to", "other").code == 2
    assert not (filled / "data" / "other.db").exists()


def test_an_unknown_platform_is_answered_with_the_nearest(relasi: Relasi, ready: Path) -> None:
    answer = relasi("copy", "--from", "locla", "--to", "x", "--yes")
    assert (answer.code, "Is local meant?" in answer.err) == (2, True)
