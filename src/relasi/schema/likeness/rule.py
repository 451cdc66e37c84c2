"""A rule by which records may be one and the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from relasi.schema.expressions import Expression
from relasi.schema.labels import Label
from relasi.schema.likeness.compare import likeness
from relasi.schema.likeness.sketch import band_keys
from relasi.schema.likeness.words import Wording, words_of

Values = Mapping[str, Any]  # Any: values of fields
_UNKNOWN = 0.5
"""What a field that is empty on one side adds: it speaks neither for nor against."""


@dataclass(frozen=True, slots=True)
class Liked:
    """A text that has to be alike, with its part of the weight of all; the parts add up to 1."""

    field: str
    wording: Wording
    weight: float


@dataclass(frozen=True, slots=True)
class TwinRule:
    """Records meet `when`, have the same values in the fields `same`, and are alike by `at_least` in `like`,
    whose heaviest stands first and has to be filled. Only records count that are at most `within` old.

    `opens` where a key is made of encrypted values, so that it must tell nothing of them.
    """

    name: str
    label: Label
    when: Expression | None
    same: tuple[str, ...]
    like: tuple[Liked, ...]
    at_least: float
    within: timedelta | None
    refuses: bool
    opens: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """On what it depends whether records are found by it."""
        read = {path.partition(".")[0] for path in self.when.fields} if self.when else set()
        return frozenset({*self.same, *(each.field for each in self.like), *read})

    @property
    def mark(self) -> str:
        """Changes with whatever changes the keys."""
        when = self.when.text if self.when else ""
        first = [(each.field, each.wording.value) for each in self.like[:1]]
        return repr((self.name, when, self.same, first, self.opens))

    def keys(self, values: Values) -> Iterator[str]:
        """Of a record that meets `when`: records that may be alike have one in common. None where a field is
        empty that may not be."""
        same = [_comparable(values[name]) for name in self.same]
        if "" in same:
            return
        start = "\n".join((self.name, *same))
        if not self.like:
            yield start
            return
        first = self.like[0]
        for band in band_keys(words_of(values[first.field] or "", first.wording)):
            yield f"{start}\n{band}"

    def likeness(self, one: Values, other: Values) -> float:
        """How much two records are alike: 0 where they are not by this rule."""
        for name in self.same:
            here, there = _comparable(one[name]), _comparable(other[name])
            if not here or here != there:
                return 0.0
        if not self.like:
            return 1.0
        if not one[self.like[0].field] or not other[self.like[0].field]:
            return 0.0
        found = sum(each.weight * self._part(each, one, other) for each in self.like)
        return found if found >= self.at_least else 0.0

    def _part(self, liked: Liked, one: Values, other: Values) -> float:
        here, there = one[liked.field], other[liked.field]
        return likeness(here, there, liked.wording) if here and there else _UNKNOWN


def _comparable(value: Any) -> str:  # Any: the value of a field
    """Equal for values that count as equal: case, width and spaces do not matter, and in numbers written as
    texts nothing but the digits."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    folded = unicodedata.normalize("NFKC", value).casefold()
    if any(map(str.isalpha, folded)):
        return " ".join(folded.split())
    return "".join(filter(str.isdigit, folded)) or folded.strip()
