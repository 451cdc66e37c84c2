from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from decimal import Decimal
from threading import Event, Thread

from relasi.apps.draft import Draft
from relasi.apps.saving import save
from relasi.apps.visitor import Visitor
from relasi.records import Record
from tests.patience import PATIENCE
from tests.records.world import World


def draft_of(visitor: Visitor, record: Record | None = None) -> Draft:
    """A form that somebody has just opened."""
    draft = Draft("form", visitor.entity("letter"), record, visitor.language)
    draft.start(visitor, record.values if record else {})
    return draft


def saved(visitor: Visitor, draft: Draft) -> Record | None:
    values, _ = draft.values(visitor, [field.name for field in draft.entity.own_fields])
    state = visitor.crm.records.form_state(visitor.actor, "letter", values, record=draft.record)
    return save(visitor, draft, state)


@contextmanager
def somebody_writing(world: World) -> Iterator[None]:
    """Another thread begins to write and does not come to an end."""
    begun, enough = Event(), Event()

    def write() -> None:
        with world.crm.database.transaction():
            begun.set()
            enough.wait(PATIENCE)

    thread = Thread(target=write)
    thread.start()
    begun.wait(PATIENCE)
    try:
        yield
    finally:
        enough.set()
        thread.join()


def test_what_was_typed_becomes_a_record(visit: Callable[..., Visitor]) -> None:
    visitor = visit("id")
    draft = draft_of(visitor)
    draft.raw |= {"subject": "Satu", "amount": "1.250,50", "urgency": "high"}

    record = saved(visitor, draft)

    assert record is not None
    assert record.values["amount"] == Decimal("1250.50")


def test_what_was_typed_outlives_an_apply_where_its_field_does(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    draft = draft_of(visitor)
    draft.raw |= {"subject": "One", "pages": "3", "share": "10"}

    letter = visitor.entity("letter")
    fields = dict(letter.fields)
    del fields["share"]
    fields["pages"] = replace(fields["pages"], type=fields["subject"].type)
    model = visitor.crm.model
    entities = {**model.entities, "letter": replace(letter, fields=fields)}
    applied = copy(visitor.records)
    applied.model = replace(model, entities=entities)
    draft.refit(replace(visitor, records=applied))

    assert draft.entity is entities["letter"]
    assert (draft.raw["subject"], draft.raw.keys() & {"pages", "share"}) == ("One", set())


def test_every_field_that_is_wrong_says_so_at_once(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    draft = draft_of(visitor)
    draft.raw |= {"amount": "a lot", "pages": "many"}

    assert saved(visitor, draft) is None
    assert {"amount", "pages", "subject"} <= draft.issues.keys()
    assert draft.raw["amount"] == "a lot"


def test_only_what_was_touched_is_written(world: World, visit: Callable[..., Visitor]) -> None:
    """Somebody else's change to another field stays, though this form still shows the old value."""
    visitor, record = visit(), world.create("letter", subject="One", pages=1)
    draft = draft_of(visitor, record)
    draft.raw["subject"] = "Two"
    world.crm.records.update(world.engine, "letter", record.id, record.version, {"pages": 9})
    assert saved(visitor, draft) is None

    again = saved(visitor, draft)

    assert again is not None
    assert (again.values["subject"], again.values["pages"]) == ("Two", 9)


def test_a_field_that_both_sides_changed_is_left_to_the_user(
    world: World, visit: Callable[..., Visitor]
) -> None:
    visitor, record = visit(), world.create("letter", subject="One")
    draft = draft_of(visitor, record)
    draft.raw["subject"] = "Mine"
    world.crm.records.update(world.engine, "letter", record.id, record.version, {"subject": "Theirs"})

    assert saved(visitor, draft) is None
    assert draft.conflicts == {"subject": ("Mine", "Theirs")}
    assert draft.raw["subject"] == "Mine"
    draft.yield_to_theirs("subject")
    assert draft.raw["subject"] == "Theirs"


def test_a_record_that_was_deleted_meanwhile_loses_nothing_that_was_typed(
    world: World, visit: Callable[..., Visitor]
) -> None:
    visitor, record = visit(), world.create("letter", subject="One")
    draft = draft_of(visitor, record)
    draft.raw["subject"] = "Mine"
    world.crm.records.delete(world.engine, "letter", record.id, record.version)

    assert saved(visitor, draft) is None
    assert draft.issues[None]
    assert draft.raw["subject"] == "Mine"


def test_a_database_that_does_not_answer_loses_nothing_that_was_typed(
    world: World, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    draft = draft_of(visitor)
    draft.raw["subject"] = "Mine"
    world.crm.database.wait = 0.1
    with somebody_writing(world):
        assert saved(visitor, draft) is None

    assert "does not answer" in draft.issues[None][0]
    assert draft.raw["subject"] == "Mine"


def test_numbers_are_written_anew_when_the_language_changes(visit: Callable[..., Visitor]) -> None:
    draft = draft_of(visit("id"))
    draft.raw |= {"amount": "1.250,5", "pages": "many"}

    draft.translate(visit("en"))

    assert (draft.raw["amount"], draft.raw["pages"]) == ("1,250.5", "many")


def test_opening_and_saving_changes_nothing(world: World, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    record = world.create(
        "letter", subject="One", amount="1250.50", sent_at="2026-11-02T17:30:12.345+00:00", tags=("new",)
    )
    draft = draft_of(visitor, record)

    after = saved(visitor, draft)

    assert after is not None
    assert after.version == record.version
    assert after.values == {name: value for name, value in record.values.items() if name != "secret"}
