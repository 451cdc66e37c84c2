"""What can go wrong while Relasi works on data.

    RelasiError
    ├── ProjectInvalid        the YAML does not compile; carries diagnostics
    ├── PlanRefused           a plan is stale, or cannot be applied
    ├── SignInRefused
    ├── Refused               something asked for at the command line or in the settings that cannot be done
    ├── FormRefused           what came by a web form is not taken
    ├── CallRefused           what a program asked for by the API is not understood, or by whom
    ├── ImportRefused         a file that cannot be read as a table of records
    ├── RecordError
    │   ├── NotFound          also for a record that the user may not see
    │   │   └── Merged        the record is another one now
    │   ├── Forbidden
    │   ├── Invalid           one issue per field
    │   │   ├── LooksAlike    nothing is wrong but that another record may be the same
    │   │   └── InvalidRows   by row, where a record was saved with the rows of its tables
    │   ├── Stale             somebody else changed the record in between
    │   └── InUse             other records still link to it
    ├── WorkflowError         a step of a rule cannot be done
    │   └── LoopStopped       a chain of rules spent its budget
    └── PlatformError
        ├── PlatformUnavailable   not there, locked for too long, refused the connection
        │   └── GivenUp           nothing was saved, and the same may be tried at once
        ├── PlatformReadOnly
        ├── PlatformFull
        ├── BadCursor             a page was asked for with the cursor of another list
        └── DuplicateValue        a unique index refused the value

Each error names a sentence in `texts/errors.yaml` (a refused import: `texts/imports.yaml`, a refused form:
`texts/webforms.yaml`, a refused call: `texts/api.yaml`), so that the same error reads well in every language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as having
from typing import TYPE_CHECKING, ClassVar

from relasi.texts import FALLBACK, say

if TYPE_CHECKING:
    from relasi.diagnostics import Diagnostics


class RelasiError(Exception):
    """The base of all of them: `code` is a sentence of the texts in `area`, `params` fill its holes."""

    area: ClassVar[str] = "errors"

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def text(self, language: str = FALLBACK) -> str:
        return say(language, f"{self.area}.{self.code}", **self.params)

    def __str__(self) -> str:
        return self.text()


class ProjectInvalid(RelasiError):
    """The project does not compile; `diagnostics` says where and why."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__("project_invalid", count=len(diagnostics))
        self.diagnostics = diagnostics


class PlanRefused(RelasiError):
    """The plan no longer fits what the platform holds, or asks for something that cannot be done."""


class SignInRefused(RelasiError):
    """Wrong name or password, or too many tries; never says which."""


class Refused(RelasiError):
    """Something that was asked for cannot be done; nothing was changed."""


class EditRefused(RelasiError):
    """A change of the project's files cannot be made; they are as they were."""

    area = "studio"


class FormRefused(RelasiError):
    """What came by a web form is not taken; nothing was written."""

    area = "webforms"


class CallRefused(RelasiError):
    """What a program asked for by the API is not understood, or not by whom; nothing was done."""

    area = "api"


class ImportRefused(RelasiError):
    """The file as a whole cannot be imported; single bad rows are reported, not raised."""

    area = "imports"


class RecordError(RelasiError):
    """A read or write of a record that was refused; nothing was written."""


class NotFound(RecordError):
    """No such record, or none that this user may see: the two must not be told apart."""


class Merged(NotFound):
    """The record is another one now, which this user may see: `survivor` is its id."""

    def __init__(self, survivor: str) -> None:
        super().__init__("not_found")
        self.survivor = survivor


class Forbidden(RecordError):
    """The user sees the record but may not do this with it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with one field (`field` is None for the record as a whole)."""

    field: str | None
    code: str
    params: Mapping[str, object] = having(default_factory=dict)

    def text(self, language: str = FALLBACK) -> str:
        return say(language, f"issues.{self.code}", **self.params)


class Invalid(RecordError):
    """Values that break the definition of the entity; all issues at once."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("invalid", count=len(issues))
        self.issues = tuple(issues)

    def text(self, language: str = FALLBACK) -> str:
        details = "; ".join(
            f"{issue.field}: {issue.text(language)}" if issue.field else issue.text(language)
            for issue in self.issues
        )
        return f"{super().text(language)} {details}"


LIKENESS = frozenset({"looks_alike", "looks_alike_unseen"})
"""The issues of records that are written where nobody asks."""


class LooksAlike(Invalid):
    """The record may be there already; nothing else is wrong with it."""


class InvalidRows(Invalid):
    """Rows of the record's tables that were refused: `rows` has what is wrong with each, by the name of its
    table and its place among the rows that were given."""

    def __init__(self, rows: Mapping[tuple[str, int], Sequence[Issue]]) -> None:
        super().__init__(
            [
                Issue(
                    f"{table} {index + 1}{f'.{issue.field}' if issue.field else ''}", issue.code, issue.params
                )
                for (table, index), issues in rows.items()
                for issue in issues
            ]
        )
        self.rows = {place: tuple(issues) for place, issues in rows.items()}


class Stale(RecordError):
    """The record has moved on since it was read.

    `conflicts` maps each field that both sides changed to (mine, theirs).
    """

    def __init__(self, *, current_version: int, conflicts: Mapping[str, tuple[object, object]]) -> None:
        super().__init__("stale", current_version=current_version)
        self.current_version = current_version
        self.conflicts = dict(conflicts)


class InUse(RecordError):
    """Records that link to this one stand in the way of a delete: `count` of what is called `noun`, as far as
    the user sees them; of others nothing is told but that they stand there."""

    def __init__(self, count: int, noun: Mapping[str, str]) -> None:
        super().__init__(
            "in_use" if count else "in_use_unseen", **({"count": count, "entity": noun} if count else {})
        )


class WorkflowError(RelasiError):
    """A step of a rule cannot be done; what the rule did before is taken back."""


class LoopStopped(WorkflowError):
    """Rules kept triggering rules until the budget of the transaction was spent."""


class PlatformError(RelasiError):
    """The data platform failed; the transaction was rolled back.

    `reason` is what the platform said, for those who look after it: it stands in logs and at the command
    line, never on a page.
    """

    def __init__(self, code: str, *, reason: str = "", **params: object) -> None:
        super().__init__(code, **params)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.text()} ({self.reason})" if self.reason else self.text()


class PlatformUnavailable(PlatformError):
    """The platform does not answer, or a lock was not given in time: try again later."""


class GivenUp(PlatformUnavailable):
    """The platform gave the transaction up before anything was saved, for the sake of another one or because
    the connection broke: the same work may be begun again at once."""


class PlatformReadOnly(PlatformError):
    """The database or its disk may be read but not written."""


class PlatformFull(PlatformError):
    """No space is left where the database lives."""


class BadCursor(PlatformError):
    """The cursor of a page was made for another query, or by nobody."""


class DuplicateValue(PlatformError):
    """A unique index refused the value.

    `params` has `entity`, all the `fields` of the index, and the first of them as `field`, where the
    platform tells.
    """
