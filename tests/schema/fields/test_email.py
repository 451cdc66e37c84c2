"""E-mail addresses."""

from __future__ import annotations

import pytest

from tests.schema.fields.making import made, refusal


def test_the_domain_is_written_small() -> None:
    assert made("email").accept(" Budi.S@Example.COM ") == "Budi.S@example.com"


@pytest.mark.parametrize("value", ["budi", "budi@", "a@b@c.com", "budi@example", "bu di@example.com"])
def test_what_is_no_address_is_refused(value: str) -> None:
    assert refusal(made("email").accept, value) == "not_an_email"


def test_other_types_are_refused() -> None:
    assert refusal(made("email").accept, 7) == "not_text"
