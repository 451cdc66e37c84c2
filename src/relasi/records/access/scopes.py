"""What a program may do at most, whatever the person may whose key it has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from relasi.records.access.rights import Rights
from relasi.schema.model import Model

READ, WRITE, EXPORT = "read", "write", "export"
RIGHTS = (READ, WRITE, EXPORT)


@dataclass(frozen=True, slots=True)
class Scopes:
    """Words such as "read", which holds for every entity, and "invoice:write"."""

    words: frozenset[str]

    def allow(self, right: str, entity: str) -> bool:
        return not self.words.isdisjoint((right, f"{entity}:{right}"))

    def narrow(self, rights: Rights, entity: str) -> Rights:
        """The rights that are left of those of the person. Whoever writes and does not read can only add;
        whoever exports reads as well."""
        if not self.allow(READ, entity):
            rights = replace(rights, read=False)
        if not (self.allow(READ, entity) and self.allow(EXPORT, entity)):
            rights = replace(rights, export=False)
        if not self.allow(WRITE, entity):
            moves = dict.fromkeys(rights.moves, False)
            rights = replace(rights, create=False, update=False, delete=False, import_=False, moves=moves)
        return rights


def known_scopes(model: Model) -> tuple[str, ...]:
    return (*RIGHTS, *(f"{entity}:{right}" for entity in model.entities for right in RIGHTS))
