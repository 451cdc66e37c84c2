"""`relasi simulate`: what a rule would have done, as it is written now, of all that the audit log tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.explaining import find_workflow, told_step
from relasi.cli.project import compiled
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.trial import BY_CHANCE, Difference, Replay, copy_of, replay

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LIMITS = (
    "Linked records, and all others, are read as they are today.",
    "What a rule does after its first wait is not replayed.",
    "What other rules would then have done is not either.",
)
_SHOWN = 20
"""Writes of one kind that people are told of; --json has all."""


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
    say((name, "bold"), f": {found.writes} writes since {began:%Y-%m-%d %H:%M} UTC.")
    for kind in ("runs now", "runs no more", "does other things"):
        _tell(kind, [each for each in found.differences if each.kind == kind])
    if not found.differences:
        say("It would have done the same.")
    _tell_limits(found)


def _length(written: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([hdw])", written.strip())
    if found is None:
        raise StopError(f"{written} is no length of time. Write 90d, 4w or 12h.", USED_WRONGLY)
    return int(found[1]) * _UNITS[found[2]]


def _tell(kind: str, differences: Sequence[Difference]) -> None:
    if not differences:
        return
    say("")
    say((f"It {kind}: {len(differences)}", "bold"))
    for each in differences[:_SHOWN]:
        say("  ", (f"{each.at:%Y-%m-%d %H:%M}", "dim"), " ", each.title, f" ({each.record_id})")
        _tell_steps("did", "red", each.before)
        _tell_steps("would", "green", each.after)
    if len(differences) > _SHOWN:
        say(f"  and {len(differences) - _SHOWN} more (--json has all)")


def _tell_steps(word: str, color: str, steps: Sequence[dict[str, Any]]) -> None:  # Any: JSON
    for step in steps:
        told = {key: value for key, value in step.items() if key not in BY_CHANCE}
        say("    ", (word, color), " ", (str(step.get("path", "")), "bold"), " ", *told_step(told))


def _tell_limits(found: Replay) -> None:
    say("")
    if found.left_out:
        say(f"The audit log does not tell of: {', '.join(found.left_out)}.")
    if found.gone:
        say(f"{found.gone} records that are deleted since are left out.")
    for limit in _LIMITS:
        say((limit, "dim"))
