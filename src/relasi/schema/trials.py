"""Tests of definitions, as compiled: who there is, what they do, and what is expected.

Running them is left to `relasi.trial`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from relasi.diagnostics import Span
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.timespans import Timespan


@dataclass(frozen=True, slots=True)
class Plain:
    """A value of the field; None for an empty one."""

    value: Value


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text in which each * stands for anything."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A record of the test, or where `entity` is None, a user of it. `in_full` where the entity has to be
    said, in a link to one of several."""

    name: str
    entity: str | None = None
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a field of a record of the test holds now."""

    name: str
    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a time that is reckoned from now."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Holder:
    """Anybody who has the role."""

    role: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table of the record, in their order."""

    rows: Sequence[Values]


Wanted = Plain | Pattern | Named | Reading | Moment | Holder | Rows
"""What a value is given as, or expected to be."""

Values = Mapping[str, tuple[Wanted, Span]]


@dataclass(frozen=True, slots=True)
class Person:
    """A user of a test."""

    name: str
    roles: tuple[str, ...]
    language: str
    team: str | None = None
    skills: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fresh:
    """A record that is made. It is called `name` from then on."""

    name: str
    entity: str
    values: Values
    span: Span


@dataclass(frozen=True, slots=True)
class Create:
    records: Sequence[Fresh]


@dataclass(frozen=True, slots=True)
class Update:
    records: Sequence[Fresh]


@dataclass(frozen=True, slots=True)
class Move:
    record: Named
    move: str
    values: Values


@dataclass(frozen=True, slots=True)
class Delete:
    records: Sequence[Named]


@dataclass(frozen=True, slots=True)
class Press:
    record: Named
    workflow: str
    values: Values


@dataclass(frozen=True, slots=True)
class Decide:
    record: Named
    verdict: Literal["approved", "rejected", "withdrawn"]
    comment: str | None


@dataclass(frozen=True, slots=True)
class Receive:
    """The record that comes of it, or is filled in, is called like its entity. `way` is a hook, or a form
    behind `form.`."""

    way: str
    entity: str
    body: Any  # Any: JSON


@dataclass(frozen=True, slots=True)
class Advance:
    length: Timespan


@dataclass(frozen=True, slots=True)
class Holds:
    """A record of the test has these values."""

    record: Named
    values: Values
    span: Span


@dataclass(frozen=True, slots=True)
class There:
    """There are so many records with these values; at least one where `count` is None, and the first is
    called `name` from then on."""

    entity: str
    values: Values
    span: Span
    count: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody was told something, or is asked for their word now; nobody, where `who` is None. `words` are
    patterns of its parts."""

    how: Literal["notified", "mailed", "posted", "consented", "called", "asked"]
    who: Wanted | None
    words: Mapping[str, Pattern]
    span: Span


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a rule: `how` is a word of `OUTCOMES`."""

    how: str
    workflow: str
    span: Span
    why: str | None = None


OUTCOMES: Mapping[str, frozenset[str]] = {
    "ran": frozenset({"ran", "waiting"}),
    "waits": frozenset({"waiting"}),
    "failed": frozenset({"failed", "stopped"}),
    "cancelled": frozenset({"cancelled"}),
    "did not run": frozenset({"ran", "waiting", "failed", "stopped"}),
}
"""What an author may expect of a rule -> outcomes of traces; the last one wants none of its."""

REASONS: Mapping[str, str | None] = {
    "condition": "condition_false",
    "already ran": "already_ran",
    "not triggered": None,
}
"""Why a rule may not have run -> the outcome of its trace, None where there is none."""

Verb = Literal["read", "update", "delete", "export", "move"]
VERBS: tuple[Verb, ...] = ("read", "update", "delete", "export", "move")


@dataclass(frozen=True, slots=True)
class Access:
    """Whoever looks sees a record or may do something with it, or not. `name` is a field that is seen as it
    is, or a move."""

    verb: Verb
    record: Named
    may: bool
    span: Span
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Whoever is named may do none of this with any record that meets `where`; None: with any at all."""

    verbs: Sequence[Verb]
    entity: str
    where: Expression | None
    span: Span


Expectation = Holds | There | Told | Ran | Access


@dataclass(frozen=True, slots=True)
class Expect:
    expectations: Sequence[Expectation]


Deed = Create | Update | Move | Delete | Press | Decide | Receive | Advance | Never | Expect


@dataclass(frozen=True, slots=True)
class TrialStep:
    """`actor` is a user of the test, None for somebody without bounds; `fails` the code of the error that is
    expected."""

    deed: Deed
    span: Span
    actor: str | None = None
    fails: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One test. `home` is the kind and the name of the definition with which it stands."""

    home: tuple[str, str]
    name: str
    span: Span
    at: datetime
    people: Sequence[Person]
    given: Sequence[Fresh]
    steps: Sequence[TrialStep]
