"""Straight to the driver: the same promises, also when a block fails or the database goes away."""

import select
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from lsp.db import JSONValue, UTCDateTime
from lsp.straight import Inquiry, Queue, json_words, moment, straight

SPOTS = 40


@pytest.fixture
def way(own_engine):
    """A way to the driver, on a database with a table of spots."""
    with own_engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE spots (number integer PRIMARY KEY)"))
    way = straight(own_engine)
    yield way
    way.close()


def mark(way, number):
    with way.begin() as connection:
        connection.execute(f"INSERT INTO spots VALUES ({number})")


def marked(own_engine):
    with own_engine.connect() as connection:
        return set(connection.scalars(sa.text("SELECT number FROM spots")))


def test_what_ends_well_is_kept(way, own_engine):
    mark(way, 1)
    assert marked(own_engine) == {1}


def test_a_commit_is_on_the_disk_as_everywhere(way, backend):
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
    promised = {"sqlite": 2, "postgresql": "on"}
    with way.begin() as connection:
        assert connection.execute(asked[backend]).fetchone()[0] == promised[backend]


def test_a_block_that_fails_is_taken_back_and_the_next_one_works(way, own_engine, backend):
    def work(*statements):
        with way.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    # PostgreSQL keeps each statement by itself.
    first = ["INSERT INTO spots VALUES (1)"] if backend == "sqlite" else []
    with pytest.raises(Exception, match="nowhere"):
        work(*first, "INSERT INTO nowhere VALUES (1)")
    mark(way, 2)
    assert marked(own_engine) == {2}


def test_all_who_come_at_once_get_their_turn(way, own_engine):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: mark(way, number), range(SPOTS)))
    assert marked(own_engine) == set(range(SPOTS))


#: Takes its place in a queue, says so, and keeps it until it is told to leave.
OTHER_PROCESS = """
import sys
from lsp.straight import Queue
print("waits", flush=True)
with Queue(sys.argv[1]):
    print("is in", flush=True)
    sys.stdin.readline()
"""


def test_processes_queue_and_one_that_is_killed_leaves(tmp_path):
    path = str(tmp_path / "queue")
    command = [sys.executable, "-c", OTHER_PROCESS, path]
    queue = Queue(path)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        with queue:
            assert other.stdout.readline() == "waits\n"
            assert not select.select([other.stdout], [], [], 0.3)[0]
        assert other.stdout.readline() == "is in\n"
        with ThreadPoolExecutor(1) as pool:
            entered = pool.submit(queue.__enter__)
            assert not wait([entered], timeout=0.3).done
            other.kill()
            entered.result(timeout=30)
    queue.__exit__()
    queue.close()


def test_a_connection_that_the_database_cut_is_not_used_again(way, own_engine, backend):
    if backend == "sqlite":
        pytest.skip("there is no server to cut a connection")
    with way.begin() as first, way.begin() as second:
        processes = [
            connection.execute("SELECT pg_backend_pid()").fetchone()[0]
            for connection in (first, second)
        ]
    with own_engine.connect() as other:
        for process in processes:
            other.execute(sa.text("SELECT pg_terminate_backend(:process)"), {"process": process})
    with pytest.raises(Exception, match=r"terminat|closed"):
        mark(way, 1)
    mark(way, 2)
    assert marked(own_engine) == {2}


def test_who_only_asks_waits_for_no_writer_and_sees_what_is_committed(way):
    mark(way, 1)
    with way.begin() as writer:
        writer.execute("INSERT INTO spots VALUES (2)")
        with way.read() as reader:
            numbers = [row[0] for row in reader.execute("SELECT number FROM spots").fetchall()]
    assert 1 in numbers


def test_an_inquiry_reads_values_alike_on_both_databases(way, own_engine):
    person_id, at = uuid.uuid4(), datetime(2026, 11, 23, 9, 30, 15, 250_000, UTC)
    things = sa.Table(
        "things",
        sa.MetaData(),
        sa.Column("id", sa.Uuid),
        sa.Column("at", UTCDateTime()),
        sa.Column("seen_at", UTCDateTime()),
        sa.Column("said", JSONValue),
    )
    things.create(own_engine)
    said = {"choice": "b", "teks": "Café — “kutip”"}
    with own_engine.begin() as connection:
        connection.execute(things.insert().values(id=person_id, at=at, seen_at=None, said=said))

    def make(database):
        row, every, embedded = json_words(database)
        columns = row(things.c.id, things.c.at, things.c.seen_at, embedded(things.c.said))
        return sa.select(every(columns)).where(
            things.c.id == sa.bindparam("id"),
            things.c.at == sa.bindparam("at", type_=UTCDateTime()),
        )

    with way.read() as connection:
        ((found_id, found_at, seen_at, found),) = Inquiry(make).ask(
            connection, {"id": person_id, "at": at}
        )
    assert (uuid.UUID(found_id), moment(found_at), seen_at, found) == (person_id, at, None, said)
