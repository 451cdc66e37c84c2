from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.nocodb.copying import Copy
from tests.nocodb_server import Server

CUSTOMER = """
entity: customer
title: "{name}"
fields:
  name: {type: text, required: true, max_length: 40}
  email: {type: email, unique: true}
  city: text
  limit: {type: money, default: 10}
  half: {type: formula, value: limit / 2}
  kind: {type: choice, options: {small: {label: Small}, big: {label: Big}}, default: small}
  friend: {type: link, to: customer, on_delete: restrict}
  note: text
process:
  field: status
  states: {lead: {kind: open}, buyer: {kind: open}, gone: {kind: done}}
  moves:
    buy: {from: [lead], to: buyer}
    leave: {from: [buyer], to: gone}
lists: {all: {label: Everybody, columns: [name]}}
"""
RULE = """
workflow: greet
entity: customer
when: [created, changed: city]
if: city = "Bandung"
do:
  - set: {note: "sampurasun"}
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, nocodb: Server) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("copy")
    copy = Copy(folder / "crm", nocodb, f"exchange {os.getpid()}", CUSTOMER, RULE)
    yield copy
    copy.close()


@pytest.fixture
def copy(opened: Copy) -> Copy:
    """Its tables are made once; each test begins with empty ones."""
    opened.empty("customer")
    return opened


def test_a_record_gets_a_row(copy: Copy) -> None:
    friend = copy.world.create("customer", name="Ani")
    budi = copy.world.create("customer", name="Budi", limit=Decimal("12.50"), friend=friend.id, kind="big")

    copy.meet()

    row = copy.grid("customer")[1]
    assert (row["title"], row["limit"], row["half"], row["kind"]) == ("Budi", 12.5, 6.25, "Big")
    assert (row["relasi_id"], row["friend"], row["friend:name"]) == (budi.id, friend.id, "Ani")
    assert not copy.unsent()


def test_changes_follow(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.world.crm.records.update(copy.world.engine, "customer", budi.id, 1, {"city": "Bogor", "limit": 30})
    copy.meet()

    (row,) = copy.grid("customer")
    assert (row["city"], row["limit"], row["half"]) == ("Bogor", 30, 15)


def test_a_deleted_record_has_no_row(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.world.crm.records.delete(copy.world.engine, "customer", budi.id, 1)
    copy.meet()

    assert copy.grid("customer") == []


def test_an_edit_gets_a_version_an_audit_entry_derived_values_and_rules(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.edit("customer", copy.grid("customer")[0]["Id"], city="Bandung", limit=7)
    copy.meet()

    found = copy.world.values("customer", budi.id)
    assert (found["limit"], found["half"], found["note"]) == (7, Decimal("3.5"), "sampurasun")
    change = copy.world.changes("customer", budi.id)[1]
    assert (change.source, change.fields["city"]) == ("grid", (None, "Bandung"))
    (row,) = copy.grid("customer")
    assert (row["half"], row["note"]) == (3.5, "sampurasun")


def test_an_edit_in_the_second_of_the_last_look_is_seen(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()
    (row,) = copy.grid("customer")

    for number in range(3):
        copy.edit("customer", row["Id"], city=f"City {number}")
        copy.meet()
        assert copy.world.values("customer", budi.id)["city"] == f"City {number}"


def test_what_relasi_has_sent_is_no_edit(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi", city="Bogor")
    copy.meet()
    copy.meet()

    assert [each.kind for each in copy.world.changes("customer", budi.id)] == ["created"]


def test_a_new_row_becomes_a_record(copy: Copy) -> None:
    copy.add("customer", name="Budi", city="Bandung")

    copy.meet()

    (found,) = copy.world.rows("customer")
    assert (found["name"], found["status"], found["note"]) == ("Budi", "lead", "sampurasun")
    (row,) = copy.grid("customer")
    assert (row["relasi_id"], row["limit"], row["note"]) == (found["id"], 10, "sampurasun")


def test_a_new_row_waits_until_it_is_whole(copy: Copy) -> None:
    number = copy.add("customer", city="Bandung")
    copy.meet()
    assert [(each.what, each.field) for each in copy.objections()] == [("created", "name")]

    copy.edit("customer", number, name="Budi")
    copy.meet()

    assert [each["name"] for each in copy.world.rows("customer")] == ["Budi"]
    assert not copy.objections()


def test_a_deleted_row_is_a_deleted_record(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.remove("customer", copy.grid("customer")[0]["Id"])
    copy.meet()

    assert copy.world.changes("customer", budi.id)[-1].kind == "deleted"


def test_the_row_of_a_record_that_has_to_stay_comes_back(copy: Copy) -> None:
    ani = copy.world.create("customer", name="Ani")
    copy.world.create("customer", name="Budi", friend=ani.id)
    copy.meet()

    copy.remove("customer", copy.grid("customer")[0]["Id"])
    copy.meet()

    assert sorted(each["name"] for each in copy.grid("customer")) == ["Ani", "Budi"]
    assert [each.what for each in copy.objections()] == ["deleted"]


def test_a_row_that_gets_the_number_of_a_deleted_one_is_another(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()
    number = copy.grid("customer")[0]["Id"]

    copy.remove("customer", number)
    copy.add("customer", name="Cici")
    copy.meet()

    assert [each["name"] for each in copy.world.rows("customer")] == ["Cici"]
    assert copy.world.changes("customer", budi.id)[-1].kind == "deleted"


@pytest.mark.parametrize(
    ("field", "cell", "ours"),
    [("email", "no mail", None), ("name", "", "Budi"), ("half", 100, 5), ("status", "gone", "lead")],
)
def test_a_value_that_the_recipe_refuses_stays_in_the_grid_only(
    copy: Copy, field: str, cell: object, ours: object
) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()
    (row,) = copy.grid("customer")
    before = copy.sheet("customer").cells["status"].of("gone") if field == "status" else cell

    copy.edit("customer", row["Id"], **{field: before})
    copy.meet()
    copy.meet()

    assert copy.world.values("customer", budi.id)[field] == ours
    assert (copy.grid("customer")[0][field] or "") == before
    assert [each.field for each in copy.objections()] == [field]


def test_edits_of_different_fields_on_both_sides_both_count(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.edit("customer", copy.grid("customer")[0]["Id"], city="Bogor")
    copy.world.crm.records.update(copy.world.engine, "customer", budi.id, 1, {"limit": 99})
    copy.meet()

    found = copy.world.values("customer", budi.id)
    assert (found["city"], found["limit"]) == ("Bogor", 99)
    (row,) = copy.grid("customer")
    assert (row["city"], row["limit"]) == ("Bogor", 99)
    assert not copy.objections()


def test_where_both_sides_changed_a_field_each_keeps_its_value_until_somebody_decides(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.edit("customer", copy.grid("customer")[0]["Id"], city="Bogor")
    copy.world.crm.records.update(copy.world.engine, "customer", budi.id, 1, {"city": "Jakarta"})
    copy.meet()
    copy.meet()

    assert copy.world.values("customer", budi.id)["city"] == "Jakarta"
    assert copy.grid("customer")[0]["city"] == "Bogor"
    assert [(each.theirs, each.ours) for each in copy.objections()] == [("Bogor", "Jakarta")]


def test_a_record_that_was_deleted_here_leaves_what_was_edited_there_as_an_objection(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    copy.edit("customer", copy.grid("customer")[0]["Id"], city="Bogor")
    copy.world.crm.records.delete(copy.world.engine, "customer", budi.id, 1)
    copy.meet()

    assert copy.grid("customer") == []
    assert [each.theirs for each in copy.objections()] == ["Bogor"]


def test_a_copied_row_is_a_record_of_its_own(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()

    number = copy.add("customer", name="Budi again")
    copy.put_id("customer", number, budi.id)
    copy.meet()

    assert sorted(each["name"] for each in copy.world.rows("customer")) == ["Budi", "Budi again"]
    assert len({row["relasi_id"] for row in copy.grid("customer")}) == 2


def test_a_value_is_put_back_when_a_person_says_so(copy: Copy) -> None:
    copy.world.create("customer", name="Budi")
    copy.meet()
    copy.edit("customer", copy.grid("customer")[0]["Id"], name="")
    copy.meet()

    copy.world.crm.objections.put_back(copy.world.engine, copy.objections()[0].id)
    copy.meet()

    assert [row["name"] for row in copy.grid("customer")] == ["Budi"]
    assert not copy.objections()


def test_a_change_here_settles_what_was_refused_there(copy: Copy) -> None:
    budi = copy.world.create("customer", name="Budi")
    copy.meet()
    copy.edit("customer", copy.grid("customer")[0]["Id"], email="no mail")
    copy.meet()

    copy.world.crm.records.update(copy.world.engine, "customer", budi.id, 1, {"email": "budi@example.com"})
    copy.meet()

    assert [row["email"] for row in copy.grid("customer")] == ["budi@example.com"]
    assert not copy.objections()


def test_a_row_that_is_no_record_can_be_dropped(copy: Copy) -> None:
    copy.add("customer", city="Bandung")
    copy.meet()

    copy.world.crm.objections.put_back(copy.world.engine, copy.objections()[0].id)
    copy.meet()

    assert copy.grid("customer") == []
    assert not copy.objections()


def test_a_number_that_no_cell_holds_exactly_is_not_sent_and_told(copy: Copy) -> None:
    copy.world.create("customer", name="Budi", limit=Decimal("9007199254740993.00"))

    copy.meet()

    (row,) = copy.grid("customer")
    assert (row["name"], row["limit"]) == ("Budi", None)
    with copy.world.crm.store.session(write=False) as session:
        (refused,) = session.mirrors.refused(10)
    assert "9007199254740993" in (refused.problem or {})["en"]
