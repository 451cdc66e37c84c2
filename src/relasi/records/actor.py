"""Who acts, and through which channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Self


class Source(Enum):
    """The channel that a write came through."""

    PAGE = "page"
    IMPORT = "import"
    RULE = "rule"
    CLI = "cli"
    SAMPLE = "sample"

    @property
    def brings_history(self) -> bool:
        """Whether records may come with a past: a state, a number, a value that people only read."""
        return self in (Source.IMPORT, Source.SAMPLE)


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the roles in force, included ones too. `everything` passes all access rules, never
    validation."""

    user_id: str | None
    roles: frozenset[str]
    source: Source
    everything: bool = False
    rule: str | None = None
    rule_version: str | None = None

    def as_rule(self, name: str, version: str) -> Self:
        """The same person, for whom a rule acts: it may do what the person may not."""
        return replace(self, source=Source.RULE, everything=True, rule=name, rule_version=version)
