"""`relasi simulate`: what a rule would have done, as it is written now, of all that the audit log tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.explaining import find_workflow, told_step
from relasi.cli.project import compiled
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.trial import BY_CHANCE, Began, Difference, Replay, copy_of, replay

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LIMITS = (
    "Users, teams and absences are read as they are today.",
    "Each time, what the rule as it was had done before is there, and not what this one would have done.",
    "What other rules and people would then have done is not known.",
)
_SHOWN = 20
"""Records that people are told of; --json has all."""
_BEGAN: Mapping[Began, str] = {
    "write": "writes",
    "deletion": "deletions",
    "button or call": "buttons and calls",
    "clock": "times by the clock",
}


def simulate(root: Path, name: str, since: str, *, as_json: bool) -> None:
    """Raises StopError for a workflow that there is not, and for words that are no length of time."""
    model, project = compiled(root)
    workflow = find_workflow(model, name)
    length = _length(since)
    with copy_of(root, model, lambda: project.documents) as (crm, clock):
        began = clock.now - length
        found = replay(crm, clock, crm.model.workflows[workflow.name], began)
    if as_json:
        terminal.as_json({**asdict(found), "since": began.isoformat(), "limits": _LIMITS})
        return
    looked = ", ".join(
        f"{found.occasions[each]} {_BEGAN[each]}" for each in _BEGAN if each in found.occasions
    )
    say((name, "bold"), f": {looked or 'nothing'} since {began:%Y-%m-%d %H:%M} UTC.")
    _tell(found.differences)
    _tell_limits(found)


def _length(written: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([hdw])", written.strip())
    if found is None:
        raise StopError(f"{written} is no length of time. Write 90d, 4w or 12h.", USED_WRONGLY)
    return int(found[1]) * _UNITS[found[2]]


def _tell(differences: Sequence[Difference]) -> None:
    """First how many, then record by record."""
    records: dict[str, list[Difference]] = {}
    for each in differences:
        records.setdefault(each.record_id, []).append(each)
    if not records:
        say("It would have done the same.")
        return
    kinds = Counter(each.kind for each in differences)
    counts = ", ".join(f"it {kind} {count} times" for kind, count in kinds.items())
    say(f"On {len(records)} records it would have done something else: {counts}.")
    for key, found in list(records.items())[:_SHOWN]:
        say("")
        say((found[-1].title, "bold"), f" ({key})")
        for each in found:
            say("  ", (f"{each.at:%Y-%m-%d %H:%M}", "dim"), f" {each.began}: ", (f"it {each.kind}", "bold"))
            _tell_steps("did", "red", each.before)
            _tell_steps("would", "green", each.after)
    if len(records) > _SHOWN:
        say(f"and {len(records) - _SHOWN} more records (--json has all)")


def _tell_steps(word: str, color: str, steps: Sequence[dict[str, Any]]) -> None:  # Any: JSON
    for step in steps:
        told = {key: value for key, value in step.items() if key not in BY_CHANCE}
        say("    ", (word, color), " ", (str(step.get("path", "")), "bold"), " ", *told_step(told))


def _tell_limits(found: Replay) -> None:
    say("")
    if found.left_out:
        say(f"Nobody knows any more when this was: {', '.join(found.left_out)}.")
    for limit in _LIMITS:
        say((limit, "dim"))
