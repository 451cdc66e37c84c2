"""How much two texts are alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.likeness import Wording, likeness

WORDINGS = st.sampled_from(Wording)
TEXTS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("one", "other", "wording"),
    [
        ("PT. Maju Jaya Tbk", "Maju Jaya, PT", Wording.COMPANY),
        ("P.T. Majujaya", "CV Maju Jaya", Wording.COMPANY),
        ("Müller GmbH & Co. KG", "Muller", Wording.COMPANY),
        ("Bpk. Moch. Soekarno, S.E.", "Muhammad Sukarno", Wording.PERSON),
        ("Santoso, Budi", "Budi Santoso", Wording.PERSON),
        ("Jalan Melati No. 7", "Jl. Melati 7", Wording.ADDRESS),
        ("1 North Ogden Avenue", "1 N Ogden Ave", Wording.ADDRESS),
    ],
)
def test_what_is_left_out_or_spelt_otherwise_does_not_count(one: str, other: str, wording: Wording) -> None:
    assert likeness(one, other, wording) == 1


@pytest.mark.parametrize(
    ("one", "other", "wording"),
    [
        ("Budi Santoso", "Budi Santosa", Wording.PERSON),
        ("B. Santoso", "Budi Santoso", Wording.PERSON),
        ("PT Sumber Makmur Sejahtera", "Sumber Makmur Sejahtra", Wording.COMPANY),
    ],
)
def test_a_slip_or_an_initial_takes_little_away(one: str, other: str, wording: Wording) -> None:
    assert 0.9 < likeness(one, other, wording) < 1


@pytest.mark.parametrize(
    ("one", "other", "wording"),
    [
        ("Toko Sinar Jaya", "Toko Sinar Abadi", Wording.COMPANY),
        ("PT Astra", "PT Astra Honda Motor", Wording.COMPANY),
        ("Jl. Sudirman 12", "Jl. Sudirman 10", Wording.ADDRESS),
        ("", "Budi", Wording.PERSON),
    ],
)
def test_another_word_or_number_is_another_thing(one: str, other: str, wording: Wording) -> None:
    assert likeness(one, other, wording) < 0.8


@given(TEXTS, TEXTS, WORDINGS)
def test_it_is_the_same_both_ways_and_between_nothing_and_all(one: str, other: str, wording: Wording) -> None:
    found = likeness(one, other, wording)

    assert 0 <= found <= 1
    assert found == pytest.approx(likeness(other, one, wording))
