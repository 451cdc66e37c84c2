from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from relasi.doctor import Finding, Weight, examine
from relasi.doctor.disk import space
from relasi.runtime import Crm, now, open_model
from relasi.schema.model import PostgresqlServer
from relasi.store.effects import Effect
from relasi.store.erasures import Erasure
from relasi.transfer.backup import FOLDER, back_up, name_of
from relasi.transfer.copy import Place
from tests.postgresql import DATABASES, Server
from tests.records.world import World, make_world

NOTE = """
entity: note
fields:
  name: text
  scan: files
access: {}
"""


@pytest.fixture(params=DATABASES)
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """On a file, or on a server: healthy but for a backup."""
    texts = [NOTE]
    if request.param == "postgresql":
        texts.append(request.getfixturevalue("postgresql").platform())
    made = make_world(tmp_path, *texts)
    made.clock.now = now()
    yield made
    made.crm.close()


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, NOTE)
    yield made
    made.crm.close()


@pytest.fixture
def on_server(tmp_path: Path, postgresql: Server) -> Iterator[World]:
    made = make_world(tmp_path, NOTE, postgresql.platform())
    made.clock.now = now()
    yield made
    made.crm.close()


def wrong(crm: Crm) -> list[Finding]:
    return [each for each in examine(crm).findings if each.weight is Weight.WRONG]


def about(crm: Crm, area: str) -> Finding:
    (found,) = (each for each in examine(crm).findings if each.area == area)
    return found


def test_where_all_is_well_only_a_backup_is_advised(world: World) -> None:
    report = examine(world.crm)
    assert [each.area for each in report.findings] == ["backups"]
    assert report.is_well
    assert report.condition is not None
    assert report.condition.version[0].isdigit()


def test_a_new_backup_needs_no_advice_and_an_old_one_does(on_file: World) -> None:
    crm = on_file.crm
    file = crm.root / FOLDER / name_of("local", crm.clock())
    back_up(Place(crm.database, crm.files.contents), file, "local", crm.clock())
    assert examine(crm).findings == ()
    on_file.clock.advance(days=9)
    assert about(crm, "backups").what == "The newest backup is 9 days old."


def test_a_backup_that_is_cut_is_found_before_it_is_needed(on_file: World) -> None:
    file = on_file.crm.root / FOLDER / name_of("local", on_file.clock.now)
    file.parent.mkdir()
    file.write_bytes(b"PK")
    assert about(on_file.crm, "backups").weight is Weight.WRONG


def test_what_was_done_by_hand_is_shown_as_yaml(world: World) -> None:
    with world.crm.database.transaction() as connection:
        connection.execute(text("ALTER TABLE note ADD COLUMN size BIGINT"))
        if world.crm.database.is_sqlite:
            connection.execute(text("ALTER TABLE note ADD COLUMN number INTEGER"))
    patches = [each.patch for each in examine(world.crm).findings if each.area == "database" and each.patch]
    name = "number" if world.crm.database.is_sqlite else "size"
    assert patches == [f"entity: note\nfields:\n  {name}:\n    type: number\n"]


def test_a_column_that_somebody_took_away_is_wrong(world: World) -> None:
    with world.crm.database.transaction() as connection:
        connection.execute(text("ALTER TABLE note DROP COLUMN name"))
    assert [each.what for each in wrong(world.crm)] == [
        "The column name of note is gone.",
        "1 change(s) are due.",
    ]


@pytest.mark.postgresql
def test_a_server_that_is_gone_is_told_and_the_disk_is_still_looked_at(on_server: World) -> None:
    crm = on_server.crm
    server = crm.model.platform.database
    assert isinstance(server, PostgresqlServer)
    elsewhere = replace(crm.model.platform, database=replace(server, host="/nowhere"))
    away = open_model(crm.root, replace(crm.model, platform=elsewhere))
    report = examine(away)
    away.close()
    assert report.condition is None
    assert [each.area for each in report.findings] == ["database", "backups"]
    assert not report.is_well


@pytest.mark.postgresql
def test_a_role_that_may_only_read_is_told(on_server: World, postgresql: Server) -> None:
    crm = on_server.crm
    server = crm.model.platform.database
    assert isinstance(server, PostgresqlServer)
    engine = create_engine(postgresql.url())
    role = f"reader_of_{server.schema}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {server.schema} TO {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {server.schema} TO {role}"))
    reader = open_model(
        crm.root,
        replace(crm.model, platform=replace(crm.model.platform, database=replace(server, user=role))),
    )
    found = wrong(reader)
    reader.close()
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    engine.dispose()
    assert [each.what.partition(":")[0] for each in found] == ["No table can be made or written to"]


@pytest.mark.postgresql
def test_a_clock_that_is_behind_the_servers_is_told(on_server: World) -> None:
    on_server.clock.advance(minutes=-10)
    assert about(on_server.crm, "clock").what.endswith("s behind that of the database.")


def test_a_database_of_another_version_is_told_and_nothing_else_is_asked_of_it(world: World) -> None:
    with world.crm.database.transaction() as connection:
        connection.execute(text("UPDATE relasi_engine SET version = 999"))
    assert [each.what.partition(" ")[2][:13] for each in wrong(world.crm)] == ["newer version"]
    with world.crm.database.transaction() as connection:
        connection.execute(text("UPDATE relasi_engine SET version = 1"))
    assert [each.what.partition(" ")[2][:13] for each in wrong(world.crm)] == ["older version"]


def test_a_database_that_is_not_made_yet_asks_for_apply(on_file: World) -> None:
    fresh = open_model(on_file.crm.root / "fresh", on_file.crm.model)
    (found,) = wrong(fresh)
    fresh.close()
    assert found.what == "No apply has made this database yet."


def test_a_damaged_file_is_told(on_file: World) -> None:
    crm = on_file.crm
    with crm.database.transaction() as connection:
        connection.execute(text("CREATE TABLE more (a TEXT)"))
        connection.execute(text("INSERT INTO more VALUES (zeroblob(50000))"))
    crm.database.close()
    file = Path(crm.database.place)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 8192] + b"\xff" * 8192)
    assert any("damaged" in each.what for each in wrong(crm))


def test_a_file_that_is_no_database_is_told(on_file: World) -> None:
    on_file.crm.database.close()
    Path(on_file.crm.database.place).write_bytes(b"no database " * 1000)
    report = examine(on_file.crm)
    assert (report.condition, report.findings[0].area) == (None, "database")


def test_little_space_is_told_for_the_size_of_the_database(on_file: World) -> None:
    def free(_folder: Path) -> int:
        return 3_000_000_000

    assert list(space(on_file.crm, 1_000_000_000, free)) == []
    (found,) = space(on_file.crm, 2_000_000_000, free)
    assert found.what.startswith("Only 3,000 MB are free")


def test_contents_that_are_missing_and_left_over_are_told_apart(on_file: World) -> None:
    crm = on_file.crm
    with crm.files.arrival(on_file.engine, "note", "scan") as upload:
        upload.write(b"a letter")
        file = upload.finish("letter.txt")
    path = crm.files.contents.path(file.sha256)
    left = path.parent.parent / "ab" / ("ab" + "0" * 62)
    left.parent.mkdir(exist_ok=True)
    path.rename(left)
    found = [each for each in examine(crm).findings if each.area == "files"]
    assert [(file.sha256[:12] in each.what, each.weight) for each in found] == [
        (True, Weight.WRONG),
        (False, Weight.ADVICE),
    ]


def test_what_no_worker_does_is_told(world: World) -> None:
    crm = world.crm
    effect = Effect("e1", "mail", "a@example.com", {}, crm.clock() - timedelta(hours=1), "waiting", 0)
    with crm.store.session() as session:
        session.effects.add(effect)
    assert "relasi worker" in about(crm, "worker").help


def test_what_was_given_up_is_told(on_file: World) -> None:
    crm = on_file.crm
    with crm.store.session() as session:
        session.effects.add(Effect("e1", "mail", "a@example.com", {}, crm.clock(), "dead", 9))
    assert about(crm, "messages").what == "1 message(s) or calls were given up."


def test_an_erasure_that_nobody_finishes_on_the_disk_is_told(on_file: World) -> None:
    crm = on_file.crm
    with crm.store.session() as session:
        session.erasures.add(
            Erasure("p1", crm.clock() - timedelta(hours=1), "note", "", "anonymise", None, "")
        )
    assert "relasi worker" in about(crm, "erasures").help
    crm.privacy.finish(crm.clock())
    assert not any(each.area == "erasures" for each in examine(crm).findings)
