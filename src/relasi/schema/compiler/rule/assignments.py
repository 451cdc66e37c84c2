"""`set:` of a step or a move: which fields get which values."""

from __future__ import annotations

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import lookup, plain
from relasi.schema.compiler.draft import EntityDraft, ProjectScope
from relasi.schema.compiler.entity.sla import clock_fields
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.labels import check_label
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.settings.mail import compile_texts
from relasi.schema.derivations import is_binding
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.types import Text, Type
from relasi.schema.model import Assignment
from relasi.schema.scope import owned


def compile_assignments(
    page: Page, path: Path, target: EntityDraft, scope: ProjectScope, *, is_new: bool
) -> tuple[Assignment, ...]:
    """What the fields of `target` get; a new record may get a state, which others change by moves."""
    node = lookup(page.document.root, path)
    written = node.entries if isinstance(node, MappingNode) else {}
    found = []
    for name, entry in written.items():
        place = (*path, name)
        type_ = page.pick(place, "unknown-field", f"field of {target.name}", name, target.types, at_key=True)
        if type_ is None or _refused(page, place, target, scope, is_new=is_new):
            continue
        meaning = owned(type_.expression_type(), target.name, name)
        if value := _value(page, place, meaning, plain(entry.value), scope):
            found.append(Assignment(name, value))
    return tuple(found)


def _refused(page: Page, place: Path, target: EntityDraft, scope: ProjectScope, *, is_new: bool) -> bool:
    """Reports a field that no definition may set."""
    name, process = str(place[-1]), target.spec.process
    type_, derivation = target.types[name], scope.draft.derivations.get((target.name, name))
    is_since = process is not None and name == process.since_field
    is_given = name in SYSTEM_TYPES or is_since or name in clock_fields(target)
    if is_given or (type_ and type_.computed) or is_binding(derivation):
        message, help = f'"{name}" is given by Relasi', "take the line away"
    elif process and name == process.field and not is_new:
        message, help = f'"{name}" changes by the moves of its process', "people make these moves"
    else:
        return False
    page.wrong(place, "read-only", message, help=help, at_key=True)
    return True


def _value(
    page: Page, place: Path, meaning: Type, source: object, scope: ProjectScope
) -> Expression | Template | None:
    """A text gets a template, that of the company's first language where there are several; every other field
    an expression of its own type."""
    if isinstance(meaning, Text) and isinstance(source, dict):
        languages = scope.draft.languages
        check_label(source, page, place, languages)
        texts = {key: str(text) for key, text in source.items()}
        return compile_texts(page, place, texts, scope)[languages[0]]
    if isinstance(meaning, Text) and isinstance(source, str):
        return page.template(place, source, scope)
    text = "null" if source is None else str(source).lower() if isinstance(source, bool) else str(source)
    return page.expression(place, text, scope, meaning)
