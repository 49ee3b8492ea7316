"""How the graph is reached: a `Reader` that the server keeps from writing, and a `Writer`.

The only module that imports the driver. Whoever calls sees our own exceptions, never the driver's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, LiteralString, TypeVar, cast

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncResult,
    AsyncSession,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    NotificationMinimumSeverity,
    Query,
    unit_of_work,
)
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import DatabaseUnavailable
from graph.plain import in_utc, plain
from graph.refusals import refusal

T = TypeVar("T")

Row = dict[str, Any]

_CYPHER = "CYPHER 5\n"
"""Both server versions accept it, so that one text means the same on each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a database is and who we are there."""

    uri: str
    username: str
    password: str
    database: str = "neo4j"

    def __repr__(self) -> str:
        return f"Address(uri={self.uri!r}, database={self.database!r})"


@contextmanager
def _in_our_words(uri: str, seconds: float | None = None) -> Iterator[None]:
    """Turn what the driver raises into a sentence of ours, without values from the statement."""
    try:
        yield
    except AuthError:
        raise DatabaseUnavailable(
            f"The Neo4j at {uri} does not accept the user name and password (NEO4J_USERNAME, NEO4J_PASSWORD)."
        ) from None
    except (ServiceUnavailable, SessionExpired, ConfigurationError, OSError):
        raise DatabaseUnavailable(
            f"No Neo4j answers at {uri} any more: start it (`clew up`), and run the same command again."
        ) from None
    except Neo4jError as error:
        raise DatabaseUnavailable(refusal(uri, error.code or "", seconds)) from _scrubbed(error)
    except DriverError as error:
        raise DatabaseUnavailable(f"The connection to the Neo4j at {uri} failed: {type(error).__name__}.") from None


def _scrubbed(error: Neo4jError) -> Exception | None:
    """Keep the cause for faults in our own texts, drop it where the server may quote a record."""
    return error if (error.code or "").startswith("Neo.ClientError.Statement") else None


def _literal(text: str) -> LiteralString:
    # The driver takes literals only. Ours come from checked files and from our own classes' names, never from input.
    return cast(LiteralString, _CYPHER + text)  # type: ignore[redundant-cast]


def _query(text: str, seconds: float | None = None) -> Query:
    return Query(_literal(text), timeout=seconds)


async def _rows(result: AsyncResult) -> list[Row]:
    return [plain(record) async for record in result]


class Reader:
    """Asks, and cannot write: each question runs in READ access mode, where the server refuses a write."""

    def __init__(self, driver: AsyncDriver, address: Address, seconds: float) -> None:
        self._driver, self._address, self._seconds = driver, address, seconds

    async def read(self, *asked: tuple[str, Mapping[str, Any]]) -> list[list[Row]]:
        """Run statements one after the other in one read transaction and return the rows of each.

        Raises DatabaseUnavailable if the server does not answer, or not within the time allowed.
        """

        @unit_of_work(timeout=self._seconds)
        async def work(transaction: Any) -> list[list[Row]]:
            return [await _rows(await transaction.run(_literal(text), in_utc(params))) for text, params in asked]

        with _in_our_words(self._address.uri, self._seconds):
            if len(asked) == 1 and (rows := await self._read_at_once(*asked[0])) is not None:
                return [rows]
            async with self._session() as session:
                return await session.execute_read(work)

    async def _read_at_once(self, text: str, params: Mapping[str, Any]) -> list[Row] | None:
        """Return the rows of a statement without a transaction around it: two messages less, and no second attempt.

        None if there should be one.
        """
        async with self._session() as session:
            try:
                return await _rows(await session.run(_query(text, self._seconds), in_utc(params)))
            except (DriverError, Neo4jError) as error:
                if not error.is_retryable():
                    raise
                return None

    def _session(self) -> AsyncSession:
        return self._driver.session(database=self._address.database, default_access_mode=READ_ACCESS)

    async def explain(self, text: str, params: Mapping[str, Any]) -> tuple[list[str], str, list[str], dict[str, Any]]:
        """Return the columns, the kind of query (`r` reads), the notifications' codes and the plan."""
        with _in_our_words(self._address.uri, self._seconds):
            async with self._session() as session:
                result = await session.run(_query("EXPLAIN " + text), dict(params))
                columns = list(result.keys())
                summary = await result.consume()
        notes = [f"{note.gql_status} {note.status_description}" for note in summary.gql_status_objects]
        return columns, summary.query_type or "", notes, dict(summary.plan or {})


class Transaction:
    """One write transaction: everything run in it is there at its end, or nothing is."""

    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def run(self, text: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one statement and return its rows."""
        result = self._transaction.run(_literal(text), dict(params or {}))
        return [plain(record) for record in result]


class Writer:
    """Writes in managed transactions, which are tried again when the server says that they may be."""

    def __init__(self, driver: Driver, address: Address) -> None:
        self._driver, self._address = driver, address
        self.before_each: Callable[[Transaction, int], None] | None = None
        """Called at the beginning of each transaction of `write`; where it raises, nothing is written."""

    def write(self, work: Callable[[Transaction], T], *, lane: int = 0) -> T:
        """Do the work, in one transaction, which may be tried again; returns its result. Lanes: see `alone`."""

        def checked(managed: ManagedTransaction) -> T:
            transaction = Transaction(managed)
            if self.before_each is not None:
                self.before_each(transaction, lane)
            return work(transaction)

        with (
            _in_our_words(self._address.uri),
            self._driver.session(database=self._address.database, default_access_mode=WRITE_ACCESS) as session,
        ):
            return session.execute_write(checked)

    @contextmanager
    def hold(
        self, text: str, params: Mapping[str, Any], seconds: float | None = None
    ) -> Iterator[Callable[[], None] | None]:
        """Run a statement whose transaction stays open for the time of a `with`, and is never committed.

        Gives a function that raises DatabaseUnavailable once it is not open any more. With `seconds` the server ends
        it after so many; None is given if the statement waited for another's lock until then.
        """
        session = self._driver.session(database=self._address.database, default_access_mode=WRITE_ACCESS)
        until = None if seconds is None else monotonic() + seconds
        try:
            with _in_our_words(self._address.uri):
                transaction = session.begin_transaction(timeout=seconds)
                try:
                    transaction.run(_literal(text), dict(params)).consume()
                    in_vain = False
                except Neo4jError:
                    if until is None or monotonic() < until:
                        raise
                    in_vain = True

            def still_open() -> None:
                try:
                    transaction.run(_literal("RETURN 1 AS open")).consume()
                except (DriverError, Neo4jError, OSError):
                    raise DatabaseUnavailable(
                        f"The connection to the Neo4j at {self._address.uri} broke off in the middle, so that somebody "
                        "else may write there now: run the same command again."
                    ) from None

            yield None if in_vain else still_open
        finally:
            # It ends with the connection, however that ends.
            with suppress(DriverError, Neo4jError, OSError):
                session.close()

    def read(self, text: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one reading statement in READ access mode and return its rows."""
        with (
            _in_our_words(self._address.uri),
            self._driver.session(database=self._address.database, default_access_mode=READ_ACCESS) as session,
        ):
            return session.execute_read(lambda transaction: Transaction(transaction).run(text, params))

    def declare(self, statements: Sequence[str]) -> None:
        """Apply schema statements, each in a transaction of its own, and wait until indexes are ready."""
        with (
            _in_our_words(self._address.uri),
            self._driver.session(database=self._address.database, default_access_mode=WRITE_ACCESS) as session,
        ):
            for statement in statements:
                session.run(_query(statement)).consume()
            session.run(_query("CALL db.awaitIndexes(1800)")).consume()

    def stream(self, text: str, params: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """Yield rows as they come, in READ access mode, for answers too large to hold."""
        with (
            _in_our_words(self._address.uri),
            self._driver.session(
                database=self._address.database, default_access_mode=READ_ACCESS, fetch_size=5000
            ) as session,
        ):
            for record in session.run(_query(text), dict(params or {})):
                yield plain(record)


_DRIVER: dict[str, Any] = {
    "user_agent": "clew",
    "notifications_min_severity": NotificationMinimumSeverity.OFF,
    "connection_timeout": 10,
    "connection_acquisition_timeout": 30,
    "max_transaction_retry_time": 15,
}


@asynccontextmanager
async def reader(
    address: Address, seconds: float = 60.0, *, notifications: bool = False, patience: float | None = None
) -> AsyncIterator[Reader]:
    """Open a Reader for the time of a `with`; `notifications` lets the server's remarks on a text through.

    `patience` is how many seconds a server that does not answer is waited for, where somebody waits for an answer.
    """
    config = {name: value for name, value in _DRIVER.items() if not (notifications and name.startswith("notif"))}
    if patience is not None:
        config |= {"connection_timeout": patience, "max_transaction_retry_time": patience}
        # So long one that is in use may be waited for.
        config["connection_acquisition_timeout"] = seconds
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.username, address.password), **config) as driver:
        yield Reader(driver, address, seconds)


@contextmanager
def writer(address: Address) -> Iterator[Writer]:
    """Open a Writer for the time of a `with`."""
    with GraphDatabase.driver(address.uri, auth=(address.username, address.password), **_DRIVER) as driver:
        yield Writer(driver, address)


def answers(address: Address, seconds: float = 2.0) -> bool:
    """Return whether the database answers a first question now; asks once and does not wait for it to come up."""
    config = {**_DRIVER, "connection_timeout": seconds, "connection_acquisition_timeout": seconds}
    try:
        with (
            GraphDatabase.driver(address.uri, auth=(address.username, address.password), **config) as driver,
            driver.session(database=address.database, default_access_mode=READ_ACCESS) as session,
        ):
            session.run("RETURN 1").consume()
    except AuthError:
        raise DatabaseUnavailable(f"The Neo4j at {address.uri} does not accept the user name and password.") from None
    except (DriverError, Neo4jError, OSError):
        return False
    return True
