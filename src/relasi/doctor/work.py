"""What goes on: runs and messages that failed or wait for a worker, and roles that nobody has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from relasi.doctor.finding import Finding, Weight
from relasi.runtime import Crm
from relasi.workflows.staffing import gaps

_PATIENCE = timedelta(minutes=15)
_SHOWN = 4
"""So many of the places that name what is missing."""


def failed(crm: Crm) -> Iterator[Finding]:
    with crm.store.session(write=False) as session:
        runs = session.runs.tally().get("failed", 0)
        dead = session.effects.counts().get("dead", 0)
    if runs:
        yield Finding(
            "rules",
            f"{runs} run(s) of rules failed and wait for a person.",
            "What they were to do has not happened.",
            "The page Automation says why, and lets an administrator try again.",
        )
    if dead:
        yield Finding(
            "messages",
            f"{dead} message(s) or calls were given up.",
            "Nobody has received them.",
            "The page Outbox says why, and sends them again.",
        )


def overdue(crm: Crm) -> Iterator[Finding]:
    before = crm.clock() - _PATIENCE
    with crm.store.session(write=False) as session:
        late = session.runs.any_due(before) or session.effects.is_due(before)
    if late:
        yield Finding(
            "worker",
            f"Something has been due for more than {_PATIENCE.seconds // 60} minutes.",
            "No worker does it: runs stand still and no mail leaves.",
            "Start relasi run, which works too, or relasi worker; several of them share the work.",
        )


def unfinished(crm: Crm) -> Iterator[Finding]:
    """Erasures that wait for a worker."""
    before = crm.clock() - _PATIENCE
    with crm.store.session(write=False) as session:
        late = [each for each in session.erasures.unfinished() if each.at < before]
    if late:
        yield Finding(
            "erasures",
            f"{len(late)} erasure(s) are done in the database, but not on the disk.",
            "Attached files and freed bytes may still tell of people who were erased.",
            "Start relasi run or relasi worker; if one runs, its log says why it cannot.",
        )


def outside(crm: Crm) -> Iterator[Finding]:
    """Edits that were made past Relasi."""
    with crm.store.session(write=False) as session:
        objections, edits = session.objections.count(), session.edits.count()
        refused = session.mirrors.refused(_SHOWN)
    if objections:
        yield Finding(
            "edits",
            f"{objections} value(s) that were entered outside of Relasi were not taken over.",
            "Who entered them may think that they count.",
            "The page Automation shows each with the reason, and lets an administrator choose.",
        )
    if edits:
        yield Finding(
            "edits",
            f"{edits} record(s) were edited past Relasi, and nobody has looked at that yet.",
            "Rules and checks have not seen those edits.",
            "Start relasi run or relasi worker; if one runs, its log says why it cannot.",
            weight=Weight.ADVICE,
        )
    for each in refused:
        why = (each.problem or {}).get("en")
        yield Finding(
            "nocodb",
            f"{each.entity} {each.record_id} is not in NocoDB as it should be: {why}",
            "People there see another value than the record has.",
            "Change the record so that NocoDB can hold it; it is sent again at once.",
        )


def people(crm: Crm) -> Iterator[Finding]:
    with crm.store.session(write=False) as session:
        missing = gaps(crm.model, session)
    for each in missing:
        kind, _, name = each.missing.partition(".")
        has = f"has the {kind} {name}" if kind == "role" else f"is in the {kind} {name}"
        more = f" and {len(each.places) - _SHOWN} more" if len(each.places) > _SHOWN else ""
        yield Finding(
            "people",
            f"Nobody {has}, which is named in {', '.join(each.places[:_SHOWN])}{more}.",
            "What these give to do, nobody can do.",
            f"relasi user add NAME --role {name} adds somebody."
            if kind == "role"
            else f"relasi user change NAME --team {name} puts somebody there.",
        )
