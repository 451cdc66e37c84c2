"""What the database finds without reading a whole table."""

from __future__ import annotations

from relasi.schema.expressions.tree import Constant, CurrentUser, Node
from relasi.schema.expressions.types import Boolean, Choice, User
from relasi.schema.model import Field

_ALWAYS_INDEXED = frozenset({"id", "created_at"})


def is_given(node: Node) -> bool:
    """Whether the value is known before any record is read."""
    return isinstance(node, (Constant, CurrentUser))


def is_indexed(field: Field) -> bool:
    if field.system:
        return field.name in _ALWAYS_INDEXED
    type_ = field.type
    is_user = isinstance(type_.expression_type(), User)
    return type_.index or type_.unique or bool(field.links_to) or is_user


def tells_much(field: Field) -> bool:
    """Whether few records share a value; an index on a few options would not help."""
    return not isinstance(field.type.expression_type(), (Boolean, Choice))
