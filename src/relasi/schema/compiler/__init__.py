"""Documents -> the Model, in named passes. Every pass goes on after a mistake, so that one run reports all
of them.

1. shape: each document as a spec
2. names: settings, value lists, roles, entities and the types of their fields; then every name is known
3. meaning: conditions, processes, forms, lists, access, rules, departments, sample data
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from relasi.config.documents import Document, Home
from relasi.diagnostics import Diagnostics, Span
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entities import compile_entity, with_inbound
from relasi.schema.compiler.fields import type_fields
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.project import (
    compile_department,
    compile_platform,
    compile_roles,
    compile_sample,
    compile_settings,
)
from relasi.schema.compiler.shapes import shaped
from relasi.schema.compiler.values import compile_value_lists
from relasi.schema.compiler.workflows import compile_workflow
from relasi.schema.model import Model, Role, Sample, Workflow
from relasi.schema.spec import SPECS
from relasi.schema.spec.entity import EntitySpec
from relasi.schema.spec.project import (
    CrmSpec,
    DepartmentSpec,
    PlatformSpec,
    RolesSpec,
    SampleSpec,
    ValueListsSpec,
)
from relasi.schema.spec.workflow import WorkflowSpec

S = TypeVar("S", bound=BaseModel)


def compile_model(
    documents: Sequence[Document], diagnostics: Diagnostics, fingerprint: str, *, broken: Iterable[Home] = ()
) -> Model | None:
    """The Model, or None when there is any error; what was found is in `diagnostics` either way.

    `broken` are documents that could not be read and have been reported.
    """
    shapes = _Shapes(documents, diagnostics)
    crm = next(shapes.all(CrmSpec), None)
    if crm is None:
        if not diagnostics.has_errors:
            diagnostics.error("no-settings", "there is no config/crm.yaml", Span.whole("config/crm.yaml"))
        return None
    draft = Draft(languages=tuple(crm[0].languages), currency=crm[0].currency)
    misshapen = [document.name for document in shapes.misshapen if document.kind == "entity"]
    draft.broken = frozenset((*misshapen, *(home.name for home in broken if home.kind == "entity")))
    roles = _names(draft, shapes)
    platforms = {spec.platform: compile_platform(spec) for spec, _ in shapes.all(PlatformSpec)}
    settings = compile_settings(*crm, platforms)
    entities = {name: made for name, each in draft.entities.items() if (made := compile_entity(draft, each))}
    workflows = {each.name: each for each in _workflows(draft, shapes)}
    departments = {
        spec.department: compile_department(draft, spec, page) for spec, page in shapes.all(DepartmentSpec)
    }
    sample = next((compile_sample(draft, *each) for each in shapes.all(SampleSpec)), Sample())
    if diagnostics.has_errors:
        return None
    return Model(
        settings=settings,
        platform=platforms[settings.platform],
        entities=with_inbound(entities),
        roles=roles,
        departments=MappingProxyType(departments),
        workflows=MappingProxyType(workflows),
        value_lists=MappingProxyType(draft.value_lists),
        sample=sample,
        fingerprint=fingerprint,
    )


def _names(draft: Draft, shapes: _Shapes) -> MappingProxyType[str, Role]:
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
    for entity in draft.entities.values():
        type_fields(draft, entity)
    return MappingProxyType(roles)


def _workflows(draft: Draft, shapes: _Shapes) -> Iterator[Workflow]:
    for spec, page in shapes.all(WorkflowSpec):
        if workflow := compile_workflow(draft, spec, page):
            yield workflow


class _Shapes:
    """Every document as its spec, with its page; those with the wrong shape have been reported and are left
    out."""

    def __init__(self, documents: Sequence[Document], diagnostics: Diagnostics) -> None:
        self._found: list[tuple[BaseModel, Page]] = []
        self.misshapen: list[Document] = []
        for document in documents:
            page = Page(document, diagnostics)
            if spec := shaped(SPECS[document.kind], page):
                self._found.append((spec, page))
            else:
                self.misshapen.append(document)

    def all(self, kind: type[S]) -> Iterator[tuple[S, Page]]:
        return ((spec, page) for spec, page in self._found if isinstance(spec, kind))
