"""All field types by name, found by looking: a new type is a new file in this package."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from inspect import isabstract
from types import MappingProxyType, ModuleType
from typing import TypeGuard

from relasi.schema import fields
from relasi.schema.fields.base import FieldSpec, FieldType

_NO_TYPES = ("attached", "base", "groups", "registry", "several", "tables")


def discover(package: ModuleType) -> Mapping[str, type[FieldSpec]]:
    """What may stand after `type:`, from the package's modules.

    Raises ImportError for a module without one, and for a name that two share.
    """
    found: dict[str, type[FieldSpec]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.ispkg or info.name in _NO_TYPES:
            continue
        module = import_module(f"{package.__name__}.{info.name}")
        own = [each for each in vars(module).values() if _is_type_of(each, module)]
        if not own:
            raise ImportError(f"{module.__name__} holds no field type")
        for each in own:
            if each.name in found:
                raise ImportError(f"{each} and {found[each.name]} share the name {each.name!r}")
            found[each.name] = each
    return MappingProxyType(found)


def _is_type_of(candidate: object, module: ModuleType) -> TypeGuard[type[FieldSpec]]:
    return (
        isinstance(candidate, type)
        and issubclass(candidate, FieldSpec)
        and candidate.__module__ == module.__name__
        and not isabstract(candidate)
    )


TYPES: Mapping[str, type[FieldSpec]] = discover(fields)
"""Every word that may stand after `type:`."""

FIELD_TYPES: Mapping[str, type[FieldType]] = MappingProxyType(
    {word: type_ for word, type_ in TYPES.items() if issubclass(type_, FieldType)}
)
"""The types that keep values; the others say how a value is made, and one of these keeps it."""
