"""Documents -> specs. Turns what pydantic finds into diagnostics that an author understands."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from relasi.config.nodes import lookup, plain
from relasi.schema.compiler.page import Page, Path

S = TypeVar("S", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "bool_type": "true or false",
    "list_type": "a list, such as [a, b]",
    "dict_type": "keys with values below it",
    "model_type": "keys with values below it",
    "model_attributes_type": "keys with values below it",
    "none_required": "nothing",
}


def shaped(spec: type[S], page: Page, path: Path = (), value: object = None) -> S | None:
    """The part of the page at `path` as a spec; None, with every mistake reported, where it does not fit.

    `value` stands in for what is written there, where a short form has been widened.
    """
    node = lookup(page.document.root, path)
    written = plain(node) if value is None and node is not None else value
    try:
        return spec.model_validate(written)
    except ValidationError as error:
        for place, found in _by_place(error.errors(), page, path):
            _report(spec, page, path, place, found)
        return None


def _by_place(
    errors: Iterable[ErrorDetails], page: Page, base: Path
) -> Iterator[tuple[Path, list[ErrorDetails]]]:
    """Groups errors by the place in the document; pydantic's names for the arms of a union are left out of
    it."""
    groups: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        place: Path = ()
        for part in error["loc"]:
            if (error["type"] in ("missing", "extra_forbidden") and part == error["loc"][-1]) or (
                part != "[key]" and lookup(page.document.root, (*base, *place, part)) is not None
            ):
                place = (*place, part)
        groups.setdefault(place, []).append(error)
    yield from groups.items()


def _report(spec: type[BaseModel], page: Page, base: Path, place: Path, found: list[ErrorDetails]) -> None:
    path = (*base, *place)
    kinds = {error["type"]: error for error in found}
    word = str(place[-1]) if place else ""
    if "extra_forbidden" in kinds:
        known = _keys_at(spec, place[:-1])
        page.unknown(path, "unknown-key", f'"{word}" is not a key here', word, known, at_key=True)
    elif "missing" in kinds:
        page.wrong(path[:-1], "missing-key", f'"{word}" is missing', help=f"add a line {word}: …")
    elif "value_error" in kinds:
        at_key = any("[key]" in error["loc"] for error in found)
        page.wrong(
            path, "bad-value", kinds["value_error"]["msg"].removeprefix("Value error, "), at_key=at_key
        )
    elif "literal_error" in kinds and len(kinds) == 1:
        choices = [
            choice.strip(" '")
            for choice in kinds["literal_error"]["ctx"]["expected"].replace(" or ", ",").split(",")
        ]
        given = str(kinds["literal_error"]["input"])
        page.unknown(path, "bad-value", f'"{given}" is not possible here', given, choices)
    elif own := [error for error in found if error["type"] not in _EXPECTED]:
        page.wrong(path, "bad-value", own[0]["msg"], at_key="[key]" in own[0]["loc"])
    else:
        expected = list(dict.fromkeys(_EXPECTED[error["type"]] for error in found))
        page.wrong(path, "wrong-type", f"expected {' or '.join(expected)}")


def _keys_at(spec: type[BaseModel], place: Path) -> list[str]:
    """The legal keys of the mapping at a place below a spec."""
    found: list[object] = [spec]
    for part in place:
        found = [inner for each in found for inner in _inside(each, part)]
    return [key for each in found for key in _keys(each)]


def _arms(annotation: object) -> Iterator[object]:
    if get_origin(annotation) is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for arm in get_args(annotation):
            yield from _arms(arm)
    else:
        yield annotation


def _inside(annotation: object, part: str | int) -> Iterator[object]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == part:
                yield from _arms(field.annotation)
    elif get_origin(annotation) in (dict, Mapping):
        yield from _arms(get_args(annotation)[1])
    elif get_origin(annotation) is list:
        yield from _arms(get_args(annotation)[0])


def _keys(annotation: Any) -> list[str]:  # Any: an annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []
