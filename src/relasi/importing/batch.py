"""One batch of rows, set-wise: links, then which records there are already, then creates and updates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from relasi.importing.lookup import find_rows
from relasi.importing.mapping import Draft, draft, empty_column, key_of
from relasi.importing.mapping import Mapping as ImportMapping
from relasi.importing.references import References
from relasi.importing.report import Action, Reason, RowOutcome
from relasi.importing.tables import Row
from relasi.platform.query import Row as Held
from relasi.records import Accepted, RowResult, Work, written
from relasi.schema.fields.base import Value

Key = tuple[Value, ...]


class BatchWriter:
    """`winners` says for each key which line of the file counts."""

    def __init__(self, mapping: ImportMapping, winners: Mapping[Key, int], references: References) -> None:
        self._mapping, self._winners, self._references = mapping, winners, references

    def copy(self) -> BatchWriter:
        """Knows all that this one does; what it learns is its own."""
        return BatchWriter(self._mapping, self._winners, self._references.copy())

    def write(self, work: Work, rows: Sequence[Row]) -> list[RowOutcome]:
        """What became of each row, in their order."""
        outcomes = {row.line: outcome for row in rows if (outcome := self._set_aside(row))}
        drafts = [draft(self._mapping, row) for row in rows if row.line not in outcomes]
        for each in drafts:
            self._demand_key(each)
        self._references.resolve(work, drafts)
        held = self._held(work, [each for each in drafts if not each.reasons])
        new: list[Draft] = []
        known: list[tuple[Draft, Held]] = []
        for each in drafts:
            if each.reasons:
                outcomes[each.line] = RowOutcome(each.line, Action.REFUSED, None, tuple(each.reasons))
            elif found := held.get(self._key(each)):
                known.append((each, found))
            elif "id" in each.values:
                missing = Reason(None, "issues.no_such_record")
                outcomes[each.line] = RowOutcome(each.line, Action.REFUSED, None, (missing,))
            else:
                new.append(each)
        outcomes.update(self._create(work, new))
        outcomes.update(self._update(work, known))
        return [outcomes[row.line] for row in rows]

    def _set_aside(self, row: Row) -> RowOutcome | None:
        """Rows that the map passes over: an empty column, or a key for which another row counts."""
        if column := empty_column(self._mapping, row):
            return RowOutcome(
                row.line, Action.SKIPPED, None, (Reason(None, "imports.column_empty", {"column": column}),)
            )
        key = key_of(self._mapping, row)
        winner = self._winners.get(key, row.line) if key else row.line
        if winner != row.line:
            return RowOutcome(
                row.line, Action.MERGED, None, (Reason(None, "imports.same_key", {"line": winner}),)
            )
        return None

    def _demand_key(self, each: Draft) -> None:
        """A row without an id is new, whatever others have."""
        if not each.reasons:
            empty = (name for name in self._mapping.key if name not in each.values and name != "id")
            each.reasons += (Reason(name, "imports.key_empty") for name in empty)

    def _key(self, each: Draft) -> Key:
        return tuple(each.values.get(name) for name in self._mapping.key)

    def _held(self, work: Work, drafts: Sequence[Draft]) -> dict[Key, Held]:
        """The records that the keys name."""
        if not self._mapping.key or not drafts:
            return {}
        names = self._mapping.key
        values = list({each.values[names[0]] for each in drafts if names[0] in each.values})
        return {
            tuple(row[name] for name in names): row
            for row in find_rows(work, self._mapping.entity.name, names[0], values)
        }

    def _create(self, work: Work, drafts: Sequence[Draft]) -> Iterator[tuple[int, RowOutcome]]:
        if not work.rights(self._mapping.entity.name).create:
            refused = (Reason(None, "errors.may_not_create"),)
            yield from ((each.line, RowOutcome(each.line, Action.REFUSED, None, refused)) for each in drafts)
            return
        if not drafts:
            return
        create = partial(work.create_many, self._mapping.entity.name)
        results = written(work, create, [each.values for each in drafts])
        for each, result in zip(drafts, results, strict=True):
            yield each.line, _outcome(each, result, Action.CREATED)

    def _update(self, work: Work, known: Sequence[tuple[Draft, Held]]) -> Iterator[tuple[int, RowOutcome]]:
        changed = []
        for each, held in known:
            values = Accepted({name: value for name, value in each.values.items() if held[name] != value})
            if values:
                changed.append((each, (held["id"], held["version"], values)))
            else:
                yield each.line, RowOutcome(each.line, Action.UNCHANGED, held["id"])
        if changed:
            update = partial(work.update_many, self._mapping.entity.name)
            results = written(work, update, [row for _, row in changed])
            for (each, _), result in zip(changed, results, strict=True):
                yield each.line, _outcome(each, result, Action.UPDATED)


def _outcome(each: Draft, result: RowResult, action: Action) -> RowOutcome:
    reasons = tuple(Reason.of(issue) for issue in (*result.issues, *result.notes))
    return RowOutcome(each.line, Action.REFUSED if result.id is None else action, result.id, reasons)
