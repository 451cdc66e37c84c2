"""What the keys of a spec mean: their descriptions, or the texts below the attributes, read when asked for.

Pydantic could read those texts too, but would do so from the source of every class whenever Relasi starts.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def meanings(spec: type[BaseModel]) -> Mapping[str, str]:
    """Attribute -> meaning, in the order of the attributes; "" where nobody has written one."""
    texts: dict[str, str] = {}
    for each in reversed(spec.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            texts |= dict(_texts_below(each))
    return {name: field.description or texts.get(name, "") for name, field in spec.model_fields.items()}


def _texts_below(spec: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The attributes of the class itself, each with the text that stands on the next line."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(spec))).body
    except OSError:  # an installation without sources
        return
    assert isinstance(tree, ast.ClassDef)
    for attribute, text in pairwise(tree.body):
        match attribute, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)
