"""Results a recommendation rests on: an invigilator changes nothing in them alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.exams.models import AnswerRevision, Attempt, SeatEvent
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services import rooms
from lsp.exams.services.closing import close_overdue
from lsp.exams.services.results import exam_result, rely_on_result
from lsp.exams.services.sitting.late import late_answers
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

GRACE = timedelta(seconds=120)
ALONE = "Minta manajer atau administrator LSP"


def at(minutes):
    return NOW + timedelta(minutes=minutes)


class Held:
    """A sitting the clock closed, marked, with a late right answer and a recommendation."""

    def __init__(self, session: Session, *, relied: bool = True) -> None:
        self.session = session
        self.invigilator = make_person(session, Role.INVIGILATOR, Role.MANAGER)
        self.manager = make_person(session, Role.MANAGER, Role.INVIGILATOR)
        paper = make_paper(session, revisions=[make_revision(session)])
        self.exam = make_exam_session(session, paper=paper)
        self.seat = make_seat(session, exam_session=self.exam)
        self.attempt = make_attempt(session, seat=self.seat, window=1)
        close_overdue(session, now=at(63), grace=GRACE)
        self.late(1)
        if relied:
            self.recommend(at(80))

    def late(self, seq: int) -> None:
        late = AnswerRevision(attempt_id=self.attempt.id, position=1, seq=seq, is_late=True)
        late.response, late.chosen_ms = {"choice": "b"}, 57 * 60_000
        late.received_at, late.is_refused = at(70), True
        self.session.add(late)
        self.session.flush()

    def recommend(self, now) -> None:
        rely_on_result(self.session, self.seat.id, now)

    def said(self, actor, now) -> dict:
        place = {"session_id": self.exam.id, "seat_id": self.seat.id}
        return place | {"reason": "Banding", "once": uuid4(), "actor_id": actor.id, "now": now}

    def count(self, actor=None, now=None, *, is_counted: bool = True) -> int:
        now = now or at(90)
        seen = late_answers(self.session, self.exam, self.attempt, now).seen
        said = self.said(actor or self.invigilator, now)
        return rooms.weigh_late(self.session, is_counted=is_counted, seen=seen, **said)

    def grant(self, actor=None):
        said = self.said(actor or self.invigilator, at(90))
        return rooms.grant_extra_time(self.session, minutes=10, **said)

    def open(self, actor=None, now=None, **values) -> None:
        said = self.said(actor or self.manager, now or at(85))
        rooms.open_result(self.session, **{**said, **values})

    @property
    def score(self):
        (unit,) = exam_result(self.session, self.seat.id).units
        return unit.score


@pytest.fixture
def held(session: Session) -> Held:
    return Held(session)


def test_before_a_recommendation_an_invigilator_decides_alone(session: Session) -> None:
    free = Held(session, relied=False)
    assert free.count() == 1
    assert free.score == 1
    with pytest.raises(Refusal, match="Belum ada rekomendasi"):
        free.open()


def test_no_invigilator_alone_counts_or_reopens_what_a_recommendation_rests_on(held: Held) -> None:
    with pytest.raises(Refusal, match=ALONE):
        held.count()
    with pytest.raises(Refusal, match=ALONE):
        held.grant()
    assert (held.score, held.attempt.state) == (0, AttemptState.CLOSED)
    # To leave them as they are changes nothing, so it needs nobody else.
    assert held.count(is_counted=False) == 1


def test_opened_by_a_second_person_with_a_reason_it_is_decided(held: Held) -> None:
    with pytest.raises(Refusal, match="Isi alasan"):
        held.open(reason=" ")
    held.open()
    assert held.count() == 1
    assert held.score == 1
    result = exam_result(held.session, held.seat.id)
    assert result.was_late_counted_since
    assert result.late_counted_at == at(90)
    event = held.session.scalars(
        sa.select(SeatEvent).where(SeatEvent.kind == "result_opened")
    ).one()
    assert (event.actor_id, event.reason) == (held.manager.id, "Banding")
    entry = held.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "attempt.result_opened")
    ).one()
    assert (entry.actor_id, entry.subject_id) == (held.manager.id, str(held.attempt.id))


def test_an_opened_result_may_be_reopened_for_its_candidate_too(held: Held) -> None:
    held.open()
    assert held.grant().reopened == 1
    assert exam_result(held.session, held.seat.id).was_reopened_since


def test_who_opened_a_result_does_not_decide_in_it(held: Held) -> None:
    held.open()
    with pytest.raises(Refusal, match="Anda sendiri yang membuka lagi"):
        held.count(held.manager)
    with pytest.raises(Refusal, match="Anda sendiri yang membuka lagi"):
        held.grant(held.manager)
    assert held.count() == 1
    # Nor the other way round, the next time.
    held.recommend(at(100))
    with pytest.raises(Refusal, match="sudah memutuskan"):
        held.open(held.invigilator, at(110))


def test_a_new_recommendation_closes_it_again(held: Held) -> None:
    held.open()
    with pytest.raises(Refusal, match="sudah dibuka lagi"):
        held.open(make_person(held.session, Role.MANAGER))
    # Also one whose request began before the result was opened, and waited for it.
    held.recommend(at(84))
    with pytest.raises(Refusal, match=ALONE):
        held.count()
    held.open(now=at(86))
    held.count()
    held.late(2)
    held.recommend(at(95))
    with pytest.raises(Refusal, match=ALONE):
        held.count(now=at(96))


def test_one_form_opens_once_and_only_a_seat_of_its_session(held: Held) -> None:
    once = uuid4()
    held.open(once=once)
    held.open(once=once)
    with pytest.raises(NotFound):
        held.open(session_id=make_exam_session(held.session).id)
    empty = make_seat(held.session, exam_session=held.exam)
    with pytest.raises(Refusal, match="Belum ada rekomendasi"):
        held.open(seat_id=empty.id)


@pytest.mark.parametrize("recommended_first", [True, False])
def test_a_decision_and_a_recommendation_at_once_never_miss_each_other(
    own_engine, recommended_first: bool
) -> None:
    with Session(own_engine, expire_on_commit=False) as session:
        scene = Held(session, relied=False)
        session.commit()

    def decide(session):
        scene.session = session
        try:
            scene.count(now=at(80))
        except Refusal:
            return "refused"
        return "counted"

    def recommend(session):
        rely_on_result(session, scene.seat.id, at(80))
        (unit,) = exam_result(session, scene.seat.id).units
        return unit.score

    first, second = (recommend, decide) if recommended_first else (decide, recommend)
    has_begun = Event()

    def begin_second():
        has_begun.wait(10)
        with Session(own_engine) as session:
            result = second(session)
            session.commit()
            return result

    with ThreadPoolExecutor(1) as pool, Session(own_engine) as session:
        other = pool.submit(begin_second)
        result = first(session)
        has_begun.set()
        # The other one waits for this one's row by now.
        sleep(0.3)
        session.commit()
        results = {first: result, second: other.result(30)}
    assert results == (
        {recommend: 0, decide: "refused"}
        if recommended_first
        else {decide: "counted", recommend: 1}
    )
    with Session(own_engine) as session:
        assert session.get_one(Attempt, scene.attempt.id).relied_on_at is not None
        assert exam_result(session, scene.seat.id).changes == []


@pytest.fixture
def handed_in(session: Session) -> Held:
    """Handed in after 58 minutes; a right answer that says it was chosen before came after."""
    held = Held(session, relied=False)
    held.attempt.state, held.attempt.ended_at = AttemptState.SUBMITTED, at(58)
    return held


def test_what_came_after_the_candidates_own_end_counts_by_two_people_only(handed_in: Held) -> None:
    with pytest.raises(Refusal, match="mengirim jawabannya sendiri"):
        handed_in.count()
    assert handed_in.score == 0
    handed_in.open(handed_in.manager, at(75))
    with pytest.raises(Refusal, match="Anda sendiri yang membuka"):
        handed_in.count(handed_in.manager)
    with pytest.raises(Refusal, match="sudah dibuka lagi"):
        handed_in.open(handed_in.invigilator, at(76))
    assert handed_in.count() == 1
    assert handed_in.score == 1
    with pytest.raises(Refusal, match="Belum ada rekomendasi"):
        handed_in.open(handed_in.manager, at(91))


def test_what_came_since_the_second_person_looked_needs_another_look(handed_in: Held) -> None:
    handed_in.open(now=at(69))
    with pytest.raises(Refusal, match="mengirim jawabannya sendiri"):
        handed_in.count()
    handed_in.open(now=at(75))
    assert handed_in.count() == 1


def test_a_recommendation_closes_what_was_opened_for_late_answers(handed_in: Held) -> None:
    handed_in.open(now=at(75))
    handed_in.recommend(at(80))
    with pytest.raises(Refusal, match=ALONE):
        handed_in.count()
    handed_in.open()
    assert handed_in.count() == 1


def test_to_leave_what_came_after_the_own_end_needs_nobody_else(handed_in: Held) -> None:
    assert handed_in.count(is_counted=False) == 1
    with pytest.raises(Refusal, match="mengirim jawabannya sendiri"):
        handed_in.count()
