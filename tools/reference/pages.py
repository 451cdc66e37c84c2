"""The reference pages in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, RootModel

from relasi.config.documents import COLLECTIONS
from relasi.schema.fields.base import EnteredSpec, FieldSpec, FieldType
from relasi.schema.fields.registry import TYPES
from relasi.schema.meanings import meanings
from relasi.schema.spec import SPECS
from relasi.studio.schemas import specs_in
from relasi.workflows.actions.registry import ACTIONS
from tools.reference.diagnostics import diagnostics_page
from tools.reference.words import cell, heading, key_of

NOTE = "<!-- Written by `make docs`; change the descriptions in the code. -->\n"

PLACES = {
    "crm": ("config/crm.yaml", "The company and its settings."),
    "modules": ("config/modules.yaml", "The parts that a company may switch off, in their order."),
    "roles": ("config/roles.yaml", "Who there is; what a role may do stands in each entity."),
    "teams": ("config/teams.yaml", "The teams that people belong to, below each other."),
    "value_lists": ("config/value_lists.yaml", "Lists of options that several fields share."),
    "sample": ("config/sample_data.yaml", "People and records for a fresh database."),
    "platform": ("config/platforms/NAME.yaml", "Where the records live."),
    "department": ("config/departments/NAME.yaml", "What a department sees."),
    "entity": ("schema/NAME.yaml", "One kind of record, with all that belongs to it."),
    "workflow": ("workflows/NAME.yaml", "One rule."),
    "hook": ("config/hooks/NAME.yaml", "What another system may send, and which records it makes."),
    "dashboard": (
        "config/dashboards/NAME.yaml",
        "A page of figures, each of which leads to the records behind it.",
    ),
    "form": ("config/forms/NAME.yaml", "A form on the web, which anybody may fill in."),
    "mailbox": ("config/mailboxes/NAME.yaml", "Where mails come in, and which records they become."),
    "suite": ("config/tests/NAME.yaml", "Tests that are about more than one rule or entity."),
    "message": ("config/messages/NAME.yaml", "A text that steps of rules send."),
}
"""By the head key of a document: the file it stands in, and what it is for."""


def pages() -> Mapping[str, str]:
    """File name -> text."""
    return {
        "yaml.md": "\n".join(_yaml_page()),
        "fields.md": "\n".join(_fields_page()),
        "diagnostics.md": "\n".join(diagnostics_page(NOTE)),
    }


def _yaml_page() -> Iterator[str]:
    yield NOTE
    yield "# What an author writes\n"
    yield "Each file is one document, known by its first key."
    yield "The [types of fields](fields.md) and [expressions](expressions.md) have their own pages.\n"
    for head, spec in SPECS.items():
        place, purpose = PLACES[head]
        yield f"## `{place}`\n"
        yield f"{purpose}\n"
        if head in COLLECTIONS and not issubclass(spec, RootModel):
            yield f"These keys stand below `{head}:`.\n"
        yield from _table(spec, root=head)
        for inner in _inner(spec, *(ACTIONS.values() if head == "workflow" else ())):
            yield f"### {heading(inner)}\n"
            yield from _table(inner)


_COMMON: Sequence[tuple[type[BaseModel], str]] = (
    (FieldSpec, "every type"),
    (EnteredSpec, "every type whose values people enter"),
    (FieldType, "every type that keeps what was entered"),
)
"""Classes of types, each a part of the one before, and what an author may call them."""


def _fields_page() -> Iterator[str]:
    yield NOTE
    yield "# Field types\n"
    yield "`budget: money` is short for `budget: {type: money}`.\n"
    shown: frozenset[str] = frozenset()
    for spec, whose in _COMMON:
        yield f"The keys of {whose}:\n"
        yield from _table(spec, leave_out=shown)
        shown = frozenset(spec.model_fields)
    for name, type_ in sorted(TYPES.items()):
        common = [(spec, whose) for spec, whose in _COMMON if issubclass(type_, spec)]
        known = frozenset(common[-1][0].model_fields)
        yield f"## `{name}`\n"
        yield f"{type_.summary}\n"
        if len(common) < len(_COMMON):
            yield f"It takes the keys of {' and of '.join(whose for _, whose in common)}.\n"
        if type_.model_fields.keys() - known:
            yield from _table(type_, leave_out=known)
            for inner in _inner(type_):
                yield f"### {heading(inner)}\n"
                yield from _table(inner)


def _table(
    spec: type[BaseModel], leave_out: frozenset[str] = frozenset(), *, root: str = ""
) -> Iterator[str]:
    """The keys of a spec; `root` is the key above it, where it holds names and no keys."""
    yield "| Key | What stands there | Meaning |"
    yield "|---|---|---|"
    for name, field in spec.model_fields.items():
        if name not in leave_out:
            meaning = " ".join(meanings(spec)[name].split())
            key = root if issubclass(spec, RootModel) else key_of(name, field)
            yield f"| `{key}` | {cell(field)} | {meaning.replace('|', chr(92) + '|')} |"
    yield ""


def _inner(spec: type[BaseModel], *others: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The specs below a spec, each once, in the order in which a reader meets them; then the others'."""
    seen = {spec}
    waiting = [*_below(spec), *others]
    while waiting:
        found = waiting.pop(0)
        if found not in seen:
            seen.add(found)
            yield found
            waiting = [*_below(found), *waiting]


def _below(spec: type[BaseModel]) -> list[type[BaseModel]]:
    return [found for field in spec.model_fields.values() for found in specs_in(field.annotation)]
