"""OWASP A07, failures of identification: who comes in, as whom, and for how long."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.runtime import Crm
from tests.security.tab import tab
from tests.serving import Server

FORM = "application/x-www-form-urlencoded"


def enter(server: Server, body: str | bytes, **more: str) -> tuple[int, dict[str, str], str]:
    """From an address of its own, so that the brake on guessing holds up no other test."""
    headers = {"Content_Type": FORM, "Origin": server.address, "X_Forwarded_For": "203.0.113.7", **more}
    return server.ask("/sign-in", method="POST", body=body, **headers)


def test_a_token_that_came_with_the_request_is_never_the_one_that_is_signed_in_with(server: Server) -> None:
    planted = "relasi_session=planted-by-somebody-else"

    _, headers, _ = enter(server, "name=sari&password=relasi-sari", Cookie=planted)

    assert headers["set-cookie"].startswith("relasi_session=")
    assert "planted" not in headers["set-cookie"]
    assert server.ask("/lookup/task?q=a", Cookie=planted)[0] == 401


def test_every_sign_in_has_a_token_of_its_own_and_long_enough_not_to_be_guessed(server: Server) -> None:
    tokens = {server.cookie("sari").partition("=")[2] for _ in range(3)}

    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 43  # 256 bits


def test_signing_in_anew_leaves_others_tabs_alone_and_signing_out_ends_one_session(server: Server) -> None:
    one, other = server.cookie("sari"), server.cookie("sari")

    server.ask("/sign-out", method="POST", Cookie=one, Origin=server.address)

    assert server.ask("/lookup/task?q=a", Cookie=one)[0] == 401
    assert server.ask("/lookup/task?q=a", Cookie=other)[0] == 200


def test_who_does_not_exist_is_refused_like_a_wrong_password(server: Server) -> None:
    known, unknown = "name=sari&password=wrong", "name=nobody&password=wrong"

    one, other = enter(server, known), enter(server, unknown)

    assert one[0] == other[0] == 401
    assert without_secrets(one[2], "sari") == without_secrets(other[2], "nobody")


def without_secrets(page: str, name: str) -> str:
    """The page without what differs from answer to answer."""
    return "".join(part.partition('"')[2] for part in page.split('nonce="')).replace(f'value="{name}"', "")


def test_sessions_end_the_moment_their_user_is_disabled(server: Server, crm: Crm) -> None:
    cookie, user = invited(server, crm, "leaver")
    with tab(server, cookie) as leaver:
        leaver.run("service-task")
        assert leaver.ids("service.task.sort")

        crm.accounts.disable(user)

        leaver.run("service-task")
        assert not leaver.ids("service.task")
    assert server.ask("/lookup/task?q=a", Cookie=cookie)[0] == 401
    assert enter(server, "name=leaver&password=a+quiet+orange+river")[0] == 401


def invited(server: Server, crm: Crm, name: str) -> tuple[str, str]:
    user = crm.accounts.add(
        name,
        full_name=name,
        email=f"{name}@example.com",
        roles=["service_agent"],
        language="en",
        password="a quiet orange river",
    )
    _, headers, _ = enter(server, f"name={name}&password=a+quiet+orange+river")
    return headers["set-cookie"].partition(";")[0], user.id


def test_guessing_is_slowed_down_for_the_name_whoever_guesses(server: Server, crm: Crm) -> None:
    invited(server, crm, "guessed")
    statuses = [
        enter(server, "name=guessed&password=wrong", X_Forwarded_For=f"198.51.100.{number}")[0]
        for number in range(7)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aX:y"],
)
def test_signing_in_leads_to_no_other_site(server: Server, wanted: str) -> None:
    body = urlencode({"name": "sari", "password": "relasi-sari", "next": wanted})

    _, headers, _ = enter(server, body)

    assert headers["location"] in ("/", wanted if wanted.startswith("/%") else "/")
    assert "x" not in headers


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=6).map(
            lambda fields: urlencode(fields, quote_via=quote_plus, errors="replace").encode()
        ),
        st.fixed_dictionaries({"name": st.text(max_size=90), "password": st.text(max_size=90)}).map(
            lambda fields: urlencode(fields, errors="replace").encode()
        ),
    )
)
def test_whatever_is_sent_to_the_form_gets_a_calm_answer_and_no_session(server: Server, body: bytes) -> None:
    status, headers, page = enter(server, body, X_Forwarded_For="203.0.113.99")

    assert status in (200, 401, 422, 429)
    assert "set-cookie" not in headers
    assert "Traceback" not in page


COOKIE = st.text(
    st.characters(codec="latin-1", exclude_characters="\r\n\0", exclude_categories=["Cc"]), max_size=300
)


@settings(max_examples=60)
@given(COOKIE)
def test_whatever_is_sent_as_a_cookie_opens_nothing(server: Server, cookie: str) -> None:
    for sent in (f"relasi_session={cookie}", cookie, f"relasi_session={cookie}; relasi_session=x"):
        assert server.ask("/lookup/task?q=a", Cookie=sent)[0] == 401
