"""docs/reference/expressions.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relasi.schema.expressions.functions import FUNCTIONS
from relasi.schema.expressions.parse import RESERVED
from relasi.schema.expressions.types import Boolean
from tests.schema.expressions.desk import parsed

PAGE = Path(__file__).parents[3].joinpath("docs/reference/expressions.md").read_text(encoding="utf-8")
EXAMPLES = [
    line for block in re.findall(r"```expression\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_condition(text: str) -> None:
    assert parsed(text, Boolean()).type == Boolean()


def test_the_table_of_functions_is_complete() -> None:
    rows = re.findall(r"^\| `(\w+\([^`]*\))` \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(function.signature, function.meaning) for function in FUNCTIONS.values()]


def test_the_reserved_words_are_listed() -> None:
    listed = re.search(r"cannot be names of fields: `([^`]+)`", PAGE)
    assert listed is not None
    assert set(listed[1].split()) == RESERVED
