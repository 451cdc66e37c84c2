"""What may be written where a cursor stands: keys and words of the JSON Schemas, names of the Model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relasi.config.documents import Home
from relasi.config.overlays import EXTEND
from relasi.schema.expressions.types import Link
from relasi.schema.labels import Label
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Model
from relasi.studio.cursor import ITEM, Cursor, cursor_in, entity_of, head_of
from relasi.studio.schemas import Schema, schema_of
from relasi.texts import say

_MOST = 60
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` takes the place of the word at the cursor; `help` says what it means."""

    text: str
    help: str
    is_key: bool


def suggestions(
    text: str, offset: int, home: Home, model: Model | None, language: str
) -> tuple[Suggestion, ...]:
    """The likeliest first, only those that begin with what has been typed, or hold it."""
    cursor = cursor_in(text, offset)
    head, name = head_of(text)
    schema = schema_of(home.kind)
    start = schema["then"] if head == EXTEND else schema["else"]
    places = list(_at(schema, [start], cursor))
    names = _Names(model, name if home.kind == "entity" else entity_of(text), language) if model else None
    found: dict[str, Suggestion] = {}
    known = _keys(schema, places, cursor) if cursor.key is None else _values(schema, places, cursor, language)
    for each in (*known, *(names.at(cursor) if names else ())):
        found.setdefault(each.text, each)
    word = cursor.word.casefold()
    first = [each for each in found.values() if each.text.casefold().startswith(word)]
    rest = [each for each in found.values() if word in each.text.casefold() and each not in first]
    return tuple((first + rest)[:_MOST])


def _at(schema: Schema, start: list[Schema], cursor: Cursor) -> Iterator[Schema]:
    """The objects that may stand at the path of the cursor."""
    places = start
    for step in cursor.path:
        places = [inner for each in _forms(schema, places, None) for inner in _below(each, step)]
    yield from _forms(schema, places, cursor.type)


def _forms(schema: Schema, places: Iterable[Schema], type_: str | None, deep: int = 0) -> Iterator[Schema]:
    """The same with references and choices followed. Of types of fields, the one that is named."""
    for each in places:
        if deep > _DEEPEST:
            return
        if "$ref" in each:
            name = str(each["$ref"]).rpartition("/")[2]
            yield from _forms(schema, [schema["$defs"][name]], type_, deep + 1)
        inner = [*each.get("anyOf", ()), *each.get("oneOf", ()), *each.get("allOf", ())]
        yield from _forms(schema, inner, type_, deep + 1)
        const = each.get("properties", {}).get("type", {}).get("const")
        if not inner and "$ref" not in each and (const is None or type_ in (None, const)):
            yield each


def _below(form: Schema, step: str) -> Iterator[Schema]:
    if step == ITEM:
        if isinstance(form.get("items"), dict):
            yield form["items"]
    elif step in form.get("properties", {}):
        yield form["properties"][step]
    elif isinstance(form.get("additionalProperties"), dict):
        yield form["additionalProperties"]


def _keys(schema: Schema, places: list[Schema], cursor: Cursor) -> Iterator[Suggestion]:
    if cursor.path and cursor.path[-1] == ITEM:
        yield from _words(schema, places, "")
    for each in places:
        for key, inner in each.get("properties", {}).items():
            yield Suggestion(key, inner.get("description", ""), is_key=True)


def _values(schema: Schema, places: list[Schema], cursor: Cursor, language: str) -> Iterator[Suggestion]:
    assert cursor.key is not None
    inner = [each for place in places for each in _below(place, cursor.key)]
    yield from _words(schema, list(_forms(schema, inner, None)), language)


def _words(schema: Schema, forms: list[Schema], language: str) -> Iterator[Suggestion]:
    for each in _forms(schema, forms, None):
        if each.get("type") == "array" and isinstance(each.get("items"), dict):
            yield from _words(schema, [each["items"]], language)
        for word in (*each.get("enum", ()), *([each["const"]] if "const" in each else ())):
            if isinstance(word, str):
                yield Suggestion(word, each.get("description", ""), is_key=False)
        type_ = each.get("properties", {}).get("type", {})
        if "const" in type_:
            yield Suggestion(type_["const"], type_.get("description", ""), is_key=False)
        if each.get("type") == "boolean":
            for word in ("true", "false"):
                yield Suggestion(word, "", is_key=False)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the Model calls things, where such names may stand."""

    model: Model
    about: str
    language: str

    def at(self, cursor: Cursor) -> Iterator[Suggestion]:
        if "." in cursor.word:
            yield from self._behind(cursor.word)
            return
        above = [each for each in cursor.path if each != ITEM]
        key = cursor.key if cursor.key not in (None, ITEM) else None
        place = key or (above[-1] if above else "")
        yield from self._named(_PLACES.get(place, ""), is_key=key is None and cursor.key is None)
        is_item = bool(cursor.path) and cursor.path[-1] == ITEM
        if place not in _PLACES and (cursor.key is not None or place in _OF_FIELDS or is_item):
            yield from self._fields(self.about, "", is_key=cursor.key is None and place in _OF_FIELDS)

    def _named(self, kind: str, *, is_key: bool) -> Iterator[Suggestion]:
        found: Mapping[str, Any] = getattr(self.model, kind) if kind else {}
        for name, each in found.items():
            label: Label = getattr(each, "label", {})
            yield Suggestion(name, label_text(label, self.language), is_key)

    def _fields(self, entity: str, before: str, *, is_key: bool) -> Iterator[Suggestion]:
        known = self.model.entities.get(entity)
        for field in known.fields.values() if known else ():
            kind = say(self.language, "studio.field_of_type", type=field.type.name)
            help = f"{label_text(field.label, self.language)} · {kind}"
            yield Suggestion(f"{before}{field.name}", help, is_key)

    def _behind(self, word: str) -> Iterator[Suggestion]:
        """The fields of what a link leads to."""
        *links, _ = word.split(".")
        entity: Entity | None = self.model.entities.get(self.about)
        if links and links[0] in self.model.entities and (not entity or links[0] not in entity.fields):
            entity, links = self.model.entities[links[0]], links[1:]
        for name in links:
            field = entity.fields.get(name) if entity else None
            type_ = field.type.expression_type() if field else None
            targets = type_.targets if isinstance(type_, Link) else ()
            entity = self.model.entities.get(targets[0]) if targets else None
        if entity is not None:
            yield from self._fields(entity.name, word.rpartition(".")[0] + ".", is_key=False)


_PLACES = {
    "to": "entities",
    "entity": "entities",
    "create": "entities",
    "menu": "entities",
    "records": "entities",
    "options": "value_lists",
    "roles": "roles",
    "who": "roles",
    "includes": "roles",
    "access": "roles",
    "message": "messages",
    "team": "teams",
    "departments": "departments",
    "workflow": "workflows",
    "platform": "platforms",
}
"""A key -> which names of the Model stand below it."""

_OF_FIELDS = frozenset({"fields", "set", "hide", "mask", "read_only", "given", "needs"})
"""Keys below which fields are keys themselves."""
