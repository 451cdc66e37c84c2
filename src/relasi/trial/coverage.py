"""Which steps and branches of rules some test has taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from relasi.schema.model import On, Step, Workflow, walk
from relasi.store.traces import Trace
from relasi.workflows.actions.base import Action
from relasi.workflows.actions.branch import Branch

_HOLDS, _FAILS = "if", "if not"
"""The branches of the condition of a rule."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Paths of the steps and the branches of one rule, each with whether it was taken."""

    workflow: str
    steps: dict[str, bool]
    branches: dict[str, bool]

    @property
    def never(self) -> list[str]:
        """What no test has taken; of a branch that was not, the steps in it are not named."""
        missed = [path for path, taken in self.branches.items() if not taken]
        steps = (path for path, taken in self.steps.items() if not taken)
        return missed + [path for path in steps if not any(path.startswith(f"{each}.") for each in missed)]


def coverage_of(workflow: Workflow, traces: Iterable[Trace]) -> Coverage:
    """`traces` may be of all rules and all tests."""
    taken: set[str] = set()
    for trace in traces:
        if trace.workflow == workflow.name:
            taken |= set(_taken(trace))
    steps = {each.path: each.path in taken for each in walk(workflow.steps)}
    branches = {path: path in taken for each in walk(workflow.steps) for path in _branches(each)}
    pressed = all(each.on is On.BUTTON for each in workflow.triggers)  # shown where the condition holds
    if workflow.condition is not None and not pressed:
        branches = {_HOLDS: _HOLDS in taken, _FAILS: _FAILS in taken, **branches}
    return Coverage(workflow.name, steps, branches)


def _taken(trace: Trace) -> Iterator[str]:
    if trace.condition is not None and trace.part_of is None:
        yield _HOLDS if trace.condition["value"] else _FAILS
    yield from _paths(trace.steps)


def _paths(said: Any) -> Iterator[str]:  # Any: JSON
    """The paths of the steps that a trace tells of, those inside others too, and of the lists they are in."""
    if isinstance(said, dict):
        path = said.get("path")
        if isinstance(path, str):
            yield path
            yield path.rpartition(".")[0]
            if said.get("step") == "if" and not said["condition"]["value"]:
                yield f"{path}.else"
        for each in said.values():
            yield from _paths(each)
    elif isinstance(said, list | tuple):
        for each in said:
            yield from _paths(each)


def _branches(step: Step) -> Iterator[str]:
    """The lists between which a step chooses; an `if` without `else` may also go past."""
    assert isinstance(step, Action)
    yield from (path for path, steps in step.lists() if steps)
    if isinstance(step, Branch) and not step.otherwise:
        yield f"{step.path}.else"
