"""`link`: finds the record that a link of this one should lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import Field

from relasi.platform.query import Query
from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Sort, Writing
from relasi.schema.spec.base import Condition
from relasi.workflows.actions.base import Action, Running, Said


class LinkStep(StepSpec):
    link: str = Field(description="the link field that is filled")
    where: Condition = Field(
        description="which record it leads to; record.field reads the record that the rule runs on. Where "
        "none or several meet it, the link stays as it is"
    )
    sort: list[str] = Field(
        [],
        description="which of several it leads to: the first in the order of these fields of the linked "
        "records; a minus in front turns the order round",
    )

    def compile(self, at: StepDraft) -> FindLink | None:
        target = at.linked("link", link=self.link)
        if target is None:
            return None
        scope = replace(at.draft.scope(target.name), outer=at.entity.name)
        where = at.page.condition((*at.path, "where"), self.where, scope)
        sort = tuple(_sorts(at, target, self.sort))
        return FindLink(at.name, at.entity.name, self.link, target.name, where, sort) if where else None


def _sorts(at: StepDraft, target: EntityDraft, written: Sequence[str]) -> Iterator[Sort]:
    what = f"field of {target.name}"
    for index, word in enumerate(written):
        name = word.removeprefix("-")
        if at.page.pick((*at.path, "sort", index), "unknown-field", what, name, target.types):
            yield Sort(name, descending=word.startswith("-"))


@dataclass(frozen=True, slots=True)
class FindLink(Action):
    link: str
    target: str
    where: Expression
    sort: tuple[Sort, ...] = ()
    """Which of several it is; without an order several are none."""

    def run(self, running: Running) -> Said:
        work, record = running.work, running.record()
        where = self.where.bound(running.situation())
        limit = 1 if self.sort else 2
        query = Query(self.target, work.asking, where=(where,), sort=self.sort, fields=(), limit=limit)
        found = work.transaction.find(query).rows
        said: Said = {"step": "link", "path": self.path, "entity": self.target, "link": self.link}
        if len(found) != 1:
            return {**said, "id": None, "found": len(found)}
        if record[self.link] != found[0]["id"]:
            work.update(self.entity, record["id"], record["version"], {self.link: found[0]["id"]})
        return {**said, "id": found[0]["id"]}

    def expressions(self) -> Iterator[Expression]:
        yield self.where

    def writes(self) -> Iterator[Writing]:
        yield Writing(self.entity, {self.link: None})
