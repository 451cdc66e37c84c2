"""What the records of an entity may not come to, they do not come to by a write to others either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from relasi.errors import Invalid
from relasi.records import Source, written
from tests.postgresql import DATABASES
from tests.processes import start, was_killed
from tests.records.world import World, compiled, opened

FUND = """
entity: fund
fields:
  name: text
  amount: money
  promised: {type: rollup, of: claim.fund, sum: amount, where: granted = true}
refuse:
  overdrawn:
    when: promised > amount
    message: {en: The fund does not have that much left., id: Sisa dana tidak cukup.}
"""
CLAIM = """
entity: claim
fields:
  fund: {type: link, to: fund, required: true, on_delete: cascade}
  amount: {type: money, required: true}
  granted: {type: boolean, default: false}
"""
TEXTS = (FUND, CLAIM)
WRITERS, CLAIMS = 4, 6


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(*TEXTS)


def claim(world: World, fund: str, amount: int, *, granted: bool = True) -> str:
    return world.create("claim", fund=fund, amount=Decimal(amount), granted=granted).id


def test_a_write_that_would_overdraw_another_record_is_undone_and_says_why(world: World) -> None:
    fund = world.create("fund", amount=Decimal(100)).id
    claim(world, fund, 60)

    with pytest.raises(Invalid) as caught:
        claim(world, fund, 50)

    assert [issue.text("id") for issue in caught.value.issues] == ["Sisa dana tidak cukup."]
    assert (world.values("fund", fund)["promised"], len(world.rows("claim"))) == (60, 1)


def test_a_change_and_a_move_to_another_record_are_refused_like_a_new_one(world: World) -> None:
    fund, other = (world.create("fund", amount=Decimal(100)).id for _ in range(2))
    claim(world, fund, 60)
    waiting, elsewhere = claim(world, fund, 50, granted=False), claim(world, other, 50)

    with pytest.raises(Invalid):
        world.crm.records.update(world.engine, "claim", waiting, 1, {"granted": True})
    with pytest.raises(Invalid):
        world.crm.records.update(world.engine, "claim", elsewhere, 1, {"fund": fund})


def test_the_whole_of_it_may_be_used(world: World) -> None:
    fund = world.create("fund", amount=Decimal(100)).id
    claim(world, fund, 60)

    claim(world, fund, 40)

    assert world.values("fund", fund)["promised"] == 100


def test_what_is_promised_is_not_taken_out_of_the_fund(world: World) -> None:
    fund = world.create("fund", amount=Decimal(100)).id
    claim(world, fund, 60)

    with pytest.raises(Invalid):
        world.crm.records.update(world.engine, "fund", fund, 1, {"amount": Decimal(59)})


def test_who_mends_what_is_wrong_already_may_do_it_step_by_step(build: Callable[..., World]) -> None:
    world = build(FUND.partition("refuse:")[0], CLAIM)
    fund = world.create("fund", amount=Decimal(100)).id
    first, _ = claim(world, fund, 90), claim(world, fund, 90)
    stricter = opened(world.crm.root, compiled(world.crm.root / "crm", TEXTS), "later")

    stricter.crm.records.update(stricter.engine, "claim", first, 1, {"amount": Decimal(50)})

    assert stricter.values("fund", fund)["promised"] == 140
    stricter.crm.close()


def test_an_import_takes_the_rows_for_which_there_is_room(world: World) -> None:
    fund = world.create("fund", amount=Decimal(100)).id
    rows = [{"fund": fund, "amount": Decimal(60), "granted": True} for _ in range(2)]
    importer = replace(world.engine, source=Source.IMPORT)

    with world.crm.records.work(importer) as work:
        results = written(work, lambda some: work.create_many("claim", some), rows)

    assert [[issue.code for issue in each.issues] for each in results] == [[], ["refused"]]
    assert world.values("fund", fund)["promised"] == 60


def write_claims(root: Path, name: str, fund: str, platform: tuple[str, ...]) -> None:
    world = opened(root, compiled(root.parent / name, (*platform, *TEXTS)), name)
    for _ in range(CLAIMS):
        try:
            claim(world, fund, 10)
        except Invalid:
            continue
    world.crm.close()


@pytest.mark.parametrize("platform", DATABASES, indirect=True)
def test_processes_that_claim_at_once_never_overdraw_it_and_leave_nothing_over(
    world: World, platform: tuple[str, ...]
) -> None:
    fund = world.create("fund", amount=Decimal(105)).id

    writers = [start(write_claims, world.crm.root, f"w{n}", fund, platform) for n in range(WRITERS)]

    assert not any(was_killed(writer) for writer in writers)
    assert world.values("fund", fund)["promised"] == 100
    assert len(world.rows("claim")) == 10
