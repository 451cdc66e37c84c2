"""The laws of a panel: whoever is asked, whoever is away, and whatever is said in whichever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relasi.workflows.panels import Panel, Word, panel

PEOPLE = ["a", "b", "c", "d", "e"]
people = st.sampled_from(PEOPLE)


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    each = draw(st.booleans())
    return panel(
        draw(st.lists(st.sets(people), min_size=1, max_size=3)),
        needed=None if each else draw(st.none() | st.integers(1, 4)),
        each=each,
        above=draw(st.sets(people, max_size=2)),
        barred=draw(st.none() | people),
        away=draw(st.dictionaries(people, st.none() | people)),
        active=draw(st.sets(people)),
    )


def spoken(found: Panel, order: list[str]) -> list[Word]:
    """The words when these people speak in turn, as far as their word is waited for."""
    words: list[Word] = []
    for person in order:
        if person in found.open_to(words):
            words += [(person, seat) for seat in found.seats_of(person) or [person]]
    return words


@given(panels(), st.none() | people)
def test_whoever_is_barred_has_no_voice_in_any_seat(found: Panel, barred: str | None) -> None:
    again = panel(
        [found.seats], needed=found.needed, above=found.above, barred=barred, away={}, active=PEOPLE
    )
    assert barred not in again.deciders


@given(panels(), st.permutations(PEOPLE))
def test_a_panel_that_can_be_settled_is_once_everybody_has_spoken(found: Panel, order: list[str]) -> None:
    if found.can_be_settled:
        assert found.is_settled(spoken(found, order))


@given(panels(), st.permutations(PEOPLE))
def test_nobody_speaks_twice(found: Panel, order: list[str]) -> None:
    words = spoken(found, [*order, *order])
    seats = [seat for _, seat in words]
    assert len({speaker for speaker, _ in words}) <= len(PEOPLE)
    assert all(
        [speaker for speaker, _ in words].count(person) == len(found.seats_of(person) or [person])
        for person in {speaker for speaker, _ in words}
    ), seats


@given(panels(), st.permutations(PEOPLE))
def test_what_is_settled_stays_so(found: Panel, order: list[str]) -> None:
    words = spoken(found, order)
    settled = [found.is_settled(words[:length]) for length in range(len(words) + 1)]
    assert settled == sorted(settled)


@given(panels(), st.permutations(PEOPLE))
def test_a_number_counts_persons_and_not_seats(found: Panel, order: list[str]) -> None:
    words = spoken(found, order)
    if found.needed is not None and found.is_settled(words) and not found.above:
        assert len({speaker for speaker, _ in words}) >= found.needed


@given(panels(), st.permutations(PEOPLE))
def test_one_of_each_group_means_every_group(found: Panel, order: list[str]) -> None:
    words = spoken(found, order)
    seats = {seat for _, seat in words}
    if found.groups and found.is_settled(words) and not found.above:
        assert all(group & seats for group in found.groups)


def test_the_stand_in_speaks_for_the_seat_of_the_absent() -> None:
    found = panel([{"a"}], needed=1, away={"a": "b"}, active=["b"])
    assert found.deciders == {"a", "b"}, "whoever is away may still decide"
    assert found.seats_of("b") == ["a"]
