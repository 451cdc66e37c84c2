"""Comments with which an author silences a warning: `# relasi: allow unused-field because imports fill it`.

Such a comment stands on the line of the warning or above it. One without a reason, and one that silences
nothing, is itself a warning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from relasi.diagnostics import Diagnostic, Diagnostics, Span, nearest

_COMMENT = re.compile(r"(?:^|\s)(#\s*relasi:.*?)\s*$")
_ALLOW = re.compile(r"#\s*relasi:\s*allow\s+(?P<code>[a-z]+(?:-[a-z]+)*)\s+because\s+\S.*")
_FORM = "write # relasi: allow CODE because REASON"


@dataclass(frozen=True, slots=True)
class Allowance:
    """`line` is the one that it is about; `span` is the comment."""

    code: str
    line: int
    span: Span


def without_allowed(
    found: Diagnostics, sources: Mapping[str, Sequence[str]], *, is_complete: bool
) -> Diagnostics:
    """What was found, less what the comments in `sources` (file -> lines) allow, and what is wrong in them.

    `is_complete`: everything was looked for, so a comment that silences nothing is idle.
    """
    kept = Diagnostics()
    allowed = [each for file, lines in sources.items() for each in _allowances(file, lines, kept)]
    idle = set(allowed)
    for diagnostic in found:
        matching = [each for each in allowed if _covers(each, diagnostic)]
        idle.difference_update(matching)
        if not matching:
            kept.add(diagnostic)
    for each in idle if is_complete else ():
        near = nearest(each.code, _codes_at(each, found))
        message = f'there is no warning "{each.code}" here'
        help = "" if near else "take the comment away, or put it on the line of the warning"
        kept.warning("idle-allowance", message, each.span, help=help, suggestion=near)
    return kept


def _covers(allowance: Allowance, found: Diagnostic) -> bool:
    return (found.severity, found.code, found.span.file, found.span.line) == (
        "warning",
        allowance.code,
        allowance.span.file,
        allowance.line,
    )


def _codes_at(allowance: Allowance, found: Diagnostics) -> Collection[str]:
    here = (allowance.span.file, allowance.line)
    return [each.code for each in found if (each.span.file, each.span.line) == here]


def _allowances(file: str, lines: Sequence[str], diagnostics: Diagnostics) -> Iterator[Allowance]:
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        start, end = comment.span(1)
        span = Span(file, number, start + 1, number, end + 1)
        if allow := _ALLOW.fullmatch(comment[1]):
            yield Allowance(allow["code"], _line_meant(number, lines), span)
        else:
            message = "this allows nothing: a code and a reason are needed"
            diagnostics.warning("bad-allowance", message, span, help=_FORM)


def _line_meant(number: int, lines: Sequence[str]) -> int:
    """The line itself, or the first one below that is not a comment where the line is nothing else."""
    line = number
    while line < len(lines) and lines[line - 1].lstrip().startswith("#"):
        line += 1
    return line
