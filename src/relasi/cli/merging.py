"""What `relasi merge` and `relasi part` do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.explaining import find_record
from relasi.cli.importing import entity_called
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, confirm, say
from relasi.records import Record, Source
from relasi.runtime import Crm, engine_actor

_ENGINE = engine_actor(Source.CLI)


def merge(root: Path, entity: str, keep: str, others: Sequence[str], *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        stays, *goes = (_found(crm, entity, word) for word in (keep, *others))
        if not as_json:
            say(f"{stays.title} ({stays.id}) stays.")
            for each in goes:
                say(f"  {each.title} ({each.id}) becomes part of it.")
        confirm("Merge them? `relasi part` takes it back.", yes=yes)
        crm.unifying.merge(_ENGINE, entity, stays.id, [each.id for each in goes], chosen={})
    if as_json:
        terminal.as_json({"entity": entity, "id": stays.id, "merged": [each.id for each in goes]})
    else:
        say("They are one.")


def part(root: Path, entity: str, word: str, merge_id: str | None, *, as_json: bool) -> None:
    with opened(root) as crm:
        record = _found(crm, entity, word)
        gone = crm.unifying.gone(_ENGINE, entity, record.id)
        if not gone:
            raise StopError("Nothing was merged into it.")
        if merge_id is None and len(gone) > 1:
            each = (f"  --merge {one.merge_id}: {one.title}, {one.at:%Y-%m-%d %H:%M} UTC" for one in gone)
            raise StopError("\n".join(["There were several. Say which:", *each]), USED_WRONGLY)
        known = {each.merge_id: each for each in gone}
        wanted = known.get(merge_id or gone[0].merge_id)
        if wanted is None:
            raise StopError(f"There is no merge {merge_id} into this record.", USED_WRONGLY)
        key = crm.unifying.part(_ENGINE, wanted.merge_id)
    if as_json:
        terminal.as_json({"entity": entity, "id": key, "parted_from": record.id})
    else:
        say(f"{wanted.title} is there again: {key}")


def _found(crm: Crm, entity: str, word: str) -> Record:
    with crm.records.work(_ENGINE, write=False) as work:
        key = find_record(work, entity_called(crm, entity), word)["id"]
    return crm.records.get(_ENGINE, entity, key)
