"""The operations of the expression language as SQL text, where a database has to know them by itself.

Each argument stands only once in a template, and a subquery that names it is fenced with OFFSET 0: otherwise
a statement, or its plan, would grow beyond all limits where operations are nested.
"""

from __future__ import annotations

from relasi.platform.sql.servers import FOLDING
from relasi.schema.expressions import operations

DECIMAL = "decimal"
"""(scaled integer, places) -> the number."""
ORDER = "order"
"""(number, number) -> -1, 0 or 1."""
WITHIN = "within"
"""(value, item, ...) -> whether the value is one of the items, null among them."""
SORTED = "sorted"
"""(text) -> the same text, which is compared by code points."""
STEADY_DAY = "steady_day"
"""(column with a moment, zone, what the zone is ahead of UTC from 1970 until 2100) -> the day."""
# SQLite folds ASCII by itself, and fast; what has other letters is folded by Python's `lower`, and slowly.
LIKE_ON_SQLITE = "{0} LIKE {1} ESCAPE '/'"
FOUND_ON_SQLITE = (
    f"({LIKE_ON_SQLITE} "
    "OR (length(CAST({0} AS BLOB)) > length({0}) AND lower({0}) LIKE {1} ESCAPE '/'))"
)

ON_SQLITE = {
    operations.EARLIEST.name: "min({all})",
    operations.LATEST.name: "max({all})",
    operations.LOWER.name: "lower({all})",
    operations.UPPER.name: "upper({all})",
    operations.YEAR.name: "date({0}, 'start of year')",
    operations.MONTH.name: "date({0}, 'start of month')",
    operations.WEEK.name: "date({0}, '-6 days', 'weekday 1')",
    SORTED: "{0}",
    # a column may stand here more than once: nothing is nested in it
    STEADY_DAY: "CASE WHEN {0} BETWEEN '1970' AND '2100' THEN date({0}, {2}) ELSE relasi_day({0}, {1}) END",
}
"""The others are functions that a connection knows by the name of the operation."""

_LONGEST = str(operations.LONGEST.days)

# Unlike least() and greatest(), these are null where one of the arguments is.
_LEAST = "(SELECT CASE WHEN bool_and(each IS NOT NULL) THEN min(each) END FROM unnest(ARRAY[{all}]) AS each)"
_GREATEST = _LEAST.replace("min(", "max(")

# To the nearest millionth, to the even one where two are as near; / and round() would do neither.
_DIVIDED = (
    "(SELECT (whole + CASE WHEN 2 * abs(rest) > abs(divisor) OR (2 * abs(rest) = abs(divisor) "
    "AND mod(whole, 2) <> 0) THEN sign(rest) * sign(divisor) ELSE 0 END) * 0.000001 "
    "FROM (SELECT div(dividend, divisor) AS whole, mod(dividend, divisor) AS rest, divisor "
    "FROM (SELECT 1000000 * {0} AS dividend, nullif({1}, 0) AS divisor OFFSET 0) AS pair OFFSET 0) AS parts)"
)

_LATER = (
    "(SELECT CASE WHEN step BETWEEN timestamptz '0001-01-01 00:00+00' - moment "
    "AND timestamptz '9999-12-31 23:59:59.999999+00' - moment THEN moment + step END "
    "FROM (SELECT {0} AS moment, {sign}{1} AS step OFFSET 0) AS pair)"
)

_DAY = (
    "(SELECT CASE WHEN day BETWEEN date '0001-01-01' AND date '9999-12-31' THEN day END "
    "FROM (SELECT (({0}) AT TIME ZONE {1})::date AS day OFFSET 0) AS there)"
)

_LATER_DAY = (
    "(SELECT CASE WHEN step BETWEEN date '0001-01-01' - day AND date '9999-12-31' - day THEN day + step END "
    "FROM (SELECT {0} AS day, {sign}trunc(extract(epoch from {1}) / 86400)::int AS step OFFSET 0) AS pair)"
)

_SUM_OF_DURATIONS = (
    "(SELECT CASE WHEN each BETWEEN interval '-{longest} days' AND interval '{longest} days' THEN each END "
    "FROM (SELECT {0} {sign} {1} AS each OFFSET 0) AS result)"
).replace("{longest}", _LONGEST)

# By days and by what is left of one: microseconds alone go through floating point.
_SCALED_DURATION = (
    "(SELECT CASE WHEN abs(exact) <= 86400000000 * {longest}.0 "
    "THEN make_interval(days => div(near, 86400000000)::int, secs => mod(near, 86400000000) / 1000000.0) END "
    "FROM (SELECT exact, CASE WHEN abs(exact - trunc(exact)) = 0.5 THEN 2 * round(exact * 0.5) "
    "ELSE round(exact) END AS near "
    "FROM (SELECT extract(epoch from {0}) * 1000000 * {1} AS exact OFFSET 0) AS raw OFFSET 0) AS pair)"
).replace("{longest}", _LONGEST)

# Columns sort by code point, as Python does; but by that collation only ASCII has two cases.
_LOWER = f'(lower({{0}} COLLATE "{FOLDING}") COLLATE "C")'
_LOWER_TOO = _LOWER.replace("{0}", "{1}")

ON_POSTGRESQL = {
    WITHIN: "EXISTS (SELECT FROM unnest(ARRAY[{rest}]) AS each WHERE each IS NOT DISTINCT FROM {0})",
    DECIMAL: "({0})::numeric",
    ORDER: "sign({0} - {1})",
    SORTED: '({0} COLLATE "C")',
    "add": "({0} + {1})",
    "subtract": "({0} - {1})",
    "multiply": "({0} * {1})",
    "divide": _DIVIDED,
    "negate": "(- {0})",
    "later": _LATER.replace("{sign}", ""),
    "earlier": _LATER.replace("{sign}", "- "),
    "elapsed": "({0} - {1})",
    "later_day": _LATER_DAY.replace("{sign}", ""),
    "earlier_day": _LATER_DAY.replace("{sign}", "- "),
    "elapsed_days": "make_interval(days => {0} - {1})",
    "add_durations": _SUM_OF_DURATIONS.replace("{sign}", "+"),
    "subtract_durations": _SUM_OF_DURATIONS.replace("{sign}", "-"),
    "negate_duration": "(- {0})",
    "scale_duration": _SCALED_DURATION,
    "ratio": _DIVIDED.replace("{0}", "extract(epoch from {0})").replace("{1}", "extract(epoch from {1})"),
    "contains": f"(strpos({_LOWER}, {_LOWER_TOO}) > 0)",
    "starts_with": f"starts_with({_LOWER}, {_LOWER_TOO})",
    "ends_with": f"starts_with(reverse({_LOWER}), reverse({_LOWER_TOO}))",
    "lot": (
        "mod(('x' || substr(md5({0}), 1, 7))::bit(28)::int::numeric, nullif(greatest(trunc({1}), 0), 0))"
    ),
    "has_option": "({1} = ANY({0}))",
    "qualify": "({1} || '/' || {0})",
    "day": _DAY,
    STEADY_DAY: _DAY,
    **{
        each: f"date_trunc('{each}', ({{0}})::timestamp)::date"
        for each in ("year", "quarter", "month", "week")
    },
    "lower": _LOWER,
    "upper": _LOWER.replace("lower(", "upper("),
    "text_before": "nullif(split_part({0}, {1}, 1), '')",
    "text_after": (
        "(SELECT CASE WHEN mark <> '' AND strpos(whole, mark) > 0 "
        "THEN nullif(substr(whole, strpos(whole, mark) + length(mark)), '') END "
        "FROM (SELECT {0} AS whole, {1} AS mark OFFSET 0) AS pair)"
    ),
    "count": "cardinality({0})",
    "length": "length({0})",
    "distance": (
        "(SELECT CASE WHEN abs(a) <= 90 AND abs(b) <= 180 AND abs(c) <= 90 AND abs(d) <= 180 THEN "
        "round((2 * 6371.0088 * asin(least(1, sqrt(sin(radians(c - a) / 2) ^ 2 + cos(radians(a)) "
        "* cos(radians(c)) * sin(radians(d - b) / 2) ^ 2))))::numeric, 3) END "
        "FROM (SELECT * FROM (VALUES ({all})) AS row OFFSET 0) AS points (a, b, c, d))"
    ),
    "absolute": "abs({0})",
    "round": "round({0}, ({1})::int)",
    "least": _LEAST,
    "earliest": _LEAST,
    "greatest": _GREATEST,
    "latest": _GREATEST,
}
