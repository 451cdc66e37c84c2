"""`relasi explain value`: what a value is made of, down to what people have entered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.explaining import find_record
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.derivation.account import Account, Accountant
from relasi.diagnostics import nearest
from relasi.records import Source, Work
from relasi.runtime import engine_actor
from relasi.schema.model import Model
from relasi.store.audit import Change


def explain_value(root: Path, entity: str, record: str, field: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        found = crm.model.entities.get(entity)
        if found is None:
            raise StopError(f"There is no entity {entity}. {_hint(entity, crm.model.entities)}", USED_WRONGLY)
        if field not in found.fields:
            raise StopError(
                f"There is no field {field} in {entity}. {_hint(field, found.fields)}", USED_WRONGLY
            )
        with crm.records.work(engine_actor(Source.CLI), write=False) as work:
            row = find_record(work, found, record)
            account = Accountant(crm.model, work.transaction, work.asking).account(entity, row, field)
            changed = _last_change(work, entity, row["id"], field)
            people = {user.id: user.name for user in work.store.users.list()}
    by = changed and (people.get(changed.user_id or "", changed.user_id) or changed.rule or changed.source)
    if as_json:
        told = changed and {"at": changed.at, "by": by, "change": changed.id}
        terminal.as_json({**account.to_json(crm.model), "changed": told})
        return
    _tell(account, crm.model)
    if changed is not None:
        say("In the audit log: last changed ", (f"{changed.at:%Y-%m-%d %H:%M} UTC", "bold"), f" by {by}.")


def _hint(word: str, known: Iterable[str]) -> str:
    names = list(known)
    near = nearest(word, names)
    return f"Is {near} meant?" if near else f"There are: {', '.join(names)}."


def _last_change(work: Work, entity: str, key: str, field: str) -> Change | None:
    changes = work.store.audit.of(entity, key, limit=1000, derived=True)
    return next((change for change in changes if field in change.fields), None)


def _tell(account: Account, model: Model, depth: int = 0) -> None:
    type_ = model.entities[account.entity].fields[account.field].type
    value = "empty" if account.value is None else str(type_.dump(account.value))
    made = f"  =  {account.made}" if account.made else ""
    say("    " * depth, account.name, "  →  ", (value, "cyan"), (made, "dim"))
    for part in account.parts:
        _tell(part, model, depth + 1)
    more = (account.count or 0) - len(account.parts)
    if more > 0:
        say("    " * (depth + 1), f"and {more:,} more")
