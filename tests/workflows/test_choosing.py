"""Who gets a record: the candidates that a rule names, those of them who fit and are there, and the trace
that says why it was this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.records import Record
from relasi.store.absences import Absence
from relasi.store.users import Post
from relasi.workflows.people import stand_in
from tests.records.world import NOW, World

Build = Callable[..., World]

TEAMS = "teams: {service: {}, desk: {below: service}, field: {below: service}}"
ROLES = "roles: {agent: {}, lead: {}}"
TICKET = """
entity: ticket
fields:
  subject: text
  category: {type: choice, options: [pumps, wiring]}
  city: text
  referee: user
  owner: user
"""


def built(build: Build, assign: str) -> World:
    rule = f"workflow: act\nentity: ticket\nwhen: created\ndo: [{{assign: {assign}}}]\n"
    world = build(TEAMS, ROLES, TICKET, rule)
    people = {
        "ana": Post("desk", ("pumps",), ("Bandung",)),
        "ben": Post("field", ("wiring", "pumps"), ("Surabaya",)),
        "cal": Post("service"),
    }
    for name, post in people.items():
        world.user(name, "lead" if name == "cal" else "agent")
        with world.crm.store.session() as session:
            session.users.place(f"u-{name}", post)
    return world


def send_away(world: World, name: str, delegate: str | None = None, *, days: int = 0) -> None:
    day = NOW.date() + timedelta(days=days)
    delegate_id = delegate and f"u-{delegate}"
    with world.crm.store.session() as session:
        session.absences.add(Absence(world.crm.new_id(), f"u-{name}", day, day, delegate_id, None, NOW))


def owner(world: World, ticket: Record) -> str | None:
    value = world.values("ticket", ticket.id)["owner"]
    return None if value is None else str(value)


def why(world: World, ticket: Record) -> Mapping[str, Any]:
    told: Mapping[str, Any] = world.traces("ticket", ticket.id)[-1].steps[0]["why"]
    return told


@pytest.mark.parametrize(
    ("to", "among"),
    [
        ("role.agent", ["u-ana", "u-ben"]),
        ("team.service", ["u-cal"]),
        ("tree.service", ["u-ana", "u-ben", "u-cal"]),
        ("team.desk", ["u-ana"]),
    ],
)
def test_a_role_a_team_or_a_tree_of_teams_is_considered(build: Build, to: str, among: list[str]) -> None:
    world = built(build, f"{{to: {to}}}")
    assert why(world, world.create("ticket"))["among"] == among


def test_a_user_field_names_one_person(build: Build) -> None:
    world = built(build, "{to: referee}")
    ticket = world.create("ticket", referee="u-ben")
    assert owner(world, ticket) == "u-ben"
    assert why(world, ticket) == {"by": "named"}


def test_only_those_with_the_skill_that_the_record_asks_for(build: Build) -> None:
    world = built(build, "{to: role.agent, skill: category}")
    ticket = world.create("ticket", category="wiring")
    assert owner(world, ticket) == "u-ben"
    assert why(world, ticket)["skills"] == {"wanted": "wiring", "lacking": ["u-ana"]}


def test_a_territory_is_found_in_any_case(build: Build) -> None:
    world = built(build, "{to: role.agent, territory: city}")
    assert owner(world, world.create("ticket", city="bandung")) == "u-ana"


def test_skill_and_territory_both_count(build: Build) -> None:
    world = built(build, "{to: role.agent, skill: category, territory: city}")
    assert owner(world, world.create("ticket", category="pumps", city="Surabaya")) == "u-ben"


def test_a_record_that_asks_for_no_skill_goes_to_anybody(build: Build) -> None:
    world = built(build, "{to: role.agent, skill: category}")
    assert why(world, world.create("ticket"))["among"] == ["u-ana", "u-ben"]


def test_whoever_is_away_is_left_out_and_named(build: Build) -> None:
    world = built(build, "{to: role.agent}")
    send_away(world, "ana", "ben")
    ticket = world.create("ticket")
    assert owner(world, ticket) == "u-ben"
    assert why(world, ticket)["absent"] == {"u-ana": None}


def test_who_was_away_yesterday_or_will_be_tomorrow_is_there(build: Build) -> None:
    world = built(build, "{to: team.desk}")
    send_away(world, "ana", days=-1)
    send_away(world, "ana", days=1)
    assert owner(world, world.create("ticket")) == "u-ana"


def test_the_delegate_takes_the_place_where_the_rule_says_so(build: Build) -> None:
    world = built(build, "{to: team.desk, absent: delegate}")
    send_away(world, "ana", "cal")
    ticket = world.create("ticket")
    assert owner(world, ticket) == "u-cal"
    assert why(world, ticket)["absent"] == {"u-ana": "u-cal"}


def test_where_nobody_can_the_rule_fails_and_says_who_was_away_and_who_did_not_fit(build: Build) -> None:
    world = built(build, "{to: role.agent, skill: category}")
    send_away(world, "ben")
    ticket = world.create("ticket", category="wiring")
    trace = world.traces("ticket", ticket.id)[-1]
    assert trace.outcome == "failed"
    assert trace.error is not None
    assert trace.error["en"] == (
        "None of role.agent could take this. Away: Ben. Without the skill or territory: Ana. "
        "With enough to do: –."
    )


def test_whoever_has_enough_to_do_gets_no_more_and_is_named(build: Build) -> None:
    world = built(build, "{to: role.agent, by: round_robin, busy: category = pumps, capacity: 1}")
    assert owner(world, world.create("ticket", category="pumps")) == "u-ana"
    world.create("ticket")

    ticket = world.create("ticket")

    assert owner(world, ticket) == "u-ben"
    assert why(world, ticket)["full"] == {"u-ana": 1}


def test_where_all_have_enough_to_do_the_rule_says_so(build: Build) -> None:
    world = built(build, "{to: team.desk, capacity: 1}")
    world.create("ticket")

    trace = world.traces("ticket", world.create("ticket").id)[-1]

    assert trace.error is not None
    assert trace.error["en"].endswith("With enough to do: Ana.")


def test_else_names_who_gets_it_then_whatever_they_know(build: Build) -> None:
    world = built(build, "{to: role.agent, skill: category, else: role.lead}")
    send_away(world, "ben")
    ticket = world.create("ticket", category="wiring")
    assert owner(world, ticket) == "u-cal"
    assert why(world, ticket)["instead"] == "role.lead"


def test_else_nobody_leaves_the_record_as_it_is(build: Build) -> None:
    world = built(build, "{to: team.desk, else: nobody}")
    send_away(world, "ana")
    ticket = world.create("ticket")
    assert owner(world, ticket) is None
    assert world.traces("ticket", ticket.id)[-1].outcome == "ran"
    assert why(world, ticket)["by"] == "nobody"


PEOPLE = ["a", "b", "c", "d"]


@given(
    away=st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([*PEOPLE, None])),
    active=st.sets(st.sampled_from(PEOPLE)),
)
def test_whoever_stands_in_is_there_however_the_delegates_point(
    away: dict[str, str | None], active: set[str]
) -> None:
    for person in away:
        found = stand_in(person, away, active)
        assert found is None or (found in active and found not in away)


def test_the_delegate_of_a_delegate_stands_in() -> None:
    assert stand_in("a", {"a": "b", "b": "c"}, {"a", "b", "c"}) == "c"
