"""Why an expression gave what it gave: every part with its text and its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from relasi.schema.expressions.evaluate import evaluator
from relasi.schema.expressions.expression import Expression
from relasi.schema.expressions.situation import Situation
from relasi.schema.expressions.tree import Constant, KindOf, Node, WeightOf, children


@dataclass(frozen=True, slots=True)
class Trace:
    """One part of an expression and what it gave. `value` is JSON; decimals are text, durations seconds."""

    text: str
    value: Any  # Any: JSON
    children: tuple[Trace, ...] = ()

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {
            "text": self.text,
            "value": self.value,
            "children": [child.to_json() for child in self.children],
        }


Tracer = Callable[[Situation], Trace]


def trace(expression: Expression, situation: Situation) -> Trace:
    """What every part answers in the situation, also those that no longer mattered; literals are left out."""
    return tracer(expression)(situation)


def tracer(expression: Expression) -> Tracer:
    """`trace`, prepared for many situations."""
    return _tracer(expression.root, expression.text)


def _tracer(node: Node, text: str) -> Tracer:
    own, run = text[slice(*node.at)], evaluator(node)
    inner = () if isinstance(node, (KindOf, WeightOf)) else children(node)
    parts = [_tracer(part, text) for part in inner if not isinstance(part, Constant)]

    def traced(situation: Situation) -> Trace:
        return Trace(own, _plain(run(situation)), tuple([part(situation) for part in parts]))

    return traced


def _plain(value: Any) -> Any:  # Any: a field's value -> JSON
    match value:
        case Decimal():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case tuple():
            return list(value)
    return value
