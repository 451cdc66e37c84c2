"""`create`: makes a new record of any entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from relasi.platform.query import Query
from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.model import Assignment, Whose, Writing, expressions_of
from relasi.workflows.actions.base import Action, Running, Said


class CreateStep(StepSpec):
    needs_record: ClassVar[bool] = False

    create: str = Field(description="the entity of the new record")
    set: dict[str, Any] = Field(
        {}, description="its values: field: expression, or text with {holes}, also one for each language"
    )
    unless_there: list[str] = Field(
        [],
        alias="unless there",
        description="fields: no record is made where one with the same values exists",
    )
    fills: str | None = Field(None, description="a link of this record, which then leads to the new one")

    def compile(self, at: StepDraft) -> CreateRecord | None:
        target = at.target("create", name=self.create)
        if target is None:
            return None
        values = at.assigned("set", to=target, is_new=True)
        for index, name in enumerate(self.unless_there):
            if name not in {each.field for each in values}:
                help = "what tells that a record is there already stands below set"
                message = f'"{name}" gets no value here'
                at.wrong("unless there", index, code="bad-value", message=message, help=help)
        fills = self._filled(at, target)
        return CreateRecord(at.name, at.entity.name, target.name, values, tuple(self.unless_there), fills)

    def _filled(self, at: StepDraft, target: EntityDraft) -> str | None:
        linked = at.linked("fills", link=self.fills) if self.fills else None
        if linked is None or linked is target:
            return self.fills if linked else None
        message = f'"{self.fills}" leads to a {linked.name}, not to a {target.name}'
        at.wrong("fills", code="bad-value", message=message, help=f"name a link to {target.name}")
        return None


@dataclass(frozen=True, slots=True)
class CreateRecord(Action):
    target: str
    values: tuple[Assignment, ...]
    known_by: tuple[str, ...] = ()
    fills: str | None = None

    def run(self, running: Running) -> Said:
        values = running.values(self.target, self.values)
        if self._is_there(running, values):
            return {"step": "create", "path": self.path, "entity": self.target, "there": True}
        key = running.work.create(self.target, values)
        if self.fills:
            record = running.record()
            running.work.update(self.entity, record["id"], record["version"], {self.fills: key})
        return {
            "step": "create",
            "path": self.path,
            "entity": self.target,
            "id": key,
            "values": running.dumped(self.target, values),
        }

    def _is_there(self, running: Running, values: Mapping[str, Value]) -> bool:
        wanted = {name: [values[name]] for name in self.known_by}
        if not wanted or [None] in wanted.values():
            return False
        query = Query(self.target, running.work.asking, matching=wanted, fields=(), limit=1)
        return bool(running.work.transaction.find(query).rows)

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of(each.value for each in self.values)

    def writes(self) -> Iterator[Writing]:
        yield Writing.of(self.target, self.values, Whose.NEW)
        if self.fills:
            yield Writing(self.entity, {self.fills: None})
