"""What a field type may look up, and how it reports a mistake, while its definition is compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice: the stored key and how it looks."""

    key: str
    label: Mapping[str, str]
    color: str | None = None
    weight: Decimal | None = None
    when: str | None = None


class Report(Protocol):
    """How a type reports a mistake in its own definition.

    `path` leads from the field to the guilty node, () being the field itself; an int is an item of a list.
    `code` is kebab-case. Where a name is not known, `word` is that name and `candidates` are the legal ones,
    for a suggestion. `help` says in one sentence what to write instead.
    """

    def __call__(
        self,
        path: tuple[str | int, ...],
        code: str,
        message: str,
        *,
        word: str | None = None,
        candidates: Iterable[str] = (),
        help: str = "",
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a type may look up in the rest of the project while it is compiled."""

    entities: Sequence[str]
    value_lists: Mapping[str, Mapping[str, Option]]
    currency: str
    languages: tuple[str, ...]
    problem: Report
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    entity: str = ""
    region: str = "ID"
    """The country of telephone numbers without a country code."""
