"""Workflows laid out for running: where each step stands, and which one comes after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from relasi.errors import WorkflowError
from relasi.schema.model import Model, Step, Workflow
from relasi.store import Session
from relasi.store.runs import Run
from relasi.workflows.actions.base import Action, Answer, Jump, Pause, Running, Stop, Waiting

Recompile = Callable[[str, Any], Workflow | None]  # Any: plain YAML
"""Makes a workflow of an older definition; None where it no longer fits the rest of the project."""

BODY = "do"
"""The path of a workflow's own list of steps."""


class Program:
    """The steps of a workflow by their paths."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.steps: dict[str, Action] = {}
        self.first: dict[str, str] = {}
        """List of steps -> its first step."""
        self._after: dict[str, str | None] = {}
        self._lay(BODY, workflow.steps, None)
        self.uses_old = any(
            expression.uses_old for step in self.steps.values() for expression in step.expressions()
        )

    def _lay(self, path: str, steps: Sequence[Step], back: str | None) -> None:
        """`back` is where the run goes on at the end of the list."""
        self.first[path] = steps[0].path
        for step, after in zip(steps, [*(each.path for each in steps[1:]), back], strict=True):
            assert isinstance(step, Action)
            self.steps[step.path] = step
            self._after[step.path] = after
            for inner, taken in step.lists():
                self._lay(inner, taken, after)
            for inner, taken in step.bodies():
                self._lay(inner, taken, None)

    def take(self, running: Running, position: str, woken: str | None) -> tuple[str, Pause] | None:
        """Takes the steps from `position` to the end of their list, or to a pause: the step, and for what.

        `woken` ended the pause of the step at `position`; None where that has not been run yet. What the
        steps say is in `running.said`, and `running.at` is the step at hand.
        """
        going: str | None = position
        while going is not None:
            running.at = going
            answer, woken = self._answer(running, going, woken), None
            running.since = running.cursor = None  # those of the pause that is over now
            match answer:
                case Pause():
                    running.said.append(answer.said)
                    return going, answer
                case Stop():
                    running.said.append(answer.said)
                    return None
                case Jump():
                    running.said.append(answer.said)
                    going = self.first[answer.path]
                case _:
                    running.said.append(answer)
                    going = self._after[going]
        return None

    def _answer(self, running: Running, position: str, woken: str | None) -> Answer:
        step = self.steps.get(position)
        if step is None:
            raise WorkflowError("step_gone", step=position)
        if woken is None:
            return step.run(running)
        if not isinstance(step, Waiting):
            raise WorkflowError("step_gone", step=position)
        answer = step.resume(running, woken)
        if isinstance(answer, dict):
            return {**answer, "at": running.work.now.isoformat()}
        return answer


class Programs:
    """The programs of a project, and those of older definitions that runs still go by."""

    def __init__(self, model: Model, recompile: Recompile) -> None:
        self._recompile = recompile
        self._known = {
            (each.name, each.version): Program(each) for each in model.workflows.values() if each.steps
        }

    def of(self, workflow: Workflow) -> Program:
        return self._known[workflow.name, workflow.version]

    def kept(self, store: Session, name: str, version: str) -> Program:
        """That of the definition with which a run began. Raises WorkflowError where it means nothing now."""
        found = self._known.get((name, version))
        if found is None:
            document = store.definitions.get(name, version)
            workflow = None if document is None else self._recompile(name, document)
            if workflow is None:
                raise WorkflowError("definition_gone", workflow=name)
            found = self._known[name, version] = Program(workflow)
        return found

    def step(self, store: Session, run: Run) -> Step | None:
        """The step at which a run stands; None where its definition means nothing now."""
        try:
            return self.kept(store, run.workflow, run.version).steps.get(run.position)
        except WorkflowError:
            return None
