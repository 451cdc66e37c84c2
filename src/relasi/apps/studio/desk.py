"""Who may enter Studio, and what it knows between two clicks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import ago
from relasi.config.parsed import ParsedFiles
from relasi.config.stack import BASE
from relasi.diagnostics import Diagnostic
from relasi.store.authoring import Draft
from relasi.studio.workshop import Checked, Opened, Workshop
from relasi.texts import say

_PARSED = ParsedFiles()
"""Of the one project that this process serves: a check parses what has changed."""

Data = dict[str, Any]  # Any: what JSON can say


def may_enter(visitor: Visitor) -> bool:
    return visitor.actor.everything and visitor.crm.model.settings.studio


def workshop_of(visitor: Visitor) -> Workshop:
    return Workshop(visitor.crm, visitor.user, _PARSED)


def told(visitor: Visitor, key: str, **params: object) -> str:
    """The sentence `key` of texts/studio.yaml."""
    return say(visitor.language, f"studio.{key}", **params)


def people(visitor: Visitor) -> dict[str, str]:
    return {each.id: each.full_name for each in visitor.people}


def judged(visitor: Visitor, checked: Checked, opened: Opened) -> Data:
    """What the editor says about a file: mistakes with their places, and whose draft it is."""
    found = list(checked.diagnostics)
    errors = sum(each.severity == "error" for each in found)
    key = "verdict_errors" if errors else "verdict_warnings" if found else "verdict_good"
    here = [each for each in found if each.span.file == opened.file]
    return {
        "marks": [_mark(each) for each in here],
        "elsewhere": [_mark(each) for each in found if each not in here][:20],
        "errors": errors,
        "verdict": told(visitor, key, count=errors or len(found)),
        "kept": told(visitor, "draft_kept" if opened.is_draft else "as_on_disk"),
        "notes": _notes(visitor, opened),
    }


def _notes(visitor: Visitor, opened: Opened) -> list[str]:
    notes = [told(visitor, "moved")] if opened.moved else []
    return [*notes, *(_of_other(visitor, each) for each in opened.others)]


def _of_other(visitor: Visitor, draft: Draft) -> str:
    who = people(visitor).get(draft.user_id, draft.user_id)
    return told(
        visitor, "also_drafting", person=who, when=ago(draft.at, visitor.crm.clock(), visitor.showing())
    )


def _mark(found: Diagnostic) -> Data:
    return {
        "file": found.span.file,
        "line": found.span.line,
        "column": found.span.column,
        "end_line": found.span.end_line,
        "end_column": found.span.end_column,
        "severity": found.severity,
        "message": found.message,
        "help": found.help,
        "suggestion": found.suggestion,
    }


def name_of_layer(visitor: Visitor, layer: str) -> str:
    known = {"project": "layer_project", BASE: "layer_base"}
    return told(visitor, known[layer]) if layer in known else told(visitor, "layer_template", name=layer)


def names_of(visitor: Visitor, keys: Sequence[str]) -> str:
    known = people(visitor)
    return ", ".join(known.get(each, each) for each in keys)
