from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from relasi.apps.making import Making
from relasi.apps.visitor import Visitor, visitor_of
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format
from relasi.records import ListRequest
from tests.records.world import World, make_world

PARCEL = """
entity: parcel
title: "{name}"
fields: {name: text, letter: {type: files, kinds: [pdf]}}
access:
  agent: {read: all, export: true}
  reader: {read: all}
"""
ROLES = "roles: {agent: {}, reader: {}}"
BOUND = Wanted(ListRequest("parcel"), Format.PDF, "en")
SOON = 20.0
"""Seconds that a busy machine may take; the tests go on as soon as it is done."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = make_world(tmp_path, ROLES, PARCEL)
    yield world
    world.crm.close()


def posted(world: World) -> None:
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.save(content)
    with world.crm.files.arrival(world.engine, "parcel", "letter") as upload:
        upload.write(content.getvalue())
        file = upload.finish("letter.pdf").id
    world.create("parcel", name="One", letter=[file])


def visitor(world: World, role: str = "agent") -> Visitor:
    world.user("ana", role)
    with world.crm.store.session(write=False) as session:
        user = session.users.by_name("ana")
    assert user is not None
    return visitor_of(world.crm, user)


def test_a_file_is_made_while_its_reader_does_other_things(world: World) -> None:
    posted(world)
    making = Making(visitor(world), BOUND)
    making.begin()
    assert making.wait(SOON)
    assert (making.failure, making.done, making.total, making.count) == (None, 1, 1, 1)
    with pikepdf.open(io.BytesIO(making.content())) as found:
        assert len(found.pages) == 1
    assert making.content() == making.content()


def test_what_stands_in_the_way_is_told(world: World) -> None:
    posted(world)
    making = Making(visitor(world, "reader"), BOUND)
    making.begin()
    assert making.wait(SOON)
    assert making.failure
    assert making.failure.startswith("Your role does not allow you to take these records out")


def test_what_is_stopped_is_not_made_and_nobody_is_noted_as_having_it(world: World) -> None:
    posted(world)
    making = Making(visitor(world), BOUND)
    making.stop()
    making.begin()
    assert making.wait(SOON)
    assert (making.failure, making.count) == (None, 0)
    with world.crm.store.session(write=False) as session:
        assert session.audit.exports(limit=1) == ()
