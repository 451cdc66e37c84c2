"""Web addresses."""

from __future__ import annotations

import pytest

from tests.schema.fields.making import made, refusal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("example.com", "https://example.com"),
        ("HTTP://Example.COM/Page?q=A", "http://example.com/Page?q=A"),
        ("example.com:8443/a", "https://example.com:8443/a"),
        ("http://intranet/crm", "http://intranet/crm"),
        ("https://[::1]:8000/", "https://[::1]:8000/"),
        ("toko-budi.co.id/?next=http://x", "https://toko-budi.co.id/?next=http://x"),
    ],
)
def test_an_address_gets_what_it_lacks(written: str, kept: str) -> None:
    assert made("url").accept(written) == kept


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "mailto:budi@example.com",
        "ftp://example.com",
        "https://budi:secret@example.com",
        "budi",
        "https://",
        "https:///page",
        "exa mple.com",
        "https://example.com:99999/",
        "https://[::1",
    ],
)
def test_what_a_page_should_not_link_to_is_refused(value: str) -> None:
    assert refusal(made("url").accept, value) == "not_a_url"


def test_an_endless_address_is_refused() -> None:
    assert refusal(made("url").accept, "example.com/" + "x" * 2_048) == "too_long"
