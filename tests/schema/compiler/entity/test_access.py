"""What stands in `access`, beside plain rights: moves, fields, masks and denials."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.schema.expressions import Expression, Truth
from relasi.schema.model import Grant
from tests.schema.compiler.examples import model_of

CASE = """\
# schema/case.yaml
entity: case
fields:
  name: text
  home: {{type: address}}
  owner: user
  parts: {{type: many, to: guest}}
process:
  states: {{open: {{kind: open}}, shut: {{kind: done}}}}
  moves: {{close: {{from: [open], to: shut}}, reopen: {{from: [shut], to: open}}}}
access:
  agent: {{read: all, {written}}}
"""


def grant(root: Path, written: str, entity: str = "case") -> Grant:
    return model_of(root, CASE.format(written=written)).entities[entity].access["agent"]


def texts(rights: dict[str, Truth]) -> dict[str, str | bool]:
    return {name: right.text if isinstance(right, Expression) else right for name, right in rights.items()}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("all", {"close": True, "reopen": True}),
        ("own", {"close": "owner = user", "reopen": "owner = user"}),
        ("[close]", {"close": True}),
        ("{close: own, reopen: false}", {"close": "owner = user", "reopen": False}),
    ],
)
def test_moves_are_granted_together_by_name_or_each_for_some_records(
    tmp_path: Path, written: str, meant: dict[str, str | bool]
) -> None:
    assert texts(dict(grant(tmp_path, f"move: {written}").moves or {})) == meant


def test_moves_that_nothing_is_said_of_follow_the_right_to_change(tmp_path: Path) -> None:
    assert grant(tmp_path, "update: own").moves is None


def test_a_group_is_hidden_or_locked_with_all_its_parts(tmp_path: Path) -> None:
    found = grant(tmp_path, "hide: {home: own}, read_only: [home]")

    assert {name.partition("_")[0] for name in found.hidden} == {"home"}
    assert set(texts(dict(found.hidden)).values()) == {"owner = user"}
    assert found.locked == dict.fromkeys(found.hidden, True)


def test_a_mask_is_one_word_or_has_a_condition_that_lifts_it(tmp_path: Path) -> None:
    short, long = (grant(tmp_path / each, f"mask: {{name: {each}}}") for each in ("initials", "last 4"))
    assert [(found.masks["name"].mask.written, found.masks["name"].unless) for found in (short, long)] == [
        ("initials", False),
        ("last 4", False),
    ]
    lifted = grant(tmp_path / "x", "mask: {name: {show: all, unless: own}}").masks["name"].unless
    assert isinstance(lifted, Expression)


def test_whoever_is_denied_a_record_is_denied_its_pairs(tmp_path: Path) -> None:
    found = grant(
        tmp_path, "export: all, deny: {read: name = x, update: own}".replace("= x", '= "x"'), "case_parts"
    )

    denied = (found.deny.read, found.deny.update, found.deny.delete)
    assert [each.text for each in denied if isinstance(each, Expression)] == [
        'case.name = "x"',
        "case.owner = user",
        "case.owner = user",
    ]
    assert found.export is True
