from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.messages.opting_out import Reader, link, reader_of, signing_key
from relasi.schema.model.mail import Outside
from tests.messages.desk import DESK, SETTINGS
from tests.records.world import World

KEY = b"k" * 32


@given(st.text(), st.text())
def test_a_link_leads_back_to_its_reader(address: str, purpose: str) -> None:
    made = link(Outside(), Reader(address, purpose), KEY)
    assert reader_of(made.rpartition("/")[2], KEY) == Reader(address, purpose)


@given(st.text())
def test_a_link_that_was_made_up_leads_to_nobody(token: str) -> None:
    assert reader_of(token, KEY) is None


def test_the_link_of_another_installation_leads_to_nobody() -> None:
    token = link(Outside(), Reader("budi@example.com", "news"), KEY).rpartition("/")[2]
    assert reader_of(token, b"another") is None


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_link_with_one_letter_changed_leads_to_nobody(place: int) -> None:
    token = link(Outside(), Reader("budi@example.com", "news"), KEY).rpartition("/")[2]
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert reader_of(changed, KEY) is None


def test_an_installation_keeps_its_key(build: Callable[..., World]) -> None:
    world = build(SETTINGS, *DESK)
    with world.crm.store.session() as session:
        first = signing_key(session)
    with world.crm.store.session() as session:
        assert signing_key(session) == first
