"""An expression, compiled: checked once, then evaluated, described and traced as often as needed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from relasi.schema.expressions.asked import Answers, Asked, gives
from relasi.schema.expressions.check import check
from relasi.schema.expressions.describe import described
from relasi.schema.expressions.evaluate import Evaluator, evaluator
from relasi.schema.expressions.parse import parse
from relasi.schema.expressions.scope import Labels, Scope
from relasi.schema.expressions.situation import Situation
from relasi.schema.expressions.tree import (
    Changed,
    Constant,
    CurrentUser,
    Given,
    Node,
    Now,
    Read,
    Today,
    Under,
    rebuilt,
    walk,
)
from relasi.schema.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Expression:
    """One checked expression about records of `entity`.

    `fields` are the fields and paths that it reads ("priority", "owner", "owner.team"), `reads` the
    same as (entity, field), for access checks.
    """

    text: str
    entity: str
    type: Type
    root: Node
    fields: frozenset[str]
    reads: frozenset[tuple[str, str]]
    uses_old: bool
    _run: Evaluator = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, scope: Scope, expected: Type | None = None) -> Self:
        """Parses and checks. The value fits `expected`; where that is a choice, bare words are its options.

        What was checked before is not checked again while the scope gives the same answers. Raises
        ExpressionError with every problem found.
        """
        place = (text, expected, scope.entity, scope.has_old, scope.has_user, scope.outer)
        known = _CHECKED.get(place)
        if known is not None and isinstance(known[1], cls) and gives(scope, known[0]):
            return known[1]
        asked = Asked(scope)
        checked = cls.of(text, scope.entity, check(parse(text), asked, expected))
        if len(_CHECKED) >= _MOST_KEPT:
            _CHECKED.clear()
        _CHECKED[place] = asked.answers, checked
        return checked

    @classmethod
    def of(cls, text: str, entity: str, root: Node) -> Self:
        """The expression whose checked tree is `root`."""
        nodes = list(walk(root))
        reads = [node for node in nodes if isinstance(node, Read)]
        reads += [node.climbs for node in nodes if isinstance(node, Under)]
        return cls(
            text=text,
            entity=entity,
            type=root.type,
            root=root,
            fields=frozenset(path for read in reads for path in _paths(read)),
            reads=frozenset(pair for read in reads for pair in zip(read.entities, read.path, strict=True)),
            uses_old=any(read.old for read in reads) or any(isinstance(node, Changed) for node in nodes),
            _run=evaluator(root),
        )

    def evaluate(self, situation: Situation) -> Any:  # Any: the Python value that belongs to `type`
        """The value in a situation. A condition is None only where it is an empty true-or-false field."""
        return self._run(situation)

    @property
    def given(self) -> frozenset[str]:
        """The fields and paths that it reads of the record whose link is chosen."""
        given = (node.field for node in walk(self.root) if isinstance(node, Given))
        reads = (read for field in given for read in walk(field) if isinstance(read, Read))
        return frozenset(path for read in reads for path in _paths(read))

    def bound(self, outer: Situation) -> Expression:
        """The same question once the record is known whose link is chosen."""
        values: list[str] = []

        def known(node: Node) -> Node:
            if not isinstance(node, Given):
                return node
            value = evaluator(node.field)(outer)
            values.append(repr(value))
            return Constant(value=value, at=node.at, type=node.type)

        root = rebuilt(self.root, known)
        text = f"{self.text} ({', '.join(values)})"
        return replace(self, text=text, root=root, _run=evaluator(root))

    def asked_by(self, user_id: str) -> Expression:
        """The same question where `user` is this person, whoever asks."""

        def known(node: Node) -> Node:
            is_user = isinstance(node, CurrentUser)
            return Constant(value=user_id, at=node.at, type=node.type) if is_user else node

        root = rebuilt(self.root, known)
        return replace(self, text=f"{self.text} ({user_id})", root=root, _run=evaluator(root))

    def at_times(self, *times: datetime | date) -> Expression:
        """The same question with each `now()` or `today()`, in the order of the text, at its own."""
        left = list(times)

        def known(node: Node) -> Node:
            if not isinstance(node, _CLOCK):
                return node
            return Constant(value=left.pop(0), at=node.at, type=node.type)

        root = rebuilt(self.root, known)
        text = f"{self.text} ({', '.join(map(str, times))})"
        return replace(self, text=text, root=root, _run=evaluator(root))

    def describe(self, language: str, labels: Labels) -> str:
        """The expression as a sentence. `labels` are the words of that language for fields and options."""
        return described(self.root, language, labels)


_CLOCK = (Now, Today)
_MOST_KEPT = 20_000
_CHECKED: dict[Hashable, tuple[Answers, Expression]] = {}
"""By the text and all that a scope says of itself; a process looks at one project or at few."""


def _paths(read: Read) -> Iterator[str]:
    return (".".join(read.path[: length + 1]) for length in range(len(read.path)))
