"""Words of a file that a field of choices does not know are found, and what they may mean is told."""

from __future__ import annotations

import pytest

from relasi.importing.files import open_table
from relasi.importing.words import meant, unknown_words
from relasi.schema.fields.base import FieldType
from tests.builders import field_type
from tests.importing.conftest import Write
from tests.schema.fields.making import INDONESIAN

OPTIONS = {
    "gold": {"en": "Gold", "id": "Emas"},
    "silver": {"en": "Silver", "id": "Perak"},
    "not_yet": {"en": "Not yet", "id": "Belum"},
}
TIER = field_type({"type": "choice", "options": OPTIONS})
TAGS = field_type({"type": "multi_choice", "options": OPTIONS})


@pytest.mark.parametrize("type_", [TIER, TAGS])
def test_words_are_counted_over_the_whole_file(write: Write, type_: FieldType) -> None:
    lines = ["Emas,x", "Gold Member,x", "gold,x", ",x", "Gold Member,x", "Platinum,x", "broken"] * 300
    table = open_table(write("a.csv", "\n".join(["Tier,Other", *lines])))
    assert unknown_words(table, {"Tier": type_}, INDONESIAN)["Tier"] == {"Gold Member": 600, "Platinum": 300}


@pytest.mark.parametrize(
    ("word", "option"),
    [
        ("Gold Member", "gold"),
        ("PERAK!", "silver"),
        ("Silvr", "silver"),
        ("yet", "not_yet"),
        ("Gold or silver", None),
        ("Platinum", None),
        ("--", None),
    ],
)
def test_a_word_means_the_option_whose_name_is_in_it_or_the_nearest(word: str, option: str | None) -> None:
    assert meant(TIER, word) == option
