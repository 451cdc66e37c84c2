"""Tests tell of a definition, and are no part of it."""

from __future__ import annotations

from pathlib import Path

from tests.records.world import compiled

RULE = """
workflow: greet
label: {en: Greet, id: Sapa}
entity: guest
when: created
do:
  - set: {name: Ann}
"""
TESTS = """
tests:
  everybody is called Ann:
    given: {guest: {}}
    steps:
      - expect: {guest: {name: Ann}}
"""
GUEST = """
entity: guest
label: {en: Guest, id: Tamu}
fields:
  name: text
"""


def test_a_test_makes_no_other_version_of_a_rule(tmp_path: Path) -> None:
    without = compiled(tmp_path / "without", (GUEST, RULE)).workflows["greet"]
    tested = compiled(tmp_path / "tested", (GUEST, RULE + TESTS)).workflows["greet"]
    assert (without.version, without.document) == (tested.version, tested.document)
