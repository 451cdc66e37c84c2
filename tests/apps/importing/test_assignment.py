from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from relasi.apps.importing.assignment import Assignment

FIELDS = ("subject", "folder", "about", "pages", "amount")


@st.composite
def maps(draw: st.DrawFn) -> dict[str, Any]:  # Any: what YAML can say
    """Maps as people and the page write them: each column fills one field."""
    columns = [f"Column {n}" for n in range(20)]
    fields: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique=True)):
        kind = draw(st.sampled_from(["short", "looked up", "one of several", "joined", "constant", "woven"]))
        column = columns.pop()
        fields[name] = {
            "short": column,
            "looked up": {"from": column, "match": "name", "create": {}},
            "one of several": {"from": column, "to": "shelf", "values": {"A": "a"}},
            "joined": {"template": f"{{{column}}} {{{columns.pop()}}}"},
            "constant": {"value": 7},
            "woven": {"template": f"{{{column}}}: {{{columns.pop()}}}"},
        }[kind]
    key = draw(st.sampled_from([[], [next(iter(fields))]]))
    return {"import": "letter", "locale": "id", **({"key": key} if key else {}), "fields": fields}


@given(maps())
def test_a_map_that_nobody_changes_stays_as_it_is(map_: dict[str, Any]) -> None:
    assert Assignment.of(map_).map() == map_


def test_a_field_takes_the_column_that_was_chosen_last() -> None:
    assignment = Assignment.of({"import": "letter", "fields": {"pages": "A"}})
    assignment.choose("B", "pages")
    assert assignment.map()["fields"] == {"pages": "B"}


def test_a_text_is_made_of_all_columns_that_were_chosen_for_it() -> None:
    assignment = Assignment()
    assignment.choose("First", "subject", joined={"subject"})
    assignment.choose("Last", "subject", joined={"subject"})
    assert assignment.map()["fields"] == {"subject": {"template": "{First} {Last}"}}


def test_a_column_can_be_left_out_again() -> None:
    assignment = Assignment.of({"import": "letter", "fields": {"pages": "A", "subject": "B"}})
    assignment.choose("A", "")
    assert assignment.map()["fields"] == {"subject": "B"}


def test_a_link_to_several_entities_says_which_one_a_column_names() -> None:
    assignment = Assignment()
    assignment.choose("A", "about/letter")
    assignment.choose("B", "about/shelf")
    assert assignment.map()["fields"] == {"about": {"from": "B", "to": "shelf"}}


def test_a_key_that_no_column_fills_any_more_is_no_key() -> None:
    assignment = Assignment.of(
        {"import": "letter", "key": ["pages"], "fields": {"pages": "A", "subject": "B"}}
    )
    assignment.choose("A", "")
    assert "key" not in assignment.map()


def test_what_is_not_there_any_more_is_taken_away() -> None:
    assignment = Assignment.of(
        {"import": "letter", "fields": {"pages": "A", "subject": "B", "old": {"value": 1}}}
    )
    assignment.keep({"pages", "subject"}, {"A"})
    assert assignment.map()["fields"] == {"pages": "A"}
