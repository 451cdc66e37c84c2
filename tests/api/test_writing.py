"""What programs write: by the recipe of the pages, once, and told in the same form when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest

from tests.api.program import Program
from tests.records.world import World


def made(program: Program, **fields: Any) -> str:
    answer = program.ask("POST", "/records/invoice", {"fields": {"subject": "Paper"} | fields})
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["id"]
    return key


class TestCreate:
    def test_a_new_record_has_an_address_and_an_entry_in_the_audit(
        self, clerk: Program, world: World
    ) -> None:
        answer = clerk.ask("POST", "/records/invoice", {"fields": {"subject": "Paper", "amount": 12.5}})
        key = answer.json()["id"]

        assert (answer.status_code, answer.json()) == (201, {"entity": "invoice", "id": key, "version": 1})
        assert answer.headers["location"] == f"/api/records/invoice/{key}"
        assert str(world.values("invoice", key)["amount"]) == "12.50"
        (change,) = world.changes("invoice", key)
        assert (change.user_id, change.source) == ("u-ani", "api")

    def test_rows_of_its_tables_come_along(self, clerk: Program, world: World) -> None:
        rows = [{"fields": {"what": "A4"}}, {"fields": {"what": "A5"}}]
        clerk.ask("POST", "/records/invoice", {"fields": {"subject": "Paper"}, "tables": {"lines": rows}})

        assert [each["what"] for each in world.rows("line")] == ["A4", "A5"]

    def test_what_is_wrong_is_told_of_every_field_at_once(self, clerk: Program) -> None:
        answer = clerk.ask(
            "POST", "/records/invoice", {"fields": {"amount": "much", "margin": 1, "state": "x"}}
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert "operation" not in answer.json()
        assert {each["field"]: each["code"] for each in answer.json()["issues"]} == {
            "amount": "not_a_number",
            "margin": "unknown_field",
            "state": "not_an_option",
            "subject": "required",
        }

    def test_what_is_wrong_with_a_row_is_told_with_its_place(self, clerk: Program, world: World) -> None:
        rows = [{"fields": {"what": "A4"}}, {"fields": {"price": 1}}]
        answer = clerk.ask(
            "POST", "/records/invoice", {"fields": {"subject": "Paper"}, "tables": {"lines": rows}}
        )

        (issue,) = answer.json()["issues"]
        assert (answer.status_code, issue["field"]) == (422, "tables.lines[1].what")
        assert world.rows("invoice") == []

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "$.fields"),
            ([], "$"),
            ({"fields": []}, "$.fields"),
            ({"fields": {}, "more": 1}, "$.more"),
            ({"fields": {}, "tables": {"lines": [{"id": 5}]}}, "$.tables.lines[0].id"),
        ],
    )
    def test_a_body_of_another_shape_is_refused_with_the_place(
        self, clerk: Program, body: Any, place: str
    ) -> None:
        answer = clerk.ask("POST", "/records/invoice", body)

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")
        assert place in answer.json()["detail"]

    @pytest.mark.parametrize("body", [b"", b"{", b'{"fields": {"amount": NaN}}', b"[" * 100_000, b"\xff"])
    def test_what_is_no_json_is_refused(self, clerk: Program, body: bytes) -> None:
        assert clerk.ask("POST", "/records/invoice", body).status_code == 400

    def test_other_media_types_are_refused(self, clerk: Program) -> None:
        answer = clerk.ask("POST", "/records/invoice", b"subject=Paper", content_type="text/plain")
        assert (answer.status_code, answer.json()["code"]) == (415, "not_json")

    def test_more_than_a_body_may_have_is_not_read(self, clerk: Program) -> None:
        assert clerk.ask("POST", "/records/invoice", b"x" * (1024 * 1024 + 1)).status_code == 413


class TestDuplicates:
    def test_a_program_is_told_which_records_may_be_the_same(
        self, program: Callable[..., Program], world: World
    ) -> None:
        there = world.create("payer", name="Maju Jaya")

        answer = program("chief").ask("POST", "/records/payer", {"fields": {"name": "maju jaya"}})

        assert (answer.status_code, answer.json()["candidates"]) == (
            409,
            [{"id": there.id, "rule": "name", "likeness": 1.0}],
        )
        assert len(world.rows("payer")) == 1

    def test_it_writes_all_the_same_where_it_says_so(
        self, program: Callable[..., Program], world: World
    ) -> None:
        world.create("payer", name="Maju Jaya")

        answer = program("chief").ask(
            "POST", "/records/payer?duplicates=allow", {"fields": {"name": "Maju Jaya"}}
        )

        assert answer.status_code == 201


class TestChange:
    def test_a_record_is_changed_from_the_version_that_was_seen(self, clerk: Program, world: World) -> None:
        key = made(clerk)
        answer = clerk.ask("PATCH", f"/records/invoice/{key}", {"version": 1, "fields": {"pages": 3}})

        assert answer.json() == {"entity": "invoice", "id": key, "version": 2}
        assert world.values("invoice", key)["pages"] == 3

    def test_the_version_may_come_as_the_tag_that_a_read_gave(self, clerk: Program, world: World) -> None:
        key = made(clerk)
        tag = clerk.ask("GET", f"/records/invoice/{key}").headers["etag"]
        first = clerk.ask("PATCH", f"/records/invoice/{key}", {"fields": {"pages": 3}}, if_match=tag)
        second = clerk.ask("PATCH", f"/records/invoice/{key}", {"fields": {"pages": 4}}, if_match=tag)

        assert (first.status_code, second.status_code) == (200, 412)
        assert world.values("invoice", key)["pages"] == 3

    def test_a_stale_version_is_told_with_what_is_in_conflict(self, clerk: Program, world: World) -> None:
        key = made(clerk)
        world.crm.records.update(world.engine, "invoice", key, 1, {"pages": 1, "subject": "Ink"})
        answer = clerk.ask("PATCH", f"/records/invoice/{key}", {"version": 1, "fields": {"pages": 2}})

        assert (answer.status_code, answer.json()["code"]) == (409, "stale")
        assert (answer.json()["current_version"], answer.json()["conflicts"]) == (2, ["pages"])

    def test_any_version_is_taken_where_that_is_said(self, clerk: Program, world: World) -> None:
        key = made(clerk)
        world.crm.records.update(world.engine, "invoice", key, 1, {"subject": "Ink"})

        assert clerk.ask("PATCH", f"/records/invoice/{key}", {"fields": {}}, if_match="*").status_code == 200

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_without_a_version_nothing_is_written(self, clerk: Program, method: str) -> None:
        answer = clerk.ask(method, f"/records/invoice/{made(clerk)}", {"fields": {}})
        assert (answer.status_code, answer.json()["code"]) == (428, "no_version")

    @pytest.mark.parametrize("tag", ["1", '"x"', "", '"1-0", "2-0"'])
    def test_a_tag_that_no_read_gave_is_refused(self, clerk: Program, tag: str) -> None:
        answer = clerk.ask("PATCH", f"/records/invoice/{made(clerk)}", {"fields": {}}, if_match=tag)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")

    def test_two_versions_at_once_are_refused(self, clerk: Program) -> None:
        key = made(clerk)
        tag = clerk.ask("GET", f"/records/invoice/{key}").headers["etag"]
        answer = clerk.ask("PATCH", f"/records/invoice/{key}", {"version": 2, "fields": {}}, if_match=tag)
        assert answer.json()["code"] == "two_versions"

    def test_a_record_that_may_not_be_read_is_not_there(self, clerk: Program, world: World) -> None:
        key = world.create("invoice", subject="Machine", amount=5000).id
        answers = [
            clerk.ask(method, f"/records/invoice/{each}{part}", body, if_match="*")
            for each in (key, "nothing")
            for method, part, body in (
                ("PATCH", "", {"fields": {"pages": 1}}),
                ("DELETE", "", None),
                ("POST", "/moves/pay", {}),
            )
        ]
        assert {each.status_code for each in answers} == {404}
        assert len({each.text for each in answers}) == 1


class TestMoveAndDelete:
    def test_a_move_takes_values_along(self, clerk: Program, world: World) -> None:
        key = made(clerk)
        refused = clerk.ask("POST", f"/records/invoice/{key}/moves/pay", {"version": 1})
        paid = clerk.ask("POST", f"/records/invoice/{key}/moves/pay", {"version": 1, "fields": {"amount": 5}})

        assert (refused.status_code, refused.json()["issues"][0]["field"]) == (422, "amount")
        assert paid.json()["version"] == 2
        assert world.values("invoice", key)["state"] == "paid"

    def test_a_move_for_others_is_refused_with_the_reason(self, clerk: Program, world: World) -> None:
        key = made(clerk, amount=5)
        clerk.ask("POST", f"/records/invoice/{key}/moves/pay", {"version": 1})
        answer = clerk.ask("POST", f"/records/invoice/{key}/moves/reopen", {"version": 2})

        assert (answer.status_code, answer.json()["code"]) == (403, "move_by_roles")

    def test_a_record_is_deleted(self, clerk: Program, world: World) -> None:
        key = made(clerk)
        tag = clerk.ask("GET", f"/records/invoice/{key}").headers["etag"]
        answer = clerk.ask("DELETE", f"/records/invoice/{key}", if_match=tag)

        assert (answer.status_code, answer.content) == (204, b"")
        assert world.rows("invoice") == []

    def test_a_record_in_use_stays(self, program: Callable[..., Program], world: World) -> None:
        chief = program("chief", name="rina")
        payer = world.create("payer", name="Budi").id
        made(chief, payer=payer)
        answer = chief.ask("DELETE", f"/records/payer/{payer}", if_match="*")

        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


class TestBatch:
    def test_a_batch_does_all_in_its_order(self, clerk: Program, world: World) -> None:
        key, old = made(clerk), made(clerk)
        answer = clerk.ask(
            "POST",
            "/batch",
            {
                "operations": [
                    {"do": "create", "entity": "invoice", "fields": {"subject": "Ink"}},
                    {
                        "do": "update",
                        "entity": "invoice",
                        "id": key,
                        "version": 1,
                        "fields": {"amount": 2},
                    },
                    {"do": "move", "entity": "invoice", "id": key, "version": 2, "move": "pay"},
                    {"do": "delete", "entity": "invoice", "id": old, "version": 1},
                ]
            },
        )
        assert [each["version"] for each in answer.json()["results"]] == [1, 2, 3, None]
        assert [(each["subject"], each["state"]) for each in world.rows("invoice")] == [
            ("Paper", "paid"),
            ("Ink", "open"),
        ]

    def test_one_that_fails_undoes_those_before(self, clerk: Program, world: World) -> None:
        operations = [
            {"do": "create", "entity": "invoice", "fields": {"subject": "Ink"}},
            {"do": "create", "entity": "invoice", "fields": {}},
        ]
        answer = clerk.ask("POST", "/batch", {"operations": operations})

        assert (answer.status_code, answer.json()["operation"]) == (422, 1)
        assert world.rows("invoice") == []

    @pytest.mark.parametrize(
        "operations",
        [[], [{"do": "drop", "entity": "invoice"}], [{"do": "delete", "entity": "invoice", "id": "x"}]],
    )
    def test_what_is_no_operation_is_refused(self, clerk: Program, operations: list[Any]) -> None:
        assert clerk.ask("POST", "/batch", {"operations": operations}).status_code == 400


class TestIdempotency:
    BODY: ClassVar = {"fields": {"subject": "Paper"}}

    def test_a_call_sent_twice_is_done_once_and_answered_alike(self, clerk: Program, world: World) -> None:
        first = clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key="a")
        world.crm.records.update(world.engine, "invoice", first.json()["id"], 1, {"subject": "Ink"})
        again = clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key="a")

        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["location"] == first.headers["location"]
        assert [each.headers.get("idempotent-replayed") for each in (first, again)] == [None, "true"]
        assert len(world.rows("invoice")) == 1

    def test_a_delete_sent_twice_is_done_once(self, clerk: Program) -> None:
        key = made(clerk)
        answers = [
            clerk.ask("DELETE", f"/records/invoice/{key}", if_match="*", idempotency_key="a") for _ in "12"
        ]
        assert [each.status_code for each in answers] == [204, 204]

    def test_the_key_of_another_call_is_refused(self, clerk: Program, world: World) -> None:
        clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key="a")
        other = clerk.ask("POST", "/records/invoice", {"fields": {"subject": "Ink"}}, idempotency_key="a")

        assert (other.status_code, other.json()["code"]) == (422, "key_reused")
        assert len(world.rows("invoice")) == 1

    def test_each_program_has_keys_of_its_own(self, program: Callable[..., Program], world: World) -> None:
        for _ in range(2):
            program().ask("POST", "/records/invoice", self.BODY, idempotency_key="a")

        assert len(world.rows("invoice")) == 2

    def test_calls_at_the_same_moment_are_done_once(self, clerk: Program, world: World) -> None:
        def send(_: int) -> bytes:
            return clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key="a").content

        with ThreadPoolExecutor(4) as threads:
            answers = set(threads.map(send, range(4)))
        assert len(answers) == 1
        assert len(world.rows("invoice")) == 1

    def test_what_was_refused_may_be_sent_again_corrected(self, clerk: Program) -> None:
        refused = clerk.ask("POST", "/records/invoice", {"fields": {}}, idempotency_key="a")
        corrected = clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key="a")

        assert (refused.status_code, corrected.status_code) == (422, 201)

    def test_nothing_of_a_record_is_kept_with_the_key(self, clerk: Program, world: World) -> None:
        clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key="a")
        with world.crm.store.session(write=False) as session:
            (key,) = session.api_keys.all()
            kept = session.correspondence.delivered(f"api:{key.id}", "a")

        assert kept is not None
        assert "Paper" not in str(kept)

    @pytest.mark.parametrize("key", ["", "x" * 201])
    def test_a_key_has_some_length(self, clerk: Program, key: str) -> None:
        answer = clerk.ask("POST", "/records/invoice", self.BODY, idempotency_key=key)
        assert answer.json()["code"] == "bad_parameter"
