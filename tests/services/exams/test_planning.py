from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import Paper
from lsp.exams.rules.assembling import exactly
from lsp.exams.services import planning
from lsp.exams.services.assembling import PaperOrder, assemble_papers
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint
from lsp.exams.services.planning import Plan
from lsp.exams.services.seats import take_seat
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat
from tests.factories.skkni import make_scheme_version, make_unit


def make_papers(session: Session, count: int = 1) -> list[Paper]:
    """Papers made together, of two questions each."""
    unit = make_unit(session)
    for _ in range(2 * count):
        make_revision(session, criterion=unit.elements[0].criteria[0])
    version = make_scheme_version(session, units=[unit])
    draft = BlueprintDraft("Naskah", [exactly(2, unit.id)])
    blueprint = make_blueprint(session, scheme_version_id=version.id, draft=draft, now=NOW)
    order = PaperOrder(5, papers=count)
    return assemble_papers(session, blueprint_id=blueprint.id, order=order, now=NOW)


def plan(session: Session, papers: list[Paper], **values):
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
    paper_ids = [paper.id for paper in papers]
    return planning.plan_session(session, stated, paper_ids=paper_ids, actor_id=None, now=NOW)


def test_a_planned_session_has_its_paper_and_a_token(session: Session) -> None:
    (paper,) = make_papers(session)
    exam = plan(session, [paper], double_marked_percent=25, marking_tolerance_percent=10)
    assert exam.scheme_version_id == paper.blueprint.scheme_version_id
    assert [held.paper_id for held in exam.papers] == [paper.id]
    assert (exam.double_marked_percent, exam.marking_tolerance_percent) == (25, 10)
    assert len(exam.token) == 6
    assert set(exam.token) <= set(planning.TOKEN_CHARACTERS)


def test_seats_get_the_papers_in_turn(session: Session) -> None:
    first, second = make_papers(session, 2)
    exam = plan(session, [second, first])
    assert [(held.number, held.paper_id) for held in exam.papers] == [
        (1, first.id),
        (2, second.id),
    ]
    marker = make_person(session, Role.ASSESSOR)
    seats = [
        take_seat(
            session,
            session_id=exam.id,
            candidate_id=make_person(session).id,
            marker_id=marker.id,
            now=NOW,
        )
        for _ in range(3)
    ]
    assert [seat.paper_id for seat in seats] == [first.id, second.id, first.id]


def test_papers_of_a_session_were_made_together(session: Session) -> None:
    (one,), (other,) = make_papers(session), make_papers(session)
    with pytest.raises(Refusal, match="disusun bersama"):
        plan(session, [one, other])
    with pytest.raises(Refusal, match="satu naskah"):
        plan(session, [])
    with pytest.raises(NotFound):
        plan(session, [make_person(session)])


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
        plan(session, make_papers(session), **fault)


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
    assert [seats for _, seats, _ in page.rows] == [0, 1, 2, 3, 4]
    assert {papers for _, _, papers in page.rows} == {1}
    assert all(exam.scheme_version.scheme.title for exam, _, _ in page.rows)
    assert len(statements) == 2
