"""A record is created: defaults, validation of every kind, numbers, states; or nothing at all is written."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relasi.errors import Forbidden, Invalid, NotFound
from relasi.records import Source
from tests.postgresql import WORLDS_ON_BOTH
from tests.records.world import NOW, World

ROLES = """
roles:
  agent: {}
  partner: {}
"""

CUSTOMER = """
entity: customer
fields:
  name: {type: text, required: true}
  owner: user
access:
  agent: {read: all, create: true}
  partner: {read: own}
"""

TICKET = """
entity: ticket
fields:
  number: {type: series, pattern: "T-{n:03}"}
  subject: {type: text, required: true, max_length: 20}
  customer: {type: link, to: customer}
  about: {type: link, to: [customer, ticket]}
  priority: {type: choice, options: [low, high], default: low}
  reason: {type: text, visible_when: priority = high, required_when: subject != "exempt"}
  refund: {type: money, min: 0, max: 100}
  code: {type: text, unique: true}
  shelf: text
  place: number
  reported: {type: datetime, default: now}
  closed: {type: datetime, read_only: true}
  origin: {type: text, read_only: true, default: web}
  owner: {type: user, default: me}
  secret: text
process:
  states: {new: {kind: open}, done: {kind: done}}
  moves:
    finish: {from: [new], to: done}
unique: [[shelf, place]]
access:
  agent: {read: all, create: true, update: all}
  partner: {read: all, create: true, hide: [secret]}
"""

EVERYTHING = """
entity: thing
fields:
  a_text: text
  a_long_text: long_text
  a_number: number
  a_decimal: {type: decimal, places: 3}
  some_money: money
  a_percent: percent
  a_boolean: boolean
  a_date: date
  a_datetime: datetime
  a_time: time
  a_duration: duration
  a_choice: {type: choice, options: [x, y]}
  several: {type: multi_choice, options: [x, y, z]}
  an_email: email
  a_phone: phone
  a_url: url
  a_rating: rating
  a_user: user
  a_link: {type: link, to: thing}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CUSTOMER, TICKET)


def refused(world: World, values: dict[str, Any], actor: str = "ana", *roles: str) -> dict[str | None, str]:
    """Field -> code of what is wrong with a ticket of these values. Nothing is written."""
    with pytest.raises(Invalid) as caught:
        world.crm.records.create(world.actor(actor, *(roles or ("agent",))), "ticket", values)
    assert world.rows("ticket") == []
    return {issue.field: issue.code for issue in caught.value.issues}


class TestDefaults:
    def test_a_new_record_starts_with_its_defaults(self, world: World) -> None:
        ana = world.actor("ana", "agent")

        values = world.crm.records.create(ana, "ticket", {"subject": "Broken"}).values

        expected = {"priority": "low", "reported": NOW, "owner": "u-ana", "origin": "web", "status": "new"}
        assert {name: values[name] for name in expected} == expected

    def test_the_system_fields_say_who_and_when(self, world: World) -> None:
        record = world.crm.records.create(world.actor("ana", "agent"), "ticket", {"subject": "Broken"})

        system = {
            name: record.values[name] for name in ("created_at", "updated_at", "created_by", "updated_by")
        }
        assert (record.version, system) == (
            1,
            {"created_at": NOW, "updated_at": NOW, "created_by": "u-ana", "updated_by": "u-ana"},
        )

    def test_what_is_given_takes_the_place_of_the_default_even_if_empty(self, world: World) -> None:
        assert world.create("ticket", subject="Broken", priority=None).values["priority"] is None

    def test_an_empty_form_starts_with_the_same_values(self, world: World) -> None:
        values = world.crm.records.new_values(world.actor("ana", "agent"), "ticket")

        assert (values["priority"], values["owner"], values["subject"]) == ("low", "u-ana", None)


class TestValidation:
    def test_a_required_field_is_filled(self, world: World) -> None:
        assert refused(world, {"subject": "  "}) == {"subject": "required"}

    def test_a_field_is_required_by_condition(self, world: World) -> None:
        assert refused(world, {"subject": "Broken", "priority": "high"}) == {"reason": "required"}

    def test_a_field_that_the_form_does_not_show_is_not_required(self, world: World) -> None:
        assert world.create("ticket", subject="Broken", priority="low").values["reason"] is None

    def test_every_issue_is_found_at_once(self, world: World) -> None:
        values = {
            "subject": "x" * 21,
            "refund": -1,
            "priority": "High!",
            "customer": "nobody",
            "colour": "red",
        }

        assert refused(world, values) == {
            "subject": "too_long",
            "refund": "too_small",
            "priority": "not_an_option",
            "customer": "no_such_record",
            "colour": "unknown_field",
        }

    def test_a_refused_value_is_told_once(self, world: World) -> None:
        with pytest.raises(Invalid) as caught:
            world.create("ticket", subject="x" * 21)

        assert [issue.code for issue in caught.value.issues] == ["too_long"]

    def test_a_hidden_field_is_as_unknown_as_a_wrong_one(self, world: World) -> None:
        given = {"subject": "Broken", "secret": "x", "sekret": "x"}

        assert refused(world, given, "pia", "partner") == {
            "secret": "unknown_field",
            "sekret": "unknown_field",
        }

    def test_system_fields_cannot_be_given(self, world: World) -> None:
        assert refused(
            world, {"subject": "Broken", "id": "1", "version": 7, "created_by": "u-ana"}
        ) == dict.fromkeys(("id", "version", "created_by"), "unknown_field")

    def test_computed_and_read_only_fields_cannot_be_given(self, world: World) -> None:
        given = {"subject": "Broken", "number": "T-007", "closed": NOW, "origin": "phone"}

        assert refused(world, given) == dict.fromkeys(("number", "closed", "origin"), "read_only")

    def test_a_form_may_send_a_read_only_value_as_it_was(self, world: World) -> None:
        ana = world.actor("ana", "agent")

        assert world.crm.records.create(ana, "ticket", {"subject": "Broken", "origin": "web"}).version == 1

    def test_a_record_starts_in_the_first_state(self, world: World) -> None:
        assert refused(world, {"subject": "Broken", "status": "done"}) == {"status": "illegal_move"}

    def test_an_import_brings_states_and_numbers_of_old(self, world: World) -> None:
        importer = replace(world.engine, source=Source.IMPORT)
        given = {"subject": "Broken", "status": "done", "number": "OLD-1", "closed": NOW, "origin": "phone"}

        values = world.crm.records.create(importer, "ticket", given).values

        assert {name: values[name] for name in given} == given

    def test_an_import_that_a_person_runs_brings_no_more_than_a_form(self, world: World) -> None:
        importer = world.actor("ana", "agent", source=Source.IMPORT)
        given = {"subject": "Broken", "status": "done", "number": "OLD-1", "closed": NOW}

        with pytest.raises(Invalid) as caught:
            world.crm.records.create(importer, "ticket", given)

        assert {issue.field: issue.code for issue in caught.value.issues} == {
            "status": "illegal_move",
            "number": "read_only",
            "closed": "read_only",
        }

    def test_an_import_takes_no_state_and_no_number_away(self, world: World) -> None:
        ticket = world.create("ticket", subject="Broken")
        importer = replace(world.engine, source=Source.IMPORT)

        with pytest.raises(Invalid) as caught:
            world.crm.records.update(importer, "ticket", ticket.id, 1, {"status": None, "number": None})

        assert {issue.field: issue.code for issue in caught.value.issues} == {
            "status": "required",
            "number": "required",
        }


class TestRights:
    def test_who_may_not_create_is_told(self, world: World) -> None:
        with pytest.raises(Forbidden):
            world.crm.records.create(world.actor("pia", "partner"), "customer", {"name": "Budi"})

    def test_a_page_can_ask_beforehand(self, world: World) -> None:
        ana, pia = world.actor("ana", "agent"), world.actor("pia", "partner")

        assert [world.crm.records.may_create(actor, "customer") for actor in (ana, pia)] == [True, False]

    def test_an_entity_that_is_not_there_is_not_found(self, world: World) -> None:
        with pytest.raises(NotFound):
            world.crm.records.create(world.engine, "planet", {})

    def test_a_link_leads_to_a_record_that_the_writer_may_read(self, world: World) -> None:
        foreign = world.create("customer", name="Budi").id

        assert refused(world, {"subject": "Broken", "customer": foreign}, "pia", "partner") == {
            "customer": "no_such_record"
        }

    def test_a_link_may_lead_to_what_the_writer_owns(self, world: World) -> None:
        pia = world.actor("pia", "partner")
        own = world.create("customer", name="Budi", owner="u-pia").id

        assert (
            world.crm.records.create(pia, "ticket", {"subject": "x", "customer": own}).values["customer"]
            == own
        )

    def test_a_link_to_one_of_several_entities_names_the_entity(self, world: World) -> None:
        customer = world.create("customer", name="Budi").id

        assert world.create("ticket", subject="x", about=f"customer/{customer}").version == 1
        with pytest.raises(Invalid):
            world.create("ticket", subject="x", about=f"ticket/{customer}")

    def test_a_user_field_names_somebody_who_may_sign_in(self, world: World) -> None:
        world.user("old", "agent")
        with world.crm.store.session() as session:
            session.users.disable("u-old")

        assert refused(world, {"subject": "Broken", "owner": "u-old"}) == {"owner": "no_such_user"}
        assert refused(world, {"subject": "Broken", "owner": "u-nobody"}) == {"owner": "no_such_user"}


@WORLDS_ON_BOTH
class TestUnique:
    def test_a_value_is_taken_once(self, world: World) -> None:
        world.create("ticket", subject="one", code="A")

        with pytest.raises(Invalid) as caught:
            world.create("ticket", subject="two", code="A")

        assert [(issue.field, issue.code) for issue in caught.value.issues] == [("code", "duplicate")]

    def test_empty_values_are_not_alike(self, world: World) -> None:
        world.create("ticket", subject="one")
        world.create("ticket", subject="two")

        assert len(world.rows("ticket")) == 2

    def test_fields_can_be_unique_together(self, world: World) -> None:
        world.create("ticket", subject="one", shelf="A", place=1)
        world.create("ticket", subject="two", shelf="A", place=2)

        with pytest.raises(Invalid):
            world.create("ticket", subject="three", shelf="A", place=2)

    def test_within_one_batch_the_first_sound_row_has_the_value(self, world: World) -> None:
        rows = [
            {"subject": "x" * 21, "code": "A"},
            {"subject": "two", "code": "A"},
            {"subject": "three", "code": "A"},
        ]

        with world.crm.records.work(world.engine) as work:
            results = work.create_many("ticket", rows)

        codes = [[issue.code for issue in result.issues] for result in results]
        assert codes == [["too_long"], [], ["duplicate"]]

    def test_an_imported_number_that_is_taken_is_refused_alone(self, world: World) -> None:
        importer = replace(world.engine, source=Source.IMPORT)
        world.create("ticket", subject="one")

        with world.crm.records.work(importer) as work:
            results = work.create_many(
                "ticket", [{"subject": "two", "number": "T-001"}, {"subject": "three"}]
            )

        assert [[issue.code for issue in each.issues] for each in results] == [["duplicate"], []]

    def test_of_two_writers_at_once_one_is_refused(self, world: World) -> None:
        def attempt(n: int) -> str:
            try:
                return world.create("ticket", subject=f"racer {n}", code="A").id
            except Invalid as error:
                return error.issues[0].code

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(attempt, range(4)))

        assert outcomes.count("duplicate") == 3
        assert len(world.rows("ticket")) == 1


@WORLDS_ON_BOTH
class TestNumbers:
    def numbers(self, world: World) -> list[str]:
        return sorted(row["number"] for row in world.rows("ticket"))

    def test_bad_rows_of_a_batch_take_no_number(self, world: World) -> None:
        rows = [{"subject": "one"}, {"subject": ""}, {"subject": "three"}]

        with world.crm.records.work(world.engine) as work:
            work.create_many("ticket", rows)
        world.create("ticket", subject="four")

        assert self.numbers(world) == ["T-001", "T-002", "T-003"]

    def test_a_transaction_that_is_rolled_back_gives_its_numbers_back(self, world: World) -> None:
        def lose() -> None:
            with world.crm.records.work(world.engine) as work:
                work.create("ticket", {"subject": "lost"})
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            lose()

        assert world.create("ticket", subject="kept").values["number"] == "T-001"

    def test_writers_at_once_leave_no_gap(self, world: World) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: world.create("ticket", subject=f"ticket {n}"), range(24)))

        assert self.numbers(world) == [f"T-{n:03}" for n in range(1, 25)]

    def test_numbers_go_on_behind_those_that_an_import_brought(self, world: World) -> None:
        importer = replace(world.engine, source=Source.IMPORT)
        with world.crm.records.work(importer) as work:
            work.create_many("ticket", [{"subject": "old", "number": f"T-{n:03}"} for n in (1, 2, 41, 7)])

        assert world.create("ticket", subject="new").values["number"] == "T-042"

    def test_rows_without_a_number_are_numbered_behind_those_with_one(self, world: World) -> None:
        importer = replace(world.engine, source=Source.IMPORT)
        with world.crm.records.work(importer) as work:
            work.create_many("ticket", [{"subject": "new"}, {"subject": "old", "number": "T-001"}])

        assert self.numbers(world) == ["T-001", "T-002"]


GOOD: dict[str, tuple[Any, Any]] = {
    "a_text": ("  Budi Santoso ", "Budi Santoso"),
    "a_long_text": ("one\r\ntwo", "one\ntwo"),
    "a_number": (Decimal("3.00"), 3),
    "a_decimal": ("1.5", Decimal("1.500")),
    "some_money": (12.5, Decimal("12.50")),
    "a_percent": (Decimal("12.5"), Decimal("12.50")),
    "a_boolean": (False, False),
    "a_date": ("2026-11-21", date(2026, 11, 21)),
    "a_datetime": ("2026-11-21T21:05:00+07:00", datetime.fromisoformat("2026-11-21T14:05:00+00:00")),
    "a_time": ("14:05", time(14, 5)),
    "a_duration": (timedelta(hours=2, microseconds=1), timedelta(hours=2, microseconds=1)),
    "a_choice": ("x", "x"),
    "several": (["z", "x"], ("x", "z")),
    "an_email": ("Ana@Example.com", "Ana@example.com"),
    "a_phone": ("+62 812 3456 7890", "+6281234567890"),
    "a_url": ("https://example.com", "https://example.com"),
    "a_rating": (4, 4),
}
BAD = {
    "a_text": 7,
    "a_long_text": ["no"],
    "a_number": Decimal("1.5"),
    "a_decimal": "1.2345",
    "some_money": "a lot",
    "a_percent": True,
    "a_boolean": "maybe",
    "a_date": "2026-02-30",
    "a_datetime": "2026-11-21T14:05:00",
    "a_time": "25:00",
    "a_duration": "long",
    "a_choice": "z",
    "several": ["w"],
    "an_email": "ana at example",
    "a_phone": "12",
    "a_url": "example",
    "a_rating": 11,
    "a_user": "nobody",
    "a_link": "nothing",
}


@WORLDS_ON_BOTH
class TestEveryType:
    @pytest.fixture
    def world(self, build: Callable[..., World]) -> World:
        return build(EVERYTHING)

    def test_each_value_is_read_again_as_it_was_accepted(self, world: World) -> None:
        key = world.create("thing", **{name: given for name, (given, _) in GOOD.items()}).id

        values = world.values("thing", key)

        assert {name: values[name] for name in GOOD} == {name: kept for name, (_, kept) in GOOD.items()}

    def test_writing_what_was_read_changes_nothing(self, world: World) -> None:
        record = world.create("thing", **{name: given for name, (given, _) in GOOD.items()})
        values = world.values("thing", record.id)

        again = world.crm.records.update(
            world.engine, "thing", record.id, 1, {name: values[name] for name in GOOD}
        )

        assert again.version == 1

    def test_each_type_refuses_what_it_does_not_take(self, world: World) -> None:
        with pytest.raises(Invalid) as caught:
            world.create("thing", **BAD)

        assert {issue.field for issue in caught.value.issues} == set(BAD)
        assert world.rows("thing") == []

    @pytest.mark.parametrize("odd", [object(), {"a": 1}, [[]], b"x", float("nan"), 10**30, "\ud800", "\x00"])
    def test_no_value_of_python_breaks_a_type(self, world: World, odd: Any) -> None:
        with pytest.raises(Invalid) as caught:
            world.create("thing", **dict.fromkeys([*GOOD, *BAD], odd))

        assert {issue.field for issue in caught.value.issues} >= set(BAD) - {"a_text", "a_long_text"}


class TestAllOrNothing:
    def test_what_raises_has_written_nothing(self, world: World) -> None:
        def write() -> None:
            with world.crm.records.work(world.engine) as work:
                work.create("customer", {"name": "Budi"})
                work.create("ticket", {"subject": ""})

        with pytest.raises(Invalid):
            write()

        with world.crm.store.session(write=False) as session:
            assert (world.rows("customer"), session.audit.of("customer", "000001")) == ([], ())

    def test_bad_rows_are_left_out_and_the_good_ones_written_in_order(self, world: World) -> None:
        with world.crm.records.work(world.engine) as work:
            results = work.create_many(
                "customer", [{"name": "Ana"}, {"name": ""}, {"nam": "Ben"}, {"name": "Cai"}]
            )

        assert [result.id is not None for result in results] == [True, False, False, True]
        assert [row["name"] for row in world.rows("customer")] == ["Ana", "Cai"]
