"""PyYAML's syntax errors in an author's words: what is wrong, at the place to mend, with a way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import yaml

from relasi.diagnostics import Diagnostic, Span

_QUOTE_IT = "put the whole value in quotes, single ones if it holds double ones"

_SPACE_IT = 'write "key: value"'


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What PyYAML says: where it gave up, and where the thing that it read began (both from 0)."""

    problem: str
    line: int
    column: int
    begun: tuple[int, int]
    file: str
    lines: Sequence[str]

    @property
    def text(self) -> str:
        return self.lines[self.line]

    @property
    def sign(self) -> str:
        return self.text[self.column : self.column + 1]

    @property
    def begun_sign(self) -> str:
        line, column = self.begun
        return self.lines[line][column : column + 1]

    @property
    def indent(self) -> int:
        return _indent(self.text)

    def here(self) -> Span:
        return self._span(self.line, self.column)

    def begun_here(self) -> Span:
        return self._span(*self.begun)

    def is_at_end(self) -> bool:
        return not (self.text[self.column :] + "".join(self.lines[self.line + 1 :])).strip()

    def line_above(self) -> int | None:
        above = (n for n in range(self.line - 1, -1, -1) if self.lines[n].split("#")[0].strip())
        return next(above, None)

    def whole_line(self, line: int) -> Span:
        text = self.lines[line]
        return Span(self.file, line + 1, _indent(text) + 1, line + 1, len(text.rstrip()) + 1)

    def _span(self, line: int, column: int) -> Span:
        return Span(self.file, line + 1, column + 1, line + 1, column + 2)


def explain(error: yaml.MarkedYAMLError, file: str, lines: Sequence[str]) -> Diagnostic:
    """The diagnostic for a syntax error in the file whose lines these are."""
    trouble = _trouble(error, file, lines)
    for words, describe in _KINDS:
        if re.search(words, trouble.problem):
            return describe(trouble)
    return Diagnostic("yaml-syntax", f"this cannot be read as YAML: {error.problem}", trouble.here())


def _trouble(error: yaml.MarkedYAMLError, file: str, lines: Sequence[str]) -> _Trouble:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    begun = error.context_mark
    begun_at = (begun.line, begun.column) if begun else (line, column)
    return _Trouble(f"{error.context}: {error.problem}", line, column, begun_at, file, lines)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _tab(trouble: _Trouble) -> Diagnostic:
    way_out = "indent with spaces; most editors can be set to insert them for the tab key"
    return Diagnostic("tab-indent", "a tab stands where only spaces may", trouble.here(), way_out)


def _first_sign(trouble: _Trouble) -> Diagnostic:
    if trouble.sign == "\t":
        return _tab(trouble)
    return Diagnostic(
        "reserved-sign", f'a value cannot begin with "{trouble.sign}"', trouble.here(), _QUOTE_IT
    )


def _begun_sign(trouble: _Trouble) -> Diagnostic:
    message = f'a value cannot begin with "{trouble.begun_sign}"'
    return Diagnostic("reserved-sign", message, trouble.begun_here(), _QUOTE_IT)


def _escape(trouble: _Trouble) -> Diagnostic:
    message = 'a backslash inside "double quotes" begins an escape, and this one does not exist'
    return Diagnostic(
        "bad-escape", message, trouble.here(), "write \\\\ for a backslash, or use 'single quotes'"
    )


def _quote(trouble: _Trouble) -> Diagnostic:
    way_out = "add the closing quote; inside 'single quotes' an apostrophe is written twice"
    return Diagnostic("unclosed-quote", "this quote is never closed", trouble.begun_here(), way_out)


def _flow_colon(trouble: _Trouble) -> Diagnostic:
    return Diagnostic("missing-space", "a space is missing after the colon", trouble.here(), _SPACE_IT)


def _colon(trouble: _Trouble) -> Diagnostic:
    if re.search(r":\s", trouble.text[: trouble.column]):
        message = 'a value that contains ": " needs quotes'
        return Diagnostic("colon-in-value", message, trouble.here(), _QUOTE_IT)
    above = trouble.line_above()
    if above is not None and re.match(r"\s*(- )*[\w-]+:[^\s:]+\s*$", trouble.lines[above]):
        span = trouble.whole_line(above)
        return Diagnostic("missing-space", "a space is missing after the colon", span, _SPACE_IT)
    if above is not None and ":" not in trouble.lines[above]:
        return _no_colon(replace(trouble, begun=(above, 0)))
    return _misplaced_line(trouble, "this line is indented, but the line above it already has a value")


def _bracket(trouble: _Trouble) -> Diagnostic:
    begun_line = trouble.begun[0]
    outdented = trouble.line > begun_line and trouble.indent <= _indent(trouble.lines[begun_line])
    if outdented or trouble.is_at_end():
        return _unclosed(trouble)
    if trouble.sign == "[":
        message = "a value with brackets in it needs quotes here"
        return Diagnostic("bracket-in-value", message, trouble.here(), _QUOTE_IT)
    closing = "]" if trouble.begun_sign == "[" else "}"
    message = f'"," or "{closing}" is expected here'
    way_out = 'add the comma; a value that contains ": " or a quote needs quotes around the whole of it'
    return Diagnostic("missing-comma", message, trouble.here(), way_out)


def _unclosed(trouble: _Trouble) -> Diagnostic:
    message = f'this "{trouble.begun_sign}" is never closed'
    line, column = trouble.begun
    way_out = "add the closing bracket"
    if " #" in trouble.lines[line][column:]:
        way_out += '; behind " #" all is comment: a text that holds this sign needs quotes'
    return Diagnostic("unclosed-bracket", message, trouble.begun_here(), way_out)


def _last_open_bracket(lines: Sequence[str]) -> tuple[int, int]:
    """Where the bracket stands in which a text ends."""
    closed = 0
    for line in range(len(lines) - 1, -1, -1):
        for column in range(len(lines[line]) - 1, -1, -1):
            sign = lines[line][column]
            if sign in "[{" and closed == 0:
                return line, column
            closed += (sign in "]}") - (sign in "[{")
    return 0, 0


def _no_colon(trouble: _Trouble) -> Diagnostic:
    way_out = (
        'write "key: value" or "- item" with its space, or indent the line if it continues the text above'
    )
    span = trouble.whole_line(trouble.begun[0])
    return Diagnostic("missing-colon", 'this line has no ": " after its key', span, way_out)


def _list_beside_key(trouble: _Trouble) -> Diagnostic:
    message = "a list cannot begin on the line of its key"
    way_out = "begin it on the next line, write [a, b], or put the value in quotes if it is a text"
    return Diagnostic("list-beside-key", message, trouble.here(), way_out)


def _block_header(trouble: _Trouble) -> Diagnostic:
    message = 'nothing but a comment may follow "|" or ">" on its line'
    return Diagnostic("text-after-block", message, trouble.here(), "begin the text on the next line")


def _structure(trouble: _Trouble) -> Diagnostic:
    """A line, or the rest of one, that belongs to nothing above it."""
    if trouble.sign and trouble.sign in "]}":
        message = f'this "{trouble.sign}" closes nothing'
        return Diagnostic("stray-bracket", message, trouble.here(), "delete it, or add the opening bracket")
    if opened := _quote_from_above(trouble):
        return _quote(replace(trouble, begun=opened))
    if trouble.column > trouble.indent:
        span = trouble.here()
        rest = Span(span.file, span.line, span.column, span.line, len(trouble.text.rstrip()) + 1)
        return Diagnostic("text-after-value", "the value ends before this text", rest, _QUOTE_IT)
    if trouble.sign == ":":
        return Diagnostic("empty-key", "there is no key before this colon", trouble.here(), "write one")
    if trouble.sign == "-":
        return _misplaced_line(trouble, "this list item stands where a key is expected")
    if "block collection" in trouble.problem:
        return _misplaced_line(trouble, 'this line is no item ("- ") of the list above it, nor part of one')
    return _misplaced_line(trouble, "the indentation of this line fits no line above it")


def _quote_from_above(trouble: _Trouble) -> tuple[int, int] | None:
    """Where a text begins that ends just before the trouble, with the quote that was to open another one."""
    before = trouble.text[: trouble.column].rstrip()
    sign = before[-1:]
    if sign not in ('"', "'") or before.count(sign) % 2 == 0:
        return None
    above = (n for n in range(trouble.line - 1, -1, -1) if trouble.lines[n].count(sign) % 2)
    return next(((line, trouble.lines[line].rindex(sign)) for line in above), None)


def _misplaced_line(trouble: _Trouble, message: str) -> Diagnostic:
    above = trouble.line_above()
    related = ((trouble.whole_line(above), "the line above"),) if above is not None else ()
    way_out = "line it up with its neighbours, or end the key above it with a colon and nothing else"
    return Diagnostic("bad-indentation", message, trouble.whole_line(trouble.line), way_out, None, related)


def _no_value(trouble: _Trouble) -> Diagnostic:
    if trouble.is_at_end():
        return _unclosed(replace(trouble, begun=_last_open_bracket(trouble.lines)))
    message = f'a value is expected here, not "{trouble.sign}"'
    return Diagnostic("stray-sign", message, trouble.here(), "delete the sign, or put the value in quotes")


_KINDS: Sequence[tuple[str, Callable[[_Trouble], Diagnostic]]] = (
    ("tab character", _tab),
    ("cannot start any token|mapping keys are not allowed", _first_sign),
    ("quoted scalar: .*escape", _escape),
    ("quoted scalar", _quote),
    ("unexpected ':'", _flow_colon),
    ("mapping values are not allowed", _colon),
    ("sequence entries are not allowed", _list_beside_key),
    ("node content", _no_value),
    ("flow (sequence|mapping)", _bracket),
    ("simple key", _no_colon),
    ("block scalar", _block_header),
    ("block (mapping|collection)|document start", _structure),
    ("an anchor|an alias|a tag|a directive|tag handle", _begun_sign),
)
