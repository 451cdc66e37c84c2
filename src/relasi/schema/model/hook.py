"""Hooks: what other systems may send, and which records it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relasi.schema.labels import Label
from relasi.schema.secrets import Secret


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the value of a field comes from: a path in what is sent, or a value that is always the same.

    `find` is the field of a linked record that has the value.
    """

    path: tuple[str, ...] = ()
    find: str | None = None
    value: Any = None  # Any: a plain value of YAML


@dataclass(frozen=True, slots=True)
class Hook:
    """`largest` is in bytes; `match` is the field by which a record is known again."""

    name: str
    label: Label
    entity: str
    secret: Secret
    is_signed: bool
    largest: int
    match: str | None
    values: Mapping[str, Taken]
