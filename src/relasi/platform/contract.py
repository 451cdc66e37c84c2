"""The promises of a data platform. `tests/platform/contract.py` holds every platform to each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from relasi.platform.query import Count, Group, Page, Query, Ranking, Row, Summary


class Transaction(Protocol):
    """A piece of work that happens as a whole or not at all.

    Writes see a consistent state; reads see the writes made before them in the same transaction. All methods
    raise PlatformError and nothing of the driver's.
    """

    def get(self, entity: str, ids: Sequence[str], *, hold: bool = False) -> Mapping[str, Row]:
        """The records with these ids, whole; ids that do not exist are left out. Records on `hold` are as
        others have committed them, and nobody else changes them before the transaction ends."""

    def existing(self, entity: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that records have."""

    def find(self, query: Query) -> Page:
        """One page. With the cursor of the last page, no record is seen twice and none is skipped that was
        there all the time, whatever is written in between. Raises BadCursor for a cursor of another query."""

    def count(self, query: Query, cap: int) -> Count:
        """How many records match, counted to `cap` at most."""

    def insert(self, entity: str, rows: Sequence[Row]) -> None:
        """Adds rows that carry every stored field, system fields included. Raises DuplicateValue."""

    def update(self, entity: str, key: str, version: int, values: Row) -> bool:
        """Changes a record if it still has `version` and raises its version by one; False where it has not,
        and then nothing was written. Raises DuplicateValue."""

    def put(self, entity: str, values: Mapping[str, Row]) -> None:
        """Gives records, by id, values that are made of others: the version stays what it is."""

    def roll_up(self, entity: str, field: str, links: Sequence[str]) -> Mapping[str, Any]:  # Any: its values
        """The figure of a rollup field for each of these values of the link that it goes by; values without
        any record that counts are left out."""

    def delete(self, entity: str, key: str, version: int) -> bool:
        """Removes a record if it still has `version`; False where it has not."""

    def summarize(self, query: Query, summary: Summary) -> tuple[Group, ...]:
        """At most as many groups as the limit of the query, whose order and cursor mean nothing here. All
        records together are one group, also where there are none."""

    def rank(self, query: Query, ranking: Ranking) -> tuple[Row, ...]:
        """The records of the entity, whether they match or not, whose fields do not hold the part that they
        stand in: `id` and what the fields should hold, by id, at most as many as the limit of the query."""

    def savepoint(self) -> AbstractContextManager[None]:
        """What is written inside is undone when the block raises; the rest of the transaction stays."""


class Platform(Protocol):
    """A place where records live."""

    name: str

    def transaction(self, *, write: bool = True) -> AbstractContextManager[Transaction]:
        """Commits at the end of the block, rolls back when it raises. Where it raises GivenUp, nothing was
        saved and the caller begins again (`platform.again`). Raises PlatformUnavailable, PlatformReadOnly,
        PlatformFull."""

    def close(self) -> None:
        """Gives back every connection. Closing twice is harmless."""
