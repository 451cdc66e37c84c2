"""Grants and denials: the words all, none, own, team and tree, or a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.expressions import Truth
from relasi.schema.masks import WORDS, Mask
from relasi.schema.model import Denial, Grant, Masked
from relasi.schema.owners import OWNER, WHOSE
from relasi.schema.spec.entity import DenialSpec, GrantSpec, MaskSpec

_WORDS = ("all", "none", *WHOSE)

_Guards = Mapping[str, frozenset[str]]


_Written = str | bool | None
_Some = _Written | list[str] | Mapping[str, str | bool]
"""Names, or names each with a condition; a right by itself where it holds for all of them."""


def compile_access(draft: Draft, entity: EntityDraft) -> Mapping[str, Grant]:
    grants = {}
    for role, spec in entity.spec.access.items():
        entity.page.pick(("access", role), "unknown-role", "role", role, draft.roles, at_key=True)
        grants[role] = _Granted(draft, entity, ("access", role), spec).grant()
    return MappingProxyType(grants)


@dataclass(frozen=True, slots=True)
class _Granted:
    """What stands at `path`: the grant of one role."""

    draft: Draft
    entity: EntityDraft
    path: Path
    spec: GrantSpec

    def grant(self) -> Grant:
        spec = self.spec
        return Grant(
            create=bool(spec.create),
            read=self._right(spec, "read"),
            update=self._right(spec, "update"),
            delete=self._right(spec, "delete"),
            export=self._right(spec, "export"),
            erase=self._right(spec, "erase"),
            import_=bool(spec.import_),
            moves=None if spec.move is None else self._moves(("move",), spec.move),
            hidden=MappingProxyType(dict(self._fields("hide", spec.hide))),
            locked=MappingProxyType(dict(self._fields("read_only", spec.read_only))),
            masks=MappingProxyType(dict(self._masks())),
            deny=self._denial(spec.deny) if spec.deny else Denial(),
        )

    def _denial(self, spec: DenialSpec) -> Denial:
        return Denial(
            create=bool(spec.create),
            read=self._right(spec, "deny", "read"),
            update=self._right(spec, "deny", "update"),
            delete=self._right(spec, "deny", "delete"),
            export=self._right(spec, "deny", "export"),
            erase=self._right(spec, "deny", "erase"),
            import_=bool(spec.import_),
            moves=self._moves(("deny", "move"), spec.move),
        )

    def _right(self, spec: GrantSpec | DenialSpec, *keys: str) -> Truth:
        return _right(self.draft, self.entity, (*self.path, *keys), getattr(spec, keys[-1]))

    def _moves(self, keys: tuple[str, ...], written: _Some) -> Mapping[str, Truth]:
        """The rights to the moves of all variants of the process."""
        process, path = self.entity.spec.process, (*self.path, *keys)
        known = {name: name for part in process.parts.values() for name in part.moves} if process else {}
        if not isinstance(written, list | Mapping):
            return MappingProxyType(dict.fromkeys(known, _right(self.draft, self.entity, path, written)))
        rights = self._named(path, written, f"move of {self.entity.name}", known)
        return MappingProxyType({name: right for name, right in rights if name in known})

    def _fields(self, key: str, written: _Some) -> Iterator[tuple[str, Truth]]:
        what = f"field of {self.entity.name}"
        for name, right in self._named((*self.path, key), written, what, self._known):
            for member in self.entity.shown(self.entity.members(name)):
                yield member, right

    @property
    def _known(self) -> Mapping[str, object]:
        entity = self.entity
        return {**entity.types, **entity.retired, **entity.groups, **entity.tables}

    def _named(
        self, path: Path, written: _Some, what: str, known: Mapping[str, object]
    ) -> Iterator[tuple[str, Truth]]:
        code = "unknown-move" if what.startswith("move") else "unknown-field"
        if isinstance(written, Mapping):
            for name, condition in written.items():
                place = (*path, name)
                self.entity.page.pick(place, code, what, name, known, at_key=True)
                yield name, _right(self.draft, self.entity, place, condition)
        elif isinstance(written, list):
            for index, name in enumerate(written):
                self.entity.page.pick((*path, index), code, what, name, known)
                yield name, True

    def _masks(self) -> Iterator[tuple[str, Masked]]:
        entity = self.entity
        for name, spec in self.spec.mask.items():
            path: Path = (*self.path, "mask", name)
            entity.page.pick(path, "unknown-field", f"field of {entity.name}", name, self._known, at_key=True)
            full = MaskSpec(show=spec) if isinstance(spec, str) else spec
            written, place = full.show, path if isinstance(spec, str) else (*path, "show")
            mask = Mask(written)
            if not mask.is_known:
                help = f"write {', '.join(WORDS)}"
                message = f'"{name}" cannot be shown as "{written}"'
                entity.page.unknown(place, "bad-value", message, written, WORDS, help=help)
                continue
            whole = _right(self.draft, entity, (*path, "unless"), full.unless)
            for member in entity.shown(entity.members(name)):
                type_ = entity.types.get(member)
                if type_ is not None and mask.fits(type_):
                    yield member, Masked(mask, whole, full.searchable is not None)
                elif type_ is not None:
                    message = f'"{written}" is no part of {type_.name} fields'
                    help = "write another part, or hide the field"
                    entity.page.wrong(place, "bad-mask", message, help=help)


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


def _right(draft: Draft, entity: EntityDraft, path: Path, written: _Written) -> Truth:
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
    return " or ".join(WHOSE[word] for word in words) if all(word in WHOSE for word in words) else written


def _has_owner(entity: EntityDraft, path: Path, word: str) -> bool:
    if OWNER in entity.types:
        return True
    message = f'"{word}" needs a field called {OWNER}'
    help = f"add a field {OWNER}: user to {entity.name}, or write a condition"
    entity.page.wrong(path, "no-owner", message, help=help)
    return False
