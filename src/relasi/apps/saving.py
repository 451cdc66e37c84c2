"""Saving a draft: what is wrong goes back into it, beside the fields it belongs to."""

from __future__ import annotations

from dataclasses import replace

from relasi.apps.draft import Draft
from relasi.apps.opening import catch_up
from relasi.apps.tables import Written, edits
from relasi.apps.visitor import Visitor
from relasi.errors import LIKENESS, Invalid, InvalidRows, Issue, LooksAlike, RelasiError, Stale
from relasi.records import FormState, Record


def save(visitor: Visitor, draft: Draft, state: FormState) -> Record | None:
    """The saved record; None where the draft now says what stands in the way. Nothing typed is lost."""
    draft.issues, draft.alike, records = {}, (), visitor.crm.records
    actor = replace(visitor.actor, asks=not draft.is_meant)
    names = [field.name for field in draft.entity.own_fields if field.name in state.visible - state.read_only]
    values, wrong = draft.values(visitor, names)
    written, unreadable = edits(visitor, draft)
    if wrong or unreadable:
        _note(draft, wrong)
        _note(draft, missing(visitor, state, values))
        draft.issues[None] = [Invalid([]).text(visitor.language).strip()]
        return None
    rows = {name: [edit for _, edit in each] for name, each in written.items()}
    try:
        if draft.record is None:
            return records.save(actor, draft.entity.name, values, rows=rows)
        changed = {name: value for name, value in values.items() if draft.touched(name)}
        seen = (draft.record.id, draft.record.version)
        return records.save(actor, draft.entity.name, changed, seen=seen, rows=rows)
    except InvalidRows as error:
        _tell_rows(visitor, draft, written, error)
        if all(each.code in LIKENESS for each in error.issues):
            draft.alike = error.issues
    except LooksAlike as error:
        draft.alike = error.issues
    except Invalid as error:
        tell(visitor, draft, error)
    except Stale as error:
        _meet(visitor, draft, error)
    except RelasiError as error:
        draft.issues[None] = [error.text(visitor.language)]
    return None


def missing(visitor: Visitor, state: FormState, values: dict[str, object]) -> dict[str, str]:
    """The required fields that are empty."""
    empty = [name for name, value in values.items() if name in state.required and value is None]
    return {name: Issue(name, "required").text(visitor.language) for name in empty}


def tell(visitor: Visitor, draft: Draft, error: Invalid) -> None:
    """Puts each issue beside its field; what has no field of the form goes to the top, with the name of the
    field."""
    shown = {name for section in draft.entity.form for row in section.rows for name in row}
    draft.issues[None] = [Invalid([]).text(visitor.language).strip()]
    for issue in error.issues:
        text = issue.text(visitor.language)
        if issue.field in shown and issue.field not in visitor.hidden(draft.entity):
            draft.issues.setdefault(issue.field, []).append(text)
        else:
            field = draft.entity.fields.get(issue.field or "")
            draft.issues[None].append(f"{visitor.field_label(field)}: {text}" if field else text)


def _tell_rows(visitor: Visitor, draft: Draft, written: Written, error: InvalidRows) -> None:
    """Puts the issues beside the rows. Rows that others have changed meanwhile are brought up to date; what
    was typed into them stays."""
    if draft.record and any(each.code in ("stale", "not_found") for each in error.issues):
        catch_up(visitor, draft)
    draft.issues[None] = [Invalid([]).text(visitor.language).strip()]
    for (name, index), issues in error.rows.items():
        row, _ = written[name][index]
        for issue in issues:
            text = issue.text(visitor.language)
            if row is not None and row in draft.tables[name].rows:
                row.draft.issues.setdefault(issue.field, []).append(text)
            else:
                draft.issues[None].append(f"{visitor.label(draft.tables[name].table.label)}: {text}")


def _note(draft: Draft, wrong: dict[str, str]) -> None:
    for name, text in wrong.items():
        draft.issues.setdefault(name, []).append(text)


def _meet(visitor: Visitor, draft: Draft, error: Stale) -> None:
    """Brings the draft up to the record as it is now. Fields that both sides changed are left to the user."""
    if draft.record is None:
        return
    draft.conflicts = dict(error.conflicts)
    try:
        catch_up(visitor, draft)
    except RelasiError as gone:
        draft.issues[None] = [gone.text(visitor.language)]
        return
    draft.issues[None] = [error.text(visitor.language)]
