"""Numbers without rounding and without guessing: from Python values, and from text in a language."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cache
from typing import Annotated

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from relasi.schema.fields.base import ValueProblem, quoted

DIGITS = 18
"""The most digits that a number may have in all: it is kept as a 64-bit integer on some platforms."""

_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


def exact(value: object) -> Decimal:
    """The number that a Python value stands for.

    A float counts as the shortest decimal that is printed for it (0.1 is 0.1); text only in the plain form
    that `dump` writes. Raises ValueProblem for anything else: truth values, infinities, not-a-number.
    """
    match value:
        case bool():
            pass
        case int():
            return Decimal(value)
        case float() if math.isfinite(value):
            return Decimal(float.__repr__(value))
        case Decimal() if value.is_finite():
            return value
        case str() if _PLAIN.fullmatch(value):
            return Decimal(value)
    raise ValueProblem("not_a_number", value=quoted(value))


def fitted(number: Decimal, places: int) -> Decimal:
    """The same number with exactly so many places. Raises ValueProblem where that would lose digits."""
    limit = Decimal(10) ** (DIGITS - places)
    if number >= limit:
        raise ValueProblem("too_large", max=plain(limit - Decimal(1).scaleb(-places)))
    if number <= -limit:
        raise ValueProblem("too_small", min=plain(Decimal(1).scaleb(-places) - limit))
    rounded = number.quantize(Decimal(1).scaleb(-places))
    if rounded != number:
        raise ValueProblem("too_many_places", places=places) if places else ValueProblem("not_whole")
    return abs(rounded) if rounded.is_zero() else rounded


def plain(number: Decimal) -> str:
    """Without exponent and trailing zeros, for messages."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(text: str, locale: Locale) -> Decimal:
    """The number in the locale's notation: "1.234,5" in Indonesian, "1,234.5" in English.

    Grouping must be complete and regular; "1.23" in Indonesian is refused, for nobody knows what was meant.
    """
    match = _pattern(locale).fullmatch(text.strip())
    if match is None or not (match["whole"] or match["part"]):
        raise ValueProblem("not_a_number", value=quoted(text))
    sign = "" if match["sign"] in ("", "+") else "-"
    whole = re.sub("[^0-9]", "", match["whole"]) or "0"
    return exact(f"{sign}{whole}.{match['part'] or '0'}")


@cache
def _pattern(locale: Locale) -> re.Pattern[str]:
    point, group = re.escape(get_decimal_symbol(locale)), re.escape(get_group_symbol(locale))
    whole = rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]*"
    return re.compile(rf"(?P<sign>[-+\u2212]?)(?P<whole>{whole})(?:{point}(?P<part>[0-9]+))?")


def _from_author(value: object) -> Decimal:
    try:
        return exact(value)
    except ValueProblem as problem:
        way_out = "write digits, with a point before decimals and no other sign: 1250000.50"
        raise PydanticCustomError("not_a_number", "a number is expected", {"help": way_out}) from problem


Exact = Annotated[Decimal, BeforeValidator(_from_author, json_schema_input_type=int | float)]
"""A number in a definition."""
