"""Steps of rules while they are compiled: which kind one is, and what every kind needs to make itself of.

The kinds themselves are handed in: each brings its shape as a StepSpec that compiles itself.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import Field

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import Sequence as SequenceNode
from relasi.config.nodes import lookup
from relasi.diagnostics import nearest
from relasi.schema.compiler.draft import Draft, EntityDraft, ProjectScope
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.rule.assignments import compile_assignments
from relasi.schema.compiler.shapes import salvaged
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.types import Type
from relasi.schema.fields.base import FieldType
from relasi.schema.model import Assignment, Step
from relasi.schema.spec.base import Name, Spec

Kinds = Mapping[str, type["StepSpec"]]
"""A step is known by the first of these keys that it has."""


class StepSpec(Spec):
    """What an author writes for one kind of step."""

    name: Name | None = Field(
        None, description="what the step is called, so that a changed rule can say where its runs go on"
    )

    needs_record: ClassVar[bool] = True
    """Whether it can only be taken on a record; a rule by the clock may be about none."""

    @abstractmethod
    def compile(self, at: StepDraft) -> Step | None:
        """The step, or None where something is wrong with it that has been reported."""


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One step while it is compiled: its place, and the records that it runs on.

    Keys are relative to the step. What is wrong is reported, and gives None or nothing.
    """

    kinds: Kinds
    draft: Draft
    page: Page
    path: Path
    entity: EntityDraft
    outer: str | None = None
    """The entity of the rule's own record, which `record.` reads, where the step runs on others; "" in a rule
    about no record."""

    @property
    def name(self) -> str:
        """The path as traces and runs tell it."""
        return ".".join(str(part) for part in self.path)

    @property
    def scope(self) -> ProjectScope:
        """What the expressions of the step may read."""
        has_old = self.outer is None
        return replace(self.draft.scope(self.entity.name, has_old=has_old), outer=self.outer or None)

    def written(self, *keys: str | int) -> object:
        """What stands there; None for nothing."""
        return lookup(self.page.document.root, (*self.path, *keys))

    def condition(self, *keys: str | int, text: str | bool | None) -> Expression | None:
        return self.page.condition((*self.path, *keys), text, self.scope)

    def expression(self, *keys: str | int, text: str, type: Type | None = None) -> Expression | None:
        return self.page.expression((*self.path, *keys), text, self.scope, type)

    def template(self, *keys: str | int, text: str) -> Template | None:
        return self.page.template((*self.path, *keys), text, self.scope)

    def assigned(self, *keys: str | int, to: EntityDraft, is_new: bool = False) -> tuple[Assignment, ...]:
        """What the fields of `to` get."""
        return compile_assignments(self.page, (*self.path, *keys), to, self.scope, is_new=is_new)

    def field(self, *keys: str | int, name: str) -> FieldType | None:
        """A field of the records that the step runs on."""
        what = f"field of {self.entity.name}"
        return self.page.pick((*self.path, *keys), "unknown-field", what, name, self.entity.types)

    def target(self, *keys: str | int, name: str) -> EntityDraft | None:
        return self.draft.pick_entity(self.page, (*self.path, *keys), name)

    def linked(self, *keys: str | int, link: str) -> EntityDraft | None:
        """The entity that a link leads to."""
        type_ = self.field(*keys, name=link)
        if type_ is None:
            return None
        if len(type_.targets()) == 1:
            return self.draft.entities.get(type_.targets()[0])
        links = [name for name, each in self.entity.types.items() if each and len(each.targets()) == 1]
        help = f"fields that do: {', '.join(links)}" if links else "only a link to one entity can be followed"
        self.wrong(*keys, code="not-a-link", message=f'"{link}" does not link to one entity', help=help)
        return None

    def wrong(self, *keys: str | int, code: str, message: str, help: str, at_key: bool = False) -> None:
        self.page.wrong((*self.path, *keys), code, message, help=help, at_key=at_key)

    def steps(
        self, *keys: str | int, entity: EntityDraft | None = None, outer: str | None = None
    ) -> tuple[Step, ...]:
        """The steps of a list inside this one; they run on the records of `entity`, if that is another."""
        within = replace(self, entity=entity or self.entity, outer=self.outer if outer is None else outer)
        return tuple(compile_steps(within, (*self.path, *keys)))


def compile_steps(at: StepDraft, path: Path) -> Iterator[Step]:
    """The sound steps of the list at `path`."""
    node = lookup(at.page.document.root, path)
    for index in range(len(node.items) if isinstance(node, SequenceNode) else 0):
        if step := _compiled(replace(at, path=(*path, index))):
            yield step


def _compiled(at: StepDraft) -> Step | None:
    kind = _kind(at)
    if kind and not at.entity.name and at.kinds[kind].needs_record:
        help = "say whose: entity: NAME; or take the step inside for each"
        at.wrong(kind, code="no-record", message=f'"{kind}" needs a record', help=help, at_key=True)
        return None
    spec = salvaged(at.kinds[kind], at.page, at.path) if kind else None
    step = spec.compile(at) if spec else None
    return replace(step, name=spec.name) if spec and step and spec.name else step


def _kind(at: StepDraft) -> str | None:
    """A step is known by its key; a second one beside it needs a dash of its own."""
    node = lookup(at.page.document.root, at.path)
    written = list(node.entries) if isinstance(node, MappingNode) else []
    kind = next((key for key in at.kinds if key in written), None)
    if kind is None or _is_misspelt(at, written[0], kind):
        _refuse(at, written)
        return None
    own = _keys(at, kind)
    if second := next((key for key in written if key in at.kinds and key not in own), None):
        message, help = f'"{kind}" and "{second}" are two steps', 'begin each with a "-" of its own'
        at.wrong(second, code="two-steps", message=message, help=help, at_key=True)
        return None
    return kind


def _is_misspelt(at: StepDraft, first: str, kind: str) -> bool:
    """Whether the first key was to be the step, and the one that was found goes with it: `creat`, `set`."""
    near = None if first in _keys(at, kind) else nearest(first, at.kinds)
    return near is not None and near != first and kind in _keys(at, near)


def _keys(at: StepDraft, kind: str) -> set[str]:
    return {field.alias or name for name, field in at.kinds[kind].model_fields.items()}


def _refuse(at: StepDraft, written: list[str]) -> None:
    if written:
        word = written[0]
        message = f'there is no step "{word}"'
        at.page.unknown((*at.path, word), "unknown-step", message, word, at.kinds, at_key=True)
    else:
        help = f'a step is written "- set: {{field: value}}"; there are {", ".join(at.kinds)}'
        at.wrong(code="unknown-step", message="this is no step", help=help)
