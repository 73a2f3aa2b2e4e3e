import hashlib
import threading
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.assessments.models import Decision
from lsp.assessments.rules.states import Result
from lsp.audit import AuditEntry
from lsp.certificates.models import Certificate
from lsp.certificates.rules import StatusKind
from lsp.certificates.services.issuing import awaiting, issue_certificate
from lsp.counters import take_number
from lsp.roles import Role
from lsp.settings import Settings
from lsp.storage import Storage
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate, make_decision


def test_a_decision_becomes_a_certificate_with_everything_it_says(
    session: Session, settings: Settings
) -> None:
    certificate = make_certificate(session, settings)
    assert certificate.number == "0000001 2026"
    assert certificate.registration_number == "HUMAS 00001 2026"
    assert certificate.issued_on == date(2026, 11, 23)
    assert certificate.expires_on == date(2029, 11, 23)
    assert certificate.printed["holder_name"] == certificate.holder.full_name
    assert len(certificate.printed["units"]) == 2
    assert certificate.printed["check_address"].endswith(f"/c/{certificate.code}")
    assert [event.kind for event in certificate.events] == [StatusKind.ISSUED]


def test_the_stored_file_is_the_one_whose_hash_is_recorded(
    session: Session, settings: Settings
) -> None:
    certificate = make_certificate(session, settings)
    with Storage(settings.files).open(certificate.storage_key) as file:
        content = file.read()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == certificate.sha256


def test_issuing_twice_makes_one_certificate(session: Session, settings: Settings) -> None:
    first = make_certificate(session, settings)
    again = issue_certificate(
        session,
        decision_id=first.decision_id,
        manager_id=first.issued_by_id,
        settings=settings,
        storage=Storage(settings.files),
        now=NOW,
    )
    assert again.id == first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1


def test_numbers_run_without_a_gap(session: Session, settings: Settings) -> None:
    numbers = [make_certificate(session, settings).number for _ in range(3)]
    assert numbers == ["0000001 2026", "0000002 2026", "0000003 2026"]


def test_not_yet_competent_gets_no_certificate(session: Session, settings: Settings) -> None:
    with pytest.raises(Refusal, match="keputusan kompeten"):
        make_certificate(session, settings, result=Result.NOT_YET_COMPETENT)
    assert take_number(session, "certificate", 2026) == 1


def test_a_superseded_decision_gets_no_certificate(session: Session, settings: Settings) -> None:
    first = make_decision(session)
    session.add(
        Decision(
            assessment_id=first.assessment_id,
            round=2,
            result=Result.NOT_YET_COMPETENT,
            minutes_number="BA/later",
            decided_on=NOW.date(),
            decided_at=NOW,
            supersedes_id=first.id,
        )
    )
    session.flush()
    with pytest.raises(Refusal, match="digantikan"):
        issue_certificate(
            session,
            decision_id=first.id,
            manager_id=make_person(session, Role.MANAGER).id,
            settings=settings,
            storage=Storage(settings.files),
            now=NOW,
        )
    assert awaiting(session) == []


def test_nobody_issues_their_own_certificate(session: Session, settings: Settings) -> None:
    person = make_person(session, Role.MANAGER, Role.CANDIDATE)
    with pytest.raises(Refusal, match="diri sendiri"):
        make_certificate(session, settings, manager=person, candidate=person)


def test_an_unknown_decision_is_not_found(session: Session, settings: Settings) -> None:
    person = make_person(session, Role.MANAGER)
    with pytest.raises(NotFound):
        issue_certificate(
            session,
            decision_id=person.id,
            manager_id=person.id,
            settings=settings,
            storage=Storage(settings.files),
            now=NOW,
        )


def test_a_decision_waits_until_its_certificate_is_issued(
    session: Session, settings: Settings
) -> None:
    decision = make_decision(session)
    make_decision(session, result=Result.NOT_YET_COMPETENT)
    make_certificate(session, settings)
    assert [row.id for row in awaiting(session)] == [decision.id]


def test_issuing_is_on_the_audit_trail(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    entry = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "certificate.issued")
    ).one()
    assert entry.subject_id == str(certificate.id)
    assert entry.actor_id == certificate.issued_by_id


def test_two_managers_at_the_same_moment_issue_one_certificate(
    own_engine: sa.Engine, settings: Settings
) -> None:
    with Session(own_engine, expire_on_commit=False) as session:
        decision = make_decision(session)
        managers = [make_person(session, Role.MANAGER) for _ in range(2)]
        session.commit()
    issued = []

    def issue(manager_id: object) -> None:
        with Session(own_engine) as session:
            certificate = issue_certificate(
                session,
                decision_id=decision.id,
                manager_id=manager_id,  # type: ignore[arg-type]
                settings=settings,
                storage=Storage(settings.files),
                now=NOW,
            )
            session.commit()
            issued.append(certificate.id)

    threads = [threading.Thread(target=issue, args=(manager.id,)) for manager in managers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(issued) == 2
    assert len(set(issued)) == 1
