"""The engine store inside one transaction: all its parts on one connection."""

from __future__ import annotations

from sqlalchemy import Connection

from relasi.store.absences import Absences
from relasi.store.announcements import Announcements
from relasi.store.api_keys import ApiKeys
from relasi.store.approvals import Approvals
from relasi.store.audit import Audit
from relasi.store.consents import Consents
from relasi.store.definitions import Definitions
from relasi.store.deployments import Deployments
from relasi.store.edits import Edits
from relasi.store.effects import Effects
from relasi.store.erasing import Erasing
from relasi.store.erasures import Erasures
from relasi.store.factors import Factors
from relasi.store.files import Files
from relasi.store.imports import Imports
from relasi.store.invitations import Invitations
from relasi.store.mail import Correspondence
from relasi.store.mirrors import Mirrors
from relasi.store.notifications import Notifications
from relasi.store.objections import Objections
from relasi.store.places import Places
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


class Session:
    """What is written through any of the parts commits, or not, with the transaction."""

    def __init__(self, connection: Connection) -> None:
        self.absences = Absences(connection)
        self.announcements = Announcements(connection)
        self.api_keys = ApiKeys(connection)
        self.approvals = Approvals(connection)
        self.audit = Audit(connection)
        self.consents = Consents(connection)
        self.correspondence = Correspondence(connection)
        self.definitions = Definitions(connection)
        self.deployments = Deployments(connection)
        self.edits = Edits(connection)
        self.factors = Factors(connection)
        self.files = Files(connection)
        self.effects = Effects(connection)
        self.erasing = Erasing(connection)
        self.erasures = Erasures(connection)
        self.imports = Imports(connection)
        self.invitations = Invitations(connection)
        self.mirrors = Mirrors(connection)
        self.notifications = Notifications(connection)
        self.objections = Objections(connection)
        self.places = Places(connection)
        self.runs = Runs(connection)
        self.schedules = Schedules(connection)
        self.series = Series(connection)
        self.sessions = Sessions(connection)
        self.shares = Shares(connection)
        self.traces = Traces(connection)
        self.trash = Trash(connection)
        self.tries = Tries(connection)
        self.turns = Turns(connection)
        self.users = Users(connection)
