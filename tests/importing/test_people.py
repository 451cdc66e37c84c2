"""What people import on a page: by a map that the page makes, with their own rights, and seen beforehand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relasi.errors import Forbidden
from relasi.importing.files import open_table
from relasi.importing.jobs import history, remembered
from relasi.importing.matching import suggested
from relasi.importing.prepare import prepare
from relasi.importing.preview import preview
from relasi.importing.run import Import, Importer, Watch
from relasi.records import Actor, Source
from relasi.runtime import Crm
from tests.importing.conftest import Write
from tests.importing.loading import load, rows

MANAGER = Actor(None, frozenset({"sales_manager", "sales_rep", "employee"}), Source.PAGE)
MAP = {"import": "contact", "fields": {"name": "Person", "customer": "Of"}}


OLD = {"import": "lead", "fields": {"name": "Name", "status": "State", "number": "No"}}


def prepared(crm: Crm, file: Path, mapping: dict[str, Any] | None = None) -> Import:
    entity = crm.model.entities["contact"]
    made, diagnostics = prepare(crm.model, entity, file, mapping=mapping or MAP)
    assert made is not None, [each.message for each in diagnostics]
    return made


def imported(crm: Crm, made: Import, actor: Actor = MANAGER) -> list[tuple[str, str]]:
    """What became of each row, and why."""
    told: list[tuple[str, str]] = []
    entity = made.mapping.entity

    def row(outcome: Any) -> None:
        told.append((outcome.action.value, " ".join(each.text(entity, "en") for each in outcome.reasons)))

    Importer(crm.records, actor, crm.clock).run(made, watch=Watch(row=row))
    return told


@pytest.fixture
def file(crm: Crm, write: Write) -> Path:
    load(crm, "customer", write("c.csv", "name\nAngkasa\n"))
    return write("p.csv", "Person,Of\nAni,Angkasa\nBudi,Nowhere\n")


def test_the_map_that_would_be_used_is_suggested(crm: Crm, write: Write) -> None:
    table = open_table(write("p.csv", "relasi_id,NAMA,Shoe,Customer,Customer relasi_id\n,Ani,42,Angkasa,\n"))
    assert suggested(crm.model.entities["contact"], table.columns) == {
        "import": "contact",
        "fields": {
            "id": "relasi_id",
            "name": "NAMA",
            "customer": {"from": "Customer relasi_id", "match": "id"},
        },
    }


def test_a_map_is_remembered_by_the_columns_in_whatever_order(crm: Crm, file: Path) -> None:
    imported(crm, prepared(crm, file))
    assert remembered(crm.records, MANAGER, "contact", ("Of", "Person")) == {**MAP, "key": []}
    assert remembered(crm.records, MANAGER, "contact", ("Of", "Person", "Phone")) is None


def test_a_wrong_map_says_what_is_wrong(crm: Crm, file: Path) -> None:
    fields = {"name": "Persn", "customer": "Of"}
    made, diagnostics = prepare(
        crm.model, crm.model.entities["contact"], file, mapping={"import": "contact", "fields": fields}
    )
    assert made is None
    assert [each.message for each in diagnostics] == ['the file has no column "Persn"']


def test_the_first_rows_are_seen_as_they_will_be_and_nothing_is_kept(crm: Crm, file: Path) -> None:
    first, second = preview(crm.records, MANAGER, prepared(crm, file))
    assert first.record is not None
    assert (first.record.title, first.outcome.action.value) == ("Ani", "created")
    assert (second.record, second.outcome.action.value) == (None, "refused")
    assert rows(crm, "contact") == []


def test_the_history_tells_who_imported_what(crm: Crm, file: Path) -> None:
    imported(crm, prepared(crm, file))
    (job,) = history(crm.records, MANAGER, "contact")
    assert (job.file_name, job.counts, job.undone) == ("p.csv", {"created": 1, "refused": 1}, None)


def test_who_has_no_right_to_import_is_refused(crm: Crm, file: Path) -> None:
    rep, made = Actor(None, frozenset({"sales_rep"}), Source.PAGE), prepared(crm, file)
    for refused in (lambda: imported(crm, made, rep), lambda: preview(crm.records, rep, made)):
        with pytest.raises(Forbidden, match="import files"):
            refused()
    assert rows(crm, "contact") == []


def test_people_bring_no_past_along(crm: Crm, file: Path, write: Write) -> None:
    """A state is reached by its moves; only imports at the command line bring it."""
    lead = crm.model.entities["lead"]
    made, _ = prepare(crm.model, lead, write("l.csv", "name,status\nAni,reached\n"))
    assert made is not None
    ((action, why),) = imported(crm, made)
    assert action == "refused"
    assert why.startswith("Status: This cannot go from new to reached.")


def test_an_administrator_brings_a_past_along_also_on_a_page(crm: Crm, write: Write) -> None:
    lead = crm.model.entities["lead"]
    made, _ = prepare(crm.model, lead, write("l.csv", "Name,State,No\nAni,reached,L-7\n"), mapping=OLD)
    assert made is not None
    assert imported(crm, made, replace(MANAGER, everything=True)) == [("created", "")]
    (ani,) = rows(crm, "lead")
    assert (ani["status"], ani["number"]) == ("reached", "L-7")


def test_who_may_not_create_is_told_so_by_the_row(crm: Crm, write: Write) -> None:
    household = crm.model.entities["household"]
    made, _ = prepare(crm.model, household, write("h.csv", "name\nWijaya\n"))
    assert made is not None
    ((action, why),) = imported(crm, made, Actor(None, frozenset({"sales_manager"}), Source.PAGE))
    assert action == "refused"
    assert why.startswith("Your role does not allow you to enter new records")
