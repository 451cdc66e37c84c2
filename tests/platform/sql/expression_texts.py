"""Hypothesis strategies for expressions about a ticket, as people would type them: one strategy per type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st

from tests.schema.expressions.desk import CHANNELS, KINDS, TIERS

Texts = st.SearchStrategy[str]

_EQUALITY = st.sampled_from(["=", "!="])
_ORDER = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_NOT = st.sampled_from(["", "not "])


def _one(*texts: str) -> Texts:
    return st.sampled_from(texts)


def _written(pattern: str, *parts: Texts) -> Texts:
    return st.tuples(*parts).map(lambda values: pattern.format(*values))


def _listed(items: Texts) -> Texts:
    return st.lists(items, min_size=1, max_size=4).map(lambda values: "[" + ", ".join(values) + "]")


def _mixed(leaves: Texts, branches: Callable[[], list[Texts]], depth: int) -> Texts:
    return leaves if depth <= 0 else st.one_of(leaves, *branches())


def _either(values: Texts, depth: int) -> list[Texts]:
    return [
        _written("if({}, {}, {})", conditions(depth - 1), values, values),
        _written("coalesce({}, {})", values, values),
    ]


@cache
def texts(depth: int) -> Texts:
    fields = _one("subject", "note", "customer.name", "customer.boss.name", "parent.subject", "record.note")
    literals = _one('"budi"', "'Budi'", '"É"', '"école"', '"a"', '"100%"', '"_"', '"it\'s"', '"ı"')
    inner = depth - 1
    return _mixed(
        st.one_of(fields, fields, literals),
        lambda: [
            _written("lower({})", texts(inner)),
            _written("upper({})", texts(inner)),
            _written("before({}, {})", texts(inner), texts(inner)),
            _written("after({}, {})", texts(inner), texts(inner)),
            *_either(texts(inner), depth),
        ],
        depth,
    )


_LITERAL_NUMBERS = st.one_of(
    st.integers(-2000, 2000).map(str),
    st.decimals(-100, 100, places=4).map(lambda number: f"{number:f}"),
    _one("0", "1", "1000", "10.05", "1234.56", "0.005", "1000000000000000000000", "-99999999999999999999.5"),
)


@cache
def numbers(depth: int) -> Texts:
    fields = _one("replies", "score", "weight", "parent.replies", "parent.score")
    inner = depth - 1
    return _mixed(
        st.one_of(fields, fields, _LITERAL_NUMBERS),
        lambda: [
            _written("({} {} {})", numbers(inner), _one("+", "-", "*", "/"), numbers(inner)),
            _written("({} / {})", money(inner), money(inner)),
            _written("({} / {})", durations(inner), durations(inner)),
            _written("(-{})", numbers(inner)),
            _written("abs({})", numbers(inner)),
            _written("round({}, {})", numbers(inner), _one("0", "1", "4")),
            _written("{}({}, {})", _one("min", "max"), numbers(inner), numbers(inner)),
            _written("length({})", texts(inner)),
            _written("lot({}, {})", texts(inner), numbers(inner)),
            _written(
                "distance({}, {})",
                _one("spot", "customer.spot", "point(-6.2, 106.8)"),
                st.one_of(
                    _one("parent.spot", "customer.boss.spot"),
                    _written("point({}, {})", numbers(inner), numbers(inner)),
                ),
            ),
            *_either(numbers(inner), depth),
        ],
        depth,
    )


@cache
def money(depth: int) -> Texts:
    fields = _one("amount", "paid", "customer.credit", "customer.boss.credit")
    inner = depth - 1
    return _mixed(
        st.one_of(fields, fields, fields, _LITERAL_NUMBERS),
        lambda: [
            _written("({} {} {})", fields, _one("+", "-"), money(inner)),
            _written("({} {} {})", fields, _one("*", "/"), numbers(inner)),
            _written("(amount * discount / 100 + {})", money(inner)),
            _written("round({})", money(inner)),
            *_either(money(inner), depth),
        ],
        depth,
    )


_PERIODS = _one("week", "month", "quarter", "year")


@cache
def moments(depth: int) -> Texts:
    fields = _one("opened", "closed_at", "customer.since", "parent.opened")
    leaves = st.one_of(fields, fields, _one("now()"))
    inner = depth - 1
    return _mixed(
        leaves,
        lambda: [
            _written("({} {} {})", moments(inner), _one("+", "-"), durations(inner)),
            _written("({} + {})", durations(inner), moments(inner)),
            _written("{}({}, {})", _one("min", "max"), moments(inner), moments(inner)),
            *_either(moments(inner), depth),
        ],
        depth,
    )


@cache
def days(depth: int) -> Texts:
    fields = _one("due", "started", "parent.due")
    inner = depth - 1
    return _mixed(
        st.one_of(fields, fields, _one("today()")),
        lambda: [
            _written(
                "({} {} {})", days(inner), _one("+", "-"), _one("1 day", "90 days", "2 weeks", "24 hours")
            ),
            _written("({} {} {})", days(inner), _one("+", "-"), _one("limit", "effort", "score * 1 day")),
            _written("date({})", moments(inner)),
            _written("{}({})", _PERIODS, st.one_of(days(inner), moments(inner))),
            _written("{}({}, {})", _one("min", "max"), days(inner), days(inner)),
            *_either(days(inner), depth),
        ],
        depth,
    )


@cache
def durations(depth: int) -> Texts:
    fields = _one("limit", "effort", "parent.limit")
    literals = _one(
        "1 day", "90 days", "2 weeks", "36 hours", "30 minutes", "1.5 hours", "-3 hours", "36500000 days"
    )
    inner = depth - 1
    return _mixed(
        st.one_of(fields, literals),
        lambda: [
            _written("({} - {})", moments(inner), moments(inner)),
            _written("({} - {})", days(inner), days(inner)),
            _written("({} {} {})", durations(inner), _one("+", "-"), durations(inner)),
            _written("({} * {})", durations(inner), numbers(inner)),
            _written("(-{})", durations(inner)),
            *_either(durations(inner), depth),
        ],
        depth,
    )


@cache
def priorities(depth: int) -> Texts:
    fields = _one("priority", "before", "parent.priority")
    return _mixed(fields, lambda: _either(priorities(depth - 1), depth), depth)


def time_bounds() -> Texts:
    """Comparisons that become a bound on a column."""
    moment, day = _one("opened", "closed_at", "customer.since"), _one("due", "started", "parent.due")
    time, days_long = (
        _one("90 days", "3 hours", "-1 day", "0 days", "40000 weeks"),
        _one("90 days", "1 day", "-2 weeks"),
    )
    part = _one("1.5 * 1 day", "-1.5 * 1 day", "36 hours * 1")
    return st.one_of(
        _written("now() - {} {} {}", moment, _ORDER, time),
        _written("{} {} {} - now()", time, _ORDER, moment),
        _written("{} {} {} {} now()", moment, _one("+", "-"), time, _ORDER),
        _written("now() {} {} + {} + {}", _ORDER, moment, time, time),
        _written("now() - ({} + {}) {} {}", moment, time, _ORDER, time),
        _written("today() - {} {} {}", day, _ORDER, st.one_of(days_long, part)),
        _written("{} - today() {} {}", day, _ORDER, st.one_of(days_long, part)),
        _written("{} {} {} {} today()", day, _one("+", "-"), st.one_of(days_long, part), _ORDER),
    )


def number_bounds() -> Texts:
    """Stored numbers against constants with more places, or more digits, than are stored."""
    fields = _one("replies", "score", "discount", "customer.credit")
    between = _one("0.0001", "-0.0001", "10.005", "1.25", "999.9999", "1005", "-250.5")
    beyond = _one(
        "9223372036854775807", "-9223372036854775808", "92233720368547758.08", "1" + "0" * 25, "-1" + "0" * 25
    )
    return _written("{} {} {}", fields, _ORDER, st.one_of(between, beyond, _LITERAL_NUMBERS))


_USERS = _one("owner", "author", "user", "user.id", "customer.agent")
_OPTIONS = _one("low", '"normal"', "high", "urgent", "null")
_STAGES = _one("open", "paused", "done", "null").map(lambda stage: '"done"' if stage == "done" else stage)
_ANYTHING = _one(
    *("subject", "priority", "channels", "amount", "replies", "done", "due", "opened", "from_time", "limit"),
    *("owner", "customer", "about", "customer.tier", "customer.boss.name", "parent.done"),
    *("status.kind", "customer.state.kind"),
)


@cache
def comparisons(depth: int) -> Texts:
    return st.one_of(
        _written("{} {} {}", texts(depth), _ORDER, texts(depth)),
        _written("{} {} {}", texts(depth), _one("contains", "starts with", "ends with"), texts(depth)),
        _written("{} {} {}", numbers(depth), _ORDER, numbers(depth)),
        _written("{} {} {}", money(depth), _ORDER, money(depth)),
        _written("{} {} {}", _one("discount", "discount * 2", "parent.discount"), _ORDER, _LITERAL_NUMBERS),
        time_bounds(),
        number_bounds(),
        _written("{} {} {}", moments(depth), _ORDER, moments(depth)),
        _written("{} {} {}", moments(depth), _ORDER, _one('"2025-06-16 00:00"', '"2025-06-15 20:30"')),
        _written("{} {} {}", days(depth), _ORDER, days(depth)),
        _written("{} {} {}", days(depth), _ORDER, _one('"2025-06-16"', '"2025-03-18"')),
        _written("{} {} {}", _one('"09:30"', "from_time", '"00:00"'), _ORDER, _one("from_time", '"14:30"')),
        _written("{} {} {}", durations(depth), _ORDER, durations(depth)),
        _written("{} {} {}", priorities(depth), _EQUALITY, st.one_of(_OPTIONS, priorities(depth))),
        _written("{} {} {}", priorities(depth), _ORDER, st.one_of(_OPTIONS, priorities(depth))),
        _written("{} {} {}", _one("low", '"normal"', "urgent"), _ORDER, _one("priority", "parent.before")),
        _written("{} {} {}", _one("status.kind", "parent.status.kind"), _ORDER, _STAGES),
        _written(
            "{} {} {}", _one("status.kind", "customer.state.kind", "parent.status.kind"), _EQUALITY, _STAGES
        ),
        _written("{} {} {}", _USERS, _EQUALITY, _USERS),
        _written(
            "{} {} {}",
            _one("customer", "about", "about"),
            _EQUALITY,
            _one("customer", "customer.boss", '"customer3"'),
        ),
        _written(
            "{} {} {}",
            _one("parent", "record", '"ticket7"'),
            _EQUALITY,
            _one("record", "parent", "parent.parent"),
        ),
        _written("{} {} null", _ANYTHING.filter(lambda text: text != "channels"), _EQUALITY),
    )


@cache
def memberships(depth: int) -> Texts:
    return st.one_of(
        _written("{} {}in {}", priorities(depth), _NOT, _listed(st.one_of(_OPTIONS, _one("before")))),
        _written("{} {}in {}", _one("status"), _NOT, _listed(_one(*KINDS))),
        _written("{} {}in {}", _one("customer.tier"), _NOT, _listed(_one(*TIERS, "null"))),
        _written("{} {}in {}", _one("status.kind", "customer.state.kind"), _NOT, _listed(_STAGES)),
        _written("{} {}in {}", numbers(depth), _NOT, _listed(_LITERAL_NUMBERS)),
        _written("{} {}in {}", money(depth), _NOT, _listed(money(depth))),
        _written("{} {}in {}", texts(depth), _NOT, _listed(_one('"budi"', '"Budi"', "note", "null"))),
        _written("{} {}in {}", _one("owner", "customer.agent"), _NOT, _listed(_USERS)),
        _written("{} {}in {}", _one("due"), _NOT, _listed(_one('"2025-06-16"', "started", "today()"))),
        _written("{} {}in {}", _one("from_time"), _NOT, _listed(_one('"09:30"', '"00:00"'))),
        _written("channels contains {}", _one(*CHANNELS)),
    )


def branches() -> Texts:
    """Records in a tree, which in this world has circles and ends that lead nowhere."""
    tickets = _one("record", "parent", "parent.parent", '"ticket7"', '"ticket61"', "null")
    customers = _one("customer", "customer.boss", "parent.customer", '"customer3"', "null")
    return st.one_of(
        _written("under({}, {})", _one("record", "parent", "parent.parent"), tickets),
        _written("under({}, {})", _one("customer", "customer.boss", "parent.customer"), customers),
    )


def tables() -> Texts:
    """What stands in tables; some belong to a record that is not there."""
    read = _one(
        "answers", "parent.answers", "customer.tickets", "parent.customer.tickets", "customer.threads"
    )
    tickets = _one("record", "parent", "parent.parent", '"ticket7"', '"ticket61"')
    return st.one_of(_written("{} is {}empty", read, _NOT), _written("{} contains {}", read, tickets))


def teams() -> Texts:
    """Who is in which team; some people are in none."""
    teams = _one("owner.team", "customer.agent.team", "user.team", "west", "null")
    read = _one("owner.team", "author.team", "customer.agent.team", "user.team")
    return st.one_of(
        _written("{} {} {}", read, _EQUALITY, teams),
        _written("under({}, {})", read, teams),
        _written("{} {}in {}", read, _NOT, _listed(teams)),
        _written("{} is {}empty", read, _NOT),
    )


@cache
def conditions(depth: int) -> Texts:
    values = max(depth - 1, 0)
    perhaps_empty = _one('if(done, "", subject)', "coalesce(note, '')", '""', "if(vip, null, '')")
    leaves = st.one_of(
        comparisons(values),
        memberships(values),
        branches(),
        tables(),
        teams(),
        _one("done", "vip", "customer.active", "parent.done", "true", "false", "null"),
        _written("{} is {}empty", st.one_of(_ANYTHING, perhaps_empty), _NOT),
        _written(
            "{} is {}empty",
            st.one_of(texts(values), numbers(values), moments(values), durations(values)),
            _NOT,
        ),
    )
    inner = depth - 1
    return _mixed(
        leaves,
        lambda: [
            _written("({}) {} ({})", conditions(inner), _one("and", "or"), conditions(inner)),
            _written("({}) and not ({}) or ({})", conditions(inner), conditions(inner), conditions(inner)),
            _written("not ({})", conditions(inner)),
            _written("({}) {} ({})", conditions(inner), _EQUALITY, conditions(inner)),
            _written("({}) {} {}", conditions(inner), _EQUALITY, _one("true", "false", "done", "null")),
            _written("({}) is {}empty", conditions(inner), _NOT),
            *_either(_written("({})", conditions(inner)), depth),
        ],
        depth,
    )
