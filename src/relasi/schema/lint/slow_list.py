"""Lists that read a whole table to show its first page."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.expressions.tree import Compare, Logic, Read
from relasi.schema.lint.base import Finding, Lint, Path, Survey
from relasi.schema.lint.indexed import is_given, is_indexed, tells_much
from relasi.schema.model import Field, SavedList


def _find(survey: Survey) -> Iterator[Finding]:
    for entity in survey.model.entities.values():
        for saved in entity.lists.values():
            equal = list(_equalities(saved))
            if any(is_indexed(entity.fields[name]) for name in equal):
                continue
            home, path = Home("entity", entity.name), ("lists", saved.name)
            if saved.sort and not is_indexed(first := entity.fields[saved.sort[0].field]):
                yield _finding(home, (*path, "sort", 0), f'sorts by "{first.name}"', first)
            elif len(equal) == 1 and tells_much(entity.fields[equal[0]]):
                yield _finding(home, (*path, "where"), f'asks for "{equal[0]}"', entity.fields[equal[0]])


def _equalities(saved: SavedList) -> Iterator[str]:
    """The fields that must equal something for a record to be on the list."""
    root = saved.where.root if saved.where else None
    for node in root.operands if isinstance(root, Logic) and root.operator == "and" else (root,):
        match node:
            case Compare(operator="=", left=Read(path=(name,)), right=right) if is_given(right):
                yield name
            case Compare(operator="=", left=left, right=Read(path=(name,))) if is_given(left):
                yield name


def _finding(home: Home, path: Path, what: str, field: Field) -> Finding:
    """No index can be added to a field that Relasi keeps."""
    advice = f"add index: true to the field {field.name}"
    if field.system:
        advice = "sort by created_at, or ask for a field besides that has an index"
    return Finding(
        home,
        path,
        f"this list {what}, which has no index: on a large table it is slow",
        advice,
        at_key=False,
    )


LINT = Lint(
    code="slow-list",
    title="A list that scans the whole table",
    explanation="The database has no index that leads to the records of the list: neither on the "
    "field that it sorts by first, nor on one that must equal a value. Links, people, unique "
    "fields, `created_at` and fields with `index: true` have one. With a few hundred records nobody "
    "notices; with a hundred thousand everybody does.",
    example="lists: {all: {sort: [-received_at], columns: [subject]}}",
    find=_find,
)
