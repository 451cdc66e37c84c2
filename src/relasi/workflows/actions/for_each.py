"""`for each`: takes steps on every record that links to this one, or on all that meet a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import Field

from relasi.errors import WorkflowError
from relasi.platform.query import Query
from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Step, StepCondition
from relasi.schema.spec.base import Condition
from relasi.schema.spec.workflow import Steps
from relasi.workflows.actions.base import Answer, Pause, Running, Said, Waiting

MOST = 1000
"""Records that one step comes to: all of them are changed in one transaction."""
_TOLD = 50
"""Records of which the trace tells what was done with them."""


class ForEachStep(StepSpec):
    needs_record: ClassVar[bool] = False

    for_each: str = Field(
        alias="for each",
        description="ENTITY.LINK: the records whose link leads to this one; ENTITY: all of them",
    )
    where: Condition | None = Field(
        None, description="which of them; record.field reads the record that the rule runs on"
    )
    do: Steps = Field(
        description="the steps on each of them, where record.field reads the record that the rule runs on; "
        "where one waits, the others do not wait for it"
    )

    def compile(self, at: StepDraft) -> ForEach | None:
        found = _related(at, self.for_each)
        if found is None:
            return None
        entity, link = found
        outer = at.entity.name if at.outer is None else at.outer
        scope = replace(at.draft.scope(entity.name), outer=outer or None)
        where = at.page.condition((*at.path, "where"), self.where, scope)
        steps = at.steps("do", entity=entity, outer=outer)
        return ForEach(at.name, at.entity.name, entity.name, link, where, steps)


def _related(at: StepDraft, written: str) -> tuple[EntityDraft, str | None] | None:
    """The entity, and the field of it that links to the records which the step runs on, if one is named."""
    name, _, link = written.partition(".")
    entity = at.target("for each", name=name)
    if entity is None:
        return None
    if not link:
        return entity, None
    links = {
        each: type_ for each, type_ in entity.types.items() if type_ and at.entity.name in type_.targets()
    }
    what = f"link from {name} to {at.entity.name or 'no record'}"
    found = at.page.pick((*at.path, "for each"), "unknown-field", what, link, links)
    return (entity, link) if found else None


@dataclass(frozen=True, slots=True)
class ForEach(Waiting):
    target: str
    link: str | None
    where: Expression | None
    steps: tuple[Step, ...]

    def run(self, running: Running) -> Answer:
        """People whose data are restricted are left out, with all that belongs to them."""
        from relasi.records.people import restricted

        found = self._found(running)
        left_out = restricted(running.work, self.target, found)
        found = [key for key in found if key not in left_out]
        items: list[Said] = []
        waiting = 0
        for key in found:
            taken = running.conductor.each(running, self, self.target, key)
            waiting += taken is None
            if len(items) < _TOLD:
                items.append({"id": key, "steps": taken or []})
        said = {
            "step": "for each",
            "path": self.path,
            "entity": self.target,
            "count": len(found),
            "items": items,
            **({"restricted": len(left_out)} if left_out else {}),
        }
        return Pause(said, "parts") if waiting else said

    def resume(self, running: Running, woken: str) -> Said:
        return {"step": "for each", "path": self.path, "entity": self.target, "ended": woken}

    def _found(self, running: Running) -> list[str]:
        """Raises WorkflowError where there are more than one step may change."""
        work = running.work
        matching = {} if self.link is None else {self.link: [self._own(running, self.link)]}
        outer = running.outer() or running.situation()
        where = () if self.where is None else (self.where.bound(outer),)
        query = Query(self.target, work.asking, where=where, matching=matching, fields=(), limit=MOST + 1)
        rows = work.transaction.find(query).rows
        if len(rows) > MOST:
            raise WorkflowError("too_many_records", count=MOST)
        return [row["id"] for row in rows]

    def _own(self, running: Running, link: str) -> str:
        """The record at hand, as the link names it."""
        several = len(running.work.entity(self.target).fields[link].links_to) > 1
        return f"{self.entity}/{running.record_id}" if several else running.record_id

    def expressions(self) -> Iterator[Expression]:
        if self.where:
            yield self.where

    def conditions(self) -> Iterator[StepCondition]:
        if self.where:
            yield StepCondition(("where",), self.where, "there are never any")

    def reads(self) -> Iterator[tuple[str, str]]:
        if self.link is not None:
            yield self.target, self.link

    def bodies(self) -> Iterator[tuple[str, Sequence[Step]]]:
        yield f"{self.path}.do", self.steps
