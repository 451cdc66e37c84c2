"""`relasi audit verify`: whether the audit log is what it was when it was written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import STOPPED, say
from relasi.doctor.log import told
from relasi.store.verifying import verify


def verify_audit(root: Path, head: str | None, *, as_json: bool) -> int:
    """The exit code: 1 where something is wrong."""
    with opened(root) as crm, crm.store.session(write=False) as session:
        found = verify(session.audit, head=head)
    if as_json:
        terminal.as_json({"well": found.broken is None, **asdict(found)})
    elif found.broken is not None:
        say((told(found.broken), "bold red"))
    else:
        counted = f"{found.entries:,} entries in {found.links:,} links, {found.waiting:,} wait."
        say(("All is well: ", "green"), counted)
        if found.head:
            say(f"Head: {found.head}")
            say("  Keep it elsewhere: with --head it shows later that all up to there is the same.")
    return STOPPED if found.broken else 0
