"""Comparisons of two fields that hold where both are empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from relasi.schema.derivations import Computed
from relasi.schema.expressions.tree import Compare, Constant, Empty, Given, Logic, Node, Read, Within
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.lint.conditions import Condition, conditions
from relasi.schema.model import Entity, Model

Path = tuple[str, ...]


def _find(survey: Survey) -> Iterator[Finding]:
    found = list(conditions(survey.model))
    asked = _asked_in_rules(found)
    for each in found:
        filled = asked[each.home.name] if each.home.kind == "workflow" else frozenset[Path]()
        for equal in _unguarded(each.expression.root, filled):
            if all(_may_be_empty(survey.model, side) for side in (equal.left, equal.right)):
                start, end = equal.at
                said = each.expression.text[start:end]
                yield Finding(
                    each.home,
                    each.path,
                    f'"{said}" is also true where both are empty',
                    "say as well that one of them is not empty, or why two empty ones belong together",
                    at_key=False,
                )


def _unguarded(node: Node, filled: Set[Path]) -> Iterator[Compare]:
    """The comparisons that count as they stand, and of which neither side is said to be filled."""
    match node:
        case Compare(operator="=", left=left, right=right):
            if not {_path(left), _path(right)} & filled:
                yield node
        case Logic(operator=operator, operands=parts):
            told = _filled if operator == "and" else _empty
            known = filled | {path for part in parts for path in told(part)}
            for part in parts:
                yield from _unguarded(part, known)


def _filled(condition: Node) -> Iterator[Path]:
    """The fields that have a value where the condition holds, and the links by which they are reached."""
    match condition:
        case Empty(operand=operand, negated=True) | Within(operand=operand, negated=False):
            yield from _ways(operand)
        case Compare(operator=operator, left=left, right=right) if operator != "!=":
            if operator != "=" or isinstance(left, Constant) or isinstance(right, Constant):
                yield from (*_ways(left), *_ways(right))
        case Logic(operator="and", operands=parts):
            for part in parts:
                yield from _filled(part)


def _empty(condition: Node) -> Iterator[Path]:
    """The field that the condition asks to be empty: beside it, the author has thought of that."""
    if isinstance(condition, Empty) and not condition.negated:
        yield from _ways(condition.operand)


def _ways(node: Node) -> Iterator[Path]:
    path = _path(node)
    return (path[:length] for length in range(1, len(path) + 1))


def _path(node: Node) -> Path:
    """Names a field, of the record at hand or of the one that is asked about; empty for all else."""
    if isinstance(node, Given) and isinstance(node.field, Read):
        return ("record", *node.field.path)
    return node.path if isinstance(node, Read) else ()


def _may_be_empty(model: Model, node: Node) -> bool:
    read = node.field if isinstance(node, Given) else node
    if not isinstance(read, Read) or read.old:
        return False
    places = zip(read.entities, read.path, strict=True)
    return any(not _is_kept_filled(model.entities[entity], name) for entity, name in places)


def _is_kept_filled(entity: Entity, name: str) -> bool:
    """Also a field that is worked out: what becomes of emptiness is for its formula to say. A copy is as
    empty as what it copies."""
    field, made = entity.fields[name], entity.fields[name].derivation
    is_state = entity.process is not None and name == entity.process.field
    is_copy = isinstance(made, Computed) and all(isinstance(each.root, Read) for each in made.expressions)
    return field.system or field.type.required or is_state or (made is not None and not is_copy)


def _asked_in_rules(found: Iterable[Condition]) -> Mapping[str, frozenset[Path]]:
    """What each rule asks somewhere to be filled, by its name: of the record that it runs on, too."""
    asked = defaultdict[str, set[Path]](set)
    for each in found:
        if each.home.kind == "workflow":
            paths = {path for path in _filled(each.expression.root) if path}
            asked[each.home.name] |= paths | {("record", *path) for path in paths}
    return {name: frozenset(paths) for name, paths in asked.items()}


LINT = Lint(
    code="both-empty",
    title="A comparison that is true where both are empty",
    explanation="Equality takes emptiness for a value: for a record without a city, `city = record.city` "
    "finds all that have none. Where both sides may be empty, and nothing beside them asks one of them to be "
    "filled, the condition mostly holds for more than is meant. That the rule asks it somewhere is enough.",
    example="when: invoice_address = delivery_address",
    find=_find,
)
