"""What config/ says: settings, roles, departments, platforms and sample data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

import phonenumbers
from babel import Locale
from babel.core import get_global

from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.settings.calendars import compile_calendars, compile_zone
from relasi.schema.compiler.settings.mail import compile_outside
from relasi.schema.compiler.settings.sign_in import compile_sign_in
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.notation.durations import read_duration
from relasi.schema.labels import label_of
from relasi.schema.model import (
    Department,
    Keep,
    MenuItem,
    PlatformSettings,
    Role,
    Settings,
    Start,
)
from relasi.schema.samples import EVEN, Sample, SampleSet, SampleUser
from relasi.schema.secrets import Secret
from relasi.schema.spec.project import CrmSpec, DepartmentSpec, RoleSpec, RolesSpec, SampleSpec


def compile_settings(spec: CrmSpec, page: Page, platforms: Mapping[str, PlatformSettings]) -> Settings:
    if spec.currency not in get_global("all_currencies"):
        page.unknown(
            ("currency",),
            "unknown-currency",
            f'there is no currency "{spec.currency}"',
            spec.currency,
            get_global("all_currencies"),
            help="write its ISO 4217 code, such as IDR",
        )
    for code in spec.rates:
        if code not in get_global("all_currencies"):
            message = f'there is no currency "{code}"'
            known = get_global("all_currencies")
            page.unknown(("rates", code), "unknown-currency", message, code, known, at_key=True)
    if spec.region not in phonenumbers.SUPPORTED_REGIONS:
        message = f'"{spec.region}" is not a country'
        help = "write the two capital letters of the country, such as ID or SG"
        regions = sorted(phonenumbers.SUPPORTED_REGIONS)
        page.unknown(("region",), "unknown-region", message, spec.region, regions, help=help)
    zone = compile_zone(page, ("time_zone",), spec.time_zone)
    page.pick(("platform",), "unknown-platform", "platform", spec.platform, platforms)
    return Settings(
        name=spec.name,
        languages=tuple(spec.languages),
        currency=spec.currency,
        zone=zone,
        platform=spec.platform,
        keep_removed=_length(page, ("keep_removed",), spec.keep_removed),
        studio=spec.studio,
        keep=Keep(
            notifications=_length(page, ("keep", "notifications"), spec.keep.notifications),
            outbox=_length(page, ("keep", "outbox"), spec.keep.outbox),
            runs=_length(page, ("keep", "runs"), spec.keep.runs),
        ),
        calendars=compile_calendars(page, spec.calendars, zone, tuple(spec.languages)),
        outside=compile_outside(spec, page),
        data_keys=Secret(spec.data_keys.env, spec.data_keys.file),
        sign_in=compile_sign_in(spec, page),
    )


def _length(page: Page, path: Path, written: str) -> timedelta:
    try:
        found = read_duration(written, Locale("en"))
    except ValueProblem:
        found = timedelta()
    if found <= timedelta():
        message = f'"{path[-1]}" cannot be "{written}"'
        page.wrong(path, "bad-value", message, help="write a length of time, such as 30 days")
    return found


def compile_roles(draft: Draft, spec: RolesSpec, page: Page) -> Mapping[str, Role]:
    written = {name: role or RoleSpec() for name, role in spec.root.items()}
    draft.roles.update({name: _with_included(written, name) for name in written})
    for name, role in written.items():
        for index, other in enumerate(role.includes):
            page.pick((name, "includes", index), "unknown-role", "role", other, written)
        if role.module:
            page.pick((name, "module"), "unknown-module", "module", role.module, draft.modules)
    roles = {
        name: Role(
            name=name,
            label=label_of(role.label, name, draft.languages),
            includes=draft.roles[name],
            everything=any(written[each].everything for each in draft.roles[name]),
            outside=written[name].outside,
            shares_views=any(written[each].share_views for each in draft.roles[name]),
            second_factor=any(written[each].second_factor == "required" for each in draft.roles[name]),
            is_offered=draft.modules.get(written[name].module or "", True),
            start=Start(role.start.page, role.start.department) if role.start else None,
        )
        for name, role in written.items()
    }
    draft.administrators.update(name for name, role in roles.items() if role.everything)
    return MappingProxyType(roles)


def _with_included(written: Mapping[str, RoleSpec], name: str) -> frozenset[str]:
    """A role with all that it includes; a circle of roles is simply one group."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in written and current not in found:
            found.add(current)
            waiting += written[current].includes
    return frozenset(found)


def check_starts(
    spec: RolesSpec, page: Page, roles: Mapping[str, Role], departments: Mapping[str, Department]
) -> None:
    """Reports departments that are not there; those of a module that is off are missed by nobody."""
    for name, role in roles.items():
        if role.start and role.start.department and role.is_offered and name in spec.root:
            path = (name, "start", "department")
            page.pick(path, "unknown-department", "department", role.start.department, departments)


def compile_department(draft: Draft, spec: DepartmentSpec, page: Page) -> Department:
    for index, role in enumerate(spec.roles):
        page.pick(("roles", index), "unknown-role", "role", role, draft.roles)
    menu = []
    for entity, lists in spec.menu.items():
        path = ("menu", entity)
        known = draft.pick_entity(page, path, entity, at_key=True)
        if known is None:
            continue
        written = dict.fromkeys(known.spec.lists or ("all",))
        for index, name in enumerate(lists or ()):
            page.pick((*path, index), "unknown-list", f"list of {entity}", name, written)
        menu.append(MenuItem(entity, tuple(lists if lists is not None else written)))
    return Department(
        name=spec.department,
        label=label_of(spec.label, spec.department, draft.languages),
        icon=spec.icon,
        roles=frozenset(spec.roles),
        menu=tuple(menu),
    )


def compile_sample(draft: Draft, spec: SampleSpec, page: Page) -> Sample:
    for name, user in spec.users.items():
        for index, role in enumerate(user.roles):
            page.pick(("users", name, "roles", index), "unknown-role", "role", role, draft.roles)
        if user.team is not None:
            page.pick(("users", name, "team"), "unknown-team", "team", user.team, draft.teams)
    for entity, wanted in spec.records.items():
        path = ("records", entity)
        known = draft.pick_entity(page, path, entity, at_key=True)
        if known:
            _known_fields(page, entity, wanted.fields, known.types)
    return Sample(
        users=tuple(
            SampleUser(
                name,
                each.full_name,
                each.email,
                tuple(each.roles),
                each.password,
                each.language or draft.languages[0],
                each.team,
                tuple(each.skills),
                tuple(each.territories),
            )
            for name, each in spec.users.items()
        ),
        sets=tuple(
            SampleSet(entity, wanted.count, MappingProxyType(wanted.fields), at=wanted.at, grows=wanted.grows)
            for entity, wanted in spec.records.items()
            if entity in draft.entities
        ),
        pools=MappingProxyType({name: tuple(values) for name, values in spec.pools.items()}),
        seasons=tuple(spec.seasons) if spec.seasons and any(spec.seasons) else EVEN,
    )


def _known_fields(page: Page, entity: str, written: Iterable[str], known: Mapping[str, object]) -> None:
    for field in written:
        path = ("records", entity, "fields", field)
        page.pick(path, "unknown-field", f"field of {entity}", field, known, at_key=True)
