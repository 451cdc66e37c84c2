"""What is wrong in an author's files and how to say it: places, messages, nearest words, excerpts.

Colours and exit codes are left to the command line, reading the files to `relasi.config`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
LineKind = Literal["headline", "location", "gap", "source", "mark", "note", "help"]
SourceOf = Callable[[str], Sequence[str]]

_WIDTH = 100
_LONGEST_WORD = 100
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_DIRECTIONS = [*range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_UNPRINTABLE = {code: "\N{REPLACEMENT CHARACTER}" for code in _CONTROLS + _DIRECTIONS if code != ord("\t")}


class Span(NamedTuple):
    """A stretch of a file. Lines and columns (code points) count from 1; the end column is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def whole(cls, file: str) -> Span:
        """The place to name when a file as such is meant."""
        return cls(file, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake.

    `code` is a stable kebab-case word; `related` are other places with a note, such as a first definition.
    """

    code: str
    message: str
    span: Span
    help: str = ""
    suggestion: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    severity: Severity = "error"


class Diagnostics:
    """Collects what one run finds; iterates by file, line and column."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def add(self, diagnostic: Diagnostic) -> None:
        """Once: what several fields are made of is checked with each of them."""
        if diagnostic not in self._found:
            self._found.append(diagnostic)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str = "",
        suggestion: str | None = None,
        related: Iterable[tuple[Span, str]] = (),
    ) -> None:
        self.add(Diagnostic(code, message, span, help, suggestion, tuple(related)))

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str = "",
        suggestion: str | None = None,
        related: Iterable[tuple[Span, str]] = (),
    ) -> None:
        self.add(Diagnostic(code, message, span, help, suggestion, tuple(related), "warning"))

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._found, key=_place_in_order))

    def __len__(self) -> int:
        return len(self._found)


def _place_in_order(found: Diagnostic) -> tuple[str, int, int]:
    return found.span.file, found.span.line, found.span.column


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, itself where it is one; None when all are too far.

    Among those that as many slips lead to, the one that begins the same, then the one that has all its
    letters, then the first.
    """
    if len(word) > _LONGEST_WORD:
        return None
    candidates = tuple(candidates)
    if word in candidates:
        return word
    best: tuple[tuple[int, bool, bool], str] | None = None
    for candidate in candidates:
        distance = _distance(word, candidate)
        if distance is None:
            continue
        rank = (distance, word[:1].casefold() != candidate[:1].casefold(), not set(word) <= set(candidate))
        if best is None or rank < best[0]:
            best = (rank, candidate)
    return best[1] if best else None


def _distance(word: str, candidate: str) -> int | None:
    folded, wanted = _fold(word), _fold(candidate)
    if folded and folded == wanted:
        return 0
    distances = [
        edits
        for left, right in ((word, candidate), (folded, wanted))
        if abs(len(left) - len(right)) <= _tolerance(right)
        and (edits := _edits(left, right)) <= _tolerance(right)
    ]
    return min(distances, default=None)


def _fold(word: str) -> str:
    folded = word.casefold().translate({ord(sign): None for sign in "-_ "})
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _tolerance(candidate: str) -> int:
    """How many typing slips still make it the same word: short words are too close to each other to guess."""
    return sum(len(candidate) >= length for length in (3, 6, 10))


def _edits(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rendered diagnostic, in two parts so that a terminal can colour them by `kind`."""

    kind: LineKind
    gutter: str
    text: str


def render(diagnostic: Diagnostic, source: SourceOf) -> str:
    """The diagnostic with its source lines as plain text; `source` gives a file its lines, if it has any."""
    return "\n".join((line.gutter + line.text).rstrip() for line in layout(diagnostic, source))


def layout(diagnostic: Diagnostic, source: SourceOf) -> list[Line]:
    """The lines that `render` joins."""
    spans = [diagnostic.span, *(span for span, _ in diagnostic.related)]
    margin = max(len(str(span.line)) for span in spans) + 2
    lines = [Line("headline", f"{diagnostic.severity}[{diagnostic.code}]: ", _printable(diagnostic.message))]
    lines += _excerpt(diagnostic.span, "", source, margin)
    for span, note in diagnostic.related:
        lines += _excerpt(span, note, source, margin)
    for sentence in _ways_out(diagnostic):
        lines.append(Line("help", " " * margin + "= help: ", _printable(sentence)))
    return lines


def _ways_out(diagnostic: Diagnostic) -> list[str]:
    guess = f'did you mean "{diagnostic.suggestion}"?' if diagnostic.suggestion else ""
    return [sentence for sentence in (guess, diagnostic.help) if sentence]


def _excerpt(span: Span, note: str, source: SourceOf, margin: int) -> list[Line]:
    place = f"{_printable(span.file)}:{span.line}:{span.column}"
    arrow = " " * (margin - 1) + "--> "
    lines = [Line("note", arrow, f"{place}: {_printable(note)}") if note else Line("location", arrow, place)]
    content = source(span.file)
    if span.line > len(content):
        return lines
    text, marks = _underline(content[span.line - 1], span)
    gap = " " * margin + "| "
    lines.append(Line("gap", gap, ""))
    lines.append(Line("source", f"{span.line:>{margin - 1}} | ", text))
    lines.append(Line("mark", gap, marks))
    return lines


def _underline(raw: str, span: Span) -> tuple[str, str]:
    """The line, cut around the span when it is long, and the carets under the span (tabs stay tabs)."""
    text = _printable(raw)
    start = min(span.column - 1, len(text))
    end = min(span.end_column - 1, len(text)) if span.end_line == span.line else len(text.rstrip())
    first = max(0, min(start - _WIDTH // 3, len(text) - _WIDTH))
    last = min(len(text), first + _WIDTH)
    pad = "".join("\t" if sign == "\t" else " " * _columns(sign) for sign in text[first:start])
    marks = "^" * max(1, sum(map(_columns, text[start : min(end, last)])))
    before, after = "… " if first else "", " …" if last < len(text) else ""
    return before + text[first:last] + after, " " * len(before) + pad + marks


def _columns(sign: str) -> int:
    """How many terminal columns a character takes."""
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1


def _printable(text: str) -> str:
    return text.translate(_UNPRINTABLE)


def to_json(diagnostic: Diagnostic, source: SourceOf) -> dict[str, object]:
    """The same facts as data; `snippet` is the first line of the span, None if the file has no such line."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span, source),
        "help": diagnostic.help,
        "suggestion": diagnostic.suggestion,
        "related": [{"note": note, **_place(span, source)} for span, note in diagnostic.related],
    }


def _place(span: Span, source: SourceOf) -> dict[str, object]:
    content = source(span.file)
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "snippet": content[span.line - 1] if span.line <= len(content) else None,
    }
