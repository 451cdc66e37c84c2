"""All rights of a project as JSON, and back: what a deployment remembers of them, to say later what a change
of them means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from relasi.schema.expressions import Expression, ExpressionError, Truth
from relasi.schema.masks import Mask
from relasi.schema.model import Denial, Entity, Grant, Masked, Model
from relasi.schema.scope import ModelScope

Keys = dict[str, Any]
"""JSON."""

_RIGHTS = ("read", "update", "delete", "export", "erase")


def grants_of(model: Model) -> Keys:
    """With the roles that each role includes."""
    return {
        "roles": {name: sorted(role.includes) for name, role in model.roles.items() if not role.everything},
        "entities": {name: _entity_keys(entity) for name, entity in model.entities.items()},
    }


def with_grants(model: Model, written: Mapping[str, Any]) -> Model:
    """The Model with the rights that there were. What can no longer be understood, since a field is gone, was
    no right to anything that is there."""
    entities = dict(model.entities)
    for name, keys in written["entities"].items():
        if name in entities:
            entities[name] = _with_access(model, entities[name], keys)
    roles = {
        name: replace(role, includes=frozenset(written["roles"].get(name, ())))
        for name, role in model.roles.items()
        if not role.everything
    }
    return replace(model, entities=entities, roles={**model.roles, **roles})


def _entity_keys(entity: Entity) -> Keys:
    return {
        "access": {role: _grant_keys(grant) for role, grant in entity.access.items()},
        "readers": {name: sorted(roles) for name, roles in entity.readers.items()},
    }


def _grant_keys(grant: Grant) -> Keys:
    return {
        "create": grant.create,
        "import": grant.import_,
        **{right: _text(getattr(grant, right)) for right in _RIGHTS},
        "moves": None if grant.moves is None else {name: _text(when) for name, when in grant.moves.items()},
        "hidden": {name: _text(when) for name, when in grant.hidden.items()},
        "masks": {name: [each.mask.written, _text(each.unless)] for name, each in grant.masks.items()},
        "searchable": sorted(name for name, each in grant.masks.items() if each.searchable),
        "deny": {
            "create": grant.deny.create,
            "import": grant.deny.import_,
            **{right: _text(getattr(grant.deny, right)) for right in _RIGHTS},
        },
    }


def _text(right: Truth) -> str | bool:
    return right if isinstance(right, bool) else right.text


def _with_access(model: Model, entity: Entity, keys: Mapping[str, Any]) -> Entity:
    scope = ModelScope(model, entity.name)
    return replace(
        entity,
        access={role: _grant(scope, each) for role, each in keys["access"].items()},
        readers={name: frozenset(roles) for name, roles in keys["readers"].items()},
    )


def _grant(scope: ModelScope, keys: Mapping[str, Any]) -> Grant:
    moves, deny = keys["moves"], keys["deny"]
    return Grant(
        create=keys["create"],
        read=_right(scope, keys["read"]),
        update=_right(scope, keys["update"]),
        delete=_right(scope, keys["delete"]),
        export=_right(scope, keys["export"]),
        erase=_right(scope, keys["erase"]),
        import_=keys.get("import", False),
        moves=None if moves is None else {name: _right(scope, when) for name, when in moves.items()},
        hidden={name: _right(scope, when) for name, when in keys["hidden"].items()},
        masks={
            name: Masked(Mask(mask), _right(scope, when), name in keys.get("searchable", ()))
            for name, (mask, when) in keys["masks"].items()
        },
        deny=Denial(
            create=deny["create"],
            read=_right(scope, deny["read"]),
            update=_right(scope, deny["update"]),
            delete=_right(scope, deny["delete"]),
            export=_right(scope, deny["export"]),
            erase=_right(scope, deny["erase"]),
            import_=deny.get("import", False),
        ),
    )


def _right(scope: ModelScope, written: str | bool) -> Truth:
    if isinstance(written, bool):
        return written
    try:
        return Expression.parse(written, scope)
    except ExpressionError:
        return False
