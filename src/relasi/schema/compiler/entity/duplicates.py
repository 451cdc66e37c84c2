"""Rules by which records may be one and the same, and what one is made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.compiler.shown.named import check_known, check_once
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Now, Today, walk
from relasi.schema.fields.base import FieldType, Kind
from relasi.schema.labels import label_of
from relasi.schema.likeness import Liked, TwinRule, Wording
from relasi.schema.model.merging import Merging, Survives, Trust
from relasi.schema.model.quality import Quality
from relasi.schema.spec.duplicates import LikeSpec, TrustSpec, TwinSpec

_COMPARED = (Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE)


def compile_twins(draft: Draft, entity: EntityDraft) -> Iterator[TwinRule]:
    for name, spec in entity.spec.duplicates.items():
        path: Path = ("duplicates", name)
        if not spec.same and not spec.like:
            message = f'"{name}" compares nothing'
            entity.page.wrong(path, "missing-key", message, help="add same: [email], or like: {name: person}")
        same = tuple(_same(entity, path, spec))
        like = tuple(_like(entity, path, spec))
        keyed = (*same, *(each.field for each in like[:1]))
        yield TwinRule(
            name=name,
            label=label_of(spec.label, name, draft.languages),
            when=_when(draft, entity, path, spec),
            same=same,
            like=like,
            at_least=spec.at_least,
            within=_within(entity, path, spec),
            refuses=spec.then == "refuse",
            opens=any((type_ := entity.types.get(each)) and type_.is_encrypted for each in keyed),
        )


def _same(entity: EntityDraft, path: Path, spec: TwinSpec) -> Iterator[str]:
    for index, name in enumerate(spec.same):
        place = (*path, "same", index) if len(spec.same) > 1 else (*path, "same")
        check_once(entity, place, name, spec.same[:index], "compared")
        type_ = _entered(entity, place, name)
        if type_ is None:
            continue
        if type_.storage().kind in _COMPARED:
            yield name
        else:
            help = "name a field that holds one text, number or day"
            entity.page.wrong(place, "bad-value", f'"{name}" holds nothing that is compared so', help=help)


def _like(entity: EntityDraft, path: Path, spec: TwinSpec) -> Iterator[Liked]:
    """The heaviest first."""
    found: list[tuple[int, str, Wording]] = []
    for name, written in spec.like.items():
        place = (*path, "like", name)
        type_ = _entered(entity, place, name, at_key=True)
        words, weight = (written.words, written.weight) if isinstance(written, LikeSpec) else (written, 1)
        if type_ is None:
            continue
        if type_.storage().kind is Kind.TEXT and not type_.targets() and not type_.choices():
            found.append((weight, name, Wording(words)))
        else:
            help = "name it under same: values that are no words are equal, or not"
            entity.page.wrong(place, "not-text", f'"{name}" holds no text', help=help, at_key=True)
    total = sum(weight for weight, _, _ in found)
    for weight, name, wording in sorted(found, key=lambda each: -each[0]):
        yield Liked(name, wording, weight / total)


def _entered(entity: EntityDraft, place: Path, name: str, *, at_key: bool = False) -> FieldType | None:
    """The type of a field whose values are those of the record alone."""
    if at_key and name not in entity.tables:
        what = f"field of {entity.name}"
        entity.page.pick(place, "unknown-field", what, name, entity.types, at_key=True)
    else:
        check_known(entity, place, name)
    type_ = entity.types.get(name)
    if type_ is not None and (name in entity.derived or type_.computed):
        help = "name the fields that people enter"
        entity.page.wrong(place, "bad-value", f'"{name}" is made of other values', help=help)
        return None
    return type_


def _when(draft: Draft, entity: EntityDraft, path: Path, spec: TwinSpec) -> Expression | None:
    """Asked when a record is written, and not again when something else changes."""
    place = (*path, "when")
    found = entity.page.condition(place, spec.when, draft.scope(entity.name, has_user=False))
    if found is None:
        return None
    if any(isinstance(node, Now | Today) for node in walk(found.root)):
        message, help = (
            "what is alike does not depend on time",
            "ask for fields alone, or write within: 30 days",
        )
        entity.page.wrong(place, "depends-on-time", message, help=help)
    elif far := sorted(each for each in found.fields if "." in each):
        message, help = f'"{far[0]}" is not of this record', "add a field of type copy, and read that"
        entity.page.wrong(place, "bad-path", message, help=help)
    return found


def _within(entity: EntityDraft, path: Path, spec: TwinSpec) -> timedelta | None:
    return _span(entity, (*path, "within"), spec.within)


def _span(entity: EntityDraft, path: Path, written: str | None) -> timedelta | None:
    span = compile_timespan(entity.page, path, written, {}) if written else None
    return span.length if span else None


def compile_quality(entity: EntityDraft) -> Quality | None:
    spec = entity.spec.quality
    if spec is None:
        return None
    for index, name in enumerate(spec.expected):
        path: Path = ("quality", "expected", index) if len(spec.expected) > 1 else ("quality", "expected")
        check_known(entity, path, name)
    expected = tuple(name for name in spec.expected if name in entity.types)
    return Quality(expected, _span(entity, ("quality", "stale_after"), spec.stale_after))


def compile_merging(entity: EntityDraft) -> Merging:
    spec = entity.spec.merge
    if spec is None:
        return Merging()
    kept: dict[str, Survives | Trust] = {}
    for name, written in spec.fields.items():
        place: Path = ("merge", "fields", name)
        _entered(entity, place, name, at_key=True)
        kept[name] = _trust(entity, place, written) if isinstance(written, TrustSpec) else Survives(written)
    return Merging(Survives(spec.keep), kept)


def _trust(entity: EntityDraft, path: Path, spec: TrustSpec) -> Trust:
    check_known(entity, (*path, "by"), spec.by)
    type_ = entity.types.get(spec.by)
    options = type_.choices() if type_ else {}
    if type_ and not options:
        help = "name a field of type choice"
        entity.page.wrong((*path, "by"), "not-a-choice", f'"{spec.by}" has no options', help=help)
    for index, option in enumerate(spec.trust if options else ()):
        what = f"option of {spec.by}"
        entity.page.pick((*path, "trust", index), "unknown-option", what, option, options)
    return Trust(spec.by, tuple(spec.trust))
