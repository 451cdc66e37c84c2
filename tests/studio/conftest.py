from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.records import Actor, Source
from relasi.runtime import Crm, open_crm
from relasi.store.users import User
from relasi.studio.workshop import Workshop

THING = "# What we lend.\nentity: thing\nfields:\n  name: {type: text, required: true}   # what it says\n"
PROJECT = {
    "config/crm.yaml": "crm: 1\nname: Shop\n",
    "config/roles.yaml": "roles:\n  boss: {everything: true}\n  clerk:\n",
    "config/platforms/local.yaml": "platform: local\nkind: sqlite\nfile: data/shop.db\n",
    "schema/thing.yaml": THING,
}
FILE = "schema/thing.yaml"
BOSS = User("u-ani", "ani", "Ani", "ani@example.com", ("boss",), "en")
EVERYTHING = Actor("u-ani", frozenset({"boss"}), Source.PAGE, everything=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def crm(root: Path) -> Iterator[Crm]:
    opened = open_crm(root)
    plan = make_plan(opened.model, opened.database, now=opened.clock())
    apply(plan, opened.model, opened.database, Stamp(opened.new_id(), opened.clock()))
    with opened.store.session() as session:
        session.users.add(BOSS)
    yield opened
    opened.close()


@pytest.fixture
def ani(crm: Crm) -> Workshop:
    return Workshop(crm, BOSS)


@pytest.fixture
def budi(crm: Crm) -> Workshop:
    return Workshop(crm, replace(BOSS, id="u-budi", name="budi"))
