"""Recipes: how a field of a sample record gets its value. A recipe is a plain value, or one of these:

    {pick: pool}  {pick: [a, b]}  {pick: {a: 3, b: 1}}   one at random, the last with weights
    {next: pool}                                         one after the other, from the start again at the end
    {between: [1, 10], step: 1}                          a number
    {share: field, percent: 20}                          of an earlier number, or behind a link
    {days_ago: [0, 90]}  {days_ahead: [1, 30]}           a date, or a time in office hours
    {after: field, days: [1, 14]}                        later than an earlier field, but not in the future;
                                                         link.created_at: than a linked record was entered
    {template: "{first} {last}"}                         a text of pools, of earlier fields, or behind a link;
                                                         {n} counts
    {chance: 0.3, of: recipe}                            sometimes
    {one_of: [recipe, recipe]}                           any of several recipes
    {by: field, of: {option: recipe}}                    depending on an earlier field, or one behind a link
    {user: role}                                         a person of that role
    {link: entity, where: {field: value}, same: {field of the linked record: field of this one}}
                                                         in_turn: true takes one after the other

Fields get their values in the order in which they are written, so "earlier" means further up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from relasi.sample.author import Author, Path
from relasi.sample.scene import LookedAt, Scene
from relasi.schema.fields.base import Kind, Value
from relasi.schema.model import Field, Model
from relasi.schema.samples import SampleSet

Recipe = Callable[[Scene], Value]
"""Draws a value; None leaves the field to its default."""

_HOLE = re.compile(r"\{([\w.]+)\}")

Read = Callable[[Author, Field, Path, Mapping[str, Any]], Recipe]


def recipes(author: Author) -> dict[str, Recipe]:
    """One for each field that has any, in the order of the author."""
    return {
        name: _recipe(author, author.entity.fields[name], (name,), written)
        for name, written in author.fields.items()
        if name in author.entity.fields
    }


def moment(author: Author, written: Any) -> Recipe:  # Any: plain YAML
    """When a record was entered: as one of its fields says, or by a recipe."""
    if not isinstance(written, str):
        return _recipe(author, author.entity.fields["created_at"], ("at",), written)
    if written not in author.fields:
        message = f'there is no recipe for a field "{written}"'
        author.report(("at",), "unknown-field", message, word=written, candidates=author.fields)

    def draw(scene: Scene) -> Value:
        value = scene.values.get(written)
        told = _began(scene, value)
        return told if told is None or told is value else scene.not_later(told)

    return draw


def looked_at(model: Model, sets: Iterable[SampleSet]) -> LookedAt:
    """The fields that the recipes of these sets look at in records made before."""
    waiting: list[tuple[str, Any]] = [
        (each.entity, part) for each in sets for part in (each.recipes, each.at)
    ]
    found: dict[str, set[str]] = {}
    while waiting:
        entity, written = waiting.pop()
        if isinstance(written, list):
            waiting += ((entity, each) for each in written)
        if not isinstance(written, Mapping):
            continue
        waiting += ((entity, each) for each in written.values())
        paths = [written.get(key) for key in ("after", "by", "share")]
        paths += _HOLE.findall(str(written.get("template")))
        if isinstance(target := written.get("link"), str):
            same = written.get("same") or {}
            found.setdefault(target, set()).update(written.get("where") or (), same)
            paths += same.values()
        for path in paths:
            _look_along(model, entity, str(path).split("."), found)
    return {entity: frozenset(names) for entity, names in found.items()}


def _look_along(model: Model, entity: str, path: Sequence[str], found: dict[str, set[str]]) -> None:
    name, *rest = path
    field = model.entities[entity].fields.get(name)
    for target in field.links_to if field and rest else ():
        found.setdefault(target, set()).add(rest[0])
        _look_along(model, target, rest, found)


def _recipe(author: Author, field: Field, path: Path, written: Any) -> Recipe:  # Any: plain YAML
    if not isinstance(written, dict):
        value = author.value(field, path, written)
        return lambda _: value
    kind = next((key for key in written if key in _KINDS), None)
    if kind is None:
        word = next(iter(written), "")
        message = f'"{word}" is no kind of recipe'
        author.report((*path, word), "unknown-recipe", message, word=word, candidates=_KINDS)
        return _nothing
    read, others = _KINDS[kind]
    for key in written.keys() - {kind, *others}:
        message = f'"{key}" does not go with {kind}'
        author.report((*path, key), "unknown-key", message, word=key, candidates=(kind, *others))
    return read(author, field, (*path, kind), written)


def _nothing(_: Scene) -> Value:
    return None


def _pick(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    listed = written["pick"]
    if isinstance(listed, dict):
        values = [author.value(field, (*path, word), word) for word in listed]
        weights = list(listed.values())
        if not all(isinstance(weight, int) and weight >= 0 for weight in weights) or not any(weights):
            author.report(path, "wrong-type", "expected a weight for each value: {a: 3, b: 1}")
            return _nothing
        return lambda scene: scene.random.choices(values, weights)[0]
    values = author.values(field, path, listed)
    return lambda scene: scene.random.choice(values)


def _next(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    values = author.values(field, path, written["next"])
    place = (author.entity.name, path)

    def draw(scene: Scene) -> Value:
        return values[scene.turn(place) % len(values)]

    return draw


def _between(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    low, high = author.range(path, written["between"])
    step = Decimal(written.get("step", 1))
    steps = int((high - low) / step) if step > 0 else 0
    as_kept = {Kind.INTEGER: int, Kind.TEXT: str}.get(field.type.storage().kind, Decimal)
    return lambda scene: as_kept(low + step * scene.random.randint(0, steps))


def _share(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    base = str(written["share"])
    author.earlier(path, base.partition(".")[0])
    percent = written.get("percent")
    if isinstance(percent, bool) or not isinstance(percent, int | Decimal):
        author.report((*path[:-1], "percent"), "wrong-type", "expected how many percent of it: 20")
        return _nothing
    as_kept = int if field.type.storage().kind is Kind.INTEGER else Decimal

    def draw(scene: Scene) -> Value:
        whole = scene.value(base)
        return as_kept(round(whole * percent / 100)) if isinstance(whole, int | Decimal) else None

    return draw


def _days(sign: int, key: str) -> Read:
    def read(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
        first, last = (int(each) for each in author.range(path, written[key]))
        as_field = _moment_of(author, field, path)

        def draw(scene: Scene) -> Value:
            moment = scene.in_season(lambda: scene.working_moment(sign * scene.random.randint(first, last)))
            return as_field(scene, moment if sign > 0 else scene.not_later(moment))

        return draw

    return read


def _after(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    base = str(written["after"])
    author.earlier(path, base.partition(".")[0])
    first, last = author.range((*path[:-1], "days"), written.get("days"))
    as_field = _moment_of(author, field, path)

    def draw(scene: Scene) -> Value:
        start = _began(scene, scene.value(base))
        if start is None:
            return None
        until_now = int((scene.now - start).total_seconds() // 60)
        soonest, latest = int(first * 1440), max(int(first * 1440), min(int(last * 1440), until_now))
        found = scene.in_season(lambda: start + timedelta(minutes=scene.random.randint(soonest, latest)))
        return as_field(scene, scene.not_later(found))

    return draw


def _began(scene: Scene, value: Value) -> datetime | None:
    """The moment that a time says, or one of the day that a date says."""
    if isinstance(value, datetime):
        return value
    return scene.moment_of(value) if isinstance(value, date) else None


def _moment_of(author: Author, field: Field, path: Path) -> Callable[[Scene, datetime], Value]:
    kind = field.type.storage().kind
    if kind not in (Kind.DATE, Kind.DATETIME):
        author.report(path, "wrong-type", f'"{field.name}" holds neither a date nor a time')
    if kind is Kind.DATE:
        return lambda scene, moment: moment.astimezone(scene.zone).date()
    return lambda _, moment: moment


def _template(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    text = str(written["template"])
    pools = author.model.sample.pools
    above = list(author.fields)[: list(author.fields).index(str(path[0]))]
    for word in _HOLE.findall(text):
        if word.partition(".")[0] not in (*pools, *above, "n"):
            message = f'there is no pool and no field above called "{word}"'
            author.report(path, "unknown-pool", message, word=word, candidates=(*pools, *above, "n"))

    def draw(scene: Scene) -> Value:
        def fill(hole: re.Match[str]) -> str:
            word = hole[1]
            if word == "n":
                return str(scene.n)
            if word in pools and word not in above:
                return str(scene.random.choice(pools[word]))
            value = scene.value(word)
            return "" if value is None else str(value)

        return _HOLE.sub(fill, text)

    return draw


def _chance(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    chance = written["chance"]
    if isinstance(chance, bool) or not isinstance(chance, int | Decimal) or not 0 <= chance <= 1:
        author.report(path, "wrong-type", "expected a chance between 0 and 1")
        return _nothing
    inner = _recipe(author, field, (*path[:-1], "of"), written.get("of"))
    return lambda scene: inner(scene) if scene.random.random() < chance else None


def _one_of(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    listed = written["one_of"]
    if not isinstance(listed, list) or not listed:
        author.report(path, "wrong-type", "expected a list of recipes")
        return _nothing
    inner = [_recipe(author, field, (*path, index), each) for index, each in enumerate(listed)]
    return lambda scene: scene.random.choice(inner)(scene)


def _by(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    base = str(written["by"])
    author.earlier(path, base.partition(".")[0])
    place = (*path[:-1], "of")
    if not isinstance(written.get("of"), dict):
        author.report(place, "wrong-type", "expected a recipe for each value: {of: {value: recipe}}")
        return _nothing
    known = author.entity.fields[base].type.choices() if base in author.entity.fields else {}
    for word in written["of"]:
        if known and word not in known:
            message = f'"{word}" is not an option of {base}'
            author.report((*place, word), "unknown-option", message, word=word, candidates=known)
    inner = {word: _recipe(author, field, (*place, word), each) for word, each in written["of"].items()}
    return lambda scene: inner.get(str(scene.value(base)), _nothing)(scene)


def _user(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    role, roles = written["user"], author.model.roles
    if role not in roles:
        author.report(path, "unknown-role", f'there is no role "{role}"', word=str(role), candidates=roles)

    def draw(scene: Scene) -> Value:
        held = [user.id for user in scene.users if role in user.roles]
        return scene.random.choice(held) if held else None

    return draw


def _link(author: Author, field: Field, path: Path, written: Mapping[str, Any]) -> Recipe:
    target, legal = written["link"], field.links_to
    if target not in legal:
        message = f'"{field.name}" does not link to "{target}"'
        author.report(path, "unknown-entity", message, word=str(target), candidates=legal)
        return _nothing
    fields = author.model.entities[target].fields
    where, same = (_pairs(author, (*path[:-1], key), written.get(key), fields) for key in ("where", "same"))
    for name, own in same.items():
        author.earlier((*path[:-1], "same", name), str(own).partition(".")[0])

    names = (*where, *same)
    place, in_turn = (author.entity.name, path), written.get("in_turn") is True

    def draw(scene: Scene) -> Value:
        values = (*where.values(), *(scene.value(str(own)) for own in same.values()))
        found = scene.alike(target, names, values)
        if not found:
            return None
        key = found[scene.turn(place) % len(found)] if in_turn else scene.random.choice(found)
        return key if len(legal) == 1 else f"{target}/{key}"

    return draw


def _pairs(author: Author, path: Path, written: Any, known: Collection[str]) -> dict[str, Any]:
    """A mapping whose keys are fields of the linked entity."""
    if written is None:
        return {}
    if not isinstance(written, dict):
        author.report(path, "wrong-type", "expected fields of the linked record with their values")
        return {}
    for name in written:
        if name not in known:
            message = f'the linked record has no field "{name}"'
            author.report((*path, name), "unknown-field", message, word=name, candidates=known)
    return written


_KINDS: Mapping[str, tuple[Read, tuple[str, ...]]] = {
    "pick": (_pick, ()),
    "next": (_next, ()),
    "between": (_between, ("step",)),
    "share": (_share, ("percent",)),
    "days_ago": (_days(-1, "days_ago"), ()),
    "days_ahead": (_days(1, "days_ahead"), ()),
    "after": (_after, ("days",)),
    "template": (_template, ()),
    "chance": (_chance, ("of",)),
    "one_of": (_one_of, ()),
    "by": (_by, ("of",)),
    "user": (_user, ()),
    "link": (_link, ("where", "same", "in_turn")),
}
"""The key that names a kind of recipe -> what reads it, and the other keys that go with it."""
