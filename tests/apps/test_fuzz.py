"""Whatever is sent to the plain pages, they answer, and let nobody in who has not shown who they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.apps.site import COOKIE, SECURE_COOKIE
from tests.apps.doors import HOST, Client, client_of
from tests.messages.desk import DESK, settings
from tests.records.world import World, make_world

PATHS = (
    "/",
    "/sign-in",
    "/sign-in/code",
    "/sign-out",
    "/forgotten",
    "/welcome/x",
    "/welcome/%ff%00",
    "/sign-in/../start",
    "//sign-in",
    "/start",
)
FIELDS = ("name", "password", "code", "next", "language", "done", "")
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "sari",
            "' OR 1=1 --",
            "\x00",
            "../../etc/passwd",
            "{}",
            "%n",
            "id",
            "x" * 5000,
            "🔑",
            "\r\nset-cookie: a=b",
        ]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["accept-language", "user-agent", "accept", "content-type", "x-forwarded-for", "host", "referer"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    max_size=4,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("desk"), settings(), *DESK)
    made.user("sari", "clerk")
    yield made
    made.crm.close()


@pytest.fixture(scope="module")
def client(world: World) -> Client:
    return client_of(world)


def sessions(world: World) -> int:
    with world.crm.store.session(write=False) as session:
        return len(session.sessions.of("u-sari", world.clock()))


def demand_closed(world: World, status: int, cookies: object) -> None:
    assert 200 <= status < 500
    assert not cookies
    assert sessions(world) == 0


@given(path=st.sampled_from(PATHS), query=st.dictionaries(st.sampled_from(FIELDS), TEXTS), headers=HEADERS)
def test_whatever_is_asked_for(
    world: World, client: Client, path: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    answer = client.get(path, params=query, headers=headers)
    demand_closed(world, answer.status_code, answer.cookies)


@given(path=st.sampled_from(PATHS), fields=st.dictionaries(st.sampled_from(FIELDS), TEXTS), headers=HEADERS)
def test_whatever_a_form_holds(
    world: World, client: Client, path: str, fields: dict[str, str], headers: dict[str, str]
) -> None:
    answer = client.post(path, data=fields, headers={**headers, "origin": HOST})
    demand_closed(world, answer.status_code, answer.cookies)


@given(path=st.sampled_from(PATHS), body=st.binary(max_size=300), length=st.sampled_from([1, 20_000]))
def test_whatever_is_sent_in_place_of_a_form(
    world: World, client: Client, path: str, body: bytes, length: int
) -> None:
    answer = client.post(path, content=body * length, headers={"origin": HOST})
    demand_closed(world, answer.status_code, answer.cookies)


@given(
    name=st.sampled_from([COOKIE, SECURE_COOKIE]),
    token=st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=80),
    path=st.sampled_from(PATHS),
)
def test_whatever_a_cookie_says(world: World, client: Client, name: str, token: str, path: str) -> None:
    cookie = f"{name}={token}".encode("latin-1")
    answers = (
        client.get(path, headers=[(b"cookie", cookie), (b"accept", b"text/html")]),
        client.post(path, headers=[(b"cookie", cookie), (b"origin", HOST.encode())]),
    )
    for answer in answers:
        assert 200 <= answer.status_code < 500
        assert sessions(world) == 0
        assert answer.status_code != 200 or path.startswith(
            ("/sign-in", "/forgotten", "/welcome", "//sign-in")
        )
