"""Sample data, as compiled: people, records, and the pools that their values come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relasi.schema.fields.base import Value

EVEN = (1.0,) * 12


@dataclass(frozen=True, slots=True)
class SampleUser:
    name: str
    full_name: str
    email: str
    roles: tuple[str, ...]
    password: str
    language: str
    team: str | None = None
    skills: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleSet:
    """How many records of an entity the generator makes, and what it fills their fields with."""

    entity: str
    count: int
    recipes: Mapping[str, Any]  # Any: field -> recipe, interpreted by relasi.sample
    at: Any = None  # Any: a recipe, or the name of a field
    """When each record was entered; None is now."""
    grows: bool = True
    """Whether there are more of them in a larger sample."""


@dataclass(frozen=True, slots=True)
class Sample:
    users: tuple[SampleUser, ...] = ()
    sets: tuple[SampleSet, ...] = ()
    pools: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    seasons: tuple[float, ...] = EVEN
    """How much happens in each month, January first."""
