"""Values as people see them on a page: text, coloured badges, links that stay in the app."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from relasi.apps.places import Here
from relasi.records import Record
from relasi.schema.fields.base import Showing, Value, Widget
from relasi.schema.fields.notation.markup import blocks
from relasi.schema.fields.rich_text import RichTextField
from relasi.schema.model import Field

Cell = dict[str, Any]  # Any: what JSON can say

LONGEST_IN_TABLE = 140
_ADDRESSES = {"email": "mailto:", "phone": "tel:", "url": ""}


@dataclass(frozen=True, slots=True)
class Display:
    """How the values of some records are shown; the titles of all that they link to were fetched at once."""

    here: Here
    titles: dict[tuple[str, str], str]
    showing: Showing

    @classmethod
    def of(cls, here: Here, records: Iterable[Record], names: Iterable[str]) -> Self:
        wanted = list(names)
        found = {
            reference
            for record in records
            for name in wanted
            if (
                reference := reference_of(
                    here.visitor.entity(record.entity).fields[name], record.values.get(name)
                )
            )
        }
        return cls.with_titles(here, found)

    @classmethod
    def with_titles(cls, here: Here, references: Iterable[tuple[str, str]]) -> Self:
        visitor, wanted = here.visitor, set(references)
        titles = dict(visitor.crm.records.titles(visitor.actor, wanted)) if wanted else {}
        return cls(here, titles, visitor.showing(titles))

    def cell(self, field: Field, value: Value, *, short: bool = False) -> Cell:
        """`short` cuts long text, for tables."""
        if value is None:
            return {"text": ""}
        if options := field.type.choices():
            chosen = value if isinstance(value, tuple) else (value,)
            return {
                "text": self.text(field, value),
                "badges": [self._badge(field, key, options) for key in chosen],
            }
        text = self.text(field, value)
        if field.links_to and (link := self._link(field, value)):
            return {"text": text, "link": link}
        if field.type.name in _ADDRESSES:
            return {"text": text, "href": _ADDRESSES[field.type.name] + value}
        if isinstance(field.type, RichTextField) and not short:
            return {"text": text, "blocks": blocks(value)}
        if short and len(text) > LONGEST_IN_TABLE:
            return {"text": text[:LONGEST_IN_TABLE].rstrip() + "…"}
        return {"text": text}

    def text(self, field: Field, value: Value) -> str:
        return "" if value is None else field.type.show(value, self.showing)

    def _badge(self, field: Field, key: str, options: Any) -> dict[str, str | None]:  # Any: key -> Option
        label = field.type.show((key,), self.showing) if field.type.widget is Widget.MULTISELECT else None
        color = options[key].color if key in options else None
        return {"text": label or field.type.show(key, self.showing), "color": color}

    def _link(self, field: Field, value: Value) -> dict[str, str] | None:
        reference = reference_of(field, value)
        return self.here.link(*reference) if reference and reference in self.titles else None


def reference_of(field: Field, value: Value) -> tuple[str, str] | None:
    """(entity or "user", id) for a value that names a record or a person."""
    if value is None:
        return None
    if field.type.widget is Widget.USER:
        return "user", value
    targets = field.links_to
    if not targets:
        return None
    if len(targets) == 1:
        return targets[0], value
    entity, _, key = value.partition("/")
    return entity, key


def link_value(field: Field, entity: str, key: str) -> str:
    """The value that makes `field` point to a record."""
    return key if len(field.links_to) == 1 else f"{entity}/{key}"
