from __future__ import annotations

from decimal import Decimal

import pytest

from relasi.apps.importing.outcomes import refused_rows
from relasi.apps.importing.rows import rows_data
from relasi.apps.importing.run import created_by
from relasi.apps.importing.wizard import Wizard
from relasi.apps.places import Here
from relasi.importing.preview import preview
from relasi.importing.run import Importer, Watch
from relasi.records import ListRequest
from tests.apps.importing.conftest import Begin
from tests.records.world import World

LETTERS = "Subject,Pages,What it costs\nOne,1,\nTwo,many,\n,3,\n"


def imported(here: Here, wizard: Wizard) -> None:
    """Imports as the page does, which notes what is refused."""
    visitor = here.visitor
    importer = Importer(visitor.crm.records, wizard.actor(visitor), visitor.crm.clock)
    importer.run(wizard.prepare(visitor), watch=Watch(row=wizard.findings.note))


def test_columns_find_their_fields_by_their_labels(begin: Begin) -> None:
    assert begin("Perihal,Pages,Sign\nOne,1,x\n").assignment.targets == {
        "Perihal": "subject",
        "Pages": "pages",
    }


def test_numbers_are_read_as_the_file_writes_them(here: Here, begin: Begin) -> None:
    wizard = begin("Subject;Amount\nOne;1.250,50\n")
    imported(here, wizard)
    (letter,) = here.visitor.crm.records.list(here.visitor.actor, ListRequest("letter")).records
    assert letter.values["amount"] == Decimal("1250.50")


def test_a_file_with_the_same_columns_is_read_as_the_last_one(here: Here, begin: Begin) -> None:
    first = begin(LETTERS)
    first.assignment.choose("What it costs", "amount")
    imported(here, first)
    second = begin("Subject,Pages,What it costs\nNew,1,5\n")
    assert second.is_remembered
    assert second.assignment.targets["What it costs"] == "amount"


def test_refused_rows_come_back_with_reasons_and_are_read_like_the_file(here: Here, begin: Begin) -> None:
    wizard = begin(LETTERS)
    wizard.assignment.choose("What it costs", "amount")
    imported(here, wizard)
    written = "".join(refused_rows(here, wizard, wizard.findings.refused))
    assert [line.split(",")[:2] for line in written.splitlines()[1:]] == [["Two", "many"], ["", "3"]]
    again = begin(written)
    assert again.is_remembered
    assert again.assignment.targets == wizard.assignment.targets


def test_the_same_file_is_known_again(here: Here, begin: Begin) -> None:
    imported(here, begin(LETTERS))
    again = begin(LETTERS)
    again.prepare(here.visitor)
    job = again.job(here.visitor)
    assert job is not None
    assert job.finished is not None
    assert job.counts == {"created": 1, "refused": 2}


def test_a_list_shows_what_an_import_has_made(world: World, here: Here, begin: Begin) -> None:
    visitor = here.visitor
    visitor.crm.records.create(visitor.actor, "letter", {"subject": "By hand"})
    wizard = begin(LETTERS)
    world.clock.advance(minutes=1)
    imported(here, wizard)
    job = wizard.job(visitor)
    assert job is not None
    request = ListRequest("letter", where=(created_by(here, job),))
    assert [each.title for each in visitor.crm.records.list(visitor.actor, request).records] == ["One"]


def test_the_preview_says_beside_a_cell_what_is_wrong_with_it(here: Here, begin: Begin) -> None:
    wizard, visitor = begin(LETTERS), here.visitor
    rows = preview(visitor.crm.records, wizard.actor(visitor), wizard.prepare(visitor))
    data = rows_data(here, wizard, rows)
    wrong = data["rows"][1]["cells"]
    assert [each.row.line for each in rows] == [2, 3, 4]
    assert [each["label"] for each in data["columns"]] == ["Line", "Becomes", "Subject", "Pages"]
    assert (wrong[1]["text"], wrong[3]["text"]) == ("Refused", "many")
    assert "many" in wrong[3]["message"]
    assert visitor.crm.records.list(visitor.actor, ListRequest("letter")).records == ()


def test_words_that_a_field_does_not_know_get_a_meaning_which_is_remembered(here: Here, begin: Begin) -> None:
    text = "Subject,Urgency,Tags\nOne,Very high,newish\nTwo,Highest,lost\nThree,?,\n"
    wizard = begin(text)
    wizard.find_words(here.visitor)
    assert wizard.words["Urgency", "urgency"] == {"Very high": 1, "Highest": 1, "?": 1}
    wizard.say_meaning("urgency", "Highest", "high")
    wizard.say_meaning("urgency", "?", "")
    wizard.say_meaning("tags", "newish", "new")
    imported(here, wizard)
    letters = here.visitor.crm.records.list(here.visitor.actor, ListRequest("letter")).records
    values = {each.title: (each.values["urgency"], each.values["tags"]) for each in letters}
    assert values == {"One": ("high", ("new",)), "Two": ("high", ("lost",)), "Three": (None, None)}
    again = begin("Subject,Urgency,Tags\nFour,Highest,\n")
    assert again.assignment.meanings("urgency") == {"Very high": "high", "Highest": "high", "?": None}


def test_a_meaning_that_somebody_takes_back_is_not_filled_in_again(here: Here, begin: Begin) -> None:
    wizard = begin("Subject,Urgency\nOne,Very high\n")
    wizard.find_words(here.visitor)
    wizard.say_meaning("urgency", "Very high", None)
    wizard.find_words(here.visitor)
    assert wizard.assignment.meanings("urgency") == {}


def test_columns_that_the_visitor_may_not_fill_are_named(begin: Begin) -> None:
    wizard = begin("Subject,State,Number,Shoe\nOne,open,L-001,42\n")
    assert wizard.left_out == ("State", "Number")
    assert wizard.assignment.targets == {"Subject": "subject"}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "people.csv"),
        (b"\x00\x01\x02\x03" * 50, "people.csv"),
        (b"PK\x03\x04 not really", "people.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "locked.xlsx"),
        (",".join(f"c{n}" for n in range(2_001)).encode(), "wide.csv"),
        (b"  \n\n", "blank.csv"),
        (b"[1, 2", "broken.json"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    here: Here, begin: Begin, content: bytes, name: str
) -> None:
    wizard = begin(content, name)
    assert wizard.table is None
    assert "--" not in wizard.why(here.visitor)
    assert len(wizard.why(here.visitor)) > 20


def test_a_wide_table_is_no_obstacle(begin: Begin) -> None:
    header = ",".join(["Subject", *(f"c{n}" for n in range(1_999))])
    wizard = begin(f"{header}\nOne{',' * 1_999}\n")
    assert (len(wizard.columns), wizard.assignment.targets) == (2_000, {"Subject": "subject"})


def test_an_encoding_can_be_said_where_it_cannot_be_told(here: Here, begin: Begin) -> None:
    wizard = begin("Subject\nInvoice ┌───┐ total\n".encode("cp437"))
    assert wizard.asks_encoding
    wizard.read_as(here.visitor, "cp1252")
    assert wizard.columns == ("Subject",)


def test_rows_like_others_are_left_out_unless_they_are_wanted(here: Here, begin: Begin) -> None:
    wizard = begin(LETTERS)
    assert wizard.actor(here.visitor).asks
    wizard.leaves_alike = False
    assert not wizard.actor(here.visitor).asks
