"""Boards, calendars and what is shown while a list is worked through: that they name what the entity has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.summing import is_summable
from relasi.schema.compiler.page import Path
from relasi.schema.compiler.shown.named import check_known, check_once, check_shown
from relasi.schema.derivations import Function
from relasi.schema.expressions import Template
from relasi.schema.expressions.types import Choice, Date, DateTime, Type
from relasi.schema.model import SavedList
from relasi.schema.model.layout import Board, Calendar, Work
from relasi.schema.spec.layout import BoardSpec, WorkSpec

_ON_A_CARD = 3
"""Fields, where nobody says which."""


def compile_board(
    entity: EntityDraft, lists: Mapping[str, SavedList], title: Template | None
) -> Board | None:
    """The board as written; without it that of the process, None where there is neither."""
    spec = entity.spec.board or BoardSpec()
    process = entity.spec.process
    by = spec.by or (process.field if process else None)
    if by is None:
        if entity.spec.board is not None:
            message = "the board of an entity without a process needs a choice for its columns"
            help = "add by: and the name of a choice"
            entity.page.wrong(("board",), "missing-key", message, help=help, at_key=True)
        return None
    if spec.by:
        _check_choice(entity, ("board", "by"), spec.by)
    if spec.sum:
        check_known(entity, ("board", "sum"), spec.sum)
        is_summable(entity, entity.page, ("board", "sum"), Function.SUM, spec.sum)
    card = _columns(entity, ("board", "card"), spec.card)
    told = {by, *(name for expression in title.expressions for name in expression.fields)} if title else {by}
    columns = next(iter(lists.values())).columns
    usual = tuple(name for name in columns if name not in told)[:_ON_A_CARD]
    return Board(by, spec.sum, card or usual)


def compile_calendar(draft: Draft, entity: EntityDraft) -> Calendar | None:
    spec = entity.spec.calendar
    if spec is None:
        return None
    _check_day(entity, ("calendar", "from"), spec.from_)
    if spec.to:
        _check_day(entity, ("calendar", "to"), spec.to)
    if spec.color:
        _check_choice(entity, ("calendar", "color"), spec.color)
    title = None
    if spec.title:
        title = entity.page.template(("calendar", "title"), spec.title, draft.scope(entity.name))
    process = entity.spec.process
    return Calendar(spec.from_, spec.to, title, spec.color or (process.field if process else None))


def compile_work(
    draft: Draft, entity: EntityDraft, path: Path, spec: WorkSpec | None, columns: tuple[str, ...]
) -> Work | None:
    """`columns` are those of the list."""
    if spec is None:
        return None
    for index, word in enumerate(spec.show):
        link, _, name = word.partition(".")
        if name:
            _check_path(draft, entity, (*path, "show", index), link, name)
        else:
            check_shown(entity, (*path, "show", index), word)
        check_once(entity, (*path, "show", index), word, spec.show[:index], "shown")
    show = (each for word in spec.show for each in (entity.columns(word) if "." not in word else (word,)))
    return Work(entity.shown(show) or columns, _actions(draft, entity, path, spec.actions))


def _actions(
    draft: Draft, entity: EntityDraft, path: Path, written: Sequence[str] | None
) -> tuple[str, ...] | None:
    if written is None:
        return None
    process = entity.spec.process
    moves = {name for part in process.parts.values() for name in part.moves} if process else set()
    buttons = {name for name, owner in draft.buttons.items() if owner == entity.name}
    known = dict.fromkeys((*sorted(moves), *sorted(buttons)))
    for index, name in enumerate(written):
        here, what = (*path, "actions", index), "move or rule with a button"
        entity.page.pick(here, "unknown-action", what, name, known)
    return tuple(written)


def _columns(entity: EntityDraft, path: Path, written: Sequence[str]) -> tuple[str, ...]:
    for index, name in enumerate(written):
        check_shown(entity, (*path, index), name)
        check_once(entity, (*path, index), name, written[:index], "on the card")
    return entity.shown(dict.fromkeys(each for name in written for each in entity.columns(name)))


def _check_path(draft: Draft, entity: EntityDraft, path: Path, link: str, name: str) -> None:
    """A link to several entities will do if one of them has the field."""
    check_known(entity, path, link)
    type_ = entity.types.get(link)
    if type_ is None:
        return
    targets = [draft.entities[each] for each in type_.targets() if each in draft.entities]
    if not type_.targets():
        help = "name a link, a point, and a field of what it leads to"
        entity.page.wrong(path, "bad-path", f'"{link}" is not a link', help=help)
    elif targets:
        names = " or ".join(target.name for target in targets)
        known = {field: None for target in targets for field in target.types}
        entity.page.pick(path, "unknown-field", f"field of {names}", name, known)


def _check_choice(entity: EntityDraft, path: Path, name: str) -> None:
    if not _is_of(entity, path, name, (Choice,)):
        help = "name a field of type choice"
        entity.page.wrong(path, "not-a-choice", f'"{name}" is no choice of one option', help=help)


def _check_day(entity: EntityDraft, path: Path, name: str) -> None:
    if not _is_of(entity, path, name, (Date, DateTime)):
        help = "name a field of type date or datetime"
        entity.page.wrong(path, "not-a-date", f'"{name}" holds no day', help=help)


def _is_of(entity: EntityDraft, path: Path, name: str, types: tuple[type[Type], ...]) -> bool:
    """Whether the database can read such a value from the field; of one that is not sound that was said."""
    check_known(entity, path, name)
    type_ = entity.types.get(name)
    return type_ is None or (isinstance(type_.expression_type(), types) and not type_.is_encrypted)
