"""`relasi doctor`: what is wrong with the database, the disk, the rules and the people, and what to do."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import STOPPED, USED_WRONGLY, StopError, say
from relasi.doctor import Finding, Report, Weight
from relasi.doctor import examine as look
from relasi.doctor.nocodb import has_copy
from relasi.nocodb.agreement import Agreement

_COLORS = {Weight.WRONG: "bold red", Weight.ADVICE: "yellow"}


def examine(root: Path, *, compare: bool, as_json: bool) -> int:
    """The exit code: 0 where nothing is wrong, whatever advice there is."""
    with opened(root) as crm:
        if compare and not has_copy(crm):
            why = "The platform of this project has no copy in NocoDB (kind: nocodb)."
            raise StopError(f"There is nothing to compare. {why}", USED_WRONGLY)
        report = look(crm, compare=compare)
    if as_json:
        terminal.as_json(
            {
                "well": report.is_well,
                "relasi": report.relasi,
                "platform": report.platform,
                "database": asdict(report.condition) if report.condition else None,
                "findings": [asdict(each) for each in report.findings],
                **({"compared": [asdict(each) for each in report.compared]} if compare else {}),
            }
        )
    else:
        _tell(report)
    return 0 if report.is_well else STOPPED


def _tell(report: Report) -> None:
    seen = report.condition
    where = f"{seen.engine} {seen.version}, {seen.size / 1e6:,.1f} MB" if seen else "no answer"
    say(f"Relasi {report.relasi}, platform {report.platform}: {where}")
    for table in report.compared:
        _compared(table)
    for each in report.findings:
        say("")
        _show(each)
    if report.is_well:
        say("")
        say(("All is well", "green"), "." if not report.findings else ", apart from that advice.")


def _compared(table: Agreement) -> None:
    same = f"the same checksum {table.ours[:12]}"
    sums = same if table.ours == table.theirs else f"checksums {table.ours[:12]} and {table.theirs[:12]}"
    counts = {"different": table.differing, "not sent yet": table.waiting, "disputed": table.disputed}
    rest = "".join(f", {count:,} {word}" for word, count in counts.items() if count)
    say(f"{table.entity}: {table.records:,} record(s), {table.rows:,} row(s) in NocoDB, {sums}{rest}")


def _show(finding: Finding) -> None:
    say((f"{finding.area}  ", _COLORS[finding.weight]), (finding.what, "bold"))
    say(f"  {finding.why}")
    say(("  > ", "cyan"), finding.help)
    for line in (finding.patch or "").splitlines():
        say((f"      {line}", "cyan"))
