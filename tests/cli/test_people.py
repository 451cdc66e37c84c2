"""`relasi user`: people with roles; passwords come from standard input and never from the command."""

from __future__ import annotations

from pathlib import Path

from pyotp import TOTP

from relasi.errors import SignInRefused
from relasi.platform.keyring import add_key
from relasi.runtime import open_crm
from relasi.store.identities import Identity
from tests.cli.conftest import Relasi


def can_sign_in(root: Path, name: str, password: str) -> bool:
    crm = open_crm(root)
    try:
        return bool(crm.accounts.sign_in(name, password, address="here"))
    except SignInRefused:
        return False
    finally:
        crm.close()


def add(relasi: Relasi, *words: str, password: str = "rahasia sekali") -> object:
    return relasi("user", "add", *words, stdin=f"{password}\n")


def test_a_person_who_was_added_can_sign_in(relasi: Relasi, ready: Path) -> None:
    answer = relasi(
        "user", "add", "tono", "--role", "admin", "--full-name", "Tono S.", stdin="rahasia sekali\n"
    )
    assert (answer.code, answer.out) == (0, "Tono S. may sign in as tono.\n")
    assert can_sign_in(ready, "tono", "rahasia sekali")


def test_people_are_listed(relasi: Relasi, ready: Path) -> None:
    assert relasi("user", "list").out.startswith("Nobody yet.")
    relasi("user", "add", "tono", "--role", "admin", "--role", "sales_rep", stdin="rahasia sekali\n")
    assert "Administrator, Sales representative" in relasi("user", "list").out
    (tono,) = relasi("user", "list", "--json").data
    assert (tono["name"], tono["roles"], tono["active"]) == ("tono", ["admin", "sales_rep"], True)


def test_a_short_password_is_refused(relasi: Relasi, ready: Path) -> None:
    answer = relasi("user", "add", "tono", "--role", "admin", stdin="kurang\n")
    assert answer.code == 1
    assert "at least 8" in answer.err
    assert relasi("user", "list", "--json").data == []


def test_a_name_can_be_taken_once(relasi: Relasi, ready: Path) -> None:
    relasi("user", "add", "tono", "--role", "admin", stdin="rahasia sekali\n")
    answer = relasi("user", "add", "TONO", "--role", "admin", stdin="rahasia sekali\n")
    assert (answer.code, answer.err) == (
        1,
        "relasi: There is a user called TONO already. Choose another name.\n",
    )


def test_an_unknown_role_is_wrong_use_with_the_nearest_one(relasi: Relasi, ready: Path) -> None:
    answer = relasi("user", "add", "tono", "--role", "sale_rep", stdin="rahasia sekali\n")
    assert (answer.code, answer.err) == (2, "relasi: There is no role sale_rep. Is sales_rep meant?\n")


def test_a_disabled_person_cannot_sign_in(relasi: Relasi, ready: Path) -> None:
    relasi("user", "add", "tono", "--role", "admin", stdin="rahasia sekali\n")
    assert relasi("user", "disable", "tono").code == 2, "it asks first"
    assert relasi("user", "disable", "tono", "--yes").code == 0
    assert not can_sign_in(ready, "tono", "rahasia sekali")


def test_a_new_password_takes_the_place_of_the_old_one(relasi: Relasi, ready: Path) -> None:
    relasi("user", "add", "tono", "--role", "admin", stdin="rahasia sekali\n")
    assert relasi("user", "password", "Tono", stdin="lain sama sekali\n").code == 0
    assert can_sign_in(ready, "tono", "lain sama sekali")
    assert not can_sign_in(ready, "tono", "rahasia sekali")


def test_somebody_unknown_is_named(relasi: Relasi, ready: Path) -> None:
    assert relasi("user", "password", "tono").err == "relasi: There is no user called tono.\n"


def test_without_a_database_it_says_what_to_do(relasi: Relasi, project: Path) -> None:
    answer = relasi("user", "list")
    assert answer.code == 1
    assert "relasi apply" in answer.err


def test_a_person_works_in_a_team_and_can_be_moved(relasi: Relasi, ready: Path) -> None:
    add(relasi, "tono", "--role", "sales_rep", "--team", "sales", "--skill", "pumps", "--territory", "west")
    (tono,) = relasi("user", "list", "--json").data
    assert tono["post"] == {"team": "sales", "skills": ["pumps"], "territories": ["west"]}
    assert relasi("user", "change", "tono", "--team", "service", "--skill", "none").out == (
        "tono is changed.\n"
    )
    (tono,) = relasi("user", "list", "--json").data
    assert tono["post"] == {"team": "service", "skills": [], "territories": ["west"]}
    assert tono["roles"] == ["sales_rep"]
    relasi("user", "change", "tono", "--role", "admin", "--team", "none")
    (tono,) = relasi("user", "list", "--json").data
    assert (tono["roles"], tono["post"]["team"]) == (["admin"], None)


def test_an_unknown_team_is_wrong_use_with_the_nearest_one(relasi: Relasi, ready: Path) -> None:
    answer = relasi("user", "add", "tono", "--role", "admin", "--team", "sale", stdin="rahasia sekali\n")
    assert (answer.code, answer.err) == (2, "relasi: There is no team sale. Is sales meant?\n")


def test_somebody_invited_gets_a_link_where_no_mail_goes_out(relasi: Relasi, ready: Path) -> None:
    words = ("user", "invite", "tono", "--role", "sales_rep", "--email", "tono@example.com", "--json")
    link = relasi(*words).data["link"]
    assert link.startswith("http://localhost:8501/welcome/")
    crm = open_crm(ready)
    crm.accounts.invitations.accept(link.rpartition("/")[2], "payung kertas di dapur")
    crm.close()
    assert can_sign_in(ready, "tono", "payung kertas di dapur")


def test_only_somebody_new_needs_a_role_to_be_invited(relasi: Relasi, ready: Path) -> None:
    assert relasi("user", "invite", "tono").code == 2
    add(relasi, "tono", "--role", "admin")
    assert "Give tono this link" in relasi("user", "invite", "tono").out


def test_a_disabled_person_may_be_let_in_again(relasi: Relasi, ready: Path) -> None:
    add(relasi, "tono", "--role", "admin")
    relasi("user", "disable", "tono", "--yes")
    assert relasi("user", "invite", "tono").code == 1
    assert relasi("user", "enable", "tono").out == "tono can sign in again.\n"
    assert can_sign_in(ready, "tono", "rahasia sekali")


def test_a_person_is_signed_out_everywhere(relasi: Relasi, ready: Path) -> None:
    add(relasi, "tono", "--role", "admin")
    crm = open_crm(ready)
    token = crm.accounts.sign_in("tono", "rahasia sekali", address="x")
    assert relasi("user", "sign-out", "tono").code == 0
    assert crm.accounts.user_of(token) is None
    crm.close()


def test_whoever_lost_the_device_comes_in_without_it(relasi: Relasi, ready: Path) -> None:
    add(relasi, "tono", "--role", "admin")
    add_key(ready / "keys" / "data.keys", "2026-11-21")
    crm = open_crm(ready)
    token = crm.accounts.sign_in("tono", "rahasia sekali", address="x")
    user = crm.accounts.user_of(token)
    assert user is not None
    secret = crm.accounts.second_factor.device(user).secret
    crm.accounts.second_factor.confirm(user, TOTP(secret).at(crm.clock()))
    assert relasi("user", "drop-second-factor", "tono", "--yes").code == 0
    assert crm.accounts.second_factor.held(user).since is None
    crm.close()


def test_what_was_done_with_an_account_is_told(relasi: Relasi, ready: Path) -> None:
    add(relasi, "tono", "--role", "admin")
    relasi("user", "change", "tono", "--role", "sales_rep")
    changed, made = relasi("user", "history", "tono", "--json").data
    assert made["what"] == "The account was made. Roles: Administrator"
    assert (changed["by"], changed["what"]) == (
        "the command line",
        "Roles: Administrator → Sales representative",
    )
    assert "The account was made" in relasi("user", "history", "tono").out


def test_where_a_provider_signs_people_in_they_are_added_without_a_link_or_a_password(
    relasi: Relasi, ready: Path
) -> None:
    settings = ready / "config" / "crm.yaml"
    oidc = "{issuer: https://login.example, client_id: crm, label: Example}"
    text = f"{settings.read_text()}\naddress: https://crm.example\nsign_in: {{local: false, oidc: {oidc}}}\n"
    settings.write_text(text)
    mail = ("--email", "tono@example.com", "--full-name", "Tono")
    said = relasi("user", "invite", "tono", "--role", "sales_rep", *mail).out
    assert said == "Tono signs in by the provider with tono@example.com, and needs no invitation.\n"
    refused = relasi("user", "password", "tono", stdin="rahasia sekali\n")
    assert (refused.code, "has no password here" in refused.err) == (1, True)


def test_who_a_person_is_at_the_provider_is_forgotten(relasi: Relasi, ready: Path) -> None:
    add(relasi, "tono", "--role", "admin")
    crm = open_crm(ready)
    with crm.store.session() as session:
        user = session.users.by_name("tono")
        assert user is not None
        session.identities.put(user.id, Identity("https://login.example", "1001"))
    assert relasi("user", "unlink", "tono", "--yes").code == 0
    with crm.store.session(write=False) as session:
        assert session.identities.of(user.id) is None
    crm.close()
