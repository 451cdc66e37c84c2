"""Types that stand for several ordinary fields, such as an address: each part is filtered, imported, checked
and audited as itself, and people see one thing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from relasi.schema.fields.base import FieldSpec, Group, Surroundings, Value
from relasi.schema.labels import label_of
from relasi.texts import LANGUAGES, say

Keys = dict[str, Any]  # Any: plain values of YAML


def _keyed(written: Any) -> Any:  # Any: a plain value of YAML
    """`[street, city]` is short for `{street: , city: }`."""
    if isinstance(written, list) and all(isinstance(each, str) for each in written):
        return dict.fromkeys(written)
    return written


PartsSpec = Annotated[
    dict[str, Keys | None],
    BeforeValidator(_keyed, json_schema_input_type=list[str] | dict[str, Keys | None]),
]
"""The parts that a group has: their names, or names with further keys of the fields that they are."""


class GroupSpec(FieldSpec, ABC):
    """The field of a part is called like the group and the part: `home_city` is the part `city` of `home`."""

    columns: ClassVar[tuple[str, ...]]
    """The parts that stand in a list."""

    always: ClassVar[tuple[str, ...]] = ()
    """The parts that cannot be left out."""

    parts: PartsSpec = {}
    """Which parts it has, all if absent: `[street, city]`, or with keys of their own:
    `{street: {required: true}, city: {was: town}}`."""

    @abstractmethod
    def offered(self, name: str, around: Surroundings) -> Mapping[str, Keys]:
        """Every part that the group `name` can have, with the keys of its field, in the order of a form."""

    @abstractmethod
    def beside(self) -> tuple[tuple[str, ...], ...]:
        """Parts that stand side by side on a form."""

    def lines(self, values: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
        """The group as people read it; both maps are by part, without those that are empty."""
        return [" ".join(texts.values())]

    def group(self, name: str, around: Surroundings) -> Group:
        offered = self.offered(name, around)
        for part in self.parts:
            if part not in offered:
                message = f'"{part}" is no part of this'
                around.problem(("parts", part), "unknown-part", message, word=part, candidates=offered)
        chosen = [part for part in offered if part in self.parts] or list(offered)
        parts = [part for part in offered if part in chosen or part in self.always]
        fields = {part: self._written(name, part, offered[part], around.languages) for part in parts}
        columns = [part for part in self.columns if part in fields]

        def lines(values: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
            by_part = {part: texts[full] for part in fields if texts.get(full := f"{name}_{part}")}
            return self.lines({part: values[f"{name}_{part}"] for part in by_part}, by_part)

        return Group(
            fields=MappingProxyType({f"{name}_{part}": keys for part, keys in fields.items()}),
            rows=tuple(full for row in self.beside() if (full := _full(name, row, fields))),
            columns=_full(name, columns or list(fields)[:1], fields),
            lines=lines,
        )

    def _written(self, name: str, part: str, keys: Keys, languages: tuple[str, ...]) -> Keys:
        """The keys of a part: those of its kind, those of the group, those that the author adds."""
        words = {each: say(each, f"parts.{part}") for each in LANGUAGES}
        if name != self.name:
            own = label_of(self.label, name, LANGUAGES)
            words = {each: f"{words[each]} ({own[each]})" for each in LANGUAGES}
        shared: Keys = {"label": {each: words[each] for each in languages if each in words}}
        if self.visible_when is not None:
            shared["visible_when"] = self.visible_when
        if self.was:
            shared["was"] = [f"{old}_{part}" for old in self.was]
        return {**keys, **shared, **(self.parts.get(part) or {})}


def _full(name: str, parts: tuple[str, ...] | list[str], known: Mapping[str, Keys]) -> tuple[str, ...]:
    return tuple(f"{name}_{part}" for part in parts if part in known)
