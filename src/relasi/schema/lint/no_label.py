"""Names that people would read as the developer wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relasi.config.documents import Document
from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import Node, Scalar, Sequence, lookup
from relasi.schema.lint.base import Finding, Lint, Path, Survey

_MOST_NAMED = 3
_LABELLED: Mapping[str, tuple[Path, ...]] = {
    "entity": (
        ("fields",),
        ("fields", "*", "options"),
        ("process", "states"),
        ("process", "moves"),
        ("process", "variants"),
        ("process", "variants", "*", "states"),
        ("process", "variants", "*", "moves"),
        ("form",),
        ("lists",),
    ),
    "roles": ((),),
    "value_lists": (("*",),),
}
"""By the kind of a document: the maps whose keys are names that people see; `*` stands for every key."""
_OPTIONS = frozenset({("fields", "*", "options"), ("*",)})
"""Maps in which a text is short for a label."""
_ITSELF = frozenset({"entity", "workflow", "department"})
"""Kinds of documents that have a label of their own."""


def _find(survey: Survey) -> Iterator[Finding]:
    languages = survey.model.settings.languages
    if len(languages) < 2:
        return
    for document in survey.documents.values():
        if document.kind in _ITSELF and lookup(document.root, ["label"]) is None:
            yield _finding(document, (document.kind,), [document.name], at_key=False)
        for pattern in _LABELLED.get(document.kind, ()):
            for path, node in _matching(document.root, pattern):
                bare = list(_bare(node, languages, texts_are_labels=pattern in _OPTIONS))
                if bare:
                    yield _finding(document, path, bare, at_key=True)


def _matching(node: Node | None, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    if node is None:
        return
    if not pattern:
        yield path, node
    elif isinstance(node, MappingNode):
        first, *rest = pattern
        for key in node.entries if first == "*" else [str(first)]:
            yield from _matching(lookup(node, [key]), tuple(rest), (*path, key))


def _bare(node: Node, languages: tuple[str, ...], *, texts_are_labels: bool) -> Iterator[str]:
    """The names in a map or list of names that have no label."""
    if isinstance(node, Sequence):
        yield from (item.text for item in node.items if isinstance(item, Scalar))
    elif isinstance(node, MappingNode):
        for name, entry in node.entries.items():
            value = entry.value
            is_label = isinstance(value, MappingNode) and not value.entries.keys().isdisjoint(languages)
            is_text = texts_are_labels and isinstance(value, Scalar) and value.value is not None
            if lookup(value, ["label"]) is None and not is_label and not is_text:
                yield name


def _finding(document: Document, path: Path, names: list[str], *, at_key: bool) -> Finding:
    shown = ", ".join(f'"{name}"' for name in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more have" if len(names) > _MOST_NAMED else " have"
    message = f"{shown}{more} no label" if len(names) > 1 else f"{shown} has no label"
    help = "add label: with a text for each language; until then people read the name itself"
    return Finding(document.home, (*path, names[0]) if at_key else path, message, help, at_key=at_key)


LINT = Lint(
    code="no-label",
    title="A name without a label",
    explanation="In a project of several languages, what people see needs a label. Where there is "
    'none, Relasi makes one of the name (`closed_at` becomes "Closed at"), in every language the '
    "same.",
    example="fields: {closed_at: datetime}",
    find=_find,
)
