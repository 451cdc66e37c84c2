"""The keys of the data: they make values unreadable for all who have none, and marks by which equal values
are found.

Where the keys lie is the settings' to say; what is encrypted with them, the Model's.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from relasi.errors import PlatformError, Refused
from relasi.schema.secrets import Secret, reveal

MARK_LENGTH = 22
"""Characters of a mark: 128 bits."""
_NONCE = 12
_SECRET = 32
_ENTRY = re.compile(r"([a-z0-9][a-z0-9_-]{0,30}):([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class _Key:
    """What one secret is used for: each use has a key of its own."""

    id: str
    cipher: AESGCM
    marking: bytes

    @classmethod
    def of(cls, id: str, secret: bytes) -> Self:
        return cls(id, AESGCM(_derived(secret, b"relasi encryption")), _derived(secret, b"relasi mark"))


class Keyring:
    """The keys of a project, which are looked for when one is needed first. The newest one encrypts, the
    others still decrypt.

    What is encrypted is bound to its context: taken to another place, it cannot be read. All methods raise
    Refused where the keys are not to be found, or are none.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._keys: dict[str, _Key] = {}

    @classmethod
    def of(cls, place: Secret, root: Path) -> Self:
        """Those that the settings name."""
        return cls(lambda: reveal(place, root))

    def ids(self) -> tuple[str, ...]:
        """Of all keys, the newest first."""
        return tuple(self._known())

    def renew(self) -> None:
        """Forgets the keys, which are looked for again when one is needed."""
        self._keys = {}

    def encrypt(self, text: str, *context: str) -> str:
        key, nonce = self._newest(), secrets.token_bytes(_NONCE)
        return f"{key.id}:{_written(nonce + key.cipher.encrypt(nonce, text.encode(), _bound(context)))}"

    def decrypt(self, encrypted: str, *context: str) -> str:
        """Raises PlatformError for what was not encrypted by one of the keys, or not in this context."""
        id, _, content = encrypted.partition(":")
        key = self._called(id)
        try:
            whole = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
            return key.cipher.decrypt(whole[:_NONCE], whole[_NONCE:], _bound(context)).decode()
        except (InvalidTag, ValueError) as error:
            raise PlatformError("cannot_decrypt", place=" ".join(context)) from error

    def mark(self, text: str, *context: str) -> str:
        """The same for equal texts in one context, and tells nothing else of them."""
        return _mark(self._newest(), text, context)

    def marks(self, text: str, *context: str) -> tuple[str, ...]:
        """What `mark` gives, and gave while other keys were the newest."""
        return tuple(_mark(key, text, context) for key in self._known().values())

    def _newest(self) -> _Key:
        return next(iter(self._known().values()))

    def _called(self, id: str) -> _Key:
        """Another process may have been given a new key in between."""
        if id not in self._known():
            self.renew()
        try:
            return self._known()[id]
        except KeyError:
            raise PlatformError("key_missing", id=id) from None

    def _known(self) -> dict[str, _Key]:
        if not self._keys:
            self._keys = {id: _Key.of(id, _unwritten(secret)) for id, secret in _entries(self._read())}
        return self._keys


def _no_keys() -> str:
    raise Refused("no_keys")


KEYLESS = Keyring(_no_keys)
"""That of databases which are only carried from one place to another: what is encrypted stays so."""


def new_entry(day: str, known: tuple[str, ...] = ()) -> str:
    """A new key as it stands in a file or a variable: its id and the secret."""
    numbers = (day if number == 0 else f"{day}-{number}" for number in range(1000))
    id = next(each for each in numbers if each not in known)
    return f"{id}:{_written(secrets.token_bytes(_SECRET))}"


def add_key(file: Path, day: str) -> str:
    """Puts a new key before those of a file, which is made where it is missing, for its owner alone; its id.

    A folder that is made for it keeps itself out of Git.
    """
    held = file.read_text(encoding="utf-8") if file.exists() else ""
    entry = new_entry(day, tuple(id for id, _ in _entries(held)) if held.strip() else ())
    if not file.parent.exists():
        file.parent.mkdir(mode=0o700, parents=True)
        (file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(f"{entry}\n{held}")
        new.flush()
        os.fsync(new.fileno())
    part.replace(file)
    return entry.partition(":")[0]


def _entries(written: str) -> list[tuple[str, str]]:
    """Ids and secrets; never says what is written."""
    found = [_ENTRY.fullmatch(each) for each in written.split()]
    if not found or None in found:
        raise Refused("bad_keys")
    return [(each[1], each[2]) for each in found if each]


def _derived(secret: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_SECRET, salt=None, info=use).derive(secret)


def _mark(key: _Key, text: str, context: tuple[str, ...]) -> str:
    digest = hmac.new(key.marking, _bound((*context, text)), sha256).digest()
    return _written(digest)[:MARK_LENGTH]


def _bound(context: tuple[str, ...]) -> bytes:
    """One text for each context: lengths keep ("a", "bc") and ("ab", "c") apart."""
    return b"".join(b"%d:%s" % (len(part), part) for part in (each.encode() for each in context))


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unwritten(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
