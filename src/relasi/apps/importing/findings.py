"""What became of the rows of a file, or would: counted, and those together that have the same reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from relasi.importing.report import Action, Reason, RowOutcome

Kind = tuple[Action, str | None, str, str]


@dataclass
class Group:
    """Rows with one fate for one reason, by their lines; `first` is the reason as the first of them has it,
    and `is_same` says whether all have it word for word."""

    action: Action
    first: Reason
    lines: list[int] = field(default_factory=list)
    is_same: bool = True


@dataclass
class Findings:
    """`refused` are by their lines."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: dict[int, RowOutcome] = field(default_factory=dict)
    _groups: dict[Kind, Group] = field(default_factory=dict)

    def note(self, outcome: RowOutcome) -> None:
        """An outcome that comes a second time, as where an import goes on, counts once."""
        if outcome.line in self.refused:
            return
        self.counts[outcome.action.value] += 1
        if outcome.action is Action.REFUSED:
            self.refused[outcome.line] = outcome
        for reason in outcome.reasons:
            message = str(reason.params.get("message", ""))
            kind = (outcome.action, reason.field, reason.sentence, message)
            group = self._groups.setdefault(kind, Group(outcome.action, reason))
            group.lines.append(outcome.line)
            group.is_same = group.is_same and reason.params == group.first.params

    def groups(self) -> Sequence[Group]:
        """Those that were refused first, the largest before others."""
        found = self._groups.copy().values()
        return sorted(found, key=lambda each: (each.action is not Action.REFUSED, -len(each.lines)))
