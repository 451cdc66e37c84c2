"""The columns of an export: each field under a heading by which an import finds it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from relasi.importing.matching import KEY, folded, names_of
from relasi.records import Record
from relasi.records.links import references_of
from relasi.schema.fields.base import Value, Widget
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Field
from relasi.texts import say

Titles = Mapping[tuple[str, str], str]
"""What records, people and files are called, by entity and id; what may not be told is not there."""


@dataclass(frozen=True, slots=True)
class Column:
    """`path` is where its values stand in an object of JSON. What links to something has two columns: what
    that is called, for people, and which it is, for imports."""

    heading: str
    path: tuple[str, ...]
    field: Field
    part: Literal["value", "title", "id"] = "value"

    def of(self, record: Record, titles: Titles) -> Value:
        value = record.values.get(self.field.name)
        if value is None or self.part != "title":
            return value
        return ", ".join(titles[each] for each in references_of(self.field, value) if each in titles)


def columns_of(
    entity: Entity, names: Sequence[str], language: str, *, masked: Collection[str] = ()
) -> tuple[Column, ...]:
    """The id first, then the fields in their order. A masked one has a heading that no import takes for the
    field: what is left of a value never takes its place."""
    found = [Column(KEY, (KEY,), entity.fields["id"])]
    headings = _headings(entity, names, language)
    for name in names:
        field, heading = entity.fields[name], headings[name]
        if name in masked:
            found.append(Column(say(language, "values.masked", label=heading), (f"{name} (masked)",), field))
        elif field.type.widget is Widget.USER or field.links_to:
            found.append(Column(heading, (name, "title"), field, "title"))
            found.append(Column(f"{heading} {KEY}", (name, KEY), field, "id"))
        elif field.type.widget in (Widget.FILES, Widget.SIGNATURE):
            found.append(Column(heading, (name,), field, "title"))
        else:
            found.append(Column(heading, (name,), field))
    return tuple(found)


def _headings(entity: Entity, names: Sequence[str], language: str) -> Mapping[str, str]:
    """The label of each field; its name where another field could be meant by the label."""
    meanings = Counter(word for field in entity.fields.values() for word in set(names_of(field)))
    labels = {name: label_text(entity.fields[name].label, language) for name in names}
    return {name: label if meanings[folded(label)] == 1 else name for name, label in labels.items()}
