"""How people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from relasi.schema.labels import Label
from relasi.schema.secrets import Secret


@dataclass(frozen=True, slots=True)
class Oidc:
    """A provider. `claim` lists what `role_map` makes roles of; None where roles are given here alone.
    `domains` are in lower case; any if there are none."""

    issuer: str
    client_id: str
    client_secret: Secret | None
    label: Label
    scopes: tuple[str, ...]
    domains: frozenset[str]
    claim: str | None
    role_map: Mapping[str, tuple[str, ...]]
    create: bool
    trust_email: bool

    @property
    def mapped(self) -> frozenset[str]:
        """The roles that come and go with the claim."""
        return frozenset(role for roles in self.role_map.values() for role in roles)


@dataclass(frozen=True, slots=True)
class SignIn:
    """`local`: whether people besides administrators sign in with a password that is kept here."""

    oidc: Oidc | None = None
    local: bool = True


_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def is_protected(address: str) -> bool:
    """Whether nobody on the way reads or changes what goes to the address and comes from it: https, or
    http that does not leave this machine."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in _HERE
    return (parts.scheme == "https" or is_here) and bool(parts.hostname)
