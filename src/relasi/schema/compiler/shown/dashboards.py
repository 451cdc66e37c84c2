"""Dashboards: that each tile asks for figures which its records have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.summing import is_summable
from relasi.schema.compiler.page import Page, Path
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression
from relasi.schema.expressions.operations import MONTH, QUARTER, WEEK, YEAR
from relasi.schema.expressions.tree import Call
from relasi.schema.expressions.types import Boolean, Choice, Date, Link, Text, User, type_name
from relasi.schema.fields.base import Kind
from relasi.schema.labels import label_of
from relasi.schema.model import Department
from relasi.schema.model.dashboard import Dashboard, Measure, Period, Showing, Tile
from relasi.schema.spec.dashboard import DashboardSpec, DrawnSpec, FigureSpec, TileSpec

PERIODS = (WEEK, MONTH, QUARTER, YEAR)
"""The operations that make groups which follow one another in time."""
_GROUPED = (Boolean, Choice, Date, Link, Text, User)
_WITHOUT_GROUPS = (Showing.NUMBER, Showing.TABLE)


def compile_dashboard(
    draft: Draft, spec: DashboardSpec, page: Page, departments: Mapping[str, Department]
) -> Dashboard:
    for index, name in enumerate(spec.departments):
        page.pick(("departments", index), "unknown-department", "department", name, departments)
    written = [_Written(draft, page, ("tiles", name), tile) for name, tile in spec.tiles.items()]
    tiles = tuple(tile for each in written if (tile := each.tile()))
    return Dashboard(
        name=spec.dashboard,
        label=label_of(spec.label, spec.dashboard, draft.languages),
        icon=spec.icon,
        departments=tuple(spec.departments),
        period=Period(spec.period) if any(tile.period for tile in tiles) else None,
        tiles=tiles,
    )


def compile_panels(draft: Draft, entity: EntityDraft) -> Iterator[Tile]:
    """Figures on the page of a record, of the records that belong to it."""
    for name, spec in entity.spec.panels.items():
        written = _Written(draft, entity.page, ("panels", name), spec)
        tile, link = written.tile(), written.link(entity.name, spec.through)
        if tile and link:
            yield replace(tile, link=link)


@dataclass(frozen=True, slots=True)
class _Written:
    """A tile as written, at `path`."""

    draft: Draft
    page: Page
    path: tuple[str, str]
    spec: DrawnSpec

    @property
    def name(self) -> str:
        return self.path[1]

    def link(self, target: str, through: str | None) -> str | None:
        """The field by which the records belong to one of `target`; None where that is wrong."""
        entity = self.draft.entities.get(self.spec.of)
        if entity is None:
            return None
        if entity.is_broken(through):
            return None
        links = {name: type_ for name, type_ in entity.own_types() if target in type_.targets()}
        if through is None and len(links) == 1:
            return next(iter(links))
        if through is None:
            message = f"{len(links) or 'no'} links of {entity.name} lead to {target}"
            help = f"say which: through: {next(iter(links))}" if links else "name an entity that has one"
            self._wrong("of", "not-a-link", message, help=help)
            return None
        what = f"link of {entity.name} to {target}"
        found = self.page.pick((*self.path, "through"), "unknown-field", what, through, links)
        return through if found else None

    def tile(self) -> Tile | None:
        entity = self.draft.pick_entity(self.page, (*self.path, "of"), self.spec.of)
        if entity is None:
            return None
        spec, by = self.spec, tuple(self._by(entity))
        return Tile(
            name=self.name,
            label=label_of(spec.label, self.name, self.draft.languages),
            help=None if spec.help is None else label_of(spec.help, "", self.draft.languages),
            entity=entity.name,
            where=self._condition(entity, self.path, spec),
            measures=tuple(self._measures(entity)),
            by=by,
            showing=self._showing(by),
            top=spec.top,
            share=self._share(),
            period=self._period(entity),
            goal=None if spec.goal is None else Decimal(str(spec.goal)),
        )

    def _wrong(self, key: str, code: str, message: str, *, help: str) -> None:
        self.page.wrong((*self.path, key), code, message, help=help)

    def _condition(self, entity: EntityDraft, path: Path, spec: FigureSpec) -> Expression | None:
        return self.page.condition((*path, "where"), spec.where, self.draft.scope(entity.name))

    def _measures(self, entity: EntityDraft) -> Iterator[Measure]:
        """Those under `figures`, or the one that the tile has itself, whose condition is that of the tile."""
        for name, spec in (self.spec.figures or {}).items():
            path = (*self.path, "figures", name)
            yield self._measure(entity, path, name, spec, self._condition(entity, path, spec))
        if self.spec.figures is None:
            yield self._measure(entity, self.path, self.name, self.spec, None)

    def _measure(
        self, entity: EntityDraft, path: Path, name: str, spec: FigureSpec, where: Expression | None
    ) -> Measure:
        function, label = Function(spec.function), label_of(spec.label, name, self.draft.languages)
        if spec.field is not None:
            at = (*path, function.value)
            self.page.pick(at, "unknown-field", f"field of {entity.name}", spec.field, entity.types)
            is_summable(entity, self.page, at, function, spec.field)
        return Measure(name, label, function, spec.field, where)

    def _by(self, entity: EntityDraft) -> Iterator[Expression]:
        written = self.spec.by if isinstance(self.spec.by, list) else [self.spec.by] if self.spec.by else []
        for index, text in enumerate(written):
            path: Path = (*self.path, "by", index) if isinstance(self.spec.by, list) else (*self.path, "by")
            found = self.page.expression(path, text, self.draft.scope(entity.name), None)
            if found is None:
                continue
            if isinstance(found.type, _GROUPED):
                yield found
            else:
                help = "group by a choice, a link, a person, a text or a day: month(created_at)"
                message = f"{type_name(found.type)} makes no groups"
                self.page.wrong(path, "not-groupable", message, help=help)
        if len(written) > 2:
            help = "leave two of them"
            self._wrong("by", "contradiction", "groups can be split once, not more often", help=help)

    def _showing(self, by: tuple[Expression, ...]) -> Showing:
        if self.spec.show is None:
            return _by_default(by)
        showing = Showing(self.spec.show)
        if by and showing is Showing.NUMBER:
            self._wrong("show", "contradiction", "groups are not one number", help="take by away, or show")
        if showing is Showing.COHORT and not _are_stretches(by):
            message = "a cohort compares two dates by the same length of time"
            help = "write by: [month(when somebody began), month(when it was)]"
            self._wrong("show", "contradiction", message, help=help)
        elif not self.spec.by and showing not in _WITHOUT_GROUPS:
            message = f"there is nothing to draw {showing.value}s of"
            self._wrong("show", "contradiction", message, help="say by what the records are grouped: by: ...")
        return showing

    def _share(self) -> tuple[int, int] | None:
        if self.spec.share is None:
            return None
        figures = self.spec.figures or {}
        for index, name in enumerate(self.spec.share):
            path = (*self.path, "share", index)
            self.page.pick(path, "unknown-figure", "figure of this tile", name, figures)
        places = [list(figures).index(name) for name in self.spec.share if name in figures]
        return (places[0], places[1]) if len(places) == 2 else None

    def _period(self, entity: EntityDraft) -> str | None:
        field = self.spec.period if isinstance(self.spec, TileSpec) else None
        if field is None:
            return None
        path = (*self.path, "period")
        type_ = self.page.pick(path, "unknown-field", f"field of {entity.name}", field, entity.types)
        if type_ is not None and type_.storage().kind not in (Kind.DATE, Kind.DATETIME):
            help = "name a field of type date or datetime, or created_at"
            self._wrong("period", "not-a-date", f'"{field}" holds no date', help=help)
        return field


def _are_stretches(by: tuple[Expression, ...]) -> bool:
    roots = [each.root.operation for each in by if isinstance(each.root, Call)]
    return len(roots) == 2 and roots[0] in PERIODS and roots[0] == roots[1]


def _by_default(by: tuple[Expression, ...]) -> Showing:
    if not by:
        return Showing.NUMBER
    root = by[0].root
    return Showing.COLUMN if isinstance(root, Call) and root.operation in PERIODS else Showing.BAR
