"""A record and the rows of its tables, saved and read as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from relasi.errors import Forbidden, Invalid, InvalidRows, Issue, NotFound, Stale
from relasi.records import Actor, ListRequest, Record, RowEdit
from tests.records.world import World

ROLES = "roles: {clerk: , reader: , outsider: }"
ORDER = """
entity: order
fields:
  name: {type: text, required: true}
  owner: {type: user, default: me}
  closed: {type: boolean, default: false}
  quick: {type: boolean, default: false}
  told: text
  lines:
    type: rows
    of: line.order
    columns: [product, quantity, price, amount]
    totals: [quantity, amount]
    order_by: place
    visible_when: not quick
  total: {type: rollup, of: line.order, sum: amount}
  tags: {type: many, to: tag}
form:
  main: {fields: [name, owner, closed, quick, told, tags]}
  goods: {fields: [lines, total], read_only_when: closed}
access:
  clerk: {read: all, create: true, update: own, delete: own}
  reader: {read: all, update: all}
  outsider: {read: all, create: true, update: all, hide: [lines]}
refuse:
  empty: {when: closed and lines is empty, message: Nothing is on it}
"""
LINE = """
entity: line
fields:
  order: {type: link, to: order, required: true, on_delete: cascade}
  product: {type: text, required: true}
  quantity: {type: number, min: 1, default: 1}
  price: money
  amount: {type: formula, value: quantity * price}
  place: number
unique: [[order, product]]
refuse:
  huge: {when: quantity > 100, message: Too many, field: quantity}
access:
  clerk: {read: all, create: true, update: product != "locked", delete: product != "locked"}
  reader: {read: all}
"""
TAG = """
entity: tag
fields:
  name: text
  orders: {type: many, to: order, through: order_tags}
access:
  clerk: {read: all, update: all}
"""
GREET = """
workflow: greet
entity: order
when: [created, changed: total]
if: total > 0
do:
  - set: {told: "{name} for {total}"}
"""

Build = Callable[..., World]


@pytest.fixture
def world(build: Build) -> World:
    return build(ROLES, ORDER, LINE, TAG)


@pytest.fixture
def sari(world: World) -> Actor:
    return world.actor("sari", "clerk")


def new(**values: Any) -> RowEdit:
    return RowEdit(values)


def lines(world: World, record: Record) -> Sequence[Record]:
    rows = world.crm.records.rows(world.engine, "order", record.id, "lines")
    return [row.record for row in rows.rows]


def order_of_two(world: World, actor: Actor) -> Record:
    rows = {"lines": [new(product="pen", quantity=2, price=3), new(product="ink", price=5)]}
    return world.crm.records.save(actor, "order", {"name": "A"}, rows=rows)


def seen(record: Record) -> tuple[str, int]:
    return record.id, record.version


def test_a_new_record_comes_with_its_rows(world: World, sari: Actor) -> None:
    order = order_of_two(world, sari)

    assert [(row.values["product"], row.values["amount"]) for row in lines(world, order)] == [
        ("pen", Decimal(6)),
        ("ink", Decimal(5)),
    ]
    assert order.values["total"] == Decimal(11)


def test_rows_are_created_changed_and_deleted_in_one_save(world: World, sari: Actor) -> None:
    order = order_of_two(world, sari)
    pen, ink = lines(world, order)

    edits = [
        RowEdit({"quantity": 7}, pen.id, pen.version),
        RowEdit(id=ink.id, version=ink.version, is_deleted=True),
        new(product="cap"),
    ]
    world.crm.records.save(sari, "order", {"name": "B"}, seen=seen(order), rows={"lines": edits})

    after = [(row.values["product"], row.values["quantity"]) for row in lines(world, order)]
    assert after == [("pen", 7), ("cap", 1)]
    assert world.values("order", order.id)["name"] == "B"


def test_whether_a_record_is_sound_is_asked_when_its_rows_are_there(world: World, sari: Actor) -> None:
    rows = {"lines": [new(product="pen")]}
    order = world.crm.records.save(sari, "order", {"name": "A", "closed": True}, rows=rows)

    assert order.values["closed"]


def test_a_record_whose_rows_make_it_unsound_is_not_written(world: World, sari: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        world.crm.records.save(sari, "order", {"name": "A", "closed": True}, rows={})

    assert [each.code for each in refused.value.issues] == ["refused"]


def test_rows_that_leave_a_record_unsound_stay(world: World, sari: Actor) -> None:
    rows = {"lines": [new(product="pen")]}
    order = world.crm.records.save(sari, "order", {"name": "A"}, rows=rows)
    [pen] = lines(world, order)
    gone = RowEdit(id=pen.id, version=pen.version, is_deleted=True)

    with pytest.raises(Invalid):
        world.crm.records.save(sari, "order", {"closed": True}, seen=seen(order), rows={"lines": [gone]})

    assert len(lines(world, order)) == 1


def test_a_value_that_leaves_makes_room_for_one_that_comes(world: World, sari: Actor) -> None:
    order = order_of_two(world, sari)
    pen, _ = lines(world, order)

    edits = [new(product="pen"), RowEdit(id=pen.id, version=pen.version, is_deleted=True)]
    world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"lines": edits})

    assert [row.values["product"] for row in lines(world, order)] == ["ink", "pen"]


def test_all_that_is_wrong_with_rows_is_told_by_row_and_nothing_is_written(world: World, sari: Actor) -> None:
    rows = [new(product="pen"), new(quantity=0), new(product="ink", quantity=101)]
    with pytest.raises(InvalidRows) as refused:
        world.crm.records.save(sari, "order", {"name": "A"}, rows={"lines": rows})

    codes = {
        place: [(each.field, each.code) for each in found] for place, found in refused.value.rows.items()
    }
    assert codes == {
        ("lines", 1): [("quantity", "too_small"), ("product", "required")],
        ("lines", 2): [("quantity", "refused")],
    }
    assert (world.rows("order"), world.rows("line")) == ([], [])


def test_a_record_that_is_wrong_keeps_its_rows_from_being_written(world: World, sari: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        world.crm.records.save(sari, "order", {}, rows={"lines": [new(product="pen")]})

    assert refused.value.issues == (Issue("name", "required"),)
    assert world.rows("line") == []


def test_a_row_that_somebody_else_changed_is_not_overwritten(world: World, sari: Actor) -> None:
    order = order_of_two(world, sari)
    pen, _ = lines(world, order)
    world.crm.records.update(world.engine, "line", pen.id, pen.version, {"quantity": 9})

    edits = {"lines": [RowEdit({"quantity": 1}, pen.id, pen.version)]}
    with pytest.raises(InvalidRows) as refused:
        world.crm.records.save(sari, "order", {"name": "B"}, seen=seen(order), rows=edits)

    assert [each.code for each in refused.value.issues] == ["stale"]
    assert world.values("order", order.id)["name"] == "A"


def test_the_version_of_the_record_counts_where_only_rows_change(world: World, sari: Actor) -> None:
    order = order_of_two(world, sari)
    world.crm.records.update(sari, "order", order.id, order.version, {"name": "B"})

    with pytest.raises(Stale):
        world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"lines": [new(product="cap")]})


def test_rows_of_another_record_cannot_be_reached(world: World, sari: Actor) -> None:
    order, other = order_of_two(world, sari), order_of_two(world, sari)
    pen, ink = lines(world, other)
    edits = [
        RowEdit({"quantity": 1}, pen.id, pen.version),
        RowEdit(id=ink.id, version=ink.version, is_deleted=True),
    ]
    with pytest.raises(InvalidRows) as refused:
        world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"lines": edits})

    assert [each.code for each in refused.value.issues] == ["not_found", "not_found"]


class TestOrder:
    def test_new_rows_stand_behind_those_that_are_there(self, world: World, sari: Actor) -> None:
        order = order_of_two(world, sari)
        world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"lines": [new(product="cap")]})

        assert [row.values["place"] for row in lines(world, order)] == [1, 2, 3]

    def test_a_place_can_be_given(self, world: World, sari: Actor) -> None:
        rows = [new(product="pen", place=9), new(product="ink"), new(product="cap", place=2)]
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows={"lines": rows})

        assert [row.values["product"] for row in lines(world, order)] == ["cap", "pen", "ink"]


class TestRights:
    def test_whoever_may_not_create_rows_creates_none(self, world: World, sari: Actor) -> None:
        order, reader = order_of_two(world, sari), world.actor("rina", "reader")
        edits = {"lines": [new(product="cap")]}
        with pytest.raises(Forbidden, match="enter new records"):
            world.crm.records.save(reader, "order", {}, seen=seen(order), rows=edits)

    def test_each_row_says_what_may_be_done_with_it(self, world: World, sari: Actor) -> None:
        rows = {"lines": [new(product="locked"), new(product="free")]}
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows=rows)

        found = world.crm.records.rows(sari, "order", order.id, "lines")

        assert [(row.may_update, row.may_delete) for row in found.rows] == [(False, False), (True, True)]
        assert found.may_create

    @pytest.mark.parametrize("is_deleted", [False, True])
    def test_a_row_that_may_not_be_written_is_refused(
        self, world: World, sari: Actor, is_deleted: bool
    ) -> None:
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows={"lines": [new(product="locked")]})
        (row,) = lines(world, order)
        edit = RowEdit({"quantity": 2}, row.id, row.version, is_deleted=is_deleted)
        with pytest.raises(InvalidRows) as refused:
            world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"lines": [edit]})

        assert refused.value.issues[0].code == ("may_not_delete" if is_deleted else "may_not_update")

    def test_whoever_may_not_change_the_record_changes_no_rows(self, world: World, sari: Actor) -> None:
        order, other = order_of_two(world, sari), world.actor("dian", "clerk")
        with pytest.raises(Forbidden):
            world.crm.records.save(other, "order", {}, seen=seen(order), rows={"lines": [new(product="cap")]})

    def test_a_hidden_table_is_as_unknown_as_a_misspelt_one(self, world: World, sari: Actor) -> None:
        order, outsider = order_of_two(world, sari), world.actor("oki", "outsider")
        for name in ("lines", "lnes"):
            edits = {name: [new(product="cap")]}
            with pytest.raises(Invalid) as refused:
                world.crm.records.save(outsider, "order", {}, seen=seen(order), rows=edits)
            assert refused.value.issues == (Issue(name, "unknown_field", {"field": name}),)
        with pytest.raises(NotFound):
            world.crm.records.rows(outsider, "order", order.id, "lines")


class TestForm:
    def test_a_table_that_the_form_does_not_show_takes_no_rows(self, world: World, sari: Actor) -> None:
        rows = {"lines": [new(product="pen")]}
        with pytest.raises(Invalid) as refused:
            world.crm.records.save(sari, "order", {"name": "A", "quick": True}, rows=rows)

        assert refused.value.issues == (Issue("lines", "does_not_apply"),)

    def test_a_table_in_a_locked_section_stays_as_it_is(self, world: World, sari: Actor) -> None:
        order = order_of_two(world, sari)
        order = world.crm.records.update(sari, "order", *seen(order), {"closed": True})
        with pytest.raises(Invalid) as refused:
            world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"lines": [new(product="cap")]})

        assert refused.value.issues == (Issue("lines", "read_only"),)


def test_totals_are_the_sums_of_all_rows(world: World, sari: Actor) -> None:
    found = world.crm.records.rows(sari, "order", order_of_two(world, sari).id, "lines")

    assert found.totals == {"quantity": 3, "amount": Decimal(11)}


def test_rules_of_the_record_see_it_with_all_its_rows_and_run_once(build: Build) -> None:
    world = build(ROLES, ORDER, LINE, TAG, GREET)
    order = order_of_two(world, world.actor("sari", "clerk"))

    assert world.values("order", order.id)["told"] == "A for €11.00"
    assert [trace.outcome for trace in world.traces("order", order.id)] == ["ran"]


class TestConditions:
    @pytest.fixture
    def orders(self, world: World, sari: Actor) -> tuple[str, str]:
        """An order with a line and a tag, and one without."""
        tag = world.create("tag", name="new").id
        rows = {"lines": [new(product="pen")], "tags": [new(tag=tag)]}
        return (
            world.crm.records.save(sari, "order", {"name": "A"}, rows=rows).id,
            world.crm.records.save(sari, "order", {"name": "B"}).id,
        )

    def found(self, world: World, actor: Actor, where: str) -> set[str]:
        request = ListRequest("order", where=(where,))
        return {each.id for each in world.crm.records.list(actor, request).records}

    def test_lists_ask_what_tables_hold(self, world: World, sari: Actor, orders: tuple[str, str]) -> None:
        (tag,) = (row["id"] for row in world.rows("tag"))
        assert self.found(world, sari, "lines is empty") == {orders[1]}
        assert self.found(world, sari, f'tags contains "{tag}"') == {orders[0]}
        assert self.found(world, sari, 'not (tags contains "x")') == set(orders)

    def test_what_may_not_be_seen_cannot_be_asked(
        self, world: World, sari: Actor, orders: tuple[str, str]
    ) -> None:
        outsider = world.actor("oki", "outsider")
        assert self.found(world, outsider, "tags is empty") == {orders[1]}
        with pytest.raises(Forbidden):
            self.found(world, outsider, "lines is empty")

    def test_rules_ask_about_what_was_saved_together(self, build: Build) -> None:
        greet = GREET.replace("total > 0", "lines is not empty")
        world = build(ROLES, ORDER, LINE, TAG, greet)
        order = order_of_two(world, world.actor("sari", "clerk"))

        assert [trace.outcome for trace in world.traces("order", order.id)] == ["ran"]


class TestPairs:
    @pytest.fixture
    def tag(self, world: World) -> str:
        return world.create("tag", name="new").id

    def test_they_are_seen_from_both_sides(self, world: World, sari: Actor, tag: str) -> None:
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows={"tags": [new(tag=tag)]})

        (pair,) = world.crm.records.rows(sari, "tag", tag, "orders").rows
        assert (pair.record.values["order"], pair.record.values["tag"]) == (order.id, tag)

    def test_and_entered_from_both(self, world: World, sari: Actor, tag: str) -> None:
        order = order_of_two(world, sari)
        world.crm.records.save(sari, "tag", {}, seen=(tag, 1), rows={"orders": [new(order=order.id)]})

        (pair,) = world.crm.records.rows(sari, "order", order.id, "tags").rows
        assert pair.record.values["tag"] == tag

    def test_a_pair_is_there_once(self, world: World, sari: Actor, tag: str) -> None:
        rows = {"tags": [new(tag=tag), new(tag=tag)]}
        with pytest.raises(InvalidRows) as refused:
            world.crm.records.save(sari, "order", {"name": "A"}, rows=rows)

        assert [each.code for each in refused.value.issues] == ["duplicate"]

    def test_it_goes_with_either_side(self, world: World, sari: Actor, tag: str) -> None:
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows={"tags": [new(tag=tag)]})
        world.crm.records.delete(world.engine, "tag", tag, 1)
        assert world.rows("order_tags") == []

        tag = world.create("tag", name="other").id
        order = world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"tags": [new(tag=tag)]})
        world.crm.records.delete(world.engine, "order", *seen(order))
        assert world.rows("order_tags") == []

    def test_both_sides_tell_of_it(self, world: World, sari: Actor, tag: str) -> None:
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows={"tags": [new(tag=tag)]})
        (pair,) = world.crm.records.rows(sari, "order", order.id, "tags").rows
        edit = RowEdit(id=pair.record.id, version=1, is_deleted=True)
        world.crm.records.save(sari, "order", {}, seen=seen(order), rows={"tags": [edit]})

        told = [
            [(each.kind, dict(each.fields)) for each in world.changes(entity, key)[1:]]
            for entity, key in (("order", order.id), ("tag", tag))
        ]
        assert told == [
            [("linked", {"tags": (None, tag)}), ("unlinked", {"tags": (tag, None)})],
            [("linked", {"orders": (None, order.id)}), ("unlinked", {"orders": (order.id, None)})],
        ]

    def test_a_link_is_no_new_version_of_either_side(self, world: World, sari: Actor, tag: str) -> None:
        order = order_of_two(world, sari)
        world.crm.records.update(world.engine, "order", *seen(order), {"told": "theirs"})
        for name in ("a", "b"):
            world.create("order_tags", order=order.id, tag=world.create("tag", name=name).id)

        with pytest.raises(Stale) as stale:
            world.crm.records.save(sari, "order", {"told": "mine"}, seen=seen(order))
        assert stale.value.conflicts == {"told": ("mine", "theirs")}

    def test_whoever_may_change_a_record_may_change_its_pairs(
        self, world: World, sari: Actor, tag: str
    ) -> None:
        order = world.crm.records.save(sari, "order", {"name": "A"}, rows={"tags": [new(tag=tag)]})
        other = world.actor("dian", "clerk")

        (mine,) = world.crm.records.rows(sari, "order", order.id, "tags").rows
        (theirs,) = world.crm.records.rows(other, "order", order.id, "tags").rows

        assert (mine.may_delete, theirs.may_delete) == (True, False)


def test_what_a_save_would_make_is_told_with_the_rules_and_nothing_of_it_stays(build: Build) -> None:
    world = build(ROLES, ORDER, LINE, TAG, GREET)
    sari = world.actor("sari", "clerk")

    found = world.crm.records.foresee(
        sari, "order", {"name": "A"}, rows={"lines": [new(product="pen", quantity=2, price=3)]}
    )

    assert found is not None
    assert (found[0].values["total"], found[0].values["told"]) == (Decimal(6), "A for €6.00")
    assert [row.record.values["amount"] for row in found[1]["lines"].rows] == [Decimal(6)]
    assert (world.rows("order"), world.rows("line")) == ([], [])


def test_what_would_be_refused_is_not_foreseen(world: World, sari: Actor) -> None:
    rows = {"lines": [new(product="pen", quantity=101)]}

    assert world.crm.records.foresee(sari, "order", {"name": "A"}, rows=rows) is None
