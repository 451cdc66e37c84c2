"""What programs read: as much as a page would show the same person, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.program import Program
from tests.records.world import World


def subjects(found: Any) -> list[str]:
    return [each["fields"]["subject"] for each in found["records"]]


def refusal(program: Program, path: str) -> tuple[int, str]:
    answer = program.ask("GET", path)
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def three(world: World) -> list[str]:
    """Paper for 12, ink for 8, and a machine for more than clerks see."""
    prices = {"Paper": 12, "Ink": 8, "Machine": 5000}
    made = []
    for subject, amount in prices.items():
        world.clock.advance(minutes=1)
        made.append(world.create("invoice", subject=subject, amount=Decimal(amount), margin=Decimal(3)).id)
    return made


class TestLists:
    def test_a_list_has_what_its_reader_may_see(
        self, clerk: Program, program: Callable[..., Program], three: list[str]
    ) -> None:
        assert subjects(clerk.get("/records/invoice")) == ["Paper", "Ink"]
        assert len(program("chief", name="rina").get("/records/invoice")["records"]) == 3

    def test_a_list_is_filtered_searched_and_sorted(self, clerk: Program, three: list[str]) -> None:
        assert subjects(clerk.get("/records/invoice?where=amount>10")) == ["Paper"]
        assert subjects(clerk.get("/records/invoice?q=in")) == ["Ink"]
        assert subjects(clerk.get("/records/invoice?sort=amount")) == ["Ink", "Paper"]
        assert subjects(clerk.get("/records/invoice?sort=-amount,subject")) == ["Paper", "Ink"]

    def test_pages_follow_each_other_by_a_key(self, clerk: Program, three: list[str]) -> None:
        first = clerk.get("/records/invoice?limit=1&sort=subject")
        second = clerk.get(f"/records/invoice?limit=1&sort=subject&after={first['next']}")

        assert subjects(first) + subjects(second) == ["Ink", "Paper"]
        assert second["next"] is None

    def test_matches_are_counted_where_asked_for(self, clerk: Program, three: list[str]) -> None:
        assert clerk.get("/records/invoice?limit=1&count=true")["count"] == {"number": 2, "more": False}
        assert "count" not in clerk.get("/records/invoice")

    def test_only_the_fields_asked_for_are_told(self, clerk: Program, three: list[str]) -> None:
        first, _ = clerk.get("/records/invoice?fields=amount,subject")["records"]

        assert first["fields"] == {"subject": "Paper", "amount": "12.00"}
        assert first["title"] == "I-001 Paper"

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("colour=red", "unknown_parameter"),
            ("limit=0", "bad_parameter"),
            ("limit=201", "bad_parameter"),
            ("limit=x", "bad_parameter"),
            ("limit=1&limit=2", "bad_parameter"),
            ("count=yes", "bad_parameter"),
            ("q=%00", "bad_parameter"),
            ("sort=colour", "unknown_name"),
            ("fields=colour", "unknown_name"),
            ("expand=colour", "unknown_name"),
            ("expand=subject", "unknown_name"),
        ],
    )
    def test_what_is_not_understood_is_refused(self, clerk: Program, query: str, code: str) -> None:
        assert refusal(clerk, f"/records/invoice?{query}") == (400, code)

    @pytest.mark.parametrize("condition", ["amount > yesterday", "subject", "amount >", "(" * 1000])
    def test_a_condition_that_means_nothing_is_told_why(self, clerk: Program, condition: str) -> None:
        assert refusal(clerk, f"/records/invoice?where={quote(condition)}") == (422, "bad_condition")

    def test_a_cursor_of_another_list_is_refused(self, clerk: Program, three: list[str]) -> None:
        cursor = clerk.get("/records/invoice?limit=1&sort=subject")["next"]

        assert refusal(clerk, f"/records/invoice?limit=1&sort=amount&after={cursor}") == (422, "bad_cursor")
        assert refusal(clerk, "/records/invoice?after=made-up") == (422, "bad_cursor")


class TestHiding:
    """The margin is hidden from clerks, machines are too dear for them, and the vault is not theirs."""

    @pytest.mark.parametrize(
        "query", ["sort={}", "fields={}", "expand={}", "where={}+%3E+1", "where={}+is+empty"]
    )
    def test_a_hidden_field_is_as_unknown_as_a_misspelt_one(self, clerk: Program, query: str) -> None:
        hidden = clerk.ask("GET", f"/records/invoice?{query.format('margin')}")
        wrong = clerk.ask("GET", f"/records/invoice?{query.format('margix')}")

        assert hidden.status_code == wrong.status_code in (400, 422)
        assert hidden.text.replace("margin", "margix") == wrong.text

    def test_no_suggestion_names_a_hidden_field(self, clerk: Program) -> None:
        assert "margin" not in clerk.ask("GET", "/records/invoice?where=margi+%3E+1").text

    def test_a_hidden_field_is_absent(self, clerk: Program, three: list[str]) -> None:
        shown = clerk.get(f"/records/invoice/{three[0]}")

        assert "margin" not in shown["fields"]
        assert "margin" not in str(clerk.get(f"/records/invoice/{three[0]}/timeline"))

    def test_a_record_that_may_not_be_read_is_not_there(self, clerk: Program, three: list[str]) -> None:
        answers = [
            clerk.ask("GET", f"/records/invoice/{key}{part}")
            for key in (three[2], "nothing")
            for part in ("", "/timeline", "/moves", "/tables/lines")
        ]

        assert {each.status_code for each in answers} == {404}
        assert len({each.text for each in answers}) == 1

    def test_an_entity_that_may_not_be_read_is_not_there(self, clerk: Program) -> None:
        assert clerk.ask("GET", "/records/vault").text == clerk.ask("GET", "/records/nothing").text

    def test_a_condition_does_not_ask_about_records_that_are_not_all_to_be_read(self, clerk: Program) -> None:
        assert refusal(clerk, "/records/invoice?where=payer.vip") == (403, "may_not_see")

    def test_a_table_of_what_may_not_be_read_is_not_there(
        self, program: Callable[..., Program], three: list[str]
    ) -> None:
        narrow = program("clerk", "invoice:read")
        tables = [
            narrow.ask("GET", f"/records/invoice/{three[0]}/tables/{name}") for name in ("lines", "linex")
        ]
        nested = [narrow.ask("GET", f"/records/invoice?expand={name}") for name in ("lines", "linex")]

        assert [each.status_code for each in (*tables, *nested)] == [404, 404, 400, 400]
        assert nested[0].text.replace("lines", "linex") == nested[1].text


class TestOne:
    def test_a_record_has_fields_as_json_and_titles_of_what_it_names(
        self, clerk: Program, world: World
    ) -> None:
        payer = world.create("payer", name="Budi").id
        key = world.create("invoice", subject="Paper", payer=payer, tags=["new"], owner=world.user("ani")).id
        shown = clerk.get(f"/records/invoice/{key}")

        assert {name: shown[name] for name in ("entity", "id", "version", "title")} == {
            "entity": "invoice",
            "id": key,
            "version": 1,
            "title": "I-001 Paper",
        }
        assert shown["fields"]["tags"] == ["new"]
        assert shown["fields"]["created_at"] == "2026-11-21T14:05:00+00:00"
        assert shown["links"]["payer"] == {"entity": "payer", "id": payer, "title": "Budi"}
        assert shown["links"]["owner"] == {"entity": "user", "id": "u-ani", "title": "Ani"}

    def test_a_link_to_a_record_that_may_not_be_read_has_no_title(self, clerk: Program, world: World) -> None:
        payer = world.create("payer", name="Budi", vip=True).id
        key = world.create("invoice", subject="Paper", payer=payer).id

        shown = clerk.get(f"/records/invoice/{key}?expand=payer")
        assert shown["links"]["payer"] == {"entity": "payer", "id": payer, "title": None}

    def test_links_and_tables_are_told_whole_where_asked_for(self, clerk: Program, world: World) -> None:
        payer = world.create("payer", name="Budi").id
        key = world.create("invoice", subject="Paper", payer=payer).id
        world.create("line", what="A4", price=Decimal(3), invoice=key)

        shown = clerk.get(f"/records/invoice/{key}?expand=payer,lines")
        assert shown["links"]["payer"]["fields"]["name"] == "Budi"
        assert [each["fields"]["what"] for each in shown["tables"]["lines"]["rows"]] == ["A4"]
        assert clerk.get(f"/records/invoice/{key}/tables/lines") == shown["tables"]["lines"]

    def test_a_tag_saves_sending_what_the_caller_has(self, clerk: Program, world: World) -> None:
        payer = world.create("payer", name="Budi")
        key = world.create("invoice", subject="Paper", payer=payer.id).id
        first = clerk.ask("GET", f"/records/invoice/{key}")
        again = clerk.ask("GET", f"/records/invoice/{key}", if_none_match=first.headers["etag"])
        world.crm.records.update(world.engine, "payer", payer.id, 1, {"name": "Budi S"})
        changed = clerk.ask("GET", f"/records/invoice/{key}", if_none_match=first.headers["etag"])

        assert first.headers["etag"].startswith('"1-')
        assert (again.status_code, again.content) == (304, b"")
        assert changed.status_code == 200  # the version is the same, the title of the payer is not

    def test_moves_are_told_with_the_reasons_why_some_are_closed(self, clerk: Program, world: World) -> None:
        key = world.create("invoice", subject="Paper").id
        assert clerk.get(f"/records/invoice/{key}/moves")["moves"] == [
            {"name": "pay", "label": "Pay", "to": "paid", "needs": ["amount"]}
        ]
        world.crm.records.move(world.engine, "invoice", key, 1, move="pay", values={"amount": 5})

        told = clerk.get(f"/records/invoice/{key}/moves")
        assert told["moves"] == []
        assert "Chief" in told["closed"][0]["why"]

    def test_the_timeline_tells_what_happened_and_by_which_way(self, clerk: Program) -> None:
        key = clerk.ask("POST", "/records/invoice", {"fields": {"subject": "Paper"}}).json()["id"]
        (entry,) = clerk.get(f"/records/invoice/{key}/timeline")["entries"]

        assert (entry["kind"], entry["user"]["title"]) == ("change", "Ani")
        assert entry["change"]["source"] == "api"
        assert entry["change"]["fields"]["subject"] == {"old": None, "new": "Paper"}


def test_refusals_read_in_the_language_of_the_key_s_owner(clerk: Program, world: World) -> None:
    with world.crm.store.session() as session:
        session.users.set_language(world.user("ani"), "id")
    answer = clerk.ask("GET", "/records/invoice/nothing")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "Data ini tidak ada, atau Anda tidak berhak melihatnya.",
    }


def test_other_addresses_and_methods_are_refused_in_the_same_form(clerk: Program) -> None:
    assert refusal(clerk, "/nothing") == (404, "no_such_path")
    put = clerk.ask("PUT", "/records/invoice")
    assert (put.status_code, put.json()["code"]) == (405, "no_such_method")
    assert set(put.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
