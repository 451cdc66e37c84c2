"""Keys by which texts that are alike are found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.likeness.sketch import BANDS, band_keys

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=5)


@given(WORDS.flatmap(lambda words: st.tuples(st.just(words), st.permutations(words))))
def test_the_order_of_words_does_not_matter(both: tuple[list[str], list[str]]) -> None:
    assert list(band_keys(both[0])) == list(band_keys(both[1]))


def test_a_text_with_a_slip_is_found() -> None:
    right, slip = band_keys(["sumber", "makmur", "sejahtera"]), band_keys(["sumber", "makmur", "sejahtra"])

    assert set(right) & set(slip)


def test_another_text_is_not() -> None:
    assert not set(band_keys(["sumber", "makmur"])) & set(band_keys(["bintang", "laut"]))


def test_no_words_have_no_keys() -> None:
    assert len(list(band_keys(["budi"]))) == BANDS
    assert list(band_keys([])) == []
