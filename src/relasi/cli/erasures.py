"""What `relasi person` does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import StopError, complain, confirm, say, table
from relasi.errors import PlatformError
from relasi.records import Source
from relasi.runtime import Crm, engine_actor
from relasi.schema.labels import text
from relasi.schema.model import Fate
from relasi.store.erasures import Erasure
from relasi.texts import FALLBACK
from relasi.texts import say as said

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be erased. `delete` is whether the record itself goes, if nothing needs it."""

    entity: str
    key: str
    reason: str
    delete: bool = False
    only_preview: bool = False

    @property
    def chosen(self) -> Fate | None:
        return Fate.DELETE if self.delete else None


def export(
    root: Path, entity: str, key: str, out: Path | None, language: str | None, *, as_json: bool
) -> None:
    file = out or Path(f"{entity}-{key}.zip")
    if file.exists():
        raise StopError(f"{file} is there already. Name a new file; nothing was written.")
    with opened(root) as crm:
        known = crm.model.settings.languages
        if language is not None and language not in known:
            raise StopError(f"The project has no language {language}. It has {', '.join(known)}.")
        part = file.with_name(f"{file.name}.part")
        try:
            with part.open("wb") as target:
                found = crm.privacy.export(
                    engine_actor(Source.CLI), entity, key, language or known[0], target
                )
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    counts = {"records": len(found.records), "files": len(found.files), "left_out": found.left_out}
    if as_json:
        terminal.as_json({"file": str(file), **counts})
        return
    say(f"{file} has {len(found.records):,} record(s) and {len(found.files):,} attached file(s).")
    for code, count in found.left_out.items():
        say(f"  Not in it: {said(FALLBACK, f'privacy.{code}', count=count)}")


def erase(root: Path, asked: Asked, *, yes: bool, as_json: bool) -> None:
    actor = engine_actor(Source.CLI)
    with opened(root) as crm:
        shown = crm.privacy.preview(actor, asked.entity, asked.key, asked.chosen)
        if not as_json:
            _tell(crm, shown)
        if not asked.only_preview:
            confirm(
                "Erase this for good? Only a backup could bring it back, and then it is erased again.",
                yes=yes,
            )
            shown = crm.privacy.erase(
                actor, asked.entity, asked.key, reason=asked.reason, chosen=asked.chosen
            )
            try:
                crm.privacy.finish(crm.clock())
            except PlatformError as error:
                complain(f"{error} It is erased; relasi run or relasi worker clears the disk later.")
            (shown, *_) = crm.privacy.proofs_of(actor, asked.entity, asked.key) or (shown,)
    if as_json:
        terminal.as_json({"done": not asked.only_preview, **_data(shown)})
    elif asked.only_preview:
        say("Nothing was changed.")
    else:
        say(("Done.", "green"), f" The proof is {shown.id}.")


def proofs(root: Path, *, as_json: bool) -> None:
    """Newest first."""
    with opened(root) as crm:
        found = crm.privacy.proofs(engine_actor(Source.CLI), limit=_MOST)
        with crm.store.session(write=False) as session:
            people = {user.id: user.name for user in session.users.list()}
        zone = crm.model.settings.zone
    if as_json:
        terminal.as_json([_data(each) for each in found])
    elif not found:
        say("Nobody was erased.")
    else:
        table(
            ["Proof", "At", "What", "How", "By", "Why", "Gone"],
            [
                [
                    each.id,
                    each.at.astimezone(zone).isoformat(" ", "minutes"),
                    each.entity,
                    each.how,
                    people.get(each.user_id or "", "command line"),
                    each.reason,
                    str(sum(sum(counts.values()) for counts in each.counts.values())),
                ]
                for each in found
            ],
        )


def _tell(crm: Crm, shown: Erasure) -> None:
    for what, where, count in _gone(crm, shown):
        say(f"  {what}: {count:,} × {where}")
    for each in shown.kept:
        place = _name(crm, each["entity"]) if each["entity"] else ""
        if each["field"]:
            place += f", {text(crm.model.entities[each['entity']].fields[each['field']].label, FALLBACK)}"
        say(
            ("  stays: ", "yellow"),
            f"{each['count']:,} × {place or 'address'}. {text(each['because'], FALLBACK)}",
        )


def _gone(crm: Crm, shown: Erasure) -> Iterator[tuple[str, str, int]]:
    for what in ("deleted", "anonymised"):
        for entity, count in shown.counts.get(what, {}).items():
            yield what, _name(crm, entity), count
    for place, count in shown.counts.get("told", {}).items():
        yield "emptied", said(FALLBACK, f"privacy.place_{place}"), count


def _name(crm: Crm, entity: str) -> str:
    return text(crm.model.entities[entity].label, FALLBACK)


def _data(erasure: Erasure) -> dict[str, Any]:  # Any: JSON
    return {
        "proof": erasure.id,
        "at": erasure.at.isoformat(),
        "entity": erasure.entity,
        "digest": erasure.digest,
        "how": erasure.how,
        "by": erasure.user_id,
        "reason": erasure.reason,
        "counts": erasure.counts,
        "kept": list(erasure.kept),
        "finished_at": erasure.finished_at.isoformat() if erasure.finished_at else None,
    }
