from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.exams.rules.drawing import Row
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services import papers, planning
from lsp.exams.services.planning import Plan
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat
from tests.factories.skkni import make_scheme_version, make_unit


def make_blueprint(session: Session):
    unit = make_unit(session)
    for _ in range(3):
        make_revision(session, criterion=unit.elements[0].criteria[0])
    version = make_scheme_version(session, units=[unit])
    return papers.make_blueprint(
        session,
        scheme_version_id=version.id,
        title="Naskah",
        rows=[Row(unit.id, ItemType.SINGLE_CHOICE, 2)],
        now=NOW,
    )


def plan(session: Session, blueprint, **values):
    stated = Plan(
        **{
            "title": "Ujian tulis",
            "place": "TUK Ambon",
            "timezone": "Asia/Jayapura",
            "opens_at": NOW,
            "closes_at": NOW + timedelta(hours=3),
            "length_minutes": 90,
            **values,
        }
    )
    return planning.plan_session(
        session, stated, blueprint_id=blueprint.id, seed=5, actor_id=None, now=NOW
    )


def test_a_planned_session_has_its_paper_and_a_token(session: Session) -> None:
    blueprint = make_blueprint(session)
    exam = plan(session, blueprint)
    assert exam.scheme_version_id == blueprint.scheme_version_id
    assert [question.position for question in exam.papers[0].paper.questions] == [1, 2]
    assert len(exam.token) == 6
    assert set(exam.token) <= set(planning.TOKEN_CHARACTERS)


@pytest.mark.parametrize(
    "fault",
    [
        {"closes_at": NOW},
        {"opens_at": NOW - timedelta(days=2), "closes_at": NOW - timedelta(days=1)},
        {"length_minutes": 181},
    ],
)
def test_times_must_fit_together(session: Session, fault: dict) -> None:
    with pytest.raises(Refusal):
        plan(session, make_blueprint(session), **fault)


def test_a_token_can_be_changed(session: Session) -> None:
    exam = make_exam_session(session)
    manager = make_person(session, Role.MANAGER)
    planning.change_token(session, exam.id, actor_id=manager.id, now=NOW)
    assert exam.token != "HUMAS"


def test_an_unknown_session_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        planning.get_session(session, make_person(session).id)


def test_the_list_counts_seats_in_a_fixed_number_of_statements(
    session: Session, statements: list[str]
) -> None:
    paper = make_paper(session)
    for n in range(5):
        exam = make_exam_session(session, paper=paper, opens_at=NOW - timedelta(hours=n + 1))
        for _ in range(n):
            make_seat(session, exam_session=exam)
    session.expire_all()
    statements.clear()
    page = planning.list_sessions(session)
    assert [seats for _, seats in page.rows] == [0, 1, 2, 3, 4]
    assert all(exam.scheme_version.scheme.title for exam, _ in page.rows)
    assert len(statements) == 2
