from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from relasi.deploy import Stamp, apply, make_plan
from relasi.nocodb.external import External
from relasi.nocodb.grid import Grid
from relasi.nocodb.meta import HeldTable, Meta
from relasi.nocodb.transport import Login, Transport
from relasi.platform.sql.platform import SqlPlatform
from relasi.runtime import worker_of
from tests.nocodb.conftest import QUICK
from tests.nocodb.test_base import PERSON, ROLES
from tests.nocodb_server import EMAIL, PASSWORD
from tests.nocodb_server import Server as Nocodb
from tests.postgresql import Server as Postgresql
from tests.records.world import NOW, World, compiled, deployed, opened

READER = "grid_reader"
GRID = """
nocodb:
  url: http://localhost
  base: {title}
  login: {{email: admin@example.com, password: {{file: secret}}}}
  grid: {{host: "{host}", user: {user}}}
"""


class Project:
    """A project in PostgreSQL, and a base over its tables."""

    def __init__(self, folder: Path, postgresql: Postgresql, transport: Transport, title: str) -> None:
        self._folder = folder
        self.transport = transport
        self.meta = Meta(transport)
        grid = GRID.format(title=title, host=postgresql.home, user=READER)
        self._platform = postgresql.platform() + grid
        self.world: World = deployed(folder, compiled(folder, (self._platform, ROLES, PERSON)))

    @property
    def grid(self) -> Grid:
        crm = self.world.crm
        external = External(self.transport)
        platform = SqlPlatform(crm.database, crm.model)
        return Grid(
            crm.model, crm.store, platform, self.meta, crm.clock, crm.new_id, crm.database, external, crm.root
        )

    def change(self, old: str, new: str) -> None:
        """In the file of the entity; the database follows, NocoDB not yet."""
        self.world.crm.close()
        written = (self._folder / "schema/person.yaml").read_text()
        assert old in written
        model = compiled(self._folder, (self._platform, ROLES, written.replace(old, new)))
        self.world = opened(self._folder, model, prefix="later")
        database = self.world.crm.database
        apply(make_plan(model, database, now=NOW), model, database, Stamp("later", NOW + timedelta(days=1)))

    @property
    def base(self) -> str:
        with self.world.crm.store.session(write=False) as session:
            return session.places.all()["base"].key

    @property
    def table(self) -> HeldTable:
        return self.meta.table(self.meta.tables(self.base)[0].id)

    def column(self, title: str) -> Any:
        return next(each for each in self.table.columns if each.title == title)


@contextmanager
def made(folder: Path, postgresql: Postgresql, nocodb: Nocodb) -> Iterator[Project]:
    engine = create_engine(postgresql.url())
    with engine.begin() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": READER})
        if known.first() is None:
            connection.execute(text(f"CREATE ROLE {READER} LOGIN"))
    engine.dispose()
    with closing(Transport(nocodb.url, Login(EMAIL, PASSWORD), QUICK)) as transport:
        project = Project(folder, postgresql, transport, f"grid {nocodb.new_base()}")
        project.grid.make()
        yield project
        project.world.crm.close()


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Postgresql, nocodb: Nocodb
) -> Iterator[Project]:
    """What these tests add to it does not disturb the others; a base takes a while to make."""
    with made(tmp_path_factory.mktemp("grid"), postgresql, nocodb) as project:
        yield project


@pytest.fixture
def editor(nocodb: Nocodb) -> Iterator[httpx.Client]:
    """Somebody who works in the grid."""
    with nocodb.client() as client:
        yield client


def test_people_see_the_records_under_their_own_names(project: Project, editor: httpx.Client) -> None:
    ana = project.world.create("person", name="Ana", size="big")
    project.world.create("person", name="Budi", boss=ana.id)

    titles = {each.title for each in project.table.columns}
    assert titles >= {"Name", "Boss", "Boss (id)", "Budget", "Size", "Status"}
    rows = editor.get(f"/api/v2/tables/{project.table.id}/records").json()["list"]
    seen = {row["Name"]: row for row in rows}
    assert seen["Ana"]["Size"] == "big"
    assert seen["Budi"]["Boss"]["Name"] == "Ana"


def test_what_is_nobodys_business_there_stays_out_of_reach(project: Project) -> None:
    assert [each.name for each in project.meta.tables(project.base)] == ["person"]
    assert "salary" not in {each.name for each in project.table.columns}


def test_options_and_views_come_from_the_project(project: Project) -> None:
    assert [each.title for each in project.column("Size").options] == ["small", "big"]
    assert {each.kind for each in project.table.views} == {"grid", "kanban", "calendar", "form"}


def test_people_change_records_and_not_tables(project: Project, editor: httpx.Client) -> None:
    citra = project.world.create("person", name="Citra")
    table = project.table.id

    written = editor.patch(f"/api/v2/tables/{table}/records", json={"Id": citra.id, "Name": "Chitra"})
    added = editor.post(
        f"/api/v2/meta/tables/{table}/columns",
        json={"title": "Own", "column_name": "own", "uidt": "Number"},
    )

    assert written.status_code == 200
    assert added.status_code == 403
    with project.world.crm.database.transaction(write=False) as connection:
        names = connection.exec_driver_sql("SELECT name FROM person").scalars().all()
    assert "Chitra" in names


def test_making_it_again_changes_nothing(project: Project) -> None:
    assert project.grid.survey() == type(project.grid.survey())((), ())


def test_after_an_apply_the_grid_follows(tmp_path: Path, postgresql: Postgresql, nocodb: Nocodb) -> None:
    with made(tmp_path, postgresql, nocodb) as project:
        project.change(
            "budget: {type: money, label: Budget}", "mail: {type: email, label: Mail, existing_rows: a@b.co}"
        )

        project.grid.make()

        titles = {each.title for each in project.table.columns}
        assert "Mail" in titles
        assert "Budget" not in titles
        assert project.grid.survey().steps == ()


def test_what_people_do_in_the_grid_enters_by_the_recipe(project: Project, editor: httpx.Client) -> None:
    world, address = project.world, f"/api/v2/tables/{project.table.id}/records"
    dewi = world.create("person", name="Dewi")
    eko = world.create("person", name="Eko")

    editor.patch(address, json={"Id": dewi.id, "Status": "done", "Size": "big"}).raise_for_status()
    editor.request("DELETE", address, json={"Id": eko.id}).raise_for_status()
    editor.post(address, json={"Name": "Fajar"}).raise_for_status()
    worker_of(world.crm).sweeps["edits"](world.clock())

    moved = world.changes("person", dewi.id)[-1]
    assert (moved.kind, moved.source, moved.fields["size"]) == ("moved", "grid", (None, "big"))
    assert world.changes("person", eko.id)[-1].kind == "deleted"
    fajar = next(row for row in world.rows("person") if row["name"] == "Fajar")
    assert (fajar["version"], fajar["status"]) == (1, "new")
    assert world.changes("person", fajar["id"])[0].source == "grid"
