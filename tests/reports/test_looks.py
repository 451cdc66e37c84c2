from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from relasi.apps.visitor import Visitor, visitor_of
from relasi.records import ListRequest
from relasi.reports.asking import Extent, answer
from relasi.reports.looks import Look, Whose, offered
from relasi.reports.spans import Span
from relasi.reports.telling import Telling
from relasi.schema.model.dashboard import Period
from relasi.store.users import Post
from tests.records.world import World, make_world

JOB = """
entity: job
label: {en: Job, id: Tugas}
plural: {en: Jobs, id: Tugas}
title: "{name}"
fields: {name: text, owner: user, shop: {type: link, to: shop}}
access:
  agent: {read: all}
  helper: {read: own}
"""
SHOP = """
entity: shop
label: {en: Shop, id: Toko}
plural: {en: Shops, id: Toko}
title: "{name}"
fields: {name: text, opened: date}
access: {agent: {read: all}}
"""
ROLES = """
roles:
  agent: {label: {en: Agent, id: Agen}}
  helper: {label: {en: Helper, id: Pembantu}}
"""
TEAMS = """
teams:
  country: {label: {en: Country, id: Negara}}
  west: {label: {en: West, id: Barat}, below: country}
  east: {label: {en: East, id: Timur}, below: country}
"""
DESK = """
department: desk
label: {en: Desk, id: Meja}
roles: [agent, helper]
menu: {job: }
"""
HOUSE = """
dashboard: house
departments: [desk]
period: this_month
tiles:
  jobs: {of: job, count: true, period: created_at}
  shops: {of: shop, count: true}
  waiting: {of: job, count: true, where: owner is empty}
"""
TODAY = date(2026, 11, 22)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, JOB, SHOP, ROLES, TEAMS, DESK, HOUSE)
    people = {"ani": "country", "budi": "west", "cici": "east", "dodi": None}
    for name, team in people.items():
        key = made.user(name, "agent")
        with made.crm.store.session() as session:
            session.users.place(key, Post(team=team))
        made.create("job", name=name, owner=key)
    made.create("job", name="nobody's")
    made.create("shop", name="Toko")
    yield made
    made.crm.close()


def at(world: World, name: str, role: str = "agent") -> Visitor:
    key = world.user(name, role)
    with world.crm.store.session() as session:
        user = session.users.get(key)
    assert user is not None
    return visitor_of(world.crm, user)


@pytest.mark.parametrize(
    ("name", "whose", "jobs"),
    [
        ("ani", Whose.OWN, {"ani"}),
        ("ani", Whose.TREE, {"ani", "budi", "cici"}),
        ("budi", Whose.TREE, {"budi"}),
        ("dodi", Whose.TREE, {"dodi"}),
        ("ani", Whose.ALL, {"ani", "budi", "cici", "dodi", "nobody's"}),
    ],
)
def test_figures_are_of_ones_own_records_those_of_the_team_or_all(
    house: World, name: str, whose: Whose, jobs: set[str]
) -> None:
    me = at(house, name)
    found = answer(me, house.crm.model.dashboards["house"].tiles[0], Extent(whose=whose))
    assert found is not None
    number = Telling.of(me, found).data()["number"]
    behind = me.records.list(me.actor, ListRequest("job", where=(number["link"]["where"],))).records
    assert number["text"] == str(len(jobs))
    assert {each.values["name"] for each in behind} == jobs


def test_what_belongs_to_nobody_is_told_as_a_whole(house: World) -> None:
    found = answer(at(house, "ani"), house.crm.model.dashboards["house"].tiles[1], Extent(whose=Whose.OWN))
    assert found is not None
    assert (found.extent.whose, found.groups[0].figures) == (Whose.ALL, (1,))


def test_what_nobody_has_yet_is_told_to_whoever_looks_at_their_own(house: World) -> None:
    found = answer(at(house, "ani"), house.crm.model.dashboards["house"].tiles[2], Extent(whose=Whose.OWN))
    assert found is not None
    assert (found.extent.whose, found.groups[0].figures) == (Whose.ALL, (1,))


def test_whoever_is_in_no_team_is_not_asked_for_one(house: World) -> None:
    dashboard = house.crm.model.dashboards["house"]
    assert offered(at(house, "ani"), dashboard) == (Whose.OWN, Whose.TREE, Whose.ALL)
    assert offered(at(house, "dodi"), dashboard) == (Whose.OWN, Whose.ALL)


def test_whoever_sees_only_their_own_has_no_choice(house: World) -> None:
    assert offered(at(house, "eko", "helper"), house.crm.model.dashboards["house"]) == ()


@pytest.mark.parametrize(
    "look",
    [
        Look(Period.LAST_30_DAYS, Whose.OWN),
        Look(Span(date(2026, 2, 1), date(2026, 2, 2)), Whose.ALL),
        Look(Span(date(2026, 1, 1), date(2027, 1, 1)), Whose.TREE),
    ],
)
def test_an_address_holds_all_that_was_chosen(house: World, look: Look) -> None:
    assert Look.read(look.query(), house.crm.model.dashboards["house"], tuple(Whose)) == look


@pytest.mark.parametrize("period", ["", "yesterday", "2026-02-01..", "2026-02-02..2026-02-01", "1..2"])
def test_an_address_that_makes_no_sense_opens_what_the_dashboard_begins_with(
    house: World, period: str
) -> None:
    dashboard = house.crm.model.dashboards["house"]
    look = Look.read({"period": period, "whose": "tree"}, dashboard, (Whose.OWN, Whose.ALL))
    assert look == Look(Period.THIS_MONTH, Whose.ALL)


def test_chosen_days_are_compared_with_as_many_before_them() -> None:
    ten = Span(date(2026, 3, 11), date(2026, 3, 21))
    assert Look(ten).spans(TODAY) == (ten, Span(date(2026, 3, 1), date(2026, 3, 11)))
