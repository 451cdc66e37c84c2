"""The audit log stays as it was written: the database refuses to change it, and the chain tells if it was
done all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from relasi.errors import PlatformError
from relasi.platform.keyring import Keyring, new_entry
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.audit import Change
from relasi.store.chain import Chain
from relasi.store.guard import unlocked
from relasi.store.session import Session
from relasi.store.verifying import Verdict, verify
from tests.builders import NOW
from tests.postgresql import ON_BOTH, empty_database

KEY = new_entry("2026-11-22")
FIRST = Change(
    "c1", NOW, "note", "1", "created", 1, {"title": (None, "a"), "about": (None, "person/7")}, "u1", "page"
)


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = empty_database(request, tmp_path, Keyring(lambda: KEY))
    Store(database).prepare()
    yield database
    database.close()


def written(database: Database, *changes: Change) -> None:
    """In one transaction, and then chained in one link."""
    with database.transaction() as connection:
        Session(connection).audit.append(changes)
    with database.transaction() as connection:
        assert Session(connection).audit.extend_chain() == len(changes)


def numbered(count: int) -> list[Change]:
    return [replace(FIRST, id=f"c{n}", fields={"size": (n, n + 1)}) for n in range(1, count + 1)]


def verified(database: Database, head: str | None = None) -> Verdict:
    with database.transaction(write=False) as connection:
        return verify(Session(connection).audit, head=head)


def tampered(database: Database, statement: str) -> None:
    """As somebody does who has taken the triggers away."""
    with database.transaction() as connection, unlocked(connection):
        connection.execute(text(statement))


@ON_BOTH
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE relasi_change SET version = 9",
        "DELETE FROM relasi_change",
        "UPDATE relasi_chain SET hash = 'x'",
        "DELETE FROM relasi_chain",
    ],
)
def test_the_database_refuses_to_change_or_delete_entries_and_links(
    database: Database, statement: str
) -> None:
    written(database, FIRST)
    with pytest.raises(PlatformError), database.transaction() as connection:
        connection.execute(text(statement))
    assert verified(database).broken is None


@ON_BOTH
def test_entries_wait_for_their_link_and_writers_for_nothing(database: Database) -> None:
    with database.transaction() as connection:
        Session(connection).audit.append(numbered(3))
    assert (verified(database).waiting, verified(database).links) == (3, 0)
    with database.transaction() as connection:
        Session(connection).audit.extend_chain()
    assert (verified(database).waiting, verified(database).links, verified(database).entries) == (0, 1, 3)


@ON_BOTH
def test_an_entry_with_an_earlier_id_that_came_later_is_in_a_later_link(database: Database) -> None:
    written(database, replace(FIRST, id="c9"))
    written(database, replace(FIRST, id="c1"))
    assert (verified(database).links, verified(database).broken) == (2, None)


@ON_BOTH
@pytest.mark.parametrize(
    ("statement", "what", "entry"),
    [
        ("UPDATE relasi_change SET user_id = 'u9' WHERE id = 'c2'", "changed", "c2"),
        ("UPDATE relasi_change SET fields = '{\"size\": [1, 100]}' WHERE id = 'c3'", "changed", "c3"),
        ("UPDATE relasi_change SET record_id = '2' WHERE id IN ('c2', 'c3')", "changed", "c2"),
        ("DELETE FROM relasi_change WHERE id = 'c2'", "gone", "c2"),
        ("UPDATE relasi_chain SET entries = '{}' WHERE number = 2", "link", None),
        ("DELETE FROM relasi_chain WHERE number = 1", "link", None),
    ],
)
def test_what_was_done_past_the_triggers_is_found(
    database: Database, statement: str, what: str, entry: str | None
) -> None:
    for each in numbered(3):
        written(database, each)
    tampered(database, statement)
    broken = verified(database).broken
    assert broken is not None
    assert (broken.what, broken.entry) == (what, entry)


@ON_BOTH
def test_an_entry_that_was_put_in_is_found(database: Database) -> None:
    written(database, *numbered(2))
    with database.transaction() as connection:
        Session(connection).audit.append([replace(FIRST, id="c15")])
        connection.execute(text("DELETE FROM relasi_unchained"))
    broken = verified(database).broken
    assert broken is not None
    assert (broken.what, broken.entry) == ("added", "c15")


def test_a_chain_that_was_cut_and_forged_anew_does_not_have_the_head_that_was_kept(
    database: Database,
) -> None:
    written(database, *numbered(2))
    head = verified(database).head
    tampered(database, "UPDATE relasi_change SET user_id = 'u9'")
    tampered(database, "DELETE FROM relasi_chain")
    with database.transaction() as connection:
        Chain(connection).wait(["c1", "c2"])
        Session(connection).audit.extend_chain()
    assert verified(database).broken is None
    broken = verified(database, head).broken
    assert broken is not None
    assert broken.what == "link"


@ON_BOTH
def test_the_chain_holds_when_values_are_taken_out(database: Database) -> None:
    written(database, FIRST, replace(FIRST, id="c2", record_id="2"))
    with database.transaction() as connection:
        assert Session(connection).audit.blank(["1"], lambda _: ["title"]) == 1
    assert verified(database).broken is None
    with database.transaction(write=False) as connection:
        (change,) = Session(connection).audit.entries(["c1"])
        kept = str(connection.execute(text("SELECT fields, proof FROM relasi_change WHERE id = 'c1'")).all())
    assert change.fields == {"title": (None, None), "about": (None, "person/7")}
    assert '"a"' not in kept


@given(going=st.lists(st.sets(st.sampled_from(["title", "about", "size"])), max_size=3))
def test_it_holds_whatever_goes_and_in_which_order(
    tmp_path_factory: pytest.TempPathFactory, going: list[set[str]]
) -> None:
    database = Database.at(tmp_path_factory.mktemp("db") / "crm.sqlite")
    Store(database).prepare()
    written(database, replace(FIRST, fields={**FIRST.fields, "size": (1.0, 2)}))
    for names in going:
        with database.transaction() as connection:
            Session(connection).audit.blank(["1"], lambda _, names=names: names)  # type: ignore[misc]  # bound here
    assert verified(database).broken is None
    tampered(database, "UPDATE relasi_change SET entity = 'x'")
    assert verified(database).broken is not None
    database.close()


@ON_BOTH
def test_it_holds_through_renames_of_all_kinds(database: Database) -> None:
    written(database, FIRST)
    with database.transaction() as connection:
        audit = Session(connection).audit
        audit.blank(["1"], lambda _: ["title"])
        audit.rename_field("note", "title", "subject")
        audit.rename("note", "letter")
        audit.requalify("letter", "about", "person", "patient")
    written(database, replace(FIRST, id="c2", entity="letter"))
    assert verified(database).broken is None
    tampered(database, "UPDATE relasi_change SET entity = 'other' WHERE id = 'c1'")
    assert verified(database).broken is not None


@ON_BOTH
def test_it_holds_over_encrypted_values_and_when_old_ones_are_encrypted(database: Database) -> None:
    written(database, FIRST, replace(FIRST, id="c2", secret=frozenset(["title"])))
    with database.transaction() as connection:
        Session(connection).audit.close_field("note", "title")
        Session(connection).audit.renew()
    assert verified(database).broken is None
    with database.transaction(write=False) as connection:
        proofs = connection.execute(text("SELECT proof FROM relasi_change")).scalars()
        assert all("encrypted" in str(each) for each in proofs)  # by the salt, values could be guessed


def test_entries_from_before_there_was_a_chain_are_chained_too(database: Database) -> None:
    written(database, FIRST)
    tampered(database, "DELETE FROM relasi_chain")
    tampered(database, "UPDATE relasi_engine SET version = 1")
    Store(database).prepare()
    with database.transaction() as connection:
        assert Session(connection).audit.extend_chain() == 1
    assert verified(database).broken is None
