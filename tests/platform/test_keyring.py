from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.errors import PlatformError, Refused
from relasi.platform.keyring import KEYLESS, Keyring, add_key, new_entry
from relasi.schema.secrets import Secret

OLD, NEW = new_entry("2025-11-22"), new_entry("2026-11-22")
RING = Keyring(lambda: f"{NEW}\n{OLD}\n")


@given(st.text(), st.lists(st.text(), max_size=3))
def test_what_is_encrypted_is_read_again_in_its_context(text: str, context: list[str]) -> None:
    assert RING.decrypt(RING.encrypt(text, *context), *context) == text


def test_the_same_text_never_looks_the_same() -> None:
    assert RING.encrypt("diabetes", "note") != RING.encrypt("diabetes", "note")


@pytest.mark.parametrize("context", [(), ("b",), ("a", "b"), ("ab",)])
def test_another_context_reads_nothing(context: tuple[str, ...]) -> None:
    with pytest.raises(PlatformError, match="cannot be read"):
        RING.decrypt(RING.encrypt("diabetes", "a"), *context)


@given(st.integers(min_value=0))
def test_a_changed_value_is_noticed(place: int) -> None:
    id, content = RING.encrypt("diabetes").split(":")
    place %= len(content) - 1
    other = "A" if content[place] != "A" else "B"
    with pytest.raises(PlatformError, match="cannot be read"):
        RING.decrypt(f"{id}:{content[:place]}{other}{content[place + 1 :]}")


def test_the_newest_key_encrypts_and_the_others_still_decrypt() -> None:
    before = Keyring(lambda: OLD).encrypt("diabetes")
    assert RING.decrypt(before) == "diabetes"
    assert RING.encrypt("diabetes").startswith("2026-11-22:")


def test_a_missing_key_is_named() -> None:
    with pytest.raises(PlatformError, match="2026-11-22 is missing"):
        Keyring(lambda: OLD).decrypt(RING.encrypt("diabetes"))


def test_a_key_that_came_later_is_found_without_a_restart() -> None:
    written = [OLD]
    ring = Keyring(lambda: written[0])
    assert ring.ids() == ("2025-11-22",)
    written[0] = f"{NEW} {OLD}"
    assert ring.decrypt(RING.encrypt("diabetes")) == "diabetes"


def test_marks_are_equal_for_equal_texts_of_one_context_only() -> None:
    assert RING.mark("diabetes", "note") == RING.mark("diabetes", "note")
    texts = [("diabetes", "note"), ("diabetes", "other"), ("gout", "note")]
    assert len({RING.mark(*each) for each in texts}) == 3


def test_marks_of_older_keys_are_found_too() -> None:
    assert Keyring(lambda: OLD).mark("diabetes", "note") in RING.marks("diabetes", "note")


def test_marks_do_not_come_from_the_key_that_encrypts() -> None:
    assert RING.mark("diabetes") not in RING.encrypt("diabetes")


@pytest.mark.parametrize("written", ["", "  ", "secret", "k:tooshort", f"{NEW} and more"], ids=range(5))
def test_what_are_no_keys_is_refused_and_not_told(written: str) -> None:
    with pytest.raises(Refused) as caught:
        Keyring(lambda: written).encrypt("diabetes")
    assert not any(word in str(caught.value) for word in ("secret", "tooshort", NEW))


def test_keys_that_are_not_there_are_missed_by_the_place(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"data\.keys is not there"):
        Keyring.of(Secret(file="data.keys"), tmp_path).encrypt("diabetes")


def test_a_database_on_its_way_has_no_keys() -> None:
    with pytest.raises(Refused, match="carried"):
        KEYLESS.decrypt("k:x")


def test_a_new_file_is_for_its_owner_alone_and_stays_out_of_git(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "data.keys"
    assert add_key(file, "2026-11-22") == "2026-11-22"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert (file.parent / ".gitignore").read_text() == "*\n"


def test_a_new_key_stands_before_the_old_ones_and_has_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "data.keys"
    add_key(file, "2026-11-22")
    before = Keyring.of(Secret(file="data.keys"), tmp_path).encrypt("diabetes")
    add_key(file, "2026-11-22")
    ring = Keyring.of(Secret(file="data.keys"), tmp_path)
    assert ring.ids() == ("2026-11-22-1", "2026-11-22")
    assert ring.decrypt(before) == "diabetes"
