"""A government's complaint desk, said in Relasi: its states, who may move a case, who sees what of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from relasi.deploy import make_plan
from relasi.errors import Forbidden, Invalid
from relasi.records import Actor, ListRequest, Record, Source
from relasi.runtime import Crm
from relasi.schema.fields.base import Value
from relasi.schema.model import Move
from tests.translated.generated import IMPORT, NOW, add_user, diagnostics_of, make_all, opened

CASE = "complaint_case"
ROLES = ("citizen", "advisor", "agency_officer", "follow_up_officer", "complaint_system_manager")


class Desk:
    """The complaint desk with a person of each role, a category and a government entity."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm
        self.actors = {role: crm.actor(add_user(crm, role, role), Source.PAGE) for role in ROLES}
        self.entity = self.create("government_entity", entity_name_ar="وزارة", entity_type="ministry").id
        promises = {"sla_first_response_hours": 4, "sla_resolution_days": 3}
        self.category = self.create("complaint_category", category_name_ar="مياه", **promises).id

    def create(self, entity: str, by: Actor = IMPORT, /, **values: Value) -> Record:
        return self.crm.records.create(by, entity, values)

    def case(self, by: Actor = IMPORT, /, **values: Value) -> Record:
        needed = {"subject": "No water", "details": "Since Monday", "mobile_number": "+967712345678"}
        links = {"category": self.category, "government_entity": self.entity}
        return self.create(CASE, by, citizen_full_name="Ali Saleh", **{**needed, **links, **values})

    def move(self, case: Record, move: str, role: str) -> Record:
        return self.crm.records.move(self.actors[role], CASE, case.id, case.version, move=move)

    def rows(self, entity: str, case: Record) -> list[Record]:
        request = ListRequest(entity, matching={"complaint_case": [case.id]})
        return list(self.crm.records.list(IMPORT, request).records)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    crm = opened("complaint_desk", tmp_path_factory.mktemp("translated"))
    yield Desk(crm)
    crm.close()


def moves(desk: Desk) -> list[Move]:
    process = desk.crm.model.entities[CASE].process
    assert process is not None
    return list(process.moves)


def states(desk: Desk) -> list[str]:
    process = desk.crm.model.entities[CASE].process
    assert process is not None
    return list(process.states)


def test_it_is_right_without_a_warning() -> None:
    assert diagnostics_of("complaint_desk") == []


def test_once_applied_there_is_nothing_left_to_apply(desk: Desk) -> None:
    assert make_plan(desk.crm.model, desk.crm.database, now=NOW).is_empty


def test_a_record_of_each_entity_keeps_what_was_written_into_it(desk: Desk) -> None:
    changed = make_all(desk.crm)
    assert (len(changed), {name: each for name, each in changed.items() if each}) == (10, {})


class TestMoves:
    def test_every_legal_move_of_every_role_brings_a_case_on(self, desk: Desk) -> None:
        legal = [(state, move, role) for move in moves(desk) for state in move.sources for role in move.who]
        reached = [
            desk.move(desk.case(status=state), move.name, role).values["status"]
            for state, move, role in legal
        ]
        assert (len(legal), reached) == (30, [move.target for _, move, _ in legal])

    def test_no_move_starts_from_another_state(self, desk: Desk) -> None:
        made = []
        for state in states(desk):
            case = desk.case(status=state)
            for move in moves(desk):
                if state not in move.sources and not _refused(desk, case, move.name, min(move.who)):
                    made.append((state, move.name))
        assert (len(states(desk)), made) == (9, [])

    def test_no_move_is_made_by_another_role(self, desk: Desk) -> None:
        made = []
        for move in moves(desk):
            case = desk.case(status=move.sources[0], citizen_user="citizen")
            for role in set(ROLES) - set(move.who):
                if not _refused(desk, case, move.name, role):
                    made.append((move.name, role))
        assert made == []


def test_a_district_lies_in_the_governorate_beside_it(desk: Desk) -> None:
    aden, taiz = (desk.create("yemen_governorate", governorate_name_ar=name).id for name in ("عدن", "تعز"))
    crater = desk.create("yemen_district", district_name_ar="كريتر", governorate=aden).id
    with pytest.raises(Invalid, match="citizen_district"):
        desk.case(desk.actors["advisor"], citizen_governorate=taiz, citizen_district=crater)


def _refused(desk: Desk, case: Record, move: str, role: str) -> bool:
    try:
        desk.move(case, move, role)
    except (Invalid, Forbidden):
        return True
    return False


class TestWhoSees:
    def test_a_citizen_sees_their_own_cases_and_no_others(self, desk: Desk) -> None:
        own = desk.case(desk.actors["citizen"])
        desk.case()
        of_citizen = desk.crm.records.list(desk.actors["citizen"], ListRequest(CASE, limit=500)).records
        assert own.id in {each.id for each in of_citizen}
        assert all(
            "citizen" in (each.values["created_by"], each.values["citizen_user"]) for each in of_citizen
        )

    def test_a_citizen_reads_nothing_that_the_desk_writes_for_itself(self, desk: Desk) -> None:
        case = desk.case(citizen_user="citizen", internal_notes="Known to us", resolution_summary="Repaired")
        seen = desk.crm.records.get(desk.actors["citizen"], CASE, case.id).values
        assert {"internal_notes", "resolution_summary", "advisor_user"} & set(seen) == set()

    def test_an_advisor_reads_it(self, desk: Desk) -> None:
        case = desk.case(internal_notes="Known to us")
        assert (
            desk.crm.records.get(desk.actors["advisor"], CASE, case.id).values["internal_notes"]
            == "Known to us"
        )

    def test_an_officer_opens_no_case(self, desk: Desk) -> None:
        with pytest.raises(Forbidden):
            desk.case(desk.actors["agency_officer"])


class TestRules:
    def test_a_new_case_gets_the_dates_that_its_category_promises(self, desk: Desk) -> None:
        values = desk.case(desk.actors["advisor"]).values
        wanted: tuple[datetime, date] = (NOW + timedelta(hours=4), date(2026, 11, 24))
        assert (values["target_response_on"], values["target_resolution_date"]) == wanted

    def test_a_new_case_is_as_urgent_as_its_category(self, desk: Desk) -> None:
        gas = desk.create("complaint_category", category_name_ar="غاز", default_priority="critical").id
        leak, other = (desk.case(desk.actors["advisor"], category=each) for each in (gas, desk.category))
        assert (leak.values["priority"], other.values["priority"]) == ("critical", "medium")

    def test_an_assigned_case_goes_to_the_officer_of_its_government_entity(self, desk: Desk) -> None:
        officer = add_user(desk.crm, "officer_of_roads", "agency_officer").id
        roads = {"entity_name_ar": "طرق", "entity_type": "authority", "default_officer": officer}
        case = desk.case(
            status="under_review", government_entity=desk.create("government_entity", **roads).id
        )
        moved = desk.move(case, "assign", "advisor")
        rows = [each.values["assigned_to"] for each in desk.rows("complaint_assignment", case)]
        assert (moved.values["agency_officer_user"], rows) == (officer, [officer])

    def test_without_such_an_officer_it_goes_to_one_of_the_desk(self, desk: Desk) -> None:
        moved = desk.move(desk.case(status="under_review"), "assign", "advisor")
        assert moved.values["agency_officer_user"] is not None

    def test_leaving_the_state_new_is_the_first_response_and_an_update(self, desk: Desk) -> None:
        moved = desk.move(desk.case(), "review", "advisor")
        told = [each.values["update_type"] for each in desk.rows("complaint_update", moved)]
        assert (moved.values["first_response_on"], told) == (NOW, ["status_change"])

    def test_a_reopened_case_is_not_resolved_any_more(self, desk: Desk) -> None:
        resolved = desk.move(desk.case(status="in_progress"), "mark_resolved", "follow_up_officer")
        reopened = desk.move(resolved, "reopen_for_processing", "follow_up_officer")
        assert (resolved.values["resolved_on"], reopened.values["resolved_on"]) == (NOW, None)

    def test_a_public_update_stands_on_the_case(self, desk: Desk) -> None:
        case = desk.case()
        update = {"update_type": "reminder", "visibility": "public", "message": "We come on Friday"}
        desk.create("complaint_update", complaint_case=case.id, **update)
        told = desk.crm.records.get(IMPORT, CASE, case.id).values["last_public_update"]
        assert told == "We come on Friday"
