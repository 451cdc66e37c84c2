"""A large sample goes on where it was broken off, and only there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.records import Source
from relasi.runtime import Crm, engine_actor, open_model
from relasi.sample.begun import OtherDataError
from relasi.sample.generator import make_large_sample
from relasi.store.users import User
from tests.importing.loading import rows
from tests.processes import start, was_killed
from tests.records.world import NOW
from tests.sample.shop import shop_model

SIZE = 4000
BROKEN_OFF = 2200
"""In the second transaction."""
ANA = User("u1", "ana", "Ana", "ana@example.com", (), "en")


@contextmanager
def opened(root: Path) -> Iterator[Crm]:
    crm = open_model(root, shop_model(root), clock=lambda: NOW)
    plan = make_plan(crm.model, crm.database, now=NOW)
    if not plan.is_empty:
        apply(plan, crm.model, crm.database, Stamp("first", NOW))
    yield crm
    crm.close()


def _break_off(root: str) -> None:
    told = 0

    def tell(_: str, more: int) -> None:
        nonlocal told
        told += more
        if told > BROKEN_OFF:
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Path(root)) as crm:
        make_large_sample(crm.records, [ANA], {}, size=SIZE, tell=tell)


def sales(crm: Crm) -> set[tuple[object, ...]]:
    return {(each["number"], each["told"], each["created_at"]) for each in rows(crm, "sale")}


def test_what_a_kill_has_left_is_made_whole(tmp_path: Path) -> None:
    assert was_killed(start(_break_off, str(tmp_path / "killed")))
    with opened(tmp_path / "killed") as crm, opened(tmp_path / "whole") as other:
        left = len(rows(crm, "sale"))
        made = make_large_sample(crm.records, [ANA], {}, size=SIZE)
        whole = make_large_sample(other.records, [ANA], {}, size=SIZE)

        assert 0 < left < whole["sale"]
        assert made == whole == {name: len(rows(crm, name)) for name in whole}
        assert sales(crm) == sales(other)


def test_to_a_sample_that_is_whole_nothing_is_added(tmp_path: Path) -> None:
    with opened(tmp_path) as crm:
        made = make_large_sample(crm.records, [ANA], {}, size=100)

        assert make_large_sample(crm.records, [ANA], {}, size=100) == made
        assert len(rows(crm, "sale")) == made["sale"]


def test_where_a_sample_of_another_size_is_none_is_made(tmp_path: Path) -> None:
    with opened(tmp_path) as crm:
        make_large_sample(crm.records, [ANA], {}, size=100)

        with pytest.raises(OtherDataError):
            make_large_sample(crm.records, [ANA], {}, size=200)


def test_where_somebody_has_worked_none_is_made(tmp_path: Path) -> None:
    with opened(tmp_path) as crm:
        crm.records.create(engine_actor(Source.PAGE), "ware", {"name": "Lamp"})

        with pytest.raises(OtherDataError):
            make_large_sample(crm.records, [ANA], {}, size=100)


def test_where_other_people_are_none_is_made(tmp_path: Path) -> None:
    with opened(tmp_path) as crm:
        make_large_sample(crm.records, [ANA], {}, size=100)

        with pytest.raises(OtherDataError):
            make_large_sample(crm.records, [], {}, size=100)
