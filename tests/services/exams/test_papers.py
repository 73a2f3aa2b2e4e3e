from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import SessionPaper
from lsp.exams.rules.assembling import exactly
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.services import papers
from lsp.exams.services.assembling import PaperOrder, assemble_papers
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint
from lsp.texts import NotFound
from tests.conftest import NOW
from tests.factories.exams import make_exam_session, make_revision
from tests.factories.skkni import make_scheme_version, make_unit


def make_batch(session: Session, size: int = 6, **values):
    """Papers of three questions from a bank of so many, on the first two of four criteria."""
    unit = make_unit(session, elements=2, criteria=2)
    for n in range(size):
        make_revision(session, criterion=unit.elements[0].criteria[n % 2])
    version = make_scheme_version(session, units=[unit])
    draft = BlueprintDraft("Naskah", [exactly(3, unit.id, ItemType.SINGLE_CHOICE)])
    blueprint = make_blueprint(session, scheme_version_id=version.id, draft=draft, now=NOW)
    made = assemble_papers(
        session, blueprint_id=blueprint.id, order=PaperOrder(1, **values), now=NOW
    )
    return papers.get_batch(session, made[0].batch_id)


def test_a_batch_shows_its_papers_side_by_side(session: Session) -> None:
    batch = make_batch(session, papers=2)
    assert [view.paper.number for view in batch.views] == [1, 2]
    for view in batch.views:
        assert view.points == 3
        assert view.per_type == Counter({ItemType.SINGLE_CHOICE: 3})
        assert view.per_level == Counter({CognitiveLevel.C3: 3})
        assert len(view.criteria) == 2
        assert (view.known, view.facility_percent) == (0, None)
    assert batch.shared(*batch.views) == 0
    assert batch.shared(batch.views[0], batch.views[0]) == 3


def test_papers_share_what_they_were_allowed_to_and_must(session: Session) -> None:
    batch = make_batch(session, size=4, papers=2, overlap=3)
    assert batch.shared(*batch.views) == 2


def test_expected_difficulty_is_of_the_questions_somebody_judged(session: Session) -> None:
    batch = make_batch(session, size=3)
    for question, facility in zip(batch.views[0].questions, ("0.5", "0.8", None), strict=True):
        item = session.get_one(papers.Item, question.item_id)
        item.facility = facility and Decimal(facility)
    session.flush()
    (view,) = papers.get_batch(session, batch.batch_id).views
    assert (view.known, view.facility_percent) == (2, 65)


def test_items_on_trial_are_in_no_sum(session: Session) -> None:
    batch = make_batch(session)
    view = batch.views[0]
    view.paper.questions[0].counts = False
    session.flush()
    (again,) = papers.get_batch(session, batch.batch_id).views
    assert len(again.questions) == 3
    assert again.points == 2


def test_coverage_names_the_criteria_nothing_asks(session: Session) -> None:
    batch = make_batch(session, papers=2)
    (unit,) = papers.coverage(session, batch.blueprint.scheme_version_id, batch.views)
    assert [line.criterion.label for line in unit.criteria] == ["1.1", "1.2", "2.1", "2.2"]
    assert [criterion.label for criterion in unit.uncovered] == ["2.1", "2.2"]
    assert [line.active for line in unit.criteria] == [3, 3, 0, 0]
    assert [sum(line.asked[n] for line in unit.criteria) for n in (0, 1)] == [3, 3]
    (bank,) = papers.coverage(session, batch.blueprint.scheme_version_id)
    assert [criterion.label for criterion in bank.uncovered] == ["2.1", "2.2"]


def test_batch_and_coverage_cost_six_statements(session: Session, statements: list[str]) -> None:
    batch = make_batch(session, papers=2)
    version_id = batch.blueprint.scheme_version_id
    session.expire_all()
    statements.clear()
    found = papers.get_batch(session, batch.batch_id)
    assert found.blueprint.scheme_version.scheme.title
    (unit,) = papers.coverage(session, version_id, found.views)
    assert unit.criteria[0].criterion.label == "1.1"
    assert len(statements) == 6


def test_batches_are_listed_with_the_sessions_they_serve(
    session: Session, statements: list[str]
) -> None:
    batch, other = make_batch(session, papers=2), make_batch(session)
    exam = make_exam_session(session, paper=batch.views[0].paper)
    exam.papers.append(SessionPaper(number=2, paper=batch.views[1].paper))
    session.flush()
    session.expire_all()
    statements.clear()
    found = {row.batch_id: (row.papers, row.sessions) for row in papers.list_batches(session)}
    assert found == {batch.batch_id: (2, 1), other.batch_id: (1, 0)}
    assert len(statements) == 1
    (row,) = papers.list_batches(session, other.blueprint.id)
    assert row.batch_id == other.batch_id


def test_the_composition_counts_per_unit_type_and_paper(session: Session) -> None:
    batch = make_batch(session, papers=2)
    exam = make_exam_session(session, paper=batch.views[0].paper)
    exam.papers.append(SessionPaper(number=2, paper=batch.views[1].paper))
    session.flush()
    (part,) = papers.composition(session, exam.id)
    assert part.papers == {n: Counter({ItemType.SINGLE_CHOICE: 3}) for n in (1, 2)}


def test_an_unknown_batch_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        papers.get_batch(session, make_unit(session).id)
