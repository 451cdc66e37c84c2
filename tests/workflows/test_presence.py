"""Who may say that somebody is away, and what such an absence may look like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from relasi.accounts.history import history_of
from relasi.errors import Forbidden, NotFound, Refused
from relasi.records import Actor
from relasi.store.users import Post
from tests.records.world import NOW, World

Build = Callable[..., World]

TEAMS = "teams: {service: {}, desk: {below: service}, sales: {}}"
ROLES = "roles: {agent: {}, admin: {everything: true}}"
NOTE = "entity: note\nfields: {title: text}\n"
TODAY = date(2026, 11, 21)
PEOPLE = {"dewi": "service", "sari": "desk", "rudi": "desk", "bayu": "sales", "solo": None}


@pytest.fixture
def world(build: Build) -> World:
    world = build(TEAMS, ROLES, NOTE)
    for name, team in PEOPLE.items():
        key = world.user(name, "agent")
        with world.crm.store.session() as session:
            session.users.place(key, Post(team))
    return world


def enter(
    world: World,
    actor: Actor,
    who: str,
    *,
    first: date = TODAY,
    days: int = 1,
    delegate: str | None = None,
) -> str:
    key = delegate and world.user(delegate)
    last = first + timedelta(days=days - 1)
    return world.crm.presence.enter(actor, world.user(who), first, last, key).id


def away(world: World) -> set[str]:
    with world.crm.store.session(write=False) as session:
        return {key.removeprefix("u-") for key in session.absences.away(TODAY)}


def refused(world: World, actor: Actor, who: str, **more: object) -> str:
    with pytest.raises((Refused, Forbidden)) as caught:
        enter(world, actor, who, **more)  # type: ignore[arg-type]  # days, first or delegate
    return caught.value.code


def test_everybody_speaks_for_themselves(world: World) -> None:
    enter(world, world.actor("sari"), "sari", delegate="rudi")
    assert away(world) == {"sari"}


def test_whoever_leads_speaks_for_the_teams_below(world: World) -> None:
    enter(world, world.actor("dewi"), "sari")
    assert away(world) == {"sari"}
    assert refused(world, world.actor("dewi"), "bayu") == "absence_of_others"
    assert refused(world, world.actor("sari"), "rudi") == "absence_of_others", "not for one's own team"
    assert refused(world, world.actor("solo"), "sari") == "absence_of_others"


def test_administrators_speak_for_all(world: World) -> None:
    enter(world, world.actor("ada", "admin"), "bayu")
    assert away(world) == {"bayu"}


def test_an_absence_has_days_in_order_that_are_not_over(world: World) -> None:
    sari = world.actor("sari")
    assert refused(world, sari, "sari", days=0) == "absence_ends_early"
    assert refused(world, sari, "sari", first=TODAY - timedelta(days=3)) == "absence_is_past"
    enter(world, sari, "sari", first=TODAY - timedelta(days=3), days=4)
    assert away(world) == {"sari"}


def test_two_absences_of_one_person_do_not_overlap(world: World) -> None:
    sari = world.actor("sari")
    enter(world, sari, "sari", first=TODAY + timedelta(days=3), days=3)
    assert refused(world, sari, "sari", days=4) == "absence_overlaps"
    assert refused(world, sari, "sari", first=TODAY + timedelta(days=5)) == "absence_overlaps"
    enter(world, sari, "sari", days=3)
    enter(world, sari, "sari", first=TODAY + timedelta(days=6))


def test_the_stand_in_is_somebody_else_who_works_here(world: World) -> None:
    sari = world.actor("sari")
    assert refused(world, sari, "sari", delegate="sari") == "absence_delegate"
    with world.crm.store.session() as session:
        session.users.disable("u-rudi")
    assert refused(world, sari, "sari", delegate="rudi") == "absence_delegate"


def test_an_absence_is_taken_back_by_those_who_may_enter_it(world: World) -> None:
    key = enter(world, world.actor("sari"), "sari")
    with pytest.raises(Forbidden):
        world.crm.presence.end(world.actor("bayu"), key)
    world.crm.presence.end(world.actor("dewi"), key)
    assert away(world) == set()
    with pytest.raises(NotFound):
        world.crm.presence.end(world.actor("sari"), key)


def test_it_is_kept_who_entered_it_and_who_took_it_back(world: World) -> None:
    key = enter(world, world.actor("dewi"), "sari")
    world.crm.presence.end(world.actor("sari"), key)
    with world.crm.store.session(write=False) as session:
        kept = session.absences.get(key)
    assert kept is not None
    assert (kept.entered_by, kept.entered_at, kept.ended_by, kept.ended_at) == ("u-dewi", NOW, "u-sari", NOW)


def test_people_see_the_absences_that_concern_them(world: World) -> None:
    enter(world, world.actor("sari"), "sari", delegate="bayu")
    enter(world, world.actor("rudi"), "rudi")

    def seen(name: str) -> list[str]:
        return [each.user_id for each in world.crm.presence.coming(world.actor(name))]

    assert seen("sari") == ["u-sari"]
    assert seen("dewi") == ["u-sari", "u-rudi"]
    assert seen("bayu") == ["u-sari"], "who stands in knows when"
    assert seen("solo") == []


def test_who_made_whom_a_deputy_is_in_the_history_of_the_account(world: World) -> None:
    key = enter(world, world.actor("dewi"), "sari", delegate="rudi")
    world.crm.presence.end(world.actor("dewi"), key)
    with world.crm.store.session(write=False) as session:
        back, away = history_of(session, world.user("sari"))
    assert (away.user_id, back.user_id) == (world.user("dewi"), world.user("dewi"))
    assert away.fields["absence"][1]["deputy"] == back.fields["absence"][0]["deputy"] == world.user("rudi")
