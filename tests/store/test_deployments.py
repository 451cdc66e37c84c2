from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from relasi.store import Session
from relasi.store.deployments import Deployment
from tests.builders import NOW

DEPLOYMENT = Deployment("d1", NOW, "fingerprint", {"changes": []}, "u1")


def test_the_latest_is_the_last_in_time(session: Session) -> None:
    assert session.deployments.latest() is None
    session.deployments.add(replace(DEPLOYMENT, id="d2", at=NOW + timedelta(seconds=1)))
    session.deployments.add(DEPLOYMENT)
    latest = session.deployments.latest()
    assert latest is not None
    assert latest.id == "d2"


def test_a_deployment_comes_back_as_it_was_written(session: Session) -> None:
    session.deployments.add(DEPLOYMENT)
    assert session.deployments.latest() == DEPLOYMENT


def test_what_was_undone_and_the_undo_itself_no_longer_stand(session: Session) -> None:
    for second, (key, undoes) in enumerate([("a", None), ("b", None), ("c", "b"), ("d", None), ("e", "d")]):
        at = NOW + timedelta(seconds=second)
        session.deployments.add(replace(DEPLOYMENT, id=key, at=at, undoes=undoes))
    assert session.deployments.standing() == ("a",)


def test_those_that_stand_come_newest_first(session: Session) -> None:
    for second, key in enumerate("abc"):
        session.deployments.add(replace(DEPLOYMENT, id=key, at=NOW + timedelta(seconds=second)))
    assert session.deployments.standing() == ("c", "b", "a")
    assert session.deployments.get("b").at == NOW + timedelta(seconds=1)
