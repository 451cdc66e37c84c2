"""An import that is taken back leaves what there was before, but for what people have done since."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from relasi.errors import Forbidden
from relasi.importing import run, undoing
from relasi.importing.jobs import history
from relasi.importing.prepare import prepare
from relasi.importing.run import Importer, Watch
from relasi.importing.undoing import Undone, undo
from relasi.platform.query import Row
from relasi.records import Actor, Source
from relasi.runtime import Crm, engine_actor
from relasi.schema.model import Fate
from tests.importing.conftest import Write
from tests.importing.loading import load, rows

ADMIN = engine_actor(Source.CLI)
MAP = {
    "import": "contact",
    "key": ["email"],
    "fields": {
        "email": "Mail",
        "name": "Person",
        "phone": "Phone",
        "customer": {"from": "Of", "create": {"kind": "company"}},
    },
}
HEADER = ("Mail", "Person", "Phone", "Of")
ENTITIES = ("contact", "customer", "activity", "task")
_OF_WRITING = {"version", "updated_at", "updated_by"}


class Stopped(Exception):
    """Somebody wants it to stop."""


def table(*lines: tuple[str, ...]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *lines])
    return text.getvalue()


def imported(crm: Crm, file: Path, watch: Watch | None = None) -> str:
    """The key of the import."""
    made, diagnostics = prepare(crm.model, crm.model.entities["contact"], file, mapping=MAP)
    assert made is not None, [each.message for each in diagnostics]
    Importer(crm.records, ADMIN, crm.clock).run(made, watch=watch)
    return made.key


def person(role: str) -> Actor:
    return Actor(None, frozenset({role}), Source.PAGE)


def taken_back(crm: Crm, key: str, actor: Actor = ADMIN) -> Undone:
    return undo(crm.records, actor, key, crm.clock)


def held(crm: Crm) -> Mapping[tuple[str, str], Row]:
    """All records of the entities that the file or its rules may come to."""
    return {
        (entity, row["id"]): {name: value for name, value in row.items() if name not in _OF_WRITING}
        for entity in ENTITIES
        for row in rows(crm, entity)
    }


def test_what_it_made_goes_and_what_it_changed_is_as_before(crm: Crm, write: Write) -> None:
    imported(crm, write("1.csv", table(("a@x.example", "Ani", "", "Angkasa"))))
    before = held(crm)
    second = (("a@x.example", "Anita", "", "Bumi"), ("b@x.example", "Budi", "", "Bumi"))
    undone = taken_back(crm, imported(crm, write("2.csv", table(*second))))
    assert held(crm) == before
    assert undone.counts == {"deleted": 2, "restored": 1}


def test_what_somebody_changed_since_stays(crm: Crm, write: Write) -> None:
    key = imported(crm, write("1.csv", table(("a@x.example", "Ani", "", "Angkasa"))))
    (ani,) = rows(crm, "contact")
    crm.records.update(ADMIN, "contact", ani["id"], ani["version"], {"name": "Anita"})
    undone = taken_back(crm, key)
    assert [each["name"] for each in rows(crm, "contact")] == ["Anita"]
    entity = crm.model.entities["contact"]
    told = {place[0]: [each.text(entity, "en") for each in why] for place, why in undone.kept.items()}
    assert told == {
        "contact": ["Name: somebody has changed this since the import"],
        "customer": ["other records link to it"],
    }


def test_a_field_that_somebody_changed_since_stays_and_the_others_go_back(crm: Crm, write: Write) -> None:
    imported(crm, write("1.csv", table(("a@x.example", "Ani", "+62 812 1111 1111", "Angkasa"))))
    key = imported(crm, write("2.csv", table(("a@x.example", "Anita", "+62 812 2222 2222", "Angkasa"))))
    (ani,) = rows(crm, "contact")
    crm.records.update(ADMIN, "contact", ani["id"], ani["version"], {"name": "Ani Wijaya"})
    undone = taken_back(crm, key)
    (ani,) = rows(crm, "contact")
    assert (ani["name"], ani["phone"], undone.counts) == ("Ani Wijaya", "+6281211111111", {"partly": 1})


def test_records_made_on_the_way_go_too_but_where_others_link_to_them(crm: Crm, write: Write) -> None:
    key = imported(
        crm, write("1.csv", table(("a@x.example", "Ani", "", "Angkasa"), ("b@x.example", "Budi", "", "Bumi")))
    )
    (angkasa,) = (each for each in rows(crm, "customer") if each["name"] == "Angkasa")
    crm.records.create(ADMIN, "contact", {"name": "Citra", "customer": angkasa["id"]})
    undone = taken_back(crm, key)
    assert [each["name"] for each in rows(crm, "customer")] == ["Angkasa"]
    assert [each["name"] for each in rows(crm, "contact")] == ["Citra"]
    assert undone.counts == {"deleted": 3, "kept": 1}


def test_what_stayed_can_be_tried_again(crm: Crm, write: Write) -> None:
    key = imported(crm, write("1.csv", table(("a@x.example", "Ani", "", "Angkasa"))))
    (angkasa,) = rows(crm, "customer")
    citra = crm.records.create(ADMIN, "contact", {"name": "Citra", "customer": angkasa["id"]})
    taken_back(crm, key)
    crm.records.delete(ADMIN, "contact", citra.id, citra.version)
    assert taken_back(crm, key).counts == {"deleted": 2}
    assert rows(crm, "customer") == []


def test_what_rules_did_to_imported_records_goes_back_with_them(crm: Crm, write: Write) -> None:
    """A new complaint gets an owner and a task by rules of the content."""
    load(crm, "customer", write("c.csv", "name\nAngkasa\n"))
    before = held(crm)
    load(crm, "complaint", write("k.csv", "subject,customer,priority\nBroken,Angkasa,urgent\n"))
    assert held(crm) != before
    (job,) = history(crm.records, ADMIN, "complaint")
    taken_back(crm, job.key)
    assert (held(crm), rows(crm, "complaint")) == (before, [])


def test_an_undo_that_was_broken_off_goes_on(crm: Crm, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(crm)
    key = imported(
        crm, write("1.csv", table(*((f"{n}@x.example", f"P{n}", "", "Angkasa") for n in range(7))))
    )
    monkeypatch.setattr(undoing, "BATCH", 3)

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        undo(crm.records, ADMIN, key, crm.clock, watch=Watch(progress=stop))
    (job,) = history(crm.records, ADMIN, "contact")
    assert (job.taken_back, job.undone, len(rows(crm, "contact"))) == ({"deleted": 3}, None, 4)
    assert taken_back(crm, key).counts == {"deleted": 8}
    assert held(crm) == before


def test_a_file_that_was_taken_back_is_imported_anew(crm: Crm, write: Write) -> None:
    file = write("1.csv", table(("a@x.example", "Ani", "", "Angkasa")))
    taken_back(crm, imported(crm, file))
    imported(crm, file)
    assert [each["name"] for each in rows(crm, "contact")] == ["Ani"]
    assert [each.undone is None for each in history(crm.records, ADMIN, "contact")] == [True, False]


def test_an_import_that_broke_off_is_taken_back_as_far_as_it_came(
    crm: Crm, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    before = held(crm)
    file = write("1.csv", table(*((f"{n}@x.example", f"P{n}", "", "Angkasa") for n in range(5))))

    def stop(done: int, total: int) -> None:
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        imported(crm, file, Watch(progress=stop))
    (job,) = history(crm.records, ADMIN, "contact")
    assert taken_back(crm, job.key).counts == {"deleted": 5}
    assert held(crm) == before


def test_who_may_not_import_takes_nothing_back(crm: Crm, write: Write) -> None:
    key = imported(crm, write("1.csv", table(("a@x.example", "Ani", "", "Angkasa"))))
    with pytest.raises(Forbidden):
        taken_back(crm, key, person("sales_rep"))
    assert len(rows(crm, "contact")) == 1


_MAILS = st.sampled_from([f"{name}@x.example" for name in "abcdef"])
_LINES = st.tuples(
    _MAILS,
    st.sampled_from(["Ani", "Budi", "Citra"]),
    st.sampled_from(["", "+62 812 1111 1111", "not a number"]),
    st.sampled_from(["Angkasa", "Bumi", "Candi"]),
)
_FILES = st.lists(_LINES, min_size=1, max_size=6).map(lambda lines: table(*lines))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_FILES, second=_FILES)
def test_undo_is_the_opposite_of_import(crm: Crm, tmp_path: Path, first: str, second: str) -> None:
    """Two imports that reach the same records, taken back the last first, leave what there was."""
    assume(first != second)
    seen, keys = [held(crm)], []
    for name, text in (("1.csv", first), ("2.csv", second)):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        keys.append(imported(crm, file))
        seen.append(held(crm))
    for key, before in zip(reversed(keys), reversed(seen[:-1]), strict=True):
        assert "kept" not in taken_back(crm, key).counts
        assert held(crm) == before


def test_what_was_erased_of_somebody_meanwhile_does_not_come_back(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("1.csv", "name,kind,phone\nAni,person,+62 812 1111 1111\n"))
    (ani,) = rows(crm, "customer")
    load(
        crm,
        "customer",
        write("2.csv", f"relasi_id,name,kind,phone\n{ani['id']},Ani,person,+62 812 2222 2222\n"),
    )
    job = history(crm.records, ADMIN, "customer")[0]
    crm.privacy.erase(ADMIN, "customer", ani["id"], reason="asked", chosen=Fate.ANONYMISE)
    taken_back(crm, job.key)
    (left,) = rows(crm, "customer")
    assert left["phone"] is None
