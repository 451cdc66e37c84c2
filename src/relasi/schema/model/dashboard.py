"""Dashboards: figures about records on one page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression
from relasi.schema.labels import Label


class Showing(Enum):
    NUMBER = "number"
    BAR = "bar"
    COLUMN = "column"
    LINE = "line"
    AREA = "area"
    PIE = "pie"
    FUNNEL = "funnel"
    TABLE = "table"
    COHORT = "cohort"
    """Rows are groups by when something began, columns how many periods later; in per cent of the first."""


class Period(Enum):
    """A stretch of time on the calendar of the company."""

    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    THIS_QUARTER = "this_quarter"
    THIS_YEAR = "this_year"
    LAST_30_DAYS = "last_30_days"
    LAST_12_MONTHS = "last_12_months"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `field` is None for a count; only records that meet `where` add to it."""

    name: str
    label: Label
    function: Function
    field: str | None
    where: Expression | None


@dataclass(frozen=True, slots=True)
class Tile:
    """`share` are the places of two measures, the first of which is told in per cent of the second. `period`
    is the field by which the page's period chooses records, None where it does not matter."""

    name: str
    label: Label
    help: Label | None
    entity: str
    where: Expression | None
    measures: tuple[Measure, ...]
    by: tuple[Expression, ...]
    showing: Showing
    top: int | None
    share: tuple[int, int] | None
    period: str | None
    goal: Decimal | None
    link: str | None = None
    """By which the records belong to the one on whose page the tile stands; None on a dashboard."""

    @property
    def is_pivot(self) -> bool:
        """Whether it is a table with groups on both sides."""
        return self.showing is Showing.TABLE and len(self.by) == 2


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`period` is what it begins with, None where no tile goes by one."""

    name: str
    label: Label
    icon: str
    departments: tuple[str, ...]
    period: Period | None
    tiles: tuple[Tile, ...]
