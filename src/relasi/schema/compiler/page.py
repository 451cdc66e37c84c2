"""One document while it is compiled: reports what is wrong in it at the right place, and checks its
expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from relasi.config.documents import Document
from relasi.config.nodes import Scalar, key_span, lookup, span_at
from relasi.diagnostics import Diagnostics, Span, nearest
from relasi.schema.expressions import Expression, ExpressionError, Scope, Template
from relasi.schema.expressions.types import Boolean, Type

Path = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """`document` with the collector of all mistakes of this run."""

    document: Document
    diagnostics: Diagnostics

    def span(self, path: Path) -> Span:
        return span_at(self.document.root, path)

    def wrong(self, path: Path, code: str, message: str, *, help: str = "", at_key: bool = False) -> None:
        span = key_span(self.document.root, path) if at_key else self.span(path)
        self.diagnostics.error(code, message, span, help=help)

    def warn(self, path: Path, code: str, message: str, *, help: str = "") -> None:
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
        legal = tuple(known)
        near = nearest(word, legal)
        listed = ", ".join(legal[:12]) + (", …" if len(legal) > 12 else "")
        if not near and not help:
            help = f"known here: {listed}" if legal else "nothing of that sort is defined yet"
        span = key_span(self.document.root, path) if at_key else self.span(path)
        self.diagnostics.error(code, message, span, help=help, suggestion=near)

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
        except ExpressionError as error:
            self._report(path, error)
            return None

    def template(self, path: Path, text: str, scope: Scope) -> Template | None:
        try:
            return Template.parse(text, scope)
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
