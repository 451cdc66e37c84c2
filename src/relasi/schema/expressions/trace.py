"""Why an expression gave what it gave: every part with its text and its value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from relasi.schema.expressions.evaluate import evaluator
from relasi.schema.expressions.expression import Expression
from relasi.schema.expressions.situation import Situation
from relasi.schema.expressions.tree import Constant, KindOf, Node, children


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


def trace(expression: Expression, situation: Situation) -> Trace:
    """What every part answers in the situation, also those that no longer mattered; literals are left out."""
    return _traced(expression.root, expression.text, situation)


def _traced(node: Node, text: str, situation: Situation) -> Trace:
    parts = () if isinstance(node, KindOf) else children(node)
    return Trace(
        text=text[slice(*node.at)],
        value=_plain(evaluator(node)(situation)),
        children=tuple(_traced(part, text, situation) for part in parts if not isinstance(part, Constant)),
    )


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
