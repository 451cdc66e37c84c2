"""What workers do for a copy of the records in NocoDB: send what has changed here, and look for what was
edited there. One worker at a time works on it.

NocoDB's webhooks may get lost, so that they only make the worker look sooner. New rows are known by having no
id of ours, edited ones by NocoDB's own time, deleted ones by counting; and once a day all rows are compared.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from relasi.nocodb.client import KEY, LARGEST_BATCH, Client, Row, Where
from relasi.nocodb.exchange import Exchange
from relasi.nocodb.failures import NocodbError
from relasi.nocodb.hints import PATH, ask
from relasi.nocodb.layout import Layout, Sheet, layout_of
from relasi.nocodb.meeting import EDITED, columns
from relasi.nocodb.meta import Meta
from relasi.nocodb.transport import Transport
from relasi.records.edits.outside import OUTSIDE
from relasi.records.service import Records
from relasi.schema.model import Model
from relasi.schema.model.mail import Outside
from relasi.store.mirrors import Look

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=20)
"""How often it is asked what was edited in NocoDB."""
ALL_EVERY = timedelta(days=1)
"""How often all rows are compared."""
_LEASE = timedelta(minutes=5)
_LAYOUT_FOR = timedelta(minutes=5)
_OVERLAP = timedelta(seconds=2)
"""NocoDB tells times to the second, and an edit may be seen late."""
_BATCHES = 10
"""So many are sent in one round, so that edits do not wait for all changes."""


class MirrorSweep:
    """Raises PlatformUnavailable and NocodbError; nothing is lost then, it waits."""

    def __init__(self, model: Model, records: Records, connect: Callable[[], Transport]) -> None:
        """`connect` asks nothing yet; its secrets may be missing at first."""
        self._model = model
        self._records = records
        self._connect = connect
        self._layout: Layout | None = None
        self._known_until: datetime | None = None

    def __call__(self, now: datetime) -> bool:
        with self._records.work(OUTSIDE, write=False) as work:
            waiting, _ = work.store.mirrors.waiting()
            looks = work.store.mirrors.looks()
        due = [name for name in self._model.entities if _is_due(looks.get(name), now)]
        if not (waiting or due) or not self._claim(now):
            return False
        try:
            with self._current_layout(now) as layout:
                if layout is None:
                    return False
                self._look_at(layout, [each for each in due if _is_strange(looks.get(each))], now)
                more = self._send(layout, now)
                self._ask_for_hints(layout, looks)
                self._look_at(layout, [each for each in due if not _is_strange(looks.get(each))], now)
                return more
        finally:
            with self._records.work(OUTSIDE) as work:
                work.store.mirrors.release(now)

    def _look_at(self, layout: Layout, entities: Sequence[str], now: datetime) -> None:
        for entity in entities:
            if entity in layout.sheets:
                with self._records.work(OUTSIDE, write=False) as work:
                    look = work.store.mirrors.looks().get(entity) or Look(entity)
                self.look(layout, look, now)

    def _claim(self, now: datetime) -> bool:
        with self._records.work(OUTSIDE) as work:
            return work.store.mirrors.claim(now, now + _LEASE)

    @contextmanager
    def _current_layout(self, now: datetime) -> Iterator[Layout | None]:
        """People may rename columns: their titles are asked for anew after a while, and after a refusal."""
        if self._layout is None or self._known_until is None or self._known_until <= now:
            with self._records.work(OUTSIDE, write=False) as work:
                places = work.store.places.all()
            self._layout = layout_of(self._model, places, Meta(self._transport))
            self._known_until = now + _LAYOUT_FOR
        try:
            yield self._layout
        except NocodbError:
            self._layout = None
            raise

    @cached_property
    def _transport(self) -> Transport:
        return self._connect()

    def _client(self, layout: Layout) -> Client:
        return Client(self._transport, layout.base)

    def _exchange(self, layout: Layout, entity: str) -> Exchange:
        client = self._client(layout)
        return Exchange(self._records, client, self._model.entities[entity], layout.sheets[entity])

    def _send(self, layout: Layout, now: datetime) -> bool:
        for _ in range(_BATCHES):
            with self._records.work(OUTSIDE, write=False) as work:
                found = work.store.mirrors.unsent(now, LARGEST_BATCH, without=layout.missing)
            for entity in dict.fromkeys(each.entity for each in found):
                those = [each for each in found if each.entity == entity]
                if entity in layout.sheets:
                    self._exchange(layout, entity).send(those)
                else:
                    with self._records.work(OUTSIDE) as work:
                        work.store.mirrors.sent(those)
            if len(found) < LARGEST_BATCH:
                return False
        return True

    def _ask_for_hints(self, layout: Layout, looks: Mapping[str, Look]) -> None:
        """Where the company's address is known. A NocoDB that does not let us is looked at all the same."""
        address = self._model.settings.outside.address
        if address == Outside().address:
            return
        for entity, sheet in layout.sheets.items():
            place = f"{address}{PATH}/{entity}"
            if entity in looks and looks[entity].told_at == place:
                continue
            with self._records.work(OUTSIDE) as work:
                password = work.store.mirrors.password(work.ground.new_id())
            try:
                ask(self._transport, sheet, place, password)
            except NocodbError as error:
                log.warning("NocoDB tells nobody of edits: %s", error)
            with self._records.work(OUTSIDE) as work:
                known = work.store.mirrors.looks().get(entity) or Look(entity)
                work.store.mirrors.look(replace(known, told_at=place))

    def look(self, layout: Layout, look: Look, now: datetime) -> None:
        """Takes over what was edited in the rows of an entity since the last look."""
        sheet, client = layout.sheets[look.entity], self._client(layout)
        exchange = self._exchange(layout, look.entity)
        until = look.until
        for row in self._new(client, sheet):
            exchange.appear(row)
        for rows in self._edited(client, sheet, until):
            mirrors, strange = exchange.known(rows)
            exchange.receive(rows, mirrors)
            for row in strange:
                exchange.appear(row)
            until = max(filter(None, (until, *(row[EDITED] for row in rows))), default=None)
        compared = look.compared_at
        if compared is None or compared + ALL_EVERY <= now or self._count_differs(client, sheet, look.entity):
            self.compare_all(layout, look.entity)
            compared = now
        with self._records.work(OUTSIDE) as work:
            known = work.store.mirrors.looks().get(look.entity) or look
            work.store.mirrors.look(replace(known, looked_at=now, compared_at=compared, until=until))

    def compare_all(self, layout: Layout, entity: str) -> None:
        """Goes through all rows, and finds those that are gone by what lies between the others."""
        sheet, client = layout.sheets[entity], self._client(layout)
        exchange, after = self._exchange(layout, entity), 0
        while True:
            rows = client.page(sheet.id, columns(sheet), after=after)
            mirrors, strange = exchange.known(rows)
            exchange.receive(rows, mirrors)
            last = rows[-1][KEY] if rows else None
            with self._records.work(OUTSIDE, write=False) as work:
                expected = work.store.mirrors.between(entity, after, last)
            there = {each.row for each in mirrors.values()}
            exchange.vanish(key for number, key in expected.items() if number not in there)
            for row in strange:
                exchange.appear(row)
            if last is None:
                return
            after = last

    def _new(self, client: Client, sheet: Sheet) -> Iterator[Row]:
        for rows in client.pages(sheet.id, columns(sheet), where=(Where(sheet.record.id, "blank"),)):
            yield from rows

    def _edited(self, client: Client, sheet: Sheet, until: str | None) -> Iterator[tuple[Row, ...]]:
        since = None if until is None else datetime.fromisoformat(until) - _OVERLAP
        yield from client.edited(sheet.id, columns(sheet), since)

    def _count_differs(self, client: Client, sheet: Sheet, entity: str) -> bool:
        with self._records.work(OUTSIDE, write=False) as work:
            expected = work.store.mirrors.count(entity)
        return client.count(sheet.id) != expected


def _is_strange(look: Look | None) -> bool:
    """Nobody has seen yet which records have a row already: nothing is sent before, or they had two."""
    return look is None or look.compared_at is None


def _is_due(look: Look | None, now: datetime) -> bool:
    return look is None or look.looked_at is None or look.looked_at + EVERY <= now
