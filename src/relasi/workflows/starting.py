"""What a run begins with: a workflow, a record, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relasi.errors import Invalid, Issue, NotFound, RelasiError
from relasi.platform.query import Row
from relasi.records.events import Event
from relasi.records.work import Work
from relasi.schema.labels import text
from relasi.schema.model import Entity, Workflow
from relasi.store.traces import Outcome, Trace
from relasi.texts import LANGUAGES
from relasi.workflows.actions.base import Said


@dataclass(frozen=True, slots=True)
class Start:
    """A workflow that is to run on a record. `asked` is what each part of its condition answered; `change_id`
    is the write that triggered it, "" where there was none. `id` is that of the trace and of the run."""

    id: str
    workflow: Workflow
    record_id: str
    old: Row | None = None
    gone: Row | None = None
    change_id: str = ""
    asked: dict[str, Any] | None = None  # Any: JSON

    @property
    def holds(self) -> bool:
        return self.asked is None or bool(self.asked["value"])

    @property
    def key(self) -> tuple[str, str]:
        return self.workflow.name, self.record_id

    def trace(
        self, work: Work, outcome: Outcome, steps: Sequence[Said] = (), error: Mapping[str, str] | None = None
    ) -> Trace:
        return Trace(
            id=self.id,
            at=work.now,
            workflow=self.workflow.name,
            workflow_version=self.workflow.version,
            entity=self.workflow.entity,
            record_id=self.record_id,
            change_id=self.change_id,
            outcome=outcome,
            condition=self.asked,
            steps=list(steps),
            error=error,
        )


def occasion(work: Work, entity: str, record_id: str) -> Event:
    """What stands for an event where nothing was written: a call, a button, the clock. Raises NotFound.

    The record is on hold, as one that was written is: rules on it begin and end one after the other.
    """
    row = work.transaction.get(entity, [record_id], hold=True).get(record_id)
    if row is None:
        raise NotFound("not_found")
    return Event(record_id, None, row, {}, "")


def told(error: RelasiError, entities: Iterable[Entity] = ()) -> dict[str, str]:
    """The error in every language; fields of the entities go by their labels."""
    if not isinstance(error, Invalid):
        return {language: error.text(language) for language in LANGUAGES}
    known = list(entities)
    return {
        language: " ".join(_issue(issue, known, language) for issue in error.issues) for language in LANGUAGES
    }


def _issue(issue: Issue, entities: Sequence[Entity], language: str) -> str:
    if issue.field is None:
        return issue.text(language)
    labels = [each.fields[issue.field].label for each in entities if issue.field in each.fields]
    return f"{text(labels[0], language) if labels else issue.field}: {issue.text(language)}"
