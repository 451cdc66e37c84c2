"""Edits by plain SQL on a real PostgreSQL, as NocoDB or a person with psql makes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.errors import Forbidden, InUse, Invalid, Stale
from tests.postgresql import Server
from tests.records.outside import Outside, opened_outside
from tests.records.world import NOW

CUSTOMER = """
entity: customer
title: "{name}"
fields:
  name: {type: text, required: true, max_length: 20}
  email: {type: email, unique: true}
  city: text
  orders: {type: rollup, of: order.customer, count: true}
  total: {type: rollup, of: order.customer, sum: amount}
"""
ORDER = """
entity: order
title: "{subject}"
fields:
  number: {type: series, pattern: "O-{n:04}"}
  subject: {type: text, required: true}
  customer: {type: link, to: customer, on_delete: restrict}
  about: {type: link, to: [customer, order], on_delete: restrict}
  amount: {type: money, default: 10}
  half: {type: formula, value: amount / 2}
  priority: {type: choice, options: [low, high], default: low}
  note: {type: text, access: {update: [boss]}}
access: {reader: {read: true}}
process:
  field: status
  states:
    new: {kind: open}
    shipped: {kind: open}
    paid: {kind: done}
  moves:
    ship: {from: [new], to: shipped}
    pay: {from: [shipped], to: paid, who: [boss]}
"""
RULE = """
workflow: greet
entity: order
when: [created, changed: priority]
if: priority = high
do:
  - set: {note: "hurry"}
"""
ROLES = "roles:\n  boss: {everything: true}\n  reader: {}\n"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("outside")
    with opened_outside(folder, postgresql, CUSTOMER, ORDER, RULE, ROLES) as outside:
        yield outside


@pytest.fixture
def outside(opened: Outside) -> Outside:
    opened.empty()
    return opened


def test_an_edit_gets_a_version_an_audit_entry_derived_values_and_rules(outside: Outside) -> None:
    order = outside.world.create("order", subject="Chair", amount=10)

    outside.sql("""UPDATE "order" SET amount = 30.50, priority = 'high' WHERE id = :id""", id=order.id)
    outside.looked_at()

    found = outside.world.values("order", order.id)
    assert (str(found["amount"]), str(found["half"]), found["note"]) == ("30.50", "15.25", "hurry")
    _, change, rule, *_ = outside.world.changes("order", order.id)
    assert (change.source, change.user_id, change.fields["priority"]) == ("grid", None, ("low", "high"))
    assert (rule.rule, rule.fields) == ("greet", {"note": (None, "hurry")})


def test_an_edit_makes_the_forms_stale_that_were_open_before_it(outside: Outside) -> None:
    order = outside.world.create("order", subject="Chair")

    outside.sql("""UPDATE "order" SET subject = 'Table'""")

    with pytest.raises(Stale):
        outside.world.crm.records.update(
            outside.world.engine, "order", order.id, order.version, {"subject": "Bed"}
        )


def test_what_relasi_writes_is_no_edit(outside: Outside) -> None:
    customer = outside.world.create("customer", name="Budi")
    outside.world.create("order", subject="Chair", customer=customer.id)

    assert outside.sql("SELECT * FROM relasi_edit") == []


def test_an_edit_that_changes_nothing_is_none(outside: Outside) -> None:
    outside.world.create("order", subject="Chair")

    outside.sql("""UPDATE "order" SET subject = 'Chair'""")

    assert outside.sql("""SELECT version FROM "order" """) == [(1,)]
    assert outside.sql("SELECT * FROM relasi_edit") == []


def test_several_edits_of_a_record_count_as_one(outside: Outside) -> None:
    order = outside.world.create("order", subject="Chair")

    outside.sql("""UPDATE "order" SET subject = 'Table'""")
    outside.sql("""UPDATE "order" SET subject = 'Bed', about = NULL""")
    outside.looked_at()

    assert [each.fields for each in outside.world.changes("order", order.id)[1:]] == [
        {"subject": ("Chair", "Bed")}
    ]


@pytest.mark.parametrize(
    ("edit", "field", "theirs", "ours"),
    [
        ("subject = NULL", "subject", None, "Chair"),
        ("priority = 'urgent'", "priority", "urgent", "low"),
        ("status = 'lost'", "status", "lost", "new"),
        ("status = 'paid'", "status", "paid", "new"),
        ("half = 100", "half", "100.00", "5.00"),
        ("number = 'O-9999'", "number", "O-9999", "O-0001"),
        ("about = 'customer/nobody'", "about", "customer/nobody", None),
        ("note = 'mine'", "note", "mine", None),
    ],
)
def test_a_value_that_the_recipe_refuses_is_taken_out_again_and_kept_as_an_objection(
    outside: Outside, edit: str, field: str, theirs: object, ours: object
) -> None:
    order = outside.world.create("order", subject="Chair")

    outside.sql(f'UPDATE "order" SET {edit}')
    outside.looked_at()

    (objection,) = outside.objections()
    assert (objection.record_id, objection.what, objection.field) == (order.id, "changed", field)
    assert (objection.theirs, objection.ours) == (theirs, ours)
    assert objection.text["en"] != objection.text["id"]
    found = outside.world.values("order", order.id)
    assert {**found, "updated_at": NOW, "version": 1} == order.values


def test_the_sound_values_of_an_edit_are_taken_over_all_the_same(outside: Outside) -> None:
    customer = outside.world.create("customer", name="Budi", email="budi@example.com")

    outside.sql("UPDATE customer SET email = 'no mail', city = 'Bandung'")
    outside.looked_at()

    found = outside.world.values("customer", customer.id)
    assert (found["email"], found["city"]) == ("budi@example.com", "Bandung")
    assert [each.field for each in outside.objections()] == ["email"]


def test_a_state_is_reached_by_its_move(outside: Outside) -> None:
    order = outside.world.create("order", subject="Chair")

    outside.sql("""UPDATE "order" SET status = 'shipped'""")
    outside.looked_at()

    change = outside.world.changes("order", order.id)[1]
    assert (change.kind, change.fields["status"]) == ("moved", ("new", "shipped"))


def test_a_move_for_certain_people_is_not_made_by_somebody_unknown(outside: Outside) -> None:
    outside.world.create("order", subject="Chair")
    outside.sql("""UPDATE "order" SET status = 'shipped'""")
    outside.looked_at()

    outside.sql("""UPDATE "order" SET status = 'paid'""")
    outside.looked_at()

    assert outside.sql("""SELECT status FROM "order" """) == [("shipped",)]
    assert [each.theirs for each in outside.objections()] == ["paid"]


def test_a_later_sound_edit_settles_the_objection(outside: Outside) -> None:
    outside.world.create("customer", name="Budi")
    outside.sql("UPDATE customer SET email = 'no mail'")
    outside.looked_at()

    outside.sql("UPDATE customer SET email = 'budi@example.com'")
    outside.looked_at()

    assert not outside.objections()


def test_a_new_row_becomes_a_record(outside: Outside) -> None:
    ((key,),) = outside.sql(
        """INSERT INTO "order" (subject, priority) VALUES ('Chair', 'high') RETURNING id"""
    )
    outside.looked_at()

    found = outside.world.values("order", key)
    assert (found["number"], found["status"], str(found["half"])) == ("O-0001", "new", "5.00")
    assert [each.kind for each in outside.world.changes("order", key)][:2] == ["created", "updated"]
    assert found["note"] == "hurry"


def test_a_new_row_waits_until_it_is_whole(outside: Outside) -> None:
    ((key,),) = outside.sql("""INSERT INTO "order" (priority) VALUES ('high') RETURNING id""")
    outside.looked_at()
    assert [(each.what, each.field) for each in outside.objections()] == [("created", "subject")]
    assert outside.world.changes("order", key) == []

    outside.sql("""UPDATE "order" SET subject = 'Chair'""")
    outside.looked_at()

    assert not outside.objections()
    assert outside.world.changes("order", key)[0].kind == "created"


def test_a_new_row_that_somebody_completes_here_becomes_a_record(outside: Outside) -> None:
    ((key,),) = outside.sql("""INSERT INTO "order" (priority) VALUES ('high') RETURNING id""")
    outside.looked_at()

    outside.world.crm.records.update(outside.world.engine, "order", key, 0, {"subject": "Chair"})
    outside.looked_at()

    assert not outside.objections()
    assert outside.world.values("order", key)["number"] == "O-0001"
    assert outside.world.values("order", key)["note"] == "hurry"


def test_a_wrong_value_of_a_new_row_is_left_out(outside: Outside) -> None:
    ((key,),) = outside.sql(
        """INSERT INTO "order" (subject, status, half) VALUES ('Chair', 'paid', 7) RETURNING id"""
    )
    outside.looked_at()

    found = outside.world.values("order", key)
    assert (found["status"], str(found["half"])) == ("new", "5.00")
    assert {(each.what, each.field) for each in outside.objections()} == {
        ("changed", "status"),
        ("changed", "half"),
    }


def test_a_delete_counts_as_one_made_here(outside: Outside) -> None:
    customer = outside.world.create("customer", name="Budi")
    order = outside.world.create("order", subject="Chair", customer=customer.id)

    outside.sql('DELETE FROM "order"')
    outside.looked_at()

    assert outside.world.changes("order", order.id)[-1].kind == "deleted"
    assert outside.world.values("customer", customer.id)["orders"] == 0


def test_a_record_that_others_need_comes_back(outside: Outside) -> None:
    customer = outside.world.create("customer", name="Budi", city="Bandung")
    outside.world.create("order", subject="Chair", about=f"customer/{customer.id}")

    outside.sql("DELETE FROM customer")
    outside.looked_at()

    assert outside.world.values("customer", customer.id)["city"] == "Bandung"
    assert [(each.what, each.field) for each in outside.objections()] == [("deleted", None)]


def test_records_that_were_deleted_together_are_both_told(outside: Outside) -> None:
    customer = outside.world.create("customer", name="Budi")
    order = outside.world.create("order", subject="Chair", customer=customer.id)

    outside.sql('DELETE FROM "order"')
    outside.sql("DELETE FROM customer")
    outside.looked_at()

    assert outside.world.changes("order", order.id)[-1].kind == "deleted"
    assert outside.world.changes("customer", customer.id)[-1].kind == "deleted"
    assert outside.sql("SELECT id FROM customer") == []


def test_a_row_that_came_and_went_is_nothing(outside: Outside) -> None:
    ((key,),) = outside.sql("""INSERT INTO "order" (subject) VALUES ('Chair') RETURNING id""")
    outside.sql('DELETE FROM "order"')
    outside.looked_at()

    assert outside.world.changes("order", key) == []
    assert not outside.objections()


def test_values_that_two_rows_have_exchanged_are_taken_over(outside: Outside) -> None:
    outside.world.create("customer", name="A", email="a@example.com")
    outside.world.create("customer", name="B", email="b@example.com")

    outside.sql("UPDATE customer SET email = 'c@example.com' WHERE name = 'A'")
    outside.sql("UPDATE customer SET email = 'a@example.com' WHERE name = 'B'")
    outside.looked_at()

    assert [each["email"] for each in outside.world.rows("customer")] == ["c@example.com", "a@example.com"]
    assert not outside.objections()


def test_edits_are_looked_at_once_by_many_workers(outside: Outside) -> None:
    keys = [outside.world.create("order", subject=f"{number}").id for number in range(12)]
    outside.sql("""UPDATE "order" SET subject = subject || '!'""")

    workers = [Thread(target=outside.looked_at) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [len(outside.world.changes("order", key)) for key in keys] == [2] * 12
    assert {each["version"] for each in outside.world.rows("order")} == {3}


def test_who_may_edit_records_need_not_read_the_notes(outside: Outside) -> None:
    outside.world.create("order", subject="Chair")
    role = f"grid_{outside.schema}"
    outside.sql(f"CREATE ROLE {role}")
    outside.sql(f"GRANT USAGE ON SCHEMA {outside.schema} TO {role}")
    outside.sql(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "order" TO {role}')

    outside.sql(f"""SET LOCAL ROLE {role}; UPDATE "order" SET subject = 'Table'""")

    assert outside.sql("SELECT new ->> 'subject' FROM relasi_edit") == [("Table",)]


def test_the_database_stops_noting_edits_when_nobody_wants_them(outside: Outside) -> None:
    crm = outside.world.crm
    model = replace(crm.model, platform=replace(crm.model.platform, watch=None))
    plan = make_plan(model, crm.database, now=NOW)

    apply(plan, model, crm.database, Stamp("unwatched", NOW))

    assert [each.kind for each in plan.due] == ["watch_tables"]
    assert make_plan(model, crm.database, now=NOW).is_empty
    assert (
        outside.sql("SELECT 1 FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'customer'::regclass")
        == []
    )
    again = make_plan(crm.model, crm.database, now=NOW)
    apply(again, crm.model, crm.database, Stamp("watched", NOW))


def test_a_person_takes_over_what_was_not_taken_over_by_itself(outside: Outside) -> None:
    order = outside.world.create("order", subject="Chair")
    outside.sql("""UPDATE "order" SET note = 'mine'""")
    outside.looked_at()
    boss = outside.world.actor("boss", "boss")

    outside.world.crm.objections.take_over(boss, outside.objections()[0].id)

    assert outside.world.values("order", order.id)["note"] == "mine"
    assert outside.world.changes("order", order.id)[-1].user_id == boss.user_id
    assert not outside.objections()


def test_what_is_still_wrong_is_refused_once_more(outside: Outside) -> None:
    outside.world.create("order", subject="Chair")
    outside.sql("""UPDATE "order" SET status = 'lost'""")
    outside.looked_at()
    (objection,) = outside.objections()

    with pytest.raises(Invalid):
        outside.world.crm.objections.take_over(outside.world.engine, objection.id)

    assert outside.objections() == (objection,)


def test_a_row_that_is_no_record_can_be_dropped(outside: Outside) -> None:
    outside.sql("""INSERT INTO "order" (priority) VALUES ('high')""")
    outside.looked_at()

    outside.world.crm.objections.put_back(outside.world.engine, outside.objections()[0].id)
    outside.looked_at()

    assert outside.sql('SELECT * FROM "order"') == []
    assert not outside.objections()


def test_a_delete_that_was_refused_can_be_made_here_later(outside: Outside) -> None:
    customer = outside.world.create("customer", name="Budi")
    order = outside.world.create("order", subject="Chair", about=f"customer/{customer.id}")
    outside.sql("DELETE FROM customer")
    outside.looked_at()
    (objection,) = outside.objections()
    with pytest.raises(InUse):
        outside.world.crm.objections.take_over(outside.world.engine, objection.id)

    outside.world.crm.records.delete(outside.world.engine, "order", order.id, 1)
    outside.world.crm.objections.take_over(outside.world.engine, objection.id)

    assert outside.sql("SELECT * FROM customer") == []


def test_who_may_not_change_the_record_decides_nothing(outside: Outside) -> None:
    order = outside.world.create("order", subject="Chair")
    outside.sql("""UPDATE "order" SET note = 'mine'""")
    outside.looked_at()
    stranger = outside.world.actor("stranger", "reader")

    with pytest.raises(Forbidden):
        outside.world.crm.objections.put_back(stranger, outside.objections()[0].id)
    assert outside.world.crm.objections.on(stranger, order) == ()
    assert outside.world.crm.objections.count(stranger) == 0


def test_a_new_row_that_others_link_to_already_knows_of_them(outside: Outside) -> None:
    ((key,),) = outside.sql("INSERT INTO customer (name) VALUES ('Budi') RETURNING id")
    outside.world.create("order", subject="Chair", customer=key)

    outside.looked_at()

    assert outside.world.values("customer", key)["orders"] == 1
