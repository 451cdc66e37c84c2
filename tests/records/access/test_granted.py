"""What the grants of several roles come to, for any grants and any record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from relasi.records.access.granted import rights_of
from relasi.records.access.rights import Rights, holds
from relasi.records.actor import Actor, Source
from relasi.schema.expressions import Situation, Truth
from relasi.schema.masks import Mask
from relasi.schema.model import Denial, Grant, Masked
from relasi.store.shares import Share
from tests.builders import condition, entity, model

FLAGS = ("a", "b", "c")
FIELD = "code"
MODEL = model(
    entity(
        "thing", {FIELD: "text", **dict.fromkeys(FLAGS, "boolean")}, states={"open": "open", "shut": "done"}
    )
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)

truths = st.sampled_from(
    [True, False, *(condition(MODEL, "thing", text) for text in ("a", "b", "not c", "a and b", "b or c"))]
)
denials = st.builds(Denial, create=st.booleans(), read=truths, update=truths, delete=truths, export=truths)
grants = st.builds(
    Grant,
    create=st.booleans(),
    read=truths,
    update=truths,
    delete=truths,
    export=truths,
    hidden=st.dictionaries(st.just(FIELD), truths),
    locked=st.dictionaries(st.just(FIELD), truths),
    masks=st.dictionaries(st.just(FIELD), st.builds(Masked, st.just(Mask("all")), truths)),
    deny=st.just(Denial()) | denials,
)
several = st.lists(grants, max_size=3)
records = st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS})


def rights(granted: list[Grant], *shares: Share) -> Rights:
    roles = {f"r{number}": grant for number, grant in enumerate(granted)}
    thing = replace(MODEL.entities["thing"], access=roles)
    actor = Actor("u", frozenset(roles), Source.PAGE, shares=shares)
    return rights_of(actor, thing, replace(MODEL, entities={"thing": thing}))


def situation(record: dict[str, bool], key: str = "x") -> Situation:
    return Situation(record={**record, "id": key}, record_id=key, user="u", now=NOW, zone=ZoneInfo("UTC"))


@given(several, records)
def test_a_right_is_what_any_role_grants_and_none_denies(
    granted: list[Grant], record: dict[str, bool]
) -> None:
    found, at = rights(granted), situation(record)

    for name in ("read", "update", "delete", "export"):
        allowed = any(holds(getattr(each, name), at) for each in granted)
        denied = any(holds(getattr(each.deny, name), at) for each in granted)
        assert holds(getattr(found, name), at) == (allowed and not denied)
    assert found.create == (
        any(each.create for each in granted) and not any(each.deny.create for each in granted)
    )


@given(several, records)
def test_a_field_is_seen_where_a_role_reads_the_record_and_does_not_hide_it(
    granted: list[Grant], record: dict[str, bool]
) -> None:
    found, at = rights(granted), situation(record)
    if not holds(found.read, at):
        return

    showing = [each for each in granted if holds(each.read, at) and not said(each.hidden, at)]
    whole = [each for each in showing if FIELD not in each.masks or holds(each.masks[FIELD].unless, at)]
    assert (FIELD not in found.hidden_in(at)) == bool(showing)
    if showing:
        assert (FIELD not in found.masks_in(at)) == bool(whole)


@given(several, st.lists(records, min_size=1, max_size=4))
def test_by_a_field_that_is_not_seen_as_it_is_on_every_record_nothing_is_found(
    granted: list[Grant], found_records: list[dict[str, bool]]
) -> None:
    found = rights(granted)

    for at in map(situation, found_records):
        if holds(found.read, at) and (FIELD in found.hidden_in(at) or FIELD in found.masks_in(at)):
            assert FIELD in found.secret


@given(several, records, st.booleans())
def test_a_share_adds_one_record_and_lifts_no_denial(
    granted: list[Grant], record: dict[str, bool], may_update: bool
) -> None:
    share = Share("s", "thing", "x", "user", "u", may_update, date(2026, 11, 22), "why", [], [], None, NOW)
    before, after = rights(granted), rights(granted, share)
    here, elsewhere = situation(record), situation(record, "y")

    for name in ("read", "update", "delete", "export"):
        mine = holds(before.read, elsewhere) and holds(getattr(before, name), elsewhere)
        assert (holds(after.read, elsewhere) and holds(getattr(after, name), elsewhere)) == mine
    assert holds(after.read, here) == (not any(holds(each.deny.read, here) for each in granted))
    for name in ("delete", "export"):
        assert holds(getattr(after, name), here) == (
            holds(before.read, here) and holds(getattr(before, name), here)
        )


def said(rights: Mapping[str, Truth], at: Situation) -> bool:
    return holds(rights.get(FIELD, False), at)
