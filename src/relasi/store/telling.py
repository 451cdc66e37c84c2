"""How the rows of a table tell of people, and what is left of them once somebody is erased.

Every table of the engine store says it in its `info`: with a Telling, or with the words why it tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Telling:
    """`record` is the column with the id of the record that a row is about, `address` the one with somebody's
    address; `texts` are columns in which either may stand. Rows of a table that has none of these are about
    what the row is about to which `part_of`, a foreign key, leads.

    A row that tells of somebody erased goes; where it `leaves` something, these columns get these values
    instead.
    """

    record: str | None = None
    address: str | None = None
    texts: tuple[str, ...] = ()
    part_of: str | None = None
    leaves: Mapping[str, Any] = field(default_factory=dict)  # Any: what the column keeps


def telling(record: str | None = None, **more: Any) -> dict[str, Telling]:  # Any: as Telling has them
    """The `info` of a table whose rows tell of people."""
    return {"people": Telling(record, **more)}


def silent(why: str) -> dict[str, str]:
    """The `info` of a table whose rows tell nothing that an erasure reaches."""
    return {"people": why}
