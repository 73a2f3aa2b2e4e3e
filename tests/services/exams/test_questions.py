from decimal import Decimal
from uuid import uuid4

from sqlalchemy.orm import Session

from lsp.exams.models import ItemRevision
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.questions import own_view, paper_shuffles, paper_view
from tests.conftest import NOW
from tests.factories.exams import make_paper, make_revision


def test_a_candidate_never_meets_the_oral_questions(session: Session) -> None:
    single = make_revision(session)
    oral = ItemRevision(
        item_id=make_revision(session).item_id,
        number=2,
        type=ItemType.ORAL,
        title="Lisan",
        stem="Apa yang Anda lakukan?",
        content={},
        key={"rubric": [], "model_answer": ""},
        max_score=Decimal(4),
        created_at=NOW,
    )
    session.add(oral)
    session.flush()
    paper = make_paper(session, revisions=[oral, single])
    assert list(paper_view(session, paper.id)) == [2]
    (own,) = own_view(paper_view(session, paper.id), uuid4(), False, False)
    assert (own.number, own.position) == (1, 2)


def test_each_sitting_has_its_own_order_and_keeps_it(session: Session) -> None:
    paper = make_paper(session, revisions=[make_revision(session) for _ in range(12)])
    questions = paper_view(session, paper.id)
    first, second = (own_view(questions, uuid4(), True, True) for _ in range(2))
    assert [own.number for own in first] == list(range(1, 13))
    assert sorted(own.position for own in first) == list(questions)
    assert [own.position for own in first] != [own.position for own in second]
    by_position = {own.position: own.content for own in second}
    assert any(own.content != by_position[own.position] for own in first)
    plain = own_view(questions, uuid4(), False, False)
    assert [own.position for own in plain] == list(questions)
    assert all(own.content == questions[own.position].content for own in plain)


def test_the_blueprint_says_what_is_shuffled_and_is_asked_once(
    session: Session, statements: list[str]
) -> None:
    paper = make_paper(session)
    paper.blueprint.shuffles_choices = True
    session.flush()
    statements.clear()
    assert paper_shuffles(session, paper.id) == (False, True)
    assert paper_shuffles(session, paper.id) == (False, True)
    assert len(statements) == 1
