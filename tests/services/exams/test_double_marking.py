"""Several people at one session: the sample, who marks what, the third marker, control scripts."""

from collections import Counter
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.assessments.services.decisions import assessors_of
from lsp.audit import AuditEntry
from lsp.exams.models import Answer, Attempt, ExamSession, Mark, MarkerTask, Marking, Script
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services import marking
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from lsp.exams.services.marking import Given
from lsp.exams.services.results import exam_result
from lsp.exams.services.sitting.remarking import mark_changed
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

FIRST, SECOND, THIRD = MarkingRole.FIRST, MarkingRole.SECOND, MarkingRole.THIRD


@pytest.fixture
def manager(session: Session) -> Person:
    return make_person(session, Role.MANAGER)


@pytest.fixture
def staff(session: Session) -> list[Person]:
    """Four assessors; the last one heads them in ``spread``."""
    return [make_person(session, Role.ASSESSOR) for _ in range(4)]


def sat(session: Session, count: int, *, percent: int = 100, essays: int = 1) -> ExamSession:
    """A session whose candidates have handed in essays."""
    revisions = [make_revision(session, type=ItemType.ESSAY) for _ in range(essays)]
    exam = make_exam_session(
        session, paper=make_paper(session, revisions=revisions), double_marked_percent=percent
    )
    for _ in range(count):
        sit(session, exam, essays=essays)
    return exam


def sit(session: Session, exam: ExamSession, *, essays: int = 1, candidate=None) -> Attempt:
    attempt = make_ended_attempt(
        session,
        seat=make_seat(session, exam_session=exam, candidate=candidate),
        answers={n: {"text": f"Jawaban {n}"} for n in range(1, essays + 1)},
    )
    marking.mark_attempt(session, attempt.id, NOW)
    return attempt


def spread(session: Session, exam: ExamSession, manager, staff, *, head=True):
    marking.set_markers(
        session,
        session_id=exam.id,
        person_ids=[person.id for person in staff],
        head_id=staff[-1].id if head else None,
        actor_id=manager.id,
        now=NOW,
    )
    return marking.distribute(session, session_id=exam.id, actor_id=manager.id, now=NOW)


def scripts(session: Session, exam: ExamSession) -> list[Script]:
    return list(
        session.scalars(sa.select(Script).where(Script.session_id == exam.id).order_by(Script.id))
    )


def holder(session: Session, script: Script, role: MarkingRole):
    return session.scalar(
        sa.select(MarkerTask.marker_id).where(
            MarkerTask.script_id == script.id, MarkerTask.role == role
        )
    )


def give(session: Session, script: Script, role: MarkingRole, score: str) -> Marking:
    return give_as(session, script, holder(session, script, role), score)


def give_as(session: Session, script: Script, marker_id, score: str) -> Marking:
    return marking.give_mark(
        session,
        script_id=script.id,
        marker_id=marker_id,
        given=Given(aspects=[Decimal(score)], comment="Alasan"),
        now=NOW,
    )


def newest_mark(session: Session, script: Script) -> Mark | None:
    return session.scalar(
        sa.select(Mark)
        .where(Mark.attempt_id == script.attempt_id, Mark.position == script.position)
        .order_by(Mark.number.desc())
        .limit(1)
    )


# --- Who marks what --------------------------------------------------------------------------


def test_nobody_marks_before_the_answers_are_spread(session: Session, staff) -> None:
    exam = sat(session, 2)
    assert session.scalars(sa.select(MarkerTask)).all() == []
    assert marking.unassigned(session, exam.id) == 2


def test_answers_are_spread_evenly_and_nobody_gets_one_twice(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 9, essays=2)
    found = spread(session, exam, manager, staff)
    assert (found.given, found.missing) == (36, 0)
    tasks = session.scalars(sa.select(MarkerTask)).all()
    loads = Counter(task.marker_id for task in tasks)
    assert staff[-1].id not in loads
    assert sorted(loads.values()) == [12, 12, 12]
    for script in scripts(session, exam):
        assert holder(session, script, FIRST) != holder(session, script, SECOND)
    again = marking.distribute(session, session_id=exam.id, actor_id=manager.id, now=NOW)
    assert (again.given, again.missing) == (0, 0)


def test_of_each_question_the_share_is_drawn_and_what_is_drawn_stays(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 5, percent=30, essays=2)
    spread(session, exam, manager, staff)
    doubles = {script.id for script in scripts(session, exam) if script.is_double}
    assert set(Counter(s.revision_id for s in scripts(session, exam) if s.is_double).values()) == {
        2
    }
    for _ in range(5):
        sit(session, exam, essays=2)
    marking.distribute(session, session_id=exam.id, actor_id=manager.id, now=NOW)
    later = {script.id for script in scripts(session, exam) if script.is_double}
    assert doubles <= later
    assert len(later) == 6


def test_a_candidate_who_is_a_marker_never_gets_their_own_answer(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 0)
    attempt = sit(session, exam, candidate=staff[0])
    spread(session, exam, manager, staff[:2], head=False)
    tasks = session.scalars(sa.select(MarkerTask)).all()
    assert [(task.marker_id, task.role) for task in tasks] == [(staff[1].id, FIRST)]
    assert marking.unassigned(session, exam.id) == 1
    (script,) = scripts(session, exam)
    assert script.attempt_id == attempt.id


def test_the_database_refuses_the_same_person_twice(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    again = MarkerTask(
        script_id=script.id,
        role=THIRD,
        marker_id=holder(session, script, FIRST),
        assigned_at=NOW,
    )
    session.add(again)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


@pytest.mark.parametrize("case", ["nobody", "no assessor", "strange head", "busy left out"])
def test_markers_that_cannot_be_are_refused(session: Session, manager, staff, case: str) -> None:
    exam = sat(session, 2)
    spread(session, exam, manager, staff)
    ids = [person.id for person in staff]
    chosen, head = {
        "nobody": ([], None),
        "no assessor": ([*ids, manager.id], None),
        "strange head": (ids[:3], ids[3]),
        "busy left out": (ids[1:], ids[3]),
    }[case]
    with pytest.raises(Refusal):
        marking.set_markers(
            session,
            session_id=exam.id,
            person_ids=chosen,
            head_id=head,
            actor_id=manager.id,
            now=NOW,
        )


def test_a_head_alone_does_not_mark(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    with pytest.raises(Refusal, match="selain ketua penilai"):
        spread(session, exam, manager, staff[-1:])


# --- Two marks and a third -------------------------------------------------------------------


def test_two_marks_within_the_tolerance_become_their_mean(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "3.25")
    assert newest_mark(session, script) is None
    give(session, script, SECOND, "3")
    mark = newest_mark(session, script)
    assert mark is not None
    assert (mark.score, mark.marker_id) == (Decimal("3.125"), None)
    assert script.state is ScriptState.SETTLED
    attempt = session.get_one(Attempt, script.attempt_id)
    assert exam_result(session, attempt.seat_id).state == "marked"
    with pytest.raises(Refusal, match="sudah ditetapkan"):
        give(session, script, FIRST, "4")


def test_beyond_the_tolerance_the_head_marker_decides(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "1")
    give(session, script, SECOND, "4")
    assert script.state is ScriptState.DISPUTED
    assert newest_mark(session, script) is None
    assert holder(session, script, THIRD) == staff[-1].id
    own = marking.get_own_script(session, script.id, staff[-1].id)
    assert own.given == []
    give(session, script, THIRD, "3.5")
    mark = newest_mark(session, script)
    assert mark is not None
    assert (mark.score, mark.marker_id) == (Decimal("3.5"), staff[-1].id)


def test_marks_that_were_compared_are_changed_by_nobody(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "1")
    give(session, script, FIRST, "1.5")
    give(session, script, SECOND, "4")
    give(session, script, SECOND, "4")
    with pytest.raises(Refusal, match="sudah ditetapkan"):
        give(session, script, FIRST, "4")
    assert script.state is ScriptState.DISPUTED
    give(session, script, THIRD, "3.5")
    with pytest.raises(Refusal, match="sudah ditetapkan"):
        give(session, script, THIRD, "2")
    mark = newest_mark(session, script)
    assert mark is not None
    assert mark.score == Decimal("3.5")


def test_without_a_head_somebody_who_has_not_marked_it_decides(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff[:3], head=False)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "1")
    give(session, script, SECOND, "4")
    people = {holder(session, script, role) for role in (FIRST, SECOND, THIRD)}
    assert people == {person.id for person in staff[:3]}


def test_a_disagreement_nobody_is_left_for_waits_on_the_managers_list(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff[:2], head=False)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "1")
    give(session, script, SECOND, "4")
    view = marking.overview(session, exam, manager.id)
    assert (view.disputed, view.unassigned) == (1, 1)
    assert view.rows[0].missing == [THIRD]
    assert view.rows[0].scores == (1, 4)
    assert marking.overview(session, exam, staff[0].id).rows[0].scores is None
    spread(session, exam, manager, staff[:3], head=False)
    assert holder(session, script, THIRD) == staff[2].id


def test_a_marker_sees_only_what_they_gave(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "3.25")
    own = marking.get_own_script(session, script.id, holder(session, script, SECOND))
    assert own.given == []
    assert own.candidate == ""


def test_everybody_who_marked_a_candidate_is_barred_from_the_committee(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 0)
    candidate = make_person(session)
    sit(session, exam, candidate=candidate)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "3.25")
    give(session, script, SECOND, "3")
    markers = {holder(session, script, FIRST), holder(session, script, SECOND)}
    assert markers <= assessors_of(session, candidate.id)


def test_an_answer_loaded_later_is_marked_anew_by_everybody(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "1")
    give(session, script, SECOND, "4")
    give(session, script, THIRD, "3")
    attempt = session.get_one(Attempt, script.attempt_id)
    answer = session.get_one(Answer, (attempt.id, 1))
    answer.response = {"text": "Jawaban yang baru datang"}
    session.flush()
    mark_changed(session, attempt, [1], now=NOW)
    session.refresh(script)
    assert (script.state, attempt.marked_at) == (ScriptState.OPEN, None)
    assert holder(session, script, THIRD) is None
    give(session, script, FIRST, "2")
    give(session, script, SECOND, "2")
    mark = newest_mark(session, script)
    assert mark is not None
    assert mark.score == 2
    assert attempt.marked_at == NOW
    given = session.scalars(sa.select(Marking).where(Marking.script_id == script.id)).all()
    assert len(given) == 5


def test_a_corrected_question_is_marked_by_nobody_any_more(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 1, percent=0)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "2")
    reviewer = make_person(session, Role.MANAGER)
    proposal = propose_correction(
        session,
        script.revision,
        wanted=Wanted(Correction.FULL_POINTS),
        reason="Soal keliru",
        actor_id=manager.id,
        now=NOW,
    )
    confirm_correction(session, proposal.id, actor_id=reviewer.id, now=NOW)
    with pytest.raises(Refusal, match="sudah ditetapkan"):
        give(session, script, FIRST, "1")
    stop(session, exam, manager, session.get_one(Person, holder(session, script, FIRST)))
    assert script.state is ScriptState.SETTLED
    mark = newest_mark(session, script)
    assert mark is not None
    assert mark.score == 4


def test_answers_that_come_later_find_their_markers_by_themselves(
    session: Session, manager, staff
) -> None:
    sat(session, 1)  # a session without markers waits for its manager
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    assert marking.sessions_to_spread(session) == []
    sit(session, exam)
    assert marking.sessions_to_spread(session) == [exam.id]
    marking.distribute(session, session_id=exam.id, actor_id=None, now=NOW)
    assert marking.sessions_to_spread(session) == []
    assert marking.unassigned(session, exam.id) == 0


def test_the_system_notes_only_what_it_gave(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff[:1], head=False)  # nobody is left to be the second
    assert marking.sessions_to_spread(session) == [exam.id]
    before = len(session.scalars(sa.select(AuditEntry)).all())
    spread_again = marking.distribute(session, session_id=exam.id, actor_id=None, now=NOW)
    assert spread_again == marking.Distribution(given=0, missing=1)
    assert len(session.scalars(sa.select(AuditEntry)).all()) == before


# --- Control scripts -------------------------------------------------------------------------


@pytest.fixture
def controlled(session: Session, manager, staff) -> tuple[ExamSession, Script]:
    """A spread session with one control script, agreed at 3 of 4 points."""
    exam = sat(session, 4)
    spread(session, exam, manager, staff)
    script = scripts(session, exam)[0]
    set_control(session, script, staff[-1], "3")
    return exam, script


def set_control(session: Session, script: Script, head, score: str) -> Script:
    return marking.set_control(
        session,
        script_id=script.id,
        head_id=head.id,
        given=Given(aspects=[Decimal(score)], comment="Disepakati"),
        now=NOW,
    )


def test_a_control_script_stands_in_every_queue_and_the_head_alone_decides_nothing(
    session: Session, manager, staff, controlled
) -> None:
    exam, script = controlled
    assert newest_mark(session, script) is None
    assert script.state is ScriptState.OPEN
    assert session.get_one(Attempt, script.attempt_id).marked_at is None
    assert marking.unassigned(session, exam.id) == 0
    for person in staff[:3]:
        own = marking.get_own_script(session, script.id, person.id)
        assert own.task.role is MarkingRole.CONTROL
        assert not own.is_final
    with pytest.raises(NotFound):
        marking.get_own_script(session, script.id, staff[-1].id)


def test_the_first_two_markers_of_a_control_script_give_its_mark(
    session: Session, staff, controlled
) -> None:
    _, script = controlled
    give_as(session, script, staff[1].id, "1")
    give_as(session, script, staff[1].id, "2")
    assert newest_mark(session, script) is None
    give_as(session, script, staff[0].id, "2.5")
    mark = newest_mark(session, script)
    assert (mark.score, mark.number, mark.marker_id) == (Decimal("2.25"), 1, None)
    assert session.get_one(Attempt, script.attempt_id).marked_at == NOW
    # Who compares with nobody any more changes nothing; a third who marks changes nothing either.
    with pytest.raises(Refusal, match="sudah ditetapkan"):
        give_as(session, script, staff[0].id, "4")
    assert marking.get_own_script(session, script.id, staff[0].id).is_final
    give_as(session, script, staff[2].id, "0")
    assert newest_mark(session, script).number == 1


def test_a_control_mark_of_a_stopped_marker_counts_no_more(
    session: Session, manager, staff, controlled
) -> None:
    exam, script = controlled
    for person, score in zip(staff, ["0.25", "0", "3"], strict=False):
        give_as(session, script, person.id, score)
    assert newest_mark(session, script).score == Decimal("0.125")
    stop(session, exam, manager, staff[0])
    # The third who marked it is now the second; 0 and 3 are too far apart, so the head's 3 counts.
    assert (newest_mark(session, script).score, script.state) == (3, ScriptState.SETTLED)
    stop(session, exam, manager, staff[1])
    attempt = session.get_one(Attempt, script.attempt_id)
    session.refresh(attempt)
    assert (script.state, attempt.marked_at) == (ScriptState.OPEN, None)
    # All the others' answers are the last marker's, who cannot be both of two.
    assert marking.unassigned(session, exam.id) == 4


def test_only_a_share_of_a_session_becomes_control_scripts(
    session: Session, manager, staff, controlled
) -> None:
    exam, _ = controlled
    other = next(one for one in scripts(session, exam) if not one.is_control)
    with pytest.raises(Refusal, match=r"Paling banyak 20% .* sudah 1 dari 4"):
        set_control(session, other, staff[-1], "0")
    for _ in range(2):
        sit(session, exam)
    assert set_control(session, other, staff[-1], "0").is_control


def test_a_control_script_takes_two_markers_beside_the_head(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 4, percent=0)
    spread(session, exam, manager, staff[2:])
    with pytest.raises(Refusal, match="paling sedikit dua orang"):
        set_control(session, scripts(session, exam)[0], staff[-1], "3")
    assert [task.role for task in session.scalars(sa.select(MarkerTask))] == [FIRST] * 4


def test_a_marker_who_reads_the_overview_does_not_see_which_are_control_scripts(
    session: Session, manager, staff, controlled
) -> None:
    exam, script = controlled

    def shown(person: Person) -> set:
        return {row.script.id for row in marking.overview(session, exam, person.id).rows}

    assert script.id in shown(manager)
    assert script.id not in shown(staff[0])


def test_markers_of_a_control_script_are_measured_by_the_agreed_mark(
    session: Session, manager, staff, controlled
) -> None:
    exam, script = controlled
    for person, score in zip(staff, ["4", "3", "1"], strict=False):
        give_as(session, script, person.id, score)
    rows = {row.person.id: row for row in marking.overview(session, exam, manager.id).markers}
    found = [rows[person.id].deviation for person in staff]
    assert [d.mean for d in found] == [25, 0, -50, None]
    assert [d.is_beyond for d in found] == [True, False, True, False]
    assert [d.within for d in found] == [0, 1, 0, 0]


def test_only_the_head_agrees_and_only_before_anybody_has_begun(
    session: Session, staff, controlled
) -> None:
    exam, script = controlled
    other = scripts(session, exam)[1]
    with pytest.raises(NotFound):
        set_control(session, other, staff[0], "3")
    with pytest.raises(Refusal, match="sudah menjadi"):
        set_control(session, script, staff[-1], "2")
    give(session, other, FIRST, "3")
    with pytest.raises(NotFound):
        set_control(session, other, staff[-1], "3")
    page = marking.choices(session, exam.id, staff[-1].id)
    assert [choice.script.is_control for choice in page.rows] == [True, False, False]


def test_a_marker_who_comes_later_gets_the_control_scripts_too(
    session: Session, manager, staff, controlled
) -> None:
    exam, script = controlled
    late = make_person(session, Role.ASSESSOR)
    spread(session, exam, manager, [late, *staff])
    own = marking.get_own_script(session, script.id, late.id)
    assert own.task.role is MarkingRole.CONTROL


# --- A marker who is stopped -----------------------------------------------------------------


def stop(session: Session, exam: ExamSession, manager, person, **values):
    return marking.stop_marker(
        session,
        **{
            "session_id": exam.id,
            "person_id": person.id,
            "reason": "Simpangan terlalu besar",
            "marks_anew": True,
            "actor_id": manager.id,
            "now": NOW,
            **values,
        },
    )


def test_a_stopped_markers_answers_pass_to_the_others(session: Session, manager, staff) -> None:
    exam = sat(session, 6)
    spread(session, exam, manager, staff)
    stop(session, exam, manager, staff[0])
    loads = Counter(session.scalars(sa.select(MarkerTask.marker_id)))
    assert loads == {staff[1].id: 6, staff[2].id: 6}
    assert marking.piles(session, staff[0].id) == []


def test_what_a_stopped_marker_gave_is_marked_anew_and_stays_on_record(
    session: Session, manager, staff
) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    bad, good = holder(session, script, FIRST), holder(session, script, SECOND)
    give(session, script, FIRST, "3.25")
    give(session, script, SECOND, "3")
    stop(session, exam, manager, session.get_one(Person, bad))
    attempt = session.get_one(Attempt, script.attempt_id)
    session.refresh(attempt)
    assert (script.state, attempt.marked_at) == (ScriptState.OPEN, None)
    new = holder(session, script, FIRST)
    assert new not in (bad, good)
    give(session, script, FIRST, "2.75")
    mark = newest_mark(session, script)
    assert mark is not None
    assert (mark.score, mark.number) == (Decimal("2.875"), 2)
    given = session.scalars(sa.select(Marking).where(Marking.marker_id == bad)).all()
    assert [row.score for row in given] == [Decimal("3.25")]


def test_what_the_third_marker_decided_stays_decided(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    give(session, script, FIRST, "1")
    give(session, script, SECOND, "4")
    give(session, script, THIRD, "3")
    stop(session, exam, manager, session.get_one(Person, holder(session, script, FIRST)))
    assert script.state is ScriptState.SETTLED


def test_marks_stay_when_they_are_not_to_be_marked_anew(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    (script,) = scripts(session, exam)
    bad = holder(session, script, FIRST)
    give(session, script, FIRST, "3")
    stop(session, exam, manager, session.get_one(Person, bad), marks_anew=False)
    give(session, script, SECOND, "3")
    mark = newest_mark(session, script)
    assert mark is not None
    assert mark.score == 3
    with pytest.raises(NotFound):
        give_as(session, script, bad, "4")


def test_stopping_needs_a_reason_and_happens_once(session: Session, manager, staff) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    with pytest.raises(Refusal):
        stop(session, exam, manager, staff[0], reason=" ")
    stop(session, exam, manager, staff[0])
    with pytest.raises(Refusal):
        stop(session, exam, manager, staff[0])
    with pytest.raises(NotFound):
        stop(session, exam, manager, manager)
    with pytest.raises(Refusal, match="dihentikan"):
        spread(session, exam, manager, staff)


# --- The record ------------------------------------------------------------------------------


def test_the_trail_names_every_step_and_no_score(session: Session, manager, staff) -> None:
    exam = sat(session, 3)
    spread(session, exam, manager, staff)
    first, second, _ = scripts(session, exam)
    set_control(session, first, staff[-1], "3.75")
    give(session, second, FIRST, "3.75")
    stop(session, exam, manager, staff[0])
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [entry.action for entry in entries] == [
        "marking.markers_set",
        "marking.distributed",
        "script.agreed",
        "answer.marked",
        "marking.marker_stopped",
    ]
    assert not any("3.75" in str(entry.detail) for entry in entries)


@pytest.mark.parametrize("statement", ["UPDATE markings SET score = '0'", "DELETE FROM markings"])
def test_a_marking_never_changes(session: Session, manager, staff, statement: str) -> None:
    exam = sat(session, 1)
    spread(session, exam, manager, staff)
    give(session, scripts(session, exam)[0], FIRST, "3")
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(sa.text(statement))


def test_queue_and_overview_do_not_ask_per_answer(
    session: Session, manager, staff, statements: list[str]
) -> None:
    counts = []
    for size in (2, 8):
        exam = sat(session, size)
        spread(session, exam, manager, staff)
        session.flush()
        session.expunge_all()
        statements.clear()
        marking.overview(session, session.get_one(ExamSession, exam.id), manager.id)
        marking.own_scripts(session, exam.id, staff[0].id)
        marking.piles(session, staff[0].id)
        counts.append(len(statements))
    assert counts[0] == counts[1]
