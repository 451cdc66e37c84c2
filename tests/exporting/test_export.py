"""An export holds what its taker may see, comes back as what it was, and is on record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from relasi.errors import Forbidden
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format
from relasi.importing.prepare import prepare
from relasi.importing.run import Importer
from relasi.records import Actor, ListRequest, Source
from relasi.runtime import engine_actor
from relasi.schema.model import Sort
from relasi.store.audit import EXPORT
from tests.records.world import World

ROLES = """
roles:
  boss: {label: Boss, everything: true}
  agent: {}
  partner: {}
  reader: {}
"""

FIRM = """
entity: firm
label: {en: Firm, id: Perusahaan}
title: "{name}"
fields:
  name: text
  owner: user
access:
  agent: {read: own, export: true}
"""

DEAL = """
entity: deal
title: "{name}"
fields:
  number: {type: series, pattern: "D-{n:03}"}
  name: {type: text, label: {en: Subject, id: Perihal}, required: true}
  stage: {type: choice, options: {open: {en: Open, id: Terbuka}, won: {en: Won, id: Menang}}}
  amount: money
  secret: text
  account: {type: text, label: Account}
  firm: {type: link, to: firm}
  about: {type: link, to: [firm, deal]}
  owner: user
access:
  agent: {read: own, export: true, hide: [secret], mask: {account: last 4}}
  partner: {read: all, export: own, hide: [secret, amount]}
  reader: {read: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    world = build(ROLES, FIRM, DEAL)
    ana = world.user("ana", "agent")
    seen = world.create("firm", name="Maju", owner=ana)
    unseen = world.create("firm", name="Jaya")
    world.create(
        "deal",
        name='=HYPERLINK("http://x")',
        stage="won",
        amount="1234.50",
        secret="s",
        account="001122334455",
        firm=seen.id,
        about=f"firm/{unseen.id}",
        owner=ana,
    )
    world.create("deal", name="+62 811, and more", amount=-7, firm=unseen.id, owner=ana)
    world.create("deal", name="Elsewhere", amount=3)
    return world


def taken(
    world: World, actor: Actor, format_: Format = Format.JSON, *, language: str = "en", **asked: Any
) -> bytes:
    wanted = Wanted(ListRequest("deal", **asked), format_, language)
    with world.crm.exporter.export(actor, wanted) as made:
        return made.content.read()


def records(world: World, actor: Actor, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(taken(world, actor, **asked))
    return found


def test_it_holds_the_records_that_its_taker_may_read(world: World) -> None:
    ana = world.actor("ana")
    names = [each["name"] for each in records(world, ana, sort=(Sort("amount"),))]
    assert names == ["+62 811, and more", '=HYPERLINK("http://x")']


def test_a_right_to_export_may_cover_fewer_records_than_the_right_to_read(world: World) -> None:
    pia = world.actor("pia", "partner")
    world.create("deal", name="Mine", owner=pia.user_id)
    assert [each["name"] for each in records(world, pia)] == ["Mine"]


def test_who_may_read_may_not_export_for_that(world: World) -> None:
    with pytest.raises(Forbidden) as refused:
        records(world, world.actor("rob", "reader"))
    assert refused.value.code == "may_not_export"


def test_hidden_fields_are_not_there_and_masked_ones_masked(world: World) -> None:
    record = records(world, world.actor("ana"), where=("stage = won",))[0]
    assert "secret" not in record
    assert record["account (masked)"] == "•••4455"


def test_records_that_its_taker_may_not_read_are_not_named(world: World) -> None:
    record = records(world, world.actor("ana"), where=("stage = won",))[0]
    assert (record["firm"]["title"], record["about"]["title"]) == ("Maju", "")


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("format_", [Format.CSV, Format.XLSX, Format.JSON])
def test_what_was_exported_is_read_back_and_changes_nothing(
    world: World, tmp_path: Path, format_: Format, language: str
) -> None:
    file = tmp_path / f"out.{format_.value}"
    file.write_bytes(taken(world, world.engine, format_, language=language))
    made, _ = prepare(world.crm.model, world.crm.model.entities["deal"], file)
    assert made is not None
    before = world.rows("deal")
    summary = Importer(world.crm.records, engine_actor(Source.IMPORT), world.clock).run(made)
    assert dict(summary.counts) == {"unchanged": 3}
    assert world.rows("deal") == before


def test_a_changed_row_changes_its_record_and_one_without_an_id_is_new(world: World, tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(taken(world, world.engine, Format.CSV).decode("utf-8-sig"))))
    place = rows[0].index("Subject")
    rows[1][place] = "Another name"
    rows.append(["", *rows[2][1:]])
    rows.append(["nobody", *rows[2][1:]])
    file = tmp_path / "back.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows(rows)
    made, _ = prepare(world.crm.model, world.crm.model.entities["deal"], file)
    assert made is not None
    summary = Importer(world.crm.records, engine_actor(Source.IMPORT), world.clock).run(made)
    assert dict(summary.counts) == {"unchanged": 2, "updated": 1, "created": 1, "refused": 1}


def test_what_is_left_of_a_masked_value_never_takes_its_place(world: World, tmp_path: Path) -> None:
    file = tmp_path / "masked.csv"
    file.write_bytes(taken(world, world.actor("ana"), Format.CSV))
    made, _ = prepare(world.crm.model, world.crm.model.entities["deal"], file)
    assert made is not None
    assert "Account (masked)" in made.mapping.unused


def test_no_cell_is_a_formula(world: World) -> None:
    rows = csv.reader(io.StringIO(taken(world, world.engine, Format.CSV).decode("utf-8-sig")))
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_it_is_on_record_who_took_what_and_how_much(world: World) -> None:
    ana = world.actor("ana")
    taken(world, ana, Format.CSV, where=("stage = won",), fields=("name", "amount"))
    with world.crm.store.session(write=False) as session:
        (entry,) = session.audit.exports(limit=10)
    assert (entry.user_id, entry.entity, entry.at) == (ana.user_id, "deal", world.clock.now)
    assert entry.fields[EXPORT][1] == {
        "records": 1,
        "format": "csv",
        "fields": ["id", "name", "amount"],
        "where": ["stage = won"],
        "search": "",
    }
