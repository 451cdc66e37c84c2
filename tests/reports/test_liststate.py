from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relasi.reports.liststate import ListState
from relasi.schema.model import Sort

LISTS = ("open", "mine", "all")
FIELDS = ("subject", "priority", "sent_at")

texts = st.text(min_size=1, max_size=10)
states = st.builds(
    ListState,
    saved=st.sampled_from(LISTS),
    search=st.text(max_size=20),
    where=st.text(max_size=20),
    layout=st.sampled_from(["", "board", "calendar"]),
    at=st.text(max_size=20),
    sort=st.none() | st.builds(Sort, st.sampled_from(FIELDS), st.booleans()),
    filters=st.dictionaries(
        st.sampled_from(FIELDS), st.lists(texts, min_size=1, max_size=3).map(tuple), max_size=3
    ),
)


@given(states)
def test_an_address_holds_all_that_was_chosen(state: ListState) -> None:
    assert ListState.read(state.query("open"), LISTS, FIELDS) == state


def test_the_plain_list_has_a_plain_address() -> None:
    assert ListState("open").query("open") == {}


def test_an_old_address_with_names_that_are_gone_opens_what_is_left() -> None:
    old = {
        "list": ["archive"],
        "sort": ["-colour"],
        "f.colour": ["red"],
        "f.priority": ["high"],
        "id2": ["x"],
    }

    assert ListState.read(old, LISTS, FIELDS) == ListState("open", filters={"priority": ("high",)})
