"""How people sign in: with a password kept here, or as who they are at a provider (OpenID Connect)."""

from __future__ import annotations

from pydantic import Field

from relasi.schema.spec.base import LabelSpec, Spec
from relasi.schema.spec.mail import SecretSpec


class RoleClaimSpec(Spec):
    claim: str = Field(
        description="the claim that lists what somebody is there, such as groups; realm_access.roles for one "
        "inside another"
    )
    map: dict[str, str | list[str]] = Field(
        min_length=1,
        description="value of the claim: the role here, or several. These roles come and go with the claim "
        "at each sign-in; roles that are not named stay as they were given here",
    )


class OidcSpec(Spec):
    issuer: str = Field(
        description="the address of the provider, as its documents name it: https, or http on this machine"
    )
    client_id: str = Field(description="what the provider calls this CRM")
    client_secret: SecretSpec | None = Field(
        None, description="where the secret is found that goes with it; left out for a client that has none"
    )
    label: LabelSpec = Field(description="what people call the provider, as on the button: Google, Microsoft")
    scopes: list[str] = Field(["openid", "email", "profile"], description="what the provider is asked for")
    domains: list[str] = Field(
        [], description="only people with an e-mail address there come in by it; everybody if empty"
    )
    roles: RoleClaimSpec | None = Field(
        None, description="roles by what the provider says; as they were given here if absent"
    )
    create: bool = Field(
        False, description="true: somebody without an account, to whom a role is mapped, gets one"
    )
    trust_email: bool = Field(
        False,
        description="true: an address counts although the provider does not say that it is verified, as "
        "Microsoft Entra does not; only where nobody can write their own address there",
    )


class SignInSpec(Spec):
    oidc: OidcSpec | None = Field(None, description="a provider that says who somebody is (OpenID Connect)")
    local: bool = Field(
        True,
        description="false: nobody signs in with a password but administrators, to whom "
        "`relasi user password` gives one",
    )
