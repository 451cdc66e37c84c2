"""`relasi sample`, and the sample of a fresh database: people and records to try things on."""

from __future__ import annotations

from pathlib import Path

from relasi.accounts.passwords import hashed
from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import StopError, say
from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import Crm
from relasi.sample.begun import OtherDataError
from relasi.sample.generator import make_large_sample, make_sample
from relasi.schema.labels import text as label_text
from relasi.store.users import Post, User
from relasi.texts import FALLBACK


def sample(root: Path, size: int, seed: int, *, as_json: bool) -> None:
    """Raises StopError where there are people or records that are not of this sample."""
    with opened(root) as crm:
        if not crm.model.sample.sets:
            raise StopError("config/sample_data.yaml says of no records how they are made.")
        plan = make_plan(crm.model, crm.database, now=crm.clock())
        if not plan.is_empty:
            apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))
        try:
            with terminal.counting("records") as tell:
                made = make_large_sample(crm.records, *_people(crm), size=size, seed=seed, tell=tell)
        except OtherDataError:
            raise StopError(
                "There are people or records in this database already. A sample is made in an empty one, or"
                " goes on where one of the same size was broken off: name another file or database in"
                " config/platforms/."
            ) from None
        crm.database.analyze()
        if as_json:
            terminal.as_json({"records": sum(made.values()), "entities": made})
        else:
            _say_made(crm, made)


def fill_fresh(crm: Crm) -> None:
    """Makes the sample as it is written, where nobody is there yet."""
    if not _has_people(crm):
        _say_made(crm, make_sample(crm.records, *_people(crm)))


def _people(crm: Crm) -> tuple[list[User], dict[str, str]]:
    """The users, and the hashes of their passwords by name."""
    users = [
        User(
            crm.new_id(),
            each.name,
            each.full_name,
            each.email,
            tuple(sorted(each.roles)),
            each.language,
            post=Post(each.team, tuple(sorted(each.skills)), tuple(sorted(each.territories))),
        )
        for each in crm.model.sample.users
    ]
    return users, {each.name: hashed(each.password) for each in crm.model.sample.users}


def _has_people(crm: Crm) -> bool:
    with crm.store.session(write=False) as session:
        return bool(session.users.list())


def _say_made(crm: Crm, made: dict[str, int]) -> None:
    counts = [
        f"{count:,} {label_text(crm.model.entities[name].counted(count), FALLBACK)}"
        for name, count in made.items()
    ]
    say(f"Sample data: {len(crm.model.sample.users)} people. " + ", ".join(counts))
