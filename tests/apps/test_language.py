from __future__ import annotations

import pytest

from relasi.apps.language import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,id;q=0.4,en;q=0.3", "id"),
        ("en;q=0.1, id;q=0.7", "id"),
        ("ID", "id"),
    ],
)
def test_the_language_that_the_browser_prefers_is_taken(header: str, language: str) -> None:
    assert preferred(header, ("en", "id")) == language


@pytest.mark.parametrize("header", ["", "fr", "*", "id;q=0", ";;;", "id;q=nonsense"])
def test_the_first_language_of_the_project_is_taken_where_the_browser_says_nothing_useful(
    header: str,
) -> None:
    assert preferred(header, ("en", "id")) == "en"
