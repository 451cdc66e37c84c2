from __future__ import annotations

from dataclasses import replace

import pytest

from relasi.store import Session
from relasi.store.erasing import Told
from relasi.store.users import User
from relasi.store.views import View

QUERY = {"list": ["all"], "f.customer": ["0198-c1"]}


@pytest.fixture
def mine(session: Session) -> View:
    for name in ("ani", "budi"):
        session.users.add(User(name, name, name, f"{name}@example.com", (), "en"))
    view = View("v1", "ani", "note", "Urgent", QUERY)
    session.views.put(view)
    return view


def names(session: Session, user: str, team: str | None = None) -> list[str]:
    return [each.name for each in session.views.of(user, team, "note")]


def test_a_view_is_its_owners_alone_until_it_is_shared(session: Session, mine: View) -> None:
    assert (names(session, "ani"), names(session, "budi", "north")) == (["Urgent"], [])
    session.views.put(replace(mine, audience="team", team="north"))
    assert (names(session, "budi", "north"), names(session, "budi", "south")) == (["Urgent"], [])
    session.views.put(replace(mine, audience="all", team=None))
    assert names(session, "budi") == ["Urgent"]


def test_ones_own_come_first_and_the_rest_by_name(session: Session, mine: View) -> None:
    session.views.put(View("v2", "budi", "note", "a shared one", {}, "all"))
    session.views.put(View("v3", "ani", "note", "open", {}))
    assert names(session, "ani") == ["open", "Urgent", "a shared one"]


def test_the_list_opens_with_the_view_that_was_chosen(session: Session, mine: View) -> None:
    session.views.set_first("ani", "note", mine.id)
    assert session.views.first("ani", "note") == mine.id
    assert session.views.first("budi", "note") is None
    session.views.set_first("ani", "note", None)
    assert session.views.first("ani", "note") is None


def test_a_view_that_is_gone_opens_no_list(session: Session, mine: View) -> None:
    session.views.set_first("ani", "note", mine.id)
    session.views.drop(mine.id)
    assert (session.views.get(mine.id), session.views.first("ani", "note")) == (None, None)


def test_they_follow_the_rename_of_an_entity(session: Session, mine: View) -> None:
    session.views.set_first("ani", "note", mine.id)
    session.views.rename("note", "memo")
    assert session.views.first("ani", "memo") == mine.id
    assert session.views.get(mine.id) == replace(mine, entity="memo")


def test_a_view_that_names_somebody_erased_goes(session: Session, mine: View) -> None:
    session.views.set_first("ani", "note", mine.id)
    session.erasing.erase(Told(frozenset({"customer/0198-c1"})))
    assert session.views.get(mine.id) is None
