from __future__ import annotations

from pathlib import Path

from relasi.apps.visitor import visitor_of
from relasi.reports.listed import Listed
from tests.records.world import make_world

PROJECT = """
crm: 1
name: Desk
languages: [en]
currency: EUR
time_zone: Asia/Jakarta
"""
LETTER = """
entity: letter
label: Letter
plural: Letters
title: "{subject}"
fields:
  subject: {type: text, label: Subject}
lists:
  all: {label: All, columns: [subject]}
  urgent: {label: Urgent, columns: [subject]}
  short: {label: Short, columns: [subject]}
access:
  clerk: {read: all}
"""
ROLES = """
roles:
  clerk: {label: Clerk}
"""


def test_a_menu_puts_the_lists_of_an_entity_in_its_own_order(tmp_path: Path) -> None:
    world = make_world(tmp_path, PROJECT, LETTER, ROLES)
    key = world.user("ani", "clerk")
    with world.crm.store.session(write=False) as session:
        user = session.users.get(key)
    assert user is not None
    onlooker, letter = visitor_of(world.crm, user), world.crm.model.entities["letter"]

    assert list(Listed.of(onlooker, letter, ("short", "all")).saved) == ["short", "all"]
    assert list(Listed.of(onlooker, letter).saved) == ["all", "urgent", "short"]
    world.crm.close()
