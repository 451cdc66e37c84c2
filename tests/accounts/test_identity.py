from __future__ import annotations

from dataclasses import replace

import pytest

from relasi.accounts.identity import person_of
from relasi.accounts.provider import Provider, begin
from relasi.errors import SignInRefused
from relasi.schema.model.sign_in import Oidc
from tests.builders import NOW
from tests.serving import free_port

OIDC = Oidc(
    issuer="https://login.example",
    client_id="crm",
    client_secret=None,
    label={"en": "Example"},
    scopes=("openid",),
    domains=frozenset(),
    claim="https://crm.example/roles",
    role_map={"desk": ("clerk",)},
    create=False,
    trust_email=False,
)
SAID = {"sub": "1001", "email": "Sari@Company.example", "https://crm.example/roles": ["desk", "other", 7]}


def test_an_address_that_the_provider_says_nothing_of_counts_where_it_is_trusted() -> None:
    trusting = replace(OIDC, trust_email=True)
    assert (person_of(OIDC, SAID).email, person_of(trusting, SAID).email) == (None, "sari@company.example")
    assert person_of(trusting, SAID | {"email_verified": False}).email is None


def test_a_claim_may_have_points_in_its_name() -> None:
    assert person_of(OIDC, SAID).roles == {"clerk"}


def test_a_provider_that_is_not_there_is_a_refusal() -> None:
    oidc = replace(OIDC, issuer=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(SignInRefused, match="does not answer"):
        Provider(oidc, "https://crm.example/back", None, NOW).way(begin())
