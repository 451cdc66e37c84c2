"""All lints by code, found by looking: a new lint is a new file in this package that holds `LINT`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from relasi.schema import lint
from relasi.schema.lint.base import Lint


def _discover() -> Mapping[str, Lint]:
    modules = (import_module(f"{lint.__name__}.{info.name}") for info in pkgutil.iter_modules(lint.__path__))
    found = [module.LINT for module in modules if isinstance(getattr(module, "LINT", None), Lint)]
    return MappingProxyType({each.code: each for each in sorted(found, key=lambda each: each.code)})


LINTS: Mapping[str, Lint] = _discover()
