from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.masks import DOTS, WORDS, Mask


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("last 4", "+6281234567890", "•••7890"),
        ("last 4", "1234", "•••34"),
        ("last 4", "7", "•••"),
        ("first 1", "Sari", "S•••"),
        ("initials", "Sari Dewi", "S••• D•••"),
        ("domain", "sari@example.com", "•••@example.com"),
        ("all", "anything", "•••"),
        ("all", None, None),
    ],
)
def test_a_mask_shows_the_part_that_it_names(written: str, value: str | None, shown: str | None) -> None:
    assert Mask(written).over(value) == shown


@given(st.sampled_from(("last 4", "last 12", "first 1", "first 9")), st.text(max_size=30))
def test_a_mask_that_counts_shows_half_of_a_value_at_most(written: str, value: str) -> None:
    shown = Mask(written).over(value)

    assert shown is not None
    assert len(shown) - len(DOTS) <= len(value) / 2


@pytest.mark.parametrize("written", [*WORDS, "last 12", "first 3"])
def test_masks_are_known_by_their_words(written: str) -> None:
    assert Mask(written).is_known


@pytest.mark.parametrize("written", ["last", "last 0", "last four", "middle 2", ""])
def test_other_words_are_no_masks(written: str) -> None:
    assert not Mask(written).is_known
