"""Text -> tokens. Knows words and signs, and the signs of other languages that people try first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from relasi.schema.expressions.problems import ExpressionError, Problem

LONGEST_TEXT = 2_000
LONGEST_NUMBER = 28

TokenKind = Literal["word", "number", "text", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the word, the sign, the digits or the unquoted text."""

    kind: TokenKind
    value: str
    start: int
    end: int

    @property
    def shown(self) -> str:
        return "the end" if self.kind == "end" else f'"{self.value}"'


_PATTERN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<foreign>===|!==|==|&&|\|\||<>|=>|=<|\*\*|!(?!=)|[%^&|~`@$?:;{}]|[“”„‘’«»])
      | (?P<sign><=|>=|!=|[=<>+\-*/(),.\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_INSTEAD = {
    "==": "=",
    "===": "=",
    "!==": "!=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
}
_QUOTES = "“”„‘’«»`"
_ESCAPES = {"n": "\n", "t": "\t"}


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of the text, the last one of the kind "end". Raises ExpressionError."""
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(
            [
                Problem(
                    f"longer than {LONGEST_TEXT:,} characters",
                    LONGEST_TEXT,
                    len(text),
                    help="split it into fields",
                )
            ]
        )
    return (*_tokens(text), Token("end", "", len(text), len(text)))


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise ExpressionError([_unreadable(text, position)])
        position = match.end()
        group = match.lastgroup
        if group != "space":
            yield _token(str(group), match.group(), match.start(), match.end())


def _token(group: str, text: str, start: int, end: int) -> Token:
    if group == "foreign":
        raise ExpressionError([_foreign(text, start, end)])
    if group == "word":
        if "__" in text:
            raise ExpressionError([Problem(f'no name has two underscores in a row: "{text}"', start, end)])
        return Token("word", text, start, end)
    if group == "number":
        if len(text) > LONGEST_NUMBER or not text.isascii():
            raise ExpressionError(
                [
                    Problem(
                        "cannot read this number",
                        start,
                        end,
                        help=f"use 0-9, at most {LONGEST_NUMBER} digits",
                    )
                ]
            )
        return Token("number", text, start, end)
    if group == "text":
        return Token("text", re.sub(r"\\(.)", _unescaped, text[1:-1], flags=re.DOTALL), start, end)
    return Token("sign", text, start, end)


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match.group(1), match.group(1))


def _foreign(text: str, start: int, end: int) -> Problem:
    if text in _QUOTES:
        return Problem(
            f"{text} is no quotation mark here", start, end, help="use straight quotes: \"...\" or '...'"
        )
    if text in _INSTEAD:
        return Problem(f'"{text}" is written "{_INSTEAD[text]}" here', start, end, _INSTEAD[text])
    return Problem(f'"{text}" means nothing here', start, end, help="text needs quotes")


def _unreadable(text: str, position: int) -> Problem:
    if text[position] in "\"'":
        return Problem(
            "this text has no closing quotation mark",
            position,
            len(text),
            help=f"end it with {text[position]}",
        )
    return Problem(f'"{text[position]}" means nothing here', position, position + 1, help="text needs quotes")
