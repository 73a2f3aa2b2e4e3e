"""A wrong key found after an exam: proposed, confirmed by somebody else, everything marked anew."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.audit import AuditEntry
from lsp.exams.models import (
    Attempt,
    ItemRevision,
    KeyChange,
    KeyEffect,
    Mark,
    MarkerTask,
    Script,
    Seat,
)
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import AttemptState, ItemType
from lsp.exams.rules.passing import Outcome
from lsp.exams.services import correcting, marking
from lsp.exams.services.closing import submit_attempt
from lsp.exams.services.correcting import Wanted
from lsp.exams.services.marking import Given
from lsp.exams.services.results import exam_result
from lsp.roles import Role
from lsp.skkni.models import Unit
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_scheme_version, make_unit

LATER = NOW + timedelta(days=1)
TO_A = Wanted(Correction.NEW_KEY, {"correct": ["a"]})


class Exam:
    """A session on a paper of two single choices and, where asked, an essay; all of one unit."""

    def __init__(self, session: Session, *types: ItemType) -> None:
        self.session = session
        self.unit: Unit = make_unit(session)
        criterion = self.unit.elements[0].criteria[0]
        types = types or (ItemType.SINGLE_CHOICE, ItemType.SINGLE_CHOICE)
        self.revisions = [make_revision(session, type=t, criterion=criterion) for t in types]
        version = make_scheme_version(session, units=[self.unit])
        self.paper = make_paper(session, scheme_version=version, revisions=self.revisions)
        self.exam = make_exam_session(session, paper=self.paper)
        self.writer = make_person(session, Role.ITEM_WRITER)
        self.manager = make_person(session, Role.MANAGER)

    @property
    def wrong(self) -> ItemRevision:
        return self.revisions[0]

    def ended(self, **answers: object) -> Attempt:
        given = {int(name[1:]): value for name, value in answers.items()}
        seat = make_seat(
            self.session, exam_session=self.exam, marker=make_person(self.session, Role.ASSESSOR)
        )
        attempt = make_ended_attempt(self.session, seat=seat, answers=given)
        marking.mark_attempt(self.session, attempt.id, NOW)
        return attempt

    def propose(self, wanted: Wanted = TO_A, actor: Person | None = None, reason: str = "Salah"):
        return correcting.propose_correction(
            self.session,
            self.wrong,
            wanted=wanted,
            reason=reason,
            actor_id=(actor or self.writer).id,
            now=NOW,
        )

    def correct(self, wanted: Wanted = TO_A) -> KeyChange:
        proposal = self.propose(wanted)
        return correcting.confirm_correction(
            self.session, proposal.id, actor_id=self.manager.id, now=LATER
        )


@pytest.fixture
def exam(session: Session) -> Exam:
    return Exam(session)


def points(session: Session, attempt: Attempt) -> Decimal:
    return sum((unit.score for unit in exam_result(session, attempt.seat_id).units), Decimal(0))


def outcome(session: Session, exam: Exam, attempt: Attempt) -> Outcome:
    return exam_result(session, attempt.seat_id).verdicts[exam.unit.id].outcome


def marks(session: Session, attempt: Attempt, position: int = 1) -> list[Mark]:
    return list(
        session.scalars(
            sa.select(Mark)
            .where(Mark.attempt_id == attempt.id, Mark.position == position)
            .order_by(Mark.number)
        )
    )


def test_a_new_key_marks_all_ended_attempts_anew_and_keeps_before_and_after(
    session: Session, exam: Exam
) -> None:
    winner = exam.ended(p1={"choice": "a"}, p2={"choice": "b"})
    loser = exam.ended(p1={"choice": "b"}, p2={"choice": "b"})
    neither = exam.ended(p1={"choice": "c"}, p2={"choice": "b"})
    assert outcome(session, exam, winner) is Outcome.NOT_YET

    change = exam.correct()

    assert [points(session, a) for a in (winner, loser, neither)] == [2, 1, 1]
    assert outcome(session, exam, winner) is Outcome.COMPETENT
    assert outcome(session, exam, loser) is Outcome.NOT_YET
    assert [(m.score, m.key_change_id) for m in marks(session, winner)] == [
        (0, None),
        (1, change.id),
    ]
    assert len(marks(session, neither)) == 1
    effects = {e.attempt_id: e for e in session.scalars(sa.select(KeyEffect))}
    assert set(effects) == {winner.id, loser.id}
    kept = effects[winner.id]
    assert (kept.score_before, kept.score_after) == (0, 1)
    assert (kept.unit_score_before, kept.unit_score_after) == (1, 2)
    assert (kept.outcome_before, kept.outcome_after) == (Outcome.NOT_YET, Outcome.COMPETENT)
    assert (change.number, change.attempts, change.old_kind) == (1, 3, None)
    assert (change.old_key, change.key) == ({"correct": ["b"]}, {"correct": ["a"]})
    assert exam.wrong.key == {"correct": ["b"]}
    assert exam_result(session, winner.seat_id).corrected_at == LATER
    assert exam_result(session, neither.seat_id).corrected_at is None


def test_the_trail_names_who_asked_and_who_confirmed_but_no_key(
    session: Session, exam: Exam
) -> None:
    exam.ended(p1={"choice": "a"})
    exam.correct()
    entries = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.startswith("item.key"))
    ).all()
    assert [(e.action, e.actor_id) for e in entries] == [
        ("item.key_proposed", exam.writer.id),
        ("item.key_corrected", exam.manager.id),
    ]
    assert entries[1].detail["affected"] == 1
    assert "correct" not in {*entries[0].detail, *entries[1].detail}


def test_nobody_confirms_their_own_proposal(session: Session, exam: Exam) -> None:
    proposal = exam.propose(actor=exam.manager)
    with pytest.raises(Refusal, match="orang lain"):
        correcting.confirm_correction(session, proposal.id, actor_id=exam.manager.id, now=LATER)
    assert session.scalars(sa.select(KeyChange)).all() == []


def test_who_had_the_question_in_their_exam_has_no_part_in_its_correction(
    session: Session, exam: Exam
) -> None:
    """Else somebody raises, or keeps, their own mark; the other paper's candidates may."""
    sat = exam.ended(p1={"choice": "a"}).seat.candidate
    waits = make_seat(session, exam_session=exam.exam).candidate
    for person in (sat, waits):
        with pytest.raises(Refusal, match=r"ada dalam ujian Anda sendiri\..*mengusulkan"):
            exam.propose(actor=person)
    proposal = exam.propose()
    for person in (sat, waits):
        said = {"actor_id": person.id, "now": LATER}
        with pytest.raises(Refusal, match=r"ada dalam ujian Anda sendiri\..*mengesahkan"):
            correcting.confirm_correction(session, proposal.id, **said)
        with pytest.raises(Refusal, match=r"ada dalam ujian Anda sendiri\..*menarik"):
            correcting.withdraw_correction(session, proposal.id, **said)
    assert session.scalars(sa.select(KeyChange)).all() == []
    other = Exam(session).ended(p1={"choice": "a"}).seat.candidate
    assert correcting.confirm_correction(session, proposal.id, actor_id=other.id, now=LATER)


def test_nor_is_a_proposal_confirmed_whose_author_had_the_question(
    session: Session, exam: Exam
) -> None:
    proposal = exam.propose()
    make_seat(session, exam_session=exam.exam, candidate=exam.writer)
    said = {"actor_id": exam.manager.id, "now": LATER}
    with pytest.raises(Refusal, match="ada dalam ujian pengusulnya"):
        correcting.confirm_correction(session, proposal.id, **said)
    # The way out: somebody without a part in it closes it, and it is asked for anew.
    correcting.withdraw_correction(session, proposal.id, **said)


def test_a_proposal_is_confirmed_once_or_withdrawn(session: Session, exam: Exam) -> None:
    proposal = exam.propose()
    with pytest.raises(Refusal, match="masih menunggu"):
        exam.propose(Wanted(Correction.DROPPED))
    correcting.withdraw_correction(session, proposal.id, actor_id=exam.writer.id, now=NOW)
    with pytest.raises(Refusal, match="disahkan atau ditarik"):
        correcting.confirm_correction(session, proposal.id, actor_id=exam.manager.id, now=LATER)
    with pytest.raises(NotFound):
        correcting.get_proposal(session, proposal.id)
    exam.propose(Wanted(Correction.DROPPED))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(Correction.NEW_KEY, {"correct": ["b"]}), "sama dengan yang berlaku"),
        (TO_A, "Tulis alasannya"),
    ],
)
def test_what_corrects_nothing_is_refused(exam: Exam, wanted: Wanted, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        exam.propose(wanted, reason=" " if "alasan" in words else "Salah")


def test_a_revision_no_paper_asks_is_written_anew_instead(session: Session, exam: Exam) -> None:
    exam.revisions[0] = make_revision(session)
    with pytest.raises(Refusal, match="belum dipakai"):
        exam.propose()


def test_everybody_gets_the_points_answered_or_not(session: Session, exam: Exam) -> None:
    silent, right = exam.ended(p2={"choice": "b"}), exam.ended(p1={"choice": "b"})
    exam.correct(Wanted(Correction.FULL_POINTS))
    assert [points(session, silent), points(session, right)] == [2, 1]
    assert len(marks(session, right)) == 1


def test_a_question_taken_out_is_in_no_total(session: Session, exam: Exam) -> None:
    attempt = exam.ended(p1={"choice": "c"}, p2={"choice": "b"})
    change = exam.correct(Wanted(Correction.DROPPED))
    (unit,) = exam_result(session, attempt.seat_id).units
    assert (unit.score, unit.max_score, unit.percent) == (1, 1, 100)
    assert outcome(session, exam, attempt) is Outcome.COMPETENT
    effect = session.scalars(sa.select(KeyEffect)).one()
    assert (effect.score_before, effect.score_after) == (0, None)
    assert (effect.unit_max_before, effect.unit_max_after) == (2, 1)
    assert change.key is None


def test_who_sits_still_is_marked_by_the_new_key_at_the_end(session: Session, exam: Exam) -> None:
    seat = make_seat(session, exam_session=exam.exam)
    attempt = make_attempt(session, seat=seat, answers={1: {"choice": "a"}, 2: {"choice": "b"}})
    exam.correct()
    assert marks(session, attempt) == []
    submit_attempt(
        session,
        person_id=seat.candidate_id,
        attempt_id=attempt.id,
        now=NOW + timedelta(minutes=5),
        grace=timedelta(0),
    )
    assert attempt.state is AttemptState.SUBMITTED
    assert points(session, attempt) == 2
    assert session.scalars(sa.select(KeyEffect)).all() == []


@pytest.mark.parametrize(("kind", "score", "of"), [("full_points", 5, 5), ("dropped", 1, 1)])
def test_nobody_need_mark_an_essay_that_is_given_or_left_out(
    session: Session, kind: str, score: int, of: int
) -> None:
    exam = Exam(session, ItemType.ESSAY, ItemType.SINGLE_CHOICE)
    attempt = exam.ended(p1={"text": "Esai"}, p2={"choice": "b"})
    assert exam_result(session, attempt.seat_id).state == "ended"
    with pytest.raises(Refusal, match="dinilai orang"):
        exam.propose()
    exam.correct(Wanted(Correction(kind)))
    result = exam_result(session, attempt.seat_id)
    assert (result.state, result.unmarked) == ("marked", 0)
    assert [(unit.score, unit.max_score) for unit in result.units] == [(score, of)]


def give(session: Session, attempt: Attempt, score: str) -> None:
    script = script_of(session, attempt)
    assert script is not None
    marking.give_mark(
        session,
        script_id=script.id,
        marker_id=session.get_one(Seat, attempt.seat_id).marker_id,
        given=Given(aspects=[Decimal(score)], comment="Alasan"),
        now=NOW,
    )


def script_of(session: Session, attempt: Attempt) -> Script | None:
    return session.scalar(sa.select(Script).where(Script.attempt_id == attempt.id))


@pytest.mark.parametrize("kind", [Correction.FULL_POINTS, Correction.DROPPED])
def test_an_undone_correction_gives_back_what_people_gave(
    session: Session, kind: Correction
) -> None:
    exam = Exam(session, ItemType.ESSAY, ItemType.SINGLE_CHOICE)
    marked, waiting = (exam.ended(p1={"text": "Esai"}) for _ in range(2))
    silent = exam.ended(p2={"choice": "b"})
    give(session, marked, "3")
    exam.correct(Wanted(kind))
    later = exam.ended(p1={"text": "Esai"})  # never had a marker
    assert all(exam_result(session, a.seat_id).state == "marked" for a in (marked, waiting, later))
    undone = Wanted(Correction.NEW_KEY, dict(exam.wrong.key))
    seen = correcting.effects_page(session, exam.wrong, undone)
    change = exam.correct(undone)
    assert correcting.recorded_page(session, change) == seen
    assert points(session, marked) == 3
    assert marks(session, silent)[-1].score == 0
    for attempt in (waiting, later):
        assert exam_result(session, attempt.seat_id).unmarked == 1
        give(session, attempt, "2")
        assert (exam_result(session, attempt.seat_id).state, points(session, attempt)) == (
            "marked",
            2,
        )
    give(session, marked, "1")  # no recommendation rests on it, so its marker may mend it
    assert points(session, marked) == 1
    with pytest.raises(Refusal, match="sama dengan yang berlaku"):
        exam.propose(undone)


def test_two_marks_and_a_dispute_stand_again_when_a_correction_is_undone(
    session: Session,
) -> None:
    exam = Exam(session, ItemType.ESSAY)
    exam.exam.double_marked_percent = 100
    agreed, disputed, half = (exam.ended(p1={"text": "Esai"}) for _ in range(3))
    staff = [make_person(session, Role.ASSESSOR) for _ in range(3)]
    common = {"session_id": exam.exam.id, "actor_id": exam.manager.id, "now": NOW}
    marking.set_markers(session, person_ids=[p.id for p in staff], head_id=None, **common)
    marking.distribute(session, **common)
    for attempt, scores in ((agreed, ["3", "3.25"]), (disputed, ["0", "4"]), (half, ["2"])):
        script = script_of(session, attempt)
        tasks = session.scalars(
            sa.select(MarkerTask).where(MarkerTask.script_id == script.id).order_by(MarkerTask.role)
        ).all()
        for task, score in zip(tasks, scores, strict=False):
            marking.give_mark(
                session,
                script_id=script.id,
                marker_id=task.marker_id,
                given=Given(aspects=[Decimal(score)], comment="Alasan"),
                now=NOW,
            )
    exam.correct(Wanted(Correction.FULL_POINTS))
    exam.correct(Wanted(Correction.NEW_KEY, dict(exam.wrong.key)))
    session.expire_all()
    assert points(session, agreed) == Decimal("3.125")
    states = [script_of(session, attempt).state.value for attempt in (agreed, disputed, half)]
    assert states == ["settled", "disputed", "open"]
    assert marking.distribute(session, **common) == marking.Distribution(given=2, missing=0)


def test_a_correction_is_corrected_again(session: Session, exam: Exam) -> None:
    attempt = exam.ended(p1={"choice": "a"})
    exam.correct()
    exam.correct(Wanted(Correction.DROPPED))
    change = exam.correct(Wanted(Correction.NEW_KEY, {"correct": ["b"]}))
    assert (change.number, change.old_kind, change.old_key) == (3, Correction.DROPPED, None)
    assert [mark.score for mark in marks(session, attempt)] == [0, 1, 0]
    assert points(session, attempt) == 0


def test_the_preview_says_what_the_correction_then_does(session: Session, exam: Exam) -> None:
    for choice in "aabc":
        exam.ended(p1={"choice": choice}, p2={"choice": "b"})
    seen = correcting.effects_page(session, exam.wrong, TO_A)
    assert session.scalars(sa.select(KeyEffect)).all() == []
    done = correcting.recorded_page(session, exam.correct())
    assert done == seen
    numbers = seen.numbers
    assert (numbers.attempts, numbers.affected) == (4, 3)
    assert (numbers.to_competent, numbers.from_competent) == (2, 1)


def test_other_units_and_other_papers_are_left_alone(session: Session, exam: Exam) -> None:
    other = make_ended_attempt(session)
    marking.mark_attempt(session, other.id, NOW)
    before = exam_result(session, other.seat_id)
    exam.correct()
    assert exam_result(session, other.seat_id) == before


def test_a_correction_costs_the_same_statements_for_few_and_many(
    session: Session, statements: list[str]
) -> None:
    counts = []
    for size in (2, 25):
        exam = Exam(session)
        for _ in range(size):
            exam.ended(p1={"choice": "a"}, p2={"choice": "b"})
        proposal = exam.propose()
        session.flush()
        session.expire_all()
        statements.clear()
        correcting.effects_page(session, exam.wrong, TO_A)
        correcting.confirm_correction(session, proposal.id, actor_id=exam.manager.id, now=LATER)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_undoing_a_correction_costs_the_same_statements_for_few_and_many(
    session: Session, statements: list[str]
) -> None:
    counts = []
    for size in (2, 12):
        exam = Exam(session, ItemType.ESSAY)
        for _ in range(size):
            exam.ended(p1={"text": "Esai"})
        exam.correct(Wanted(Correction.DROPPED))
        proposal = exam.propose(Wanted(Correction.NEW_KEY, dict(exam.wrong.key)))
        session.flush()
        session.expire_all()
        statements.clear()
        correcting.confirm_correction(session, proposal.id, actor_id=exam.manager.id, now=LATER)
        counts.append(len(statements))
    assert counts[0] == counts[1]
