"""The heart of the language: for any condition and any record, Python and SQL give the same answer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from relasi.platform.sql.ciphers import Ciphers
from relasi.platform.sql.database import Database
from relasi.platform.sql.expressions import to_sql
from relasi.platform.sql.functions import Computed
from relasi.platform.sql.parts import Environment
from relasi.platform.sql.values import Stored
from relasi.schema.expressions import Expression, ExpressionError, Situation
from relasi.schema.expressions.operations import ALL
from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Link,
    MultiChoice,
    Number,
    Text,
    Time,
    Type,
)
from relasi.schema.fields.base import Kind, Storage
from tests.platform.sql import expression_texts
from tests.postgresql import DATABASES, Server
from tests.schema.expressions.desk import FIELDS, IN_TEAMS, NOW, ZONE, parsed

Row = Mapping[str, Any]

KINDS = {
    Boolean: Kind.BOOLEAN,
    Date: Kind.DATE,
    DateTime: Kind.DATETIME,
    Time: Kind.TIME,
    Duration: Kind.DURATION,
    MultiChoice: Kind.TEXT_LIST,
}
IDS = {"ticket": 60, "customer": 12, "product": 4}
USERS = ("ani", "budi", "citra")
EMPTY_SHARE = 0.25


class DeskTables:
    def __init__(self) -> None:
        self.metadata = MetaData()
        self.tables = {
            entity: Table(
                entity, self.metadata, *(_column(name, field.type) for name, field in fields.items())
            )
            for entity, fields in FIELDS.items()
        }

    def table(self, entity: str) -> Table:
        return self.tables[entity]

    def ciphers(self, entity: str) -> Ciphers:
        return {}


def _column(name: str, type_: Type) -> Column[Any]:
    return Column(name, Stored(_storage(type_)), primary_key=name == "id")


def _storage(type_: Type) -> Storage:
    if isinstance(type_, Number):
        return Storage(Kind.DECIMAL, type_.places or 0) if type_.places else Storage(Kind.INTEGER)
    return Storage(KINDS.get(type(type_), Kind.TEXT))


TABLES = DeskTables()
POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types
ENVIRONMENT = Environment(NOW, ZONE, "budi", lambda: IN_TEAMS)


class Filled:
    """A database full of records, and the same records in memory."""

    def __init__(self, connection: Connection, tables: DeskTables) -> None:
        self.connection = connection
        self.tables = tables
        dice = random.Random(20250615)
        self.records = {
            (entity, f"{entity}{number}"): _record(dice, entity, f"{entity}{number}")
            for entity, count in IDS.items()
            for number in range(count)
        }
        for (entity, _), record in self.records.items():
            connection.execute(tables.table(entity).insert().values(**record))

    def found_by_python(self, expression: Expression, user: str | None = "budi") -> set[str]:
        return {
            key
            for (entity, key), record in self.records.items()
            if entity == "ticket" and expression.evaluate(self.situation(key, record, user))
        }

    def situation(self, key: str, record: Row, user: str | None) -> Situation:
        return Situation(
            record=record,
            now=NOW,
            zone=ZONE,
            record_id=key,
            user=user,
            follow=lambda entity, linked: self.records.get((entity, linked)),
            teams=lambda: IN_TEAMS,
            rows=self.rows,
        )

    def rows(self, entity: str, field: str, value: str, column: str) -> tuple[str, ...]:
        found = (each for (owner, _), each in self.records.items() if owner == entity)
        return tuple(each[column] for each in found if each[field] == value)

    def found_by_sql(self, expression: Expression, user: str | None = "budi") -> set[str]:
        table = self.tables.table("ticket")
        condition = to_sql(expression, self.tables, Environment(NOW, ZONE, user, lambda: IN_TEAMS))
        with self.connection.begin_nested():
            return set(self.connection.scalars(select(table.c.id).where(condition)))


def _record(dice: random.Random, entity: str, key: str) -> dict[str, Any]:
    record = {
        name: None if dice.random() < EMPTY_SHARE else _value(dice, name, field.type)
        for name, field in FIELDS[entity].items()
    }
    return {**record, "id": key}


def _value(dice: random.Random, name: str, type_: Type) -> Any:
    if name in ("owner", "author", "agent"):
        return dice.choice(USERS)
    match type_:
        case Choice(options=options):
            return dice.choice(options)
        case MultiChoice(options=options):
            return tuple(dice.sample(options, dice.randint(1, len(options))))
        case Link(targets=(target,)):
            return f"{target}{dice.randrange(IDS[target] + 2)}"  # two of them lead nowhere
        case Link(targets=targets):
            target = dice.choice(targets)
            return f"{target}/{target}{dice.randrange(IDS[target])}"
        case Number(places=places):
            number = dice.choice(
                [0, 1, -1, 5, 1000, 1005, 123456, -250, 10**17 + 1, dice.randrange(-3000, 3000)]
            )
            return Decimal(number).scaleb(-places) if places else number
    return dice.choice(_VALUES[type(type_)])


def _near(moment: datetime) -> list[datetime]:
    steps = (
        timedelta(),
        timedelta(microseconds=1),
        timedelta(hours=3),
        timedelta(days=1),
        timedelta(days=90),
    )
    return [moment + step for step in steps] + [moment - step for step in steps]


_MOMENTS = [
    *_near(NOW),
    datetime(2025, 6, 15, 17, 0, tzinfo=UTC),  # midnight in ZONE
    datetime(1945, 1, 1, 15, 15, tzinfo=UTC),  # when its clocks were other ones
    datetime(1969, 12, 31, 17, 0, tzinfo=UTC),
    datetime(2100, 1, 1, 17, 0, tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
]
_DAYS = [date(2025, 6, day) for day in (1, 14, 15, 16, 17)] + [date(2025, 3, 18), date.min, date.max]
_VALUES: Mapping[type[Type], list[Any]] = {
    Boolean: [True, False],
    Date: _DAYS,
    DateTime: _MOMENTS,
    Time: [time(0, 0), time(9, 30), time(14, 30), time(23, 59, 59)],
    Text: ["budi", "Budi", "ÉCOLE", "école", "abc", "ABC", "100%", "a_b", "it's", "İzmir", "ß", "😀"],
    Duration: [
        timedelta(),
        timedelta(days=1),
        timedelta(hours=-3),
        timedelta(minutes=90),
        timedelta(days=90),
    ],
}


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    yield from _filled(Database.at(tmp_path_factory.mktemp("desk") / "desk.db"))


@pytest.fixture(scope="module")
def on_postgresql(postgresql: Server) -> Iterator[Filled]:
    yield from _filled(Database(postgresql.url(postgresql.new_schema())))


@pytest.fixture(params=DATABASES)
def filled(request: pytest.FixtureRequest) -> Filled:
    found: Filled = request.getfixturevalue(f"on_{request.param}")
    return found


def _filled(database: Database) -> Iterator[Filled]:
    tables = DeskTables()
    with database.transaction() as connection:
        tables.metadata.create_all(connection)
        yield Filled(connection, tables)
    database.close()


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(expression_texts.time_bounds(), id="bounds in time"),
        pytest.param(expression_texts.number_bounds(), id="bounds of numbers"),
        pytest.param(expression_texts.comparisons(1), id="comparisons"),
        pytest.param(expression_texts.memberships(1), id="memberships"),
        pytest.param(expression_texts.branches(), id="branches of trees"),
        pytest.param(expression_texts.teams(), id="teams"),
        pytest.param(expression_texts.conditions(2), id="nested conditions"),
    ],
)
@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_python_and_sql_agree_on_every_record(
    filled: Filled, texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    expression = parsed(data.draw(texts), Boolean())
    assert filled.found_by_sql(expression) == filled.found_by_python(expression)


@pytest.mark.parametrize(
    "text", ["owner = user", "owner != user", "owner in [user, author]", "user is empty"]
)
def test_nobody_is_nobody_on_both_sides(filled: Filled, text: str) -> None:
    expression = parsed(text)
    assert filled.found_by_sql(expression, user=None) == filled.found_by_python(expression, user=None)


def _sql(text: str) -> str:
    table = TABLES.table("ticket")
    statement = select(table.c.id).where(to_sql(parsed(text), TABLES, ENVIRONMENT))
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    return " ".join(str(compiled).partition("WHERE ")[2].replace("ticket.", "").split())


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("priority = high", "priority = ?"),
        ("high = priority", "priority = ?"),
        ("amount > 1000", "amount > ?"),
        ("amount > 10.005", "amount > ?"),
        ("priority in [low, high]", "priority IN (?, ?)"),
        ("status.kind = open", "status IN (?, ?)"),
        ('status.kind = "done"', "status = ?"),
        ("note = null", "note IS NULL"),
        ("note is not empty", "note IS NOT NULL"),
        ("priority != high", "priority IS NOT ?"),
        ("owner = author", "owner IS author"),
        ("amount < paid", "amount < paid"),
        ("now() - opened > 90 days", "opened < ?"),
        ("opened - now() >= 3 hours", "opened >= ?"),
        ("opened + 3 days < now()", "opened < ?"),
        ("opened + 3 days > now()", "opened > ? AND opened <= ?"),
        ("now() - (opened + 1 day) > 1 day", "opened < ?"),
        ("today() - due <= 2 weeks", "due >= ?"),
        ("owner = user", "owner = ?"),
        ("owner.team = west", "owner IN (?)"),
        ("under(owner.team, user.team)", "owner IN (?, ?)"),
        ("owner.team = east", "0 = 1"),
        ("not priority = high", "coalesce(priority = ?, 0) = 0"),
        ("priority = high or not subject > 'a'", "priority = ? OR coalesce(subject > ?, 0) = 0"),
        ("1 + 1 = 2 and replies = 1", "replies = ?"),
        ("amount = 0.001", "0 = 1"),
    ],
)
def test_a_plain_condition_stays_plain_enough_for_an_index(text: str, sql: str) -> None:
    assert _sql(text) == sql


def test_an_old_date_is_found_by_index(on_sqlite: Filled) -> None:
    filled = on_sqlite
    filled.connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS ix_opened ON ticket (opened)")
    condition = to_sql(parsed("now() - opened > 90 days"), filled.tables, ENVIRONMENT)
    statement = select(filled.tables.table("ticket").c.id).where(condition)
    compiled = statement.compile(filled.connection)
    steps = filled.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", ("2025-01-01",))
    assert "INDEX ix_opened (opened<?)" in steps.one().detail


@pytest.mark.parametrize(
    "text", ["old.priority = high", "changed(priority)", "priority = low and old.amount > 3"]
)
def test_the_old_record_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="a search knows records only as they are now"):
        to_sql(parsed(text), TABLES, ENVIRONMENT)


@given(text=expression_texts.conditions(2))
def test_every_condition_has_a_form_for_postgresql(text: str) -> None:
    statement = select(TABLES.table("ticket").c.id).where(to_sql(parsed(text), TABLES, ENVIRONMENT))
    assert "relasi_" not in str(statement.compile(dialect=POSTGRESQL))


@pytest.mark.parametrize("operation", [each.name for each in ALL if each.name != "moment"])
def test_every_operation_has_a_form_for_postgresql(operation: str) -> None:
    parts = Computed(operation, literal_column("a"), literal_column("b"))
    assert "a" in str(parts.compile(dialect=POSTGRESQL))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), POSTGRESQL])
@pytest.mark.parametrize(
    "pattern",
    [
        "({} in [done, vip])",
        '(if({}, "", subject) is empty)',
        "(if({}, opened, now()) + 1 day > now())",
        "(max(if({}, due, started), due) > started)",
        "(min(if({}, replies, score), 3) > 2)",
        "(subject ends with if({}, subject, note))",
        "(if({}, amount, paid) != 3)",
        "not ({} = vip)",
    ],
)
def test_sql_grows_with_the_expression_and_no_faster(pattern: str, dialect: Dialect) -> None:
    lengths = []
    for depth in (2, 4, 6):
        text = "done"
        for _ in range(depth):
            text = pattern.format(text)
        lengths.append(len(str(to_sql(parsed(text), TABLES, ENVIRONMENT).compile(dialect=dialect))))
    assert lengths[2] - lengths[1] <= 1.2 * (lengths[1] - lengths[0])
