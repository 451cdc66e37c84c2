"""The fields that a process makes: the state, when the record came to it, and why it is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.made import Written, make_field
from relasi.schema.compiler.entity.reasons import write_out_reasons
from relasi.schema.fields.choice import OptionSpec
from relasi.schema.labels import LabelSpec, label_of
from relasi.schema.spec.process import ProcessSpec
from relasi.texts import LANGUAGES, say

_BARE = OptionSpec()


def type_states(draft: Draft, entity: EntityDraft, process: ProcessSpec) -> None:
    process = write_out_reasons(draft, entity, process)
    make_field(draft, entity, process.field, _state(process), ("process",))
    make_field(draft, entity, process.since_field, _since(process), ("process",))
    if process.has_reasons:
        make_field(draft, entity, process.reason_field, _reason(entity, process), ("process", "reason"))


def _state(process: ProcessSpec) -> Written:
    """A choice between the states."""
    options = {
        name: state.model_dump(include={"label", "color", "weight"}, exclude_none=True)
        for name, state in process.all_states.items()
    }
    return {
        "type": "choice",
        "options": options,
        "label": process.label,
        "was": process.was,
        "move_records": process.move_records,
        "default": None if process.variants else next(iter(options)),
        "index": True,
    }


def _since(process: ProcessSpec) -> Written:
    """Of records that are older than this field, only the last change is known."""
    return {
        "type": "datetime",
        "label": _derived_label(process, "since_label"),
        "read_only": True,
        "existing_rows": "{updated_at}",
    }


def _reason(entity: EntityDraft, process: ProcessSpec) -> Written:
    """A choice between the reasons of all states; it is shown and asked for in those that have some."""
    states = process.all_states
    asking = [name for name, state in states.items() if state.reasons]
    demanding = [name for name, state in states.items() if state.reason_required]
    return {
        "type": "choice",
        "options": _reasons(entity, process),
        "label": process.reason.label or _derived_label(process, "reason_label"),
        "was": process.reason.was,
        "visible_when": _among(process.field, asking),
        "required_when": _among(process.field, demanding) if demanding else None,
    }


def _among(field: str, states: Iterable[str]) -> str:
    return f"{field} in [{', '.join(states)}]"


def _reasons(entity: EntityDraft, process: ProcessSpec) -> dict[str, dict[str, Any]]:
    """States may share a reason; one of them says what it is called, or all alike."""
    found: dict[str, OptionSpec] = {}
    for variant, part in process.parts.items():
        for name, state in part.states.items():
            for key, option in (state.listed_reasons if state else {}).items():
                if found.get(key, _BARE) == _BARE:
                    found[key] = option
                elif option not in (_BARE, found[key]):
                    above = ("process", "variants", variant) if variant else ("process",)
                    entity.page.wrong(
                        (*above, "states", name, "reasons", key),
                        "twice",
                        f'another state has a reason "{key}" that is called otherwise',
                        at_key=True,
                        help="write both alike, or give one of them another name",
                    )
    having = {
        key: [name for name, state in process.all_states.items() if key in state.reasons] for key in found
    }
    return {
        key: {**option.model_dump(exclude_none=True), "when": _among(process.field, having[key])}
        for key, option in found.items()
    }


def _derived_label(process: ProcessSpec, sentence: str) -> LabelSpec:
    label = label_of(process.label, process.field, LANGUAGES)
    return {language: say(language, f"values.{sentence}", field=label[language]) for language in LANGUAGES}
