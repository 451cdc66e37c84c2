"""The project as a whole, and what belongs to no entity: the company, its roles and departments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from relasi.schema.calendars import Calendar, always
from relasi.schema.fields.base import Option
from relasi.schema.labels import Label
from relasi.schema.model.dashboard import Dashboard
from relasi.schema.model.entity import Entity
from relasi.schema.model.hook import Hook
from relasi.schema.model.mail import Message, Outside
from relasi.schema.model.mailbox import Mailbox
from relasi.schema.model.platform import PlatformSettings
from relasi.schema.model.sign_in import SignIn
from relasi.schema.model.webform import WebForm
from relasi.schema.model.workflow import Workflow, walk
from relasi.schema.samples import Sample
from relasi.schema.secrets import Secret

_DATA_KEYS = Secret(file="keys/data.keys")


@dataclass(frozen=True, slots=True)
class Keep:
    """How long the engine keeps what is over."""

    notifications: timedelta = timedelta(days=180)
    outbox: timedelta = timedelta(days=365)
    runs: timedelta = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Settings:
    """crm.yaml: the company as a whole."""

    name: str
    languages: tuple[str, ...]
    """The first one is the default."""
    currency: str
    """ISO 4217."""
    zone: ZoneInfo
    platform: str
    keep_removed: timedelta = timedelta(days=30)
    """How long what a change takes away can be brought back."""
    studio: bool = True
    """Whether administrators may change the project's files by way of the pages."""
    keep: Keep = Keep()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """When people work. The first one is the default."""
    outside: Outside = field(default_factory=Outside)
    data_keys: Secret = _DATA_KEYS
    """Where the keys are found that encrypt fields."""
    sign_in: SignIn = field(default_factory=SignIn)

    @property
    def calendar(self) -> Calendar:
        """The default one."""
        return next(iter(self.calendars.values()), always(self.zone))


@dataclass(frozen=True, slots=True)
class Start:
    """The page that a day begins with; without a department, in the first that the person may enter."""

    page: str
    department: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """`includes` holds the roles whose grants this one has too, directly or through others, itself
    included."""

    name: str
    label: Label
    includes: frozenset[str]
    everything: bool
    """May do all with all records; for administrators."""
    outside: bool = False
    """Whether it is held by people who do not work here."""
    second_factor: bool = False
    """Whether nobody comes in with a password alone."""
    shares_views: bool = False
    """Whether views of lists may be saved for others, too."""
    is_offered: bool = True
    """Whether people are given it: not where its module is off."""
    start: Start | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """`branch` holds it and all teams that stand below it, directly or through others."""

    name: str
    label: Label
    below: str | None
    """The team that it is a part of."""
    branch: frozenset[str]


@dataclass(frozen=True, slots=True)
class MenuItem:
    entity: str
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    label: Label
    icon: str
    roles: frozenset[str]
    menu: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A whole project, compiled. `fingerprint` changes whenever any document does."""

    settings: Settings
    platform: PlatformSettings
    entities: Mapping[str, Entity]
    roles: Mapping[str, Role]
    departments: Mapping[str, Department]
    workflows: Mapping[str, Workflow]
    value_lists: Mapping[str, Mapping[str, Option]]
    sample: Sample
    fingerprint: str
    derived: tuple[tuple[str, str], ...] = ()
    """Entity and field of all that is derived, each behind what it is made of."""
    messages: Mapping[str, Message] = field(default_factory=dict)
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    webforms: Mapping[str, WebForm] = field(default_factory=dict)
    dashboards: Mapping[str, Dashboard] = field(default_factory=dict)
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)

    teams: Mapping[str, Team] = field(default_factory=dict)
    platforms: Mapping[str, PlatformSettings] = field(default_factory=dict)
    """All that the project describes, by name; `platform` is the one that it uses."""

    @property
    def ways_in(self) -> Mapping[str, str]:
        """What rules call the ways by which records come from outside, each with the entity."""
        forms = {form.way_in: form.entity for form in self.webforms.values()}
        mailboxes = {mailbox.way_in: mailbox.entity for mailbox in self.mailboxes.values()}
        return {**{hook.name: hook.entity for hook in self.hooks.values()}, **forms, **mailboxes}

    @property
    def branches(self) -> Mapping[str, frozenset[str]]:
        """Each team with all that stand below it."""
        return {name: team.branch for name, team in self.teams.items()}

    def guarded(self, entity: str) -> frozenset[str]:
        """The fields that may have to stay as they are while a step waits."""
        steps = (step for each in self.workflows.values() for step in walk(each.steps))
        return frozenset(name for step in steps if step.entity == entity for name in step.guards())

    def rules_for(self, entity: str) -> Iterator[Workflow]:
        return (each for each in self.workflows.values() if each.entity == entity)
