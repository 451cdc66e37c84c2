from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.errors import PlatformUnavailable
from relasi.nocodb.base import Base
from relasi.nocodb.difference import ByHand, MakeColumn, MakeTable, Rename, Retire
from relasi.nocodb.layout import Layout, layout_of
from relasi.nocodb.meta import HeldTable, Meta
from relasi.nocodb.transport import Token, Transport
from relasi.platform.sql.platform import SqlPlatform
from tests.nocodb.conftest import QUICK
from tests.nocodb_server import Server
from tests.patience import PATIENCE
from tests.records.world import NOW, World, compiled, deployed, opened

PERSON = """
entity: person
plural: People
title: "{name}"
fields:
  name: {type: text, label: Name, required: true}
  boss: {type: link, to: person, label: Boss, on_delete: clear}
  salary: {type: money, label: Salary, access: {read: [admin]}}
  budget: {type: money, label: Budget}
  born: {type: date, label: Born}
  size: {type: choice, label: Size, options: {small: {label: Little}, big: {label: Large, color: red}}}
process:
  field: status
  label: Status
  states: {new: {kind: open, label: New}, done: {kind: done, label: Done}}
  moves: {finish: {from: [new], to: done}}
lists:
  all: {label: Everybody, columns: [name, boss, size], sort: [name]}
  large: {label: Large ones, columns: [name], where: size = big}
  mine: {label: Mine, columns: [name], where: created_by = user}
access: {admin: {read: true, create: true, update: true}}
"""
PLATFORM = """
platform: local
kind: nocodb
nocodb: {{url: "http://localhost", token: {{env: X}}, base: {title}}}
"""
ROLES = "roles:\n  admin: {everything: true}\n"


class Project:
    """A project of one entity, whose files can change, and the base that is made of it."""

    def __init__(self, folder: Path, transport: Transport, title: str) -> None:
        self.transport = transport
        self.meta = Meta(transport)
        self._folder = folder
        self._platform = PLATFORM.format(title=title)
        self.world: World = deployed(folder, compiled(folder, (self._platform, ROLES, PERSON)))

    @property
    def base(self) -> Base:
        crm = self.world.crm
        platform = SqlPlatform(crm.database, crm.model)
        return Base(crm.model, crm.store, platform, self.meta, crm.clock, crm.new_id)

    def change(self, old: str, new: str) -> None:
        """In the file of the entity; the database follows."""
        text = (self._folder / "schema/person.yaml").read_text()
        assert old in text
        self._follow(text.replace(old, new))

    def replace_with(self, entity: str) -> None:
        """Another entity instead of the one that is there."""
        (self._folder / "schema/person.yaml").unlink()
        self._follow(entity)

    def _follow(self, entity: str) -> None:
        self.world.crm.close()
        model = compiled(self._folder, (self._platform, ROLES, entity))
        self.world = opened(self._folder, model, prefix="later")
        database = self.world.crm.database
        apply(make_plan(model, database, now=NOW), model, database, Stamp("later", NOW + timedelta(days=1)))

    @property
    def layout(self) -> Layout:
        with self.world.crm.store.session(write=False) as session:
            found = layout_of(self.world.crm.model, session.places.all(), self.meta)
        assert found is not None
        return found

    @property
    def table(self) -> HeldTable:
        return self.meta.table(self.layout.sheets["person"].id)

    def column(self, title: str) -> Any:
        return next(each for each in self.table.columns if each.title == title)

    def waiting(self) -> int:
        """How many records NocoDB has not had yet."""
        with self.world.crm.store.session(write=False) as session:
            return session.mirrors.waiting()[0]

    def sent(self) -> None:
        with self.world.crm.store.session() as session:
            session.mirrors.sent(session.mirrors.unsent(self.world.clock(), 1000))


@pytest.fixture
def project(tmp_path: Path, transport: Transport, base: str) -> Iterator[Project]:
    project = Project(tmp_path, transport, f"of {base}")
    yield project
    project.world.crm.close()


def test_a_base_gets_a_table_with_a_column_of_the_right_kind_for_each_field(project: Project) -> None:
    project.base.make()

    kinds = {each.title: each.kind for each in project.table.columns if not each.is_system}
    assert project.table.title == "People"
    assert (
        kinds
        | {
            "Name of the record": "SingleLineText",
            "Name": "SingleLineText",
            "Boss": "SingleLineText",
            "Boss (id)": "SingleLineText",
            "Budget": "Decimal",
            "Born": "Date",
            "Size": "SingleSelect",
            "Status": "SingleSelect",
            "Relasi: id": "SingleLineText",
            "Relasi: version": "Number",
        }
        == kinds
    )


def test_what_only_some_roles_may_read_stays_out_of_the_base(project: Project) -> None:
    project.base.make()

    assert "Salary" not in {each.title for each in project.table.columns}


def test_options_are_called_as_people_know_them(project: Project) -> None:
    project.base.make()

    assert [each.title for each in project.column("Size").options] == ["Little", "Large"]


def test_views_come_from_the_lists_that_nocodb_can_filter_the_process_and_the_dates(project: Project) -> None:
    project.base.make()

    assert [(each.title, each.kind) for each in project.table.views][1:] == [
        ("Everybody", "grid"),
        ("Large ones", "grid"),
        ("Board: Status", "kanban"),
        ("Calendar: Born", "calendar"),
        ("New", "form"),
    ]


def test_making_it_again_changes_nothing(project: Project) -> None:
    project.base.make()

    assert project.base.survey().steps == ()
    assert project.base.survey().by_hand == ()


def test_a_new_field_becomes_a_column_and_all_records_are_sent_anew(project: Project) -> None:
    project.base.make()
    project.world.create("person", name="Ana")
    project.sent()

    project.change("  born:", "  mail: {type: email, label: Mail}\n  born:")
    steps = project.base.make().steps

    assert [type(each) for each in steps] == [MakeColumn]
    assert project.column("Mail").kind == "SingleLineText"
    assert project.waiting() == 1


def test_a_new_option_joins_those_that_are_there(project: Project) -> None:
    project.base.make()
    project.change("options: {small", "options: {huge: {label: Enormous}, small")

    project.base.make()

    assert {each.title for each in project.column("Size").options} == {"Enormous", "Little", "Large"}
    assert project.base.survey().steps == ()


def test_a_field_of_another_kind_gets_another_column_and_the_old_one_stays(project: Project) -> None:
    project.base.make()
    project.change("born: {type: date,", "born: {type: text, unconvertible: empty,")

    steps = project.base.make().steps

    assert [type(each) for each in steps] == [Retire, MakeColumn]
    assert project.column("Born").kind == "SingleLineText"
    assert project.column("Born (no longer used)").kind == "Date"
    assert project.base.survey() == type(project.base.survey())((), ())


def test_a_renamed_field_keeps_its_column(project: Project) -> None:
    project.base.make()
    before = project.column("Budget").id

    project.change("budget: {type: money, label: Budget}", "means: {type: money, label: Means, was: budget}")
    steps = project.base.make().steps

    assert MakeColumn not in {type(each) for each in steps}
    assert project.column("Means").id == before
    assert project.layout.sheets["person"].fields["means"].id == before


def test_a_label_that_changes_renames_the_column(project: Project) -> None:
    project.base.make()
    project.change("label: Born", "label: Birthday")

    assert [type(each) for each in project.base.make().steps] == [Rename]
    assert project.column("Birthday").kind == "Date"


def test_an_entity_that_is_called_otherwise_renames_its_table(project: Project) -> None:
    project.base.make()
    before = project.table.id
    project.change("plural: People", "plural: Folk")

    project.base.make()

    assert (project.table.id, project.table.title) == (before, "Folk")
    assert project.base.survey().steps == ()


def test_an_entity_that_is_gone_leaves_its_table_under_a_title_that_says_so(project: Project) -> None:
    project.base.make()
    base, table = project.layout.base, project.table.id
    note = "entity: note\ntitle: '{body}'\nfields: {body: text}\naccess: {}\n"

    project.replace_with(note)
    steps = project.base.make().steps

    assert [type(each) for each in steps][:2] == [Retire, MakeTable]
    assert {each.title for each in project.meta.tables(base)} == {"People (no longer used)", "Note"}
    assert "Born" in {each.title for each in project.meta.table(table).columns}
    assert project.base.survey() == type(project.base.survey())((), ())


def test_nocodb_on_postgresql_gets_the_same_base(tmp_path: Path, nocodb_on_postgresql: Server) -> None:
    token = Token(nocodb_on_postgresql.token)
    with closing(Transport(nocodb_on_postgresql.url, token, QUICK)) as transport:
        project = Project(tmp_path, transport, f"of {nocodb_on_postgresql.new_base()}")
        project.base.make()

        assert project.base.survey() == type(project.base.survey())((), ())
        project.change("plural: People", "plural: Folk")
        project.base.make()
        assert project.base.survey().steps == ()
        project.world.crm.close()


def test_a_column_that_people_renamed_is_found_again_and_keeps_its_title(project: Project) -> None:
    project.base.make()
    column = project.column("Born")
    project.meta.rename_column(column.id, "Geburtstag")

    survey = project.base.survey()

    assert survey.steps == ()
    assert survey.by_hand == (ByHand("renamed", "person.born", "Geburtstag", "Born"),)
    assert project.layout.sheets["person"].fields["born"].title == "Geburtstag"


def test_a_column_that_people_removed_is_told_and_made_again(project: Project) -> None:
    project.base.make()
    project.world.create("person", name="Ana")
    project.sent()
    project.transport.delete(f"/api/v2/meta/columns/{project.column('Budget').id}")

    assert "budget" not in project.layout.sheets["person"].fields
    survey = project.base.make()

    assert survey.by_hand == (ByHand("removed", "person.budget", "Budget"),)
    assert project.column("Budget").kind == "Decimal"
    assert project.waiting() == 1


def test_a_table_that_people_removed_counts_as_missing_and_not_as_empty(project: Project) -> None:
    project.base.make()
    project.transport.delete(f"/api/v2/meta/tables/{project.table.id}")

    assert "person" in project.layout.missing
    assert isinstance(project.base.make().steps[0], MakeTable)
    assert not project.layout.missing


def test_columns_and_tables_of_others_are_left_alone_and_told(project: Project) -> None:
    project.base.make()
    table, base = project.table.id, project.layout.base
    columns = [{"title": "Title", "column_name": "title", "uidt": "SingleLineText"}]
    own = {"title": "Own", "column_name": "own", "uidt": "Number"}
    project.transport.post(f"/api/v2/meta/tables/{table}/columns", own)
    notes = {"title": "Notes", "table_name": "notes", "columns": columns}
    project.transport.post(f"/api/v2/meta/bases/{base}/tables", notes)

    survey = project.base.make()

    assert survey.steps == ()
    assert survey.by_hand == (ByHand("added", "person", "Own"), ByHand("added", "base", "Notes"))
    assert project.column("Own").kind == "Number"


def test_a_base_that_people_removed_is_made_again_with_all_that_was_in_it(project: Project) -> None:
    project.base.make()
    project.transport.delete(f"/api/v2/meta/bases/{project.layout.base}")

    survey = project.base.make()

    assert [each.kind for each in survey.by_hand] == ["removed"]
    assert project.layout.missing == ()


class _Dying(httpx.BaseTransport):
    """A network that is cut after so many calls."""

    def __init__(self, calls: int) -> None:
        self._left = calls
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left < 0:
            raise httpx.ConnectError("cut")
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()


@contextmanager
def cut_after(calls: int, transport: Transport) -> Iterator[None]:
    real = transport._http
    transport._http = httpx.Client(
        base_url=real.base_url, transport=_Dying(calls), timeout=PATIENCE, trust_env=False
    )
    try:
        yield
    finally:
        transport._http.close()
        transport._http = real


def test_a_base_that_was_cut_off_at_any_call_is_finished_the_next_time(
    project: Project, nocodb: Server
) -> None:
    calls = 1
    for calls in range(2, 60, 4):
        with cut_after(calls, project.transport):
            try:
                project.base.make()
                break
            except PlatformUnavailable:
                continue
    project.base.make()

    assert calls > 8
    assert project.base.survey().steps == ()
    assert len([each for each in project.table.columns if each.title == "Born"]) == 1
    assert len([each for each in project.table.views if each.title == "Everybody"]) == 1
