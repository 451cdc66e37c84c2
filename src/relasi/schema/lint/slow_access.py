"""Rights that make every page read a whole table."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Compare, Read, walk
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.lint.indexed import is_given, is_indexed, tells_much
from relasi.schema.model import Field, Model


def _find(survey: Survey) -> Iterator[Finding]:
    for entity in survey.model.entities.values():
        for role, grant in entity.access.items():
            for field in _slow(survey.model, grant.read) if isinstance(grant.read, Expression) else ():
                yield Finding(
                    Home("entity", entity.name),
                    ("access", role, "read"),
                    f'what "{role}" reads depends on "{field.name}", which has no index: '
                    "on a large table every list is slow",
                    f"add index: true to the field {field.name}",
                    at_key=False,
                )


def _slow(model: Model, condition: Expression) -> Iterator[Field]:
    """The fields, here or behind links, that are compared with something known and that no index leads to."""
    found: dict[tuple[str, str], Field] = {}
    for node in walk(condition.root):
        if isinstance(node, Compare):
            for read, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(read, Read) and is_given(other):
                    place = read.entities[-1], read.path[-1]
                    field = model.entities[place[0]].fields.get(place[1])
                    if field and not field.system and tells_much(field) and not is_indexed(field):
                        found[place] = field
    yield from found.values()


LINT = Lint(
    code="slow-access",
    title="A right that reads the whole table",
    explanation="What a role reads is a condition of every list, count and search of its people. One that "
    "compares a field without an index makes the database look at every record. Links, people, unique "
    "fields and fields with `index: true` have one; options and truth values need none, for an index on "
    "a few values would not help.",
    example='access: {branch: {read: region_code = "north"}}',
    find=_find,
)
