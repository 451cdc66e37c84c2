"""`rank`: says of all records of an entity in which part of them each stands, such as the best fifth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from relasi.platform.query import Query, Ranking
from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import ORDERED, type_name
from relasi.schema.fields.number import NumberField
from relasi.schema.model import StepCondition, Whose, Writing
from relasi.schema.spec.base import Condition
from relasi.workflows.actions.base import Answer, Pause, Running, Waiting

_TOGETHER = 2000
"""Records that are changed in one transaction."""


class RankStep(StepSpec):
    needs_record: ClassVar[bool] = False

    rank: str = Field(description="the entity whose records are ranked, all of them at once")
    where: Condition | None = Field(None, description="which of them; the fields of the others are emptied")
    into: Annotated[int, Field(ge=2, le=1000)] = Field(5, description="how many parts of one size there are")
    set: dict[str, str] = Field(
        min_length=1,
        description="field: other field; a number field gets the part in which the record stands by the "
        "other one, 1 being that of the smallest values; equal values are in the same part",
    )

    def compile(self, at: StepDraft) -> Rank | None:
        target = at.target("rank", name=self.rank)
        if target is None:
            return None
        where = at.page.condition((*at.path, "where"), self.where, at.draft.scope(target.name))
        fields = {name: by for name, by in self.set.items() if _is_sound(at, target, name, by)}
        return Rank(at.name, at.entity.name, target.name, where, self.into, fields) if fields else None


def _is_sound(at: StepDraft, target: EntityDraft, name: str, by: str) -> bool:
    what, keys = f"field of {target.name}", (*at.path, "set", name)
    held = at.page.pick(keys, "unknown-field", what, name, target.types, at_key=True)
    order = at.page.pick(keys, "unknown-field", what, by, target.types)
    if held is None or order is None:
        return False
    if not isinstance(held, NumberField) or (target.name, name) in at.draft.derivations:
        help = f"write it into {target.name}: {name}: {{type: number, read_only: true}}"
        message = f"{name} cannot hold the part that a record stands in"
        at.wrong("set", name, code="not-a-rank", message=message, help=help, at_key=True)
        return False
    if order.is_encrypted or not isinstance(order.expression_type(), ORDERED):
        message = f"{type_name(order.expression_type())} has no order"
        at.wrong("set", name, code="no-order", message=message, help="name a field with numbers or dates")
        return False
    return True


@dataclass(frozen=True, slots=True)
class Rank(Waiting):
    target: str
    where: Expression | None
    into: int
    fields: Mapping[str, str]

    def run(self, running: Running) -> Answer:
        return self._batch(running, "")

    def resume(self, running: Running, woken: str) -> Answer:
        return self._batch(running, (running.cursor or {}).get("beyond", ""))

    def _batch(self, running: Running, beyond: str) -> Answer:
        """Brings on those whose part has changed, in the order of their ids."""
        from relasi.records.steps.derived import put

        work = running.work
        where = () if self.where is None else (self.where,)
        query = Query(self.target, work.asking, where=where, limit=_TOGETHER)
        rows = work.transaction.rank(query, Ranking(self.fields, self.into, beyond))
        put(work, self.target, {row["id"]: {name: row[name] for name in self.fields} for row in rows})
        said: dict[str, Any] = {"step": "rank", "path": self.path, "entity": self.target, "count": len(rows)}
        if len(rows) < _TOGETHER:
            return said
        return Pause(said, "time", work.now, cursor={"beyond": rows[-1]["id"]})

    def expressions(self) -> Iterator[Expression]:
        if self.where:
            yield self.where

    def conditions(self) -> Iterator[StepCondition]:
        if self.where:
            yield StepCondition(("where",), self.where, "no record has a part")

    def reads(self) -> Iterator[tuple[str, str]]:
        yield from ((self.target, by) for by in self.fields.values())

    def writes(self) -> Iterator[Writing]:
        yield Writing(self.target, dict.fromkeys(self.fields), Whose.OTHER)
