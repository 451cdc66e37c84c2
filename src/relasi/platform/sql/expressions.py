"""Typed tree -> SQL that answers the same as the expression in Python, and lets indexes help where they can.

A condition has two forms. `_Translation.predicate` may be null instead of false, which is all that WHERE, AND
and OR need, and leaves `column = :value` as it is. `_Translation.truth` is never null, for NOT and values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    type_coerce,
)

from relasi.platform.sql.bounds import MIRRORED, Bound, isolated, scaled
from relasi.platform.sql.branches import is_above, is_below
from relasi.platform.sql.ciphers import Cipher
from relasi.platform.sql.functions import Computed, storage_of
from relasi.platform.sql.parts import (
    OPERATORS,
    RANKED,
    Condition,
    DecimalText,
    Environment,
    Tables,
    Value,
    cipher_of,
    followed,
    never_null,
    not_as_they_were,
    one_of,
    ordered,
    parameter,
    places,
    stored_number,
    unreadable,
)
from relasi.platform.sql.templates import DECIMAL, WITHIN
from relasi.platform.sql.values import Stored
from relasi.platform.sql.zones import in_zone
from relasi.schema.expressions import Expression, Situation, operations, types
from relasi.schema.expressions.evaluate import evaluator
from relasi.schema.expressions.tree import (
    Call,
    Changed,
    Compare,
    Comparison,
    Empty,
    FirstFilled,
    If,
    KindOf,
    Logic,
    Node,
    Not,
    Read,
    TeamOf,
    ThisRecord,
    Under,
    UnderTeam,
    WeightOf,
    Within,
    walk,
)


def to_sql(expression: Expression, tables: Tables, environment: Environment) -> Condition:
    """The condition on rows of the expression's entity, for a statement that selects from its table.

    Raises ExpressionError where the expression asks for the old record, which no table holds.
    """
    return _Translation(tables, tables.table(expression.entity), environment).predicate(expression.root)


def value_to_sql(expression: Expression, tables: Tables, environment: Environment) -> Value:
    """The value of the expression for each row, under the same terms."""
    return _Translation(tables, tables.table(expression.entity), environment).value(expression.root)


class _Translation:
    """One translation for rows of one table."""

    def __init__(self, tables: Tables, source: Table, environment: Environment) -> None:
        self.tables = tables
        self.source = source
        self.environment = environment
        self.situation = Situation(
            record={},
            now=environment.now,
            zone=environment.zone,
            user=environment.user_id,
            teams=environment.teams,
        )

    def is_known(self, node: Node) -> bool:
        """Whether the node has the same value for all rows."""
        return not any(isinstance(each, (Read, ThisRecord, Changed, Under)) for each in walk(node))

    def known(self, node: Node) -> Any:  # Any: a value of the node's type
        """The value that the node has for all rows, None where it depends on the row."""
        return evaluator(node)(self.situation) if self.is_known(node) else None

    def predicate(self, node: Node) -> Condition:
        if self.is_known(node):
            return true() if self.known(node) else false()
        match node:
            case Logic(operator="and", operands=operands):
                return and_(*map(self.predicate, operands))
            case Logic(operands=operands):
                return or_(*map(self.predicate, operands))
            case Not(operand=operand):
                return not_(self.truth(operand))
            case Compare():
                return self.compared(node)
            case Within():
                return self.within(node)
            case Under():
                return self.under(node)
            case UnderTeam():
                return self.under_team(node)
            case Call(operation=operations.HAS_ROW, arguments=(Read() as table, key)):
                return self.has_row(table, key)
            case Empty(operand=operand, negated=negated):
                return not_(self.empty(operand)) if negated else self.empty(operand)
        return type_coerce(self.value(node), Boolean())

    def truth(self, node: Node) -> Condition:
        match node:
            case Logic(operator="and", operands=operands):
                return and_(*map(self.truth, operands))
            case Logic(operands=operands):
                return or_(*map(self.truth, operands))
            case Not() | Empty():
                return self.predicate(node)
        return never_null(self.predicate(node))

    def value(self, node: Node) -> Value:
        if self.is_known(node):
            return null() if isinstance(node.type, types.Null) else parameter(self.known(node), node.type)
        match node:
            case Read(type=types.Number()):
                return self.exact(self.column(node))
            case Read():
                return self.column(node)
            case KindOf(field=field, kinds=kinds):
                state = self.column(field)
                return case(*((state == name, literal(kind)) for name, kind in kinds.items()))
            case WeightOf(field=field, weights=weights):
                option = self.column(field)
                values = {key: parameter(weight, node.type) for key, weight in weights.items()}
                return case(*((option == key, value) for key, value in values.items()))
            case TeamOf(user=user):
                person = self.value(user)
                members = self.environment.teams().items()
                return case(*((person == key, literal(team)) for key, team in members)) if members else null()
            case ThisRecord():
                return self.source.c.id
            case Call() if node.operation is not operations.HAS_ROW:
                return self.call(node)
            case FirstFilled(arguments=arguments):
                return func.coalesce(*map(self.value, arguments))
            case If(condition=condition, then=then, otherwise=otherwise):
                return case((self.predicate(condition), self.value(then)), else_=self.value(otherwise))
            case Changed():
                raise not_as_they_were(node)
        return self.truth(node)

    def exact(self, column: Value) -> Value:
        """A stored number for computing with."""
        return Computed(DECIMAL, column, literal(places(column)), type_=DecimalText())

    def call(self, node: Call) -> Value:
        name, arguments = node.operation.name, [self.value(each) for each in node.arguments]
        if node.operation.zoned:
            name, more = in_zone(node, self.environment.zone)
            arguments += more
        type_ = DecimalText() if isinstance(node.type, types.Number) else Stored(storage_of(type(node.type)))
        called = Computed(name, *arguments, type_=type_)
        if node.operation.absent is None:
            return called
        return func.coalesce(called, parameter(node.operation.absent, node.type), type_=type_)

    def column(self, read: Read) -> Value:
        """As `place`, where it holds the values themselves."""
        if cipher := self.cipher(read):
            raise unreadable(cipher, read)
        return self.place(read)

    def cipher(self, node: Node) -> Cipher | None:
        return cipher_of(self.tables, node) if isinstance(node, Read) else None

    def place(self, read: Read) -> Value:
        """The column of the last field, reached through the keys of the links before it."""
        if read.old:
            raise not_as_they_were(read)
        return followed(self.tables, self.source, read)

    def rows(self, read: Read) -> tuple[Value, Select[Any]]:
        """The rows of a table: the column that tells which each of them is, and a query for them."""
        type_ = read.type
        assert isinstance(type_, types.Rows)
        rows = self.tables.table(type_.entity).alias()
        owner = replace(read, path=read.path[:-1], entities=read.entities[:-1])
        key = self.column(owner) if owner.path else self.source.c.id
        link = literal(type_.prefix).concat(key) if type_.prefix else key
        found = select(literal(1)).select_from(rows).where(rows.c[type_.link] == link)
        return rows.c[type_.column], found.correlate_except(rows)

    def has_row(self, table: Read, key: Node) -> Condition:
        column, found = self.rows(table)
        is_nothing = self.is_known(key) and self.known(key) is None
        return false() if is_nothing else found.where(column == self.value(key)).exists()

    def compared(self, node: Compare) -> Condition:
        if node.ranks is not None:
            return self.ranked(node, node.ranks)
        if self.is_known(node.right):
            return self.with_constant(node.operator, node.left, self.known(node.right))
        if self.is_known(node.left):
            return self.with_constant(MIRRORED[node.operator], node.right, self.known(node.left))
        as_stored = self.column_pair(node)
        left, right = as_stored or (self.value(node.left), self.value(node.right))
        if node.operator == "=":
            return left.is_not_distinct_from(right)
        if node.operator == "!=":
            return left.is_distinct_from(right)
        exact = as_stored is None and isinstance(node.left.type, types.Number)
        return ordered(node.operator, left, right, exact=exact)

    def ranked(self, node: Compare, ranks: Mapping[str, int]) -> Condition:
        """Options in their order; those that are far enough, where the other side is known."""
        for operator, asked, other in (
            (node.operator, node.left, node.right),
            (MIRRORED[node.operator], node.right, node.left),
        ):
            if self.is_known(other):
                bound = ranks.get(self.known(other))
                holds = RANKED[operator]
                far = [key for key, rank in ranks.items() if bound is not None and holds(rank, bound)]
                return self.one_of(asked, far)
        left, right = (
            case(*((self.value(each) == key, literal(rank)) for key, rank in ranks.items()))
            for each in (node.left, node.right)
        )
        return OPERATORS[node.operator](left, right)

    def column_pair(self, node: Compare) -> tuple[Value, Value] | None:
        """Two stored numbers that can be compared as they are stored."""
        one, other = node.left, node.right
        if not (isinstance(one, Read) and isinstance(other, Read) and isinstance(one.type, types.Number)):
            return None
        left, right = self.column(one), self.column(other)
        return (left, right) if places(left) == places(right) else None

    def with_constant(self, operator: Comparison, node: Node, value: Any) -> Condition:
        """A comparison with a value of the node's type, or with null."""
        if value is None:
            absent = self.absent(node)
            return absent if operator == "=" else not_(absent) if operator == "!=" else false()
        if operator != "!=":
            bounds = isolated(Bound(operator, node, value), self.known)
            on_column = isinstance(bounds[0].node, Read)
            return and_(*(map(self.bounded, bounds if on_column else [Bound(operator, node, value)])))
        is_column = not isinstance(node, (Call, KindOf, TeamOf)) and self.cipher(node) is None
        if not is_column or isinstance(node.type, types.Number):
            return not_(never_null(self.with_constant("=", node, value)))
        return self.value(node).is_distinct_from(parameter(value, node.type))

    def bounded(self, bound: Bound) -> Condition:
        node, value = bound.node, bound.value
        if bound.operator == "=":
            return self.one_of(node, [value])
        if isinstance(node, Read) and isinstance(node.type, types.Number):
            return self.number_bounded(bound.operator, self.column(node), value)
        exact = isinstance(node.type, types.Number)
        return ordered(bound.operator, self.value(node), parameter(value, node.type), exact=exact)

    def number_bounded(self, operator: Comparison, column: Value, value: int | Decimal) -> Condition:
        fit = scaled(operator, Decimal(value), places(column))
        return false() if fit is None else OPERATORS[fit[0]](column, stored_number(fit[1], column))

    def within(self, node: Within) -> Condition:
        if all(map(self.is_known, node.items)):
            values = [self.known(item) for item in node.items]
            found = self.one_of(node.operand, [value for value in values if value is not None])
            if None in values:
                found = or_(found, self.absent(node.operand))
        else:
            found = type_coerce(Computed(WITHIN, *map(self.value, (node.operand, *node.items))), Boolean())
        return not_(never_null(found)) if node.negated else found

    def under(self, node: Under) -> Condition:
        table, key = self.tables.table(node.entity), self.value(node.operand)
        if not self.is_known(node.above):
            return is_above(table, node.tree, key, self.value(node.above), self.source)
        top = self.known(node.above)
        return false() if top is None else is_below(table, node.tree, key, parameter(top, node.above.type))

    def under_team(self, node: UnderTeam) -> Condition:
        if self.is_known(node.above):
            return self.one_of(node.operand, sorted(node.branches.get(self.known(node.above), ())))
        above = self.value(node.above)
        below = ((team, self.one_of(node.operand, sorted(each))) for team, each in node.branches.items())
        return or_(false(), *(and_(above == team, found) for team, found in below))

    def one_of(
        self, node: Node, values: Sequence[Any]
    ) -> Condition:  # Any: values of the node's type, not null
        """Whether the node has one of the values; null where it is null."""
        if isinstance(node, Read) and (cipher := self.cipher(node)):
            if cipher.type.searchable is None:
                raise unreadable(cipher, node)
            return cipher.is_one_of(self.place(node), list(values))
        if isinstance(node, KindOf):
            states = [literal(state) for state, kind in node.kinds.items() if kind in values]
            return one_of(self.column(node.field), states)
        if isinstance(node, TeamOf):
            members = [key for key, team in self.environment.teams().items() if team in values]
            return self.value(node.user).in_(members) if members else false()
        if isinstance(node, Read) and isinstance(node.type, types.Number):
            column = self.column(node)
            fits = (scaled("=", Decimal(value), places(column)) for value in values)
            return one_of(column, [stored_number(fit[1], column) for fit in fits if fit])
        return one_of(self.value(node), [parameter(value, node.type) for value in values])

    def absent(self, node: Node) -> Condition:
        return (self.place(node) if isinstance(node, Read) else self.value(node)).is_(None)

    def empty(self, node: Node) -> Condition:
        """Null, or empty text; a field never holds that, it is stored as null."""
        if isinstance(node, Read) and isinstance(node.type, types.Rows):
            return not_(self.rows(node)[1].exists())
        if isinstance(node, Read) or not isinstance(node.type, types.Text):
            return self.absent(node)
        return func.coalesce(self.value(node), literal("")) == literal("")
