"""Whether the fields that a form or a list names are there."""

from __future__ import annotations

from collections.abc import Collection

from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.page import Path


def check_known(entity: EntityDraft, path: Path, field: str) -> None:
    if field in entity.tables:
        message = f'"{field}" is a table and has no value'
        help = "name a field, or sum the table up in one: {type: rollup, of: …, count: true}"
        entity.page.wrong(path, "no-value", message, help=help)
        return
    entity.page.pick(path, "unknown-field", f"field of {entity.name}", field, entity.types)


def check_shown(entity: EntityDraft, path: Path, field: str) -> None:
    if field not in entity.retired and field not in entity.groups:
        check_known(entity, path, field)


def check_once(entity: EntityDraft, path: Path, field: str, before: Collection[str], where: str) -> None:
    if field in before:
        entity.page.wrong(path, "twice", f'"{field}" is {where} already', help="take one of them away")
