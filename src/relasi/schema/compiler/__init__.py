"""Documents -> the Model, in named passes. Every pass goes on after a mistake, so that one run reports all
of them; what a mistake makes unknowable is held back, so that each is reported once.

1. shape: each document as a spec
2. names: settings, value lists, roles, entities and the types of their fields; then every name is known
3. meaning: conditions, processes, forms, lists, access, rules, departments, sample data
4. tests: what they expect of the Model, once there is one
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from relasi.config.documents import Document, Home
from relasi.diagnostics import Diagnostics
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.derived import type_derived
from relasi.schema.compiler.entity.encryption import check_encryption
from relasi.schema.compiler.entity.entities import compile_entity, connected
from relasi.schema.compiler.entity.fields import type_fields
from relasi.schema.compiler.entity.pairs import declare_pairs, grant_pairs
from relasi.schema.compiler.entity.privacy import mark_personal
from relasi.schema.compiler.labels import check_labels
from relasi.schema.compiler.page import Lost, Page
from relasi.schema.compiler.rule.steps import Kinds
from relasi.schema.compiler.rule.workflows import compile_workflow
from relasi.schema.compiler.settings.hooks import compile_hook
from relasi.schema.compiler.settings.mail import compile_message, compile_purposes, private_hosts
from relasi.schema.compiler.settings.mailboxes import compile_mailbox
from relasi.schema.compiler.settings.nocodb import check_entities
from relasi.schema.compiler.settings.platforms import compile_platform
from relasi.schema.compiler.settings.project import (
    check_starts,
    compile_department,
    compile_roles,
    compile_sample,
    compile_settings,
)
from relasi.schema.compiler.settings.sign_in import check_roles
from relasi.schema.compiler.settings.teams import compile_teams
from relasi.schema.compiler.settings.values import compile_value_lists
from relasi.schema.compiler.settings.webforms import compile_webform
from relasi.schema.compiler.shapes import salvaged
from relasi.schema.compiler.shown.dashboards import compile_dashboard
from relasi.schema.compiler.shown.tables import type_tables
from relasi.schema.compiler.trial.trials import compile_trials
from relasi.schema.model import Model, PlatformSettings, Role, Settings, Workflow, mailbox, webform
from relasi.schema.samples import Sample
from relasi.schema.spec import SPECS
from relasi.schema.spec.dashboard import DashboardSpec
from relasi.schema.spec.entity import EntitySpec
from relasi.schema.spec.hook import HookSpec
from relasi.schema.spec.mail import MessageSpec
from relasi.schema.spec.mailbox import MailboxSpec
from relasi.schema.spec.platform import PlatformSpec
from relasi.schema.spec.project import (
    CrmSpec,
    DepartmentSpec,
    ModulesSpec,
    RolesSpec,
    SampleSpec,
    ValueListsSpec,
)
from relasi.schema.spec.teams import TeamsSpec
from relasi.schema.spec.webform import FormSpec
from relasi.schema.spec.workflow import TriggerSpec, WorkflowSpec

S = TypeVar("S", bound=BaseModel)

_WHAT_NO_FILE_TELLS = {
    "roles": "unknown-role",
    "teams": "unknown-team",
    "value_lists": "unknown-value-list",
}


def compile_model(
    documents: Sequence[Document],
    diagnostics: Diagnostics,
    fingerprint: str,
    *,
    steps: Kinds,
    broken: Iterable[Home] = (),
    absent: Mapping[Home, str] = MappingProxyType({}),
) -> Model | None:
    """The Model, or None when there is any error; what was found is in `diagnostics` either way.

    `steps` are the kinds of steps that rules may have.
    `broken` are documents that could not be read and have been reported; missing settings are among them.
    `absent` are those of modules that are off, with the module.
    """
    lost = Lost(off={home.name: module for home, module in absent.items()})
    for home in broken:
        lost.words.add(home.name)
        lost.codes.update(filter(None, [_WHAT_NO_FILE_TELLS.get(home.kind)]))
    shapes = _Shapes(documents, diagnostics, lost)
    platforms = {spec.platform: compile_platform(spec, page) for spec, page in shapes.all(PlatformSpec)}
    draft, settings = _settled(shapes, platforms, lost)
    teams = next((compile_teams(draft, *each) for each in shapes.all(TeamsSpec)), {})
    roles = _names(draft, shapes)
    for found in shapes.all(PlatformSpec):
        check_entities(draft, *found)
    for spec, page in shapes.all(CrmSpec):
        check_roles(draft, spec, page)
    entities = {name: made for name, each in draft.entities.items() if (made := compile_entity(draft, each))}
    hooks = {hook.name: hook for found in shapes.all(HookSpec) if (hook := compile_hook(draft, *found))}
    webforms = {
        each.name: each
        for found in shapes.all(FormSpec)
        if (each := compile_webform(draft, *found, entities))
    }
    messages = {
        message.name: message
        for found in shapes.all(MessageSpec)
        if (message := compile_message(draft, *found, webforms))
    }
    mailboxes = {
        box.name: box for found in shapes.all(MailboxSpec) if (box := compile_mailbox(draft, *found))
    }
    workflows = {each.name: each for each in _workflows(draft, shapes, steps)}
    departments = {
        spec.department: compile_department(draft, spec, page) for spec, page in shapes.all(DepartmentSpec)
    }
    for written, page in shapes.all(RolesSpec):
        check_starts(written, page, roles, departments)
    dashboards = {
        spec.dashboard: compile_dashboard(draft, spec, page, departments)
        for spec, page in shapes.all(DashboardSpec)
    }
    sample = next((compile_sample(draft, *each) for each in shapes.all(SampleSpec)), Sample())
    if settings is None or diagnostics.has_errors:
        return None
    model = Model(
        settings=settings,
        platform=platforms[settings.platform],
        platforms=MappingProxyType(platforms),
        entities=connected(entities),
        roles=roles,
        departments=MappingProxyType(departments),
        workflows=MappingProxyType(workflows),
        value_lists=MappingProxyType(draft.value_lists),
        sample=sample,
        fingerprint=fingerprint,
        derived=tuple(draft.derivations),
        teams=teams,
        messages=MappingProxyType(messages),
        hooks=MappingProxyType(hooks),
        webforms=MappingProxyType(webforms),
        dashboards=MappingProxyType(dashboards),
        mailboxes=MappingProxyType(mailboxes),
    )
    return _tested(model, documents, diagnostics)


def _tested(model: Model, documents: Sequence[Document], diagnostics: Diagnostics) -> Model | None:
    """The Model, if its tests make sense too."""
    compile_trials(model, documents, diagnostics)
    return None if diagnostics.has_errors else model


def _settled(
    shapes: _Shapes, platforms: Mapping[str, PlatformSettings], lost: Lost
) -> tuple[Draft, Settings | None]:
    """A draft with the settings; with any settings where there are none, so that the rest can be checked."""
    found = next(shapes.all(CrmSpec), None)
    spec = found[0] if found else CrmSpec(crm=1, name="")
    draft = Draft(
        languages=tuple(spec.languages),
        currency=spec.currency,
        lost=lost,
        rates=spec.rates,
        region=spec.region,
        purposes=compile_purposes(spec),
        private_hosts=private_hosts(spec),
        modules={
            name: spec.modules is None or name in spec.modules
            for modules, _ in shapes.all(ModulesSpec)
            for name in modules.root
        },
    )
    settings = compile_settings(*found, platforms) if found else None
    draft.calendars = settings.calendars if settings else {}
    return draft, settings


def _names(draft: Draft, shapes: _Shapes) -> Mapping[str, Role]:
    """The second pass: fills the draft with all that may be referred to."""
    for lists, _ in shapes.all(ValueListsSpec):
        compile_value_lists(draft, lists)
    roles = {
        name: role
        for spec, page in shapes.all(RolesSpec)
        for name, role in compile_roles(draft, spec, page).items()
    }
    for spec, page in shapes.all(EntitySpec):
        draft.entities[spec.entity] = EntityDraft(spec, page)
    declare_pairs(draft)
    for entity in draft.entities.values():
        type_fields(draft, entity)
    type_tables(draft)
    type_derived(draft)
    check_encryption(draft)
    mark_personal(draft)
    grant_pairs(draft)
    draft.ways_in = {spec.hook: spec.entity for spec, _ in shapes.all(HookSpec)}
    draft.ways_in |= {webform.WAY_IN + spec.form: spec.entity for spec, _ in shapes.all(FormSpec)}
    draft.ways_in |= {mailbox.WAY_IN + spec.mailbox: spec.entity for spec, _ in shapes.all(MailboxSpec)}
    for message, _ in shapes.all(MessageSpec):
        draft.messages[message.message] = message.entity or ""
        draft.purposes_of[message.message] = message.purpose
    draft.called.update(
        (spec.workflow, spec.entity or "") for spec, _ in shapes.all(WorkflowSpec) if _is_called(spec)
    )
    draft.buttons.update(
        (spec.workflow, spec.entity or "") for spec, _ in shapes.all(WorkflowSpec) if _has_button(spec)
    )
    for found, page in shapes.all(BaseModel):
        check_labels(found, page, (), draft.languages)
    return MappingProxyType(roles)


def _is_called(spec: WorkflowSpec) -> bool:
    return "called" in (spec.when if isinstance(spec.when, list) else [spec.when])


def _has_button(spec: WorkflowSpec) -> bool:
    triggers = spec.when if isinstance(spec.when, list) else [spec.when]
    return any(isinstance(each, TriggerSpec) and each.button for each in triggers)


def _workflows(draft: Draft, shapes: _Shapes, steps: Kinds) -> Iterator[Workflow]:
    for spec, page in shapes.all(WorkflowSpec):
        if workflow := compile_workflow(draft, spec, page, steps):
            yield workflow


class _Shapes:
    """Every document as its spec, with its page; those of which nothing fits are left out."""

    def __init__(self, documents: Sequence[Document], diagnostics: Diagnostics, lost: Lost) -> None:
        self.pages = {document.home: Page(document, diagnostics, lost) for document in documents}
        self._found: list[tuple[BaseModel, Page]] = []
        for home, page in self.pages.items():
            if spec := salvaged(SPECS[home.kind], page):
                self._found.append((spec, page))
            else:
                lost.words.add(home.name)

    def all(self, kind: type[S]) -> Iterator[tuple[S, Page]]:
        return ((spec, page) for spec, page in self._found if isinstance(spec, kind))
