"""Whatever people do here and there, and wherever the wire breaks: in the end both sides hold the same, and
what was not taken over is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.errors import PlatformError, RelasiError
from relasi.nocodb.transport import Token, Transport
from tests.nocodb.copying import IMPATIENT, Copy
from tests.nocodb.cutting import Wire, wire
from tests.nocodb_server import Server

CUSTOMER = """
entity: customer
title: "{name}"
fields:
  name: {type: text, required: true, max_length: 8}
  code: {type: text, unique: true}
  amount: {type: number, min: 0}
  twice: {type: formula, value: amount * 2, gives: number}
lists: {all: {label: Everybody, columns: [name]}}
"""
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["a", "b", "much too long"]),
        "code": st.sampled_from(["x", "y"]),
        "amount": st.sampled_from([-1, 0, 7]),
    },
)
VERBS = ["create", "update", "delete", "add", "edit", "edit", "remove", "meet", "cut before", "cut after"]
STEP = st.tuples(st.sampled_from(VERBS), VALUES, st.integers(0, 6))


@pytest.fixture(scope="module")
def wired(nocodb: Server) -> Iterator[Wire]:
    with wire(nocodb.port) as made:
        yield made


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, nocodb: Server, wired: Wire) -> Iterator[Copy]:
    copy = Copy(tmp_path_factory.mktemp("laws") / "crm", nocodb, f"laws {os.getpid()}", CUSTOMER)
    copy.transport.close()
    copy.transport = Transport(wired.url, Token(nocodb.token), IMPATIENT)
    yield copy
    copy.close()


def step(copy: Copy, wired: Wire, verb: str, values: dict[str, Any], index: int) -> None:
    crm, engine = copy.world.crm, copy.world.engine
    rows, records = copy.grid("customer"), copy.world.rows("customer")
    record = records[index % len(records)] if records else None
    row = rows[index % len(rows)] if rows else None
    match verb:
        case "create":
            copy.world.create("customer", **values)
        case "update" if record:
            crm.records.update(engine, "customer", record["id"], record["version"], values)
        case "delete" if record:
            crm.records.delete(engine, "customer", record["id"], record["version"])
        case "add":
            copy.add("customer", **values)
        case "edit" if row and values:
            copy.edit("customer", row["Id"], **values)
        case "remove" if row:
            copy.remove("customer", row["Id"])
        case "meet":
            copy.meet()
        case "cut before" | "cut after":
            wired.cut(index, "before" if verb == "cut before" else "after")
            with suppress(PlatformError):
                copy.meet()
            wired.mend()


def agrees(copy: Copy) -> None:
    """Every record has one row with its values, but for what an objection tells of."""
    rows, records = copy.grid("customer"), copy.world.rows("customer")
    objections = {(each.record_id, each.field): each for each in copy.objections()}
    incomplete = {each.record_id for each in objections.values() if each.what == "created"}
    named = [row["relasi_id"] for row in rows if row["relasi_id"]]
    assert sorted(named) == sorted(record["id"] for record in records)
    assert len(rows) - len(named) == len(incomplete)
    by_id = {row["relasi_id"]: row for row in rows}
    for record in records:
        for name in ("name", "code", "amount", "twice"):
            if by_id[record["id"]][name] != record[name]:
                assert objections[record["id"], name].theirs == by_id[record["id"]][name]
    assert not copy.unsent()


@settings(max_examples=6, deadline=None, derandomize=True)
@given(steps=st.lists(STEP, min_size=3, max_size=9))
def test_both_sides_agree_in_the_end(
    opened: Copy, wired: Wire, steps: list[tuple[str, dict[str, Any], int]]
) -> None:
    opened.empty("customer")

    for verb, values, index in steps:
        with suppress(RelasiError, httpx.HTTPError):
            step(opened, wired, verb, values, index)
    opened.meet()
    opened.meet()

    agrees(opened)
