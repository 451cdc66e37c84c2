from __future__ import annotations

import pytest

from relasi.schema.spec import SPECS
from relasi.texts import LANGUAGES, say


@pytest.mark.parametrize("kind", SPECS)
def test_every_kind_of_file_has_a_name(kind: str) -> None:
    assert all(say(language, f"studio.kind_{kind}") for language in LANGUAGES)
