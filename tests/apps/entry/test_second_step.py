"""The second step of signing in, and what stands before it is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from relasi.platform.keyring import add_key
from tests.apps.doors import Client, client_of, token_of
from tests.messages.desk import DESK, settings
from tests.records.world import World, make_world

PASSWORD = "payung kertas di dapur"
ROLES = """
roles: {teller: {second_factor: required}, guard: {includes: [teller]}, clerk: {}, chief: {}, novice: {}}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, settings(), *(text for text in DESK if "roles:" not in text), ROLES)
    if not (made.crm.root / "keys").exists():
        add_key(made.crm.root / "keys" / "data.keys", "2026-11-21")
    for name, roles in (("sari", ["clerk"]), ("tono", ["guard"])):
        made.crm.accounts.add(name, full_name=name, email="", roles=roles, language="en", password=PASSWORD)
    yield made
    made.crm.close()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


@pytest.fixture
def secret(world: World) -> str:
    """Of the device of Sari, whose role demands none."""
    factor = world.crm.accounts.second_factor
    with world.crm.store.session(write=False) as session:
        sari = session.users.by_name("sari")
    assert sari is not None
    secret = factor.device(sari).secret
    factor.confirm(sari, pyotp.TOTP(secret).at(world.clock()))
    world.clock.advance(minutes=1)
    return secret


def test_the_password_leads_to_the_code_and_the_code_to_the_page_that_was_wanted(
    client: Client, world: World, secret: str
) -> None:
    first = client.send("/sign-in", name="sari", password=PASSWORD, next="/x")
    assert first.headers["location"] == "/sign-in/code?next=%2Fx"
    assert "six digits" in client.seen(first.headers["location"], token_of(first)).text
    code = pyotp.TOTP(secret).at(world.clock())
    second = client.send("/sign-in/code", token_of(first), code=code, next="/x")
    assert (second.status_code, second.headers["location"]) == (303, "/x")
    assert world.crm.accounts.user_of(token_of(second))


def test_a_browser_that_signs_in_again_has_left_its_session_before(client: Client, world: World) -> None:
    first, other = (token_of(client.send("/sign-in", name="sari", password=PASSWORD)) for _ in range(2))
    second = token_of(client.send("/sign-in", first, name="sari", password=PASSWORD))
    opens = [world.crm.accounts.user_of(token) is not None for token in (first, second, other)]
    assert opens == [False, True, True]


def test_before_the_code_every_other_page_is_closed(client: Client, secret: str) -> None:
    token = token_of(client.send("/sign-in", name="sari", password=PASSWORD))
    answer = client.seen("/start", token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/start")


def test_a_wrong_code_is_asked_for_again_and_opens_nothing(client: Client, secret: str) -> None:
    token = token_of(client.send("/sign-in", name="sari", password=PASSWORD))
    answer = client.send("/sign-in/code", token, code="000000")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


def test_without_a_password_there_is_no_second_step(client: Client) -> None:
    for answer in (client.seen("/sign-in/code"), client.send("/sign-in/code", "made-up", code="000000")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_role_that_demands_one_sets_it_up_on_the_way_in(client: Client, world: World) -> None:
    token = token_of(client.send("/sign-in", name="tono", password=PASSWORD))
    page = client.seen("/sign-in/code", token).text
    assert 'src="data:image/svg+xml' in page
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    code = pyotp.TOTP(found[1].replace(" ", "")).at(world.clock())
    done = client.send("/sign-in/code", token, code=code)
    codes = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", done.text)
    assert len(set(codes)) == 10
    assert world.crm.accounts.user_of(token_of(done))
