"""A test can say who sees and may do what with its records, and what somebody never may with any."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from relasi.definitions import documents_of
from relasi.diagnostics import Diagnostics
from relasi.schema.compiler.trial.trials import compile_trials
from relasi.trial import perform, stage_of
from tests.records.world import compiled

ROLES = "roles: {seller: {}, chief: {}}"
DEAL = """
entity: deal
title: "{name}"
fields:
  name: {type: text, required: true}
  cost: number
  phone: phone
  owner: user
  firm: {type: link, to: firm, required: true}
process:
  field: stage
  states: {open: {}, won: {kind: done}}
  moves:
    win: {from: [open], to: won, who: [seller]}
access:
  seller:
    read: "owner = user or stage = won"
    update: own
    hide: [cost]
    mask: {phone: last 4}
    read_only: [firm]
  chief: {read: all, update: firm.owner = user, delete: true, export: true}
"""
FIRM = """
entity: firm
title: "{name}"
fields: {name: {type: text, required: true}, owner: user}
access: {seller: {read: all}, chief: {read: all}}
"""
TEST = """
suite: access
tests:
  one:
    users: {{ana: seller, budi: seller, dewi: chief}}
    given: {{deal: {{owner: ana, cost: 5, phone: "+6281234567890"}}}}
    steps:
      - {step}
"""
Tried = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """What is wrong with a step: as diagnostics, or as failures."""
    root = tmp_path_factory.mktemp("crm")
    model = compiled(root, (ROLES, DEAL, FIRM))
    (root / "config/tests").mkdir()

    def tried(step: str) -> list[str]:
        (root / "config/tests/access.yaml").write_text(TEST.format(step=step))
        diagnostics = Diagnostics()
        trials = compile_trials(model, documents_of(root), diagnostics)
        if diagnostics.has_errors:
            return [each.message for each in diagnostics]
        (outcome,) = [perform(stage, each) for each in trials]
        return [each.message for each in outcome.failures]

    with stage_of(model, lambda: documents_of(root)) as stage:
        yield tried


@pytest.mark.parametrize(
    "step",
    [
        "{expect: {sees: deal, may update: deal}, as: ana}",
        "{expect: {does not see: [deal, deal.cost], may not update: deal}, as: budi}",
        "{expect: {does not see: [deal.cost, deal.phone], sees: deal.name}, as: ana}",
        "{expect: {may update: deal.name, may not update: [deal.firm, deal.cost, deal.phone]}, as: ana}",
        "{expect: {may not update: deal.name}, as: budi}",
        "{expect: {may delete: deal, may export: deal, may not update: deal}, as: dewi}",
        "{expect: {may not export: deal, may move: {deal: win}}, as: ana}",
        "{expect: {may not move: {deal: [win]}}, as: dewi}",
        "{never: {may: [delete, export], of: deal}, as: seller}",
        '{never: {may: read, of: deal, where: "owner != user and stage = open"}, as: seller}',
        '{never: {may: update, of: deal, where: "firm.owner != user"}, as: dewi}',
    ],
)
def test_it_holds(tried: Tried, step: str) -> None:
    assert tried(step) == []


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{expect: {sees: deal}, as: budi}", "expected: budi sees deal; found: does not see"),
        ("{expect: {sees: deal.cost}, as: ana}", "expected: ana sees deal.cost; found: does not see"),
        (
            "{expect: {may not delete: deal}, as: dewi}",
            "expected: dewi may not delete deal; found: may delete",
        ),
        (
            "{expect: {may move: {deal: win}}, as: dewi}",
            "expected: dewi may move deal: win; found: may not move",
        ),
        (
            "{expect: {may update: deal.firm}, as: ana}",
            "expected: ana may update deal.firm; found: may not update",
        ),
        (
            '{never: {may: read, of: deal, where: "stage = won"}, as: ana}',
            "ana sees a deal with stage: won",
        ),
        (
            '{never: {may: read, of: deal, where: "owner = user and owner != user"}, as: ana}',
            "none of 60 records made up is a deal with owner = user and owner != user",
        ),
    ],
)
def test_it_is_told_what_is_otherwise(tried: Tried, step: str, told: str) -> None:
    assert tried(step) == [told]


def test_a_law_finds_the_one_kind_of_record_that_breaks_it(tried: Tried) -> None:
    (told,) = tried('{never: {may: read, of: deal, where: "owner != user"}, as: ana}')
    assert told.startswith("ana sees a deal with owner: ")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{expect: {sees: deal}}", "nobody is named whose rights these are"),
        ("{expect: {sees: dael}, as: ana}", 'there is no record in the test that is called "dael"'),
        ("{expect: {sees: deal.price}, as: ana}", 'there is no field of deal "price"'),
        ("{expect: {may delete: deal.name}, as: ana}", '"may delete" is not said of a field'),
        ("{expect: {may move: deal}, as: ana}", '"may move" cannot be written so'),
        ("{never: {may: read, of: dael}, as: ana}", 'there is no entity "dael"'),
        ("{never: {may: read, of: deal, where: ownr = user}, as: ana}", 'deal has no field "ownr"'),
    ],
)
def test_mistakes_are_found_before(tried: Tried, step: str, told: str) -> None:
    assert tried(step) == [told]
