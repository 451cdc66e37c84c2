from __future__ import annotations

from datetime import UTC, datetime, timedelta

from relasi.store import Session
from relasi.store.authoring import Draft, Published

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def draft(user: str, text: str, *, file: str = "schema/thing.yaml", minutes: int = 0) -> Draft:
    return Draft(file, user, text, None, AT + timedelta(minutes=minutes))


def published(deployment: str, *, minutes: int = 0) -> Published:
    return Published(deployment, "schema/thing.yaml", None, "a", "ani", AT + timedelta(minutes=minutes))


def test_a_person_has_one_draft_of_a_file(session: Session) -> None:
    session.authoring.keep(draft("ani", "one"))
    session.authoring.keep(draft("ani", "two", minutes=1))
    session.authoring.keep(draft("budi", "other"))
    mine = session.authoring.draft("schema/thing.yaml", "ani")
    assert mine == draft("ani", "two", minutes=1)
    assert [each.user_id for each in session.authoring.drafts()] == ["ani", "budi"]


def test_a_draft_that_is_dropped_is_gone(session: Session) -> None:
    session.authoring.keep(draft("ani", "one"))
    session.authoring.drop("schema/thing.yaml", "ani")
    assert session.authoring.drafts() == ()


def test_the_last_publication_is_the_newest_that_stands(session: Session) -> None:
    session.authoring.note([published("d1"), published("d2", minutes=5)])
    session.authoring.take_back("d2", "budi", AT)
    assert [each.deployment_id for each in session.authoring.last()] == ["d1"]
    assert [each.deployment_id for each in session.authoring.history(limit=9)] == ["d2", "d1"]
