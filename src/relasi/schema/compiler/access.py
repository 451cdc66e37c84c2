"""Grants: the words all, none, own, team and tree, or a condition."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.expressions import Expression
from relasi.schema.model import Grant

OWNER = "owner"
"""The user field that makes a record somebody's own."""

_WHOSE: Mapping[str, str] = {
    "own": f"{OWNER} = user",
    "team": f"({OWNER}.team = user.team and user.team is not empty)",
    "tree": f"under({OWNER}.team, user.team)",
}
"""Words for whose records are meant; `own or team` joins them."""
_WORDS = ("all", "none", *_WHOSE)

_Guards = Mapping[str, frozenset[str]]


def compile_access(draft: Draft, entity: EntityDraft) -> Mapping[str, Grant]:
    grants = {}
    for role, spec in entity.spec.access.items():
        path = ("access", role)
        entity.page.pick(path, "unknown-role", "role", role, draft.roles, at_key=True)
        known = {**entity.types, **entity.retired, **entity.groups, **entity.tables}
        for index, name in enumerate(spec.hide):
            entity.page.pick((*path, "hide", index), "unknown-field", f"field of {entity.name}", name, known)
        grants[role] = Grant(
            create=bool(spec.create),
            read=_right(draft, entity, (*path, "read"), spec.read),
            update=_right(draft, entity, (*path, "update"), spec.update),
            delete=_right(draft, entity, (*path, "delete"), spec.delete),
            hidden=frozenset(entity.shown(part for name in spec.hide for part in entity.members(name))),
        )
    return MappingProxyType(grants)


def compile_guards(draft: Draft, entity: EntityDraft) -> tuple[_Guards, _Guards]:
    """The roles that see a field, and those that change it, where not all do."""
    readers: dict[str, frozenset[str]] = {}
    writers: dict[str, frozenset[str]] = {}
    for name, spec in entity.guards.items():
        for key, roles, found in (("read", spec.read, readers), ("update", spec.update, writers)):
            if roles is None:
                continue
            for index, role in enumerate(roles):
                path = ("fields", name, "access", key, index)
                entity.page.pick(path, "unknown-role", "role", role, draft.roles)
            found.update(dict.fromkeys(entity.shown(entity.members(name)), frozenset(roles)))
    return MappingProxyType(readers), MappingProxyType(writers)


def _right(draft: Draft, entity: EntityDraft, path: Path, written: str | bool | None) -> Expression | bool:
    if written is None or isinstance(written, bool):
        return bool(written)
    if written in ("all", "none"):
        return written == "all"
    if (spelt := in_full(written)) != written:
        if not _has_owner(entity, path, written.partition(" ")[0]):
            return False
        written = spelt
    elif written.isidentifier() and written not in (*_WORDS, *entity.types):
        message, help = f'"{path[-1]}" cannot be "{written}"', f"write {', '.join(_WORDS)}, or a condition"
        entity.page.unknown(path, "bad-value", message, written, _WORDS, help=help)
        return False
    return entity.page.condition(path, written, draft.scope(entity.name)) or False


def in_full(written: str) -> str:
    """The condition that is meant where words for whose records are written; else what is written."""
    words = written.split(" or ")
    return " or ".join(_WHOSE[word] for word in words) if all(word in _WHOSE for word in words) else written


def _has_owner(entity: EntityDraft, path: Path, word: str) -> bool:
    if OWNER in entity.types:
        return True
    message = f'"{word}" needs a field called {OWNER}'
    help = f"add a field {OWNER}: user to {entity.name}, or write a condition"
    entity.page.wrong(path, "no-owner", message, help=help)
    return False
