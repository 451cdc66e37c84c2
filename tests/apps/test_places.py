"""Where somebody's day begins who opens the CRM without saying which page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.apps.places import beginning, reachable
from relasi.apps.visitor import visitor_of
from tests.records.world import World

ROLES = """
roles:
  agent: {}
  lead: {start: {page: dashboard, department: desk}, includes: [agent]}
  clerk: {start: {page: list, department: desk}}
  tired: {start: {page: inbox}}
"""
PAPER = """
entity: paper
fields: {name: text}
access: {agent: {read: all}, clerk: {read: all}, tired: {read: all}}
"""
DESK = "department: desk\nroles: [agent, lead, clerk, tired]\nmenu: {paper: }"
ARCHIVE = "department: archive\nroles: [agent, clerk]\nmenu: {paper: }"
FIGURES = """
dashboard: figures
departments: [desk]
tiles: {papers: {of: paper, count: true}}
"""


@pytest.mark.parametrize(
    ("roles", "address"),
    [
        (("agent",), "archive-paper"),
        (("lead",), "desk-dashboard-figures"),
        (("clerk",), "desk-paper"),
        (("tired",), "inbox"),
        (("clerk", "lead"), "desk-dashboard-figures"),
    ],
)
def test_a_role_says_where_and_the_first_of_several_counts(
    build: Callable[..., World], roles: tuple[str, ...], address: str
) -> None:
    assert begun(build(ROLES, PAPER, DESK, ARCHIVE, FIGURES), *roles) == address


def test_what_cannot_be_entered_is_passed_over(build: Callable[..., World]) -> None:
    assert begun(build(ROLES, PAPER, DESK, ARCHIVE, FIGURES), "lead", only="archive") == "archive-paper"
    assert begun(build(ROLES, PAPER, DESK, ARCHIVE), "lead") == "desk-paper"


def begun(world: World, *roles: str, only: str | None = None) -> str:
    key = world.user("ani", *roles)
    with world.crm.store.session(write=False) as session:
        user = session.users.get(key)
    assert user is not None
    visitor = visitor_of(world.crm, user)
    return beginning(visitor, reachable(visitor, only))
