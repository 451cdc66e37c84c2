"""Puts a project together: the only place that knows every part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import random

import uuid_utils
from babel import Locale

from relasi.accounts import Accounts
from relasi.accounts.keys import Keys
from relasi.config.documents import Document
from relasi.definitions import compile_project, documents_of, recompiled
from relasi.errors import ProjectInvalid
from relasi.exporting.export import Exporter
from relasi.mailboxes.mailroom import Mailroom
from relasi.mailboxes.sweep import MailboxSweep
from relasi.messages.letters import Letters
from relasi.messages.sender import Sender
from relasi.nocodb.connection import transport_of
from relasi.nocodb.sweep import MirrorSweep
from relasi.platform.keyring import Keyring
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.privacy.retention import Retentions
from relasi.privacy.service import Privacy
from relasi.privacy.standing import Standings
from relasi.records import Actor, Records, Source
from relasi.records.access.answers import Access
from relasi.records.access.sharing import Sharing
from relasi.records.actor import actor_on
from relasi.records.attachments import Attachments
from relasi.records.edits.objections import Objections
from relasi.records.edits.outside import EditSweep
from relasi.records.merges.unifying import Unifying
from relasi.records.quality import QualitySweep
from relasi.reports.mailing import Reporter
from relasi.reports.subscribing import SubscriptionSweep
from relasi.schema.expressions.operations import today
from relasi.schema.fields.base import Reading, Showing
from relasi.schema.holes import showing_in
from relasi.schema.model import Model, Watch
from relasi.store import Store
from relasi.store.contents import Contents
from relasi.store.users import User
from relasi.texts import LOCALES
from relasi.workflows.approvals import Approvals
from relasi.workflows.chaining import ChainSweep
from relasi.workflows.course import Course
from relasi.workflows.engine import Engine
from relasi.workflows.oversight import Oversight
from relasi.workflows.presence import Presence
from relasi.workflows.programs import Programs
from relasi.workflows.pruning import PruneSweep
from relasi.workflows.service import Workflows
from relasi.workflows.sla import ClockSweep
from relasi.workflows.worker import Sweep, Worker


@dataclass(frozen=True)
class Crm:
    """A project that is open for work."""

    root: Path
    model: Model
    database: Database
    store: Store
    records: Records
    workflows: Workflows
    oversight: Oversight
    approvals: Approvals
    presence: Presence
    objections: Objections
    sharing: Sharing
    unifying: Unifying
    access: Access
    files: Attachments
    mailroom: Mailroom
    privacy: Privacy
    standings: Standings
    retentions: Retentions
    exporter: Exporter
    accounts: Accounts
    keys: Keys
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def actor(self, user: User, source: Source) -> Actor:
        """The user with all that is in force today. A role that the Model no longer has gives nothing."""
        day = today(self.clock(), self.model.settings.zone)
        with self.store.session(write=False) as session:
            return actor_on(session, self.model, user, source, day)

    def showing(self, language: str) -> Showing:
        return showing_in(self.model.settings, language)

    def reading(self, language: str) -> Reading:
        return Reading(Locale.parse(LOCALES[language]), self.model.settings.zone)

    def close(self) -> None:
        self.database.close()


def engine_actor(source: Source) -> Actor:
    """Nobody in particular, without bounds: the command line of whoever holds the files."""
    return Actor(user_id=None, roles=frozenset(), source=source, everything=True)


def open_crm(
    root: Path, *, clock: Callable[[], datetime] | None = None, new_id: Callable[[], str] | None = None
) -> Crm:
    """Compiles a project and opens its database, whose tables `deploy` must have made.

    Raises ProjectInvalid, PlatformError.
    """
    model, diagnostics, project = compile_project(root)
    if model is None:
        raise ProjectInvalid(diagnostics)
    return open_model(root, model, clock=clock, new_id=new_id, documents=lambda: project.documents)


def open_model(
    root: Path,
    model: Model,
    *,
    clock: Callable[[], datetime] | None = None,
    new_id: Callable[[], str] | None = None,
    documents: Callable[[], Sequence[Document]] | None = None,
) -> Crm:
    """The same for a Model that is compiled already. `documents` are those that it was made of; the project's
    as it is now if left out."""
    database = Database.of(model.platform, root, Keyring.of(model.settings.data_keys, root))
    documents = documents or partial(documents_of, root)
    return _wired(root, model, database, documents, clock=clock or now, new_id=new_id or uuid7)


def with_model(crm: Crm, model: Model) -> Crm:
    """The same CRM by another Model, on the same connections: for a look ahead. What the database lacks of
    the Model cannot be read."""
    documents = partial(documents_of, crm.root)
    return _wired(crm.root, model, crm.database, documents, clock=crm.clock, new_id=crm.new_id)


def _wired(
    root: Path,
    model: Model,
    database: Database,
    documents: Callable[[], Sequence[Document]],
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Crm:
    """Every part with what it stands on, from the ground up."""
    store = Store(database)
    platform = SqlPlatform(database, model)
    programs = Programs(model, partial(recompiled, documents))
    course = Course(model, programs)
    engine = Engine(model, course)
    records = Records(model, platform, store, rules=engine, clock=clock, new_id=new_id)
    contents = Contents(root / model.platform.files)
    files = Attachments(records, contents, clock, new_id)
    workflows = Workflows(model, records, course, engine)
    return Crm(
        root=root,
        model=model,
        database=database,
        store=store,
        records=records,
        workflows=workflows,
        oversight=Oversight(model, records, course, programs),
        approvals=Approvals(records, programs, course),
        presence=Presence(model, store, clock, new_id),
        objections=Objections(records),
        sharing=Sharing(records),
        unifying=Unifying(records),
        access=Access(records),
        files=files,
        mailroom=Mailroom(records, files, root),
        standings=Standings(records, new_id),
        retentions=Retentions(records, new_id),
        privacy=Privacy(records, database, contents),
        exporter=Exporter(model, records, contents),
        accounts=Accounts(model, store, clock, new_id),
        keys=Keys(store, clock, new_id),
        clock=clock,
        new_id=new_id,
    )


def worker_of(crm: Crm) -> Worker:
    """Does what becomes due in the CRM, for as long as somebody lets it."""
    letters = Letters(crm.model.settings, crm.files, crm.root)
    reporter = Reporter(crm.records, crm.store, crm.exporter, crm.clock)
    sender = Sender(
        crm.model, crm.store, crm.root, crm.clock, crm.new_id, letters, spread=random, report=reporter.written
    )
    sweeps: dict[str, Sweep] = {
        **crm.workflows.sweeps(),
        "subscriptions": SubscriptionSweep(crm.model, crm.store, crm.new_id),
        "outbox": lambda _now: sender.step(),
        "mailboxes": MailboxSweep(crm.model, crm.store, crm.mailroom, crm.clock, crm.new_id, spread=random),
        "clocks": ClockSweep(crm.records),
        "pruning": PruneSweep(crm.model, crm.store),
        "chain": ChainSweep(crm.store),
        "erasures": crm.privacy.sweep,
        "retention": crm.retentions.sweep,
        "quality": QualitySweep(crm.records),
        **_from_outside(crm),
    }
    outside = sweeps.keys() & {"outbox", "mailboxes", "nocodb"}
    return Worker(sweeps, crm.clock, aside=outside, leisurely=("pruning", "chain", "retention", "quality"))


def _from_outside(crm: Crm) -> Mapping[str, Sweep]:
    """What there is to do where people edit records past Relasi."""
    platform = crm.model.platform
    match platform.watch:
        case Watch.EDITS:
            return {"edits": EditSweep(crm.records)}
        case Watch.CHANGES if platform.nocodb is not None:
            connect = partial(transport_of, platform.nocodb, crm.root)
            return {"nocodb": MirrorSweep(crm.model, crm.records, connect)}
    return {}


def now() -> datetime:
    return datetime.now(UTC)


def uuid7() -> str:
    """Sortable by time, unique without asking anybody (RFC 9562)."""
    return str(uuid_utils.uuid7())
