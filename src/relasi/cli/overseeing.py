"""What `relasi privacy` does: the register, and what is due."""

from __future__ import annotations

import sys
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import compiled, opened
from relasi.cli.terminal import USED_WRONGLY, StopError, confirm, say
from relasi.privacy.register_text import end_of, rendered
from relasi.privacy.retention import MOST
from relasi.records import Source
from relasi.runtime import engine_actor
from relasi.schema.labels import text
from relasi.texts import FALLBACK, LANGUAGES


def register(root: Path, language: str | None, form: str) -> None:
    model, _ = compiled(root)
    if language is not None and language not in LANGUAGES:
        raise StopError(f"There is no language {language}. Known: {', '.join(LANGUAGES)}.", USED_WRONGLY)
    sys.stdout.write(rendered(model, language or model.settings.languages[0], form))


def due(root: Path, *, as_json: bool) -> None:
    with opened(root) as crm:
        found = crm.retentions.due(engine_actor(Source.CLI))
        if as_json:
            data = [
                {
                    "rule": each.rule.name,
                    "count": each.count,
                    "more": each.more,
                    "goes_at": each.goes_at,
                    "records": [key for key, _ in each.records],
                }
                for each in found
            ]
            terminal.as_json(data)
            return
        for each in found:
            count = f"{each.count}{' or more' if each.more else ''}"
            say((each.rule.name, "bold"), f": {count}, {end_of(crm.model, each.rule.keep, FALLBACK)}")
            if each.goes_at is not None:
                say(f"  goes by itself on {each.goes_at.astimezone(crm.model.settings.zone):%Y-%m-%d}")
            for key, title in each.records:
                say("  ", (key, "dim"), f" {title}")
        if not found:
            say("Nothing is due.")


def erase_due(root: Path, rule: str, *, yes: bool, as_json: bool) -> None:
    """All that is due by the rule at this moment. Raises StopError where that is nothing."""
    with opened(root) as crm:
        actor = engine_actor(Source.CLI)
        found = next((each for each in crm.retentions.due(actor, shown=MOST) if each.rule.name == rule), None)
        if found is None:
            raise StopError(f"Nothing is due by {rule}. `relasi privacy due` lists what is.")
        several = len(found.records)
        noun = text(found.rule.entity.counted(several), FALLBACK)
        confirm(f"Take away {several} {noun}? This cannot be undone.", yes=yes)
        reason = found.rule.reason(crm.model.settings.languages[0])
        count = crm.retentions.carry_out(actor, rule, [key for key, _ in found.records], reason)
        crm.privacy.finish(crm.clock())
    if as_json:
        terminal.as_json({"rule": rule, "erased": count})
    else:
        say(f"{count} taken away. `relasi person proofs` lists the proofs.")
