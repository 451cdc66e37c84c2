from __future__ import annotations

from relasi.apps.importing.findings import Findings
from relasi.importing.report import Action, Reason, RowOutcome


def refused(line: int, field: str | None, **params: object) -> RowOutcome:
    return RowOutcome(line, Action.REFUSED, None, (Reason(field, "issues.not_a_date", params),))


def test_rows_with_one_reason_stand_together_the_most_first() -> None:
    findings = Findings()
    alike = Reason(None, "issues.looks_alike", {"titles": "Budi"})
    for outcome in (
        refused(2, "due", value="soon"),
        refused(3, "born", value="x"),
        refused(4, "due", value="later"),
        RowOutcome(5, Action.CREATED, "a", (alike,)),
        RowOutcome(6, Action.CREATED, "b"),
    ):
        findings.note(outcome)
    told = [(each.first.field, each.lines, each.is_same) for each in findings.groups()]
    assert told == [("due", [2, 4], False), ("born", [3], True), (None, [5], True)]
    assert findings.counts == {"refused": 3, "created": 2}


def test_what_an_entity_refuses_is_told_apart_by_its_words() -> None:
    findings = Findings()
    for line, message in enumerate(("too early", "too late", "too early")):
        reasons = (Reason(None, "issues.refused", {"message": {"en": message}}),)
        findings.note(RowOutcome(line, Action.REFUSED, None, reasons))
    assert [each.lines for each in findings.groups()] == [[0, 2], [1]]


def test_a_row_that_is_told_once_more_counts_once() -> None:
    findings = Findings()
    findings.note(refused(2, "due"))
    findings.note(refused(2, "due"))
    assert (findings.counts, [each.lines for each in findings.groups()]) == ({"refused": 1}, [[2]])
