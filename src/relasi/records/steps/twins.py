"""Records that may be one and the same: found before one is written, and told to whoever can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relasi.errors import Issue
from relasi.platform.query import Row
from relasi.records.actor import Source
from relasi.records.draft import Draft
from relasi.records.reading import Reader
from relasi.records.recipe import Recipe
from relasi.records.titles import kept
from relasi.records.view import View
from relasi.schema.labels import Label
from relasi.schema.likeness import TwinRule
from relasi.schema.model import Entity
from relasi.store.likeness import MOST_NEAR, Keys, keys_of

if TYPE_CHECKING:
    from relasi.records.work import Work

MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Twin:
    """A record that may be the same, by which rule, and how much it is alike, from 0 to 1."""

    id: str
    rule: TwinRule
    likeness: float

    @property
    def label(self) -> Label:
        return self.rule.label


def check(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Refuses drafts that are like others where a rule says so, or where there is somebody to ask whether
    another record is meant. What is imported all the same notes which it is like."""
    rules = [each for each in recipe.entity.twins if each.refuses or _are_told(work)]
    touched = {name for each in rules for name in each.fields}
    asked = [draft for draft in drafts if rules and not draft.issues and _is_new(draft, touched)]
    found = _find(work, recipe.entity, rules, asked) if asked else {}
    told = _Told(work, recipe.entity, {draft.id: draft.values for draft in asked})
    for draft in asked:
        twins = found.get(draft.id, ())
        refusing = [each for each in twins if each.rule.refuses]
        if refusing or (twins and work.actor.asks):
            code = "is_a_twin" if refusing else "looks_alike"
            draft.issues.append(told.of(code, refusing or twins))
        elif twins:
            draft.notes.append(told.of("looks_alike", twins))


def keep(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """The keys of records that were written, by which others find them."""
    touched = {name for each in recipe.entity.twins for name in each.fields}
    written = [draft for draft in drafts if touched and _is_new(draft, touched)]
    if written:
        rows = {draft.id: draft.values for draft in written}
        work.store.likeness.put(recipe.entity.name, _keys(work, recipe.entity.twins, rows))


def find(view: View, entity: Entity, rows: Sequence[Row]) -> Mapping[str, tuple[Twin, ...]]:
    """For the id of each record those that may be the same, whoever may read them; the most alike first.
    Records without any may be left out."""
    if not entity.twins:
        return {}
    near = view.store.likeness.near(entity.name, _keys(view, entity.twins, {row["id"]: row for row in rows}))
    others = view.transaction.get(entity.name, sorted({key for each in near.values() for key in each}))
    return {
        row["id"]: _most_alike(
            _compared(view, entity.twins, row, [others[key] for key in near[row["id"]] if key in others])
        )
        for row in rows
        if row["id"] in near
    }


def _are_told(work: Work) -> bool:
    return work.actor.asks or work.actor.source is Source.IMPORT


def _is_new(draft: Draft, names: set[str]) -> bool:
    return any(draft.given(name) is not None for name in names) or (
        draft.old is not None and any(draft.values[name] != draft.old[name] for name in names)
    )


def _find(
    work: Work, entity: Entity, rules: Sequence[TwinRule], drafts: Sequence[Draft]
) -> dict[str, tuple[Twin, ...]]:
    """Of each draft the records, and the drafts before it, that may be the same."""
    values = {draft.id: draft.values for draft in drafts}
    keys = _keys(work, rules, values)
    near = work.store.likeness.near(entity.name, keys)
    rows = work.transaction.get(entity.name, sorted({key for each in near.values() for key in each}))
    earlier: dict[str, list[str]] = {}
    found = {}
    for draft in drafts:
        others = {key: rows[key] for key in near.get(draft.id, ()) if key in rows and key not in values}
        shared: Counter[str] = Counter()
        for key in (*keys[draft.id].plain, *keys[draft.id].secret):
            known = earlier.setdefault(key, [])
            shared.update(known)
            known.append(draft.id)
        others |= {key: values[key] for key, _ in shared.most_common(MOST_NEAR)}
        if twins := _most_alike(_compared(work, rules, draft.values, others.values())):
            found[draft.id] = twins
    return found


def _keys(view: View, rules: Sequence[TwinRule], rows: Mapping[str, Row]) -> dict[str, Keys]:
    return {key: keys_of(rules, view.situation(row)) for key, row in rows.items()}


def _compared(view: View, rules: Sequence[TwinRule], row: Row, others: Iterable[Row]) -> Iterator[Twin]:
    situation = view.situation(row)
    asked = [rule for rule in rules if rule.when is None or rule.when.evaluate(situation)]
    for other in others:
        for rule in asked:
            if rule.within and abs(row["created_at"] - other["created_at"]) > rule.within:
                continue
            is_meant = rule.when is None or rule.when.evaluate(view.situation(other))
            if is_meant and (likeness := rule.likeness(row, other)):
                yield Twin(other["id"], rule, likeness)


def _most_alike(twins: Iterable[Twin]) -> tuple[Twin, ...]:
    """Each record once, by the rule by which it is alike most; one that refuses counts before others."""
    best: dict[str, Twin] = {}
    for each in sorted(twins, key=lambda twin: (-twin.rule.refuses, -twin.likeness)):
        best.setdefault(each.id, each)
    return tuple(sorted(best.values(), key=lambda twin: (-twin.likeness, twin.id)))


@dataclass(frozen=True, slots=True)
class _Told:
    """`drafts` are what whoever acts is about to write."""

    work: Work
    entity: Entity
    drafts: Mapping[str, Row]

    def of(self, code: str, twins: Sequence[Twin]) -> Issue:
        """Names those that the actor may read; of others it says only that there are some."""
        there = [each.id for each in twins if each.id not in self.drafts]
        readable = self.work.readable(self.entity.name, there) if there else set()
        seen = [each for each in twins if each.id in readable or each.id in self.drafts][:MOST_TOLD]
        if not seen:
            return Issue(None, f"{code}_unseen", {"entity": self.entity.label})
        titles = Reader(self.work).titles((self.entity.name, key) for key in readable)
        called = [titles.get((self.entity.name, each.id)) or self._title(each.id) for each in seen]
        return Issue(None, code, {"titles": ", ".join(called), "twins": tuple(seen)})

    def _title(self, key: str) -> str:
        row = self.drafts.get(key)
        return self.entity.title.render(self.work.situation(row), kept(self.work)) if row else ""
