from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from relasi.apps.entry.sign_in import local_path
from relasi.apps.routes.gate import same_origin


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("http://crm.example:8501", True),
        ("https://crm.example:8501", True),
        ("http://evil.example", False),
        ("http://crm.example:8501.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_form_is_taken_from_pages_of_the_same_host_only(origin: str, same: bool) -> None:
    assert same_origin(Headers({"host": "crm.example:8501", "origin": origin})) is same


def test_a_form_without_an_origin_is_refused() -> None:
    assert not same_origin(Headers({"host": "crm.example"}))


@pytest.mark.parametrize("wanted", ["/", "/service-a?id=7", "/sales-b?f.x=1&f.x=2"])
def test_signing_in_leads_to_the_page_that_was_wanted(wanted: str) -> None:
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    ["", "//evil.example", "/\\evil.example", "https://evil.example", "x", "/\t/evil.example", "/a\nb"],
)
def test_signing_in_never_leads_to_another_site(wanted: str) -> None:
    assert local_path(wanted) == "/"
