"""Values as people see them on a page: text, coloured badges, links that stay in the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from relasi.apps.places import Here
from relasi.apps.routes.files import file_data, folder_address
from relasi.apps.words.clocks import clock_of, clock_words
from relasi.records import Record
from relasi.records.links import reference_of, references_of
from relasi.reports.listed import in_words
from relasi.schema.fields.attached import FILE, Attached
from relasi.schema.fields.base import Showing, Value, Widget
from relasi.schema.fields.expression import ExpressionField
from relasi.schema.fields.long_text import LongTextField
from relasi.schema.fields.notation.disguised import Disguised
from relasi.schema.fields.notation.markup import blocks
from relasi.schema.fields.notation.quoting import folded_at
from relasi.schema.fields.rich_text import RichTextField
from relasi.schema.model import Field
from relasi.store.files import File

Cell = dict[str, Any]  # Any: what JSON can say

LONGEST_IN_TABLE = 140


@dataclass(frozen=True, slots=True)
class Display:
    """How the values of some records are shown; the titles of all that they link to were fetched at once."""

    here: Here
    titles: dict[tuple[str, str], str]
    showing: Showing
    files: Mapping[str, File]

    @classmethod
    def of(cls, here: Here, records: Iterable[Record], names: Iterable[str]) -> Self:
        wanted = list(names)
        found = {
            reference
            for record in records
            for name in wanted
            for reference in references_of(
                here.visitor.entity(record.entity).fields[name], record.values.get(name)
            )
        }
        return cls.with_titles(here, found)

    @classmethod
    def with_titles(cls, here: Here, references: Iterable[tuple[str, str]]) -> Self:
        visitor, wanted = here.visitor, set(references)
        keys = [key for entity, key in wanted if entity == FILE]
        files = visitor.crm.records.files(visitor.actor, keys) if keys else {}
        others = {each for each in wanted if each[0] != FILE}
        titles = dict(visitor.crm.records.titles(visitor.actor, others)) if others else {}
        titles |= {(FILE, key): file.name for key, file in files.items()}
        return cls(here, titles, visitor.showing(titles), files)

    def cell(self, field: Field, record: Record, *, short: bool = False) -> Cell:
        """The value that a record has for the field; `short` cuts long text, for tables."""
        value = record.values.get(field.name)
        if value is None:
            return {"text": ""}
        if isinstance(field.type, Attached):
            return self._attached(field, record, field.type)
        if (sla := clock_of(field)) and (words := clock_words(self.here.visitor, sla, record.values)):
            return {"text": words, "badges": [{"text": words, "color": field.type.choices()[value].color}]}
        if options := field.type.choices():
            chosen = value if isinstance(value, tuple) else (value,)
            return {
                "text": self.text(field, value),
                "badges": [self._badge(field, key, options) for key in chosen],
            }
        text = self.text(field, value)
        if field.links_to and (link := self._link(field, value)):
            return {"text": text, "link": link}
        if field.type.scheme is not None and not isinstance(value, Disguised):
            return {"text": text, "href": field.type.scheme + value}
        if isinstance(field.type, RichTextField) and not short:
            return {"text": text, "blocks": blocks(value)}
        rest: Cell = {}
        if isinstance(field.type, LongTextField) and field.type.mail:
            text, rest = self.folded(text)
        if short:
            return {"text": text[:LONGEST_IN_TABLE].rstrip() + "…" if len(text) > LONGEST_IN_TABLE else text}
        return {"text": text, **rest}

    def folded(self, mail: str) -> tuple[str, Cell]:
        """What was typed of a mail, and what else there is, if anything, to open."""
        place = folded_at(mail)
        rest = mail[place:].strip()
        more = self.here.visitor.say("mail_rest")
        return mail[:place], {"rest": {"label": more, "text": rest}} if rest else {}

    def text(self, field: Field, value: Value) -> str:
        if value is None:
            return ""
        if isinstance(field.type, ExpressionField):
            return in_words(self.here.visitor, field.type.of, value)
        return field.type.show(value, self.showing)

    def _attached(self, field: Field, record: Record, type_: Attached) -> Cell:
        """Files that are there no longer are left out."""
        folder = folder_address(record.entity, record.id, field.name)
        found = [self.files[key] for key in record.values[field.name] if key in self.files]
        drawn = [
            {**file_data(file, self.showing.locale), "href": folder + file.id, "pictured": type_.pictured}
            for file in found
        ]
        return {"text": ", ".join(file.name for file in found), "files": drawn}

    def _badge(self, field: Field, key: str, options: Any) -> dict[str, str | None]:  # Any: key -> Option
        label = field.type.show((key,), self.showing) if field.type.widget is Widget.MULTISELECT else None
        color = options[key].color if key in options else None
        return {"text": label or field.type.show(key, self.showing), "color": color}

    def _link(self, field: Field, value: Value) -> dict[str, str] | None:
        reference = reference_of(field, value)
        return self.here.link(*reference) if reference and reference in self.titles else None


def link_value(field: Field, entity: str, key: str) -> str:
    """The value that makes `field` point to a record."""
    return key if len(field.links_to) == 1 else f"{entity}/{key}"
