"""What records get that have no value in a field: a value, or one that is made of the record as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relasi.deploy.recast import Usage, checked, plain_text
from relasi.schema.expressions import Expression, ExpressionError, Situation, Template
from relasi.schema.fields.base import FieldType, Moment, Value
from relasi.schema.scope import ModelScope

Row = Mapping[str, Value]
Follow = Callable[[str, str], Row | None]
"""Entity and id -> the record as it was."""


class BadFill(Exception):
    """The text of `existing_rows` is wrong: it reads what the database does not have, for example."""


@dataclass(frozen=True, slots=True)
class Fill:
    """`made` is None where all records get the same value."""

    type: FieldType
    usage: Usage
    moment: Moment
    follow: Follow
    constant: Value = None
    made: Template | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The fields of the record that it is made of."""
        paths = (path for each in self.made.expressions for path in each.fields) if self.made else ()
        return frozenset(path.partition(".")[0] for path in paths)

    def value(self, key: str, row: Row) -> Value:
        """Raises ValueProblem where what comes out is no value of the field."""
        if self.made is None:
            return self.constant
        situation = Situation(row, self.moment.now, self.moment.zone, record_id=key, follow=self.follow)
        match self.made.pieces:
            case (Expression() as only,):
                value = only.evaluate(situation)
                taken = self._read(value) if isinstance(value, str) else self.type.accept(value)
            case _:
                taken = self._read(
                    self.made.render(situation, lambda value, _type: plain_text(value, self.usage))
                )
        return checked(self.type, taken, self.usage.known)

    def _read(self, text: str) -> Value:
        return self.type.read(text, self.usage.reading)


def parsed(start: str, scope: ModelScope) -> Template:
    """Raises BadFill."""
    try:
        return Template.parse(start, scope)
    except ExpressionError as error:
        raise BadFill("; ".join(_told(error))) from error


def _told(error: ExpressionError) -> list[str]:
    return [
        f'{problem.message}; did you mean "{problem.suggestion}"?' if problem.suggestion else problem.message
        for problem in error.problems
    ]
