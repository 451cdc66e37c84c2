"""Values in tests: plain ones, patterns, moments, and the records and users of the test by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from relasi.diagnostics import Span
from relasi.schema.compiler.page import Page, Path
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.expressions.types import Date, DateTime, User
from relasi.schema.fields.base import ValueProblem, quoted
from relasi.schema.model import Field, Model, RowTable
from relasi.schema.scope import ModelScope
from relasi.schema.trials import Holder, Moment, Named, Pattern, Person, Plain, Reading, Rows, Values, Wanted


@dataclass(slots=True)
class Cast:
    """Who and what a test knows by name, as far as it has come."""

    model: Model
    page: Page
    people: dict[str, Person] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    """Name -> entity."""

    def record(self, path: Path, name: str, *, at_key: bool = False) -> Named | None:
        """A record of the test; None where there is none of this name, which has been reported."""
        what = "record in the test that is called"
        entity = self.page.pick(path, "unknown-record", what, name, self.records, at_key=at_key)
        return Named(name, entity) if entity else None

    def values(
        self,
        path: Path,
        entity: str,
        written: Mapping[str, Any],
        *,
        expected: bool = False,
        tables: bool = True,
    ) -> Values:
        """What fields get, or are `expected` to hold: then texts may be patterns, and users roles. Rows of
        `tables` can be among them."""
        found: dict[str, tuple[Wanted, Span]] = {}
        with_rows = self.model.entities[entity].tables if tables else {}
        known = {**self.model.entities[entity].fields, **with_rows}
        for name, value in written.items():
            place = (*path, name)
            wanted: Wanted | None = None
            match self.page.pick(place, "unknown-field", f"field of {entity}", name, known, at_key=True):
                case RowTable() as table:
                    wanted = self._rows(place, table, value, expected=expected)
                case Field() as each:
                    wanted = self._value(place, each, value, expected=expected)
            if wanted is not None:
                found[name] = wanted, self.page.span(place)
        return found

    def person(self, path: Path, word: str, *, expected: bool) -> Wanted | None:
        """A user by name or, where somebody is expected, any holder of a role."""
        role = word.removeprefix("role.")
        if expected and role != word:
            picked = self.page.pick(path, "unknown-role", "role", role, self.model.roles)
            return Holder(role) if picked else None
        if word in self.people:
            return Named(word)
        holder = next((each.name for each in self.people.values() if word in each.roles), None)
        if holder is None:
            known = (*self.people, *self.model.roles)
            self.page.unknown(path, "unknown-user", f'the test has no user "{word}"', word, known)
            return None
        return Named(holder)

    def reads(self, word: str) -> bool:
        """Whether it is RECORD.FIELD."""
        name, dot, field_name = word.partition(".")
        return bool(dot) and name in self.records and field_name.isidentifier()

    def reading(self, path: Path, word: str) -> Reading | None:
        """RECORD.FIELD; None for a field that there is not, which has been reported."""
        name, _, field_name = word.partition(".")
        entity = self.records[name]
        fields = self.model.entities[entity].fields
        known = self.page.pick(path, "unknown-field", f"field of {entity}", field_name, fields)
        return Reading(name, entity, field_name) if known else None

    def _rows(self, path: Path, table: RowTable, written: Any, *, expected: bool) -> Rows | None:  # Any: YAML
        if not isinstance(written, list) or not all(isinstance(each, dict | None) for each in written):
            message, help = f'"{table.name}" is a table', "write its rows: [{field: value}, {field: value}]"
            self.page.wrong(path, "wrong-type", message, help=help)
            return None
        return Rows(
            [
                self.values((*path, index), table.entity, each or {}, expected=expected, tables=expected)
                for index, each in enumerate(written)
            ]
        )

    def _value(self, path: Path, field: Field, written: Any, *, expected: bool) -> Wanted | None:  # Any: YAML
        if written is None:
            return Plain(None)
        if isinstance(written, str):
            if expected and self.reads(written):
                return self.reading(path, written)
            if field.links_to:
                return self._linked(path, field, written)
            if isinstance(field.type.expression_type(), User):
                return self.person(path, written, expected=expected)
            if expected and "*" in written:
                return Pattern(written)
        return self._plain(path, field, written)

    def _linked(self, path: Path, field: Field, written: str) -> Named | None:
        found = self.record(path, written)
        if found is not None and found.entity not in field.links_to:
            legal = " or ".join(field.links_to)
            message = f'"{written}" is a record of {found.entity}, and "{field.name}" links to {legal}'
            self.page.wrong(path, "bad-value", message, help=f"name a record of {legal}")
            return None
        return replace(found, in_full=len(field.links_to) > 1) if found else None

    def _plain(self, path: Path, field: Field, written: Any) -> Wanted | None:  # Any: plain YAML
        if isinstance(written, list):
            written = tuple(written)
        try:
            return Plain(field.type.accept(written))
        except ValueProblem as problem:
            meaning = field.type.expression_type()
            if isinstance(meaning, Date | DateTime) and isinstance(written, str):
                return self._moment(path, field, written)
            message = f'"{field.name}" cannot be "{quoted(written)}"'
            choices = field.type.choices()
            word = str(written)
            if choices:
                self.page.unknown(path, "bad-value", message, word, choices)
            else:
                self.page.wrong(path, "bad-value", message, help=problem.text())
            return None

    def _moment(self, path: Path, field: Field, written: str) -> Moment | None:
        """A date or a time that is reckoned from now: no record can be read where none is there yet."""
        scope = ModelScope(self.model, next(iter(self.model.entities)), has_user=False)
        text = {"now": "now()", "today": "today()"}.get(written, written)
        try:
            found = Expression.parse(text, scope, field.type.expression_type())
        except ExpressionError:
            found = None
        if found is None or found.fields:
            message = f'"{field.name}" cannot be "{quoted(written)}"'
            help = "write a time such as 2026-01-05T09:00:00+07:00, or one from now on: now() + 2 days"
            self.page.wrong(path, "bad-value", message, help=help)
            return None
        return Moment(found)
