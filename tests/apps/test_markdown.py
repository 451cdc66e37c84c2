from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from relasi.apps.markdown import plain


@given(st.text())
def test_nothing_that_people_type_is_markdown(text: str) -> None:
    """Every sign that means something there has a backslash before it, and without those it is the text
    again."""
    written = plain(text)

    assert re.sub(r"\\([\\`*_{}\[\]()#+\-.!:$~>|<&])", r"\1", written) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]:$<~]", written)
