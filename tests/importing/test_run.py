"""A run writes every sound row once, says why it left out the others, and survives being killed."""

from __future__ import annotations

import csv
import io
import random
import time
from contextlib import closing
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from relasi.errors import ImportRefused
from relasi.importing import run
from relasi.importing.report import ReportFile, RowOutcome
from relasi.importing.run import Watch
from relasi.runtime import Crm, open_model
from tests.importing.conftest import Write
from tests.importing.loading import content, load, rows
from tests.processes import PROCESSES, start, was_killed

CUSTOMERS = """\
import: customer
key: external_id
fields:
  external_id: Id
  name: Name
  tier: {from: Tier, values: {A: gold, B: silver}}
  phone: Phone
"""


def outcomes(crm: Crm, entity: str, file: Path, map_file: Path | None = None) -> list[RowOutcome]:
    seen: list[RowOutcome] = []
    load(crm, entity, file, map_file, watch=Watch(row=seen.append))
    return seen


def reasons(outcome: RowOutcome) -> list[str]:
    return [each.text(content().entities["customer"], "en") for each in outcome.reasons]


def test_columns_without_a_map_fill_the_fields_that_are_called_like_them(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("a.csv", "NAMA;Kota;E-mail\nBudi;Solo;budi@solo.example\n"))
    (made,) = rows(crm, "customer")
    assert (made["name"], made["city"], made["email"]) == ("Budi", "Solo", "budi@solo.example")


def test_a_refused_row_names_its_fields_and_costs_no_other(crm: Crm, write: Write) -> None:
    text = "name,email,phone\nBudi,budi at home,12\nSiti,siti@solo.example,\n,tono@solo.example,\n"
    first, second, third = outcomes(crm, "customer", write("a.csv", text))
    assert [each.split(":")[0] for each in reasons(first)] == ["E-mail", "Phone"]
    assert reasons(third) == ["Name: Please fill this in."]
    assert [each["name"] for each in rows(crm, "customer")] == ["Siti"]
    assert second.record_id == rows(crm, "customer")[0]["id"]


def test_a_known_key_updates_and_empty_cells_keep_what_there_is(crm: Crm, write: Write) -> None:
    map_file = write("map.yaml", CUSTOMERS)
    load(crm, "customer", write("1.csv", "Id,Name,Tier,Phone\n7,Budi,A,+62 812 3456 7890\n"), map_file)
    second = write("2.csv", "Id,Name,Tier,Phone\n7,Budi S.,,\n8,Siti,B,\n")
    assert [each.action.value for each in outcomes(crm, "customer", second, map_file)] == [
        "updated",
        "created",
    ]
    budi, siti = rows(crm, "customer")
    assert (budi["name"], budi["tier"], budi["phone"], budi["version"]) == (
        "Budi S.",
        "gold",
        "+6281234567890",
        2,
    )
    assert siti["tier"] == "silver"


def test_a_row_that_changes_nothing_writes_nothing(crm: Crm, write: Write) -> None:
    map_file = write("map.yaml", CUSTOMERS)
    load(crm, "customer", write("1.csv", "Id,Name,Tier,Phone\n7,Budi,A,\n"), map_file)
    again = write("2.csv", "Id,Name,Tier,Phone\n7,Budi,gold,\n")
    assert [each.action.value for each in outcomes(crm, "customer", again, map_file)] == ["unchanged"]
    assert rows(crm, "customer")[0]["version"] == 1


@pytest.mark.parametrize(("counts", "name"), [("first", "Budi"), ("last", "Budi Santoso")])
def test_of_rows_with_one_key_the_one_that_the_map_names_counts(
    crm: Crm, write: Write, counts: str, name: str
) -> None:
    map_file = write("map.yaml", CUSTOMERS.replace("fields:", f"same_key: {counts}\nfields:"))
    many = "".join(f"x{n},Other {n},,\n" for n in range(600))
    load(crm, "customer", write("a.csv", f"Id,Name,Tier,Phone\n7,Budi,,\n{many}7,Budi Santoso,,\n"), map_file)
    assert [each["name"] for each in rows(crm, "customer") if each["external_id"] == "7"] == [name]
    assert len(rows(crm, "customer")) == 601


def test_rows_without_a_needed_column_are_passed_over(crm: Crm, write: Write) -> None:
    map_file = write("map.yaml", CUSTOMERS.replace("fields:", "skip_when_empty: Id\nfields:"))
    text = "Id,Name,Tier,Phone\n,Budi,,\n8,Siti,,\n"
    first, second = outcomes(crm, "customer", write("a.csv", text), map_file)
    assert (first.action.value, reasons(first)) == ("skipped", ["Id is empty"])
    assert second.action.value == "created"


def test_an_empty_key_is_refused(crm: Crm, write: Write) -> None:
    text = "Id,Name,Tier,Phone\n,Budi,,\n"
    (only,) = outcomes(crm, "customer", write("a.csv", text), write("map.yaml", CUSTOMERS))
    assert reasons(only) == ["Number elsewhere: this is part of the key and may not be empty"]


def test_a_null_among_the_values_empties_the_field_against_its_default(crm: Crm, write: Write) -> None:
    map_file = write("map.yaml", CUSTOMERS.replace("B: silver", "B: null"))
    load(crm, "customer", write("a.csv", "Id,Name,Tier,Phone\n1,Budi,B,\n2,Siti,,\n"), map_file)
    assert [each["tier"] for each in rows(crm, "customer")] == [None, "standard"]


def test_links_find_their_records_by_the_field_that_the_map_names(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("c.csv", "name,external_id\nBudi,C1\nSiti,C2\n"))
    map_file = write(
        "map.yaml",
        "import: contact\nfields:\n  name: Person\n  customer: {from: Of, match: external_id}\n",
    )
    found = outcomes(crm, "contact", write("p.csv", "Person,Of\nA,C2\nB,C9\n"), map_file)
    siti = next(each for each in rows(crm, "customer") if each["name"] == "Siti")
    assert [each["customer"] for each in rows(crm, "contact")] == [siti["id"]]
    assert found[1].reasons[0].text(content().entities["contact"], "en") == "Customer: nothing is called “C9”"


def test_a_name_that_two_records_have_is_refused(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("c.csv", "name\nBudi\nBudi\n"))
    (only,) = outcomes(crm, "contact", write("p.csv", "name,customer\nA,Budi\n"))
    assert "several are called “Budi”" in only.reasons[0].text(content().entities["contact"], "en")


def test_missing_linked_records_are_made_once_where_the_map_says_so(crm: Crm, write: Write) -> None:
    map_file = write(
        "map.yaml",
        "import: contact\n"
        "fields:\n"
        "  name: Person\n"
        "  customer:\n"
        "    {from: Company, match: name, create: {kind: company, city: '{City}', notes: 'from {City}'}}\n",
    )
    text = "Person,Company,City\nA,PT X,Solo\nB,PT X,Jambi\nC,PT Y,\n"
    load(crm, "contact", write("p.csv", text), map_file)
    made = {each["name"]: (each["city"], each["notes"], each["kind"]) for each in rows(crm, "customer")}
    assert made == {"PT X": ("Solo", "from Solo", "company"), "PT Y": (None, None, "company")}


def test_a_link_to_several_entities_says_which_one(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("c.csv", "name\nBudi\n"))
    map_file = write(
        "map.yaml", "import: task\nfields:\n  subject: What\n  about: {from: Who, to: customer}\n"
    )
    load(crm, "task", write("t.csv", "What,Who\nCall,Budi\n"), map_file)
    assert rows(crm, "task")[0]["about"] == f"customer/{rows(crm, 'customer')[0]['id']}"


def test_people_are_found_by_sign_in_name_in_any_case(crm: Crm, write: Write) -> None:
    user = crm.accounts.add(
        "Sari",
        full_name="Sari L.",
        email="",
        roles=["sales_rep"],
        language="en",
        password="four words nobody joins",
    )
    load(crm, "customer", write("c.csv", "name,owner\nBudi,sari\n"))
    assert rows(crm, "customer")[0]["owner"] == user.id


def test_what_was_refused_before_an_import_broke_off_is_told_when_it_goes_on(
    crm: Crm, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    file = write("c.csv", "name,email\nBudi,wrong\nSiti,\nTono,wrong too\n")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(crm, "customer", file, watch=Watch(progress=stop))
    told: list[RowOutcome] = []
    assert load(crm, "customer", file, watch=Watch(row=told.append)).counts == {"created": 1, "refused": 2}
    assert [(each.line, reasons(each)) for each in told] == [
        (2, ["E-mail: wrong is not an e-mail address. Write it as name@example.com."]),
        (4, ["E-mail: wrong too is not an e-mail address. Write it as name@example.com."]),
    ]


def test_a_finished_import_does_nothing_the_second_time(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("c.csv", "name\nBudi\n"))
    assert load(crm, "customer", write("renamed.csv", "name\nBudi\n")).finished_before is not None
    assert len(rows(crm, "customer")) == 1


def test_again_imports_a_finished_file_once_more(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("c.csv", "name\nBudi\n"))
    assert load(crm, "customer", write("c.csv", "name\nBudi\n"), again=True).counts["created"] == 1
    assert len(rows(crm, "customer")) == 2


def test_a_file_that_breaks_off_late_is_refused_before_anything_is_written(crm: Crm, write: Write) -> None:
    text = "name\n" + "".join(f"Person {n}\n" for n in range(1200)) + '"never closed\n'
    with pytest.raises(ImportRefused, match="line 1202 opens a quote"):
        load(crm, "customer", write("c.csv", text))
    assert rows(crm, "customer") == []


def test_the_report_file_has_a_line_for_each_row(crm: Crm, write: Write) -> None:
    text = io.StringIO()
    report = ReportFile(text, content().entities["customer"], "id")
    load(crm, "customer", write("c.csv", "name,email\nBudi,\nSiti,x\n"), watch=Watch(row=report.write))
    written = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [(each["line"], each["action"]) for each in written] == [("2", "created"), ("3", "refused")]
    assert "Email: x bukan alamat email" in written[1]["reasons"]


def import_customers(root: Path, file: Path, map_file: Path, told: Connection) -> None:
    with closing(open_model(root, content())) as crm:
        load(crm, "customer", file, map_file, watch=Watch(progress=lambda *_: told.send("on")))


def test_a_killed_import_goes_on_and_makes_no_doubles(crm: Crm, write: Write, tmp_path: Path) -> None:
    file = write("c.csv", "Id,Name,Tier,Phone\n" + "".join(f"{n},Person {n},,\n" for n in range(5000)))
    map_file = write("map.yaml", CUSTOMERS.replace("key: external_id\n", ""))
    pause, kills = random.Random(7), 0
    for _ in range(30):
        heard, told = PROCESSES.Pipe(duplex=False)
        process = start(import_customers, tmp_path, file, map_file, told)
        told.close()
        if kills < 3:
            assert heard.recv() == "on"
            time.sleep(pause.uniform(0, 0.1))
            process.kill()
        if not was_killed(process):
            break
        kills += 1
    assert kills == 3
    assert sorted(int(each["external_id"]) for each in rows(crm, "customer")) == list(range(5000))
    assert len({each["number"] for each in rows(crm, "customer")}) == 5000
    with crm.store.session(write=False) as session:
        assert {
            each.kind for each in session.audit.of("customer", rows(crm, "customer")[0]["id"], limit=10)
        } == {"created"}


def test_a_complaint_of_old_brings_when_it_was_answered(crm: Crm, write: Write) -> None:
    load(crm, "customer", write("c.csv", "name\nBudi\n"))
    lines = (
        "subject: What",
        "customer: Who",
        "status: State",
        "received_at: In",
        "response_met_at: Answered",
    )
    map_file = write("map.yaml", "import: complaint\nfields:\n" + "".join(f"  {line}\n" for line in lines))
    text = "What,Who,State,In,Answered\nBroken,Budi,in_progress,2026-11-20 09:00,2026-11-20 11:30\n"
    load(crm, "complaint", write("old.csv", text), map_file)
    (complaint,) = rows(crm, "complaint")
    assert (complaint["response_state"], complaint["response_used"]) == (
        "met",
        timedelta(hours=2, minutes=30),
    )
