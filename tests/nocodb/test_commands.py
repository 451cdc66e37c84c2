"""What the command line says of NocoDB. Mostly of one that is not there, which costs no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Relasi, project, relasi
from tests.nocodb_server import Server

__all__ = ["project", "relasi"]

PLATFORM = """
platform: tables
kind: nocodb
nocodb: {{url: "{url}", token: {{env: NOCODB_TOKEN}}, base: "{base}", entities: [product, customer]}}
"""


def use(project: Path, url: str, base: str = "CRM") -> None:
    """Has the project join a NocoDB."""
    folder = project / "config/platforms"
    folder.mkdir(exist_ok=True)
    (folder / "tables.yaml").write_text(PLATFORM.format(url=url, base=base))
    crm = project / "config/crm.yaml"
    crm.write_text(crm.read_text() + "platform: tables\n")


def test_apply_makes_the_database_and_says_that_nocodb_is_to_follow(
    relasi: Relasi, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOCODB_TOKEN", "s3cret")
    monkeypatch.setattr("relasi.nocodb.transport.Patience.__init__.__defaults__", ((), 1.0, 1.0, 1.0))
    use(project, "http://127.0.0.1:1")

    assert "NocoDB  cannot be asked" in relasi("plan").out
    answer = relasi("apply", "--yes")

    assert answer.code == 1
    assert "The database is up to date, NocoDB is not yet" in answer.err
    assert "s3cret" not in answer.out + answer.err
    assert "Nothing to do" in relasi("plan").out
    told = relasi("doctor").out
    assert "NocoDB at 127.0.0.1 does not answer" in told
    assert "s3cret" not in told


def test_a_token_that_is_not_there_is_named(relasi: Relasi, project: Path) -> None:
    use(project, "http://127.0.0.1:1")

    assert "NOCODB_TOKEN" in relasi("plan").out


def test_plan_apply_and_doctor_go_with_a_real_one(
    relasi: Relasi, project: Path, nocodb: Server, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOCODB_TOKEN", nocodb.token)
    use(project, nocodb.url, f"of {base}")

    assert "+ NocoDB  new: 1 base, 2 tables, " in relasi("plan").out
    assert relasi("apply", "--yes").code == 0
    assert relasi("plan", "--json").data["nocodb"] == {"steps": [], "by_hand": []}

    compared = relasi("doctor", "--compare", "--json").data["compared"]
    assert [(each["entity"], each["ours"] == each["theirs"]) for each in compared] == [
        ("product", True),
        ("customer", True),
    ]

    with nocodb.client() as people:
        bases = people.get("/api/v2/meta/bases").json()["list"]
        made = next(each["id"] for each in bases if each["title"] == f"of {base}")
        tables = people.get(f"/api/v2/meta/bases/{made}/tables").json()["list"]
        table = next(each["id"] for each in tables if each["title"] == "Products")
        columns = people.get(f"/api/v2/meta/tables/{table}").json()["columns"]
        named = next(each["id"] for each in columns if each["title"] == "Name")
        people.patch(f"/api/v2/meta/columns/{named}", json={"title": "Called"})
    told = relasi("doctor").out
    assert "somebody renamed Name to Called (product.name)" in told
    assert "label: Called" in told
