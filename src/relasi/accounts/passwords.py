"""Passwords: which ones are taken, and what is kept of them.

The rules are those of NIST SP 800-63B: a length, nothing that is on everybody's list or says who it is for,
and no demand for certain characters. Hashed with argon2id at 19 MiB, two passes, one lane (OWASP Password
Storage Cheat Sheet).
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from relasi.accounts.guessable import is_guessable
from relasi.errors import Refused
from relasi.schema.model import Model
from relasi.store.users import User

SHORTEST = 8
LONGEST = 256
"""Longer ones are not hashed: they cost time and are no safer."""

_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


def accepted(password: str, *about: str) -> str:
    """What is kept of a password that somebody chose. `about` is what others guess first: the names of the
    person and of the company. Raises Refused for one that is too short, too long, or easily guessed."""
    length = len(_normal(password))
    if not SHORTEST <= length <= LONGEST:
        raise Refused("password_length", least=SHORTEST, most=LONGEST)
    if is_guessable(_normal(password), about):
        raise Refused("password_guessable")
    return hashed(password)


def words_of(user: User, model: Model) -> tuple[str, ...]:
    """What others guess first."""
    return (user.name, user.full_name, user.email, model.settings.name)


def hashed(password: str) -> str:
    """What is kept of any password, such as those of the sample people, which everybody may know."""
    return _HASHER.hash(_normal(password))


def matches(password: str, held: str | None) -> bool:
    """Whether this is the password that `held` was made of. It takes as long where nothing is held."""
    normal = _normal(password)
    right = _HASHER.verify(normal[:LONGEST], held or nobodys())
    return right and held is not None and len(normal) <= LONGEST


@cache
def nobodys() -> str:
    """What passwords are compared with where there is no such user, so that both take the same time."""
    return _HASHER.hash(secrets.token_urlsafe())


def _normal(password: str) -> str:
    """The same for the same text, whichever way a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)
