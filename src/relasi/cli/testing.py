"""`relasi test`: performs the tests that stand beside definitions, and tells what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

from relasi.cli import terminal
from relasi.cli.explaining import tell_trace
from relasi.cli.project import compiled
from relasi.cli.terminal import STOPPED, USED_WRONGLY, StopError, say
from relasi.diagnostics import Diagnostics, Span
from relasi.schema.compiler.trial.trials import compile_trials
from relasi.schema.model import Model
from relasi.schema.trials import Trial
from relasi.trial import Coverage, Failure, Outcome, coverage_of, perform, stage_of


def test(root: Path, path: Path | None, junit: Path | None, *, as_json: bool) -> int:
    """The exit code: 1 where a test failed. Raises StopError where there is no test to perform."""
    model, project = compiled(root)
    trials = compile_trials(model, project.documents, Diagnostics())
    chosen = [each for each in trials if path is None or _is_in(root, each.span.file, path)]
    if path is not None and not chosen:
        raise StopError(f"There are no tests in {path}.", USED_WRONGLY)
    outcomes = []
    with stage_of(model, lambda: project.documents) as stage:
        for trial in chosen:
            outcomes.append(perform(stage, trial))
            if not as_json:
                _tell(outcomes[-1])
    coverage = _coverage(model, chosen if path else None, outcomes)
    if junit is not None:
        _write_junit(junit, outcomes)
    failed = sum(bool(each.failures) for each in outcomes)
    if as_json:
        terminal.as_json(_data(outcomes, coverage))
    else:
        _tell_coverage(coverage)
        say((f"{len(outcomes) - failed} passed, {failed} failed", "bold red" if failed else "bold green"))
    return STOPPED if failed else 0


def _is_in(root: Path, file: str, path: Path) -> bool:
    """Whether a file of the project, or of a layer below, is that of the path, or stands in it."""
    wanted = path if path.is_absolute() or not (root / path).exists() else root / path
    return (root / file).resolve().is_relative_to(wanted.resolve()) or file == str(path)


def _coverage(model: Model, chosen: Sequence[Trial] | None, outcomes: Sequence[Outcome]) -> list[Coverage]:
    """Of all rules, or of those whose tests were chosen; of a suite, of those that had anything to do."""
    traces = [trace for each in outcomes for trace in each.traces]
    names = {each.home[1] for each in chosen or () if each.home[0] == "workflow"}
    names |= {trace.workflow for each in outcomes if each.trial.home[0] == "suite" for trace in each.traces}
    rules = [each for each in model.workflows.values() if chosen is None or each.name in names]
    return [coverage_of(rule, traces) for rule in rules]


def _tell(outcome: Outcome) -> None:
    trial = outcome.trial
    name = f"{trial.home[1]}: {trial.name}"
    if not outcome.failures:
        say(("passed ", "green"), name)
        return
    say(("FAILED ", "bold red"), (name, "bold"))
    for failure in outcome.failures:
        say("  ", (_place(failure.span), "blue"))
        for line in failure.message.splitlines():
            say("    ", line)
        for trace in failure.traces:
            say("    ", (trace.workflow, "bold"), f" on {trace.entity} {trace.record_id}")
            tell_trace(trace)


def _tell_coverage(coverage: Iterable[Coverage]) -> None:
    for each in coverage:
        never = f"; never: {', '.join(each.never)}" if each.never else ""
        branches = f"{_share(each.branches)} branches, " if each.branches else ""
        say((each.workflow, "bold"), f": {branches}{_share(each.steps)} steps{never}")


def _share(taken: dict[str, bool]) -> str:
    return f"{sum(taken.values())} of {len(taken)}"


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}:{span.column}"


def _data(outcomes: Sequence[Outcome], coverage: Iterable[Coverage]) -> dict[str, Any]:  # Any: JSON
    failed = sum(bool(each.failures) for each in outcomes)
    return {
        "passed": len(outcomes) - failed,
        "failed": failed,
        "tests": [
            {
                "of": each.trial.home[1],
                "name": each.trial.name,
                "place": _place(each.trial.span),
                "passed": not each.failures,
                "seconds": round(each.seconds, 3),
                "failures": [_failure(failure) for failure in each.failures],
            }
            for each in outcomes
        ],
        "coverage": [
            {"workflow": each.workflow, "steps": each.steps, "branches": each.branches, "never": each.never}
            for each in coverage
        ],
    }


def _failure(failure: Failure) -> dict[str, Any]:  # Any: JSON
    span = failure.span
    return {"file": span.file, "line": span.line, "column": span.column, "message": failure.message}


def _write_junit(file: Path, outcomes: Sequence[Outcome]) -> None:
    """As servers for continuous integration read it: one suite for each definition."""
    top = Element("testsuites")
    suites: dict[str, list[Outcome]] = {}
    for each in outcomes:
        suites.setdefault(each.trial.home[1], []).append(each)
    for name, found in suites.items():
        failed = sum(bool(each.failures) for each in found)
        seconds = sum(each.seconds for each in found)
        counts = {"tests": str(len(found)), "failures": str(failed), "errors": "0", "time": f"{seconds:.3f}"}
        suite = SubElement(top, "testsuite", {"name": name, **counts})
        for each in found:
            span = each.trial.span
            about = {"classname": name, "name": each.trial.name, "file": span.file, "line": str(span.line)}
            case = SubElement(suite, "testcase", {**about, "time": f"{each.seconds:.3f}"})
            if each.failures:
                lines = [f"{_place(failure.span)}: {failure.message}" for failure in each.failures]
                SubElement(case, "failure", {"message": lines[0]}).text = "\n".join(lines)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree(top).write(file, encoding="utf-8", xml_declaration=True)
