"""What no record may be: refused, without a value that is demanded, with an option that is closed."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import CurrentUser, walk
from relasi.schema.expressions.types import MultiChoice
from relasi.schema.model import Entity, Field, Model
from relasi.schema.scope import ModelScope


def rules_of(model: Model, entity: Entity) -> dict[str, Expression]:
    """By name; what belongs to a field is called by the field and its key."""
    scope = ModelScope(model, entity.name)
    broken = {each.name: each.when.text for each in entity.refusals}
    for field in entity.own_fields:
        if not field.computed:
            broken |= dict(_of_field(field))
    return {name: Expression.parse(text, scope) for name, text in broken.items()}


def _of_field(field: Field) -> Iterator[tuple[str, str]]:
    demanded, shown = field.required_when, field.visible_when
    if demanded is not None and not field.type.required and _is_of_the_record(demanded, shown):
        seen = "" if shown is None else f" and ({shown.text})"
        yield f"{field.name}.required_when", f"({demanded.text}){seen} and {field.name} is empty"
    several = isinstance(field.type.expression_type(), MultiChoice)
    for option, allowed in field.option_conditions.items():
        if _is_of_the_record(allowed):
            chosen = f'{field.name} {"contains" if several else "="} "{option}"'
            yield f"{field.name}.options.{option}", f"{chosen} and not ({allowed.text})"


def _is_of_the_record(*conditions: Expression | None) -> bool:
    """Whether the record alone tells, and not who looks at it or what it was before."""
    return all(
        not each.uses_old and not any(isinstance(node, CurrentUser) for node in walk(each.root))
        for each in conditions
        if each is not None
    )
