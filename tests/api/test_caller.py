"""Who comes in by the API, as whom, and within what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from relasi.api import caller
from relasi.store.audit import EXPORT
from relasi.store.sessions import SignIn
from tests.api.program import Program
from tests.records.world import NOW, World


def status(program: Program, method: str, path: str, body: object = None) -> int:
    return program.ask(method, path, body).status_code


def test_a_wrong_key_is_noted_and_no_key_ever(clerk: Program, caplog: pytest.LogCaptureFixture) -> None:
    Program(clerk.app, {"authorization": "Bearer relasi_guessed"}).ask("GET", "/me")
    clerk.ask("GET", "/me")

    assert "refused: bad_key, to a program at 127.0.0.1" in caplog.text
    assert "relasi_" not in caplog.text


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer relasi_guessed", "x"]
)
def test_without_a_good_key_nothing_is_told(clerk: Program, authorization: str) -> None:
    stranger = Program(clerk.app, {"authorization": authorization})
    answers = [
        stranger.ask("GET", path) for path in ("/records/invoice", "/records/nothing", "/openapi.json")
    ]

    assert {each.status_code for each in answers} == {401}
    assert {each.headers["www-authenticate"] for each in answers} == {"Bearer"}


def test_the_session_of_a_browser_counts_for_nothing(clerk: Program, world: World) -> None:
    token, later = "a-session", NOW + timedelta(hours=1)
    with world.crm.store.session() as session:
        session.sessions.open(token, SignIn(world.user("ani"), NOW, NOW, later, agent=""))
    browser = Program(clerk.app, {"cookie": f"relasi_session={token}; __Host-relasi_session={token}"})

    assert status(browser, "GET", "/me") == 401
    assert status(browser, "POST", "/records/invoice", {"fields": {"subject": "Paper"}}) == 401


def test_no_site_reads_answers_in_a_browser(clerk: Program) -> None:
    asked = clerk.ask("OPTIONS", "/records/invoice", origin="https://elsewhere.example")
    answer = clerk.ask("GET", "/records/invoice", origin="https://elsewhere.example")

    assert asked.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_key_says_whose_it_is_and_what_it_allows(program: Callable[..., Program]) -> None:
    told = program("clerk", "invoice:read").get("/me")

    assert told["user"]["name"] == "ani"
    assert told["key"]["scopes"] == ["invoice:read"]


def test_a_closed_account_lets_no_program_in(clerk: Program, world: World) -> None:
    world.crm.accounts.disable(world.user("ani"))

    assert status(clerk, "GET", "/me") == 401


def test_a_key_ends(clerk: Program, world: World) -> None:
    world.clock.advance(days=9)

    assert status(clerk, "GET", "/me") == 401


class TestScopes:
    def test_a_key_that_reads_does_not_write(self, program: Callable[..., Program], world: World) -> None:
        reader, key = program("clerk", "read"), world.create("invoice", subject="Paper").id

        assert status(reader, "GET", f"/records/invoice/{key}") == 200
        assert status(reader, "POST", "/records/invoice", {"fields": {"subject": "Ink"}}) == 403
        assert status(reader, "PATCH", f"/records/invoice/{key}", {"version": 1, "fields": {}}) == 403
        assert status(reader, "DELETE", f"/records/invoice/{key}") == 428

    def test_a_key_for_one_entity_knows_no_other(self, program: Callable[..., Program], world: World) -> None:
        payer = world.create("payer", name="Budi").id
        world.create("invoice", subject="Paper", payer=payer)
        narrow = program("chief", "invoice:read")

        (shown,) = narrow.get("/records/invoice")["records"]
        assert shown["links"]["payer"] == {"entity": "payer", "id": payer, "title": None}
        assert status(narrow, "GET", f"/records/payer/{payer}") == 404
        assert status(narrow, "GET", "/records/invoice?where=payer.vip") == 422

    def test_scopes_bind_administrators_too(self, program: Callable[..., Program]) -> None:
        narrow = program("chief", "invoice:read")

        assert status(narrow, "GET", "/records/vault") == 404
        assert status(narrow, "POST", "/records/vault", {"fields": {"name": "x"}}) == 404

    def test_a_key_that_only_writes_adds_and_sees_nothing(
        self, program: Callable[..., Program], world: World
    ) -> None:
        writer = program("clerk", "invoice:write")
        made = writer.ask("POST", "/records/invoice", {"fields": {"subject": "Paper"}})

        assert made.status_code == 201
        assert status(writer, "GET", f"/records/invoice/{made.json()['id']}") == 404
        assert status(writer, "GET", "/records/invoice") == 403

    def test_a_scope_gives_nothing_that_the_person_has_not(self, program: Callable[..., Program]) -> None:
        assert status(program("clerk", "vault:read"), "GET", "/records/vault") == 404


class TestRation:
    """Of two records in an hour."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
        monkeypatch.setattr(caller, "MOST_READ", 2)
        for subject in ("Paper", "Ink", "Glue"):
            world.create("invoice", subject=subject)

    def test_who_may_not_export_reads_no_more_and_goes_on_when_the_hour_is_over(
        self, clerk: Program, world: World
    ) -> None:
        page = clerk.get("/records/invoice?limit=2")
        refused = clerk.ask("GET", f"/records/invoice?limit=2&after={page['next']}")
        world.clock.advance(hours=1)

        assert (refused.status_code, refused.json()["code"]) == (429, "too_much")
        assert refused.headers["retry-after"] == "3601"
        assert len(clerk.get("/records/invoice?limit=2")["records"]) == 2

    def test_another_key_of_the_same_person_and_other_conditions_read_no_more_either(
        self, program: Callable[..., Program]
    ) -> None:
        program().get("/records/invoice?limit=2")

        assert status(program(), "GET", "/records/invoice?limit=1&sort=-created_at") == 429

    def test_each_entity_has_its_own(self, clerk: Program, world: World) -> None:
        clerk.get("/records/invoice?limit=2")
        world.create("line", what="Sheet", invoice=world.create("invoice", subject="Box").id)

        assert len(clerk.get("/records/line")["records"]) == 1

    def test_rows_and_records_that_are_told_beside_others_count(
        self, program: Callable[..., Program], world: World
    ) -> None:
        key = world.create("invoice", subject="Box").id
        for what in ("Lid", "Foot", "Wall"):
            world.create("line", what=what, invoice=key)

        assert status(program(), "GET", f"/records/invoice/{key}/tables/lines") == 429
        assert status(program(), "GET", f"/records/invoice/{key}?expand=lines") == 429

    def test_a_right_to_export_needs_the_scope_as_well(self, program: Callable[..., Program]) -> None:
        assert status(program("chief", "read"), "GET", "/records/invoice") == 429
        assert status(program("clerk", "read", "export", name="eka"), "GET", "/records/invoice") == 429

    def test_whoever_may_export_goes_on_and_is_on_record_once_in_the_hour(
        self, program: Callable[..., Program], world: World
    ) -> None:
        chief = program("chief", "invoice:read", "invoice:export")
        for _ in range(3):
            assert len(chief.get("/records/invoice")["records"]) == 3

        with world.crm.store.session(write=False) as session:
            (entry,) = session.audit.exports(limit=9)
        assert (entry.entity, entry.user_id, entry.source) == ("invoice", world.user("ani"), "api")
        assert entry.fields[EXPORT][1]["records"] == 3


def test_a_program_that_calls_too_fast_waits_for_the_minute_to_pass(
    clerk: Program, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "MOST_CALLS", 2)
    world.clock.advance(seconds=1)
    answers = [clerk.ask("GET", "/me") for _ in range(3)]
    world.clock.advance(minutes=1)

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"] == "61"
    assert status(clerk, "GET", "/me") == 200
