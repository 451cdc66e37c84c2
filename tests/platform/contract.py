"""What every platform promises, as tests. Each platform's test module subclasses PlatformContract with a
fixture.

The entities: `person` (name, email unique, rollups) and `note`, which links to it and has a field of every
kind of storage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.errors import BadCursor, DuplicateValue, PlatformError
from relasi.platform.contract import Platform, Transaction
from relasi.platform.query import Asking, Count, Figure, Query, Ranking, Row, Search, Summary
from relasi.schema.derivations import Function, Rollup
from relasi.schema.expressions import Expression
from relasi.schema.expressions.operations import EXACT
from relasi.schema.model import Field, Model, Sort
from relasi.schema.scope import ModelScope
from tests import builders
from tests.builders import ASKING, condition, entity

_PLAIN = builders.model(
    entity("person", {"name": "text", "email": {"type": "text", "unique": True}}),
    entity(
        "note",
        {
            "title": {"type": "text", "index": True},
            "about": {"type": "link", "to": "person"},
            "anything": {"type": "link", "to": ["person", "note"]},
            "size": "number",
            "price": {"type": "decimal", "places": 2},
            "done": "boolean",
            "day": "date",
            "due": "datetime",
            "hour": "time",
            "effort": "duration",
            "tags": {"type": "multi_choice", "options": ["red", "green", "blue"]},
        },
        unique_together=[("title", "day")],
    ),
)

_ROLLUPS: Mapping[str, tuple[builders.Written, Rollup]] = {
    "notes": ("number", Rollup("note", "about", Function.COUNT)),
    "mentions": ("number", Rollup("note", "anything", Function.COUNT)),
    "size": ("number", Rollup("note", "about", Function.SUM, "size")),
    "price": ({"type": "decimal", "places": 2}, Rollup("note", "about", Function.SUM, "price")),
    "effort": ("duration", Rollup("note", "about", Function.SUM, "effort")),
    "mean": ("decimal", Rollup("note", "about", Function.AVERAGE, "price")),
    "longest": ("duration", Rollup("note", "about", Function.MAX, "effort")),
    "earliest": ("date", Rollup("note", "about", Function.MIN, "day")),
    "first": ("text", Rollup("note", "about", Function.FIRST, "title", "due")),
    "last": ("text", Rollup("note", "about", Function.LAST, "title", "due")),
    "open": (
        "number",
        Rollup(
            "note",
            "about",
            Function.COUNT,
            where=condition(_PLAIN, "note", "not done and about.name = 'Budi'"),
        ),
    ),
}
"""Rollup fields of person: the type that keeps the figure, and how it is made."""


def _with_rollups() -> Model:
    fields = {
        name: Field(name, {"en": name}, builders.field_type(written), derivation=rollup)
        for name, (written, rollup) in _ROLLUPS.items()
    }
    plain = _PLAIN.entities["person"]
    return builders.model(replace(plain, fields={**plain.fields, **fields}), _PLAIN.entities["note"])


MODEL = _with_rollups()

FILLED = {
    "title": "Größe 'x' \"y\" %_\\",
    "anything": "person/p1",
    "size": -42,
    "price": Decimal("-1234567.80"),
    "done": True,
    "day": date(2024, 2, 29),
    "due": datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC),
    "hour": time(23, 59, 58),
    "effort": timedelta(days=-3, microseconds=1),
    "tags": ("blue", "red"),
}


def note(key: str, **values: Any) -> Row:  # Any: field values
    return builders.row(MODEL, "note", key, **values)


def person(key: str, **values: Any) -> Row:  # Any: field values
    return builders.row(MODEL, "person", key, **values)


def ask(**how: Any) -> Query:  # Any: the attributes of Query
    return Query("note", ASKING, **how)


def insert(platform: Platform, *rows: Row, into: str = "note") -> None:
    with platform.transaction() as transaction:
        transaction.insert(into, rows)


def insert_and_fail(transaction: Transaction, key: str) -> None:
    transaction.insert("note", [note(key)])
    raise ZeroDivisionError


def pages(platform: Platform, query: Query) -> Iterator[list[str]]:
    """The ids of each page, to the last one."""
    after = query.after
    while True:
        with platform.transaction(write=False) as transaction:
            page = transaction.find(
                Query(
                    query.entity,
                    query.asking,
                    query.where,
                    query.matching,
                    query.search,
                    query.sort,
                    None,
                    3,
                    after,
                )
            )
        yield [row["id"] for row in page.rows]
        if page.next is None:
            return
        after = page.next


def found(platform: Platform, **how: Any) -> list[str]:  # Any: the attributes of Query
    with platform.transaction(write=False) as transaction:
        return [row["id"] for row in transaction.find(ask(**how)).rows]


def figures(platform: Platform, field: str, *links: str) -> Mapping[str, Any]:
    with platform.transaction(write=False) as transaction:
        return transaction.roll_up("person", field, links)


def summary(
    platform: Platform, *figures: str, by: Sequence[str] = (), top: int | None = None, **how: Any
) -> list[tuple[Any, Any]]:  # Any: values
    """The groups of notes; figures are written "sum size where done"."""
    scope = ModelScope(MODEL, "note")
    asked = Summary(tuple(map(_figure, figures)), tuple(Expression.parse(each, scope) for each in by), top)
    with platform.transaction(write=False) as transaction:
        return [(group.by, group.figures) for group in transaction.summarize(ask(**how), asked)]


def _figure(written: str) -> Figure:
    what, _, where = written.partition(" where ")
    function, _, field = what.partition(" ")
    return Figure(Function(function), field or None, condition(MODEL, "note", where) if where else None)


class PlatformContract:
    """Subclasses give a fixture `platform` that holds the tables of MODEL, empty."""

    def test_a_row_comes_back_as_it_was_written(self, platform: Platform) -> None:
        insert(platform, person("p1"), into="person")
        row = note("n1", about="p1", **FILLED)
        insert(platform, row)
        with platform.transaction(write=False) as transaction:
            assert transaction.get("note", ["n1"]) == {"n1": row}

    def test_empty_fields_come_back_as_none(self, platform: Platform) -> None:
        insert(platform, note("n1"))
        with platform.transaction(write=False) as transaction:
            row = transaction.get("note", ["n1"])["n1"]
        assert {
            row[name]
            for name in MODEL.entities["note"].fields
            if not MODEL.entities["note"].fields[name].system
        } == {None}

    def test_many_rows_come_back_as_they_were_written(self, platform: Platform) -> None:
        texts = ("\\N", "a\tb\\c\nd\re", "'\"{},;", "\u00e9\U0001f600", None)
        insert(platform, person("p1"), into="person")
        empty = [note(f"e{n}") for n in range(10)]
        filled = [note(f"n{n}", about="p1", **FILLED | {"title": text}) for n, text in enumerate(texts * 20)]
        rows = {row["id"]: {**row, "day": None} for row in (*empty, *filled)}  # no two of a title on one
        insert(platform, *rows.values())
        with platform.transaction(write=False) as transaction:
            assert transaction.get("note", list(rows)) == rows

    def test_many_rows_with_a_value_that_is_taken_are_refused_with_its_field(
        self, platform: Platform
    ) -> None:
        rows = [person(f"p{n}", email=f"{n % 99}@example.org") for n in range(100)]
        with pytest.raises(DuplicateValue) as caught:
            insert(platform, *rows, into="person")
        assert (caught.value.params["entity"], caught.value.params["field"]) == ("person", "email")
        assert found(platform) == []

    def test_a_transaction_goes_on_after_many_refused_rows_in_a_savepoint(self, platform: Platform) -> None:
        with platform.transaction() as transaction:
            with pytest.raises(DuplicateValue), transaction.savepoint():
                transaction.insert("note", [note("n1")] * 100)
            transaction.insert("note", [note("n2")])
        assert found(platform) == ["n2"]

    def test_a_decimal_keeps_its_places(self, platform: Platform) -> None:
        insert(platform, note("n1", price=Decimal("5")))
        with platform.transaction(write=False) as transaction:
            assert str(transaction.get("note", ["n1"])["n1"]["price"]) == "5.00"

    def test_a_number_beyond_the_largest_is_refused(self, platform: Platform) -> None:
        with pytest.raises(PlatformError) as caught:
            insert(platform, note("n1", size=10**30))
        assert caught.value.code == "number_too_large"

    def test_get_leaves_out_ids_that_do_not_exist(self, platform: Platform) -> None:
        insert(platform, note("n1"), note("n2"))
        with platform.transaction(write=False) as transaction:
            assert set(transaction.get("note", ["n2", "none", "n1"])) == {"n1", "n2"}

    def test_get_takes_thousands_of_ids(self, platform: Platform) -> None:
        ids = [f"n{number:05}" for number in range(2500)]
        insert(platform, *(note(each) for each in ids))
        with platform.transaction(write=False) as transaction:
            assert list(transaction.get("note", ids)) == ids

    def test_get_of_no_ids_is_nothing(self, platform: Platform) -> None:
        with platform.transaction(write=False) as transaction:
            assert transaction.get("note", []) == {}

    def test_existing_names_the_ids_that_records_have(self, platform: Platform) -> None:
        ids = [f"n{n:04}" for n in range(2500)]
        insert(platform, *(note(key) for key in ids))
        with platform.transaction(write=False) as transaction:
            assert transaction.existing("note", [*ids, "nobody"]) == set(ids)
            assert transaction.existing("note", []) == set()

    def test_existing_tells_which_ids_records_have(self, platform: Platform) -> None:
        insert(platform, note("n1"), note("n2"))
        with platform.transaction(write=False) as transaction:
            assert transaction.existing("note", ["n2", "none"]) == {"n2"}
            assert transaction.existing("note", []) == set()

    def test_update_changes_the_fields_given_and_raises_the_version(self, platform: Platform) -> None:
        insert(platform, note("n1", title="old", size=1))
        with platform.transaction() as transaction:
            assert transaction.update("note", "n1", 1, {"title": "new"})
            row = transaction.get("note", ["n1"])["n1"]
        assert (row["title"], row["size"], row["version"]) == ("new", 1, 2)

    def test_update_of_an_older_version_writes_nothing(self, platform: Platform) -> None:
        insert(platform, note("n1", title="old"))
        with platform.transaction() as transaction:
            transaction.update("note", "n1", 1, {"title": "theirs"})
            assert not transaction.update("note", "n1", 1, {"title": "mine"})
            assert transaction.get("note", ["n1"])["n1"]["title"] == "theirs"

    def test_update_of_a_missing_record_answers_false(self, platform: Platform) -> None:
        with platform.transaction() as transaction:
            assert not transaction.update("note", "none", 1, {"title": "x"})

    def test_delete_needs_the_current_version(self, platform: Platform) -> None:
        insert(platform, note("n1"))
        with platform.transaction() as transaction:
            assert not transaction.delete("note", "n1", 2)
            assert transaction.delete("note", "n1", 1)
            assert not transaction.delete("note", "n1", 1)

    def test_a_link_to_nothing_is_refused(self, platform: Platform) -> None:
        with pytest.raises(PlatformError) as caught:
            insert(platform, note("n1", about="nobody"))
        assert caught.value.code == "link_broken"

    def test_a_value_that_is_taken_is_refused_with_its_field(self, platform: Platform) -> None:
        insert(platform, person("p1", email="a@example.org"), into="person")
        with pytest.raises(DuplicateValue) as caught:
            insert(platform, person("p2", email="a@example.org"), into="person")
        assert caught.value.params == {"entity": "person", "field": "email", "fields": ("email",)}

    def test_update_to_a_value_that_is_taken_is_refused(self, platform: Platform) -> None:
        insert(platform, person("p1", email="a"), person("p2", email="b"), into="person")
        with pytest.raises(DuplicateValue), platform.transaction() as transaction:
            transaction.update("person", "p2", 1, {"email": "a"})

    def test_a_combination_that_is_taken_is_refused(self, platform: Platform) -> None:
        insert(
            platform, note("n1", title="a", day=date(2026, 1, 1)), note("n2", title="a", day=date(2026, 1, 2))
        )
        with pytest.raises(DuplicateValue) as caught:
            insert(platform, note("n3", title="a", day=date(2026, 1, 1)))
        assert caught.value.params["fields"] == ("title", "day")

    def test_empty_values_never_collide(self, platform: Platform) -> None:
        insert(platform, person("p1"), person("p2"), into="person")
        insert(platform, note("n1", title="a"), note("n2", title="a"))

    def test_a_transaction_that_raises_leaves_nothing(self, platform: Platform) -> None:
        with pytest.raises(ZeroDivisionError), platform.transaction() as transaction:
            insert_and_fail(transaction, "n1")
        assert found(platform) == []

    def test_a_transaction_reads_what_it_wrote(self, platform: Platform) -> None:
        with platform.transaction() as transaction:
            transaction.insert("note", [note("n1")])
            assert "n1" in transaction.get("note", ["n1"])

    def test_others_see_nothing_before_the_commit(self, platform: Platform) -> None:
        with platform.transaction() as transaction:
            transaction.insert("note", [note("n1")])
            assert found(platform) == []
        assert found(platform) == ["n1"]

    def test_a_savepoint_that_raises_undoes_only_itself(self, platform: Platform) -> None:
        with platform.transaction() as transaction:
            transaction.insert("note", [note("n1")])
            with pytest.raises(ZeroDivisionError), transaction.savepoint():
                insert_and_fail(transaction, "n2")
            with transaction.savepoint():
                transaction.insert("note", [note("n3")])
        assert found(platform) == ["n1", "n3"]

    def test_a_transaction_goes_on_after_a_refused_value_in_a_savepoint(self, platform: Platform) -> None:
        insert(platform, person("p1", email="a"), into="person")
        with platform.transaction() as transaction:
            with pytest.raises(DuplicateValue), transaction.savepoint():
                transaction.insert("person", [person("p2", email="a")])
            transaction.insert("person", [person("p3", email="b")])
            assert set(transaction.get("person", ["p1", "p2", "p3"])) == {"p1", "p3"}

    def test_a_reading_transaction_refuses_to_write(self, platform: Platform) -> None:
        with pytest.raises(PlatformError), platform.transaction(write=False) as transaction:
            transaction.insert("note", [note("n1")])

    def test_a_reading_transaction_sees_one_moment(self, platform: Platform) -> None:
        insert(platform, note("n1"))
        with platform.transaction(write=False) as transaction:
            before = transaction.count(ask(), 10)
            insert(platform, note("n2"))
            assert transaction.count(ask(), 10) == before

    def test_all_conditions_must_hold(self, platform: Platform) -> None:
        insert(platform, note("n1", size=1, done=True), note("n2", size=2, done=True), note("n3", size=2))
        where = (condition(MODEL, "note", "size > 1"), condition(MODEL, "note", "done"))
        assert found(platform, where=where) == ["n2"]

    def test_conditions_know_who_asks_and_when(self, platform: Platform) -> None:
        insert(
            platform,
            note("n1", due=builders.NOW - timedelta(days=2)),
            note("n2", due=builders.NOW, created_by="u2"),
        )
        assert found(platform, where=(condition(MODEL, "note", "now() - due > 1 day"),)) == ["n1"]
        assert found(platform, where=(condition(MODEL, "note", "created_by = user"),)) == ["n1"]

    @pytest.mark.parametrize("text", ["created_by = user", "now() - due > 1 day"])
    def test_the_same_question_is_answered_anew_for_each_user_and_moment(
        self, platform: Platform, text: str
    ) -> None:
        later = Asking(builders.NOW + timedelta(days=3), ASKING.zone, "u2")
        insert(
            platform,
            note("n1", due=builders.NOW - timedelta(days=2)),
            note("n2", due=builders.NOW + timedelta(days=1), created_by="u2"),
        )
        question = Query("note", ASKING, where=(condition(MODEL, "note", text),))
        with platform.transaction(write=False) as transaction:
            for asking, expected in ((ASKING, {"n1"}), (later, {"n2"} if "user" in text else {"n1", "n2"})):
                asked = replace(question, asking=asking)
                assert {row["id"] for row in transaction.find(asked).rows} == expected
                assert transaction.count(asked, 10).number == len(expected)

    def test_conditions_follow_links(self, platform: Platform) -> None:
        insert(platform, person("p1", name="Budi"), person("p2", name="Sari"), into="person")
        insert(platform, note("n1", about="p1"), note("n2", about="p2"), note("n3"))
        assert found(platform, where=(condition(MODEL, "note", 'about.name = "Sari"'),)) == ["n2"]

    @pytest.mark.parametrize(
        ("matching", "ids"),
        [
            ({"title": ["a", "b"]}, ["n1", "n2"]),
            ({"title": [None]}, ["n3"]),
            ({"title": ["b", None], "size": [2]}, ["n2"]),
            ({"title": []}, []),
        ],
    )
    def test_a_field_matches_one_of_the_values(
        self, platform: Platform, matching: Mapping[str, list[Any]], ids: list[str]
    ) -> None:
        insert(
            platform, note("n1", title="a"), note("n2", title="b", size=2), note("n3"), note("n4", title="c")
        )
        assert found(platform, matching=matching) == ids

    def test_the_same_question_about_other_values_has_an_answer_of_its_own(self, platform: Platform) -> None:
        insert(platform, note("n1", title="a"), note("n2", title="b"), note("n3"))
        asked: list[list[str | None]] = [["a"], ["b", "c"], ["b", None], ["a", None], [], ["a"]]
        given = [found(platform, matching={"title": values}) for values in asked]
        assert given == [["n1"], ["n2"], ["n2", "n3"], ["n1", "n3"], [], ["n1"]]

    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ("broken", ["n1", "n2"]),
            ("BROKEN pump", ["n1"]),
            ("größe", ["n3"]),
            ("GRÖSSE", []),
            ("GRÖ", ["n3"]),
            ("100%", ["n4"]),
            ("_", []),
            ("  ", ["n1", "n2", "n3", "n4"]),
        ],
    )
    def test_search_finds_every_word_in_any_field(
        self, platform: Platform, text: str, ids: list[str]
    ) -> None:
        insert(
            platform,
            note("n1", title="Pump broken", anything="note/x"),
            note("n2", title="Broken", anything="note/y"),
            note("n3", title="Größe"),
            note("n4", title="100% wool"),
        )
        assert found(platform, search=Search(text, ("title", "anything"))) == ids

    def test_what_a_search_finds_comes_in_order_be_it_little_or_much(self, platform: Platform) -> None:
        rows = (note(f"n{n:03}", title="red pump" if n < 5 else "pump", size=999 - n) for n in range(600))
        insert(platform, *rows)
        red, pump = (Search(word, ("title",)) for word in ("red", "pump"))
        order = (Sort("size"),)
        assert found(platform, search=pump, sort=order, limit=2) == ["n599", "n598"]
        assert found(platform, search=red, sort=order, limit=2) == ["n004", "n003"]
        three_each = [["n004", "n003", "n002"], ["n001", "n000"]]
        assert list(pages(platform, ask(search=red, sort=order))) == three_each
        assert found(platform, search=red, where=(condition(MODEL, "note", "size > 998"),)) == ["n000"]

    def test_search_finds_what_is_meant_where_a_field_writes_it_in_its_own_way(
        self, platform: Platform
    ) -> None:
        insert(platform, note("n1", title="+62813776", anything="0813"), note("n2", title="0813 776"))
        search = Search("0813 776", ("title",), {"title": "+62813"})
        assert found(platform, search=search) == ["n1", "n2"]

    def test_search_looks_into_what_is_linked(self, platform: Platform) -> None:
        insert(platform, person("p1", name="Budi"), person("p2", name="Sita"), into="person")
        insert(platform, note("n1", title="Pump", about="p1"), note("n2", title="Pump of Budi", about="p2"))
        insert(platform, note("n3", title="Lamp", about="p1"))
        fields = ("title", "about.name")
        assert found(platform, search=Search("budi pump", fields)) == ["n1", "n2"]
        assert found(platform, search=Search("SITA", fields)) == ["n2"]

    def test_search_finds_whole_values(self, platform: Platform) -> None:
        insert(platform, note("n1", title="Pump"), note("n2", title="Pump 2"), note("n3", title="pump"))
        whole = {"title": ("Pump", "PUMP")}
        assert found(platform, search=Search("Pump", (), whole=whole)) == ["n1"]
        assert found(platform, search=Search("2", ("title",), whole=whole)) == ["n1", "n2"]

    def test_search_goes_by_the_small_letters_of_every_alphabet(self, platform: Platform) -> None:
        letters = "kK\u212aiI\u0130\u0131\u00df\u1e9e\u03a3\u03c3\u03c2\u00c4\u00e4%_/\\"
        words = [*letters, *map("".join, product(letters, repeat=2))]
        insert(platform, *(note(f"n{n:03}", title=word) for n, word in enumerate(words)))
        for word in words:
            hits = [f"n{n:03}" for n, title in enumerate(words) if word.lower() in title.lower()]
            assert found(platform, search=Search(word, ("title",)), limit=999) == hits, repr(word)

    def test_only_the_fields_asked_for_come_with_id_and_version(self, platform: Platform) -> None:
        insert(platform, note("n1", title="a", size=1))
        with platform.transaction(write=False) as transaction:
            page = transaction.find(ask(fields=("title",), sort=(Sort("size"),)))
        assert page.rows == ({"id": "n1", "version": 1, "title": "a"},)

    def test_empty_values_come_last_in_both_directions(self, platform: Platform) -> None:
        insert(platform, note("n1", size=2), note("n2"), note("n3", size=1))
        assert found(platform, sort=(Sort("size"),)) == ["n3", "n1", "n2"]
        assert found(platform, sort=(Sort("size", descending=True),)) == ["n1", "n3", "n2"]

    def test_equal_values_are_in_order_of_their_ids_in_the_direction_of_the_sort(
        self, platform: Platform
    ) -> None:
        insert(platform, note("n2", size=1), note("n1", size=1), note("n3", size=1))
        assert found(platform, sort=(Sort("size"),)) == ["n1", "n2", "n3"]
        assert found(platform, sort=(Sort("size", descending=True),)) == ["n3", "n2", "n1"]

    def test_the_last_page_has_no_cursor(self, platform: Platform) -> None:
        insert(platform, *(note(f"n{number}") for number in range(6)))
        assert list(pages(platform, ask())) == [["n0", "n1", "n2"], ["n3", "n4", "n5"]]

    def test_nothing_is_skipped_or_seen_twice_while_others_write(self, platform: Platform) -> None:
        insert(platform, *(note(f"n{number}", size=number % 2) for number in range(6)))
        seen: list[str] = []
        for number, page in enumerate(pages(platform, ask(sort=(Sort("size"),)))):
            seen += page
            insert(platform, note(f"a{number}", size=-1), note(f"z{number}", size=0, title="late"))
            with platform.transaction() as transaction:
                transaction.delete("note", seen[0], 1)
        assert [key for key in seen if key.startswith("n")] == ["n0", "n2", "n4", "n1", "n3", "n5"]

    def test_the_cursor_of_another_query_is_refused(self, platform: Platform) -> None:
        insert(platform, *(note(f"n{number}") for number in range(3)))
        with platform.transaction(write=False) as transaction:
            cursor = transaction.find(ask(limit=1)).next
            for other in (ask(sort=(Sort("size"),)), ask(where=(condition(MODEL, "note", "size > 1"),))):
                with pytest.raises(BadCursor):
                    transaction.find(Query(other.entity, ASKING, other.where, sort=other.sort, after=cursor))

    @pytest.mark.parametrize("cursor", ["", "x", "W10=", "WyJ4IiwxXQ==", "bnVsbA==", "é", "[" * 9000])
    def test_a_cursor_made_by_nobody_is_refused(self, platform: Platform, cursor: str) -> None:
        with pytest.raises(BadCursor), platform.transaction(write=False) as transaction:
            transaction.find(ask(after=cursor))

    @settings(
        max_examples=60,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(data=st.data())
    def test_pages_are_the_whole_order_cut_in_pieces(self, platform: Platform, data: st.DataObject) -> None:
        sizes = st.none() | st.integers(0, 2)
        prices = st.none() | st.sampled_from([Decimal("0.10"), Decimal("2.00")])
        dues = st.none() | st.sampled_from([builders.NOW, builders.NOW - timedelta(microseconds=1)])
        values = data.draw(st.lists(st.tuples(sizes, prices, dues), max_size=14))
        rows = [
            note(f"n{number:02}", size=size, price=price, due=due)
            for number, (size, price, due) in enumerate(values)
        ]
        fields = data.draw(
            st.lists(st.sampled_from(["size", "price", "due", "created_at", "id"]), unique=True)
        )
        sort = tuple(Sort(field, data.draw(st.booleans())) for field in fields)
        with platform.transaction() as transaction:
            held = transaction.get("note", [f"n{number:02}" for number in range(14)])
            for key in held:
                transaction.delete("note", key, 1)
            transaction.insert("note", rows)
        paged = [key for page in pages(platform, ask(sort=sort)) for key in page]
        assert paged == [row["id"] for row in _sorted(rows, sort)]

    def test_counting_stops_at_the_cap(self, platform: Platform) -> None:
        insert(platform, *(note(f"n{number}") for number in range(5)))
        with platform.transaction(write=False) as transaction:
            assert transaction.count(ask(), 5) == Count(5, more=False)
            assert transaction.count(ask(), 4) == Count(4, more=True)

    def test_a_summary_counts_each_value_and_the_empty_one_last(self, platform: Platform) -> None:
        insert(platform, note("n1", done=True), note("n2", done=True), note("n3", done=False), note("n4"))
        assert summary(platform, "count", by=["done"]) == [((False,), (1,)), ((True,), (2,)), ((None,), (1,))]

    def test_a_summary_without_groups_is_one_line_even_of_nothing(self, platform: Platform) -> None:
        assert summary(platform, "count", "sum price") == [((), (0, None))]

    def test_figures_are_exact_and_over_filled_values(self, platform: Platform) -> None:
        big = 9_000_000_000_000_000_000
        insert(
            platform, note("n1", size=big, price=Decimal("0.10")), note("n2", size=big, price=Decimal("0.20"))
        )
        insert(platform, note("n3", price=Decimal("0.01")), note("n4", due=builders.NOW))
        figures = ("sum size", "sum price", "average price", "min price", "max due", "count")
        mean = EXACT.divide(Decimal("0.31"), 3)
        expected = (2 * big, Decimal("0.31"), mean, Decimal("0.01"), builders.NOW, 4)
        assert summary(platform, *figures) == [((), expected)]

    def test_a_figure_counts_only_what_meets_its_own_condition(self, platform: Platform) -> None:
        insert(platform, note("n1", done=True, size=3), note("n2", done=False, size=4), note("n3", size=5))
        figures = ("sum size where done", "count where not done")
        assert summary(platform, *figures) == [((), (3, 2))]

    def test_different_values_are_counted_once_and_empty_ones_never(self, platform: Platform) -> None:
        sizes = [("blue", 5), ("blue", 5), ("blue", 7), ("red", 5), ("red", None)]
        insert(platform, *(note(f"n{n}", title=title, size=size) for n, (title, size) in enumerate(sizes)))
        assert summary(platform, "distinct size", "distinct size where size > 5") == [((), (2, 1))]
        assert summary(platform, "distinct size", by=["title"]) == [(("blue",), (2,)), (("red",), (1,))]

    def test_summaries_that_differ_in_one_word_have_answers_of_their_own(self, platform: Platform) -> None:
        insert(platform, note("n1", done=True, size=3), note("n2", done=False, size=4))
        asked = ("sum size", "sum size where done", "sum size where not done", "max size", "count")
        assert [summary(platform, each)[0][1] for each in asked] == [(7,), (3,), (4,), (4,), (2,)]
        assert [summary(platform, "count", matching={"size": [n]})[0][1] for n in (3, 5)] == [(1,), (0,)]
        assert summary(platform, "count", by=["done"], top=0) == [((False,), (1,)), ((True,), (1,))]
        assert summary(platform, "sum size", by=["done"], top=0) == [((False,), (4,)), ((True,), (3,))]
        assert summary(platform, "sum size", by=["done"]) == [((False,), (4,)), ((True,), (3,))]

    def test_a_summary_is_of_the_records_of_its_query(self, platform: Platform) -> None:
        insert(platform, note("n1", size=1), note("n2", size=2), note("n3", size=3))
        where = (condition(MODEL, "note", "size > 1"),)
        assert summary(platform, "sum size", where=where) == [((), (5,))]

    def test_groups_are_by_what_an_expression_makes_of_a_record(self, platform: Platform) -> None:
        insert(platform, person("p1", name="Budi"), person("p2", name="Ani"), into="person")
        late, early = date(2024, 3, 31), date(2024, 3, 1)
        insert(
            platform,
            note("n1", about="p1", day=late),
            note("n2", about="p1", day=early),
            note("n3", about="p2"),
        )
        assert summary(platform, "count", by=["about.name", "month(day)"]) == [
            (("Ani", None), (1,)),
            (("Budi", date(2024, 3, 1)), (2,)),
        ]

    def test_records_are_told_that_do_not_hold_the_part_in_which_they_stand(self, platform: Platform) -> None:
        prices = {"n1": "40", "n2": "-10.5", "n3": "20", "n4": "20", "n5": None, "n6": "99"}
        notes = {key: price and Decimal(price) for key, price in prices.items()}
        insert(platform, *(note(key, price=price, size=3, done=key == "n6") for key, price in notes.items()))
        asked = ask(where=(condition(MODEL, "note", "not done"),))
        with platform.transaction() as transaction:
            told = transaction.rank(asked, Ranking({"size": "price"}, into=4))
            rest = transaction.rank(asked, Ranking({"size": "price"}, into=4, beyond="n2"))
        assert [(row["id"], row["size"]) for row in told] == [
            ("n1", 4),
            ("n2", 1),
            ("n3", 2),
            ("n4", 2),
            ("n5", None),
            ("n6", None),
        ]
        assert [row["id"] for row in rest] == ["n3", "n4", "n5", "n6"]

    def test_the_greatest_groups_come_first_where_they_are_asked_for(self, platform: Platform) -> None:
        sizes = [("blue", 5), ("red", 9), ("red", 1), ("green", 7)]
        insert(platform, *(note(f"n{n}", title=title, size=size) for n, (title, size) in enumerate(sizes)))
        found = summary(platform, "sum size", by=["title"], top=0, limit=2)
        assert found == [(("red",), (10,)), (("green",), (7,))]

    def test_closing_twice_is_harmless(self, platform: Platform) -> None:
        platform.close()
        platform.close()

    def test_made_values_are_put_without_another_version(self, platform: Platform) -> None:
        insert(platform, person("p1", name="Budi"), person("p2"), into="person")
        with platform.transaction() as transaction:
            transaction.put("person", {"p1": {"notes": 3, "mean": Decimal("1.50")}, "p2": {"notes": None}})
        with platform.transaction(write=False) as transaction:
            row = transaction.get("person", ["p1"])["p1"]
        assert (row["name"], row["notes"], row["mean"], row["version"]) == ("Budi", 3, Decimal("1.50"), 1)

    def test_rows_on_hold_are_the_rows(self, platform: Platform) -> None:
        insert(platform, note("n1"), note("n2"))
        with platform.transaction() as transaction:
            held = transaction.get("note", ["n2", "n1", "none"], hold=True)
            assert held == transaction.get("note", ["n1", "n2"])

    @pytest.mark.parametrize(
        ("field", "figure"),
        [
            ("notes", 3),
            ("size", 7),
            ("price", Decimal("3.75")),
            ("effort", timedelta(hours=5)),
            ("mean", Decimal("1.875")),
            ("longest", timedelta(hours=3)),
            ("earliest", date(2026, 1, 5)),
            ("first", "b"),
            ("last", "a"),
            ("open", 2),
        ],
    )
    def test_a_rollup_is_a_figure_for_each_value_of_its_link(
        self, platform: Platform, field: str, figure: object
    ) -> None:
        insert(platform, person("p1", name="Budi"), person("p2"), person("p3"), into="person")
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        filled = {"size": 3, "price": Decimal("1.25"), "effort": timedelta(hours=3), "day": date(2026, 1, 5)}
        other = {"size": 4, "price": Decimal("2.50"), "effort": timedelta(hours=2), "day": date(2026, 1, 6)}
        insert(
            platform,
            note("n1", about="p1", title="a", due=moment + timedelta(days=1), done=True, **filled),
            note("n2", about="p1", title="b", due=moment, done=False, **other),
            note("n3", about="p1", title="c"),
            note("n4", about="p2"),
            note("n5", size=100, title="z", due=moment),
        )
        assert figures(platform, field, "p1", "p3") == {"p1": figure}

    def test_a_rollup_goes_by_links_to_several_entities_too(self, platform: Platform) -> None:
        insert(platform, note("p1", anything="person/p1"), note("n2", anything="note/p1"))
        assert figures(platform, "mentions", "person/p1", "person/p2") == {"person/p1": 1}

    def test_of_empty_values_there_is_no_figure(self, platform: Platform) -> None:
        insert(platform, person("p1"), into="person")
        insert(platform, note("n1", about="p1"))
        assert [figures(platform, field, "p1")["p1"] for field in ("size", "mean", "earliest", "last")] == [
            None
        ] * 4

    def test_a_sum_is_exact_beyond_sixty_four_bits(self, platform: Platform) -> None:
        insert(platform, person("p1"), into="person")
        most = Decimal("9999999999999999.99")
        insert(platform, *(note(f"n{n}", about="p1", price=most, size=-(2**62)) for n in range(20)))
        assert figures(platform, "price", "p1") == {"p1": most * 20}
        assert figures(platform, "size", "p1") == {"p1": -20 * 2**62}


def _sorted(rows: list[Row], sort: tuple[Sort, ...]) -> list[Row]:
    """The order as the contract states it, by stable sorts from the last key to the first."""
    ordered = list(rows)
    for key in reversed((*sort, Sort("id", sort[-1].descending if sort else False))):
        filled = [row for row in ordered if row[key.field] is not None]
        empty = [row for row in ordered if row[key.field] is None]
        ordered = sorted(filled, key=lambda row, field=key.field: row[field], reverse=key.descending) + empty  # type: ignore[misc]  # mypy infers no lambda with a default
    return ordered
