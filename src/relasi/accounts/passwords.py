"""What is kept of a password, and which ones are taken.

Hashed with argon2id at 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
"""

from __future__ import annotations

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from relasi.errors import Refused

SHORTEST = 8
LONGEST = 256
"""Longer ones are not hashed: they cost time and are no safer."""

_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


def hashed(password: str) -> str:
    """What is kept of a password. Raises Refused for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused("password_length", least=SHORTEST, most=LONGEST)
    return _HASHER.hash(password)


def matches(password: str, held: str | None) -> bool:
    """Whether this is the password that `held` was made of. It takes as long where nothing is held."""
    right = _HASHER.verify(password[:LONGEST], held or nobodys())
    return right and held is not None and len(password) <= LONGEST


@cache
def nobodys() -> str:
    """What passwords are compared with where there is no such user, so that both take the same time."""
    return _HASHER.hash(secrets.token_urlsafe())
