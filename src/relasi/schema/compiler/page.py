"""One document while it is compiled: reports what is wrong in it at the right place, and checks its
expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from relasi.config.documents import Document
from relasi.config.nodes import Scalar, key_span, lookup, span_at
from relasi.diagnostics import Diagnostics, Span, nearest
from relasi.schema.expressions import Expression, ExpressionError, Scope, Template
from relasi.schema.expressions.types import Boolean, Type

Path = tuple[str | int, ...]
T = TypeVar("T")

_MOST_SHOWN = 20


class BrokenReference(Exception):
    """An expression reads something whose definition is wrong; that has been reported, at the definition."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What is there but was not understood, and has been reported: nobody is told that it is unknown.

    `words` are names; `codes` are diagnostics about names of a sort that could not be read at all. `off` has
    the names that belong to modules that are off, with the module.
    """

    words: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    off: Mapping[str, str] = field(default_factory=dict)

    def excuses(self, code: str, word: str) -> bool:
        return code in self.codes or (code in _NAMES and word in self.words)


_NAMES = frozenset(
    {
        "unknown-department",
        "unknown-entity",
        "unknown-field",
        "unknown-form",
        "unknown-hook",
        "unknown-list",
        "unknown-message",
        "unknown-platform",
        "unknown-role",
        "unknown-state",
        "unknown-team",
        "unknown-value-list",
        "unknown-workflow",
    }
)
"""Diagnostics about names that the project itself defines."""


@dataclass(frozen=True, slots=True)
class Page:
    """`document` with the collector of all mistakes of this run, and what was lost to earlier ones."""

    document: Document
    diagnostics: Diagnostics
    lost: Lost = field(default_factory=Lost)

    def span(self, path: Path, *, at_key: bool = False) -> Span:
        return (key_span if at_key else span_at)(self.document.root, path)

    def wrong(self, path: Path, code: str, message: str, *, help: str, at_key: bool = False) -> None:
        self.diagnostics.error(code, message, self.span(path, at_key=at_key), help=help)

    def warn(self, path: Path, code: str, message: str, *, help: str) -> None:
        self.diagnostics.warning(code, message, self.span(path), help=help)

    def unknown(
        self,
        path: Path,
        code: str,
        message: str,
        word: str,
        known: Iterable[str],
        *,
        help: str = "",
        at_key: bool = False,
    ) -> None:
        """A word that means nothing here: names the nearest one that does, else all of them."""
        if self.lost.excuses(code, word):
            return
        legal = tuple(known)
        module = self.lost.off.get(word) if code in _NAMES else None
        near = None if module else nearest(word, legal)
        if module:
            help = f'it belongs to the module "{module}", which is off; "modules" in config/crm.yaml says so'
        if not near and not help:
            listed = ", ".join(legal[:_MOST_SHOWN]) + (", …" if len(legal) > _MOST_SHOWN else "")
            help = f"known here: {listed}" if legal else "nothing of that sort is defined yet"
        self.diagnostics.error(code, message, self.span(path, at_key=at_key), help=help, suggestion=near)

    def pick(
        self, path: Path, code: str, what: str, word: str, known: Mapping[str, T], *, at_key: bool = False
    ) -> T | None:
        """The thing called `word`; where there is none, a diagnostic and None."""
        if word in known:
            return known[word]
        self.unknown(path, code, f'there is no {what} "{word}"', word, known, at_key=at_key)
        return None

    def condition(self, path: Path, text: str | bool | None, scope: Scope) -> Expression | None:
        """A true-or-false expression; None where there is none, or where it is wrong and has been
        reported."""
        if text is None:
            return None
        return self.expression(path, _source(text), scope, Boolean())

    def expression(self, path: Path, text: str, scope: Scope, expected: Type | None) -> Expression | None:
        try:
            return Expression.parse(text, scope, expected)
        except BrokenReference:
            return None
        except ExpressionError as error:
            self._report(path, error)
            return None

    def template(self, path: Path, text: str, scope: Scope) -> Template | None:
        try:
            return Template.parse(text, scope)
        except BrokenReference:
            return None
        except ExpressionError as error:
            self._report(path, error)
            return None

    def _report(self, path: Path, error: ExpressionError) -> None:
        node = lookup(self.document.root, path)
        for problem in error.problems:
            span = (
                node.inner_span(problem.start, problem.end) if isinstance(node, Scalar) else self.span(path)
            )
            self.diagnostics.error(
                "expression", problem.message, span, help=problem.help, suggestion=problem.suggestion
            )


def _source(text: str | bool) -> str:
    return str(text).lower() if isinstance(text, bool) else text
