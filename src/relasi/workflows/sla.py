"""The sweep of clocks: warnings and breaches happen when nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from relasi.platform.again import begun_again
from relasi.records import Actor, Records, Source
from relasi.records.steps.sla import ripe, ripen
from relasi.schema.clocks import Sla

BATCH = 200
"""So many records are written in one transaction."""

_ENGINE = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)


class ClockSweep:
    """Asks one index for each agreed time; what waits costs nothing until its moment has come."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @begun_again
    def __call__(self, now: datetime) -> bool:
        """Sets one batch of clocks that are ripe at the moment of the records' own clock, which `now` is.

        Tells whether there may be more.
        """
        with self._records.work(_ENGINE, write=False) as work:
            asked = [each for each in self._agreed() if ripe(work, *each, 1)]
        for entity, sla in asked:
            with self._records.work(_ENGINE) as work:
                ripen(work, entity, ripe(work, entity, sla, BATCH))
        return bool(asked)

    def _agreed(self) -> Iterator[tuple[str, Sla]]:
        for entity in self._records.model.entities.values():
            yield from ((entity.name, sla) for sla in entity.slas)
