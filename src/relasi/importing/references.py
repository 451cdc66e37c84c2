"""Links and people in a file stand as names; here they become ids, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from relasi.importing.cells import ABSENT
from relasi.importing.lookup import find_rows
from relasi.importing.mapping import Draft, Reference, Source
from relasi.importing.mapping import Mapping as ImportMapping
from relasi.importing.report import Reason
from relasi.records import Accepted, Work
from relasi.schema.fields.base import FieldType, Value, ValueProblem
from relasi.schema.fields.text import TextField
from relasi.schema.model import Model
from relasi.store.users import User

USER = "user"
"""The target of fields that hold a person."""

_USER_FIELDS = ("name", "email", "full_name")
_AMBIGUOUS = object()


def match_types(model: Model, target: str) -> Mapping[str, FieldType]:
    """The fields by which a record of the target can be named."""
    if target == USER:
        return dict.fromkeys(_USER_FIELDS, TextField(type="text"))
    return {field.name: field.type for field in model.entities[target].own_fields if not field.links_to}


def match_by_default(model: Model, target: str) -> str:
    """The first field of a record's title, which is what people call it by; the sign-in name of a user."""
    if target == USER:
        return _USER_FIELDS[0]
    legal = match_types(model, target)
    titled = (name for each in model.entities[target].title.expressions for name in sorted(each.fields))
    return next((name for name in titled if name in legal), next(iter(legal), ""))


class References:
    """Remembers what it has found, so that a name is looked up once per run."""

    def __init__(self, mapping: ImportMapping, users: Iterable[User] = ()) -> None:
        self._mapping = mapping
        self._references = mapping.references
        self._known: dict[tuple[str, str], dict[Value, object]] = {}
        for name in _USER_FIELDS:
            known = self._known.setdefault((USER, name), {})
            for user in users:
                _remember(known, getattr(user, name).casefold(), user.id)

    def copy(self) -> References:
        """What a transaction learns is known for sure only when it is saved."""
        copy = References(self._mapping)
        copy._known = {place: dict(known) for place, known in self._known.items()}
        return copy

    def resolve(self, work: Work, drafts: Sequence[Draft]) -> None:
        """Fills the drafts' links; a name that nothing has, or several have, becomes an issue of its row."""
        for reference in self._references:
            waiting = [
                each for each in drafts if each.wanted.get(reference.field) is not None and not each.reasons
            ]
            known = self._known.setdefault((reference.target, reference.match), {})
            if reference.target != USER:
                self._look_up(work, reference, waiting, known)
                if reference.create is not None:
                    _create(work, reference, reference.create, waiting, known)
            for each in waiting:
                _settle(reference, each, known)

    def _look_up(
        self, work: Work, reference: Reference, drafts: Sequence[Draft], known: dict[Value, object]
    ) -> None:
        names = {each.wanted[reference.field] for each in drafts} - known.keys()
        if not names:
            return
        for row in find_rows(work, reference.target, reference.match, sorted(names, key=str)):
            _remember(known, row[reference.match], row["id"])


def _create(
    work: Work,
    reference: Reference,
    sources: Sequence[Source],
    drafts: Sequence[Draft],
    known: dict[Value, object],
) -> None:
    """Makes one record for each name that is still unknown, filled from the first row that has it."""
    firsts: dict[Value, Draft] = {}
    for each in drafts:
        name = each.wanted[reference.field]
        if name not in known:
            firsts.setdefault(name, each)
    rows = []
    for name, first in list(firsts.items()):
        try:
            rows.append(Accepted({**_filled(sources, first), reference.match: name}))
        except ValueProblem as problem:
            first.reasons.append(Reason(reference.field, f"issues.{problem.code}", problem.params))
            del firsts[name]
    if not rows:
        return
    if not work.rights(reference.target).create:
        for first in firsts.values():
            first.reasons.append(Reason(reference.field, "errors.may_not_create"))
        return
    for (name, first), result in zip(firsts.items(), work.create_many(reference.target, rows), strict=True):
        if result.id is None:
            first.reasons += (Reason.of(issue, reference.field) for issue in result.issues)
        else:
            known[name] = result.id


def _filled(sources: Sequence[Source], row: Draft) -> dict[str, Value]:
    taken = {source.field: source.take(row.cells) for source in sources}
    return {name: value for name, value in taken.items() if value is not ABSENT}


def _settle(reference: Reference, draft: Draft, known: Mapping[Value, object]) -> None:
    name = draft.wanted[reference.field]
    key = known.get(name.casefold() if reference.target == USER else name)
    if isinstance(key, str):
        draft.values[reference.field] = f"{reference.target}/{key}" if reference.qualified else key
    elif not draft.reasons:
        sentence = "imports.several_have_name" if key is _AMBIGUOUS else "imports.nothing_has_name"
        draft.reasons.append(Reason(reference.field, sentence, {"value": name}))


def _remember(known: dict[Value, object], name: Value, key: str) -> None:
    known[name] = key if known.get(name, key) == key else _AMBIGUOUS
