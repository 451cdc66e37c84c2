"""The sample of this repository: made through the recipe, the same each time, and believable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import Crm
from relasi.sample.generator import make_large_sample, make_sample
from relasi.schema.fields.base import Value
from relasi.store.users import User
from tests.importing.loading import content, empty_crm, rows
from tests.records.world import World, compiled, opened
from tests.sample.shop import opened_shop

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def users() -> list[User]:
    return [
        User(
            f"user-{each.name}",
            each.name,
            each.full_name,
            each.email,
            tuple(sorted(each.roles)),
            each.language,
        )
        for each in content().sample.users
    ]


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    with empty_crm(tmp_path_factory.mktemp("sample")) as crm:
        make_sample(crm.records, users(), {})
        yield crm


def test_every_set_is_made_in_full(crm: Crm) -> None:
    for wanted in content().sample.sets:
        assert len(rows(crm, wanted.entity)) >= wanted.count


def test_rules_run_on_the_sample_as_on_any_record(crm: Crm) -> None:
    urgent = [
        each
        for each in rows(crm, "complaint")
        if each["priority"] in ("high", "urgent") and each["status"] == "new"
    ]
    followed = {each["about"] for each in rows(crm, "task")}
    assert urgent
    assert {f"complaint/{each['id']}" for each in urgent} <= followed


def test_what_has_happened_lies_in_the_past_and_in_order(crm: Crm) -> None:
    for each in rows(crm, "complaint"):
        assert crm.clock() - timedelta(days=725) < each["received_at"] <= crm.clock()
        if each["status"] in ("resolved", "closed"):
            assert each["received_at"] < each["closed_at"] <= crm.clock()


def test_a_contact_named_in_a_record_works_for_its_customer(crm: Crm) -> None:
    employer = {each["id"]: each["customer"] for each in rows(crm, "contact")}
    named = [each for each in rows(crm, "complaint") if each["contact"]]
    assert named
    assert all(employer[each["contact"]] == each["customer"] for each in named)


def test_records_are_entered_by_different_people(crm: Crm) -> None:
    assert len({each["created_by"] for each in rows(crm, "customer")}) > 2


def test_weights_make_common_things_common(crm: Crm) -> None:
    priorities = Counter(each["priority"] for each in rows(crm, "complaint"))
    assert priorities["normal"] > priorities["urgent"]


def test_a_mark_without_a_recipe_is_on_its_scale(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    wanted = "sample:\n  records:\n    note: {count: 40}\n"
    (tmp_path / "config/sample_data.yaml").write_text(wanted, encoding="utf-8")
    model = compiled(tmp_path, ("entity: note\nfields: {body: text, mark: {type: rating, max: 3}}\n",))
    world = opened(tmp_path, model)
    apply(make_plan(model, world.crm.database, now=NOW), model, world.crm.database, Stamp("first", NOW))

    make_sample(world.crm.records, [], {})
    marks = {each["mark"] for each in world.rows("note")}
    world.crm.close()

    assert marks == {1, 2, 3}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    world = opened_shop(tmp_path)
    yield world
    world.crm.close()


def test_the_same_seed_and_clock_make_the_same_sample(tmp_path: Path) -> None:
    def made(name: str, seed: int) -> list[tuple[Value, ...]]:
        world = opened_shop(tmp_path / name)
        make_sample(world.crm.records, [], {}, seed=seed)
        found = [(each["number"], each["told"], each["created_at"]) for each in world.rows("sale")]
        world.crm.close()
        return found

    assert made("a", 1) == made("b", 1) != made("c", 2)


def test_a_larger_sample_keeps_its_proportions_and_what_does_not_grow(shop: World) -> None:
    made = make_large_sample(shop.crm.records, [], {}, size=303)

    assert made == {"ware": 3, "sale": 200, "reply": 100}


def test_a_large_sample_is_all_there(shop: World) -> None:
    made = make_large_sample(shop.crm.records, [], {}, size=5000)

    assert {name: len(shop.rows(name)) for name in made} == made


def test_what_may_stand_below_another_finds_one_even_in_a_small_set(crm: Crm) -> None:
    assert any(each["parent"] for each in rows(crm, "product_category"))


def test_in_a_large_sample_rules_hear_only_of_the_last_days(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    wanted = "sample:\n  records:\n    job: {count: 60, at: {days_ago: [0, 9]}}\n"
    (tmp_path / "config/sample_data.yaml").write_text(wanted, encoding="utf-8")
    echo = "workflow: tell\nentity: job\nwhen: created\ndo:\n  - create: echo\n    set: {name: heard}\n"
    entities = (f"entity: {name}\nfields: {{name: text}}\n" for name in ("job", "echo"))
    model = compiled(tmp_path, (*entities, echo))
    world = opened(tmp_path, model)
    apply(make_plan(model, world.crm.database, now=NOW), model, world.crm.database, Stamp("first", NOW))

    make_large_sample(world.crm.records, [], {}, size=60)
    late = [each for each in world.rows("job") if world.crm.clock() - each["created_at"] < timedelta(days=3)]
    echoes = len(world.rows("echo"))
    world.crm.close()

    assert 0 < len(late) == echoes < 60


def test_who_waits_hears_of_every_record(shop: World) -> None:
    heard: Counter[str] = Counter()
    made = make_large_sample(shop.crm.records, [], {}, size=100, tell=lambda name, n: heard.update({name: n}))

    assert heard == made


def test_records_were_entered_over_the_time_that_is_asked_for(shop: World) -> None:
    make_sample(shop.crm.records, [], {})
    entered = [each["created_at"] for each in shop.rows("sale")]

    assert min(entered) < NOW - timedelta(days=200)
    assert max(entered) < NOW


def test_numbers_go_by_the_time_of_entry(shop: World) -> None:
    make_sample(shop.crm.records, [], {})
    by_number = sorted(shop.rows("sale"), key=lambda each: str(each["number"]))

    assert [each["created_at"] for each in by_number] == sorted(each["created_at"] for each in by_number)


def test_the_history_tells_the_time_of_entry(shop: World) -> None:
    make_sample(shop.crm.records, [], {})
    with shop.crm.store.session(write=False) as session:
        told = {each.record_id: each.at for each in session.audit.since("sale", NOW - timedelta(days=800))}

    assert told == {each["id"]: each["created_at"] for each in shop.rows("sale")}


def test_a_record_is_entered_when_one_of_its_fields_says(shop: World) -> None:
    make_sample(shop.crm.records, [], {})

    assert all(each["created_at"] == each["came"] for each in shop.rows("reply"))
