"""What becomes of each record when a person is erased: by the word of the Model, and by what refers to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relasi.platform.query import Row
from relasi.privacy.belonging import Belongings, pointing
from relasi.records.anonymising import Place
from relasi.records.view import View
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.labels import Label
from relasi.schema.model import Entity, Fate, Field, OnDelete
from relasi.texts import LANGUAGES, say


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays: records of an entity, or one of their fields, and why, in every language."""

    entity: str
    field: str | None
    count: int
    because: Label

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        because = dict(self.because)
        return {"entity": self.entity, "field": self.field, "count": self.count, "because": because}


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of each record."""

    by_place: Mapping[Place, Fate]
    referred: frozenset[Place]
    """Those that would be deleted, did nothing that stays refer to them."""

    def having(self, fate: Fate) -> list[Place]:
        return [place for place, each in self.by_place.items() if each is fate]


def fates_of(view: View, belongings: Belongings, chosen: Fate | None = None) -> Fates:
    """`chosen` is what somebody has decided for the record that it is about, instead of the Model's word."""
    fates = {place: _written(view.entity(place[0])) for place in belongings.rows}
    if chosen is not None:
        fates[belongings.person] = chosen
    _spread_deletion(view, fates)
    referred: set[Place] = set()
    while in_the_way := [place for place in _deleted(fates) if _is_referred_to(view, place, fates)]:
        fates |= dict.fromkeys(in_the_way, Fate.ANONYMISE)
        referred.update(in_the_way)
    return Fates(fates, frozenset(referred))


def emptied_values(entity: Entity, language: str) -> dict[str, Value]:
    """What the fields of an anonymised record hold then; what is made of others follows by itself."""
    return {
        field.name: _instead(field, language)
        for field in entity.own_fields
        if goes(field) and not field.computed
    }


def goes(field: Field) -> bool:
    """Whether the field of an anonymised record says nothing any more."""
    if field.on_erase is not None:
        return field.on_erase.fate is not Fate.KEEP
    return field.personal is not None


def kept_of(view: View, belongings: Belongings, fates: Fates) -> Iterator[Kept]:
    """What stays and why."""
    for name, count in _counted(fates.having(Fate.KEEP)).items():
        said = view.entity(name).on_erase
        yield Kept(name, None, count, said.because if said else {})
    for name, count in _counted(fates.having(Fate.ANONYMISE)).items():
        for field in view.entity(name).own_fields:
            if field.on_erase is not None and field.on_erase.fate is Fate.KEEP:
                yield Kept(name, field.name, count, field.on_erase.because)
    for code, places in (("stays_shared", belongings.shared), ("stays_referred", fates.referred)):
        for name, count in _counted(places).items():
            yield Kept(name, None, count, {each: say(each, f"privacy.{code}") for each in LANGUAGES})


def _counted(places: Iterable[Place]) -> Mapping[str, int]:
    """How many records of each entity there are among them."""
    return Counter(entity for entity, _ in sorted(places))


def _written(entity: Entity) -> Fate:
    return entity.on_erase.fate if entity.on_erase else Fate.ANONYMISE


def _deleted(fates: Mapping[Place, Fate]) -> list[Place]:
    return [place for place, fate in fates.items() if fate is Fate.DELETE]


def _spread_deletion(view: View, fates: dict[Place, Fate]) -> None:
    """What goes with a record that is deleted is deleted too, unless the Model keeps it."""
    level = _deleted(fates)
    while level:
        following = [place for each in level for place, _ in _behind(view, each, (OnDelete.CASCADE,))]
        level = [place for place in following if fates.get(place) is Fate.ANONYMISE]
        fates |= dict.fromkeys(level, Fate.DELETE)


def _is_referred_to(view: View, place: Place, fates: Mapping[Place, Fate]) -> bool:
    """Whether a record that stays would lose what it needs, or would have to go, too."""
    needing = (OnDelete.RESTRICT, OnDelete.CASCADE)
    if any(fates.get(other) is not Fate.DELETE for other, _ in _behind(view, place, needing)):
        return True
    for inbound in view.entity(place[0]).inbound:
        field = view.entity(inbound.entity).fields[inbound.field]
        if inbound.on_delete is OnDelete.CLEAR and field.type.required:
            found = pointing(view, place[0], inbound, [place[1]])
            if any(fates.get(other) is not Fate.DELETE for other, _ in found):
                return True
    return False


def _behind(view: View, place: Place, kinds: tuple[OnDelete, ...]) -> Iterator[tuple[Place, Row]]:
    for inbound in view.entity(place[0]).inbound:
        if inbound.on_delete in kinds:
            yield from pointing(view, place[0], inbound, [place[1]])


def _instead(field: Field, language: str) -> Value:
    """Records are called by something: a text that may never be empty says that somebody was erased."""
    type_, word = field.type, say(language, "privacy.somebody")
    if not type_.required or type_.unique or type_.is_encrypted or type_.choices():
        return None
    try:
        return word if type_.accept(word) == word and not type_.targets() else None
    except ValueProblem:
        return None
