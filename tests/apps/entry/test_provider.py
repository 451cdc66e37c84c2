"""Signing in by a provider of OpenID Connect, over real HTTP, by people and by those who would be them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey

from relasi.accounts.passwords import hashed
from relasi.errors import Refused, SignInRefused
from relasi.messages.inviting import Inviter, remind
from relasi.platform.keyring import add_key
from relasi.store.identities import Identity
from relasi.store.users import User
from tests.apps.doors import Client, client_of, token_of
from tests.messages.desk import DESK, settings
from tests.oidc_server import SECRET, OidcServer, oidc_server, query_of
from tests.records.world import World, make_world

PASSWORD = "payung kertas di dapur"
OTHERS = tuple(text for text in DESK if "roles:" not in text)
ROLES = """
roles: {clerk: {}, chief: {}, novice: {}, teller: {second_factor: required}, admin: {everything: true}}
"""
OIDC = """{{local: {local}, oidc: {{
  issuer: "{issuer}", client_id: relasi, client_secret: {{env: OIDC_SECRET}},
  label: {{en: Example, id: Contoh}}, create: true, domains: [company.example],
  roles: {{claim: realm.groups,
    map: {{desk: clerk, heads: [chief, clerk], bank: teller, root: admin}}}}}}}}"""


@pytest.fixture(scope="module")
def running() -> Iterator[OidcServer]:
    with oidc_server() as server:
        yield server


@pytest.fixture
def provider(running: OidcServer, monkeypatch: pytest.MonkeyPatch) -> OidcServer:
    monkeypatch.setenv("OIDC_SECRET", SECRET)
    running.begin_again()
    running.claims["realm"] = {"groups": ["desk"]}
    return running


@pytest.fixture
def local() -> str:
    return "true"


@pytest.fixture
def world(tmp_path: Path, provider: OidcServer, local: str) -> Iterator[World]:
    made = make_world(
        tmp_path, settings(sign_in=OIDC.format(local=local, issuer=provider.address)), *OTHERS, ROLES
    )
    if not (made.crm.root / "keys").exists():
        add_key(made.crm.root / "keys" / "data.keys", "2026-11-21")
    yield made
    made.crm.close()


@dataclass
class Browser:
    client: Client
    world: World

    def begin(self, **query: str) -> tuple[str, str]:
        """Where the provider sends the browser back to, and the cookie that it keeps."""
        parts = "&".join(f"{name}={value}" for name, value in query.items())
        sent = self.client.seen(f"/sign-in/provider?{parts}")
        assert sent.status_code == 303
        back = httpx.get(sent.headers["location"], trust_env=False).headers["location"]
        return back.removeprefix("https://crm.example.com"), sent.headers["set-cookie"].partition(";")[0]

    def come_back(self, back: str, cookie: str) -> httpx.Response:
        return self.client.get(back, headers={"cookie": cookie, "accept": "text/html"})

    def sign_in(self, **query: str) -> httpx.Response:
        return self.come_back(*self.begin(**query))

    def user(self, response: httpx.Response) -> User:
        found = self.world.crm.accounts.user_of(token_of(response))
        assert found is not None
        return found


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(client_of(world), world)


@pytest.fixture
def sari(world: World) -> User:
    """Has an account with a password."""
    return world.crm.accounts.add(
        "sari",
        full_name="Sari",
        email="Sari@Company.example",
        roles=["novice"],
        language="en",
        password=PASSWORD,
    )


def refused(response: httpx.Response, sentence: str) -> bool:
    return (
        response.status_code >= 400
        and sentence in response.text
        and "relasi_session" not in str(response.headers)
    )


def test_the_button_leads_there_and_back_to_the_page_that_was_wanted(browser: Browser, sari: User) -> None:
    page = browser.client.seen("/sign-in?next=/desk-letter%3Fid%3D7&language=id").text
    found = re.search(r'href="(/sign-in/provider\?[^"]*)"[^>]*>Masuk dengan Contoh<', page)
    assert found is not None
    answer = browser.sign_in(**query_of(found[1].replace("&amp;", "&")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk-letter?id=7")
    assert (browser.user(answer).id, browser.user(answer).language) == (sari.id, "id")


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/%5Cevil.example"])
def test_it_leads_to_no_other_site(browser: Browser, wanted: str) -> None:
    assert browser.sign_in(next=wanted).headers["location"] == "/"


def test_who_has_no_account_gets_one_with_the_roles_that_are_mapped(browser: Browser) -> None:
    made = browser.user(browser.sign_in())
    assert (made.name, made.full_name, made.roles) == ("sari@company.example", "Sari Dewi", ("clerk",))


def test_mapped_roles_come_and_go_at_each_sign_in_and_those_given_here_stay(
    browser: Browser, provider: OidcServer, sari: User
) -> None:
    assert browser.user(browser.sign_in()).roles == ("clerk", "novice")
    provider.claims["realm"] = {"groups": "heads"}
    assert browser.user(browser.sign_in()).roles == ("chief", "clerk", "novice")
    provider.claims["realm"] = {}
    assert browser.user(browser.sign_in()).roles == ("novice",)


def test_whom_no_role_is_left_stays_outside(browser: Browser, provider: OidcServer) -> None:
    first = browser.sign_in()
    provider.claims["realm"] = {"groups": ["unknown"]}
    assert refused(browser.sign_in(), "has no role here")
    assert browser.user(first).roles == ()


def test_nobody_without_a_mapped_role_gets_an_account(browser: Browser, provider: OidcServer) -> None:
    provider.claims["realm"] = {"groups": ["admin", "unknown"]}
    assert refused(browser.sign_in(), "no account for you")


def test_an_administrators_role_comes_only_where_it_is_mapped(browser: Browser, provider: OidcServer) -> None:
    provider.claims["realm"] = {"groups": ["root"]}
    assert browser.user(browser.sign_in()).roles == ("admin",)


def test_an_address_alone_opens_no_administrators_account(
    browser: Browser, provider: OidcServer, world: World
) -> None:
    accounts = world.crm.accounts
    accounts.add(
        "a", full_name="A", email="sari@company.example", roles=["admin"], language="en", password=PASSWORD
    )
    assert refused(browser.sign_in(), "Sign in with your password")
    provider.claims["realm"] = {"groups": ["root"]}
    assert browser.user(browser.sign_in()).name == "a"
    assert accounts.sign_in("a", PASSWORD, address="x")


def test_a_person_is_known_by_the_subject_from_then_on(
    browser: Browser, provider: OidcServer, sari: User
) -> None:
    browser.sign_in()
    provider.claims["email"] = "sari.dewi@company.example"
    assert browser.user(browser.sign_in()).id == sari.id


def test_somebody_else_who_gets_the_address_does_not_get_the_account(
    browser: Browser, provider: OidcServer, sari: User
) -> None:
    browser.sign_in()
    provider.claims["sub"] = "2002"
    assert refused(browser.sign_in(), "belongs to somebody else")


def test_who_is_disabled_stays_outside(browser: Browser, world: World, sari: User) -> None:
    world.crm.accounts.disable(sari.id)
    assert refused(browser.sign_in(), "no account for you")
    world.crm.accounts.enable(sari.id)
    browser.sign_in()
    world.crm.accounts.disable(sari.id)
    assert refused(browser.sign_in(), "no account for you")


def test_who_comes_in_by_it_has_no_password_here_any_more(browser: Browser, world: World, sari: User) -> None:
    accounts, crm = world.crm.accounts, world.crm
    before = accounts.sign_in("sari", PASSWORD, address="x")
    browser.sign_in()
    assert accounts.user_of(before) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in("sari", PASSWORD, address="x")
    with pytest.raises(Refused, match="has no password here"):
        accounts.set_password(sari.id, PASSWORD)
    with pytest.raises(Refused, match="has no password here"):
        Inviter(crm.model, crm.store, crm.clock, crm.new_id).invite(sari)
    remind(crm.model, crm.store, "sari", crm.clock(), crm.new_id)
    with crm.store.session(write=False) as session:
        assert not session.invitations.waiting([sari.id])


def test_a_link_that_was_sent_before_opens_nothing(browser: Browser, world: World, sari: User) -> None:
    crm = world.crm
    link = Inviter(crm.model, crm.store, crm.clock, crm.new_id).invite(sari)
    assert link is not None
    browser.sign_in()
    assert crm.accounts.invitations.invited(link.rpartition("/")[2]) is None


def test_a_second_factor_that_is_demanded_is_asked_for_unless_the_provider_has(
    browser: Browser, provider: OidcServer
) -> None:
    provider.claims["realm"] = {"groups": ["bank"]}
    provider.claims["amr"] = ["pwd"]
    answer = browser.sign_in(next="/x")
    assert answer.headers["location"] == "/sign-in/code?next=%2Fx"
    assert browser.world.crm.accounts.user_of(token_of(answer)) is None
    provider.claims["amr"] = ["pwd", "mfa"]
    assert browser.user(browser.sign_in()).roles == ("teller",)


def test_what_the_token_leaves_out_is_asked_for(browser: Browser, provider: OidcServer, world: World) -> None:
    provider.claims |= {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "1001", "email": "sari@company.example", "email_verified": True}
    world.clock.advance(minutes=61)
    provider.claims |= {"iat": int(world.clock().timestamp()), "exp": int(world.clock().timestamp()) + 60}
    assert browser.user(browser.sign_in()).email == "sari@company.example"
    provider.userinfo["sub"] = "2002"
    assert refused(browser.sign_in(), "is not right")


LIES: dict[str, tuple[dict[str, object], str]] = {
    "nonce": ({"nonce": "of another browser"}, "invalid_claim nonce"),
    "no nonce": ({"nonce": None}, "missing_claim nonce"),
    "audience": ({"aud": "another-client"}, "invalid_claim aud"),
    "audiences": ({"aud": ["relasi", "another-client"]}, "several audiences"),
    "authorized party": ({"aud": ["relasi", "x"], "azp": "x"}, "invalid_claim azp"),
    "issuer": ({"iss": "https://evil.example"}, "invalid_claim iss"),
    "expired": ({"exp": 1_700_000_000}, "expired_token exp"),
    "no expiry": ({"exp": None}, "missing_claim exp"),
    "from the future": ({"iat": 4_000_000_000}, "invalid_claim iat"),
    "nobody": ({"sub": None}, "missing_claim sub"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    browser: Browser, provider: OidcServer, caplog: pytest.LogCaptureFixture, lie: str
) -> None:
    claims, reason = LIES[lie]
    provider.claims |= claims
    assert refused(browser.sign_in(), "is not right")
    assert reason in caplog.text


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256"])
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(
    browser: Browser, provider: OidcServer, caplog: pytest.LogCaptureFixture, alg: str
) -> None:
    """Not signed, signed by what both sides know, signed by another key under the name of the right one."""
    provider.alg = alg
    provider.key = OctKey.import_key(SECRET) if alg == "HS256" else ECKey.generate_key("P-256")
    assert refused(browser.sign_in(), "is not right")
    assert ("bad_signature" if alg == "ES256" else "unsupported_algorithm") in caplog.text


@pytest.mark.parametrize("state", ["", "of-another-browser"])
def test_who_brings_another_state_has_begun_elsewhere(
    browser: Browser, provider: OidcServer, state: str
) -> None:
    back, cookie = browser.begin()
    code = query_of(back)["code"]
    answer = browser.come_back(f"{urlsplit(back).path}?code={code}&state={state}", cookie)
    assert refused(answer, "begun in another browser")
    assert "/token" not in provider.asked


def test_a_code_of_somebody_elses_browser_lets_nobody_in(browser: Browser) -> None:
    """Its state with the cookie of one's own, one's own state with its code, and no cookie at all."""
    (theirs, _), (own, cookie) = browser.begin(), browser.begin()
    assert refused(browser.come_back(theirs, cookie), "begun in another browser")
    assert refused(browser.come_back(theirs, ""), "begun in another browser")
    mixed = own.replace(query_of(own)["code"], query_of(theirs)["code"])
    assert refused(browser.come_back(mixed, cookie), "is not right")


def test_a_code_counts_once(browser: Browser) -> None:
    back, cookie = browser.begin()
    answer = browser.come_back(back, cookie)
    assert browser.user(answer).active
    assert 'relasi_journey=""' in str(answer.headers.get_list("set-cookie"))
    assert refused(browser.come_back(back, cookie), "is not right")


def test_an_answer_of_another_provider_is_not_taken(browser: Browser, provider: OidcServer) -> None:
    back, cookie = browser.begin()
    mixed = back.partition("&iss=")[0] + "&iss=https://evil.example"
    assert refused(browser.come_back(mixed, cookie), "begun in another browser")
    assert "/token" not in provider.asked


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email_verified": False}, "no verified e-mail"),
        ({"email_verified": None}, "no verified e-mail"),
        ({"email": None}, "no verified e-mail"),
        ({"email": "\u212aen@company.example"}, "no verified e-mail"),
        ({"email": "sari@elsewhere.example"}, "another account than that of your work"),
        ({"email": "sari@company.example@elsewhere.example"}, "no verified e-mail"),
        ({"email": "sari@notcompany.example"}, "another account than that of your work"),
    ],
)
def test_only_a_verified_address_of_the_company_counts(
    browser: Browser, provider: OidcServer, sari: User, claims: dict[str, object], sentence: str
) -> None:
    provider.claims |= claims
    assert refused(browser.sign_in(), sentence)


def test_who_says_no_at_the_provider_comes_back_to_a_calm_page(browser: Browser) -> None:
    back, cookie = browser.begin(language="id")
    state = query_of(back)["state"]
    answer = browser.come_back(f"{urlsplit(back).path}?error=access_denied&state={state}", cookie)
    assert refused(answer, "Anda belum berhasil masuk di sana")


def test_a_provider_that_calls_itself_otherwise_is_not_asked(
    browser: Browser, provider: OidcServer, world: World
) -> None:
    provider.issuer = "https://evil.example"
    world.clock.advance(hours=2)
    assert refused(browser.client.seen("/sign-in/provider"), "is not right")


def test_a_provider_that_is_down_is_an_answer_not_an_accident(
    browser: Browser, provider: OidcServer, world: World
) -> None:
    way_back = browser.begin()
    provider.down = True
    assert refused(browser.come_back(*way_back), "is not right")


def test_who_tries_too_many_codes_waits(browser: Browser, provider: OidcServer, world: World) -> None:
    back, cookie = browser.begin()
    with world.crm.store.session() as session:
        for number in range(30):
            session.tries.add(f"provider {number}", "127.0.0.1", world.clock())
    assert refused(browser.come_back(back, cookie), "Too many tries")
    assert "/token" not in provider.asked


def test_nothing_of_a_token_is_in_the_log(
    browser: Browser, provider: OidcServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    back, cookie = browser.begin()
    browser.come_back(back, cookie)
    provider.claims["aud"] = "another-client"
    browser.sign_in()
    relasi = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("relasi"))
    held = ("eyJ", "an-access-token", SECRET, "sari@", query_of(back)["code"], query_of(back)["state"])
    assert [each for each in held if each in relasi] == []


def test_the_cookie_is_for_this_browser_and_a_short_while(browser: Browser) -> None:
    set_cookie = browser.client.seen("/sign-in/provider").headers["set-cookie"].lower()
    wanted = ("__host-relasi_journey=", "httponly", "secure", "samesite=lax", "max-age=600", "path=/")
    assert [each for each in wanted if each not in set_cookie] == []


def test_a_provider_that_took_the_place_of_another_finds_people_by_their_address(
    browser: Browser, world: World, sari: User
) -> None:
    with world.crm.store.session() as session:
        session.identities.put(sari.id, Identity("https://before.example", "77"))
    assert browser.user(browser.sign_in()).id == sari.id


@pytest.mark.parametrize("local", ["false"])
def test_where_passwords_are_switched_off_only_administrators_use_one(browser: Browser, world: World) -> None:
    with world.crm.store.session() as session:
        session.users.add(User("s", "sari", "Sari", "", ("novice",), "en"), hashed(PASSWORD))
    page = browser.client.seen("/sign-in").text
    assert ('type="password"' in page, "Sign in with Example" in page) == (False, True)
    assert 'type="password"' in browser.client.seen("/sign-in?password=1").text
    assert browser.client.send("/sign-in", name="sari", password=PASSWORD).status_code == 401
    accounts = world.crm.accounts
    with pytest.raises(Refused, match="has no password here"):
        accounts.add("c", full_name="C", email="", roles=["clerk"], language="en", password=PASSWORD)
    chief = accounts.add("b", full_name="B", email="", roles=["admin"], language="en", password=None)
    accounts.set_password(chief.id, PASSWORD)
    assert browser.client.send("/sign-in", name="b", password=PASSWORD).status_code == 303


def test_an_administrator_may_have_somebody_known_by_the_address_again(
    browser: Browser, provider: OidcServer, world: World, sari: User
) -> None:
    first = browser.sign_in()
    world.crm.accounts.unlink(sari.id)
    assert world.crm.accounts.user_of(token_of(first)) is None
    provider.claims["sub"] = "2002"
    assert browser.user(browser.sign_in()).id == sari.id


def test_who_has_no_password_here_shows_by_a_fresh_sign_in_who_they_are(
    browser: Browser, world: World, sari: User
) -> None:
    accounts, token = world.crm.accounts, token_of(browser.sign_in())
    accounts.demand_presence(sari, "", token=token)
    world.clock.advance(minutes=11)
    with pytest.raises(SignInRefused, match="within the last ten minutes"):
        accounts.demand_presence(sari, "", token=token)
