from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Seat
from lsp.exams.services.seats import clear_seat, open_sessions, take_seat
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_seat


def test_sessions_are_open_until_they_close(session: Session) -> None:
    paper = make_paper(session)
    later = make_exam_session(session, paper=paper, opens_at=NOW + timedelta(hours=2))
    sooner = make_exam_session(session, paper=paper)
    make_exam_session(session, paper=paper, closes_at=NOW)
    make_exam_session(session)
    assert open_sessions(session, paper.blueprint.scheme_version_id, NOW) == [sooner, later]


def take(session: Session, exam, candidate, marker) -> Seat:
    return take_seat(
        session, session_id=exam.id, candidate_id=candidate.id, marker_id=marker.id, now=NOW
    )


def test_a_candidate_has_one_seat_in_a_session(session: Session) -> None:
    exam, candidate = make_exam_session(session), make_person(session)
    first, second = (make_person(session, Role.ASSESSOR) for _ in range(2))
    seat = take(session, exam, candidate, first)
    assert seat.cleared_at is None
    assert take(session, exam, candidate, first) is seat
    assert take(session, exam, candidate, second).marker_id == second.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Seat)) == 1


def test_a_closed_session_takes_nobody(session: Session) -> None:
    exam = make_exam_session(session, closes_at=NOW)
    with pytest.raises(Refusal, match="sudah ditutup"):
        take(session, exam, make_person(session), make_person(session, Role.ASSESSOR))


def test_an_unknown_session_does_not_exist(session: Session) -> None:
    person = make_person(session)
    with pytest.raises(NotFound):
        take(session, person, person, person)


def test_clearing_a_seat_keeps_the_first_moment(session: Session) -> None:
    seat = make_seat(session, cleared_at=None)
    clear_seat(session, seat.id, NOW)
    clear_seat(session, seat.id, NOW + timedelta(hours=1))
    assert seat.cleared_at == NOW
