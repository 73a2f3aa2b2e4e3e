"""Years of exams in the tables: what a save, a start and a page cost may not grow with them.

Loaded by SQL, because the product's services would take hours: past sessions of a thousand seats,
each seat with an ended attempt. What matters here is like the real thing: the number of rows, and
how their keys are spread.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

#: Seats of a past session, and revisions of each answer.
SEATS, REVISIONS = 1000, 2
#: Keys are spread evenly over half of their range and come in order, so that an index is quickly
#: filled. Those of the bench's own candidates are random and fall in between.
RANGE = 2**63 - 1
PAST = "2020-01-01 00:00:00.000000"


@dataclass(frozen=True)
class Crowd:
    """How many attempts have ended, and how many questions were answered in each."""

    attempts: int
    answers: int

    @property
    def revisions(self) -> int:
        """Rows of ``answer_revisions``."""
        return self.attempts * self.answers * REVISIONS


#: The aim of the issue: 100,000 attempts and 5 million revisions.
LARGE = Crowd(100_000, 25)


def fill_crowd(engine: Engine, crowd: Crowd) -> None:
    """Load the crowd into a database that has at least one attempt; the rest is modelled on it.

    The rows fulfil every constraint, but the database is told not to ask at each of them.
    """
    on_sqlite = engine.dialect.name == "sqlite"
    unchecked, checked = ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
    if not on_sqlite:
        unchecked, checked = (
            f"SET session_replication_role={role}" for role in ("replica", "DEFAULT")
        )
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute(unchecked)
        _Loader(connection, on_sqlite, RANGE // crowd.attempts).load(crowd)
        connection.commit()
        raw.execute(checked)
        raw.execute("ANALYZE")
        raw.commit()


class _Loader:
    """Writes the statements in the words of one database."""

    def __init__(self, connection: sa.Connection, on_sqlite: bool, step: int) -> None:
        self.connection = connection
        self.on_sqlite = on_sqlite
        self.step = step

    def load(self, crowd: Crowd) -> None:
        """Fill the tables, those that others refer to first."""
        everybody = self.numbers(crowd.attempts, "a")
        past = dict.fromkeys(("started_at", "deadline", "ended_at"), f"'{PAST}'")
        self.copy(
            "persons",
            self.numbers(min(SEATS, crowd.attempts), "a"),
            id=self.key("a.n"),
            email="'lampau' || a.n || '@contoh.test'",
        )
        self.copy(
            "exam_sessions",
            self.numbers(-(-crowd.attempts // SEATS), "a"),
            id=self.key("a.n"),
            opens_at=f"'{PAST}'",
        )
        self.copy(
            "seats",
            everybody,
            id=self.key("a.n"),
            session_id=self.key(f"a.n / {SEATS}"),
            candidate_id=self.key(f"a.n % {SEATS}"),
        )
        self.copy(
            "attempts",
            everybody,
            id=self.key("a.n"),
            seat_id=self.key("a.n"),
            state="'submitted'",
            **past,
        )
        answered = f"{everybody} CROSS JOIN {self.numbers(crowd.answers, 'b')}"
        self.insert("answers", answered, seq="1000002", saved_at=f"'{PAST}'")
        self.insert(
            "answer_revisions",
            f"{answered} CROSS JOIN {self.numbers(REVISIONS, 'c')}",
            seq="1000001 + c.n",
            received_at=f"'{PAST}'",
            seconds_left="60",
            via="'script'",
            is_refused="false",
        )

    def copy(self, table: str, numbers: str, **values: str) -> None:
        """For each number ``a.n`` a row like the first of the table but for these values."""
        names = [column["name"] for column in sa.inspect(self.connection).get_columns(table)]
        quoted = [f'"{name}"' for name in names]
        chosen = ", ".join(values.get(name, f'model."{name}"') for name in names)
        model = f"(SELECT * FROM {table} LIMIT 1) model"
        self.run(
            f"INSERT INTO {table} ({', '.join(quoted)})"
            f" SELECT {chosen} FROM {numbers} CROSS JOIN {model}"
        )

    def insert(self, table: str, numbers: str, **values: str) -> None:
        """An answer of each attempt ``a.n`` to each question ``b.n``."""
        response = '\'{"choice": "b"}\'' + ("" if self.on_sqlite else "::jsonb")
        values |= {
            "attempt_id": self.key("a.n"),
            "position": "b.n + 1",
            "response": response,
            "is_doubtful": "false",
            "is_late": "false",
        }
        self.run(
            f"INSERT INTO {table} ({', '.join(values)})"
            f" SELECT {', '.join(values.values())} FROM {numbers}"
        )

    def run(self, statement: str) -> None:
        """Execute it; what is given without a zone is UTC."""
        if not self.on_sqlite:
            statement = statement.replace(f"'{PAST}'", f"'{PAST}+00'::timestamptz")
            statement = statement.replace("%", "%%")
        self.connection.exec_driver_sql(statement)

    def numbers(self, count: int, alias: str) -> str:
        """A table of the numbers from 0, in order."""
        if not self.on_sqlite:
            return f"generate_series(0, {count - 1}) {alias}(n)"
        return (
            f"(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s"
            f" WHERE n < {count - 1}) SELECT n FROM s) {alias}"
        )

    def key(self, number: str) -> str:
        """The key with this number, as the database keeps a UUID."""
        if self.on_sqlite:
            return f"printf('%016x%016x', ({number}) * {self.step}, {number})"
        spread = f"lpad(to_hex(({number})::bigint * {self.step}), 16, '0')"
        return f"({spread} || lpad(to_hex({number}), 16, '0'))::uuid"
