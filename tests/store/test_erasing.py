from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Table

from relasi.store import Session
from relasi.store.approvals import Approval, Decision
from relasi.store.audit import BLANK, Change
from relasi.store.columns import METADATA
from relasi.store.consents import Consent
from relasi.store.effects import Effect
from relasi.store.erasing import Told
from relasi.store.erasures import Erasure, digest_of
from relasi.store.telling import Telling
from relasi.store.traces import Trace

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BUDI = Told(frozenset({"person/r1"}), frozenset({"budi@example.id"}))


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: str(table.name))
def test_every_table_says_what_it_tells_of_people_or_why_it_tells_nothing(table: Table) -> None:
    said = table.info.get("people")
    assert isinstance(said, Telling) or (isinstance(said, str) and said)
    if isinstance(said, Telling):
        columns = {said.record, said.address, said.part_of, *said.texts, *said.leaves} - {None}
        assert columns <= set(table.columns.keys())


def mail(key: str, to: str, record: str | None = None, **payload: str) -> Effect:
    return Effect(key, "email", to, payload, NOW, record_id=record, entity="person")


def test_rows_about_the_record_or_with_the_address_go_and_others_stay(session: Session) -> None:
    for each in (
        mail("1", "x@example.id", "r1"),
        mail("2", "Budi@Example.ID"),
        mail("3", "x@example.id", text="write to BUDI@example.id"),
        mail("4", "x@example.id", text="about r2", record="r2"),
    ):
        session.effects.add(each)
    assert session.erasing.erase(BUDI) == {"relasi_effect": 3}
    assert [each.id for each in session.effects.list()] == ["4"]


def test_what_is_told_is_found_before_it_goes(session: Session) -> None:
    session.consents.add(Consent("c", "Budi@example.id", "news", True, NOW, "page", "yes"))
    assert [(table, row["id"]) for table, row in session.erasing.rows(BUDI)] == [("relasi_consent", "c")]


def test_why_a_row_of_a_file_was_refused_goes(session: Session) -> None:
    reasons = [["email", "issues.duplicate", {"value": "budi@example.id"}]]
    session.imports.add_refused("k", {2: reasons, 3: []})
    assert session.erasing.erase(BUDI) == {"relasi_import_refused": 1}
    assert session.imports.refused("k") == {3: []}


def test_a_trace_stays_and_tells_nothing(session: Session) -> None:
    session.traces.append(
        [
            Trace(
                "t",
                NOW,
                "w",
                "1",
                "person",
                "r1",
                "c",
                "ran",
                condition={"is": "Budi"},
                steps=[{"to": "Budi"}],
            )
        ]
    )
    assert session.erasing.erase(BUDI) == {"relasi_trace": 1}
    (left,) = session.traces.of("person", "r1")
    assert (left.condition, list(left.steps), left.outcome) == (None, [], "ran")
    assert session.erasing.erase(BUDI) == {}


def test_what_was_said_on_an_approval_goes_and_the_verdict_stays(session: Session) -> None:
    session.approvals.put(
        Approval("a", "run", "w", "person", "r1", {"en": "?"}, None, NOW, 0, NOW, seen={"name": "Budi"}),
        ["u"],
    )
    session.approvals.decide([Decision("d", "a", 0, "approved", "u", None, "Budi is fine", NOW)])
    assert session.erasing.erase(BUDI) == {"relasi_approval": 1, "relasi_decision": 1}
    (word,) = session.approvals.decisions(["a"])
    assert (word.verdict, word.comment) == ("approved", None)


def change(key: str, record: str, **fields: tuple[str | None, str | None]) -> Change:
    return Change(key, NOW, "person", record, "updated", 1, fields, None, "page")


def test_an_entry_of_the_audit_log_stays_without_the_values_taken_out_of_it(session: Session) -> None:
    session.audit.append(
        [change("1", "r1", name=("Budi", "B"), tier=("a", "b")), change("2", "r2", name=("X", "Y"))]
    )
    assert session.audit.blank(["r1"], lambda _: {"name", "email"}) == 1
    assert session.audit.of("person", "r1")[0].fields == {"name": BLANK, "tier": ("a", "b")}
    assert session.audit.of("person", "r2")[0].fields == {"name": ("X", "Y")}
    assert session.audit.blank(["r1"], lambda _: {"name"}) == 0


def test_a_proof_is_kept_once_and_finished_later(session: Session) -> None:
    proof = Erasure(
        "e",
        NOW,
        "person",
        digest_of("r1"),
        "anonymised",
        "u",
        "asked",
        {"told": {"relasi_effect": 3}},
        [],
        ["f"],
    )
    assert session.erasures.add(proof)
    assert not session.erasures.add(proof)
    assert session.erasures.unfinished() == (proof,) == session.erasures.of("r1")
    session.erasures.finish("e", NOW)
    assert session.erasures.unfinished() == ()
    assert session.erasures.list(limit=9)[0].files == []
