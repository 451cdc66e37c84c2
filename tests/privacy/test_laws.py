"""Whatever people, records and messages there are: of whom is erased no byte tells, and nobody else loses
any."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.store.consents import Consent
from relasi.store.effects import Effect
from relasi.store.notifications import Notification
from tests.privacy.people import bytes_of, clinic, person
from tests.records.world import NOW, World

ENTITIES = ("person", "visit", "call", "bill", "ward")
_numbers = count(1)


@dataclass(frozen=True)
class Scene:
    """Who there is, by number: visits with how often their story changes, calls with who else was on the
    line, messages with whom they name, wards with their heads. The first one is erased."""

    people: int
    visits: list[tuple[int, int]]
    calls: list[tuple[int, int | None]]
    mails: list[tuple[int, int | None]]
    wards: list[int]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    people = draw(st.integers(2, 4))
    somebody = st.integers(0, people - 1)
    pairs = st.tuples(somebody, st.none() | somebody)
    return Scene(
        people,
        draw(st.lists(st.tuples(somebody, st.integers(0, 2)), max_size=4)),
        draw(st.lists(pairs, max_size=4)),
        draw(st.lists(pairs, max_size=4)),
        draw(st.lists(somebody, max_size=2)),
    )


def laid(world: World, scene: Scene) -> tuple[list[str], list[str]]:
    """The names of the people, which are in all that is about them, and the ids of their records."""
    names = [f"Xq{next(_numbers):05}qx" for _ in range(scene.people)]
    keys = [person(world, name, phone=f"+62 812 {next(_numbers):04} 7890") for name in names]
    user = world.user("clerk", "clerk")
    for who, changes in scene.visits:
        visit = world.create("visit", person=keys[who], story=f"{names[who]} fell", fee="1")
        for turn in range(changes):
            record = world.crm.records.get(world.engine, "visit", visit.id)
            fell = {"story": f"{names[who]} fell {turn}"}
            world.crm.records.update(world.engine, "visit", visit.id, record.version, fell)
        world.create("bill", visit=visit.id, amount="9")
        told = Notification(world.ids(), user, NOW, {"en": names[who]}, {"en": ""}, "visit", visit.id)
        with world.crm.store.session() as session:
            session.notifications.add([told])
    for who, friend in scene.calls:
        said = f"{names[who]} called" if friend in (None, who) else "they talked"
        world.create("call", person=keys[who], friend=None if friend is None else keys[friend], said=said)
    for who, named in scene.mails:
        text = f"of {keys[named]}" if named is not None else f"Dear {names[who]}"
        with world.crm.store.session() as session:
            to = f"{names[who].lower()}@mail.example.id"
            session.effects.add(Effect(world.ids(), "email", to, {"text": text}, NOW))
            session.consents.add(Consent(world.ids(), to, "care", True, NOW, "page", "yes"))
    for head in scene.wards:
        world.create("ward", name="East", head=keys[head])
    return names, keys


def belongs_to(row: Mapping[str, Any], keys: Collection[str], visits: Collection[str]) -> bool:
    links = (row["id"], row.get("person"), row.get("friend"), row.get("head"))
    return any(each in keys for each in links) or row.get("visit") in visits


def others(world: World, key: str) -> dict[str, Any]:
    """All records that have nothing to do with the person, with their history; and others' messages."""
    visits = [row["id"] for row in world.rows("visit") if row["person"] == key]
    found: dict[str, Any] = {}
    for entity in ENTITIES:
        for row in world.rows(entity):
            if not belongs_to(row, [key], visits):
                found[row["id"]] = (row, world.changes(entity, row["id"]))
    return found


def test_of_whom_is_erased_no_byte_tells_and_nobody_else_loses_any(tmp_path: Path) -> None:
    world = clinic(tmp_path)

    @settings(max_examples=8)
    @given(scenes())
    def holds(scene: Scene) -> None:
        names, keys = laid(world, scene)
        before = others(world, keys[0])
        with world.crm.store.session() as session:
            mails = {each.id for each in session.effects.list(limit=1000)}
            gone = {
                each.id
                for each in session.effects.list(limit=1000)
                if names[0].lower() in each.to or keys[0] in str(each.payload)
            }
        world.crm.privacy.erase(world.engine, "person", keys[0], reason="")
        world.crm.privacy.finish(NOW)
        assert others(world, keys[0]) == before
        with world.crm.store.session() as session:
            assert {each.id for each in session.effects.list(limit=1000)} == mails - gone
        left = bytes_of(world).lower()
        assert names[0].lower().encode() not in left
        assert all(name.lower().encode() in left for name in names[1:])

    holds()
    world.crm.close()
