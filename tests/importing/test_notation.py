"""How numbers and dates are written is told by what can only be written so."""

from __future__ import annotations

import pytest

from relasi.importing.files import open_table
from relasi.importing.notation import Notation, notation_of
from tests.importing.conftest import Write


@pytest.mark.parametrize(
    ("cells", "notation"),
    [
        (["1.250.000,50", "x"], "id"),
        (["Rp 1.250.000", "x"], "id"),
        (["12,5", "05/06/2026"], "id"),
        (["31/12/2026", "1.250"], "id"),
        (["31/12/2026 09:15", ""], "id"),
        (["12/31/2026", "x"], "en"),
        (["1,250,000.50", "x"], "en"),
        (["USD 1,250.50", "12.5"], "en"),
        (["1.250", "05/06/2026"], None),
        (["12.5", "31/12/2026"], None),
        (["+62 812-3456", "2026-12-31"], None),
    ],
)
def test_signs_of_one_notation_decide_unless_there_are_some_of_the_other(
    write: Write, cells: list[str], notation: Notation | None
) -> None:
    assert notation_of(open_table(write("a.csv", f"A;B\n;\n{';'.join(cells)}\n"))) == notation
