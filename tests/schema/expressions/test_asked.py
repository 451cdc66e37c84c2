"""An expression that was checked before means what it would mean if it were checked now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.expressions import Expression, ExpressionError, ScopeField
from relasi.schema.expressions.check import check
from relasi.schema.expressions.parse import parse
from relasi.schema.expressions.types import Boolean, Choice, Link, Number, Text, Type

TEXTS = (
    "a = b",
    "a = low",
    "a > 3",
    "a",
    "not a",
    "b.a = low",
    'a = "x" or b = 3',
    "a in [low, b]",
    "b.b = a",
    "under(record, a)",
    'under(b, "x")',
)
TYPES: tuple[Type, ...] = (
    Text(),
    Number(),
    Boolean(),
    Choice(("low", "high")),
    Choice(("low",)),
    Link(("one",)),
)
Fields = Mapping[str, ScopeField]
fields: st.SearchStrategy[Fields] = st.dictionaries(
    st.sampled_from("ab"), st.sampled_from(TYPES).map(ScopeField), max_size=2
)


@dataclass(frozen=True)
class Scope:
    known: Fields
    entity: str = "one"
    has_old: bool = False
    has_user: bool = False
    outer: str | None = None

    def field(self, entity: str, name: str) -> ScopeField | None:
        return self.known.get(name)

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset({name}) for name, each in self.known.items() if isinstance(each.type, Text)}

    def trees(self, entity: str) -> tuple[str, ...]:
        return tuple(name for name, each in self.known.items() if isinstance(each.type, Link))

    def fields(self, entity: str) -> Iterable[str]:
        return self.known


def afresh(text: str, scope: Scope) -> object:
    try:
        return check(parse(text), scope)
    except ExpressionError as error:
        return error.problems


def again(text: str, scope: Scope) -> object:
    try:
        return Expression.parse(text, scope).root
    except ExpressionError as error:
        return error.problems


@given(st.lists(st.tuples(st.sampled_from(TEXTS), fields), min_size=1, max_size=12))
def test_whatever_was_checked_before_the_scope_at_hand_decides(looks: list[tuple[str, Fields]]) -> None:
    for text, known in looks:
        assert again(text, Scope(known)) == afresh(text, Scope(known))


def test_the_same_question_gets_the_same_expression() -> None:
    scope = Scope({"a": ScopeField(Boolean())})

    assert Expression.parse("not a", scope) is Expression.parse("not a", Scope(dict(scope.known)))
