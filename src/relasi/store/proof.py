"""What an entry of the audit log comes to, so that it can be proven even after values were taken out of it.

An entry's digest is made of commitments to its values, each with a salt. A value can go with its salt; the
commitment stays, and tells nothing of it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

Pair = Sequence[Any]  # Any: JSON
Pairs = Mapping[str, Pair]
"""Field -> old and new value, as they can be read."""
Proof = Mapping[str, Any]  # Any: JSON
"""`salt` is for all values; once some are `gone`, which leave their commitments here, the others have `salts`
of their own."""


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def begun() -> dict[str, Any]:
    """That of a new entry."""
    return {"salt": secrets.token_urlsafe(16)}


def without(proof: Proof, fields: Pairs, names: Collection[str]) -> dict[str, Any]:
    """The proof of an entry whose values of these fields are about to go."""
    kept = {name: pair for name, pair in fields.items() if name not in proof.get("gone", {})}
    going = {name: _commitment(proof, name, pair) for name, pair in kept.items() if name in names}
    staying = {name: _salt(proof, name, canonical(pair)) for name, pair in kept.items() if name not in names}
    return {"salts": staying, "gone": {**proof.get("gone", {}), **going}}


def renamed(proof: Proof, was: str, new: str) -> dict[str, Any]:
    """The proof of an entry one field of which has another name now."""
    return {
        part: {new if name == was else name: each for name, each in held.items()}
        if isinstance(held, dict)
        else held
        for part, held in proof.items()
    }


def requalified(pair: Pair, was: str, name: str) -> tuple[Any, ...]:  # Any: JSON
    """Values that say which entity they link to, after its rename: "entity/id"."""
    head = f"{was}/"
    return tuple(
        f"{name}/{each.removeprefix(head)}" if isinstance(each, str) and each.startswith(head) else each
        for each in pair
    )


def digest(proof: Proof, facts: Sequence[str | int | None], at: datetime, fields: Pairs) -> str:
    """What everything that the entry says comes to."""
    committed = {name: _commitment(proof, name, pair) for name, pair in fields.items()}
    whole = [*facts, at.astimezone(UTC).isoformat(timespec="microseconds"), committed]
    return sha256(canonical(whole).encode()).hexdigest()


def canonical(value: Any) -> str:  # Any: JSON
    """The same text for equal values, whichever database has held them."""
    return _ENCODER.encode(_plain(value))


def _plain(value: Any) -> Any:  # Any: JSON
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    return value


def _commitment(proof: Proof, name: str, pair: Pair) -> str:
    gone: str | None = proof.get("gone", {}).get(name)
    if gone is not None:
        return gone
    text = canonical(pair)
    return _keyed(_salt(proof, name, text), text)


def _salt(proof: Proof, name: str, text: str) -> str:
    """One of its own for each value, which does not tell the others'."""
    held: str | None = proof.get("salts", {}).get(name)
    return held or _keyed(proof.get("salt", ""), text)


def _keyed(salt: str, text: str) -> str:
    return hmac.digest(salt.encode(), text.encode(), "sha256").hex()
