"""The engine store inside one transaction: all its parts on one connection."""

from __future__ import annotations

from typing import get_type_hints

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
from relasi.store.mail import Correspondence
from relasi.store.merges import Merges
from relasi.store.mirrors import Mirrors
from relasi.store.notifications import Notifications
from relasi.store.objections import Objections
from relasi.store.places import Places
from relasi.store.quality import Quality
from relasi.store.runs import Runs
from relasi.store.schedules import Schedules
from relasi.store.series import Series
from relasi.store.sessions import Sessions
from relasi.store.shares import Shares
from relasi.store.traces import Traces
from relasi.store.trash import Trash
from relasi.store.tries import Tries
from relasi.store.turns import Turns
from relasi.store.users import Users
from relasi.store.views import Views
from relasi.store.visits import Visits


class Session:
    """What is written through any of the parts commits, or not, with the transaction."""

    absences: Absences
    announcements: Announcements
    api_keys: ApiKeys
    approvals: Approvals
    audit: Audit
    authoring: Authoring
    claims: Claims
    consents: Consents
    correspondence: Correspondence
    definitions: Definitions
    deployments: Deployments
    edits: Edits
    factors: Factors
    files: Files
    follows: Follows
    effects: Effects
    erasing: Erasing
    erasures: Erasures
    identities: Identities
    imports: Imports
    invitations: Invitations
    likeness: Likeness
    merges: Merges
    mirrors: Mirrors
    notifications: Notifications
    objections: Objections
    places: Places
    quality: Quality
    runs: Runs
    schedules: Schedules
    series: Series
    sessions: Sessions
    shares: Shares
    traces: Traces
    trash: Trash
    tries: Tries
    turns: Turns
    users: Users
    views: Views
    visits: Visits

    def __init__(self, connection: Connection) -> None:
        for name, part in _PARTS.items():
            setattr(self, name, part(connection))


_PARTS = get_type_hints(Session)
