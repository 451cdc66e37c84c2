"""The second factor: without a code of the device, or a recovery code, the password lets nobody in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from relasi.accounts import Accounts
from relasi.accounts.service import HALFWAY
from relasi.errors import Refused, SignInRefused
from relasi.schema.model import Role
from relasi.store.users import User
from tests.accounts.conftest import PASSWORD
from tests.records.world import Clock

HERE = "10.0.0.1"


def code_of(secret: str, clock: Clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock(), counter_offset=steps)


@pytest.fixture
def secret(accounts: Accounts, sari: User) -> str:
    return accounts.second_factor.device(sari).secret


@pytest.fixture
def codes(accounts: Accounts, sari: User, secret: str, clock: Clock) -> tuple[str, ...]:
    """Recovery codes of a second factor that works; a minute has passed since."""
    made = accounts.second_factor.confirm(sari, code_of(secret, clock))
    clock.advance(minutes=1)
    return made


@pytest.fixture
def halfway(accounts: Accounts, codes: tuple[str, ...]) -> str:
    """The token of somebody who has typed the password."""
    return accounts.sign_in("sari", PASSWORD, address=HERE)


def refusal(accounts: Accounts, token: str, code: str) -> str:
    with pytest.raises(SignInRefused) as caught:
        accounts.enter_code(token, code, address=HERE)
    return caught.value.code


def test_a_device_is_told_by_its_camera_or_by_hand(accounts: Accounts, sari: User) -> None:
    device = accounts.second_factor.device(sari)
    assert pyotp.parse_uri(device.uri).secret == device.secret
    assert device.uri.startswith("otpauth://totp/Test:Sari?")


def test_until_a_code_has_been_seen_the_password_is_enough(
    accounts: Accounts, sari: User, secret: str
) -> None:
    with pytest.raises(SignInRefused):
        accounts.second_factor.confirm(sari, "000000")
    assert accounts.user_of(accounts.sign_in("sari", PASSWORD, address=HERE)) == sari


def test_the_password_alone_opens_nothing(accounts: Accounts, sari: User, halfway: str) -> None:
    assert accounts.user_of(halfway) is None
    waiting = accounts.waiting(halfway)
    assert waiting is not None
    assert (waiting.user, waiting.waits_for) == (sari, "code")


def test_a_code_lets_in_with_another_token(
    accounts: Accounts, sari: User, secret: str, halfway: str, clock: Clock
) -> None:
    token = accounts.enter_code(
        halfway, f" {code_of(secret, clock)[:3]} {code_of(secret, clock)[3:]} ", address=HERE
    )
    assert token != halfway
    assert (accounts.user_of(token), accounts.waiting(halfway)) == (sari, None)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_device_may_be_half_a_minute_early_or_late(
    accounts: Accounts, secret: str, halfway: str, clock: Clock, steps: int, right: bool
) -> None:
    code = code_of(secret, clock, steps)
    if right:
        assert accounts.enter_code(halfway, code, address=HERE)
    else:
        assert refusal(accounts, halfway, code) == "code_refused"


def test_a_code_works_once(accounts: Accounts, secret: str, halfway: str, clock: Clock) -> None:
    code = code_of(secret, clock)
    accounts.enter_code(halfway, code, address=HERE)
    again = accounts.sign_in("sari", PASSWORD, address=HERE)
    assert refusal(accounts, again, code) == "code_refused"
    assert refusal(accounts, again, code_of(secret, clock, -1)) == "code_refused"


def test_the_code_that_proved_the_device_lets_nobody_in(
    accounts: Accounts, sari: User, secret: str, clock: Clock
) -> None:
    code = code_of(secret, clock)
    accounts.second_factor.confirm(sari, code)
    assert refusal(accounts, accounts.sign_in("sari", PASSWORD, address=HERE), code) == "code_refused"


def test_a_recovery_code_works_once_in_place_of_the_device(
    accounts: Accounts, sari: User, codes: tuple[str, ...], halfway: str
) -> None:
    assert accounts.user_of(accounts.enter_code(halfway, codes[3].upper(), address=HERE)) == sari
    assert accounts.second_factor.held(sari).codes == 9
    again = accounts.sign_in("sari", PASSWORD, address=HERE)
    assert refusal(accounts, again, codes[3]) == "code_refused"


def test_guessing_codes_makes_wait_and_the_password_does_not_help(accounts: Accounts, halfway: str) -> None:
    told = [refusal(accounts, halfway, "000000") for _ in range(3)]
    again = accounts.sign_in("sari", PASSWORD, address=HERE)
    told += [refusal(accounts, again, "000000") for _ in range(3)]
    assert told == [*["code_refused"] * 5, "sign_in_throttled"]


def test_a_code_comes_within_minutes_or_the_password_is_asked_again(
    accounts: Accounts, secret: str, halfway: str, clock: Clock
) -> None:
    clock.now += HALFWAY
    assert refusal(accounts, halfway, code_of(secret, clock)) == "sign_in_again"


def test_somebody_disabled_on_the_way_in_stays_out(
    accounts: Accounts, sari: User, secret: str, halfway: str, clock: Clock
) -> None:
    accounts.disable(sari.id)
    assert refusal(accounts, halfway, code_of(secret, clock)) == "sign_in_again"


def test_a_second_factor_that_works_is_not_replaced_unasked(
    accounts: Accounts, sari: User, codes: tuple[str, ...]
) -> None:
    with pytest.raises(Refused, match="already"):
        accounts.second_factor.device(sari)


def test_taken_away_it_is_asked_for_no_more(accounts: Accounts, sari: User, codes: tuple[str, ...]) -> None:
    accounts.second_factor.drop(sari.id)
    assert accounts.user_of(accounts.sign_in("sari", PASSWORD, address=HERE)) == sari


def test_new_recovery_codes_take_the_place_of_the_old_ones(
    accounts: Accounts, sari: User, codes: tuple[str, ...], halfway: str
) -> None:
    new = accounts.second_factor.renew_codes(sari)
    assert refusal(accounts, halfway, codes[0]) == "code_refused"
    assert accounts.enter_code(halfway, new[0], address=HERE)


class TestDemanded:
    @pytest.fixture
    def accounts(self, accounts: Accounts) -> Accounts:
        role = Role("a", {"en": "A"}, frozenset({"a"}), everything=False, second_factor=True)
        return replace(accounts, model=replace(accounts.model, roles={"a": role}))

    def test_who_has_none_sets_one_up_on_the_way_in(
        self, accounts: Accounts, sari: User, clock: Clock
    ) -> None:
        halfway = accounts.sign_in("sari", PASSWORD, address=HERE)
        waiting = accounts.waiting(halfway)
        assert waiting is not None
        assert (accounts.user_of(halfway), waiting.waits_for) == (None, "device")
        secret = accounts.second_factor.device(sari).secret
        token, codes = accounts.enter_device(halfway, code_of(secret, clock), address=HERE)
        assert (accounts.user_of(token), len(codes)) == (sari, 10)

    def test_a_role_without_the_demand_lets_in(self, accounts: Accounts) -> None:
        budi = accounts.add("budi", full_name="B", email="", roles=["b"], language="en", password=PASSWORD)
        assert accounts.user_of(accounts.sign_in("budi", PASSWORD, address=HERE)) == budi

    def test_somebody_who_has_one_is_not_asked_to_set_up_another(
        self, accounts: Accounts, sari: User, codes: tuple[str, ...], halfway: str
    ) -> None:
        with pytest.raises(SignInRefused):
            accounts.enter_device(halfway, "000000", address=HERE)


def test_a_session_says_from_which_network_and_browser_it_came(accounts: Accounts, sari: User) -> None:
    accounts.sign_in("sari", PASSWORD, address="203.0.113.77", agent="Firefox")
    with accounts.store.session(write=False) as session:
        (held,) = session.sessions.of(sari.id, accounts.clock()).values()
    assert (held.address, held.agent, held.expires - held.created) == (
        "203.0.113.x",
        "Firefox",
        timedelta(days=14),
    )
