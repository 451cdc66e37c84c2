"""A picture of what the record is about."""

from __future__ import annotations

import pytest

from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import ValueProblem
from tests.schema.fields.making import made, refusal


def test_there_is_one() -> None:
    assert refusal(made("image").accept, ["a", "b"]) == "too_many"


@pytest.mark.parametrize("media_type", ["image/heic", "text/plain", "application/pdf"])
def test_it_is_something_that_every_browser_draws(media_type: str) -> None:
    field = made("image")
    assert isinstance(field, Attached)

    field.check("image/webp", 1)
    with pytest.raises(ValueProblem, match="file_kind"):
        field.check(media_type, 1)
