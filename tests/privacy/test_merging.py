"""People who were merged: what was withdrawn for one of them is withdrawn, and nothing of either is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.records.merges.merging import merge
from relasi.records.people import addresses_of
from relasi.store.consents import Consent
from tests.privacy.people import bytes_of, clinic, person
from tests.records.world import NOW, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = clinic(tmp_path)
    yield world
    world.crm.close()


def said(world: World, key: str, *, given: bool) -> None:
    with world.crm.store.session() as session:
        consent = Consent(world.ids(), f"person/{key}", "care", given, world.clock.now, "letter", "We care.")
        session.consents.add(consent)
    world.clock.advance(hours=1)


def stands(world: World, key: str) -> bool:
    row = world.values("person", key)
    addresses = addresses_of(world.crm.model.entities["person"], row)
    with world.crm.store.session(write=False) as session:
        last = session.consents.last_said(addresses, "care")
    return last is not None and last.given


@pytest.mark.parametrize("first", [True, False])
def test_a_consent_that_one_of_them_has_withdrawn_is_withdrawn(world: World, first: bool) -> None:
    budi, other = person(world, "Budi"), person(world, "Budiman")
    said(world, budi, given=first)
    said(world, other, given=not first)

    with world.crm.records.work(world.engine) as work:
        merge(work, "person", budi, [other])

    assert not stands(world, budi)


def test_a_consent_that_both_gave_stands(world: World) -> None:
    budi, other = person(world, "Budi"), person(world, "Budiman")
    said(world, budi, given=True)
    said(world, other, given=True)

    with world.crm.records.work(world.engine) as work:
        merge(work, "person", budi, [other])

    assert stands(world, budi)


def test_who_is_erased_is_erased_under_the_other_record_too(world: World) -> None:
    budi, other = person(world, "Budi"), person(world, "Wiryawan", phone="+6281234567890")
    with world.crm.records.work(world.engine) as work:
        merge(work, "person", budi, [other])

    world.crm.privacy.erase(world.engine, "person", budi, reason="asked in a letter")
    world.crm.privacy.finish(NOW)

    left = bytes_of(world)
    assert b"Wiryawan" not in left
    assert b"81234567890" not in left
