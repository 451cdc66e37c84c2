from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from relasi.store import Session
from relasi.store.imports import ImportJob
from tests.builders import NOW

JOB = ImportJob("k1", "note", "notes.csv", total=5, next_row=0, counts={}, started=NOW)


def test_a_job_tells_how_far_it_has_come(session: Session) -> None:
    assert session.imports.get("k1") is None
    session.imports.start(JOB)
    session.imports.advance("k1", 0, 3, {"created": 2, "refused": 1})
    session.imports.finish("k1", NOW)
    expected = replace(JOB, next_row=3, counts={"created": 2, "refused": 1}, finished=NOW)
    assert session.imports.get("k1") == expected


def test_a_job_that_has_come_further_elsewhere_stays_where_it_is(session: Session) -> None:
    session.imports.start(replace(JOB, next_row=3))
    assert not session.imports.advance("k1", 0, 2, {})
    assert session.imports.get("k1") == replace(JOB, next_row=3)


def test_starting_again_takes_the_place_of_the_earlier_job(session: Session) -> None:
    session.imports.start(replace(JOB, next_row=5, finished=NOW))
    session.imports.start(JOB)
    assert session.imports.get("k1") == JOB


def test_the_earlier_job_is_kept_with_what_it_has_written(session: Session) -> None:
    session.imports.start(JOB)
    session.imports.add_written("k1", ["c1", "c2"])
    session.imports.start(replace(JOB, started=NOW + timedelta(hours=1)))
    _, earlier = session.imports.of("note", limit=10)
    assert session.imports.written(earlier.key, 10) == ["c2", "c1"]
    assert session.imports.written("k1", 10) == []


def test_what_was_taken_back_is_not_among_what_is_left(session: Session) -> None:
    session.imports.start(JOB)
    session.imports.add_written("k1", ["c1", "c2", "c3"])
    session.imports.take_back("k1", {"c2"}, {"deleted": 1})
    assert session.imports.written("k1", 10) == ["c3", "c1"]
    assert session.imports.written("k1", 10, before="c3") == ["c1"]
    assert session.imports.among("k1", ["c1", "c2", "c9"]) == {"c1"}


REFUSED: dict[int, list[list[Any]]] = {
    4: [["title", "issues.required", {}]],
    2: [[None, "imports.not_an_object", {}]],
}


def test_refused_rows_are_there_until_the_import_is_finished(session: Session) -> None:
    session.imports.start(JOB)
    session.imports.add_refused("k1", REFUSED)
    assert session.imports.refused("k1") == REFUSED
    session.imports.finish("k1", NOW)
    assert session.imports.refused("k1") == {}


def test_refused_rows_of_an_import_that_nobody_went_on_with_are_forgotten(session: Session) -> None:
    session.imports.start(JOB)
    session.imports.add_refused("k1", REFUSED)
    session.imports.prune(NOW)
    assert session.imports.refused("k1") == REFUSED
    session.imports.prune(NOW + timedelta(days=1))
    assert session.imports.refused("k1") == {}
