"""A record is changed: only what differs counts, nobody's change is overwritten, and rights hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from relasi.errors import Forbidden, Invalid, NotFound, Stale
from relasi.records import Record
from tests.postgresql import WORLDS_ON_BOTH
from tests.records.world import World

ROLES = """
roles:
  agent: {}
  clerk: {}
  partner: {}
  visitor: {}
"""

ORDER = """
entity: order
fields:
  subject: {type: text, required: true}
  amount: {type: money, read_only_when: locked}
  locked: boolean
  note: {type: text, visible_when: locked}
  signature: {type: text, required_when: locked}
  region: text
  code: {type: text, unique: true}
  floor: text
  desk: number
  sealed: {type: text, read_only: true}
  secret: text
  owner: {type: user, default: me}
  parent: {type: link, to: order, on_delete: clear}
unique: [[floor, desk]]
access:
  agent: {read: all, create: true, update: own}
  clerk: {read: all, create: true, update: "region = 'west'"}
  partner: {read: own, create: true, update: all, hide: [secret]}
"""

WATCH = """
workflow: watch
entity: order
when: updated
do:
  - set: {region: "{region}"}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, ORDER, WATCH)


@pytest.fixture
def order(world: World) -> Record:
    return world.create("order", subject="Desks", region="west", owner=world.user("ana", "agent"))


def update(world: World, key: str, version: int, /, **values: Any) -> Record:
    return world.crm.records.update(world.engine, "order", key, version, values)


def codes(error: Invalid) -> dict[str | None, str]:
    return {issue.field: issue.code for issue in error.issues}


class TestWhatCounts:
    def test_only_what_changed_is_written_to_the_audit_log(self, world: World, order: Record) -> None:
        update(world, order.id, 1, subject="Chairs", region="west", amount=None)

        assert world.changes("order", order.id)[-1].fields == {"subject": ("Desks", "Chairs")}

    def test_a_change_raises_the_version_and_says_when(self, world: World, order: Record) -> None:
        world.clock.advance(hours=1)

        changed = update(world, order.id, 1, subject="Chairs")

        assert (changed.version, changed.values["updated_at"]) == (2, world.clock.now)
        assert changed.values["created_at"] < world.clock.now

    def test_nothing_changed_is_no_version_no_audit_and_no_rules(self, world: World, order: Record) -> None:
        unchanged = update(world, order.id, 1, subject=" Desks ", amount="")

        assert unchanged.version == 1
        assert len(world.changes("order", order.id)) == 1
        assert world.traces("order", order.id) == []

    def test_a_field_that_the_form_no_longer_shows_keeps_its_value(self, world: World, order: Record) -> None:
        noted = update(world, order.id, 1, locked=True, note="kept", signature="A")

        assert update(world, order.id, noted.version, locked=False).values["note"] == "kept"

    def test_a_field_can_be_emptied(self, world: World, order: Record) -> None:
        assert update(world, order.id, 1, region=None).values["region"] is None


class TestValidation:
    def test_what_is_required_cannot_be_emptied(self, world: World, order: Record) -> None:
        with pytest.raises(Invalid) as caught:
            update(world, order.id, 1, subject="", locked=True)

        assert codes(caught.value) == {"subject": "required", "signature": "required"}

    def test_a_locked_field_stays_as_it_is(self, world: World, order: Record) -> None:
        update(world, order.id, 1, amount=5, locked=True, signature="Ana")

        with pytest.raises(Invalid) as caught:
            update(world, order.id, 2, amount=6)

        assert codes(caught.value) == {"amount": "read_only"}

    def test_a_locked_field_may_be_sent_as_it_is(self, world: World, order: Record) -> None:
        update(world, order.id, 1, amount=5, locked=True, signature="Ana")

        assert update(world, order.id, 2, amount="5.00", subject="Chairs").version == 3

    def test_a_read_only_field_is_refused_even_to_an_administrator(self, world: World, order: Record) -> None:
        with pytest.raises(Invalid) as caught:
            update(world, order.id, 1, sealed="broken")

        assert codes(caught.value) == {"sealed": "read_only"}

    def test_a_unique_value_of_another_record_is_refused(self, world: World, order: Record) -> None:
        world.create("order", subject="Chairs", code="A")

        with pytest.raises(Invalid) as caught:
            update(world, order.id, 1, code="A")

        assert codes(caught.value) == {"code": "duplicate"}

    def test_its_own_unique_value_is_its_own(self, world: World) -> None:
        order = world.create("order", subject="Desks", code="A")

        assert update(world, order.id, 1, code="A", subject="Chairs").version == 2

    def test_of_fields_unique_together_either_may_collide(self, world: World) -> None:
        world.create("order", subject="one", floor="A", desk=1)
        two = world.create("order", subject="two", floor="A", desk=2)

        with pytest.raises(Invalid) as caught:
            update(world, two.id, 1, desk=1)

        assert codes(caught.value) == {"floor": "duplicate"}

    def test_a_link_that_stays_is_not_asked_for_again(self, world: World) -> None:
        pia = world.actor("pia", "partner")
        foreign = world.create("order", subject="Chairs")
        order = world.create("order", subject="Desks", owner="u-pia", parent=foreign.id)

        changed = world.crm.records.update(
            pia, "order", order.id, 1, {"parent": foreign.id, "subject": "Lamps"}
        )

        assert changed.version == 2

    def test_what_is_wrong_with_a_hidden_field_does_not_tell_its_name(self, world: World, build: Any) -> None:
        strict = ORDER.replace("secret: text", "secret: {type: text, required_when: region = 'east'}")
        world = build(ROLES, strict)
        pia = world.actor("pia", "partner")
        order = world.create("order", subject="Desks", owner="u-pia")

        with pytest.raises(Invalid) as caught:
            world.crm.records.update(pia, "order", order.id, 1, {"region": "east"})

        assert codes(caught.value) == {None: "hidden_field"}


@WORLDS_ON_BOTH
class TestStale:
    def test_a_stale_change_is_refused_with_both_values(self, world: World, order: Record) -> None:
        update(world, order.id, 1, subject="Chairs")

        with pytest.raises(Stale) as caught:
            update(world, order.id, 1, subject="Lamps")

        assert (caught.value.current_version, caught.value.conflicts) == (2, {"subject": ("Lamps", "Chairs")})
        assert world.values("order", order.id)["subject"] == "Chairs"

    def test_what_only_one_side_changed_is_no_conflict(self, world: World, order: Record) -> None:
        update(world, order.id, 1, subject="Chairs", region="east")

        with pytest.raises(Stale) as caught:
            update(world, order.id, 1, floor="A", region="east")

        assert caught.value.conflicts == {}

    def test_a_version_from_the_future_is_stale_too(self, world: World, order: Record) -> None:
        with pytest.raises(Stale) as caught:
            update(world, order.id, 7, subject="Lamps")

        assert caught.value.conflicts == {}

    def test_conflicts_name_no_hidden_field(self, world: World) -> None:
        pia = world.actor("pia", "partner")
        order = world.create("order", subject="Desks", owner="u-pia")
        update(world, order.id, 1, secret="told", subject="Chairs")

        with pytest.raises(Stale) as caught:
            world.crm.records.update(pia, "order", order.id, 1, {"secret": "x", "subject": "Lamps"})

        assert set(caught.value.conflicts) == {"subject"}

    def test_of_two_writers_at_once_one_is_refused(self, world: World, order: Record) -> None:
        def attempt(n: int) -> str:
            try:
                return update(world, order.id, 1, subject=f"writer {n}").title
            except Stale:
                return "stale"

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(attempt, range(4)))

        assert outcomes.count("stale") == 3
        assert world.values("order", order.id)["subject"] in outcomes


class TestRights:
    def test_own_records_may_be_changed_and_others_not(self, world: World, order: Record) -> None:
        ben = world.actor("ben", "agent")

        with pytest.raises(Forbidden):
            world.crm.records.update(ben, "order", order.id, 1, {"subject": "mine"})
        assert (
            world.crm.records.update(world.actor("ana"), "order", order.id, 1, {"subject": "x"}).version == 2
        )

    def test_a_condition_is_asked_of_the_record_as_it_was(self, world: World, order: Record) -> None:
        clerk = world.actor("cai", "clerk")

        moved = world.crm.records.update(clerk, "order", order.id, 1, {"region": "east"})

        with pytest.raises(Forbidden):
            world.crm.records.update(clerk, "order", order.id, moved.version, {"region": "west"})

    def test_what_one_role_grants_another_does_not_take_away(self, world: World, order: Record) -> None:
        both = world.actor("dea", "agent", "clerk")

        assert world.crm.records.update(both, "order", order.id, 1, {"subject": "x"}).version == 2

    def test_a_record_that_may_not_be_read_is_not_found_rather_than_forbidden(
        self, world: World, order: Record
    ) -> None:
        pia = world.actor("pia", "partner")

        for key in (order.id, "nothing"):
            with pytest.raises(NotFound):
                world.crm.records.update(pia, "order", key, 1, {"subject": "x"})

    def test_a_hidden_field_cannot_be_set(self, world: World) -> None:
        pia = world.actor("pia", "partner")
        order = world.create("order", subject="Desks", owner="u-pia", secret="told")

        with pytest.raises(Invalid) as caught:
            world.crm.records.update(pia, "order", order.id, 1, {"secret": "x"})

        assert codes(caught.value) == {"secret": "unknown_field"}
        assert world.values("order", order.id)["secret"] == "told"

    def test_who_gives_a_record_away_learns_no_more_of_it(self, world: World) -> None:
        pia = world.actor("pia", "partner")
        order = world.create("order", subject="Desks", owner="u-pia")

        given = world.crm.records.update(pia, "order", order.id, 1, {"owner": world.user("ana", "agent")})

        assert (given.id, given.version, dict(given.values), given.title) == (order.id, 2, {}, "")

    def test_who_has_no_role_is_told_nothing(self, world: World, order: Record) -> None:
        with pytest.raises(NotFound):
            world.crm.records.update(world.actor("eve", "visitor"), "order", order.id, 1, {"subject": "x"})


class TestMany:
    def test_bad_rows_are_left_out_each_with_its_reason(self, world: World) -> None:
        ana = world.actor("ana", "agent")
        mine, foreign, stale, twice = (
            world.create("order", subject=name, owner=owner, code=name)
            for name, owner in (("a", "u-ana"), ("b", None), ("c", "u-ana"), ("d", "u-ana"))
        )
        update(world, stale.id, 1, subject="changed")

        with world.crm.records.work(ana) as work:
            results = work.update_many(
                "order",
                [
                    (mine.id, 1, {"subject": "x"}),
                    (foreign.id, 1, {"subject": "x"}),
                    (stale.id, 1, {"subject": "x"}),
                    ("nothing", 1, {"subject": "x"}),
                    (twice.id, 1, {"floor": "A"}),
                    (twice.id, 1, {"floor": "B"}),
                    (mine.id, 2, {"subject": ""}),
                ],
            )

        assert [[issue.code for issue in result.issues] for result in results] == [
            [],
            ["may_not_update"],
            ["stale"],
            ["not_found"],
            [],
            ["stale"],
            ["stale"],
        ]
        assert [row["subject"] for row in world.rows("order")] == ["x", "b", "changed", "d"]

    def test_a_collision_leaves_out_its_own_row_alone(self, world: World) -> None:
        one, two, three = (
            world.create("order", subject=each, floor="A", desk=n) for n, each in enumerate("abc")
        )

        with world.crm.records.work(world.engine) as work:
            results = work.update_many(
                "order",
                [(two.id, 1, {"desk": 0}), (three.id, 1, {"desk": 9}), (one.id, 1, {"desk": 9})],
            )

        assert [[issue.code for issue in result.issues] for result in results] == [
            ["duplicate"],
            [],
            ["duplicate"],
        ]
        assert [row["desk"] for row in world.rows("order")] == [0, 1, 9]
