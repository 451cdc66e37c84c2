"""Reads specs: which keys may stand at a place below one, what they mean, and what a map there looks like."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel

from relasi.schema.compiler.page import Path
from relasi.schema.meanings import meanings

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def keys_at(spec: type[BaseModel], place: Path) -> dict[str, str]:
    """The keys of the map at a place below a spec, with what they mean, on one line and without links."""
    return {
        annotation.model_fields[name].alias or name: " ".join(_LINK.sub(r"\1", meaning).split()).rstrip(".")
        for annotation in _at(spec, place)
        if _is_spec(annotation)
        for name, meaning in meanings(annotation).items()
    }


def shape_at(spec: type[BaseModel], place: Path) -> str:
    """What a map at the place looks like: `NAME: {fields: …}`; nothing where no map may stand."""
    shapes = [shape for annotation in _at(spec, place) if (shape := _shape(annotation))]
    return shapes[0] if shapes else ""


def _shape(annotation: Any) -> str:  # Any: an annotation
    if get_origin(annotation) in (dict, Mapping):
        inner = next((shape for each in _arms(get_args(annotation)[1]) if (shape := _shape(each))), "…")
        return f"NAME: {inner}"
    if not _is_spec(annotation):
        return ""
    keys = [field.alias or name for name, field in annotation.model_fields.items() if field.is_required()]
    first = next(field.alias or name for name, field in annotation.model_fields.items())
    return "{" + ", ".join(f"{key}: …" for key in keys or [first]) + "}"


def _at(spec: type[BaseModel], place: Path) -> list[Any]:  # Any: annotations
    found: list[Any] = list(_arms(spec))
    for part in place:
        found = [inner for each in found for inner in _inside(each, part)]
    return found


def _arms(annotation: Any) -> Iterator[Any]:  # Any: an annotation
    """The annotation, taken out of its wrappings; each arm of a union by itself."""
    if get_origin(annotation) is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for arm in get_args(annotation):
            yield from _arms(arm)
    elif _is_spec(annotation) and issubclass(annotation, RootModel):
        yield from _arms(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def _inside(annotation: Any, part: str | int) -> Iterator[Any]:  # Any: annotations
    if _is_spec(annotation):
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == part:
                yield from _arms(field.annotation)
    elif get_origin(annotation) in (dict, Mapping):
        yield from _arms(get_args(annotation)[1])
    elif get_origin(annotation) is list:
        yield from _arms(get_args(annotation)[0])


def _is_spec(annotation: Any) -> bool:  # Any: an annotation
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
