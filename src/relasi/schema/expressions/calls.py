"""Checking calls: the arguments of each function in the table, and the nodes that they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from relasi.diagnostics import nearest
from relasi.schema.expressions import names, operations
from relasi.schema.expressions.functions import FUNCTIONS, Function
from relasi.schema.expressions.names import TEAM
from relasi.schema.expressions.problems import Problem
from relasi.schema.expressions.syntax import Function as Written
from relasi.schema.expressions.syntax import Name, Syntax
from relasi.schema.expressions.tree import (
    Call,
    Changed,
    Constant,
    FirstFilled,
    Given,
    If,
    Node,
    Now,
    Read,
    ThisRecord,
    Today,
    Under,
    UnderTeam,
)
from relasi.schema.expressions.types import (
    Choice,
    Date,
    DateTime,
    Duration,
    Link,
    Null,
    Number,
    Time,
    Type,
    computed,
    joined,
    type_name,
)

if TYPE_CHECKING:
    from relasi.schema.expressions.check import Checker

MOST_PLACES = 10
_HALVES = ("latitude", "longitude")


def called(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    """The node of a call, None where something in it was reported."""
    function = FUNCTIONS.get(call.name)
    if function is None:
        known = ", ".join(FUNCTIONS)
        checker.report(
            f'there is no function "{call.name}"',
            call,
            suggestion=nearest(call.name, FUNCTIONS),
            help=f"known: {known}",
        )
        return None
    if len(call.arguments) < function.fewest or (
        function.most is not None and len(call.arguments) > function.most
    ):
        checker.report(f"{call.name} is written {function.signature}", call)
        return None
    build = _BUILDERS.get(call.name)
    return build(checker, call, wanted) if build else _operation(checker, call, function)


def _operation(checker: Checker, call: Written, function: Function) -> Node | None:
    arguments = checker.all(checker.value(argument) for argument in call.arguments)
    operation = function.operation
    if arguments is None or operation is None:
        return None
    for argument, parameter in zip(arguments, operation.parameters, strict=True):
        if not isinstance(argument.type, parameter):
            checker.report(f"{function.signature} does not take {type_name(argument.type)}", argument)
            return None
    first = arguments[0].type
    type_ = first if isinstance(operation.result, Number) and isinstance(first, Number) else operation.result
    return Call(operation=operation, arguments=arguments, at=call.at, type=computed(type_))


def _now(checker: Checker, call: Written, wanted: Type | None) -> Node:
    return Now(at=call.at, type=DateTime())


def _today(checker: Checker, call: Written, wanted: Type | None) -> Node:
    return Today(at=call.at, type=Date())


def _changed(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    field = checker.value(call.arguments[0])
    if field is None:
        return None
    if not isinstance(field, Read) or field.old or len(field.path) > 1:
        checker.report("changed() takes a field of this record", field, help="changed(status)")
        return None
    if not checker.scope.has_old:
        checker.report("changed() is known only where a change is looked at, such as in a rule", call)
        return None
    return Changed(field=field, at=call.at)


def _coalesce(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    arguments = checker.alike(call.arguments, wanted)
    type_ = arguments and _common(checker, call, arguments)
    if not arguments or not type_:
        return None
    return FirstFilled(arguments=arguments, at=call.at, type=type_)


def _if(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    condition = checker.condition(call.arguments[0])
    branches = checker.alike(call.arguments[1:], wanted)
    type_ = branches and _common(checker, call, branches)
    if condition is None or not branches or not type_:
        return None
    then, otherwise = branches
    return If(condition=condition, then=then, otherwise=otherwise, at=call.at, type=type_)


def _extreme(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    arguments = checker.alike(call.arguments, wanted)
    type_ = arguments and _common(checker, call, arguments)
    if not arguments or not type_:
        return None
    if not isinstance(type_, (Number, Date, DateTime, Time, Duration)):
        checker.report(f"{FUNCTIONS[call.name].signature} does not take {type_name(type_)}", call)
        return None
    numbers, moments = (
        (operations.LEAST, operations.EARLIEST)
        if call.name == "min"
        else (operations.GREATEST, operations.LATEST)
    )
    operation = numbers if isinstance(type_, Number) else moments
    return Call(operation=operation, arguments=arguments, at=call.at, type=type_)


def _round(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    number = checker.value(call.arguments[0])
    if number is None:
        return None
    if not isinstance(number.type, Number):
        checker.report(f"round(number, places) does not take {type_name(number.type)}", number)
        return None
    places: Node | None = Constant(value=0, at=call.at, type=Number())
    if len(call.arguments) == 2:
        places = checker.value(call.arguments[1])
    if places is None:
        return None
    if not isinstance(places, Constant) or places.value not in range(MOST_PLACES + 1):
        checker.report(f"places is a whole number from 0 to {MOST_PLACES}", places)
        return None
    return Call(
        operation=operations.ROUND,
        arguments=(number, places),
        at=call.at,
        type=computed(number.type),
    )


def _period(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    """Of a day; a moment counts by its day in the company's time zone."""
    day, function = checker.value(call.arguments[0]), FUNCTIONS[call.name]
    if day is None or function.operation is None:
        return None
    if isinstance(day.type, DateTime):
        day = Call(operation=operations.DAY, arguments=(day,), at=call.at, type=Date())
    if not isinstance(day.type, Date):
        checker.report(f"{function.signature} does not take {type_name(day.type)}", day)
        return None
    return Call(operation=function.operation, arguments=(day,), at=call.at, type=Date())


def _under(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    operand = checker.value(call.arguments[0])
    above = checker.value(call.arguments[1], operand.type) if operand else None
    if operand is None or above is None:
        return None
    if isinstance(operand.type, Choice) and operand.type.owner == TEAM:
        return UnderTeam(operand=operand, above=above, branches=checker.scope.teams, at=call.at)
    if not isinstance(operand, (Read, ThisRecord, Given)) or not isinstance(operand.type, Link):
        help = "name a link or a team, or write record for the record itself"
        checker.report(f"under() does not take {type_name(operand.type)} here", operand, help=help)
        return None
    tree = _tree(checker, operand, operand.type)
    if tree is None:
        return None
    if above.type not in (operand.type, Null()):
        checker.report(f"cannot look for {type_name(operand.type)} under {type_name(above.type)}", above)
        return None
    return Under(operand=operand, above=above, entity=operand.type.targets[0], tree=tree, at=call.at)


def _tree(checker: Checker, operand: Read | ThisRecord | Given, link: Link) -> str | None:
    """The field that makes the tree: the operand where that is such a field itself, else the only one."""
    if len(link.targets) != 1:
        checker.report(f"{type_name(link)}: only records of one entity form a tree", operand)
        return None
    (entity,) = link.targets
    trees = checker.scope.trees(entity)
    read = operand.field if isinstance(operand, Given) else operand
    if isinstance(read, Read) and read.entities[-1] == entity and read.path[-1] in trees:
        return read.path[-1]
    if len(trees) == 1:
        return trees[0]
    if trees:
        help = f"name the field of {entity} that is meant: {', '.join(trees)}"
        checker.report(f"{entity} has several trees", operand, help=help)
    else:
        help = f"give {entity} a field of the type tree: parent: tree"
        checker.report(f"records of {entity} form no tree", operand, help=help)
    return None


def _distance(checker: Checker, call: Written, wanted: Type | None) -> Node | None:
    points = [_point(checker, argument) for argument in call.arguments]
    degrees = checker.all(node for point in points for node in point)
    if degrees is None:
        return None
    return Call(operation=operations.DISTANCE, arguments=degrees, at=call.at, type=Number())


def _point(checker: Checker, written: Syntax) -> tuple[Node | None, ...]:
    """Its latitude and longitude; a field of the type geo stands for both."""
    match written:
        case Name():
            return _field_of_points(checker, written)
        case Written(name="point", arguments=(latitude, longitude)):
            return checker.degrees(latitude), checker.degrees(longitude)
    checker.report(
        "distance() takes points", written, help="a field of the type geo, or point(latitude, longitude)"
    )
    return (None,)


def _field_of_points(checker: Checker, name: Name) -> tuple[Node | None, ...]:
    *links, last = name.parts
    halves = (replace(name, parts=(*links, f"{last}_{half}")) for half in _HALVES)
    found = tuple(names.resolved(half, checker.scope, None) for half in halves)
    nodes = tuple(node for node in found if not isinstance(node, Problem) and isinstance(node.type, Number))
    if len(nodes) == len(found):
        return nodes
    ending = f"_{_HALVES[0]}"
    known = (
        []
        if links
        else [
            each.removesuffix(ending)
            for each in checker.scope.fields(checker.scope.entity)
            if each.endswith(ending)
        ]
    )
    help = "name a field of the type geo, or write point(latitude, longitude)"
    checker.report(f'"{last}" is no point on the map', name, suggestion=nearest(last, known), help=help)
    return (None,)


def _point_alone(checker: Checker, call: Written, wanted: Type | None) -> None:
    checker.report("a point is no value of its own", call, help="distance(place, point(-6.2, 106.8)) < 10")


def _common(checker: Checker, call: Written, nodes: tuple[Node, ...]) -> Type | None:
    """The one type of several values."""
    type_ = nodes[0].type
    for node in nodes[1:]:
        both = joined(type_, node.type)
        if both is None:
            checker.report(f"{call.name} cannot mix {type_name(type_)} with {type_name(node.type)}", node)
            return None
        type_ = both
    return computed(type_)


_BUILDERS: dict[str, Callable[[Checker, Written, Type | None], Node | None]] = {
    "now": _now,
    "today": _today,
    "changed": _changed,
    "coalesce": _coalesce,
    "if": _if,
    "min": _extreme,
    "max": _extreme,
    "round": _round,
    **dict.fromkeys(("week", "month", "quarter", "year"), _period),
    "under": _under,
    "distance": _distance,
    "point": _point_alone,
}
