from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import streamlit as st

from relasi.apps.draft import Draft
from relasi.apps.opening import open_draft
from relasi.apps.visitor import Visitor, visitor_of
from tests.records.world import World

NOTE = "entity: note\nfields: {name: text, said: text}\naccess: {clerk: {read: all, create: true}}\n"


@pytest.fixture
def clerk(build: Callable[..., World]) -> Iterator[Visitor]:
    st.session_state.clear()
    world = build("roles: {clerk: }", NOTE)
    world.user("ana", "clerk")
    yield visitor_of(world.crm, world._users["ana"])
    st.session_state.clear()


def opened(clerk: Visitor, said: str) -> Draft:
    return open_draft(clerk, "form", clerk.entity("note"), None, {"said": said})


def test_a_form_that_nobody_touched_begins_with_what_holds_by_now(clerk: Visitor) -> None:
    opened(clerk, "10:59")

    assert opened(clerk, "11:00").raw["said"] == "11:00"


def test_what_was_typed_since_the_form_was_drawn_stays(clerk: Visitor) -> None:
    """Whatever a default has become meanwhile, such as the time of day."""
    drawn = opened(clerk, "10:59")
    st.session_state[drawn.widget("name")] = "Typed"

    again = opened(clerk, "11:00")

    assert (again.raw["name"], again.raw["said"]) == ("Typed", "10:59")
