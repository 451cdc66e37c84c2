"""The provider that says who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.settings.mail import secret_of
from relasi.schema.labels import label_of
from relasi.schema.model.sign_in import Oidc, SignIn, is_protected
from relasi.schema.spec.project import CrmSpec
from relasi.schema.spec.sign_in import OidcSpec, RoleClaimSpec

_PLACE: Path = ("sign_in", "oidc")


def compile_sign_in(spec: CrmSpec, page: Page) -> SignIn:
    """Which roles there are is not known yet; see `check_roles`."""
    written = spec.sign_in.oidc
    if written is None:
        if not spec.sign_in.local:
            help = "add oidc, or take local away"
            page.wrong(("sign_in", "local"), "contradiction", "nobody could sign in", help=help)
        return SignIn()
    if spec.address is None:
        help = "add address: https://…, where people open this CRM; the provider sends them back there"
        page.wrong(_PLACE, "no-address", "the provider must know the way back", help=help, at_key=True)
    _check(written, page)
    return SignIn(_oidc(written, tuple(spec.languages)), spec.sign_in.local)


def _oidc(spec: OidcSpec, languages: tuple[str, ...]) -> Oidc:
    return Oidc(
        issuer=spec.issuer,
        client_id=spec.client_id,
        client_secret=secret_of(spec.client_secret),
        label=label_of(spec.label, "oidc", languages),
        scopes=tuple(dict.fromkeys(spec.scopes)),
        domains=frozenset(each.lower() for each in spec.domains),
        claim=spec.roles.claim if spec.roles else None,
        role_map=MappingProxyType(_roles(spec.roles) if spec.roles else {}),
        create=spec.create,
        trust_email=spec.trust_email,
    )


def _check(spec: OidcSpec, page: Page) -> None:
    if not is_protected(spec.issuer) or set(spec.issuer) & set("?#"):
        help = "write it as the provider does, with https: https://accounts.google.com"
        message = f'"issuer" cannot be "{spec.issuer}"'
        page.wrong((*_PLACE, "issuer"), "bad-value", message, help=help)
    for index, domain in enumerate(spec.domains):
        if "@" in domain or "." not in domain:
            message, help = f'"{domain}" is no domain', "write what follows the @, such as company.example"
            page.wrong((*_PLACE, "domains", index), "bad-value", message, help=help)
    if "openid" not in spec.scopes:
        help = "add openid; without it the provider says nothing of who somebody is"
        page.wrong((*_PLACE, "scopes"), "bad-value", '"scopes" lacks openid', help=help)
    if spec.create and spec.roles is None:
        message, help = (
            "new accounts would have no role",
            "add roles: {claim: …, map: …}, or take create away",
        )
        page.wrong((*_PLACE, "create"), "contradiction", message, help=help)


def check_roles(draft: Draft, spec: CrmSpec, page: Page) -> None:
    """Every role that is mapped is one of the project's."""
    roles = spec.sign_in.oidc.roles if spec.sign_in.oidc else None
    for value, names in roles.map.items() if roles else ():
        path = (*_PLACE, "roles", "map", value)
        for index, name in enumerate([names] if isinstance(names, str) else names):
            page.pick(
                path if isinstance(names, str) else (*path, index), "unknown-role", "role", name, draft.roles
            )


def _roles(spec: RoleClaimSpec) -> Mapping[str, tuple[str, ...]]:
    return {value: (names,) if isinstance(names, str) else tuple(names) for value, names in spec.map.items()}
