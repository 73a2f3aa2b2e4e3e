from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, Mark, MarkerTask, Marking, Script
from lsp.exams.rules.kinds import ItemType, MarkingRole
from lsp.exams.services import marking
from lsp.exams.services.marking import Given, NotesNeeded
from lsp.exams.services.results import exam_result
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    IN_PAPER,
    RIGHT,
    make_attempt,
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_scheme_version, make_unit

ESSAY = IN_PAPER.index(ItemType.ESSAY) + 1


@pytest.fixture
def marker(session: Session):
    return make_person(session, Role.ASSESSOR)


@pytest.fixture
def attempt(session: Session, marker) -> Attempt:
    """An attempt with every question answered right, marked by the key."""
    attempt = make_ended_attempt(session, seat=make_seat(session, marker=marker))
    marking.mark_attempt(session, attempt.id, NOW)
    return attempt


def script_of(session: Session, attempt: Attempt, position: int = ESSAY) -> Script:
    return session.scalars(
        sa.select(Script).where(Script.attempt_id == attempt.id, Script.position == position)
    ).one()


def mark(
    session: Session,
    attempt: Attempt,
    marker,
    score: str,
    comment: str = "",
    *,
    position: int = ESSAY,
    **values,
) -> Marking:
    return marking.give_mark(
        session,
        script_id=script_of(session, attempt, position).id,
        marker_id=marker.id,
        given=Given(aspects=[Decimal(score)], comment=comment, **values),
        now=NOW,
    )


def marks(session: Session, attempt: Attempt) -> dict[int, Decimal]:
    rows = session.scalars(
        sa.select(Mark).where(Mark.attempt_id == attempt.id).order_by(Mark.number)
    )
    return {row.position: row.score for row in rows}


def test_the_key_marks_everything_but_the_essay(session: Session, attempt: Attempt) -> None:
    assert marks(session, attempt) == {n: Decimal(1) for n in range(1, 8) if n != ESSAY}
    assert attempt.marked_at is None


def test_marking_twice_changes_nothing(session: Session, attempt: Attempt, marker) -> None:
    before = marks(session, attempt)
    marking.mark_attempt(session, attempt.id, NOW + timedelta(hours=1))
    assert marks(session, attempt) == before
    (task,) = session.scalars(sa.select(MarkerTask))
    assert (task.marker_id, task.role) == (marker.id, MarkingRole.FIRST)


def test_an_unanswered_essay_needs_nobody(session: Session) -> None:
    attempt = make_ended_attempt(session, answers={1: RIGHT[ItemType.SINGLE_CHOICE], ESSAY: None})
    marking.mark_attempt(session, attempt.id, NOW)
    assert attempt.marked_at == NOW
    assert sum(marks(session, attempt).values()) == 1
    assert session.scalars(sa.select(Script)).all() == []


def test_an_open_attempt_is_not_marked(session: Session) -> None:
    with pytest.raises(ValueError, match="open"):
        marking.mark_attempt(session, make_attempt(session).id, NOW)


def test_the_last_mark_closes_the_marking(session: Session, attempt: Attempt, marker) -> None:
    mark(session, attempt, marker, "3.25", "Rekomendasi kurang rinci")
    assert attempt.marked_at == NOW
    (newest,) = session.scalars(sa.select(Mark).where(Mark.position == ESSAY))
    assert (newest.score, newest.marker_id) == (Decimal("3.25"), marker.id)


def test_one_candidates_marks_never_stand_for_anothers(session: Session, marker) -> None:
    essays = [make_revision(session, type=ItemType.ESSAY) for _ in range(2)]
    exam = make_exam_session(session, paper=make_paper(session, revisions=essays))
    text = {1: {"text": "Pertama"}, 2: {"text": "Kedua"}}
    first, second = (
        make_ended_attempt(
            session, seat=make_seat(session, exam_session=exam, marker=marker), answers=text
        )
        for _ in range(2)
    )
    for attempt in (first, second):
        marking.mark_attempt(session, attempt.id, NOW)
    for position in (1, 2):
        mark(session, first, marker, "4", position=position)
    assert first.marked_at == NOW
    mark(session, second, marker, "4", position=1)
    assert second.marked_at is None
    assert sorted((pile.done, pile.total) for pile in marking.piles(session, marker.id)) == [
        (1, 2),
        (2, 2),
    ]
    assert exam_result(session, second.seat_id).state == "ended"


def test_the_same_mark_sent_twice_is_one(session: Session, attempt: Attempt, marker) -> None:
    first = mark(session, attempt, marker, "3", "Kurang contoh")
    assert mark(session, attempt, marker, "3.0", " Kurang contoh ").id == first.id
    assert len(session.scalars(sa.select(Mark).where(Mark.position == ESSAY)).all()) == 1


def test_the_newest_mark_counts_and_the_old_one_stays(
    session: Session, attempt: Attempt, marker
) -> None:
    mark(session, attempt, marker, "2", "Kurang contoh")
    mark(session, attempt, marker, "4")
    own = marking.get_own_script(session, script_of(session, attempt).id, marker.id)
    assert [m.score for m in own.given] == [2, 4]
    assert own.newest is not None
    assert own.newest.score == 4
    assert sum(unit.score for unit in exam_result(session, attempt.seat_id).units) == 10


@pytest.mark.parametrize(
    ("score", "comment"), [("4.25", "x"), ("-1", "x"), ("1.1", "x"), ("NaN", "x"), ("3", "")]
)
def test_marks_out_of_line_are_refused(
    session: Session, attempt: Attempt, marker, score: str, comment: str
) -> None:
    with pytest.raises(Refusal):
        mark(session, attempt, marker, score, comment)
    assert session.scalars(sa.select(Marking)).all() == []


def test_aspects_add_up_to_the_mark(session: Session, marker) -> None:
    rubric = [{"aspect": "Isi", "points": "2.5"}, {"aspect": "Bahasa", "points": "1.5"}]
    essay = make_revision(
        session, type=ItemType.ESSAY, key={"rubric": rubric, "model_answer": "Contoh"}
    )
    exam = make_exam_session(session, paper=make_paper(session, revisions=[essay]))
    attempt = make_ended_attempt(
        session,
        seat=make_seat(session, exam_session=exam, marker=marker),
        answers={1: {"text": "Esai"}},
    )
    marking.mark_attempt(session, attempt.id, NOW)
    given = marking.give_mark(
        session,
        script_id=script_of(session, attempt, 1).id,
        marker_id=marker.id,
        given=Given(aspects=[Decimal("2.25"), Decimal("1.5")], comment="Satu fakta keliru"),
        now=NOW,
    )
    assert (given.score, given.aspects) == (Decimal("3.75"), ["2.25", "1.5"])
    assert marks(session, attempt) == {1: Decimal("3.75")}


def test_an_oral_question_is_for_who_asked_it_and_keeps_what_was_said(
    session: Session, marker
) -> None:
    oral = make_revision(session, type=ItemType.ORAL)
    exam = make_exam_session(
        session, paper=make_paper(session, revisions=[oral]), double_marked_percent=100
    )
    candidate = make_person(session, full_name="Rina Lestari")
    seat = make_seat(session, exam_session=exam, candidate=candidate, marker=marker)
    attempt = make_ended_attempt(session, seat=seat, answers={})
    marking.mark_attempt(session, attempt.id, NOW)
    own = marking.get_own_script(session, script_of(session, attempt, 1).id, marker.id)
    assert own.candidate == "Rina Lestari"
    with pytest.raises(NotesNeeded):
        mark(session, attempt, marker, "4", position=1)
    given = mark(session, attempt, marker, "4", position=1, notes="Menyebut tiga langkah.")
    assert given.notes == "Menyebut tiga langkah."
    assert attempt.marked_at == NOW


def test_only_the_assessor_of_the_seat_marks(session: Session, attempt: Attempt) -> None:
    other = make_person(session, Role.ASSESSOR)
    with pytest.raises(NotFound):
        mark(session, attempt, other, "4")
    with pytest.raises(NotFound):
        marking.get_own_script(session, script_of(session, attempt).id, other.id)


def test_nobody_marks_their_own_answer(session: Session, marker) -> None:
    seat = make_seat(session, candidate=marker, marker=marker)
    attempt = make_ended_attempt(session, seat=seat)
    marking.mark_attempt(session, attempt.id, NOW)
    script = script_of(session, attempt)
    assert session.scalars(sa.select(MarkerTask)).all() == []
    task = MarkerTask(script=script, role=MarkingRole.FIRST, marker_id=marker.id, assigned_at=NOW)
    session.add(task)
    session.flush()
    assert marking.piles(session, marker.id) == []
    with pytest.raises(NotFound):
        mark(session, attempt, marker, "4")


def test_the_pile_says_what_waits_and_what_is_done(
    session: Session, attempt: Attempt, marker
) -> None:
    make_attempt(session, seat=make_seat(session, marker=marker))
    (pile,) = marking.piles(session, marker.id)
    script = script_of(session, attempt)
    assert (pile.next_id, pile.done, pile.total) == (script.id, 0, 1)
    mark(session, attempt, marker, "4")
    (pile,) = marking.piles(session, marker.id)
    assert (pile.next_id, pile.done, pile.total) == (None, 1, 1)
    assert marking.next_script(session, marker.id, script) is None
    page = marking.own_scripts(session, script.session_id, marker.id)
    assert [own.script.id for own in page.rows] == [script.id]


def test_results_are_counted_per_unit(session: Session, marker) -> None:
    first, second = make_unit(session), make_unit(session)
    revisions = [
        make_revision(session, type=type_, criterion=unit.elements[0].criteria[0])
        for type_, unit in [
            (ItemType.SINGLE_CHOICE, first),
            (ItemType.MATCHING, second),
            (ItemType.ESSAY, second),
        ]
    ]
    paper = make_paper(
        session,
        scheme_version=make_scheme_version(session, units=[first, second]),
        revisions=revisions,
    )
    seat = make_seat(session, exam_session=make_exam_session(session, paper=paper), marker=marker)
    assert exam_result(session, seat.id).state == "not_started"
    answers = {1: {"choice": "a"}, 2: {"pairs": {"1": "b"}}, 3: {"text": "Esai"}}
    attempt = make_ended_attempt(session, seat=seat, answers=answers)
    marking.mark_attempt(session, attempt.id, NOW)
    result = exam_result(session, seat.id)
    assert (result.state, result.unmarked, result.ended_at) == ("ended", 1, NOW)
    mark(session, attempt, marker, "3", "Kurang runtut", position=3)
    result = exam_result(session, seat.id)
    assert (result.state, result.unmarked) == ("marked", 0)
    assert [(u.unit_id, u.score, u.max_score, u.percent) for u in result.units] == [
        (first.id, 0, 1, 0),
        (second.id, Decimal("3.5"), 5, 70),
    ]


def test_an_open_attempt_has_no_scores(session: Session) -> None:
    attempt = make_attempt(session)
    result = exam_result(session, attempt.seat_id)
    assert (result.state, result.units) == ("open", [])


def test_an_unknown_seat_has_no_result(session: Session, marker) -> None:
    with pytest.raises(NotFound):
        exam_result(session, marker.id)


def test_marking_and_results_do_not_ask_per_question(
    session: Session, statements: list[str]
) -> None:
    counts = []
    for size in (2, 20):
        criterion = make_unit(session).elements[0].criteria[0]
        revisions = [make_revision(session, criterion=criterion) for _ in range(size)]
        exam = make_exam_session(session, paper=make_paper(session, revisions=revisions))
        attempt = make_ended_attempt(
            session,
            seat=make_seat(session, exam_session=exam),
            answers={n: {"choice": "b"} for n in range(1, size + 1)},
        )
        session.flush()
        statements.clear()
        marking.mark_attempt(session, attempt.id, NOW)
        exam_result(session, attempt.seat_id)
        counts.append(len(statements))
    assert counts[0] == counts[1]
