"""`relasi key`: keys for programs; shown once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from relasi.runtime import open_crm
from tests.cli.conftest import Relasi


@pytest.fixture
def sari(relasi: Relasi, ready: Path) -> None:
    relasi("user", "add", "sari", "--role", "service_agent", stdin="rahasia sekali\n")


def holder(root: Path, token: str) -> str | None:
    with closing(open_crm(root)) as crm:
        found = crm.keys.holder(token, address="here")
        return found[1].name if found else None


@pytest.mark.usefixtures("sari")
class TestKeys:
    def test_a_key_that_was_made_lets_a_program_in(self, relasi: Relasi, ready: Path) -> None:
        told = relasi("key", "add", "sari", "web shop", "--scope", "complaint:read", "--days", "30").out
        token, sentence = told.splitlines()

        assert holder(ready, token) == "sari"
        assert sentence.startswith("It is shown this once. It acts as sari until ")

    def test_keys_are_listed_without_what_lets_in(self, relasi: Relasi) -> None:
        assert relasi("key", "list").out.startswith("No keys yet.")
        token = relasi("key", "add", "sari", "web shop", "--json").data["token"]
        (listed,) = relasi("key", "list", "sari", "--json").data

        assert (listed["user"], listed["name"], listed["scopes"]) == ("sari", "web shop", ["read", "write"])
        assert token not in relasi("key", "list").out + str(listed)

    def test_a_revoked_key_lets_nobody_in(self, relasi: Relasi, ready: Path) -> None:
        token = relasi("key", "add", "sari", "web shop", "--json").data["token"]
        told = relasi("key", "revoke", "sari", "web shop", "--yes").out

        assert told == "The key web shop lets nobody in any more.\n"
        assert holder(ready, token) is None

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            (("add", "sari", "x", "--scope", "complant:read"), "Is complaint:read meant?"),
            (("add", "sari", "x", "--scope", "all"), "export or ENTITY:read"),
            (("add", "nobody", "x"), "There is no user called nobody."),
            (("revoke", "sari", "x", "--yes"), "There is no key x."),
            (("revoke", "sari", "x"), "There is no key x."),
        ],
    )
    def test_what_cannot_be_done_is_told(
        self, relasi: Relasi, words: tuple[str, ...], complaint: str
    ) -> None:
        answer = relasi("key", *words)

        assert answer.code != 0
        assert complaint in answer.err

    def test_somebody_disabled_gets_no_key(self, relasi: Relasi) -> None:
        relasi("user", "disable", "sari", "--yes")

        assert "disabled" in relasi("key", "add", "sari", "x").err
