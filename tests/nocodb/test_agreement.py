from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal

import pytest

from relasi.nocodb.agreement import Agreement, Comparing, Difference
from relasi.nocodb.client import Client
from tests.nocodb.copying import Copy
from tests.nocodb_server import Server

CUSTOMER = """
entity: customer
title: "{name}"
fields:
  name: {type: text, required: true}
  limit: {type: money}
  active: boolean
  met: datetime
  tags: {type: multi_choice, options: {a: {label: Early}, b: {label: Big}}}
  friend: {type: link, to: customer}
  email: email
lists: {all: {label: Everybody, columns: [name]}}
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, nocodb: Server) -> Iterator[Copy]:
    copy = Copy(tmp_path_factory.mktemp("agreement") / "crm", nocodb, f"agreement {os.getpid()}", CUSTOMER)
    yield copy
    copy.close()


@pytest.fixture
def copy(opened: Copy) -> Copy:
    opened.empty("customer")
    return opened


def compared(copy: Copy) -> Agreement:
    client = Client(copy.transport, copy.layout.base)
    crm = copy.world.crm
    return Comparing(crm.records, client, crm.model.entities["customer"], copy.sheet("customer")).agreement()


def test_after_a_push_both_sides_have_the_same_counts_and_checksums(copy: Copy) -> None:
    ani = copy.world.create("customer", name="Ani", limit=Decimal("12.50"), active=True, tags=("a", "b"))
    copy.world.create("customer", name="Budi", active=False, met=copy.world.clock(), friend=ani.id)
    copy.world.create("customer", name="Cici")
    copy.meet()

    found = compared(copy)

    assert (found.records, found.rows, found.differing, found.waiting) == (3, 3, 0, 0)
    assert found.ours == found.theirs


def test_what_was_changed_removed_or_added_by_hand_is_named_and_left_alone(copy: Copy) -> None:
    ani, budi = (copy.world.create("customer", name=name).id for name in ("Ani", "Budi"))
    copy.meet()
    rows = {row["relasi_id"]: row["Id"] for row in copy.grid("customer")}
    copy.edit("customer", rows[ani], name="Anita")
    copy.remove("customer", rows[budi])
    added = copy.add("customer", name="Cici")
    before = copy.grid("customer")

    found = compared(copy)

    assert found.examples == (
        Difference(ani, rows[ani], {"name": ("Ani", "Anita")}),
        Difference(None, added),
        Difference(budi, None),
    )
    assert (found.records, found.rows, found.differing) == (2, 2, 3)
    assert found.ours != found.theirs
    assert (copy.grid("customer"), [each["name"] for each in copy.world.rows("customer")]) == (
        before,
        ["Ani", "Budi"],
    )


def test_a_row_that_was_copied_with_its_id_stands_for_no_record(copy: Copy) -> None:
    ani = copy.world.create("customer", name="Ani")
    copy.meet()
    second = copy.add("customer", name="Ani")
    copy.put_id("customer", second, ani.id)

    assert compared(copy).examples == (Difference(None, second),)


def test_what_is_under_way_is_counted_apart(copy: Copy) -> None:
    copy.world.create("customer", name="Ani")
    copy.meet()
    copy.edit("customer", copy.grid("customer")[0]["Id"], email="no mail")
    copy.meet()
    copy.world.create("customer", name="Budi")

    found = compared(copy)

    assert (found.waiting, found.disputed, found.differing) == (1, 1, 0)
