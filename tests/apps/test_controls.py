"""The controls of a form, drawn as Streamlit draws them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from relasi.apps.controls import Look, Raw, control_of
from relasi.apps.visitor import Visitor, visitor_of
from tests.records.world import World

PARCEL = """
entity: parcel
fields:
  insured: {type: boolean, required: true, default: false}
  phone: phone
access: {clerk: {read: all, update: all}}
"""


@pytest.fixture
def visitor(build: Callable[..., World]) -> Visitor:
    world = build(PARCEL, "roles: {clerk: {}}")
    key = world.user("ani", "clerk")
    with world.crm.store.session(write=False) as session:
        user = session.users.get(key)
    assert user is not None
    return visitor_of(world.crm, user)


def drawn(visitor: Visitor, name: str, held: Raw, **looks: Any) -> AppTest:  # Any: parts of a look
    """The page after its control was drawn."""

    field = visitor.entity("parcel").fields[name]
    look = Look(key="it", label="It", required=True, driver=False, **looks)
    test = AppTest.from_string("import streamlit\nstreamlit.session_state.draw()")
    test.session_state["draw"] = partial(control_of(field).draw, field, look, held, visitor)
    return test.run(timeout=60)


def test_a_field_that_starts_with_yes_or_no_is_a_box_to_tick(visitor: Visitor) -> None:
    test = drawn(visitor, "insured", True)
    assert [box.value for box in test.checkbox] == [True]


def test_where_nothing_was_answered_neither_yes_nor_no_is_shown(visitor: Visitor) -> None:
    test = drawn(visitor, "insured", None, unanswered=True)
    assert not test.exception
    assert [(choice.options, choice.value) for choice in test.button_group] == [(["Yes", "No"], None)]


def test_a_telephone_number_is_shown_as_the_country_writes_it(visitor: Visitor) -> None:
    (box,) = drawn(visitor, "phone", None).text_input
    assert box.placeholder == "+62 812-345-678"
