"""Straight to the driver: the same promises, also when a block fails or the database goes away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lsp.straight import straight

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


def test_a_connection_that_the_database_cut_is_not_used_again(way, own_engine, backend):
    if backend == "sqlite":
        pytest.skip("there is no server to cut a connection")
    with way.begin() as connection:
        process = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    with own_engine.connect() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:process)"), {"process": process})
    with pytest.raises(Exception, match=r"terminat|closed"):
        mark(way, 1)
    mark(way, 2)
    assert marked(own_engine) == {2}
