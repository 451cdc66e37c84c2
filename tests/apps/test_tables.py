"""Rows in a form, from what is kept to what is typed, and filters by what is linked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from relasi.apps.draft import Draft, RowDraft
from relasi.apps.foreseeing import foresee
from relasi.apps.opening import add_row, open_draft
from relasi.apps.saving import save
from relasi.apps.tables import open_row
from relasi.apps.visitor import Visitor, visitor_of
from relasi.records import ListRequest, Record, RowEdit
from relasi.reports.filters import filterable
from relasi.reports.liststate import ListState
from tests.records.world import World, make_world

ROLES = "roles: {clerk: , reader: }"
ORDER = """
entity: order
fields:
  name: {type: text, required: true}
  lines: {type: rows, of: line.order, columns: [product, quantity, amount]}
  tags: {type: many, to: tag}
access:
  clerk: {read: all, create: true, update: all, delete: true}
  reader: {read: all, hide: [tags]}
"""
LINE = """
entity: line
fields:
  order: {type: link, to: order, required: true, on_delete: cascade}
  product: {type: text, required: true}
  quantity: {type: number, min: 1, default: 1}
  amount: {type: formula, value: quantity * 2}
refuse:
  huge: {when: quantity > 100, message: Too many}
access:
  clerk: {read: all, create: true, update: quantity < 50, delete: true}
  reader: {read: all}
"""
TAG = "entity: tag\nfields: {name: text}\naccess: {clerk: {read: all}, reader: {read: all}}\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    st.session_state.clear()
    made = make_world(tmp_path, ROLES, ORDER, LINE, TAG)
    yield made
    made.crm.close()


def visitor(world: World, role: str = "clerk") -> Visitor:
    world.user(role, role)
    return visitor_of(world.crm, world._users[role])


def opened(sari: Visitor, record: Record | None = None) -> Draft:
    return open_draft(sari, "form", sari.entity("order"), record)


def typed(sari: Visitor, draft: Draft, **raw: Any) -> RowDraft:
    """A new row of the lines with this typed into it."""
    add_row(sari, draft, draft.tables["lines"])
    row = draft.tables["lines"].rows[-1]
    row.draft.raw |= raw
    return row


def saved(sari: Visitor, draft: Draft) -> Record | None:
    for row in draft.rows:
        open_row(sari, row, ["product", "quantity", "amount"], is_open=True)
    values, _ = draft.values(sari, ["name"])
    state = sari.crm.records.form_state(sari.actor, "order", values, record=draft.record)
    return save(sari, draft, state)


def order_of_two(world: World) -> Record:
    rows = {"lines": [RowEdit({"product": "pen"}), RowEdit({"product": "ink", "quantity": 60})]}
    return world.crm.records.save(world.engine, "order", {"name": "A"}, rows=rows)


def products(world: World) -> list[tuple[str, int]]:
    return [(row["product"], row["quantity"]) for row in world.rows("line")]


def test_rows_are_typed_into_a_new_form_and_saved_with_it(world: World) -> None:
    sari = visitor(world)
    draft = opened(sari)
    draft.raw["name"] = "A"
    typed(sari, draft, product="pen", quantity="3")
    typed(sari, draft)

    assert saved(sari, draft) is not None
    assert products(world) == [("pen", 3)]


def test_rows_that_are_there_are_changed_and_removed(world: World) -> None:
    sari = visitor(world)
    draft = opened(sari, order_of_two(world))
    pen, ink = draft.tables["lines"].rows
    pen.draft.raw["quantity"] = "7"
    draft.tables["lines"].remove(ink)

    assert saved(sari, draft) is not None
    assert products(world) == [("pen", 7)]


def test_what_cannot_be_read_stands_beside_its_cell(world: World) -> None:
    sari = visitor(world)
    draft = opened(sari)
    row = typed(sari, draft, product="pen", quantity="many")

    assert saved(sari, draft) is None
    assert (list(row.draft.issues), row.draft.raw["quantity"]) == (["quantity"], "many")
    assert list(draft.issues) == ["name", None]


def test_what_is_refused_stands_beside_its_row(world: World) -> None:
    sari = visitor(world)
    draft = opened(sari)
    draft.raw["name"] = "A"
    fine = typed(sari, draft, product="pen")
    wrong = typed(sari, draft, product="ink", quantity="101")

    assert saved(sari, draft) is None
    assert (fine.draft.issues, wrong.draft.issues) == ({}, {None: ["Too many"]})
    assert draft.tables["lines"].is_wrong


def test_a_row_that_somebody_else_changed_keeps_what_was_typed(world: World) -> None:
    sari, order = visitor(world), order_of_two(world)
    draft = opened(sari, order)
    pen, _ = draft.tables["lines"].rows
    pen.draft.raw["quantity"] = "7"
    assert pen.draft.record is not None
    world.crm.records.update(world.engine, "line", pen.draft.record.id, 1, {"product": "pencil"})

    assert saved(sari, draft) is None
    assert (pen.draft.raw["product"], pen.draft.raw["quantity"]) == ("pencil", "7")
    assert saved(sari, draft) is not None
    assert ("pencil", 7) in products(world)


def test_a_row_that_somebody_else_removed_leaves_the_form(world: World) -> None:
    sari, order = visitor(world), order_of_two(world)
    draft = opened(sari, order)
    pen, ink = draft.tables["lines"].rows
    assert pen.draft.record is not None
    pen.draft.raw["quantity"] = "7"
    world.crm.records.delete(world.engine, "line", pen.draft.record.id, 1)

    assert saved(sari, draft) is None
    assert draft.tables["lines"].rows == [ink]


def test_a_row_that_may_not_be_changed_has_nothing_to_type_into(world: World) -> None:
    sari = visitor(world)
    pen, ink = opened(sari, order_of_two(world)).tables["lines"].rows
    for row in (pen, ink):
        open_row(sari, row, ["product", "quantity", "amount"], is_open=True)

    assert pen.open_fields == {"product", "quantity"}
    assert ink.open_fields == frozenset()


def test_a_form_opened_again_shows_what_others_have_added(world: World) -> None:
    sari, order = visitor(world), order_of_two(world)
    first = opened(sari, order)
    assert opened(sari, order) is first
    world.create("line", order=order.id, product="cap")

    assert [row.draft.raw["product"] for row in opened(sari, order).rows] == ["pen", "ink", "cap"]


def test_a_row_that_was_added_keeps_the_form_from_being_opened_anew(world: World) -> None:
    sari, order = visitor(world), order_of_two(world)
    first = opened(sari, order)
    typed(sari, first)
    world.create("line", order=order.id, product="cap")

    assert opened(sari, order) is first


class TestFilter:
    def test_records_are_found_by_any_that_they_are_linked_to(self, world: World) -> None:
        sari = visitor(world)
        tags = [world.create("tag", name=name).id for name in ("red", "blue", "green")]
        for name, tag in zip("ABC", tags, strict=True):
            rows = {"tags": [RowEdit({"tag": tag})]}
            world.crm.records.save(world.engine, "order", {"name": name}, rows=rows)
        order, linked = sari.entity("order"), sari.linked(sari.entity("order"))
        ways = filterable(order, (), (), linked)

        state = ListState("", filters={"tags": (tags[0], tags[2])})
        where = state.conditions({**order.fields, **linked}, ways)
        page = world.crm.records.list(sari.actor, ListRequest("order", where=where))

        assert {each.values["name"] for each in page.records} == {"A", "C"}

    def test_a_hidden_table_is_no_filter(self, world: World) -> None:
        reader = visitor(world, "reader")
        assert reader.linked(reader.entity("order")) == {}


def foreseen(sari: Visitor, draft: Draft) -> list[Any]:
    """The amounts of the rows, as the form shows them before it is saved."""
    for row in draft.rows:
        open_row(sari, row, ["product", "quantity", "amount"], is_open=True)
    values, _ = draft.values(sari, ["name"])
    foresee(sari, draft, sari.crm.records.form_state(sari.actor, "order", values, record=draft.record))
    return [row.draft.foreseen.get("amount") for row in draft.rows]


def test_amounts_of_new_and_changed_rows_are_shown_before_they_are_saved(world: World) -> None:
    sari = visitor(world)
    lines = [RowEdit({"product": "pen", "quantity": 2})]
    order = world.crm.records.save(sari.actor, "order", {"name": "A"}, rows={"lines": lines})
    draft = opened(sari, order)

    assert foreseen(sari, draft) == [None]
    draft.rows[0].draft.raw["quantity"] = "5"
    typed(sari, draft, product="ink", quantity="7")
    assert foreseen(sari, draft) == [10, 14]
    draft.tables["lines"].remove(draft.rows[0])
    assert foreseen(sari, draft) == [14]
    assert [row["quantity"] for row in world.rows("line")] == [2]


@pytest.mark.parametrize("quantity", ["many", "101"])
def test_what_cannot_be_saved_as_it_stands_shows_no_amounts(world: World, quantity: str) -> None:
    sari = visitor(world)
    draft = opened(sari)
    draft.raw["name"] = "A"
    typed(sari, draft, product="pen", quantity="3")
    assert foreseen(sari, draft) == [6]

    draft.rows[0].draft.raw["quantity"] = quantity

    assert foreseen(sari, draft) == [None]
    assert draft.rows[0].draft.issues == {}
