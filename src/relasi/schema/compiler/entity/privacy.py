"""People's data: which fields are personal and what for, whose records are, and how long they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from relasi.schema.compiler.draft import Draft, EntityDraft, Mark, Place
from relasi.schema.compiler.entity.made import Written, make_field
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.settings.mail import SERVICE
from relasi.schema.derivations import Computed, Derivation, Function, Rollup, is_binding
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Now, Today, walk
from relasi.schema.expressions.types import Date, DateTime, type_name
from relasi.schema.fields.base import FieldSpec, FieldType
from relasi.schema.fields.notation.definitions import (
    OnEraseKey,
    OnEraseSpec,
    RetentionKey,
    RetentionSpec,
)
from relasi.schema.labels import label_of
from relasi.schema.model.privacy import BECAUSE, RESTRICTED, Fate, OnErase, Personal, Retention, Then
from relasi.schema.terms import Term
from relasi.texts import LANGUAGES, say

_AFTER = " after "


def inherited(spec: FieldSpec) -> dict[str, object]:
    """What the parts of a field say that do not say it themselves."""
    said: dict[str, object] = {"personal": spec.personal, "purpose": spec.purpose, "keep": spec.retention}
    said["on_erase"] = spec.on_erase
    return {key: value for key, value in said.items() if value}


def type_restriction(draft: Draft, entity: EntityDraft) -> None:
    """The fields that every person has: whether the data are restricted, and why."""
    if entity.spec.person is False:
        return
    purpose = () if entity.spec.purpose else SERVICE
    kinds: Mapping[str, Written] = {
        RESTRICTED: {"type": "boolean", "index": True},
        BECAUSE: {"type": "text", "max_length": 400, "personal": True, "purpose": purpose},
    }
    for name, written in kinds.items():
        label = {language: say(language, f"values.{name}") for language in LANGUAGES}
        keys = {**written, "label": label, "read_only": True}
        make_field(draft, entity, name, keys, ("person",), by='"person"')


def mark_personal(draft: Draft) -> None:
    """Fills `draft.marks`. What is made of personal values is personal itself, and for the same purposes."""
    for entity in draft.entities.values():
        for name, type_ in entity.types.items():
            if type_ is not None and type_.personal:
                kind = Personal.SPECIAL if type_.personal == "special" else Personal.ORDINARY
                draft.marks[entity.name, name] = Mark(kind, type_.purpose or entity.spec.purpose)
        _check_purposes(draft, entity)
    for place, derivation in draft.derivations.items():
        sources = [draft.marks[each] for each in _sources(derivation) if each in draft.marks]
        own = draft.marks.get(place)
        if sources:
            draft.marks[place] = _joined([*([own] if own else []), *sources])


def _joined(marks: Iterable[Mark]) -> Mark:
    found = list(marks)
    special = any(each.personal is Personal.SPECIAL for each in found)
    purposes = dict.fromkeys(name for each in found for name in each.purposes)
    return Mark(Personal.SPECIAL if special else Personal.ORDINARY, tuple(purposes))


def _sources(derivation: Derivation) -> Iterator[Place]:
    match derivation:
        case Computed():
            for read in derivation.reads:
                yield read.entities[-1], read.path[-1]
        case Rollup(field=str(field)) if derivation.function is not Function.COUNT:
            yield derivation.entity, field


def _check_purposes(draft: Draft, entity: EntityDraft) -> None:
    """What a field says for all its parts is checked once."""
    for index, name in enumerate(entity.spec.purpose):
        _pick(draft, entity.page, ("purpose", index), name)
    written = {entity.place(name)[:2]: (name, type_) for name, type_ in reversed([*entity.own_types()])}
    for field, type_ in reversed(written.values()):
        for index, name in enumerate(type_.purpose):
            _pick(draft, entity.page, (*entity.place_of_key(field, "purpose"), index), name)
        _check_purpose(entity, field, type_)


def _check_purpose(entity: EntityDraft, field: str, type_: FieldType) -> None:
    page, purposes = entity.page, type_.purpose or entity.spec.purpose
    if not type_.personal and (type_.purpose or type_.retention):
        key = "purpose" if type_.purpose else "keep"
        message = f'"{key}" is about personal values, and {field} has none'
        help = f"add personal: true, or take {key} away"
        page.wrong(entity.place_of_key(field, key), "contradiction", message, help=help, at_key=True)
    if type_.personal == "special" and not purposes:
        message = f"nothing says what the special values of {field} are kept for"
        help = "add purpose: with a name from purposes in config/crm.yaml"
        page.wrong(entity.place_of_key(field, "personal"), "no-purpose", message, help=help, at_key=True)


def _pick(draft: Draft, page: Page, path: Path, name: str) -> None:
    page.pick(path, "unknown-purpose", "purpose", name, draft.purposes)


def compile_person(draft: Draft, entity: EntityDraft) -> tuple[Expression | bool, tuple[str, ...]]:
    """Whether its records are people, and the links that lead to those whom they are about."""
    spec, page = entity.spec, entity.page
    person: Expression | bool | None = spec.person if isinstance(spec.person, bool) else None
    if person is None:
        scope = draft.scope(entity.name, has_user=False)
        person = page.condition(("person",), spec.person, scope) or False
    for index, name in enumerate(spec.belongs_to):
        path = ("belongs_to", index)
        type_ = page.pick(path, "unknown-field", f"field of {entity.name}", name, entity.types)
        if isinstance(type_, FieldType) and not _leads_to_person(draft, type_.targets(), set()):
            message = f"{name} leads to no person, and to nothing that belongs to one"
            help = "add person: true to the entity whose records are people, or belongs_to: on the way there"
            page.wrong(path, "leads-to-nobody", message, help=help)
    return person, spec.belongs_to


def _leads_to_person(draft: Draft, targets: Iterable[str], seen: set[str]) -> bool:
    for target in targets:
        found = draft.entities.get(target)
        if found is None or target in seen:
            continue
        seen.add(target)
        links = [type_.targets() for name in found.spec.belongs_to if (type_ := found.types.get(name))]
        if found.spec.person is not False or any(_leads_to_person(draft, each, seen) for each in links):
            return True
    return False


def compile_keep(
    draft: Draft, entity: EntityDraft, path: Path, written: RetentionKey | None
) -> Retention | None:
    """None where there is none, or where it is wrong and has been reported."""
    if written is None:
        return None
    if isinstance(written, RetentionSpec):
        term, after, then = written.for_, written.after, Then(written.then)
        at_term, at_after, source = (*path, "for"), (*path, "after"), after
    else:
        term, mark, after = written.partition(_AFTER)
        then, at_term, at_after = Then.ASK, path, path
        source = " " * len(term + mark) + after
        if not after.strip():
            _refuse(entity.page, path, f'"keep" cannot be "{written}"')
            return None
    read = Term.read(term)
    if read is None:
        _refuse(entity.page, at_term, f'"{term.strip()}" is no length of time')
        return None
    scope = draft.scope(entity.name, has_user=False)
    if entity.page.expression(at_after, source, scope, None) is None:
        return None
    anchor = Expression.parse(after.strip(), scope, None)
    if any(isinstance(node, (Now, Today)) for node in walk(anchor.root)):
        _refuse(entity.page, at_after, "this moves on with the clock, so the time never passes")
        return None
    if not isinstance(anchor.type, (Date, DateTime)):
        message = f"time runs from a day or a moment, not from {type_name(anchor.type)}"
        _refuse(entity.page, at_after, message)
        return None
    clock = "today()" if isinstance(anchor.type, Date) else "now()"
    passed = Expression.parse(f"({anchor.text}) <= {clock}", scope, None)
    return Retention(read, anchor, passed, then)


def _refuse(page: Page, path: Path, message: str) -> None:
    help = "write a time and what it runs from: 3 years after closed_at"
    page.wrong(path, "bad-retention", message, help=help)


def compile_field_keep(draft: Draft, entity: EntityDraft, name: str, type_: FieldType) -> Retention | None:
    """The time after which a field is emptied; one that must be filled, or that others make, cannot be."""
    path = entity.place_of_key(name, "keep")
    if type_.retention and (type_.required or is_binding(draft.derivations.get((entity.name, name)))):
        message, help = f"{name} cannot be emptied", "give the whole record a keep, or let the field be empty"
        entity.page.wrong(path, "contradiction", message, help=help, at_key=True)
        return None
    return compile_keep(draft, entity, path, type_.retention)


def compile_fate(draft: Draft, entity: EntityDraft, path: Path, written: OnEraseKey | None) -> OnErase | None:
    """What stays although it is about somebody stays for a reason."""
    if written is None:
        return None
    spec = OnEraseSpec(do=written) if isinstance(written, str) else written
    if spec.do == "keep" and not spec.because:
        help = "write {do: keep, because: the law, or the contract, that demands it}"
        entity.page.wrong(path, "no-reason", "nothing says why it stays when the person is erased", help=help)
    return OnErase(Fate(spec.do), label_of(spec.because, "", draft.languages) if spec.because else {})


def compile_field_fate(draft: Draft, entity: EntityDraft, name: str, type_: FieldType) -> OnErase | None:
    path = entity.place_of_key(name, "on_erase")
    fate = compile_fate(draft, entity, path, type_.on_erase)
    if fate is not None and fate.fate is Fate.DELETE:
        message, help = f"the field {name} is not deleted", "write anonymise: its values are emptied"
        entity.page.wrong(path, "contradiction", message, help=help)
    return fate
