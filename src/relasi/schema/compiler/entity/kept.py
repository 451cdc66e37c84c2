"""Which type keeps the values of a derived field, with the label and the other keys of that field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.settings.values import surroundings
from relasi.schema.expressions.names import KINDS
from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Files,
    Link,
    MultiChoice,
    Number,
    Text,
    Time,
    Type,
    User,
)
from relasi.schema.fields.base import FieldSpec, FieldType
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.fields.series import SeriesField
from relasi.texts import say

_PLAIN: dict[type[Type], str] = {
    Boolean: "boolean",
    Date: "date",
    DateTime: "datetime",
    Time: "time",
    Duration: "duration",
    User: "user",
    Text: "text",
}
_LONGEST = {"text": 4_000, "long_text": 1_000_000}
"""As long as these types can be: a made value is empty where it does not fit."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Finds the type for the derived field `name` of `entity`."""

    draft: Draft
    entity: EntityDraft
    name: str
    spec: FieldSpec

    def by_word(self, word: str, places: int | None = None, **keys: Any) -> FieldType:
        """The type that the author asks for."""
        if word in ("decimal", "percent") and places is not None:
            keys["places"] = places
        if word in _LONGEST:
            keys["max_length"] = _LONGEST[word]
        type_ = FIELD_TYPES[word].model_validate({"type": word, **keys})
        around, _ = surroundings(self.draft, self.entity.page, self.entity.place(self.name), self.entity.name)
        return type_.resolve(around).model_copy(update=self._keys())

    def by_type(self, type_: Type, places: int | None = None) -> FieldType:
        """The type that follows from what an expression gives."""
        match type_:
            case Choice() | MultiChoice() | Files():
                return self._by_owner(type_)
            case Link(targets=targets):
                return self.by_word("link", to=list(targets))
            case Number(kind="number"):
                wanted = type_.places if places is None else places
                return self.by_word("decimal" if wanted != 0 or places == 0 else "number", wanted)
            case Number(kind=kind):
                return self.by_word(kind, type_.places if places is None else places)
        return self.by_word(_PLAIN[type(type_)])

    def like(self, source: FieldType) -> FieldType:
        """The type of another field, for values that come from there."""
        if isinstance(source, SeriesField):
            return self.by_type(Text())
        blank = {key: info.default for key, info in FieldType.model_fields.items() if key != "type"}
        return source.model_copy(update={**blank, **self._keys()})

    def _by_owner(self, type_: Choice | MultiChoice | Files) -> FieldType:
        """The options, labels and colors of the field that a choice comes from; the limits of files."""
        owner, field, *kind = type_.owner.split(".")
        if kind:
            return self.by_word("choice", options={each: self._kind(each) for each in KINDS})
        source = self.draft.entities[owner].types[field]
        assert source is not None
        return self.like(source)

    def _kind(self, kind: str) -> dict[str, str]:
        languages = self.draft.languages
        return {language: say(language, f"expressions.kind_{kind}").capitalize() for language in languages}

    def _keys(self) -> dict[str, Any]:  # Any: keys of a field type
        """What the author wrote that every field may have."""
        shared = type(self.spec).model_fields.keys() & FieldType.model_fields.keys() - {"type"}
        return {key: getattr(self.spec, key) for key in shared}
