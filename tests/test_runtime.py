"""A project becomes a CRM that is open for work; what depends on time and chance can be handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from relasi.errors import PlatformUnavailable, ProjectInvalid
from relasi.records import Source
from relasi.runtime import engine_actor, now, open_crm, uuid7
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.store.users import User
from tests.records.world import NOW, Clock, World, compiled, make_world

ROLES = """
roles:
  boss: {everything: true}
  agent: {}
  lead: {includes: [agent]}
"""
NOTE = """
entity: note
fields: {body: text}
access:
  agent: {read: all, create: true}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = make_world(tmp_path, ROLES, NOTE)
    yield world
    world.crm.close()


def user(*roles: str) -> User:
    return User("u1", "ana", "Ana", "", roles, "en")


class TestActor:
    def test_a_user_acts_with_the_roles_that_theirs_include(self, world: World) -> None:
        actor = world.crm.actor(user("lead"), Source.PAGE)

        assert (actor.user_id, actor.roles, actor.everything) == ("u1", frozenset({"lead", "agent"}), False)

    def test_an_administrator_may_do_everything(self, world: World) -> None:
        assert world.crm.actor(user("boss"), Source.PAGE).everything

    def test_a_role_that_is_gone_gives_nothing(self, world: World) -> None:
        assert world.crm.actor(user("wizard"), Source.PAGE).roles == frozenset()

    def test_the_command_line_is_nobody_without_bounds(self) -> None:
        actor = engine_actor(Source.CLI)

        assert (actor.user_id, actor.everything, actor.source) == (None, True, Source.CLI)


class TestOpening:
    def test_a_project_on_disk_is_opened(self, world: World) -> None:
        compiled(world.crm.root, (ROLES, NOTE))
        world.crm.close()

        with_own_clock = open_crm(world.crm.root, clock=Clock(), new_id=lambda: "n1")
        note = with_own_clock.records.create(engine_actor(Source.CLI), "note", {"body": "x"})
        with_own_clock.close()

        assert (note.id, note.values["created_at"]) == ("n1", NOW)

    def test_without_a_clock_it_is_now(self, world: World) -> None:
        compiled(world.crm.root, (ROLES, NOTE))
        world.crm.close()

        crm = open_crm(world.crm.root)
        note = crm.records.create(engine_actor(Source.CLI), "note", {"body": "x"})
        crm.close()

        assert (UUID(note.id).version, note.values["created_at"].tzinfo) == (7, UTC)

    def test_a_project_with_mistakes_is_not(self, tmp_path: Path) -> None:
        (tmp_path / "config").mkdir()
        (tmp_path / "config/crm.yaml").write_text("crm: 1\nnam: Test\n", encoding="utf-8")

        with pytest.raises(ProjectInvalid) as caught:
            open_crm(tmp_path)

        assert {diagnostic.span.file for diagnostic in caught.value.diagnostics} == {"config/crm.yaml"}

    def test_a_database_that_was_never_prepared_says_so(self, tmp_path: Path) -> None:
        compiled(tmp_path, (ROLES, NOTE))

        crm = open_crm(tmp_path)
        with pytest.raises(PlatformUnavailable) as caught:
            crm.records.create(engine_actor(Source.CLI), "note", {"body": "x"})
        crm.close()

        assert "relasi apply" in caught.value.text("en")

    def test_closing_twice_is_harmless(self, world: World) -> None:
        world.crm.close()
        world.crm.close()


class TestLanguages:
    @pytest.mark.parametrize(("language", "text"), [("en", "1,234.50"), ("id", "1.234,50")])
    def test_numbers_are_shown_and_read_as_the_language_writes_them(
        self, world: World, language: str, text: str
    ) -> None:
        number = FIELD_TYPES["decimal"].model_validate({"type": "decimal", "places": 2})

        shown = number.show(Decimal("1234.5"), world.crm.showing(language))

        assert shown == text
        assert number.read(text, world.crm.reading(language)) == Decimal("1234.5")


def test_ids_are_in_the_order_in_which_they_were_given() -> None:
    ids = [uuid7() for _ in range(5_000)]

    assert ids == sorted(set(ids))


def test_now_knows_its_zone() -> None:
    assert now().tzinfo is UTC
