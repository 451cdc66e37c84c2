"""The engine store inside one transaction: all its parts on one connection."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Connection

from relasi.store.absences import Absences
from relasi.store.announcements import Announcements
from relasi.store.api_keys import ApiKeys
from relasi.store.approvals import Approvals
from relasi.store.audit import Audit
from relasi.store.authoring import Authoring
from relasi.store.claims import Claims
from relasi.store.consents import Consents
from relasi.store.definitions import Definitions
from relasi.store.deployments import Deployments
from relasi.store.edits import Edits
from relasi.store.effects import Effects
from relasi.store.erasing import Erasing
from relasi.store.erasures import Erasures
from relasi.store.factors import Factors
from relasi.store.files import Files
from relasi.store.follows import Follows
from relasi.store.identities import Identities
from relasi.store.imports import Imports
from relasi.store.invitations import Invitations
from relasi.store.likeness import Likeness
from relasi.store.looks import Looks
from relasi.store.mail import Correspondence
from relasi.store.mailboxes import Mailboxes
from relasi.store.merges import Merges
from relasi.store.mirrors import Mirrors
from relasi.store.notifications import Notifications
from relasi.store.objections import Objections
from relasi.store.origins import Origins
from relasi.store.places import Places
from relasi.store.quality import Quality
from relasi.store.runs import Runs
from relasi.store.schedules import Schedules
from relasi.store.series import Series
from relasi.store.sessions import Sessions
from relasi.store.shares import Shares
from relasi.store.subscriptions import Subscriptions
from relasi.store.threads import Threads
from relasi.store.traces import Traces
from relasi.store.trash import Trash
from relasi.store.tries import Tries
from relasi.store.turns import Turns
from relasi.store.users import Users
from relasi.store.views import Views
from relasi.store.visits import Visits

_T = TypeVar("_T")


def _part(kind: Callable[[Connection], _T]) -> cached_property[_T]:
    """Made when it is first used: most transactions use two or three."""
    return cached_property(lambda session: kind(session.connection))


class Session:
    """What is written through any of the parts commits, or not, with the transaction."""

    absences = _part(Absences)
    announcements = _part(Announcements)
    api_keys = _part(ApiKeys)
    approvals = _part(Approvals)
    audit = _part(Audit)
    authoring = _part(Authoring)
    claims = _part(Claims)
    consents = _part(Consents)
    correspondence = _part(Correspondence)
    definitions = _part(Definitions)
    deployments = _part(Deployments)
    edits = _part(Edits)
    factors = _part(Factors)
    files = _part(Files)
    follows = _part(Follows)
    effects = _part(Effects)
    erasing = _part(Erasing)
    erasures = _part(Erasures)
    identities = _part(Identities)
    imports = _part(Imports)
    invitations = _part(Invitations)
    likeness = _part(Likeness)
    looks = _part(Looks)
    mailboxes = _part(Mailboxes)
    merges = _part(Merges)
    mirrors = _part(Mirrors)
    notifications = _part(Notifications)
    objections = _part(Objections)
    origins = _part(Origins)
    places = _part(Places)
    quality = _part(Quality)
    runs = _part(Runs)
    schedules = _part(Schedules)
    series = _part(Series)
    sessions = _part(Sessions)
    shares = _part(Shares)
    subscriptions = _part(Subscriptions)
    threads = _part(Threads)
    traces = _part(Traces)
    trash = _part(Trash)
    tries = _part(Tries)
    turns = _part(Turns)
    users = _part(Users)
    views = _part(Views)
    visits = _part(Visits)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
