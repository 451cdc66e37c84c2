"""Derived fields: what they are made of, which type keeps their values, and in which order they are made.

A field is compiled once all that it reads is known, so the order in which they are done is the one in which
their values have to be made, and a field that is needed for itself is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relasi.schema.compiler.draft import Draft, EntityDraft, Place, ProjectScope
from relasi.schema.compiler.entity.kept import Keeping
from relasi.schema.compiler.entity.leading import leads_here
from relasi.schema.compiler.entity.summing import is_summable
from relasi.schema.compiler.page import BrokenReference, Path
from relasi.schema.derivations import Computed, Derivation, Function, Rollup, When
from relasi.schema.expressions import Expression, ScopeField, Template
from relasi.schema.expressions.tree import Now, Read, Today, Under, walk
from relasi.schema.expressions.types import ORDERED, Link, Null, Number, Rows, Type, User, type_name
from relasi.schema.fields.base import EnteredSpec, FieldSpec, FieldType, has_holes
from relasi.schema.fields.copied import CopySpec
from relasi.schema.fields.formula import FormulaSpec
from relasi.schema.fields.rollup import RollupSpec

Made = tuple[FieldType, Derivation]


def type_derived(draft: Draft) -> None:
    """Fills in the types of derived fields, and `draft.derivations` in the order in which they are made."""
    entities = draft.entities.values()
    waiting = {(each.name, name): spec for each in entities for name, spec in each.derived.items()}
    while waiting:
        _compile_with_needed(draft, waiting, next(iter(waiting)))


class _NotYetError(Exception):
    """A field that is still waiting is read."""

    def __init__(self, place: Place) -> None:
        self.place = place


def _compile_with_needed(draft: Draft, waiting: dict[Place, FieldSpec], first: Place) -> None:
    """Compiles a field, and before it those that it needs; each in `chain` is needed by the one before it."""
    chain = [first]
    while chain:
        place = chain[-1]
        try:
            made = _Field(draft, draft.entities[place[0]], place[1], waiting).compiled(waiting[place])
        except _NotYetError as needed:
            if needed.place in chain:
                ring = chain[chain.index(needed.place) :]
                _refuse_ring(draft, ring)
                for each in ring:
                    chain.remove(each)
                    del waiting[each]
            else:
                chain.append(needed.place)
        else:
            del waiting[chain.pop()]
            if made is not None:
                draft.entities[place[0]].types[place[1]], draft.derivations[place] = made


def _refuse_ring(draft: Draft, ring: list[Place]) -> None:
    """One mistake with the lines of all fields that take part."""
    names = [f"{entity}.{name}" for entity, name in ring]
    spans = [
        draft.entities[entity].page.span(draft.entities[entity].place(name), at_key=True)
        for entity, name in ring
    ]
    needed = [*names[1:], names[0]]
    draft.entities[ring[0][0]].page.diagnostics.error(
        "circular-fields",
        f"{names[0]} is made of {', and that of '.join(needed if len(ring) > 1 else ['itself'])}",
        spans[0],
        help="one of them must do without the others",
        related=[
            (span, f"{name} reads {other}")
            for span, name, other in zip(spans[1:], names[1:], needed[1:], strict=True)
        ],
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a derived field may read: nothing that depends on who asks, or on what was before.

    Raises _NotYetError for a field that must be compiled first.
    """

    known: ProjectScope
    waiting: Mapping[Place, FieldSpec]
    has_old: bool = False
    has_user: bool = False
    outer: str | None = None

    @property
    def entity(self) -> str:
        return self.known.entity

    def field(self, entity: str, name: str) -> ScopeField | None:
        if (entity, name) in self.waiting:
            raise _NotYetError((entity, name))
        return self.known.field(entity, name)

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        return self.known.teams

    def trees(self, entity: str) -> tuple[str, ...]:
        return self.known.trees(entity)

    def fields(self, entity: str) -> Iterable[str]:
        return self.known.fields(entity)


@dataclass(frozen=True, slots=True)
class _Field:
    """One derived field while it is compiled."""

    draft: Draft
    entity: EntityDraft
    name: str
    waiting: Mapping[Place, FieldSpec]

    def compiled(self, spec: FieldSpec) -> Made | None:
        """None where something is wrong and has been reported."""
        try:
            match spec:
                case FormulaSpec():
                    return self._formula(spec)
                case CopySpec():
                    return self._copy(spec)
                case RollupSpec():
                    return self._rollup(spec)
        except BrokenReference:
            return None
        raise TypeError(spec)

    def _path(self, key: str) -> Path:
        return (*self.entity.place(self.name), key)

    def _wrong(self, key: str, code: str, message: str, *, help: str) -> None:
        self.entity.page.wrong(self._path(key), code, message, help=help)

    def _scope(self, entity: str) -> _Scope:
        return _Scope(self.draft.scope(entity), self.waiting)

    def _keeping(self, spec: FieldSpec) -> Keeping:
        return Keeping(self.draft, self.entity, self.name, spec)

    def _formula(self, spec: FormulaSpec) -> Made | None:
        page, path, scope = self.entity.page, self._path("value"), self._scope(self.entity.name)
        keeping = self._keeping(spec)
        given = keeping.by_word(spec.gives, spec.places) if spec.gives else None
        if has_holes(spec.value):
            if spec.gives not in (None, "text", "long_text"):
                help = (
                    f"a text with {{holes}} gives text; for {spec.gives}, write an expression without braces"
                )
                self._wrong("gives", "contradiction", "this formula gives text", help=help)
                return None
            template = page.template(path, spec.value, scope)
            if template is None or not self._is_timeless("value", *template.expressions):
                return None
            if not self._is_nameless(template):
                return None
            return given or keeping.by_word("text"), Computed(template)
        wanted = given.expression_type() if given else None
        expression = page.expression(path, spec.value, scope, wanted)
        if expression is None or not self._is_timeless("value", expression):
            return None
        if isinstance(expression.type, Null):
            self._wrong("value", "bad-value", "this formula is always empty", help="compute something")
            return None
        kept = given or keeping.by_type(expression.type, spec.places)
        if spec.places is not None and kept.name not in ("decimal", "percent"):
            help = "take places away, or write gives: decimal"
            self._wrong("places", "contradiction", f"{kept.name} has no places to choose", help=help)
            return None
        return kept, Computed(expression)

    def _copy(self, spec: CopySpec) -> Made | None:
        expression = self.entity.page.expression(
            self._path("from"), spec.from_, self._scope(self.entity.name), None
        )
        if expression is None:
            return None
        read = expression.root
        if not isinstance(read, Read) or len(read.path) < 2:
            help = (
                "write a link of this record, a point and a field of the linked record, or make it a formula"
            )
            self._wrong("from", "bad-path", "a copy takes a field of a linked record", help=help)
            return None
        source = self.draft.entities[read.entities[-1]].types[read.path[-1]]
        if source is None or not self._is_enterable(spec, read.type):
            return None
        return self._keeping(spec).like(source), Computed(expression, When(spec.when))

    def _is_enterable(self, spec: CopySpec, type_: Type) -> bool:
        """Whether keys and kind of a copy go together; what does not is reported."""
        if spec.when == "when empty" and isinstance(type_, Link):
            message = "a link that is emptied would be filled again at once"
            self._wrong("when", "contradiction", message, help="write when: on create, or when: always")
            return False
        if spec.when != "always":
            return True
        entered = EnteredSpec.model_fields.keys() - FieldSpec.model_fields.keys()
        idle = [key for key in spec.model_fields_set if key in entered]
        for key in idle:
            help = f"take {key} away, or write when: on create"
            self._wrong(key, "contradiction", "nobody enters a value that is always copied", help=help)
        return not idle

    def _rollup(self, spec: RollupSpec) -> Made | None:
        page, path = self.entity.page, self._path("of")
        child_name, _, link = spec.of.partition(".")
        child = self.draft.pick_entity(page, path, child_name)
        if child is None:
            return None
        if spec.over is not None and not link and child is self.entity:
            link = "id"
        scope = self._scope(child_name)
        for name in filter(None, (spec.field, spec.by)):
            scope.field(child_name, name)  # before anything is reported, so that it is reported once
        found = scope.field(child_name, link) if link else None
        where = page.condition(self._path("where"), spec.where, scope)
        sound = (link == "id" and spec.over is not None) or leads_here(
            self.entity, path, child, link, found.type if found else None
        )
        sound &= self._is_tree(spec.over)
        sound &= (where is not None) == (spec.where is not None)
        sound &= where is None or self._is_timeless("where", where)
        sound &= self._is_order(child, scope, spec.by)
        function = Function(spec.function)
        kept = self._rolled(spec, function, child, scope)
        if not sound or kept is None:
            return None
        by = (spec.by or "created_at") if function in (Function.FIRST, Function.LAST) else None
        return kept, Rollup(child_name, link, function, spec.field, by, where, spec.over)

    def _is_tree(self, over: str | None) -> bool:
        if over is None or over in self.entity.trees:
            return True
        help = f"its trees: {', '.join(self.entity.trees)}" if self.entity.trees else "write: parent: tree"
        self._wrong("over", "not-a-tree", f'"{over}" makes no tree of {self.entity.name}', help=help)
        return False

    def _is_order(self, child: EntityDraft, scope: _Scope, by: str | None) -> bool:
        if by is None:
            return True
        found = scope.field(child.name, by)
        if found and isinstance(found.type, ORDERED):
            return True
        if found:
            message = f"{type_name(found.type)} has no order"
            self._wrong("by", "no-order", message, help="name a field with numbers, dates or text")
        else:
            self.entity.page.pick(
                self._path("by"), "unknown-field", f"field of {child.name}", by, child.types
            )
        return False

    def _rolled(
        self, spec: RollupSpec, function: Function, child: EntityDraft, scope: _Scope
    ) -> FieldType | None:
        """What keeps the result of the function."""
        if spec.field is None:
            return self._keeping(spec).by_word("number")
        found, path = scope.field(child.name, spec.field), self._path(function.value)
        source = child.types.get(spec.field)
        if found is None or source is None:
            self.entity.page.pick(path, "unknown-field", f"field of {child.name}", spec.field, child.types)
            return None
        if function in (Function.FIRST, Function.LAST):
            return self._keeping(spec).like(source)
        if not is_summable(child, self.entity.page, path, function, spec.field):
            return None
        if function is Function.AVERAGE and isinstance(found.type, Number):
            return self._keeping(spec).by_type(Number(found.type.kind, max(found.type.places or 0, 2)))
        return self._keeping(spec).by_type(found.type)

    def _is_nameless(self, template: Template) -> bool:
        """Whether no hole names a record or a person: what these are called may change at any time, in other
        places than a dependency can tell."""
        for hole in template.expressions:
            match hole.type:
                case Link(targets=targets):
                    what = f"the titles of {' or '.join(targets)}"
                    help = f"name a field of it: {{{hole.text}.…}}; titles and messages may name the record"
                case User():
                    what, help = "the names of people", "titles and messages may name them"
                case _:
                    continue
            self._wrong("value", "depends-on-title", f"a kept text cannot follow {what}", help=help)
            return False
        return True

    def _is_timeless(self, key: str, *expressions: Expression) -> bool:
        """Whether the value can only change when a record does; where not, that is reported."""
        for expression in expressions:
            for node in walk(expression.root):
                if isinstance(node, Under):
                    help = "ask it where it is needed: in the condition of a list, of a form or of a rule"
                    self._wrong(key, "depends-on-tree", "a kept value cannot follow under()", help=help)
                    return False
                if isinstance(node, Read) and isinstance(node.type, Rows):
                    help = f"ask a rollup over {node.type.entity}.{node.type.link} instead"
                    self._wrong(key, "depends-on-rows", "a kept value cannot follow a table", help=help)
                    return False
                if isinstance(node, (Now, Today)):
                    word = "now()" if isinstance(node, Now) else "today()"
                    help = "ask it where it is needed: in the condition of a list, of a form or of a rule"
                    self._wrong(key, "depends-on-time", f"a kept value cannot follow {word}", help=help)
                    return False
        return True
