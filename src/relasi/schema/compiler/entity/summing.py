"""What can be made of the values of a field: sums of numbers, the greatest of what has an order."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.derivations import Function
from relasi.schema.expressions.types import ORDERED, Duration, Number, Type, type_name
from relasi.schema.fields.base import FieldType

_TAKES: Mapping[Function, tuple[type[Type], ...]] = {
    Function.SUM: (Number, Duration),
    Function.AVERAGE: (Number, Duration),
    Function.MIN: ORDERED,
    Function.MAX: ORDERED,
}
"""The types that a function works on; the others take every type."""


def is_summable(entity: EntityDraft, page: Page, path: Path, function: Function, field: str) -> bool:
    """Whether the function takes the values of the field, which the page names at the path; if not, it is
    reported there."""
    takes, type_ = _TAKES.get(function), entity.types.get(field)
    if takes is None or _fits(takes, type_):
        return True
    if type_ is not None:
        found = type_name(type_.expression_type())
        fitting = [name for name, each in entity.types.items() if _fits(takes, each)]
        help = f"fields of {entity.name} that fit: {', '.join(fitting)}"
        page.wrong(path, "not-summable", f"{function.value} does not take {found}", help=help)
    return False


def _fits(takes: tuple[type[Type], ...], type_: FieldType | None) -> bool:
    return type_ is not None and not type_.is_encrypted and isinstance(type_.expression_type(), takes)
