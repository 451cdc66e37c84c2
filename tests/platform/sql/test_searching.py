from __future__ import annotations

import sys

from relasi.platform.sql.functions import SMALL_OF_OTHERS


def test_of_all_letters_beyond_ascii_two_have_a_small_letter_in_it() -> None:
    others = map(chr, range(0x80, sys.maxunicode + 1))
    assert {small for each in others for small in each.lower() if small.isascii()} == SMALL_OF_OTHERS
