"""What somebody signs with a finger or a mouse."""

from __future__ import annotations

import pytest

from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import ValueProblem
from tests.schema.fields.making import made


def test_it_is_kept_as_the_page_draws_it() -> None:
    field = made("signature")
    assert isinstance(field, Attached)

    field.check("image/png", 1)
    with pytest.raises(ValueProblem, match="file_kind"):
        field.check("image/jpeg", 1)
