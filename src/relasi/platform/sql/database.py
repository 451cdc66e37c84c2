"""One SQL database: its connections, its transactions, and whose turn it is to write. It knows no tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from json import JSONEncoder
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Connection, Engine, RootTransaction, create_engine, event, inspect, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.pool import ConnectionPoolEntry

from relasi.errors import GivenUp, PlatformError, PlatformUnavailable
from relasi.platform.keyring import KEYLESS, Keyring
from relasi.platform.sql.failures import cannot_open, translate
from relasi.platform.sql.functions import register
from relasi.platform.sql.naming import INSIDE
from relasi.platform.sql.queueing import Queue
from relasi.platform.sql.servers import demand_alive, let_in, password_of, renew_dead, url_of
from relasi.schema.model import PlatformSettings, SqliteFile

_JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_RENEWED = 600
"""Seconds after which a connection to SQLite is opened anew: it never learns otherwise what another process
has let the database count."""

_KEYRING = "relasi_keyring"

LEASE = 60.0
"""Seconds that a process may hang in the middle of a transaction on PostgreSQL: then the server undoes it and
gives what it held to others, and the process cannot commit it any more."""

_queues: dict[str, Queue] = {}
_queues_guard = Lock()


class Database:
    """`wait` is how many seconds a transaction waits for its turn, or for a connection, before
    PlatformUnavailable. On a server, `connections` are the most that there are at once, and `password` is
    asked for each new one. `keyring` reads what is encrypted; whoever has a connection finds it by
    `keyring_of`."""

    def __init__(
        self,
        url: str | URL,
        *,
        wait: float = 10.0,
        connections: int = 10,
        password: Callable[[], str] | None = None,
        keyring: Keyring = KEYLESS,
    ) -> None:
        self.url = make_url(url)
        self.wait = wait
        self.keyring = keyring
        self.place = self.url.database or self.url.render_as_string(hide_password=True)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _make_folder(Path(self.place))
            self._queue = _queue(self.place)
            self._readers, self._writers = self._sqlite(write=False), self._sqlite(write=True)
        else:
            self._writers = self._engine(
                pool_size=connections,
                max_overflow=0,
                connect_args={"options": self._settings()},
            )
            event.listen(self._writers, "first_connect", let_in)
            renew_dead(self._writers)
            if password is not None:
                _ask_for_password(self._writers, password)
            self._readers = self._writers

    @classmethod
    def of(cls, settings: PlatformSettings, root: Path, keyring: Keyring = KEYLESS) -> Database:
        """The one in which a project's platform keeps its records. A server is not asked yet."""
        place = settings.database
        if isinstance(place, SqliteFile):
            return cls.at(root / place.file, keyring=keyring)
        password = password_of(place, root)
        return cls(url_of(place, root), connections=place.connections, password=password, keyring=keyring)

    @classmethod
    def at(cls, file: Path, *, wait: float = 10.0, keyring: Keyring = KEYLESS) -> Database:
        """The SQLite database in a file, which is made where it is missing, its folder too."""
        return cls(URL.create("sqlite", database=str(file)), wait=wait, keyring=keyring)

    @property
    def file(self) -> Path | None:
        """That of SQLite; None on a server."""
        return Path(self.place) if self.is_sqlite else None

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Connection]:
        """Commits at the end of the block and rolls back when it raises. A reading one sees one moment, and
        refuses to write.

        Raises every kind of PlatformError, and nothing of the driver's.
        """
        if write and self.is_sqlite:
            with self._queue.turn(self.wait), self._begun(write=True) as connection:
                yield connection
        else:
            with self._begun(write=write) as connection:
                yield connection

    @contextmanager
    def unhurried(self) -> Iterator[Connection]:
        """A writing transaction that may take as long as it needs, for what is done to whole tables."""
        with self.transaction() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection

    def analyze(self) -> None:
        """After many writes."""
        with self.unhurried() as connection:
            analyze(connection)
        self._readers.dispose()

    def compact(self) -> bool:
        """Leaves nothing in the database of what was deleted or changed: SQLite writes all of it anew, and
        its log is emptied; False where readers keep it from that for the moment. On a server, what nobody
        can read any more is taken out of the pages of our own schema, for others to be written there."""
        if not self.is_sqlite:
            with self._writers.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("SET statement_timeout = 0")
                try:
                    connection.exec_driver_sql(f"VACUUM {_our_tables(connection)}")
                finally:
                    connection.exec_driver_sql("RESET statement_timeout")
            return True
        with self._queue.turn(self.wait), self._writers.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy

    def close(self) -> None:
        """Gives back every connection; closing twice is harmless."""
        self._readers.dispose()
        self._writers.dispose()

    @contextmanager
    def _begun(self, *, write: bool) -> Iterator[Connection]:
        # Not by listeners: an engine that has any of SQLAlchemy's asks for them at every statement.
        try:
            connection = (self._writers if write else self._readers).connect()
        except NoConnectionLeft as error:
            raise PlatformUnavailable("unavailable") from error
        with connection:
            if not (write or self.is_sqlite):
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            transaction = connection.begin()
            try:
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
                yield connection
            except BaseException:
                _roll_back(transaction)
                raise
            if not self.is_sqlite:
                demand_alive(connection)
            _commit(connection, transaction)

    def _engine(self, **options: object) -> Engine:
        engine = create_engine(
            self.url,
            hide_parameters=True,
            json_serializer=_JSON.encode,
            pool_timeout=self.wait,
            execution_options={_KEYRING: self.keyring},
            **options,
        )

        @event.listens_for(engine, "handle_error")
        def _(context: ExceptionContext) -> None:
            error = translate(context, self.place)
            if error is not None:
                raise error

        return engine

    def _settings(self) -> str:
        """What holds for every connection to PostgreSQL, behind what the URL asks for."""
        patience = f"-clock_timeout={int(self.wait * 1000)}"
        lease = f"-cidle_in_transaction_session_timeout={int(LEASE * 1000)}"
        ours = (patience, lease, "-ctimezone=UTC", f"-c{INSIDE}=yes")
        return " ".join((str(self.url.query.get("options", "")), *ours)).strip()

    def _sqlite(self, *, write: bool) -> Engine:
        """Readers and the writer have connections of their own: the former cannot write by mistake, and the
        latter takes the lock when it begins, so that it never has to give up halfway."""
        engine = self._engine(
            pool_size=1 if write else 5,
            max_overflow=0 if write else -1,
            pool_recycle=_RENEWED,
            connect_args={"timeout": self.wait},
        )
        pragmas = ["foreign_keys = ON", "synchronous = NORMAL"]
        pragmas.append("journal_mode = WAL" if write else "query_only = ON")

        @event.listens_for(engine, "connect")
        def _(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
            connection.isolation_level = None  # transactions begin where we say, not where the driver thinks
            register(connection)
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        return engine


def keyring_of(connection: Connection) -> Keyring:
    """That of the database."""
    keyring: Keyring = connection.get_execution_options()[_KEYRING]
    return keyring


def analyze(connection: Connection) -> None:
    """Counts the rows behind every index, by which databases choose among them. On a server only in our own
    schema: whose tables stand in others, and how many, is not ours to ask."""
    tables = ""
    if connection.dialect.name != "sqlite":
        tables = _our_tables(connection)
        if not tables:
            return
    connection.exec_driver_sql(f"ANALYZE {tables}")


def _our_tables(connection: Connection) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(map(quote, inspect(connection).get_table_names()))


def _roll_back(transaction: RootTransaction) -> None:
    """What went wrong before is told, not that the connection is gone too."""
    with suppress(PlatformError):
        transaction.rollback()


def _commit(connection: Connection, transaction: RootTransaction) -> None:
    """Where the connection breaks now, nobody can know whether the server had heard of it."""
    try:
        transaction.commit()
    except GivenUp as error:
        if connection.invalidated:
            raise PlatformUnavailable("maybe_saved", reason=error.reason) from error
        raise


def _ask_for_password(engine: Engine, password: Callable[[], str]) -> None:
    @event.listens_for(engine, "do_connect")
    def _(_dialect: object, _entry: object, _arguments: object, options: dict[str, object]) -> None:
        options["password"] = password()


def _queue(place: str) -> Queue:
    with _queues_guard:
        return _queues.setdefault(str(Path(place).resolve()), Queue())


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_open(str(file)) from error
