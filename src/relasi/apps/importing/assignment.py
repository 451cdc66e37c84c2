"""Which column fills which field: a map as the page shows it, a choice beside each column."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

Data = dict[str, Any]  # Any: what YAML can say

IDENTITY = "id"
"""The record itself, where a column says which one a row is."""


@dataclass
class Assignment:
    """`targets` says for each column which field it fills; a column that is not in it fills none. A field
    that may lead to several entities is named with one of them: `about/product`.

    `details` are what a map says besides of such a field, `fixed` its fields that are made of no single
    column, `rest` all that it says of the file as a whole. These stay as they are unless they are chosen
    anew, so that a map somebody wrote by hand is not lost on this page.
    """

    targets: dict[str, str] = field(default_factory=dict)
    details: dict[str, Data] = field(default_factory=dict)
    fixed: Data = field(default_factory=dict)
    rest: Data = field(default_factory=dict)

    @classmethod
    def of(cls, map_: Mapping[str, Any]) -> Self:  # Any: what YAML can say
        made = cls(rest={name: value for name, value in map_.items() if name != "fields"})
        for name, written in map_.get("fields", {}).items():
            spec = {"from": written} if isinstance(written, str) else dict(written)
            columns = _columns(spec.pop("from", None), spec.pop("template", None))
            if not columns or made.targets.keys() & set(columns):
                made.fixed[name] = written
                continue
            target = f"{name}/{spec.pop('to')}" if "to" in spec else name
            made.targets.update(dict.fromkeys(columns, target))
            made.details[target] = spec
        return made

    def keep(self, targets: Container[str], columns: Container[str]) -> None:
        """Takes away what is not among them (any more)."""
        self.targets = {
            column: target
            for column, target in self.targets.items()
            if column in columns and target in targets
        }
        self.fixed = {name: written for name, written in self.fixed.items() if name in targets}

    def map(self) -> Data:
        """In the shape of a map in YAML."""
        fields = dict(self.fixed)
        for target in dict.fromkeys(self.targets.values()):
            columns = [column for column, known in self.targets.items() if known == target]
            name, _, to = target.partition("/")
            origin = (
                {"from": columns[0]}
                if len(columns) == 1
                else {"template": " ".join(f"{{{column}}}" for column in columns)}
            )
            spec = {**origin, **({"to": to} if to else {}), **self.details.get(target, {})}
            fields[name] = columns[0] if spec.keys() == {"from"} else spec
        key = [name for name in self.key if name in fields]
        rest = {name: value for name, value in self.rest.items() if name != "key"}
        return {**rest, **({"key": key} if key else {}), "fields": fields}

    def choose(self, column: str, target: str, *, joined: Container[str] = ()) -> None:
        """A field has one column, the one that was chosen last; but for fields in `joined`, which are made of
        all that were chosen, in that order. "" takes the column away from its field."""
        self.targets.pop(column, None)
        name = target.partition("/")[0]
        if name not in joined:
            same = [each for each, known in self.targets.items() if known.partition("/")[0] == name]
            for other in same:
                del self.targets[other]
        if target:
            self.fixed.pop(name, None)
            self.targets[column] = target

    def detail(self, target: str, name: str, value: object) -> None:
        """Says something more of a field; None takes it back."""
        known = self.details.setdefault(target, {})
        known.pop(name, None)
        if value is not None:
            known[name] = value

    def meanings(self, target: str) -> Data:
        """What words of the column mean in the field."""
        return dict(self.details.get(target, {}).get("values", {}))

    def say(self, name: str, value: object) -> None:
        """Says something of the file as a whole; what is empty takes it back."""
        self.rest.pop(name, None)
        if value:
            self.rest[name] = value

    @property
    def filled(self) -> tuple[str, ...]:
        """The fields that get something."""
        names = (target.partition("/")[0] for target in self.targets.values())
        return tuple(dict.fromkeys((*self.fixed, *names)))

    @property
    def key(self) -> tuple[str, ...]:
        """The fields by which records that are there are known."""
        written = self.rest.get("key", ())
        return (written,) if isinstance(written, str) else tuple(written)


def _columns(column: str | None, template: str | None) -> list[str]:
    """Those whose values stand one behind the other and nothing else; none for what is made otherwise."""
    if column is not None:
        return [column]
    found = re.findall(r"\{([^{}]*)\}", template or "")
    return found if found and " ".join(f"{{{each}}}" for each in found) == template else []
