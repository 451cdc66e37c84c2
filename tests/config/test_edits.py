"""Small changes to a YAML text: what they mean, and that nothing else of the file changes."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.config.edits import swapped, with_item, with_value
from relasi.config.nodes import Mapping, lookup, plain
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics
from relasi.errors import EditRefused

_ROOT = FilePath(__file__).parent.parent.parent
_CONTENT = sorted((_ROOT / "schema").rglob("*.yaml"))

ENTITY = """\
# What people buy.
entity: thing   # one of them
label: Thing
fields:
  # The name stands first.
  name: {type: text, required: true}   # never empty
  note: long_text

  color:
    type: choice
    options: [red, blue]  # more to come
lists:
  all:
    columns:
      - name   # first
      - color
# the end
"""


def value_at(text: str, *path: str | int) -> object:
    node = read(text, "x.yaml", Diagnostics())
    assert node is not None
    found = lookup(node, path)
    return None if found is None else plain(found)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are gone and those that are new."""
    old, new = before.split("\n"), after.split("\n")
    return [each for each in old if each not in new], [each for each in new if each not in old]


def test_a_new_key_stands_below_the_last_of_its_map() -> None:
    after = with_value(
        ENTITY, ("fields", "price"), {"type": "money", "label": {"en": "Price", "id": "Harga"}}
    )
    assert changed_lines(ENTITY, after) == (
        [],
        ["  price: {type: money, label: {en: Price, id: Harga}}"],
    )
    assert after.index("  price:") < after.index("lists:")


def test_a_new_key_goes_into_the_brackets_of_its_map() -> None:
    after = with_value(ENTITY, ("fields", "name", "max_length"), 40)
    assert "  name: {type: text, required: true, max_length: 40}   # never empty\n" in after


def test_a_value_is_replaced_where_it_stands() -> None:
    after = with_value(ENTITY, ("fields", "name", "required"), False)
    assert changed_lines(ENTITY, after)[1] == ["  name: {type: text, required: false}   # never empty"]


def test_the_short_form_of_a_field_becomes_its_long_form() -> None:
    after = with_value(ENTITY, ("fields", "note"), {"type": "long_text", "required": True})
    assert "  note: {type: long_text, required: true}\n" in after


def test_a_text_that_would_mean_something_else_is_quoted() -> None:
    after = with_value(ENTITY, ("label",), "Yes: {a}, true")
    assert 'label: "Yes: {a}, true"\n' in after


def test_maps_on_the_way_are_made() -> None:
    after = with_value("extend: thing\n", ("fields", "name", "label"), {"en": "Name", "id": "Nama"})
    assert after == "extend: thing\nfields:\n  name: {label: {en: Name, id: Nama}}\n"


def test_an_item_goes_to_the_end_of_a_list_in_brackets() -> None:
    after = with_item(ENTITY, ("fields", "color", "options"), "green")
    assert "    options: [red, blue, green]  # more to come\n" in after


def test_an_item_goes_to_the_end_of_a_list_with_dashes() -> None:
    after = with_item(ENTITY, ("lists", "all", "columns"), "note")
    assert "      - name   # first\n      - color\n      - note\n" in after


def test_keys_change_places_with_the_comments_above_them() -> None:
    after = swapped(ENTITY, ("fields",), "name", "note")
    assert (
        "fields:\n  note: long_text\n  # The name stands first.\n"
        "  name: {type: text, required: true}   # never empty\n\n  color:"
    ) in after


def test_items_change_places() -> None:
    assert "[blue, red]  # more to come" in swapped(ENTITY, ("fields", "color", "options"), 0, 1)


def test_line_ends_of_another_system_stay() -> None:
    after = with_value(ENTITY.replace("\n", "\r\n"), ("fields", "price"), {"type": "money"})
    assert after == with_value(ENTITY, ("fields", "price"), {"type": "money"}).replace("\n", "\r\n")


def test_a_file_without_a_last_line_end_is_added_to() -> None:
    assert with_value("extend: thing", ("label",), "It") == "extend: thing\nlabel: It\n"


def test_comments_inside_a_value_are_not_thrown_away() -> None:
    with pytest.raises(EditRefused):
        with_value(ENTITY, ("lists", "all", "columns"), ["name"])


def test_a_file_that_cannot_be_read_is_left_alone() -> None:
    with pytest.raises(EditRefused):
        with_value("a: [1\n", ("b",), 1)


WORDS = st.sampled_from(
    ["a", "long one", "yes: no", "{x}", "", "true", "12", "- b", "# c", "ü", "it's", '"', "0812"]
)
VALUES = st.one_of(
    WORDS,
    st.booleans(),
    st.integers(-5, 5),
    st.lists(WORDS, max_size=3),
    st.dictionaries(st.sampled_from(["type", "label", "en", "x y"]), WORDS, min_size=1, max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_small_change_of_real_content_keeps_every_comment_and_every_other_line(
    data: st.DataObject,
) -> None:
    text = data.draw(st.sampled_from(_CONTENT)).read_text(encoding="utf-8")
    root = read(text, "x.yaml", Diagnostics())
    assert isinstance(root, Mapping)
    fields = root.entries["fields"].value if "fields" in root.entries else root
    assert isinstance(fields, Mapping)
    field = data.draw(st.sampled_from(sorted(fields.entries)))
    above = ("fields",) if "fields" in root.entries else ()
    path = data.draw(
        st.sampled_from(
            [(*above, field, "required"), (*above, field, "label"), (*above, "brand_new"), ("labels",)]
        )
    )
    value = data.draw(VALUES)
    try:
        after = with_value(text, path, value)
    except EditRefused:
        return
    gone, _ = changed_lines(text, after)
    assert len(gone) <= 1
    assert all(each.split("#", 1)[1] in after for each in gone if " #" in each)
    expected = value_at(text, *path[:-1])
    assert isinstance(expected, dict)
    old = expected.get(path[-1])
    merged = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    assert value_at(after, *path[:-1]) == {**expected, path[-1]: merged}


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_what_changes_places_twice_is_as_it_was(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_CONTENT)).read_text(encoding="utf-8")
    root = read(text, "x.yaml", Diagnostics())
    fields = root and lookup(root, ["fields"])
    if not isinstance(fields, Mapping) or len(fields.entries) < 2:
        return
    names = list(fields.entries)
    first = data.draw(st.integers(0, len(names) - 2))
    once = swapped(text, ("fields",), names[first], names[first + 1])
    assert sorted(once.split("\n")) == sorted(text.split("\n"))
    moved = value_at(once, "fields")
    assert isinstance(moved, dict)
    names[first : first + 2] = reversed(names[first : first + 2])
    assert list(moved) == names
    assert swapped(once, ("fields",), names[first], names[first + 1]) == text
