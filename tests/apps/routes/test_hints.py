from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.nocodb.hints import HEADER
from relasi.store.mirrors import Look
from tests.apps.doors import client_of
from tests.records.world import NOW, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Whose rows in NocoDB were looked at just now."""
    made = make_world(tmp_path, "entity: book\nfields: {name: text}\n")
    with made.crm.store.session() as session:
        session.mirrors.claim(NOW, NOW)
        session.mirrors.password("sesame")
        session.mirrors.look(Look("book", looked_at=NOW))
    yield made
    made.crm.close()


def looked_at(world: World) -> object:
    with world.crm.store.session(write=False) as session:
        return session.mirrors.looks()["book"].looked_at


def test_who_knows_the_word_makes_the_worker_look_sooner(world: World) -> None:
    answer = client_of(world).post("/nocodb/edited/book", headers={HEADER: "sesame"})

    assert (answer.status_code, looked_at(world)) == (204, None)


@pytest.mark.parametrize("headers", [{}, {HEADER: "wrong"}])
def test_who_does_not_know_it_is_sent_away(world: World, headers: dict[str, str]) -> None:
    answer = client_of(world).post("/nocodb/edited/book", headers=headers)

    assert (answer.status_code, looked_at(world)) == (401, NOW)
