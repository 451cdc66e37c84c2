"""Numbers that records get one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.series import SeriesField
from tests.schema.fields.making import MOMENT, made, problems_of


def series(pattern: str) -> SeriesField:
    field = made("series", pattern=pattern)
    assert isinstance(field, SeriesField)
    return field


def rendered(pattern: str, n: int) -> str:
    field = series(pattern)
    return field.render(field.counter(MOMENT), n)


def test_the_number_is_filled_up_with_zeros() -> None:
    assert rendered("CMP-{n:05}", 42) == "CMP-00042"


def test_the_date_is_that_of_the_company_zone() -> None:
    assert rendered("{year}/{month}/{day}-{n}", 1) == "2027/01/01-1"


def test_each_year_is_counted_for_itself() -> None:
    assert series("CMP-{year}-{n:05}").counter(MOMENT) == "CMP-2027-{n:05}"


@given(first=st.integers(1, 10**9), second=st.integers(1, 10**9))
def test_different_numbers_never_look_alike(first: int, second: int) -> None:
    pattern = "{n:03}{year}"
    assert (rendered(pattern, first) == rendered(pattern, second)) == (first == second)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("CMP-{yaer}-{n}", "unknown-token"),
        ("CMP", "bad-pattern"),
        ("{n}-{n}", "bad-pattern"),
        ("{n:>5}", "bad-pattern"),
        ("{year:02}-{n}", "bad-pattern"),
        ("CMP-{n", "bad-pattern"),
        ("{n!r}", "bad-pattern"),
        ("{{year}}-{n}", "bad-pattern"),
        ("", "bad-pattern"),
    ],
)
def test_a_pattern_that_cannot_count_is_reported(pattern: str, code: str) -> None:
    (problem,) = problems_of("series", pattern=pattern)
    assert (problem.path, problem.code) == (("pattern",), code)


def test_an_unknown_token_is_reported_with_the_known_ones() -> None:
    (problem,) = problems_of("series", pattern="{yaer}{n}")
    assert (problem.word, problem.candidates) == ("yaer", ("year", "month", "day", "n"))


def test_people_never_enter_it() -> None:
    assert series("{n}").computed
    assert problems_of("series", pattern="{n}", default="CMP-1")[0].path == ("default",)


def test_it_is_unique_by_itself() -> None:
    assert series("{n}").unique


@given(numbers=st.lists(st.integers(1, 10**12), min_size=1))
def test_numbers_from_elsewhere_are_recognized_by_their_counter(numbers: list[int]) -> None:
    field = series("C.{year}-{n:03}/{year}")
    texts = [rendered(field.pattern, n) for n in numbers]
    assert field.highest(texts) == {field.counter(MOMENT): max(numbers)}


@pytest.mark.parametrize("text", ["T-1", "T-0001", "T-", "T-1x", "t-001", "U-001", "T-001\n", "T-١٢٣"])
def test_what_the_series_could_not_have_given_is_passed_over(text: str) -> None:
    assert series("T-{n:03}").highest([text]) == {}


def test_each_date_counts_for_itself() -> None:
    field = series("{year}-{n}")
    assert field.highest(["2025-7", "2026-3", "2025-9"]) == {"2025-{n}": 9, "2026-{n}": 3}
