"""Every condition of a Model with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relasi.config.documents import Home
from relasi.schema.expressions import Expression
from relasi.schema.lint.base import Path
from relasi.schema.model import Entity, Grant, Model, Workflow, walk


@dataclass(frozen=True, slots=True)
class Condition:
    """`purpose` says what never comes about where it is never true: "this rule never runs"."""

    home: Home
    path: Path
    expression: Expression
    purpose: str


def conditions(model: Model) -> Iterator[Condition]:
    for entity in model.entities.values():
        yield from _of_entity(entity)
    for workflow in model.workflows.values():
        yield from _of_workflow(workflow)


_OF_SECTIONS = (
    ("visible_when", "the section never appears"),
    ("required_when", "its fields are never required"),
    ("read_only_when", "its fields are never read-only"),
)


def _of_entity(entity: Entity) -> Iterator[Condition]:
    home = Home("entity", entity.name)
    for field in entity.own_fields:
        for key, purpose in (
            ("visible_when", "the field never appears"),
            ("required_when", "the field is never required"),
            ("read_only_when", "the field is never read-only"),
        ):
            yield from _where(home, ("fields", field.name, key), getattr(field, key), purpose)
    for variant in entity.process.variants if entity.process else ():
        yield from _where(home, (*variant.path, "when"), variant.when, "no record follows this process")
        for move in variant.moves.values():
            path: Path = (*variant.path, "moves", move.name, "if")
            yield from _where(home, path, move.condition, "this move can never be made")
    for form in entity.forms:
        above: Path = ("forms", form.name) if form.name else ("form",)
        yield from _where(home, (*above, "when"), form.when, "this form is never taken")
        for section in form.sections:
            path = (*above, "sections", section.name) if form.name else (*above, section.name)
            for key, purpose in _OF_SECTIONS:
                yield from _where(home, (*path, key), getattr(section, key), purpose)
    for refusal in entity.refusals:
        yield from _where(home, ("refuse", refusal.name, "when"), refusal.when, "this refuses nothing")
    for saved in entity.lists.values():
        yield from _where(home, ("lists", saved.name, "where"), saved.where, "this list is always empty")
    for role, grant in entity.access.items():
        yield from _of_grant(home, ("access", role), grant)


def _of_grant(home: Home, above: Path, grant: Grant) -> Iterator[Condition]:
    denied = (*above, "deny")
    for key in ("read", "update", "delete", "export", "erase"):
        yield from _where(home, (*above, key), getattr(grant, key), "this grants nothing")
        yield from _where(home, (*denied, key), getattr(grant.deny, key), "this denies nothing")
    for key, rights, purpose in (
        ("move", grant.moves or {}, "the move can never be made"),
        ("hide", grant.hidden, "the field is never hidden"),
        ("read_only", grant.locked, "the field is never read-only"),
    ):
        for name, right in rights.items():
            yield from _where(home, (*above, key, name), right, purpose)
    for name, right in grant.deny.moves.items():
        yield from _where(home, (*denied, "move", name), right, "this denies nothing")
    for name, masked in grant.masks.items():
        yield from _where(home, (*above, "mask", name, "unless"), masked.unless, "the mask is never lifted")


def _of_workflow(workflow: Workflow) -> Iterator[Condition]:
    home = Home("workflow", workflow.name)
    yield from _where(home, ("if",), workflow.condition, "this rule never runs")
    for step in walk(workflow.steps):
        for each in step.conditions():
            yield from _where(home, (*step.place, *each.keys), each.expression, each.purpose)


def _where(home: Home, path: Path, expression: Expression | bool | None, purpose: str) -> Iterator[Condition]:
    if isinstance(expression, Expression):
        yield Condition(home, path, expression, purpose)
