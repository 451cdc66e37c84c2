from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.messages.signatures import is_signed, signed_headers
from tests.records.world import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def test_the_example_of_the_standard_is_signed_as_it_says() -> None:
    at = NOW.fromtimestamp(1614265330, tz=NOW.tzinfo)
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", BODY, SECRET, at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(), st.text(min_size=1))
def test_what_was_signed_is_known_again(body: bytes, secret: str) -> None:
    assert is_signed(signed_headers("k", body, secret, NOW), body, secret, NOW)


@pytest.mark.parametrize("change", ["body", "secret", "id", "timestamp", "signature"])
def test_any_change_breaks_a_signature(change: str) -> None:
    headers, body, secret = signed_headers("k", BODY, SECRET, NOW), BODY, SECRET
    if change == "body":
        body = BODY + b" "
    elif change == "secret":
        secret = "another"
    elif change == "timestamp":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    else:
        headers[f"webhook-{change}"] = "v1,other"
    assert not is_signed(headers, body, secret, NOW)


@pytest.mark.parametrize("apart", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_call_of_another_time_is_not_taken(apart: timedelta) -> None:
    assert not is_signed(signed_headers("k", BODY, SECRET, NOW - apart), BODY, SECRET, NOW)


def test_one_right_signature_among_others_is_enough() -> None:
    headers = signed_headers("k", BODY, SECRET, NOW)
    headers["webhook-signature"] = f"v1a,zzz v1,old {headers['webhook-signature']}"
    assert is_signed(headers, BODY, SECRET, NOW)


@pytest.mark.parametrize(
    "headers", [{}, {"webhook-id": "k", "webhook-timestamp": "²", "webhook-signature": "v1,"}]
)
def test_a_call_without_a_signature_is_not_taken(headers: dict[str, str]) -> None:
    assert not is_signed(headers, BODY, SECRET, NOW)
