"""What a name stands for: a field, a path through links, an option, the record, the user."""

from __future__ import annotations

from dataclasses import replace

from relasi.diagnostics import nearest
from relasi.schema.expressions import literals
from relasi.schema.expressions.functions import FUNCTIONS
from relasi.schema.expressions.problems import Problem
from relasi.schema.expressions.scope import Scope, ScopeField
from relasi.schema.expressions.syntax import Function, Name, Syntax
from relasi.schema.expressions.tree import (
    CurrentUser,
    Given,
    KindOf,
    Node,
    Read,
    TeamOf,
    ThisRecord,
    WeightOf,
)
from relasi.schema.expressions.types import (
    Choice,
    Files,
    Link,
    MultiChoice,
    Number,
    Rows,
    Type,
    User,
    comparable,
)

MOST_HOPS = 3
KINDS = ("open", "paused", "done")
TEAM = "user.team"
"""Whose options the teams are."""

_ROOTS = ("record", "this", "user")
_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
"""What people write for true and false, where no field is called so."""


def leans(part: Syntax, scope: Scope) -> bool:
    """Whether the part gets its meaning from what stands opposite: it may be an option of a choice."""
    if isinstance(part, Function) and part.name in ("if", "coalesce"):
        return any(leans(argument, scope) for argument in part.arguments[part.name == "if" :])
    if not isinstance(part, Name) or len(part.parts) > 1 or part.parts[0] in _ROOTS:
        return False
    return scope.field(scope.entity, part.parts[0]) is None


def resolved(name: Name, scope: Scope, wanted: Type | None) -> Node | Problem:
    """The node that the name stands for, or why it stands for none."""
    root, *rest = name.parts
    if not rest and isinstance(wanted, (Choice, MultiChoice)):
        return _word(name, scope, wanted)
    if root == "user":
        return _user(name, scope)
    if root == "record" and scope.outer:
        return _given(name, scope, scope.outer)
    if root in ("record", "this") and not rest:
        if not scope.entity:
            return Problem("there is no record here", *name.at, help=_NO_RECORD)
        return ThisRecord(at=name.at, type=Link((scope.entity,)))
    if root == "old" and rest:
        if not scope.has_old:
            help = "old is known only where a change is looked at, such as in a rule"
            return Problem("there is no old record here", *name.at, help=help)
        return _path(name, scope, 1)
    return _path(name, scope, 1 if root == "record" else 0)


def _word(name: Name, scope: Scope, wanted: Choice | MultiChoice) -> Node | Problem:
    """One word opposite a choice: an option, else a field, and an error where either could stand there."""
    word = name.parts[0]
    field = scope.field(scope.entity, word)
    if word in wanted.options:
        if field is None or not comparable(field.type, Choice(wanted.options)):
            return literals.option(word, wanted, name.at)
        message = f'"{word}" is an option here, and a field with such options too'
        help = f'quote the option: "{word}", or write record.{word} for the field'
        return Problem(message, *name.at, help=help)
    if field is not None:
        return _path(name, scope, 0)
    if word in _ROOTS:
        return resolved(name, scope, None)
    return literals.option(word, wanted, name.at)


def _user(name: Name, scope: Scope) -> Node | Problem:
    if not scope.has_user:
        return Problem("there is no user here", *name.at, help="nobody in particular asks at this place")
    if name.parts == ("user", "team"):
        return _team(name, CurrentUser(at=name.part(0), type=User()), scope)
    if name.parts not in (("user",), ("user", "id")):
        return Problem(
            f'user has no field "{name.parts[1]}"',
            *name.part(1),
            help="user alone is the current user, user.team the team that they are in",
        )
    return CurrentUser(at=name.at, type=User())


def _team(name: Name, user: Node, scope: Scope) -> Node | Problem:
    """People change teams without a record changing, so only what is asked at a moment may read them."""
    if not scope.has_user:
        return Problem("who is in which team is not known here", *name.at, help="ask for the user instead")
    if not scope.teams:
        return Problem("there are no teams", *name.at, help="define them in config/teams.yaml")
    return TeamOf(user=user, at=name.at, type=Choice(tuple(scope.teams), TEAM))


def type_of(name: Name, scope: Scope) -> Type | None:
    """The type of what the name stands for on its own; None where it stands for nothing."""
    found = resolved(name, scope, None)
    return None if isinstance(found, Problem) else found.type


def _given(name: Name, scope: Scope, outer: str) -> Node | Problem:
    """What `record` stands for, and `record.` reads, where other records are asked about."""
    if len(name.parts) == 1:
        itself = ThisRecord(at=name.at, type=Link((outer,)))
        return Given(field=itself, at=name.at, type=itself.type)
    field = _path(name, scope, 1, outer)
    if isinstance(field, Read) and isinstance(field.type, Rows):
        return Problem("tables of the record itself are not known here", *name.at, help="ask for its fields")
    if isinstance(field, TeamOf) and isinstance(field.user, Read):
        user = Given(field=field.user, at=field.user.at, type=field.user.type)
        return replace(field, user=user)
    if isinstance(field, (Read, KindOf, WeightOf)):
        return Given(field=field, at=name.at, type=field.type)
    return field


def _path(name: Name, scope: Scope, first: int, root: str = "") -> Node | Problem:
    """A field, reached through links from part `first` on; `root` is the entity that it starts from."""
    steps = name.parts[first:]
    entity = root or scope.entity
    entities: list[str] = []
    found: ScopeField | None = None
    for index, step in enumerate(steps):
        at = name.part(first + index)
        if found is not None:
            if step == "kind" and found.kinds is not None and index == len(steps) - 1:
                return _kind(name, steps[:-1], tuple(entities), found)
            if step == "weight" and found.weights and index == len(steps) - 1:
                return _weight(name, steps[:-1], tuple(entities), found)
            if step == "team" and isinstance(found.type, User) and index == len(steps) - 1:
                return _team(name, _read(name, steps[:-1], tuple(entities), found), scope)
            if not isinstance(found.type, Link):
                return Problem(
                    f"{steps[index - 1]} is no link, it has no fields", *at, help=_dot_help(steps, found)
                )
            if len(found.type.targets) != 1:
                choices = " or ".join(found.type.targets)
                return Problem(f"{steps[index - 1]} may link to {choices}, so it has no fields here", *at)
            entity = found.type.targets[0]
        found = scope.field(entity, step)
        if found is None:
            return _unknown(step, entity, scope, at)
        if found.closed:
            return Problem(f"{step} is encrypted, and cannot be read here", *at, help=_ENCRYPTED)
        entities.append(entity)
    if found is None or len(steps) > MOST_HOPS + 1:
        return Problem(f"a path goes through {MOST_HOPS} links at most", *name.at)
    if isinstance(found.type, Rows) and name.parts[0] == "old":
        return Problem("what a table held before is not known", *name.at, help="ask for what it holds now")
    return _read(name, steps, tuple(entities), found)


def _dot_help(steps: tuple[str, ...], found: ScopeField) -> str:
    words = (("kind", found.kinds), ("weight", found.weights), ("team", isinstance(found.type, User)))
    asked = [word for word, known in words if known]
    return f"only {' and '.join(f'{steps[0]}.{word}' for word in asked)} can be asked" if asked else ""


def _read(name: Name, path: tuple[str, ...], entities: tuple[str, ...], field: ScopeField) -> Read:
    type_ = field.type
    if isinstance(type_, Choice | Files | MultiChoice):
        type_ = replace(type_, owner=f"{entities[-1]}.{path[-1]}")
    return Read(path=path, entities=entities, old=name.parts[0] == "old", at=name.at, type=type_)


def _kind(name: Name, path: tuple[str, ...], entities: tuple[str, ...], field: ScopeField) -> KindOf:
    owner = f"{entities[-1]}.{path[-1]}.kind"
    return KindOf(
        field=_read(name, path, entities, field),
        kinds=dict(field.kinds or {}),
        at=name.at,
        type=Choice(KINDS, owner),
    )


def _weight(name: Name, path: tuple[str, ...], entities: tuple[str, ...], field: ScopeField) -> WeightOf:
    read = _read(name, path, entities, field)
    return WeightOf(field=read, weights=dict(field.weights or {}), at=name.at, type=Number())


_ENCRYPTED = "conditions of forms and of refuse: read it; rules, lists, access and messages do not"
_NO_RECORD = "the rule is about no record; steps inside for each run on some"


def _unknown(word: str, entity: str, scope: Scope, at: tuple[int, int]) -> Problem:
    if word in FUNCTIONS:
        return Problem(f"{word} is a function", *at, help=f"write {FUNCTIONS[word].signature}")
    if word.lower() in _TRUTHS:
        return Problem(f'"{word}" means nothing here', *at, suggestion=_TRUTHS[word.lower()])
    if not entity:
        return Problem(f'there is no record here that could have a field "{word}"', *at, help=_NO_RECORD)
    suggestion = nearest(word, scope.fields(entity))
    help = "" if suggestion else "text stands in quotes"
    return Problem(f'{entity} has no field "{word}"', *at, suggestion, help)
