"""Other ways of showing the records of a list than as rows: on a board, in a calendar, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from relasi.schema.expressions import Template


@dataclass(frozen=True, slots=True)
class Board:
    """A column of cards for each value of the choice `by`, with the total of `sum`; `card` is what a card
    tells below the title."""

    by: str
    sum: str | None
    card: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A record stands on the day of `start`, and on all up to that of `end` if there is one. `color` is the
    choice whose color it has, `title` what it is called there, the title of the record if None."""

    start: str
    end: str | None
    title: Template | None
    color: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """What is shown of each record while a list is worked through, fields of the record and of what a link
    leads to (`link.field`); `actions` are the moves and the rules with a button that are offered, all if
    None."""

    show: tuple[str, ...]
    actions: tuple[str, ...] | None
