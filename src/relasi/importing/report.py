"""What became of each row, and of the file as a whole."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as having
from datetime import datetime
from enum import Enum
from typing import Any, TextIO

from relasi.errors import Issue
from relasi.importing.formulas import disarmed
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity
from relasi.texts import say


class Action(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    """Passed over because the map says so."""
    MERGED = "merged"
    """Another row of the file has the same key and counts."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Reason:
    """`sentence` is a name in `relasi.texts`; `field` is None for the row as a whole."""

    field: str | None
    sentence: str
    params: Mapping[str, object] = having(default_factory=dict)

    @classmethod
    def of(cls, issue: Issue, name: str | None = None) -> Reason:
        """An issue of the record; `name` puts it at another field of the row."""
        return cls(name or issue.field, f"issues.{issue.code}", issue.params)

    @property
    def kept(self) -> list[object]:
        """In the terms of JSON, as far as the sentence needs it."""
        params = {hole: _plain(value) for hole, value in self.params.items() if not isinstance(value, tuple)}
        return [self.field, self.sentence, params]

    def text(self, entity: Entity, language: str) -> str:
        said = say(language, self.sentence, **self.params)
        known = entity.fields.get(self.field or "")
        return f"{label_text(known.label, language)}: {said}" if known else said


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


@dataclass(frozen=True, slots=True)
class RowOutcome:
    line: int
    action: Action
    record_id: str | None = None
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def refused(cls, line: int, kept: Iterable[Sequence[Any]]) -> RowOutcome:  # Any: what `Reason.kept` has
        return cls(line, Action.REFUSED, None, tuple(Reason(*each) for each in kept))


@dataclass(slots=True)
class Summary:
    """`counts` has every row up to now, rows of an earlier, broken run of the same import included."""

    total: int
    unused: tuple[str, ...]
    counts: Counter[str]
    resumed_at: int = 0
    """How many rows an earlier run had done."""
    finished_before: datetime | None = None
    """Set where the same import was finished earlier, and nothing was done now."""

    @property
    def refused(self) -> int:
        return self.counts[Action.REFUSED.value]


class ReportFile:
    """The report by row as CSV, for a spreadsheet."""

    def __init__(self, file: TextIO, entity: Entity, language: str) -> None:
        self._writer = csv.writer(file)
        self._entity, self._language = entity, language
        self._writer.writerow(["line", "action", "record", "reasons"])

    def write(self, outcome: RowOutcome) -> None:
        reasons = "; ".join(each.text(self._entity, self._language) for each in outcome.reasons)
        self._writer.writerow(
            [outcome.line, outcome.action.value, outcome.record_id or "", disarmed(reasons)]
        )
