"""Nothing that is hidden from somebody can be told from any answer they get: not shown, not counted, not put
in order by.

Two CRMs differ in nothing but what the rights hide from a person. Whatever the person asks of either, through
whatever channel, the answers are the same; a leak anywhere makes them differ. The rights are worked out a
second time here, in Python, so that hiding everything is no way to pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relasi.apps.finding import Finder
from relasi.apps.lists.boards import board_data, columns_of
from relasi.apps.lists.calendars import Reach, Shown, calendar_data, entries_on
from relasi.apps.lists.working import Queue
from relasi.apps.places import Here, Place
from relasi.apps.visitor import Visitor, visitor_of
from relasi.errors import RelasiError
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format
from relasi.importing.prepare import prepare
from relasi.importing.preview import preview
from relasi.platform.query import Figure, Summary
from relasi.records import Actor, ListRequest, Source
from relasi.reports.listed import Listed
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.model import Sort
from relasi.schema.scope import ModelScope
from tests.api.program import program_of
from tests.records.world import World, make_world

ROLES = """
roles:
  owns: {}
  cheap: {}
  of_firm: {}
  clerk: {}
  barred: {}
  blind: {}
  reads_firms: {}
  reads_talks: {}
"""
FIRM = """
entity: firm
title: "{name}"
search: [name, phone, remark]
fields:
  name: text
  owner: user
  phone: phone
  remark: text
  deals: {type: rollup, of: deal.firm, count: true}
  worth: {type: rollup, of: deal.firm, sum: amount}
  first: {type: rollup, of: deal.firm, min: cost}
  size: {type: formula, value: "worth * 2"}
access:
  owns: {read: own, update: own, delete: own, export: own, import: true, mask: {phone: last 4}}
  reads_firms:
    {read: all, create: true, export: all, import: true, hide: [remark],
     mask: {phone: {show: last 4, unless: own, searchable: exact}}}
  barred: {read: all, deny: {read: name = "F1"}}
"""
DEAL = """
entity: deal
title: "{name} ({firm.name})"
search: [name, cost_note, firm.remark, firm.phone]
fields:
  name: text
  owner: user
  amount: number
  cost: number
  cost_note: text
  margin: {type: formula, value: amount - cost}
  firm: {type: link, to: firm}
  firm_remark: {type: copy, from: firm.remark}
  above: {type: link, to: deal}
  stage: {type: choice, options: [early, late]}
  due: date
board: {by: stage, sum: cost, card: [cost, cost_note, margin, firm_remark]}
calendar: {from: due, color: stage, title: "{name} {cost_note} {firm.remark}"}
lists:
  all: {columns: [name, amount, firm]}
timeline: {on: [firm], at: created_at}
access:
  owns:
    {read: own, create: true, update: own, delete: own, export: own, import: true, hide: {cost: amount >= 5}}
  cheap: {read: amount < 5, export: all, import: true, hide: [cost, cost_note]}
  of_firm: {read: firm.owner = user, hide: [cost_note]}
  clerk: {read: all, update: all, export: own, import: true, hide: [cost, cost_note]}
  barred: {deny: {read: amount = 3}}
  blind: {}
"""
TALK = """
entity: talk
title: "{subject}"
search: [subject]
fields:
  subject: text
  owner: user
  deal: {type: link, to: deal}
  about: {type: link, to: [deal, firm]}
timeline: {on: [deal, about], at: created_at}
access:
  owns: {read: own, create: true, delete: own, export: own, import: true}
  reads_talks: {read: all, export: all, import: true}
"""
ROLE_NAMES = ("owns", "cheap", "of_firm", "clerk", "barred", "blind", "reads_firms", "reads_talks")
ME, OTHER = "u-me", "u-other"
DUE = date(2026, 11, 10)
Facts = Mapping[str, Any]  # Any: field values


@dataclass(frozen=True)
class Drawn:
    """A record; `secret` goes into what nothing but its hidden values depends on."""

    entity: str
    id: str
    given: Facts
    secret: Facts
    other: Facts
    """What the second CRM has in place of `secret`."""


@dataclass
class Case:
    roles: tuple[str, ...]
    records: list[Drawn]
    extra: list[Drawn] = field(default_factory=list)
    """Records that only the second CRM has."""

    @property
    def needed(self) -> set[str]:
        """What only those link to: that it cannot be deleted tells of them, and has to."""
        return _linked(self.extra) - _linked(self.records)


def _linked(records: list[Drawn]) -> set[str]:
    links = (each.given.get(name) for each in records for name in ("firm", "deal", "about"))
    return {str(link).rpartition("/")[2] for link in links if link}


def mine(record: Facts) -> bool:
    return bool(record.get("owner") == ME)


def may_read(case: Case, each: Drawn, by_id: Mapping[str, Drawn]) -> bool:
    """The grants of the YAML above, said once more."""
    record, roles = each.given, set(case.roles)
    if each.entity == "firm":
        if "barred" in roles and record["name"] == "F1":
            return False
        return bool(roles & {"reads_firms", "barred"}) or ("owns" in roles and mine(record))
    if each.entity == "talk":
        return "reads_talks" in roles or ("owns" in roles and mine(record))
    amount, firm = record.get("amount"), by_id.get(record.get("firm") or "")
    if "barred" in roles and amount == 3:
        return False
    return (
        "clerk" in roles
        or ("owns" in roles and mine(record))
        or ("cheap" in roles and amount is not None and amount < 5)
        or ("of_firm" in roles and firm is not None and mine(firm.given))
    )


def sees(case: Case, each: Drawn, name: str, by_id: Mapping[str, Drawn]) -> bool:
    """Whether the person sees the field of a record that may be read, as the YAML above says."""

    def alone(*roles: str) -> bool:
        return may_read(Case(roles, case.records), each, by_id)

    roles = set(case.roles)
    if name == "cost":
        amount = each.given.get("amount")
        return ("owns" in roles and alone("owns") and not (amount is not None and amount >= 5)) or (
            "of_firm" in roles and alone("of_firm")
        )
    if name == "cost_note":
        return "owns" in roles and alone("owns")
    if name == "remark":
        return "barred" in roles or ("owns" in roles and mine(each.given))
    return name != "phone" or "barred" in roles or ("reads_firms" in roles and mine(each.given))


_owners = st.sampled_from([None, ME, OTHER])
_words = st.sampled_from(["red", "blue", "green", "F1"])
_numbers = st.none() | st.integers(0, 9)
_prefixes = st.sampled_from(["+62811222", "+62855777"])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    roles = tuple(name for name in ROLE_NAMES if draw(st.booleans()))
    firms = [_firm(draw, f"f{n}") for n in range(draw(st.integers(1, 3)))]
    deals = [_deal(draw, f"d{n}", firms) for n in range(draw(st.integers(1, 4)))]
    talks = [_talk(draw, f"t{n}", firms, deals) for n in range(draw(st.integers(0, 2)))]
    case = Case(roles, [*firms, *deals, *talks])
    by_id = {each.id: each for each in case.records}
    more = [_firm(draw, "f9"), _deal(draw, "d9", firms), _talk(draw, "t9", firms, deals)]
    case.extra = [each for each in more if not may_read(case, each, by_id)]
    return case


def _drawn(draw: st.DrawFn, entity: str, key: str, given: Facts, **secret: st.SearchStrategy[Any]) -> Drawn:
    first = {name: draw(values) for name, values in secret.items()}
    return Drawn(entity, key, given, first, {name: draw(values) for name, values in secret.items()})


def _firm(draw: st.DrawFn, key: str) -> Drawn:
    given = {"name": draw(_words), "owner": draw(_owners)}
    return _drawn(draw, "firm", key, given, remark=_words, phone=_prefixes.map(lambda start: start + "4444"))


def _deal(draw: st.DrawFn, key: str, firms: list[Drawn]) -> Drawn:
    given = {
        "name": draw(_words),
        "owner": draw(_owners),
        "amount": draw(_numbers),
        "firm": draw(st.sampled_from([None, *(each.id for each in firms)])),
        "stage": draw(st.sampled_from([None, "early", "late"])),
        "due": draw(st.sampled_from([None, DUE])),
    }
    return _drawn(draw, "deal", key, given, cost=_numbers, cost_note=_words)


def _talk(draw: st.DrawFn, key: str, firms: list[Drawn], deals: list[Drawn]) -> Drawn:
    about = [None, *(f"firm/{each.id}" for each in firms), *(f"deal/{each.id}" for each in deals)]
    given = {
        "owner": draw(_owners),
        "deal": draw(st.sampled_from([None, *(each.id for each in deals)])),
        "about": draw(st.sampled_from(about)),
    }
    return _drawn(draw, "talk", key, given, subject=_words)


def filled(world: World, case: Case, *, other: bool) -> None:
    """The records of one of the CRMs. What the person may see of a record is the same in both: there, hidden
    records are called otherwise, too."""
    by_id = {each.id: each for each in case.records}
    with world.crm.records.work(world.engine) as work:
        for each in [*case.records, *(case.extra if other else [])]:
            hidden = not may_read(case, each, by_id)
            secret = {
                name: each.other[name] if other and (hidden or not _told(case, each, name, by_id)) else value
                for name, value in each.secret.items()
            }
            renamed = (
                {"name": "elsewhere"}
                if other and hidden and each.given.get("name") not in (None, "F1")
                else {}
            )
            work.take_in(each.entity, each.id, {**each.given, **secret, **renamed})


def _told(case: Case, each: Drawn, name: str, by_id: Mapping[str, Drawn]) -> bool:
    return sees(case, each, name, by_id)


def asked(question: Callable[..., Any], *about: Any, **how: Any) -> Any:
    """The answer, or the refusal with all that it says."""
    try:
        return question(*about, **how)
    except (RelasiError, ExpressionError) as refusal:
        return type(refusal).__name__, str(refusal)


class Person:
    """Somebody who asks everything there is to ask, of everything there is."""

    def __init__(self, world: World, roles: tuple[str, ...], case: Case) -> None:
        self.world, self.case = world, case
        self.records = world.crm.records
        world.user("other")
        self.actor: Actor = world.actor("me", *roles)
        self.ids = [(each.entity, each.id) for each in [*case.records, *case.extra]]
        self.program = program_of(world, "me")

    def answers(self, folder: Path) -> Iterator[tuple[object, Any]]:
        for entity in ("firm", "deal", "talk"):
            yield from self._lists(entity)
            yield from self._files(entity, folder)
            yield from self._calls(entity)
        for entity, key in self.ids:
            yield from self._record(entity, key)
        yield "titles", asked(self.records.titles, self.actor, self.ids)
        yield from self._layouts()

    def _layouts(self) -> Iterator[tuple[object, Any]]:
        """The ways of showing a list besides rows."""
        with self.world.crm.store.session(write=False) as session:
            user = session.users.by_name("me")
        assert user is not None
        here = Here(visitor_of(self.world.crm, user), Place("", "deal"), {})
        board, calendar, request = here.entity.board, here.entity.calendar, ListRequest("deal")
        assert board is not None
        assert calendar is not None

        def cards() -> Any:
            return board_data(here, board, columns_of(here, board, request, {}), 0)

        def days() -> Any:
            shown = Shown(Reach.MONTH, DUE)
            each = shown.days(0)
            entries, more = entries_on(here, calendar, request, each)
            return calendar_data(here, calendar, shown, each, entries), more

        yield "layouts", Listed.of(here.visitor, here.entity).layouts
        yield "board", asked(cards)
        yield "calendar", asked(days)
        yield "work", asked(lambda: Queue.of(here.visitor, request).ids)
        yield from self._found()

    def _found(self) -> Iterator[tuple[object, Any]]:
        """What is found by its name, and what is left of what was kept at hand."""
        crm = self.world.crm
        with crm.store.session() as session:
            me = session.users.get(ME)
            for place in self.ids:
                session.visits.star(ME, place, self.world.clock())
        assert me is not None
        visitor = Visitor(crm.records, me, self.actor, "en", crm)
        readable = [name for name in crm.model.entities if visitor.may_read(name)]
        finder = Finder(visitor, {}, {name: Place("office", name) for name in readable})
        for text in ("red", "2227", "elsewhere"):
            yield ("find", text), asked(finder.typed, text)
        yield "at hand", asked(finder.kept)

    def _list(self, entity: str, **how: Any) -> Any:
        def question() -> Any:
            request = ListRequest(entity, **{"limit": 2, **how})
            pages, page = [], self.records.list(self.actor, request)
            pages.append(page.records)
            while page.next is not None:
                page = self.records.list(self.actor, ListRequest(**{**vars_of(request), "after": page.next}))
                pages.append(page.records)
            count = self.records.count(self.actor, request, cap=2)
            return pages, count

        return asked(question)

    def _figures(self, entity: str, name: str, by: str) -> Any:
        scope = ModelScope(self.world.crm.model, entity)
        figures = (Figure(Function.COUNT), Figure(Function.MAX, name))
        summary = Summary(figures, (Expression.parse(by, scope),))
        return self.records.summarize(self.actor, ListRequest(entity), summary)

    def _lists(self, entity: str) -> Iterator[tuple[object, Any]]:
        yield (entity, "all"), self._list(entity)
        for name in (*_own(self.world, entity), "updated_at"):
            for falling in (False, True):
                yield (entity, "sort", name, falling), self._list(entity, sort=(Sort(name, falling),))
            yield (entity, "one field", name), self._list(entity, fields=(name,))
            yield (entity, "filter", name), self._list(entity, where=(f"{name} is not empty",))
            for by in {name, "owner"}:
                yield (entity, "figures", name, by), asked(self._figures, entity, name, by)
        for text in ("red", "+6281", "2227", "elsewhere"):
            yield (entity, "search", text), self._list(entity, search=text)
            yield (entity, "options", text), asked(self.records.options, self.actor, entity, text)
        for where in CONDITIONS.get(entity, ()):
            yield (entity, "where", where), self._list(entity, where=(where,))
        for name, target in LINKS.get(entity, ()):
            for place in self.ids:
                if place[0] in target:
                    value = place[1] if len(target) == 1 else "/".join(place)
                    yield (entity, "related", name, value), self._list(entity, matching={name: [value]})

    def _files(self, entity: str, folder: Path) -> Iterator[tuple[object, Any]]:
        def taken() -> bytes:
            wanted = Wanted(ListRequest(entity), Format.JSON, "en")
            with self.world.crm.exporter.export(self.actor, wanted) as made:
                return made.content.read()

        yield (entity, "export"), asked(taken)
        file = folder / "in.csv"
        link, name = IMPORTED[entity]
        file.write_text(
            f"relasi_id,{name},{link}\nd0,x,red\nd9,x,elsewhere\n,x,blue\nf9,x,green\n,x,elsewhere\n"
        )

        def imported() -> Any:
            made, _ = prepare(self.world.crm.model, self.world.crm.model.entities[entity], file)
            assert made is not None
            actor = self.world.actor("me", source=Source.IMPORT)
            rows = preview(self.records, actor, made)
            new = {"id", "created_at", "updated_at"}
            shown = [each.record.values for each in rows if each.record]
            seen = [{name: value for name, value in each.items() if name not in new} for each in shown]
            return [(each.row.line, each.outcome.action, each.outcome.reasons) for each in rows], seen

        yield (entity, "import"), asked(imported)

    def _calls(self, entity: str) -> Iterator[tuple[object, Any]]:
        """What a program is told, down to the tag of an answer."""
        links = ",".join(name for name, _ in LINKS.get(entity, ()))
        list_ = f"/records/{entity}?count=true&expand={links}"
        queries = [f"&sort={name}&where={name}" for name in ("cost", "remark", "nothing")]
        queries += [f"&where={quote(each)}" for each in CONDITIONS.get(entity, ())]
        one = [f"/records/{place}/{key}?expand={links}" for place, key in self.ids if place == entity]
        more = [f"/records/{place}/{key}/timeline" for place, key in self.ids if place == entity]
        for path in ("/openapi.json", *(list_ + each for each in ("", *queries)), *one, *more):
            answer = self.program.ask("GET", path)
            yield ("call", path), (answer.status_code, answer.text, answer.headers.get("etag"))

    def _record(self, entity: str, key: str) -> Iterator[tuple[object, Any]]:
        place = (entity, key)
        yield (place, "get"), asked(self.records.get, self.actor, entity, key)
        yield (place, "timeline"), asked(self.records.timeline, self.actor, entity, key)
        with suppress(RelasiError):
            record = self.records.get(self.actor, entity, key)
            yield (place, "allowed"), asked(self.records.allowed, self.actor, record)
            yield (place, "form"), asked(self.records.form_state, self.actor, entity, {}, record=record)
        if key not in self.case.needed:
            yield (place, "delete"), asked(self._undone, "delete", entity, key, 1)
        for name in ("name", "cost", "remark", "subject"):
            yield (place, "update", name), asked(self._undone, "update", entity, key, 1, {name: "1"})
        for other, link in LINKED_FROM.get(entity, ()):
            yield (place, "link", other, link), asked(self._undone, "create", other, {link: key, "owner": ME})

    def _undone(self, verb: str, *about: Any) -> str:
        """Whether it can be done; it is taken back."""
        with suppress(_TakenBackError), self.records.work(self.actor) as work:
            getattr(work, verb)(*about)
            raise _TakenBackError
        return "done"


class _TakenBackError(Exception):
    """Rolls back."""


CONDITIONS = {
    "firm": ("deals > 0", "worth > 5", "size > 5", 'remark = "red"', "first < 5"),
    "deal": ('firm.name = "red"', 'firm.remark = "red"', "margin > 2", 'above.name = "red"', "cost < 5"),
    "talk": ('deal.name = "red"', "deal.firm.worth > 3"),
}
LINKS = {
    "deal": (("firm", ("firm",)), ("above", ("deal",))),
    "talk": (("deal", ("deal",)), ("about", ("deal", "firm"))),
}
LINKED_FROM = {"firm": (("deal", "firm"),), "deal": (("deal", "above"), ("talk", "deal"))}
IMPORTED = {"firm": ("remark", "name"), "deal": ("firm", "name"), "talk": ("deal", "subject")}


def _own(world: World, entity: str) -> list[str]:
    return [field.name for field in world.crm.model.entities[entity].own_fields]


def vars_of(request: ListRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__dataclass_fields__}


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a whole CRM is not made small in short time
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=cases())
def test_no_answer_depends_on_what_is_hidden(tmp_path: Path, case: Case) -> None:
    by_id = {each.id: each for each in case.records}
    found: list[dict[object, Any]] = []
    for other in (False, True):
        world = make_world(tmp_path / "world", ROLES, FIRM, DEAL, TALK)
        person = Person(world, case.roles, case)
        filled(world, case, other=other)
        found.append(dict(person.answers(tmp_path)))
        if not other:
            for entity in ("firm", "deal", "talk"):
                listed = asked(world.crm.records.list, person.actor, ListRequest(entity))
                seen = {each.id for each in listed.records} if not isinstance(listed, tuple) else set()
                assert seen == {
                    each.id for each in case.records if each.entity == entity and may_read(case, each, by_id)
                }
        world.crm.close()
    differing = [question for question, answer in found[0].items() if found[1].get(question) != answer]
    answers = "\n".join(f"{each}:\n  {found[0][each]}\n  {found[1].get(each)}" for each in differing[:3])
    assert not differing, f"{case}\n{differing}\n{answers}"
