from __future__ import annotations

import pytest

from relasi.studio.cursor import ITEM, Cursor, cursor_in


def at(text: str) -> Cursor:
    """Where | stands in the text."""
    return cursor_in(text.replace("|", ""), text.index("|"))


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        ("en|", (), None),
        ("fields:\n  a|", ("fields",), None),
        ("fields:\n  # why\n\n  name: {type: text, re|}", ("fields", "name"), None),
        ("fields:\n  name: {type: te|", ("fields", "name"), "type"),
        ("fields:\n  name:\n    type: text\n    re|", ("fields", "name"), None),
        ("fields:\n  name: text\nlists:\n  all: {columns: [na|", ("lists", "all", "columns"), ITEM),
        ("lists:\n  all:\n    columns:\n    - na|", ("lists", "all", "columns", ITEM), None),
        ("do:\n  - create: task\n    set:\n      su|", ("do", ITEM, "set"), None),
        ("do:\n  - if: a = b\n    then:\n      - no|", ("do", ITEM, "then", ITEM), None),
        ('label: {en: "a, b", id|', ("label",), None),
        ("on: |", (), "on"),
    ],
)
def test_the_keys_that_hold_the_cursor(text: str, path: tuple[str, ...], key: str | None) -> None:
    found = at(text)
    assert (found.path, found.key) == (path, key)


@pytest.mark.parametrize(
    "text", ["a: {type: money, m|}", "a:\n  type: money\n  m|", "a:\n  m|\n  type: money"]
)
def test_the_type_that_is_named_beside_it(text: str) -> None:
    assert at(text).type == "money"


def test_the_word_that_is_being_written() -> None:
    assert at("when: customer.na|me").word == "customer.na"
