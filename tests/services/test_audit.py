from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from lsp import audit
from lsp.audit import AuditEntry, AuditHead
from tests.conftest import NOW


def add(session: Session, count: int) -> None:
    for n in range(count):
        audit.record(
            session,
            action="thing.done",
            subject_type="thing",
            subject_id=n,
            actor_id=None,
            now=NOW,
            detail={"teks": "é", "n": n},
        )


def drop_triggers(session: Session) -> None:
    """What somebody with the database in hand would do first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("DROP TRIGGER audit_entries_append_only ON audit_entries"))
    else:
        session.execute(sa.text("DROP TRIGGER audit_entries_no_update"))
        session.execute(sa.text("DROP TRIGGER audit_entries_no_delete"))


def test_a_chain_is_intact_as_written(session: Session) -> None:
    add(session, 3)
    report = audit.verify(session)
    assert (report.intact, report.entries) == (True, 3)


def test_an_empty_chain_is_intact(session: Session) -> None:
    assert audit.verify(session).intact


def test_a_changed_entry_is_named(session: Session) -> None:
    add(session, 3)
    drop_triggers(session)
    session.execute(sa.update(AuditEntry).where(AuditEntry.number == 2).values(action="else.done"))
    session.expire_all()
    report = audit.verify(session)
    assert (report.broken_number, report.entries) == (2, 1)


def test_a_removed_entry_is_named(session: Session) -> None:
    add(session, 3)
    drop_triggers(session)
    session.execute(sa.delete(AuditEntry).where(AuditEntry.number == 2))
    session.expunge_all()
    assert audit.verify(session).broken_number == 2


def test_entries_cut_off_at_the_end_are_noticed(session: Session) -> None:
    add(session, 3)
    drop_triggers(session)
    session.execute(sa.delete(AuditEntry).where(AuditEntry.number == 3))
    session.expunge_all()
    assert audit.verify(session).broken_number == 3


def test_a_rehashed_entry_breaks_the_next(session: Session) -> None:
    add(session, 3)
    drop_triggers(session)
    entry = session.get_one(AuditEntry, 2)
    entry.action = "else.done"
    entry.hash = audit.entry_hash(entry)
    session.flush()
    session.expunge_all()
    assert audit.verify(session).broken_number == 3


def test_the_head_moves_with_the_chain(session: Session) -> None:
    add(session, 2)
    head = session.get_one(AuditHead, 1)
    assert (head.number, head.hash) == (2, session.get_one(AuditEntry, 2).hash)


def test_writers_who_begin_an_empty_trail_together_queue(own_engine: Engine) -> None:
    workers = 6
    start = Barrier(workers)

    def write(_: int) -> None:
        start.wait()
        with Session(own_engine) as session:
            add(session, 2)
            session.commit()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(write, range(workers)))
    with Session(own_engine) as session:
        report = audit.verify(session)
        assert (report.intact, report.entries) == (True, 2 * workers)
