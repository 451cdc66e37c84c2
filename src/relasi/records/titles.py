"""What records are called, and how their values stand in the holes of texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from relasi.platform.query import Row
from relasi.records.view import View
from relasi.schema.expressions import Format
from relasi.schema.fields.attached import FILE
from relasi.schema.holes import showing_in, written_for
from relasi.schema.model import Entity

USER = "user"
"""Stands for an entity where users are asked for like records."""
_MOST_HOPS = 3
"""A title may name another record, whose title names a third: beyond so many nothing is named."""


@dataclass(frozen=True, slots=True)
class Titles:
    """In one language, of what `visible` gives: a record without what is not to be told, or None."""

    view: View
    language: str
    visible: Callable[[str, str], Row | None]
    _people: dict[str, str] = field(default_factory=dict)
    _formats: dict[int, Format] = field(default_factory=dict)

    def of(self, entity: Entity, row: Row, hops: int = 0) -> str:
        """The title of a record, whose row has only what may be told."""
        situation = self.view.situation(row, follow=self.visible)
        return entity.title.render(situation, self.format(hops))

    def format(self, hops: int = 0) -> Format:
        """How values stand in the holes of a text that is reached after so many hops."""
        if hops not in self._formats:
            model = self.view.ground.model
            showing = showing_in(model.settings, self.language, partial(self._linked, hops + 1))
            self._formats[hops] = written_for(model, showing)
        return self._formats[hops]

    def _linked(self, hops: int, entity: str, key: str) -> str:
        if entity == USER:
            if key not in self._people:
                user = self.view.store.users.get(key)
                self._people[key] = user.full_name if user else ""
            return self._people[key]
        if entity == FILE:
            file = self.view.store.files.get([key]).get(key)
            return file.name if file else ""
        row = self.visible(entity, key) if hops <= _MOST_HOPS else None
        return self.of(self.view.entity(entity), row, hops) if row else ""


def kept(view: View) -> Format:
    """How definitions write values into texts that are kept: in the first language of the company, whoever
    acts and whatever that person may see."""
    return Titles(view, view.ground.model.settings.languages[0], view.follow).format()
