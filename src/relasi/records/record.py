"""What readers get and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relasi.errors import Issue
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.model import Sort


@dataclass(frozen=True, slots=True)
class Record:
    """A record as its reader may see it: hidden fields are not in `values`."""

    entity: str
    id: str
    version: int
    values: Mapping[str, Value]
    title: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """`next` is the cursor of the following page, None at the end."""

    records: tuple[Record, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which records of an entity. Conditions may come as text, which is checked like any other expression.

    Whatever names a field that the reader may not see is refused: a filter or an order would tell its values.
    """

    entity: str
    where: tuple[str | Expression, ...] = ()
    matching: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # Any: values of the field
    search: str = ""
    sort: tuple[Sort, ...] = ()
    fields: tuple[str, ...] | None = None
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Choosing:
    """The link field for which a record is chosen, and the values of its own record that count for that."""

    entity: str
    field: str
    values: Mapping[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row of many: written under `id`, or left out for the issues. `notes` are what is
    told of it all the same."""

    id: str | None
    issues: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()
