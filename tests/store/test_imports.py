from __future__ import annotations

from dataclasses import replace

from relasi.store import Session
from relasi.store.imports import ImportJob
from tests.builders import NOW

JOB = ImportJob("k1", "note", "notes.csv", total=5, next_row=0, counts={}, started=NOW)


def test_a_job_tells_how_far_it_has_come(session: Session) -> None:
    assert session.imports.get("k1") is None
    session.imports.start(JOB)
    session.imports.advance("k1", 3, {"created": 2, "refused": 1})
    session.imports.finish("k1", NOW)
    expected = replace(JOB, next_row=3, counts={"created": 2, "refused": 1}, finished=NOW)
    assert session.imports.get("k1") == expected


def test_starting_again_takes_the_place_of_the_earlier_job(session: Session) -> None:
    session.imports.start(replace(JOB, next_row=5, finished=NOW))
    session.imports.start(JOB)
    assert session.imports.get("k1") == JOB
