"""Records that somebody is let into for a while, and people who stand in for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from relasi.errors import Forbidden, NotFound, Refused
from relasi.records import Actor, ListRequest, Record, Source
from relasi.records.access.sharing import Invitation
from relasi.store.users import Post, User
from tests.postgresql import WORLDS_ON_BOTH
from tests.records.world import World

ROLES = "roles: {clerk: {}, manager: {}, stranger: {}, barred: {}, admin: {everything: true}}"
TEAMS = "teams: {north: {}, south: {}}"
CASE = """
entity: case
title: "{name}"
fields:
  name: text
  cost: number
  margin: {type: number, access: {read: [manager]}}
  code: text
  owner: user
process:
  states: {open: {}, approved: {kind: done}}
  moves: {approve: {from: [open], to: approved, who: [manager], four_eyes: true}}
access:
  clerk: {read: own, create: true, update: all, delete: all, export: all, hide: [cost]}
  manager: {read: all, update: all, mask: {code: last 2}}
  barred: {deny: {read: all}}
"""
TODAY = date(2026, 11, 21)


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, TEAMS, CASE)


@pytest.fixture
def maya(world: World) -> Actor:
    return world.actor("maya", "manager")


@pytest.fixture
def case(world: World) -> Record:
    return world.create(
        "case", name="one", cost=3, margin=4, code="123456", owner=world.user("owen", "clerk")
    )


def now(world: World, name: str, *roles: str) -> Actor:
    """The user with what is in force at this moment."""
    return world.actor(name, *roles)


def share(world: World, by: Actor, case: Record, **other: object) -> str:
    given = {"kind": "user", "whom": world.user("stan", "stranger"), "may_update": False}
    invitation = Invitation(**{**given, "last": TODAY, "reason": "he asked", **other})  # type: ignore[arg-type]  # of one type each
    return world.crm.sharing.share(by, "case", case.id, invitation).id


def names(world: World, actor: Actor) -> list[str]:
    return [each.values["name"] for each in world.crm.records.list(actor, ListRequest("case")).records]


class TestShared:
    @WORLDS_ON_BOTH
    def test_whoever_is_let_in_sees_the_record_and_no_other(
        self, world: World, maya: Actor, case: Record
    ) -> None:
        world.create("case", name="two")
        assert not world.crm.records.may_read(now(world, "stan", "stranger"), "case")

        share(world, maya, case)

        assert names(world, now(world, "stan")) == ["one"]
        with pytest.raises(Forbidden):
            world.crm.records.update(now(world, "stan"), "case", case.id, case.version, {"name": "x"})

    def test_only_until_the_day_that_was_named(self, world: World, maya: Actor, case: Record) -> None:
        share(world, maya, case, last=TODAY + timedelta(days=1))

        world.clock.advance(days=1)
        assert names(world, now(world, "stan")) == ["one"]
        world.clock.advance(days=1)
        assert not world.crm.records.may_read(now(world, "stan"), "case")

    def test_nobody_any_more_once_it_is_taken_back(self, world: World, maya: Actor, case: Record) -> None:
        sharing, key = world.crm.sharing, share(world, maya, case)

        sharing.end(maya, key)

        assert not world.crm.records.may_read(now(world, "stan"), "case")
        assert sharing.on(maya, "case", case.id) == ()

    def test_with_a_role_it_is_for_all_who_have_it(self, world: World, maya: Actor, case: Record) -> None:
        share(world, maya, case, kind="role", whom="stranger", may_update=True)
        stranger = now(world, "sue", "stranger")

        world.crm.records.update(stranger, "case", case.id, case.version, {"name": "x"})

        assert names(world, stranger) == ["x"]
        assert world.crm.records.allowed(stranger, case).delete is False

    def test_with_a_team_it_is_for_all_who_are_in_it(self, world: World, maya: Actor, case: Record) -> None:
        user = User("u-tia", "tia", "Tia", "tia@example.com", ("stranger",), "en", post=Post("south"))
        with world.crm.store.session() as session:
            session.users.add(user)

        share(world, maya, case, kind="team", whom="south")

        assert names(world, world.crm.actor(user, Source.PAGE)) == ["one"]

    def test_it_shows_no_field_that_one_of_the_two_does_not_see(
        self, world: World, maya: Actor, case: Record
    ) -> None:
        share(world, maya, case, whom=world.user("cleo", "clerk"))

        seen = world.crm.records.get(now(world, "cleo"), "case", case.id).values

        assert seen.keys().isdisjoint({"cost", "margin", "code"})

    def test_what_a_role_allows_with_other_records_does_not_reach_it(
        self, world: World, maya: Actor, case: Record
    ) -> None:
        share(world, maya, case, whom=world.user("cleo", "clerk"))

        allowed = world.crm.records.allowed(now(world, "cleo"), case)

        assert (allowed.update, allowed.delete) == (False, False)

    def test_it_lifts_no_denial(self, world: World, maya: Actor, case: Record) -> None:
        share(world, maya, case, whom=world.user("bea", "barred"))

        assert not world.crm.records.may_read(now(world, "bea"), "case")

    def test_what_was_lent_is_not_lent_on(self, world: World, maya: Actor, case: Record) -> None:
        share(world, maya, case, may_update=True)

        with pytest.raises(Forbidden):
            share(world, now(world, "stan"), case, whom=world.user("cleo", "clerk"))
        assert world.crm.sharing.on(now(world, "stan"), "case", case.id) is None

    def test_who_does_not_see_a_record_shares_it_with_nobody(self, world: World, case: Record) -> None:
        with pytest.raises(NotFound):
            share(world, now(world, "cleo", "clerk"), case)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"reason": " "},
            {"last": TODAY - timedelta(days=1)},
            {"last": TODAY + timedelta(days=367)},
            {"whom": "nobody"},
            {"whom": "u-maya"},
            {"kind": "role", "whom": "queen"},
        ],
    )
    def test_it_needs_a_reason_an_end_and_somebody(
        self, world: World, maya: Actor, case: Record, wrong: dict[str, object]
    ) -> None:
        with pytest.raises(Refused):
            share(world, maya, case, **wrong)

    def test_the_history_tells_of_it(self, world: World, maya: Actor, case: Record) -> None:
        key = share(world, maya, case)
        world.clock.advance(minutes=1)
        world.crm.sharing.end(maya, key)

        told = [each for each in world.crm.records.timeline(maya, "case", case.id) if each.kind == "share"]

        assert [(each.share.id, each.is_end) for each in told if each.share] == [(key, True), (key, False)]


class TestStandingIn:
    @pytest.fixture
    def deputy(self, world: World) -> Actor:
        """Stands in for the manager, who is away today."""
        world.actor("maya", "manager")
        away(world, "u-maya", world.user("dan", "stranger"))
        return now(world, "dan")

    def test_they_see_what_the_absent_one_sees(self, world: World, deputy: Actor, case: Record) -> None:
        seen = world.crm.records.get(deputy, "case", case.id).values

        assert (seen["margin"], seen["code"]) == (4, "•••56")

    def test_they_decide_and_change_nothing_else(self, world: World, deputy: Actor, case: Record) -> None:
        allowed = world.crm.records.allowed(deputy, case)

        assert ([each.name for each in allowed.moves], allowed.update, allowed.delete) == (
            ["approve"],
            False,
            False,
        )
        moved = world.crm.records.move(deputy, "case", case.id, case.version, move="approve")
        assert moved.values["status"] == "approved"

    @WORLDS_ON_BOTH
    def test_own_means_that_of_the_absent_one(self, world: World) -> None:
        world.create("case", name="his", owner=world.user("owen", "clerk"))
        world.create("case", name="hers", owner=world.user("other"))
        away(world, "u-owen", world.user("dan", "stranger"))

        assert names(world, now(world, "dan")) == ["his"]

    def test_nobody_approves_in_the_place_of_whoever_asked(self, world: World, deputy: Actor) -> None:
        asked = world.crm.records.create(
            replace(world.actor("maya"), everything=True), "case", {"name": "hers"}
        )

        with pytest.raises(Forbidden):
            world.crm.records.move(deputy, "case", asked.id, asked.version, move="approve")

    def test_it_ends_with_the_absence(self, world: World, deputy: Actor) -> None:
        world.clock.advance(days=1)

        assert now(world, "dan").stands_in_for == ()

    def test_administrators_lend_nobody_their_rights(self, world: World, case: Record) -> None:
        world.user("ada", "admin")
        away(world, "u-ada", world.user("dan", "stranger"))

        assert not world.crm.records.may_read(now(world, "dan"), "case")


def away(world: World, user: str, delegate: str) -> None:
    world.crm.presence.enter(world.engine, user, TODAY, TODAY, delegate)
