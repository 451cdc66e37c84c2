"""A record is deleted, and each link to it does what its definition says; or nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relasi.errors import Forbidden, InUse, NotFound, Stale
from relasi.store.notifications import Notification
from tests.postgresql import WORLDS_ON_BOTH
from tests.records.world import World

ROLES = """
roles:
  agent: {}
  clerk: {}
"""

FIRM = """
entity: firm
label: {en: Firm, id: Usaha}
plural: {en: Firms, id: Perusahaan}
fields:
  name: text
  parent: {type: link, to: firm, on_delete: cascade}
  head: {type: link, to: person, on_delete: clear}
  owner: user
access:
  agent: {read: all, update: all, delete: own}
  clerk: {read: own, delete: all}
"""

PERSON = """
entity: person
label: {en: Person, id: Orang}
plural: {en: People, id: Orang}
fields:
  name: text
  firm: {type: link, to: firm, on_delete: cascade}
"""

CONTRACT = """
entity: contract
label: {en: Contract, id: Kontrak}
plural: {en: Contracts, id: Kontrak}
fields:
  name: text
  firm: {type: link, to: firm, on_delete: restrict}
  signer: {type: link, to: person, on_delete: restrict}
"""

NOTE = """
entity: note
fields:
  body: text
  about: {type: link, to: [firm, person, note], on_delete: clear}
  reason: {type: text, required_when: about is empty and body = "strict"}
  source: {type: link, to: firm, on_delete: clear, read_only: true}
"""

LOG = """
entity: log
fields:
  about: {type: link, to: [firm, person], on_delete: cascade}
"""

TELL = """
workflow: tell
entity: note
when: [{changed: about}]
do:
  - set: {body: "lost {old.body}"}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, FIRM, PERSON, CONTRACT, NOTE, LOG, TELL)


def delete(world: World, entity: str, key: str, version: int = 1) -> None:
    world.crm.records.delete(world.engine, entity, key, version)


def everything(world: World) -> dict[str, Any]:
    return {name: world.rows(name) for name in world.crm.model.entities}


class TestRestrict:
    @WORLDS_ON_BOTH
    def test_a_record_that_others_need_stays(self, world: World) -> None:
        firm = world.create("firm", name="Maju").id
        world.create("contract", firm=firm)
        world.create("contract", firm=firm)

        with pytest.raises(InUse) as caught:
            delete(world, "firm", firm)

        assert "2 Contracts still refer" in caught.value.text("en")
        assert "2 Kontrak masih" in caught.value.text("id")

    @WORLDS_ON_BOTH
    def test_what_stands_in_the_way_leaves_everything_as_it_was(self, world: World) -> None:
        firm = world.create("firm", name="Maju").id
        world.create("note", about=f"firm/{firm}")
        person = world.create("person", firm=firm).id
        world.create("contract", signer=person)
        before = everything(world)

        with pytest.raises(InUse):
            delete(world, "firm", firm)

        assert everything(world) == before
        assert [change.kind for change in world.changes("firm", firm)] == ["created"]

    def test_what_is_deleted_too_does_not_stand_in_the_way(
        self, world: World, build: Callable[..., World]
    ) -> None:
        other = CONTRACT.replace("to: firm, on_delete: restrict", "to: firm, on_delete: cascade")
        world = build(ROLES, FIRM, PERSON, other, NOTE)
        firm = world.create("firm", name="Maju").id
        person = world.create("person", firm=firm).id
        world.create("contract", firm=firm, signer=person)

        delete(world, "firm", firm)

        assert (world.rows("person"), world.rows("contract")) == ([], [])


class TestClear:
    def test_the_link_is_emptied_audited_and_counted_as_a_version(self, world: World) -> None:
        person = world.create("person", name="Budi").id
        firm = world.create("firm", head=person).id

        delete(world, "person", person)

        assert (world.values("firm", firm)["head"], world.values("firm", firm)["version"]) == (None, 2)
        assert world.changes("firm", firm)[-1].fields == {"head": (person, None)}

    def test_a_link_to_one_of_several_entities_is_emptied_too(self, world: World) -> None:
        firm, person = world.create("firm"), world.create("person")
        notes = [
            world.create("note", body=name, about=f"{name}/{each.id}").id
            for name, each in (("firm", firm), ("person", person))
        ]

        delete(world, "firm", firm.id)

        assert [world.values("note", note)["about"] for note in notes] == [None, f"person/{person.id}"]

    def test_a_link_that_people_only_read_is_emptied_too(self, world: World) -> None:
        firm = world.create("firm").id
        with world.crm.records.work(world.engine) as work:
            note = work.as_definition().create("note", {"source": firm})

        delete(world, "firm", firm)

        assert world.values("note", note)["source"] is None

    def test_rules_hear_of_it(self, world: World) -> None:
        firm = world.create("firm").id
        note = world.create("note", body="hello", about=f"firm/{firm}").id

        delete(world, "firm", firm)

        assert world.values("note", note)["body"] == "lost hello"

    def test_a_link_that_may_not_be_empty_stands_in_the_way(self, world: World) -> None:
        firm = world.create("firm").id
        note = world.create("note", body="strict", about=f"firm/{firm}").id

        with pytest.raises(InUse):
            delete(world, "firm", firm)

        assert world.values("note", note)["about"] == f"firm/{firm}"

    def test_however_many_there_are(self, world: World) -> None:
        firm = world.create("firm").id
        with world.crm.records.work(world.engine) as work:
            work.create_many("note", [{"about": f"firm/{firm}"} for _ in range(1_100)])

        delete(world, "firm", firm)

        assert {row["about"] for row in world.rows("note")} == {None}


@WORLDS_ON_BOTH
class TestCascade:
    def test_what_belongs_to_it_goes_with_it_however_deep(self, world: World) -> None:
        top = world.create("firm", name="top").id
        middle = world.create("firm", name="middle", parent=top).id
        world.create("firm", name="bottom", parent=middle)
        person = world.create("person", firm=middle).id
        world.create("log", about=f"person/{person}")
        other = world.create("firm", name="other").id

        delete(world, "firm", top)

        assert [row["id"] for row in world.rows("firm")] == [other]
        assert (world.rows("person"), world.rows("log")) == ([], [])

    def test_each_record_that_goes_is_audited_with_its_values(self, world: World) -> None:
        top = world.create("firm", name="top").id
        bottom = world.create("firm", name="bottom", parent=top).id

        delete(world, "firm", top)

        change = world.changes("firm", bottom)[-1]
        assert (change.kind, change.version) == ("deleted", 2)
        assert change.fields == {"name": ("bottom", None), "parent": (top, None)}

    def test_links_in_a_circle_end(self, world: World) -> None:
        one = world.create("firm", name="one").id
        two = world.create("firm", name="two", parent=one).id
        world.crm.records.update(world.engine, "firm", one, 1, {"parent": two})

        delete(world, "firm", one, 2)

        assert world.rows("firm") == []
        assert world.changes("firm", one)[-1].fields == {"name": ("one", None), "parent": (two, None)}

    def test_a_record_that_links_to_itself_can_go(self, world: World) -> None:
        firm = world.create("firm").id
        world.crm.records.update(world.engine, "firm", firm, 1, {"parent": firm})

        delete(world, "firm", firm, 2)

        assert world.rows("firm") == []

    def test_a_link_back_that_would_be_emptied_does_not_hold_the_record(self, world: World) -> None:
        firm = world.create("firm").id
        person = world.create("person", firm=firm).id
        world.crm.records.update(world.engine, "firm", firm, 1, {"head": person})

        delete(world, "firm", firm, 2)

        assert (world.rows("firm"), world.rows("person")) == ([], [])

    def test_a_record_that_another_way_leads_to_goes_once(self, world: World) -> None:
        top = world.create("firm").id
        below = world.create("firm", parent=top).id
        person = world.create("person", firm=top).id
        world.crm.records.update(world.engine, "firm", below, 1, {"head": person})
        world.create("person", firm=below)

        delete(world, "firm", top)

        assert (world.rows("firm"), world.rows("person")) == ([], [])

    def test_what_people_were_told_of_it_goes_with_it(self, world: World) -> None:
        ana, firm = world.user("ana", "agent"), world.create("firm").id
        with world.crm.store.session() as session:
            about = ("firm", firm)
            session.notifications.add([Notification("n", ana, world.crm.clock(), {}, {}, *about)])

        delete(world, "firm", firm)

        with world.crm.store.session() as session:
            assert session.notifications.unread(ana) == 0


class TestRights:
    def test_who_may_not_delete_is_told(self, world: World) -> None:
        firm = world.create("firm", owner=world.user("ben", "agent")).id

        with pytest.raises(Forbidden):
            world.crm.records.delete(world.actor("ana", "agent"), "firm", firm, 1)
        world.crm.records.delete(world.actor("ben"), "firm", firm, 1)

    def test_what_may_not_be_read_is_not_there(self, world: World) -> None:
        firm = world.create("firm").id

        with pytest.raises(NotFound):
            world.crm.records.delete(world.actor("cai", "clerk"), "firm", firm, 1)

    def test_what_goes_with_it_needs_no_right_and_is_on_the_deleter(self, world: World) -> None:
        ana = world.actor("ana", "agent")
        firm = world.create("firm", owner="u-ana").id
        person = world.create("person", firm=firm).id

        world.crm.records.delete(ana, "firm", firm, 1)

        assert world.changes("person", person)[-1].user_id == "u-ana"

    def test_a_stale_delete_is_refused(self, world: World) -> None:
        firm = world.create("firm", name="Maju").id
        world.crm.records.update(world.engine, "firm", firm, 1, {"name": "Mundur"})

        with pytest.raises(Stale):
            delete(world, "firm", firm)

    def test_a_second_delete_finds_nothing(self, world: World) -> None:
        firm = world.create("firm").id
        delete(world, "firm", firm)

        with pytest.raises(NotFound):
            delete(world, "firm", firm)
