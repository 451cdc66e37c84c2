"""Makes the base that a Model asks for, step by step: each is noted before the next, so that a server that
dies in between costs nothing but the way that is left."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from relasi.nocodb.difference import (
    BASE,
    GONE,
    AddOptions,
    ByHand,
    MakeBase,
    MakeColumn,
    MakeTable,
    MakeView,
    Note,
    Rename,
    Retire,
    Step,
    by_hand,
    steps_to,
)
from relasi.nocodb.held import read_held
from relasi.nocodb.meta import HeldColumn, HeldTable, Meta
from relasi.nocodb.wanted import RECORD, VERSION, WRITER, WantedTable, wanted_tables
from relasi.platform.again import begun_again
from relasi.platform.contract import Platform
from relasi.platform.query import Asking, Page, Query
from relasi.schema.model import Model
from relasi.store import Store
from relasi.store.places import Place
from relasi.store.session import Session
from relasi.texts import say

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be done, and what people did by themselves."""

    steps: tuple[Step, ...]
    by_hand: tuple[ByHand, ...]


@dataclass(frozen=True)
class Base:
    """The base of one project. All methods raise PlatformUnavailable, AccessRefused and ValueRefused, and
    know what was done before."""

    model: Model
    store: Store
    platform: Platform
    meta: Meta
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    _others: ClassVar[Collection[str]] = ()

    def survey(self) -> Survey:
        """Asks NocoDB and changes nothing."""
        with self.store.session(write=False) as session:
            places = session.places.all()
        wanted = self._wanted()
        held = read_held(places, self.meta, {each.name for each in wanted})
        if held is None:
            self.meta.bases()  # a wrong token is found before anything is done
        retired = say(self._language, "nocodb.retired", title="{title}")
        steps = steps_to(self._title, wanted, places, held, retired=retired)
        found = by_hand(wanted, places, held, others=self._others) if held else ()
        gone = () if held or BASE not in places else (ByHand("removed", BASE, places[BASE].title),)
        return Survey(steps, (*gone, *found))

    def make(self) -> Survey:
        """Takes all steps; gives what they were. Records whose tables or columns are new are sent anew."""
        survey = self.survey()
        tables: dict[str, HeldTable] = {}
        for step in survey.steps:
            self._take(step, tables)
        return survey

    def _take(self, step: Step, tables: dict[str, HeldTable]) -> None:
        match step:
            case MakeBase(title):
                self._note(Place(BASE, self._own_base(), title), anew=self.model.entities)
            case MakeTable(wanted):
                tables[wanted.entity] = self._made(wanted)
            case MakeColumn(table, wanted):
                column = self.meta.make_column(self._key(table.entity), wanted)
                self._note(
                    Place(f"{table.entity}.{wanted.name}", column.id, column.title), again=table.entity
                )
            case AddOptions(table, wanted, held):
                titles = {each.title for each in wanted.options}
                options = (*wanted.options, *(each for each in held.options if each.title not in titles))
                self.meta.change_column(held, wanted, options)
                self._note(again=table.entity)
            case MakeView(table, wanted):
                there = tables.get(table.entity) or self.meta.table(self._key(table.entity))
                view = self.meta.make_view(there, wanted)
                self._note(Place(f"{table.entity}/{wanted.name}", view, wanted.title))
            case Note(place):
                entity, dot, _ = place.name.partition(".")
                self._note(place, again=entity if dot else None)
            case Rename(place, held, title):
                self._rename(held, title)
                self._note(Place(place, held.id, title))
            case Retire(place, held, title):
                self._rename(held, title)
                self._note(Place(f"{GONE}{held.id}", held.id, title), drops=place.name)

    def _made(self, wanted: WantedTable) -> HeldTable:
        made = self.meta.make_table(self._base, wanted)
        engine = {each.id for each in made.columns if each.name in (RECORD, VERSION, WRITER)}
        whole = self.meta.table(made.id)
        self.meta.hide(whole.views[0].id, engine)
        entity = wanted.entity
        columns = (Place(f"{entity}.{c.name}", c.id, c.title) for c in made.columns if not c.is_system)
        self._note(Place(entity, made.id, made.title), *columns, anew=(entity,))
        return whole

    def _own_base(self) -> str:
        """A new one, or one of this title that is empty: whoever made it was stopped before it was noted."""
        for key, title in self.meta.bases().items():
            if title == self._title and not self.meta.tables(key):
                return key
        return self._new_base()

    def _new_base(self) -> str:
        return self.meta.make_base(self._title)

    def _wanted(self) -> tuple[WantedTable, ...]:
        return tuple(wanted_tables(self.model).values())

    def _rename(self, held: HeldTable | HeldColumn, title: str) -> None:
        if isinstance(held, HeldTable):
            self.meta.rename_table(self._base, held, title)
        else:
            self.meta.rename_column(held.id, title)

    @begun_again
    def _note(
        self,
        *places: Place,
        anew: Collection[str] = (),
        again: str | None = None,
        drops: str | None = None,
    ) -> None:
        """`anew`: entities none of whose records is in NocoDB; `again`: one of which all are to be sent."""
        with self.store.session() as session:
            if drops is not None:
                session.places.drop(drops)
            for place in places:
                session.places.put(place)
            for entity in anew:
                session.mirrors.forget_all(entity)
            for sent in (each for each in self.model.entities if each in (*anew, again)):
                self._send(session, sent)

    def _send(self, session: Session, entity: str) -> None:
        now, mark = self.clock(), self.new_id()
        asked = Query(entity, Asking(now, self.model.settings.zone), fields=("id",), limit=_PAGE)
        with self.platform.transaction(write=False) as transaction:
            page = transaction.find(asked)
            while page.rows:
                session.mirrors.mark(entity, [row["id"] for row in page.rows], now, mark)
                page = transaction.find(replace(asked, after=page.next)) if page.next else Page((), None)

    @property
    def _base(self) -> str:
        return self._key(BASE)

    def _key(self, name: str) -> str:
        with self.store.session(write=False) as session:
            return session.places.all()[name].key

    @property
    def _title(self) -> str:
        nocodb = self.model.platform.nocodb
        return (nocodb and nocodb.base) or self.model.settings.name

    @property
    def _language(self) -> str:
        return self.model.settings.languages[0]
