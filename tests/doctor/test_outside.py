from __future__ import annotations

from pathlib import Path

from relasi.doctor import Finding
from relasi.doctor.work import outside
from relasi.store.mirrors import Unsent
from relasi.store.objections import Objection
from tests.records.world import NOW, World, make_world

BOOK = "entity: book\nfields: {name: text}\n"
WHY = {"en": "Please fill this in.", "id": "Mohon diisi."}


def found(world: World) -> list[Finding]:
    told = list(outside(world.crm))
    world.crm.close()
    return told


def test_what_was_entered_outside_and_not_taken_over_is_told(tmp_path: Path) -> None:
    world = make_world(tmp_path, BOOK)
    with world.crm.store.session() as session:
        session.objections.add([Objection("o", NOW, "book", "b", "changed", "name", None, "x", WHY)])

    (finding,) = found(world)

    assert finding.what.startswith("1 value(s)")


def test_what_nocodb_did_not_take_is_told_with_its_record(tmp_path: Path) -> None:
    world = make_world(tmp_path, BOOK)
    with world.crm.store.session() as session:
        session.mirrors.mark("book", ["b"], NOW, "m")
        session.mirrors.put_off(Unsent("book", "b", NOW, "m"), NOW, WHY)

    (finding,) = found(world)

    assert "book b" in finding.what


def test_where_nothing_was_edited_outside_nothing_is_told(tmp_path: Path) -> None:
    assert found(make_world(tmp_path, BOOK)) == []
