"""Python annotations in the words of somebody who writes YAML."""

from __future__ import annotations

import types
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from relasi.schema.labels import LabelSpec
from relasi.studio.schemas import arms

_PLAIN: dict[object, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Decimal: "number",
    Any: "value",
}
_LABEL_ARMS = frozenset(get_args(LabelSpec))


def words(annotation: Any) -> str:  # Any: an annotation has no type of its own
    """`list[str] | None` -> "list of text"."""
    found = list(dict.fromkeys(arms(annotation)))
    if _LABEL_ARMS.issubset(found):
        found = ["text, or a text for each language", *(arm for arm in found if arm not in _LABEL_ARMS)]
    return ", or ".join(dict.fromkeys(_arm(arm) for arm in found if arm is not types.NoneType))


def key_of(name: str, field: FieldInfo) -> str:
    return field.alias or name


def cell(field: FieldInfo) -> str:
    """What may stand there, and what counts where nothing does."""
    if field.is_required():
        return f"{words(field.annotation)}; **needed**"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ("", [], (), {}):
        return words(field.annotation)
    return f"{words(field.annotation)}; `{_as_yaml(default)}` if absent"


def _as_yaml(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_as_yaml, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _arm(arm: Any) -> str:
    if isinstance(arm, str):
        return arm
    if isinstance(arm, type) and issubclass(arm, BaseModel):
        return f"[{heading(arm)}](#{heading(arm).replace(' ', '-')})"
    origin, inner = get_origin(arm), get_args(arm)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in (list, tuple):
        return f"list of {words(inner[0])}"
    if origin in (dict, Mapping):
        return f"name: {words(inner[1])}"
    return _PLAIN.get(arm) or arm.__name__.lower()


def heading(spec: type[BaseModel]) -> str:
    """`SampleUserSpec` -> "sample user"."""
    name = spec.__name__.removesuffix("Spec").removesuffix("Step")
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
