"""Values inside of documents that only those can read who have the data keys."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, cast

from relasi.platform.keyring import Keyring

_CLOSED = "encrypted"


def closed(keyring: Keyring, value: Any, *context: str) -> Any:  # Any: JSON
    """The value so that it can be read in its context alone. Nothing stays nothing, closed what is closed."""
    if value is None or is_closed(value):
        return value
    return {_CLOSED: keyring.encrypt(json.dumps(value), *context)}


def opened(keyring: Keyring, value: Any, *context: str) -> Any:  # Any: JSON
    """What `closed` has closed; any other value as it is."""
    return json.loads(keyring.decrypt(value[_CLOSED], *context)) if is_closed(value) else value


def is_closed(value: Any) -> bool:  # Any: JSON
    return isinstance(value, dict) and value.keys() == {_CLOSED}


def renewed(keyring: Keyring, value: Any, *context: str) -> Any:  # Any: JSON
    """Closed by the newest key what is closed; any other value as it is."""
    return closed(keyring, opened(keyring, value, *context), *context) if is_closed(value) else value


def key_of(value: Any) -> str | None:  # Any: JSON
    """The id of the key that closed the value, None where it is open."""
    return value[_CLOSED].partition(":")[0] if is_closed(value) else None


def mentions_closed(document: Column[Any]) -> ColumnElement[bool]:
    """Where a document may have closed values in it."""
    return cast(document, Text).contains(_CLOSED)
