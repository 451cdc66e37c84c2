"""The functions that an author may call: one table. Those with a shape of their own are built in calls."""

from __future__ import annotations

from dataclasses import dataclass

from relasi.schema.expressions import operations
from relasi.schema.expressions.operations import Operation


@dataclass(frozen=True, slots=True)
class Function:
    """`most` is None for any number of arguments; `operation` is None where calls builds the node."""

    signature: str
    meaning: str
    fewest: int
    most: int | None
    operation: Operation | None = None

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]


_TABLE = (
    Function("now()", "this moment", 0, 0),
    Function("today()", "the day it is in the company's time zone", 0, 0),
    Function(
        "changed(field)",
        "whether this change gives the field another value; on a new record, any value",
        1,
        1,
    ),
    Function("coalesce(a, b, ...)", "the first of them that is not null", 2, None),
    Function("if(condition, a, b)", "a where the condition is true, b otherwise", 3, 3),
    Function(
        "min(a, b, ...)", "the smallest number, or the earliest date; null if one of them is null", 2, None
    ),
    Function(
        "max(a, b, ...)", "the largest number, or the latest date; null if one of them is null", 2, None
    ),
    Function(
        "round(number, places)", "rounded, a half away from zero; places 0 to 10, 0 when left out", 1, 2
    ),
    Function("abs(number)", "the number without its sign", 1, 1, operations.ABSOLUTE),
    Function("lower(text)", "the text in small letters", 1, 1, operations.LOWER),
    Function("upper(text)", "the text in capital letters", 1, 1, operations.UPPER),
    Function(
        "before(text, mark)",
        "what stands before the first mark; all of it where there is none",
        2,
        2,
        operations.BEFORE,
    ),
    Function(
        "after(text, mark)",
        "what stands after the first mark; null where there is none",
        2,
        2,
        operations.AFTER,
    ),
    Function("count(files)", "how many files there are", 1, 1, operations.COUNT),
    Function("length(text)", "how many characters the text has", 1, 1, operations.LENGTH),
    Function(
        "lot(text, count)",
        "a whole number from 0, below the count: the same each time for the same text, evenly spread",
        2,
        2,
        operations.LOT,
    ),
    Function(
        "distance(a, b)",
        "kilometres between two points on the map: fields of the type geo, or point(latitude, longitude)",
        2,
        2,
    ),
    Function("point(latitude, longitude)", "a point in degrees, for distance()", 2, 2),
    Function(
        "under(record, above)",
        "whether a record, or a team, is the other one or stands anywhere below it in their tree",
        2,
        2,
    ),
    Function("date(moment)", "the day of a date and time in the company's time zone", 1, 1, operations.DAY),
    Function(
        "week(day)", "the Monday of the week that a day, or a date and time, is in", 1, 1, operations.WEEK
    ),
    Function("month(day)", "the first day of its month", 1, 1, operations.MONTH),
    Function("quarter(day)", "the first day of its quarter", 1, 1, operations.QUARTER),
    Function("year(day)", "the first day of its year", 1, 1, operations.YEAR),
)

FUNCTIONS = {function.name: function for function in _TABLE}
