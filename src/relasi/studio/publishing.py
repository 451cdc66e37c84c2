"""From drafts to a changed CRM and back: files and database change together, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256

from filelock import FileLock, Timeout

from relasi import deploy
from relasi.definitions import compile_project
from relasi.deploy import Plan, Stamp, apply, make_plan, make_undo
from relasi.deploy.changes import EmptyTrash
from relasi.deploy.plan import granted_before
from relasi.errors import EditRefused, ProjectInvalid, RelasiError
from relasi.nocodb.opening import opened_base
from relasi.platform.again import begun_again
from relasi.records.access.reach import Reach, reaches
from relasi.runtime import Crm, with_model
from relasi.schema.model import Model
from relasi.store.authoring import Draft, Published
from relasi.store.deployments import Deployment
from relasi.studio.workshop import Checked, Workshop, read_text, write_text

_LOCK = "config/.studio.lock"
_PATIENCE = 10
"""Seconds that somebody waits for another one who is publishing."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would become of somebody's drafts. Without a Model, which has errors then, there is no plan.

    `digest` stands for the drafts as they were looked at. `is_due`: there is something to apply.
    """

    drafts: tuple[Draft, ...]
    checked: Checked
    plan: Plan | None
    reaches: tuple[Reach, ...]
    digest: str
    is_due: bool

    @property
    def is_publishable(self) -> bool:
        return self.plan is not None and not self.plan.blocked and self.is_due

    @property
    def for_good(self) -> tuple[str, ...]:
        """What an undo does not bring back, as `table.column`: values that the trash no longer has, and what
        only a conversion can make again."""
        found = []
        for each in self.plan.changes if self.plan else ():
            if isinstance(each, EmptyTrash):
                found.append(f"{each.table}.{each.column}" if each.column else each.table)
        return tuple(found)


def propose(workshop: Workshop) -> Proposal:
    """What stands on the disk counts too, where it was not applied yet."""
    crm, drafts = workshop.crm, workshop.drafts()
    checked = workshop.checked()
    model = checked.model
    if model is None:
        return Proposal(drafts, checked, None, (), _digest(drafts), is_due=True)
    plan = make_plan(model, crm.database, now=crm.clock())
    before = granted_before(crm.database)
    found = reaches(model, with_model(crm, model).records, before) if before else ()
    return Proposal(
        drafts, checked, plan, found, _digest(drafts), is_due=model.fingerprint != _applied_fingerprint(crm)
    )


def publish(workshop: Workshop, digest: str) -> Deployment:
    """Writes the drafts into the files and applies what the project then says.

    Raises EditRefused where the drafts are no longer those with this digest, where a file was changed by
    others, and where it cannot be written; ProjectInvalid; PlanRefused; PlatformError. Files and database are
    as they were then.
    """
    crm = workshop.crm
    with _alone(crm):
        drafts = workshop.drafts()
        if _digest(drafts) != digest:
            raise EditRefused("drafts_changed")
        for each in drafts:
            if read_text(workshop.path(each.file)) != each.base:
                raise EditRefused("file_changed", file=each.file)
        checked = workshop.compiled()
        model = checked.model
        if model is None:
            raise ProjectInvalid(checked.diagnostics)
        if not any(role.everything for name, role in model.roles.items() if name in workshop.user.roles):
            raise EditRefused("locks_you_out")
        plan = make_plan(model, crm.database, now=crm.clock())
        stamp = _stamp(workshop)
        with _written(workshop, {each.file: each.text for each in drafts}):
            deployment = apply(plan, model, crm.database, stamp)
        _note(workshop, drafts, stamp)
        return deployment


def take_back(workshop: Workshop, deployment_id: str) -> None:
    """Brings the files and the database back to what they were before the last publication.

    Raises EditRefused where it is not the last one, where its files were changed since, or where something
    else was applied since; otherwise as `publish`.
    """
    crm = workshop.crm
    with _alone(crm):
        with crm.store.session(write=False) as session:
            published = session.authoring.last()
            changed = bool(session.deployments.get(deployment_id).plan["changes"])
        if not published or published[0].deployment_id != deployment_id:
            raise EditRefused("not_the_last")
        for each in published:
            if read_text(workshop.path(each.file)) != each.after:
                raise EditRefused("file_changed", file=each.file)
        before = {each.file: each.before for each in published}
        with _written(workshop, before):
            _undo(workshop, deployment_id if changed else None)
        _note_end(workshop, deployment_id)


@begun_again
def _note(workshop: Workshop, drafts: Sequence[Draft], stamp: Stamp) -> None:
    with workshop.crm.store.session() as session:
        session.authoring.note(
            [
                Published(stamp.id, each.file, each.base, each.text, workshop.user_id, stamp.at)
                for each in drafts
            ]
        )
        for each in drafts:
            session.authoring.drop(each.file, workshop.user_id)


@begun_again
def _note_end(workshop: Workshop, deployment_id: str) -> None:
    with workshop.crm.store.session() as session:
        session.authoring.take_back(deployment_id, workshop.user_id, workshop.crm.clock())


def complete(crm: Crm, model: Model) -> None:
    """What follows an apply outside the database: a team's NocoDB. Raises PlatformError, Refused; what was
    done is not done again the next time."""
    if model.platform.nocodb is not None:
        with opened_base(model, crm.database, crm.root, clock=crm.clock, new_id=crm.new_id) as base:
            base.make()


def difference(before: str | None, after: str | None) -> list[str]:
    """The lines that differ, with some around them; each begins with +, -, a space or @@."""
    lines = unified_diff((before or "").splitlines(), (after or "").splitlines(), lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++"))]


def _undo(workshop: Workshop, deployment_id: str | None) -> None:
    """By the files as they are again. What is derived is made anew by their definitions."""
    crm = workshop.crm
    model, diagnostics, _ = compile_project(crm.root, workshop.parsed)
    if model is None:
        raise ProjectInvalid(diagnostics)
    stamps = (_stamp(workshop), _stamp(workshop))
    if deployment_id is None:
        apply(make_plan(model, crm.database, now=crm.clock()), model, crm.database, stamps[0])
        return
    plan = make_undo(crm.model, crm.database, now=crm.clock())
    if plan.undoes != deployment_id:
        raise EditRefused("applied_since")
    deploy.take_back(plan, crm.model, model, crm.database, stamps)


def _stamp(workshop: Workshop) -> Stamp:
    return Stamp(workshop.crm.new_id(), workshop.crm.clock(), workshop.user_id)


@contextmanager
def _written(workshop: Workshop, texts: Mapping[str, str | None]) -> Iterator[None]:
    """Within, the files hold the texts; they get back what they held if something is refused."""
    paths = {file: workshop.path(file) for file in texts}
    held = {file: read_text(path) for file, path in paths.items()}
    try:
        for file, text in texts.items():
            write_text(paths[file], text)
        yield
    except (RelasiError, OSError):
        for file, text in held.items():
            write_text(paths[file], text)
        raise


@contextmanager
def _alone(crm: Crm) -> Iterator[None]:
    """Nobody else who works with this folder publishes meanwhile."""
    lock = FileLock(crm.root / _LOCK, timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise EditRefused("somebody_publishes") from None
    except OSError as error:
        raise EditRefused("edit_unwritable", file=_LOCK, reason=error.strerror or "") from None
    try:
        yield
    finally:
        lock.release()


def _digest(drafts: tuple[Draft, ...]) -> str:
    written = "".join(f"{len(each.file)}:{each.file}:{len(each.text)}:{each.text}" for each in drafts)
    return sha256(written.encode()).hexdigest()


def _applied_fingerprint(crm: Crm) -> str | None:
    with crm.store.session(write=False) as session:
        latest = session.deployments.latest()
    return latest.model_fingerprint if latest else None
