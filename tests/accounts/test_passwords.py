"""Which passwords are taken: long enough, and not what others guess first."""

from __future__ import annotations

import pytest

from relasi.accounts.guessable import is_guessable
from relasi.accounts.passwords import accepted, hashed, matches
from relasi.errors import Refused


def refusal(password: str, *about: str) -> str:
    with pytest.raises(Refused) as caught:
        accepted(password, *about)
    return caught.value.code


@pytest.mark.parametrize("password", ["", "1234567", "lampu 7", "x" * 257])
def test_too_short_and_too_long_ones_are_refused(password: str) -> None:
    assert refusal(password) == "password_length"


@pytest.mark.parametrize(
    "password",
    [
        "password1",
        "P@ssw0rd!",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "1q2w3e4r5t",
        "31121999",
        "sayangku123",
        "Bismillah1",
        "bandung2024",
        "Indonesia2026!",
    ],
)
def test_what_others_guess_first_is_refused(password: str) -> None:
    assert refusal(password) == "password_guessable"


@pytest.mark.parametrize(
    "password", ["sari.lestari", "Lestari2026", "sarilestari99", "Relasi2026!", "relasicrm"]
)
def test_names_of_the_person_and_of_the_company_are_guesses(password: str) -> None:
    assert is_guessable(password, ["sari", "Sari Lestari", "sari.lestari@relasi.example", "Relasi"])


@pytest.mark.parametrize(
    "password",
    ["payung kertas di dapur", "lampu-sungai-7", "vxkqzjwp", "پسورد خیلی محرمانه", "x" * 40 + " 🔑 Z9q!vK"],
)
def test_nothing_is_asked_of_the_characters(password: str) -> None:
    assert matches(password, accepted(password, "Sari"))


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    assert matches("cafe\u0301 di ujung jalan", hashed("caf\u00e9 di ujung jalan"))


def test_where_nothing_is_held_nothing_matches() -> None:
    assert not matches("", None)
