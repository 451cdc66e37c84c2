"""E-mail addresses."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.base import ValueProblem
from tests.schema.fields.making import made, refusal


def test_the_domain_is_written_small() -> None:
    assert made("email").accept(" Budi.S@Example.COM ") == "Budi.S@example.com"


@pytest.mark.parametrize("value", ["budi", "budi@", "a@b@c.com", "budi@example", "bu di@example.com"])
def test_what_is_no_address_is_refused(value: str) -> None:
    assert refusal(made("email").accept, value) == "not_an_email"


def test_other_types_are_refused() -> None:
    assert refusal(made("email").accept, 7) == "not_text"


_NAMES = st.text(st.sampled_from("aA0._+-"), max_size=70)
_DOMAINS = st.sampled_from(
    [
        "example.com",
        "EXAMPLE.Com",
        "münchen.de",
        "a..b",
        "-a.com",
        "a",
        "a.test",
        "a.co.id.",
        "[127.0.0.1]",
        "",
        f"{'x' * 64}.com",
        f"{'a' * 60}.{'b' * 60}.{'c' * 60}.com",
    ]
)


@given(name=_NAMES, domain=_DOMAINS)
def test_plain_names_are_judged_as_the_library_judges_them(name: str, domain: str) -> None:
    address = f"{name}@{domain}"
    try:
        accepted = made("email").accept(address)
    except ValueProblem:
        accepted = None
    try:
        expected = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None
    assert accepted == expected
