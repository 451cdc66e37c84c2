"""`for each`: takes steps on every record that links to this one, on all that meet a condition, or on all
that a condition in a record finds; in batches, each of them a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from babel import Locale
from pydantic import Field

from relasi.errors import WorkflowError
from relasi.platform.query import Query
from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.expressions.tree import Read
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.expression import ExpressionField
from relasi.schema.fields.notation.durations import read_duration
from relasi.schema.model import Sort, Step, StepCondition
from relasi.schema.spec.base import Condition
from relasi.schema.spec.workflow import Steps
from relasi.workflows.actions.base import Answer, Pause, Running, Said, Waiting

MOST = 1000
"""Records that are changed in one transaction, where nothing else is said."""
_TOLD = 50
"""Records of which the trace tells what was done with them, of each batch."""
_BY_ID = (Sort("id", descending=False),)


class ForEachStep(StepSpec):
    needs_record: ClassVar[bool] = False

    for_each: str = Field(
        alias="for each",
        description="ENTITY.LINK: the records whose link leads to this one; ENTITY: all of them",
    )
    where: Condition | None = Field(
        None, description="which of them; record.field reads the record that the rule runs on"
    )
    chosen_by: str | None = Field(
        None,
        alias="chosen by",
        description="a field of type expression, of this record or behind a link: only those that meet it",
    )
    purpose: str | None = Field(
        None, description="only those of people whose word allows this purpose of crm.yaml"
    )
    at_once: Annotated[int, Field(ge=1, le=MOST)] = Field(
        MOST, description="how many of them in one transaction; the others follow in further ones"
    )
    every: str | None = Field(
        None, description="how long to wait between two such batches: 1 minute; not at all if absent"
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
        if self.purpose is not None:
            at.page.pick((*at.path, "purpose"), "unknown-purpose", "purpose", self.purpose, at.draft.purposes)
        return ForEach(
            at.name,
            at.entity.name,
            target=entity.name,
            link=link,
            where=where,
            chosen_by=None if self.chosen_by is None else _chooser(at, self.chosen_by, entity),
            purpose=self.purpose,
            at_once=self.at_once,
            every=None if self.every is None else _length(at, self.every),
            steps=at.steps("do", entity=entity, outer=outer),
        )


def _chooser(at: StepDraft, written: str, entity: EntityDraft) -> Expression | None:
    """The path to a field that holds a condition on records of the entity."""
    found = at.expression("chosen by", text=written)
    root = found.root if found else None
    if found is None:
        return None
    if isinstance(root, Read) and not root.old:
        field = at.draft.entities[root.entities[-1]].types[root.path[-1]]
        if isinstance(field, ExpressionField) and field.of == entity.name:
            return found
    help = f"name a field with type: expression and of: {entity.name}"
    message = f'"{written}" holds no condition on records of {entity.name}'
    at.wrong("chosen by", code="not-a-condition", message=message, help=help)
    return None


def _length(at: StepDraft, written: str) -> timedelta | None:
    try:
        return read_duration(written, Locale("en"))
    except ValueProblem:
        help = "write a length of time: 1 minute, 30 seconds, 1 hour"
        at.wrong("every", code="bad-value", message=f'"every" cannot be "{written}"', help=help)
        return None


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
    chosen_by: Expression | None
    purpose: str | None
    at_once: int
    every: timedelta | None
    steps: tuple[Step, ...]

    def run(self, running: Running) -> Answer:
        return self._batch(running, {})

    def resume(self, running: Running, woken: str) -> Answer:
        if running.cursor is None:
            return {"step": "for each", "path": self.path, "entity": self.target, "ended": woken}
        due = datetime.fromisoformat(running.cursor["due"])
        if running.work.now < due:  # what one of the batches before began has ended meanwhile
            return Pause(
                {"step": "for each", "path": self.path, "entity": self.target},
                "time",
                due,
                cursor=dict(running.cursor),
            )
        return self._batch(running, running.cursor)

    def _batch(self, running: Running, cursor: Mapping[str, Any]) -> Answer:  # Any: JSON
        """People whose data are restricted are left out, with all that belongs to them; so are those whose
        word does not allow the purpose."""
        found, after = self._found(running, cursor)
        last = cursor.get("last") or (None if after is None else self._last(running))
        left_out = self._left_out(running, found)
        found = [key for key in found if key not in left_out]
        items: list[Said] = []
        waiting = False
        for key in found:
            taken = running.conductor.each(running, self, self.target, key)
            waiting |= taken is None
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
        if after is not None:
            due = running.work.now + (self.every or timedelta())
            return Pause(said, "time", due, cursor={"after": after, "last": last, "due": due.isoformat()})
        is_awaited = waiting or (cursor and running.work.store.runs.children(running.id))
        return Pause(said, "parts") if is_awaited else said

    def _found(self, running: Running, cursor: Mapping[str, Any]) -> tuple[list[str], str | None]:
        """The records of a batch, and where the next one begins. What came into being since the first batch
        is not among them: steps that make such records would have no end."""
        query = replace(self._query(running), limit=self.at_once, after=cursor.get("after"))
        page = running.work.transaction.find(query)
        keys = [row["id"] for row in page.rows]
        last = cursor.get("last")
        known = keys if last is None else [key for key in keys if key <= last]
        return known, page.next if len(known) == len(keys) else None

    def _last(self, running: Running) -> str:
        query = replace(self._query(running), sort=(Sort("id", descending=True),), limit=1)
        key: str = running.work.transaction.find(query).rows[0]["id"]
        return key

    def _query(self, running: Running) -> Query:
        """Raises WorkflowError where the condition that a record holds makes no sense any more."""
        matching = {} if self.link is None else {self.link: [self._own(running, self.link)]}
        outer = running.outer() or running.situation()
        where = [] if self.where is None else [self.where.bound(outer)]
        if self.chosen_by is not None:
            where.append(self._chosen(running, self.chosen_by))
        return Query(
            self.target,
            running.work.asking,
            where=tuple(where),
            matching=matching,
            sort=_BY_ID,
            fields=(),
        )

    def _chosen(self, running: Running, chooser: Expression) -> Expression:
        """Raises WorkflowError."""
        from relasi.records.steps.conditions import written

        text = chooser.evaluate(running.situation())
        try:
            if text is None:
                raise WorkflowError("condition_missing", field=chooser.text)
            return written(text, running.work.ground.model, self.target)
        except ExpressionError as error:
            raise WorkflowError("condition_broken", field=chooser.text, problem=str(error)) from error

    def _left_out(self, running: Running, keys: Sequence[str]) -> set[str]:
        from relasi.records.people import agrees, restricted

        work = running.work
        if self.purpose is None:
            return restricted(work, self.target, keys)
        rows = work.transaction.get(self.target, keys)
        return {key for key, row in rows.items() if not agrees(work, self.target, row, self.purpose)}

    def _own(self, running: Running, link: str) -> str:
        """The record at hand, as the link names it."""
        several = len(running.work.entity(self.target).fields[link].links_to) > 1
        return f"{self.entity}/{running.record_id}" if several else running.record_id

    def expressions(self) -> Iterator[Expression]:
        yield from filter(None, (self.where, self.chosen_by))

    def conditions(self) -> Iterator[StepCondition]:
        if self.where:
            yield StepCondition(("where",), self.where, "there are never any")

    def reads(self) -> Iterator[tuple[str, str]]:
        if self.link is not None:
            yield self.target, self.link

    def bodies(self) -> Iterator[tuple[str, Sequence[Step]]]:
        yield f"{self.path}.do", self.steps
