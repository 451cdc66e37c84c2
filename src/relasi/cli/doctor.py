"""`relasi doctor`: what the database says against the project, where the files alone are right."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import STOPPED, say
from relasi.deploy import make_plan
from relasi.workflows.staffing import Gap, gaps

_SHOWN = 4
"""So many of the places that name what is missing; --json has all."""


def examine(root: Path, *, as_json: bool) -> int:
    """The exit code: 0 where all is well."""
    with opened(root) as crm:
        due = len(make_plan(crm.model, crm.database, now=crm.clock()).due)
        with crm.store.session(write=False) as session:
            missing = gaps(crm.model, session)
    if as_json:
        terminal.as_json({"changes_due": due, "gaps": [asdict(each) for each in missing]})
    else:
        _tell(due, missing)
    return STOPPED if due or missing else 0


def _tell(due: int, missing: tuple[Gap, ...]) -> None:
    if due:
        say(
            ("database  ", "bold"),
            f"{due} change(s) are due: relasi plan shows them, relasi apply makes them",
        )
    for each in missing:
        kind, _, name = each.missing.partition(".")
        more = f" and {len(each.places) - _SHOWN} more" if len(each.places) > _SHOWN else ""
        has = f"has the {kind} {name}" if kind == "role" else f"is in the {kind} {name}"
        say(("people  ", "bold"), f"nobody {has}, which is named in {', '.join(each.places[:_SHOWN])}{more}")
    if missing:
        say("relasi user add NAME --role ROLE adds somebody.")
    if not due and not missing:
        say("All is well: the database has all that the project describes, and every role has somebody.")
