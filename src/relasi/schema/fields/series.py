"""Numbers that records get one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter
from typing import Any, ClassVar, Self

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Moment,
    Storage,
    Surroundings,
    Value,
    ValueProblem,
    Widget,
)
from relasi.schema.fields.notation.characters import clean

_TOKENS = ("year", "month", "day", "n")


class SeriesField(FieldType):
    """Values are str such as CMP-2026-00042. The recipe gives them; it counts once for each `counter`."""

    name: ClassVar[str] = "series"
    summary: ClassVar[str] = "A number that each new record gets by itself, without gaps: CMP-2026-00042."
    widget: ClassVar[Widget] = Widget.NONE
    computed: ClassVar[bool] = True

    pattern: str
    """Text with {n} or {n:05} (the number, and its least digits) and, if wanted, {year}, {month} and {day}.

    Where there is a date in it, counting starts again with each new date.
    """
    unique: bool = True
    """Whether two records may never hold the same value."""

    def connect(self, around: Surroundings) -> Self:
        for code, message, word in _mistakes(self.pattern):
            around.problem(
                ("pattern",),
                code,
                message,
                word=word,
                candidates=_TOKENS,
                help='write text with one {n}, such as "CMP-{year}-{n:05}"',
            )
        return self

    def counter(self, moment: Moment) -> str:
        """The pattern with all but the number filled in, by the day in the moment's zone."""
        today = moment.now.astimezone(moment.zone)
        dated = {"year": f"{today:%Y}", "month": f"{today:%m}", "day": f"{today:%d}"}
        return _dated(self.pattern, dated)

    def render(self, counter: str, n: int) -> str:
        """The value with the number n of a `counter`."""
        return counter.format(n=n)

    def highest(self, texts: Iterable[str]) -> dict[str, int]:
        """Counter -> the highest number among those of the texts that this series could have given."""
        found: dict[str, int] = {}
        for text in texts:
            if match := re.fullmatch(_recognizer(self.pattern), text):
                dated = {name: match[name] for name in _TOKENS[:3] if name in match.re.groupindex}
                counter, n = _dated(self.pattern, dated), int(match["n"])
                if counter.format(n=n) == text:
                    found[counter] = max(n, found.get(counter, 0))
        return found

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=100)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        text = clean(value)
        if text is not None and len(text) > 100:
            raise ValueProblem("too_long", max=100, length=len(text))
        return text

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        if written is not None:
            raise ValueProblem("read_only")
        return None


def _dated(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with its dates filled in."""
    return re.sub(r"{(year|month|day)}", lambda found: parts[found[1]], pattern)


@cache
def _recognizer(pattern: str) -> str:
    """A regular expression for what the pattern renders."""
    digits = {"year": "[0-9]{4}", "month": "[0-9]{2}", "day": "[0-9]{2}", "n": "[0-9]{1,18}"}
    found, seen = "", set()
    for literal, name, _, _ in Formatter().parse(pattern):
        found += re.escape(literal)
        if name in seen:
            found += f"(?P={name})"
        elif name is not None:
            found += f"(?P<{name}>{digits[name]})"
            seen.add(name)
    return found


def _mistakes(pattern: str) -> list[tuple[str, str, str | None]]:
    """(code, message, unknown word) of all that is wrong with a pattern."""
    try:
        parts = [part for part in Formatter().parse(pattern) if part[1] is not None]
    except ValueError:
        return [("bad-pattern", "a { or } in the pattern has no counterpart", None)]
    if "{{" in pattern or "}}" in pattern:
        return [("bad-pattern", "braces stand for nothing but the parts of a series", None)]
    holes = [
        (str(name), f"{'!' + kind if kind else ''}{':' + spec if spec else ''}")
        for _, name, spec, kind in parts
    ]
    found: list[tuple[str, str, str | None]] = [
        ("unknown-token", f"{{{name}}} means nothing in a series", name)
        for name, _ in holes
        if name not in _TOKENS
    ]
    if [name for name, _ in holes].count("n") != 1:
        found.append(("bad-pattern", "a series needs {n}, once", None))
    for name, form in holes:
        if form and not (name == "n" and re.fullmatch(":0[1-9]", form)):
            found.append(("bad-pattern", f"{{{name}{form}}} means nothing; only {{n:05}} has digits", None))
    return found
