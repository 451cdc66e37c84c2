from __future__ import annotations

import pytest

from relasi.errors import DuplicateValue
from relasi.store import Session
from relasi.store.identities import Identity
from relasi.store.users import User

SARI = Identity("https://login.example", "1001")


@pytest.fixture(autouse=True)
def users(session: Session) -> None:
    for name in ("sari", "budi"):
        session.users.add(User(f"u-{name}", name, name.capitalize(), "", (), "en"))
    session.identities.put("u-sari", SARI)


def test_an_identity_leads_to_its_user_and_at_another_provider_to_nobody(session: Session) -> None:
    assert session.identities.holder(SARI) == "u-sari"
    assert session.identities.holder(Identity("https://other.example", "1001")) is None


def test_a_user_has_one_identity_at_most(session: Session) -> None:
    session.identities.put("u-sari", Identity("https://other.example", "7"))
    assert (session.identities.holder(SARI), session.identities.held(["u-sari", "u-budi"])) == (
        None,
        {"u-sari"},
    )


def test_no_two_users_have_the_same(session: Session) -> None:
    with pytest.raises(DuplicateValue):
        session.identities.put("u-budi", SARI)


def test_what_is_forgotten_leads_nowhere(session: Session) -> None:
    session.identities.drop("u-sari")
    assert (session.identities.of("u-sari"), session.identities.holder(SARI)) == (None, None)
