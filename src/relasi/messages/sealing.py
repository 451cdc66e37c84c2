"""Content that leaves the house and comes back unaltered: in links of mails, in fields of web forms."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Sequence
from hashlib import sha256

from relasi.platform.again import begun_again
from relasi.store import Session, Store


def key_within(session: Session, name: str) -> bytes:
    """A key of this installation, made when it is first asked for."""
    if session.correspondence.key(name) is None:
        session.correspondence.keep_key(name, secrets.token_hex(32))
    return bytes.fromhex(session.correspondence.key(name) or "")


@begun_again
def key_of(store: Store, name: str) -> bytes:
    """The same, where nothing is written otherwise: only the first time waits for others who write."""
    with store.session(write=False) as session:
        known = session.correspondence.key(name)
    if known is not None:
        return bytes.fromhex(known)
    with store.session() as session:
        return key_within(session, name)


def seal(content: Sequence[str], key: bytes) -> str:
    """The content with a signature, as it may stand in an address."""
    written = json.dumps(list(content), ensure_ascii=False, separators=(",", ":"))
    encoded = base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
    return f"{encoded}.{_signature(encoded, key)}"


def unseal(token: str, key: bytes) -> list[str] | None:
    """None for what was not sealed with this key."""
    content, _, signature = token.partition(".")
    right = _signature(content, key).encode()
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), right):
        return None
    try:
        found: list[str] = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    except (ValueError, binascii.Error):
        return None
    return found


def _signature(content: str, key: bytes) -> str:
    made = hmac.new(key, content.encode("utf-8", "replace"), sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
