"""Reasons of states that stand in a value list: written out, as if they stood with the state."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.fields.choice import OptionSpec
from relasi.schema.spec.process import ProcessSpec, StateSpec

States = dict[str, StateSpec | None]


def write_out_reasons(draft: Draft, entity: EntityDraft, process: ProcessSpec) -> ProcessSpec:
    """The process without names of lists, which from now on is that of the entity."""
    written = process.model_copy(
        update={
            "states": _states(draft, entity, ("process", "states"), process.states),
            "variants": {
                name: part.model_copy(
                    update={
                        "states": _states(draft, entity, ("process", "variants", name, "states"), part.states)
                    }
                )
                for name, part in process.variants.items()
            },
        }
    )
    entity.spec = entity.spec.model_copy(update={"process": written})
    return written


def _states(draft: Draft, entity: EntityDraft, path: Path, states: Mapping[str, StateSpec | None]) -> States:
    found: States = {}
    for name, state in states.items():
        found[name] = state
        if state is not None and isinstance(state.reasons, str):
            reasons = _listed(draft, entity, (*path, name, "reasons"), state.reasons)
            found[name] = state.model_copy(update={"reasons": reasons})
    return found


def _listed(draft: Draft, entity: EntityDraft, path: Path, name: str) -> dict[str, OptionSpec]:
    options = entity.page.pick(path, "unknown-value-list", "value list", name, draft.value_lists) or {}
    return {
        key: OptionSpec(label=dict(option.label), color=option.color, weight=option.weight)
        for key, option in options.items()
    }
