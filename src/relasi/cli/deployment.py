"""`relasi plan`, `relasi apply` and `relasi undo`; the making of a fresh database with its sample data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from relasi.cli import reaching, terminal
from relasi.cli.encrypting import begin_keys, demand_keys
from relasi.cli.project import opened
from relasi.cli.reaching import reaches_of
from relasi.cli.sampling import fill_fresh
from relasi.cli.tables import as_data, make_base, survey_of, told
from relasi.cli.terminal import StopError, confirm, say
from relasi.deploy import Plan, Stamp, apply, make_plan, make_undo
from relasi.deploy.changes import CreateTable
from relasi.deploy.views import SHOWN, Line, lines
from relasi.nocodb.base import Survey
from relasi.runtime import Crm
from relasi.schema.model import Model
from relasi.store.deployments import Deployment
from relasi.studio.reaching import told as gains

_COLORS = {"+": "green", "-": "red", "~": "cyan", "=": "", "?": "yellow", "!": "bold red", " ": ""}


def show_plan(root: Path, out: Path | None, *, everything: bool, as_json: bool) -> None:
    with opened(root) as crm:
        plan = make_plan(crm.model, crm.database, now=crm.clock())
        outside, access = survey_of(crm), reaches_of(crm)
    if out is not None:
        out.write_text(json.dumps(plan.to_json(), indent=2, ensure_ascii=False), encoding="utf-8")
    if as_json:
        terminal.as_json({**plan.to_json(), **as_data(outside), **reaching.as_data(access)})
        return
    print_plan(plan, everything=everything)
    _print(told(outside))
    _print(gains(crm.model, access))
    if plan.blocked:
        say("The lines marked ! stand in the way; nothing can be applied until they are solved.")
    elif plan.changes or told(outside) or access:
        say(f"Run relasi apply{f' {out}' if out else ''} to make these changes.")


def apply_plan(root: Path, kept: Path | None, *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        plan = _kept(kept) if kept else make_plan(crm.model, crm.database, now=crm.clock())
        outside, access = survey_of(crm), reaches_of(crm)
        if not as_json:
            print_plan(plan)
            _print(told(outside))
            _print(gains(crm.model, access))
        more = bool(told(outside) or access)
        deployment = _carry_out(crm, plan, "Make these changes?", yes=yes, more=more)
        made = make_base(crm)
    _report(deployment, plan, as_json=as_json, made=made)


def undo(root: Path, *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        plan = make_undo(crm.model, crm.database, now=crm.clock())
        if not as_json:
            say(f"This takes back the apply of {_day_of(crm, plan)}:")
            print_plan(plan)
        deployment = _carry_out(crm, plan, "Take it back?", yes=yes)
    _report(deployment, plan, as_json=as_json)
    if not as_json:
        say("The files still say what was taken back: change them, or relasi apply makes it again.")


def _day_of(crm: Crm, plan: Plan) -> str:
    with crm.store.session(write=False) as session:
        last = session.deployments.get(plan.undoes or "")
    return f"{last.at.astimezone(crm.model.settings.zone):%Y-%m-%d %H:%M}"


def _carry_out(crm: Crm, plan: Plan, question: str, *, yes: bool, more: bool = False) -> Deployment:
    if (plan.changes or more) and not plan.blocked:
        confirm(question, yes=yes)
        begin_keys(crm)
    return apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))


def _report(deployment: Deployment, plan: Plan, *, as_json: bool, made: Survey | None = None) -> None:
    if as_json:
        stamp = {"deployment": deployment.id, "at": deployment.at.isoformat()}
        terminal.as_json({**stamp, **plan.to_json(), **as_data(made)})
    elif plan.changes or (made and made.steps):
        say(("Done.", "green"))


def print_plan(plan: Plan, *, everything: bool = False) -> None:
    """With the first of the records that a change does not suit, or with all of them."""
    _print(lines(plan, most=None if everything else SHOWN))


def _print(shown: Iterable[Line]) -> None:
    for glyph, text in shown:
        say((f"{glyph} ", _COLORS[glyph]), text)


def make_ready(crm: Crm) -> None:
    """Makes a fresh database, with the sample where the platform asks for it; leaves data alone.

    Raises StopError where a plan waits for a database in use.
    """
    plan = make_plan(crm.model, crm.database, now=crm.clock())
    begin_keys(crm)
    demand_keys(crm)
    if is_fresh(plan, crm.model):
        apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))
        _begin_base(crm)
    elif not plan.is_empty:
        print_plan(plan)
        raise StopError(
            "The project has changed. Run relasi apply to bring the database up to date, then relasi run."
        )
    if crm.model.platform.sample_data:
        fill_fresh(crm)
    crm.database.analyze()


def _begin_base(crm: Crm) -> None:
    """Nobody has to wait for NocoDB to work here."""
    try:
        make_base(crm)
    except StopError as error:
        say(error.message)


def refuse_unready(crm: Crm) -> None:
    """Raises StopError where the database lacks what the project asks for, and as `demand_keys`."""
    demand_keys(crm)
    if not make_plan(crm.model, crm.database, now=crm.clock()).is_empty:
        raise StopError("The database is not what the project says. Run relasi apply first.")


def is_fresh(plan: Plan, model: Model) -> bool:
    """True where the database holds nothing of the project yet."""
    return {each.table for each in plan.changes if isinstance(each, CreateTable)} == set(model.entities)


def _kept(file: Path) -> Plan:
    try:
        return Plan.from_json(json.loads(file.read_text(encoding="utf-8")))
    except ValueError:
        raise StopError(f"{file} holds no plan. Make one with relasi plan --out {file}.") from None
