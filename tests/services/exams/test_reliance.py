"""Marks a recommendation rests on: changed by two people, never by a marker alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lsp import audit
from lsp.audit import AuditEntry
from lsp.exams.models import Attempt, Mark, MarkerTask, MarkReopening, Script
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services import marking
from lsp.exams.services.marking import Given
from lsp.exams.services.results import exam_result, rely_on_result
from lsp.exams.services.watchers import OwnExam
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

HOUR = timedelta(hours=1)
ALONE = "tidak bisa mengubahnya sendiri"


class Relied:
    """An essay marked 3 of 4 by the seat's assessor, with a recommendation resting on it."""

    def __init__(self, session: Session, type_: ItemType = ItemType.ESSAY, *, relied=True) -> None:
        self.session = session
        self.marker = make_person(session, Role.ASSESSOR)
        self.manager = make_person(session, Role.MANAGER, Role.ASSESSOR)
        paper = make_paper(session, revisions=[make_revision(session, type=type_)])
        self.seat = make_seat(
            session, exam_session=make_exam_session(session, paper=paper), marker=self.marker
        )
        self.attempt = make_ended_attempt(session, seat=self.seat, answers={1: {"text": "Esai"}})
        marking.mark_attempt(session, self.attempt.id, NOW)
        self.script = session.scalars(
            sa.select(Script).where(Script.attempt_id == self.attempt.id)
        ).one()
        self.give("3", at=NOW)
        if relied:
            rely_on_result(session, self.seat.id, NOW + HOUR)

    def give(self, score: str, *, at=NOW + 3 * HOUR, marker=None) -> None:
        marking.give_mark(
            self.session,
            script_id=self.script.id,
            marker_id=(marker or self.marker).id,
            given=Given(aspects=[Decimal(score)], comment="Alasan"),
            now=at,
        )

    def reopen(self, reason: str = "Salah baca rubrik", actor=None) -> MarkReopening:
        return marking.reopen_marking(
            self.session,
            session_id=self.seat.session_id,
            script_id=self.script.id,
            reason=reason,
            actor_id=(actor or self.manager).id,
            now=NOW + 2 * HOUR,
        )

    @property
    def scores(self) -> list[Decimal]:
        return list(
            self.session.scalars(
                sa.select(Mark.score)
                .where(Mark.attempt_id == self.attempt.id)
                .order_by(Mark.number)
            )
        )


@pytest.fixture
def relied(session: Session) -> Relied:
    return Relied(session)


def test_before_a_recommendation_a_marker_mends_their_own_mark(session: Session) -> None:
    free = Relied(session, relied=False)
    free.give("1")
    assert free.scores == [3, 1]


def test_no_marker_alone_changes_what_a_recommendation_rests_on(relied: Relied) -> None:
    with pytest.raises(Refusal, match=ALONE):
        relied.give("0")
    relied.give("3")  # the same form sent again is no change
    assert relied.scores == [3]
    assert not exam_result(relied.session, relied.seat.id).has_changed_since


def test_opened_by_another_with_a_reason_it_is_marked_again_once(relied: Relied) -> None:
    relied.reopen()
    waiting = exam_result(relied.session, relied.seat.id)
    assert (waiting.state, waiting.unmarked, waiting.has_changed_since) == ("ended", 1, True)
    relied.give("0.5")
    with pytest.raises(Refusal, match=ALONE):
        relied.give("4")
    assert relied.scores == [3, Decimal("0.5")]
    result = exam_result(relied.session, relied.seat.id)
    assert (result.state, result.was_marked_since) == ("marked", True)
    (change,) = result.changes
    assert (change.before.score.score, change.after.score.score) == (3, Decimal("0.5"))
    assert (change.before.outcome.value, change.after.outcome.value) == ("competent", "not_yet")
    record = marking.record_of(
        relied.session, relied.seat.session_id, relied.script.id, relied.manager.id
    )
    assert [(r.reason, name) for r, name in record.reopened] == [
        ("Salah baca rubrik", relied.manager.full_name)
    ]
    entry = relied.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "script.reopened")
    ).one()
    assert entry.actor_id == relied.manager.id
    assert audit.verify(relied.session).intact


def test_a_new_recommendation_rests_on_the_new_mark(relied: Relied) -> None:
    relied.reopen()
    relied.give("1")
    # A mark that a recommendation waited for may be later than the recommendation's own request.
    rely_on_result(relied.session, relied.seat.id, NOW + 2 * HOUR)
    assert not exam_result(relied.session, relied.seat.id).has_changed_since


def test_only_who_neither_marks_here_nor_wrote_it_opens_it_and_says_why(relied: Relied) -> None:
    with pytest.raises(NotFound):
        relied.reopen(actor=relied.marker)
    with pytest.raises(OwnExam):
        relied.reopen(actor=relied.seat.candidate)
    with pytest.raises(Refusal, match="Isi alasan"):
        relied.reopen(" ")
    relied.reopen()
    with pytest.raises(Refusal, match="sedang menunggu nilai"):
        relied.reopen()


def test_who_opened_it_does_not_mark_it_either(relied: Relied) -> None:
    relied.reopen()
    task = relied.session.scalars(sa.select(MarkerTask)).one()
    task.marker_id = relied.manager.id
    relied.session.flush()
    with pytest.raises(Refusal, match="Anda sendiri yang membuka lagi"):
        relied.give("0", marker=relied.manager)


def test_who_passes_an_answer_to_themselves_does_not_mark_it(relied: Relied) -> None:
    session, exam_id = relied.session, relied.seat.session_id
    marking.set_markers(
        session,
        session_id=exam_id,
        person_ids=[relied.marker.id, relied.manager.id],
        head_id=None,
        actor_id=relied.manager.id,
        now=NOW,
    )
    marking.stop_marker(
        session,
        session_id=exam_id,
        person_id=relied.marker.id,
        reason="Tidak teliti",
        marks_anew=True,
        actor_id=relied.manager.id,
        now=NOW + 2 * HOUR,
    )
    with pytest.raises(Refusal, match="Anda sendiri yang membuka lagi"):
        relied.give("0", marker=relied.manager)


def test_the_head_marker_sets_no_mark_a_recommendation_rests_on(relied: Relied) -> None:
    head = make_person(relied.session, Role.ASSESSOR)
    marking.set_markers(
        relied.session,
        session_id=relied.seat.session_id,
        person_ids=[head.id],
        head_id=head.id,
        actor_id=relied.manager.id,
        now=NOW,
    )
    relied.reopen(actor=make_person(relied.session, Role.MANAGER))
    with pytest.raises(NotFound):
        marking.set_control(
            relied.session,
            script_id=relied.script.id,
            head_id=head.id,
            given=Given(aspects=[Decimal(0)], comment="Alasan"),
            now=NOW,
        )


def test_an_answer_of_a_stopped_marker_waits_for_another_when_opened(relied: Relied) -> None:
    session = relied.session
    other = make_person(session, Role.ASSESSOR)
    common = {"session_id": relied.seat.session_id, "actor_id": relied.manager.id, "now": NOW}
    marking.set_markers(session, person_ids=[relied.marker.id, other.id], head_id=None, **common)
    marking.stop_marker(
        session, person_id=relied.marker.id, reason="Pindah", marks_anew=False, **common
    )
    relied.reopen()
    assert marking.unassigned(session, relied.seat.session_id) == 1
    marking.distribute(session, **common)
    relied.give("1", marker=other)
    assert relied.scores == [3, 1]


@pytest.mark.parametrize(
    "statement", ["UPDATE mark_reopenings SET reason = 'x'", "DELETE FROM mark_reopenings"]
)
def test_the_database_keeps_who_opened_what(relied: Relied, statement: str) -> None:
    relied.reopen()
    with pytest.raises(DBAPIError, match="append-only"):
        relied.session.execute(sa.text(statement))


def test_marks_compared_before_any_recommendation_are_opened_the_same_way(
    session: Session,
) -> None:
    one = Relied(session, relied=False)
    one.script.is_double = True
    second = make_person(session, Role.ASSESSOR)
    session.add(
        MarkerTask(
            script_id=one.script.id,
            role=MarkingRole.SECOND,
            marker_id=second.id,
            assigned_at=NOW,
        )
    )
    session.flush()
    one.give("3", marker=second)
    with pytest.raises(Refusal, match="sudah ditetapkan"):
        one.give("1")
    one.reopen()
    one.give("2")
    one.give("2", marker=second)
    assert one.script.state is ScriptState.SETTLED
    assert one.scores[-1] == 2
    assert session.get_one(Attempt, one.attempt.id).marked_at == NOW + 3 * HOUR


@pytest.mark.parametrize("marker_first", [True, False])
def test_a_mark_and_a_recommendation_at_once_never_miss_each_other(
    own_engine, marker_first: bool
) -> None:
    with Session(own_engine, expire_on_commit=False) as session:
        scene = Relied(session, relied=False)
        session.commit()

    def give(session):
        scene.session = session
        try:
            scene.give("0", at=NOW + HOUR)
        except Refusal:
            return "refused"
        return "given"

    def recommend(session):
        rely_on_result(session, scene.seat.id, NOW + HOUR)
        (unit,) = exam_result(session, scene.seat.id).units
        return unit.score

    first, second = (give, recommend) if marker_first else (recommend, give)
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
    # What the recommendation read is what is there.
    assert results == (
        {give: "given", recommend: 0} if marker_first else {recommend: 3, give: "refused"}
    )
    with Session(own_engine) as session:
        assert exam_result(session, scene.seat.id).changes == []
