"""Giving a mark: one person's, what it comes to with the others', and when a third decides."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import (
    Attempt,
    ExamSession,
    ItemRevision,
    KeyChange,
    Mark,
    MarkerTask,
    Marking,
    MarkReopening,
    PaperQuestion,
    Script,
    Seat,
)
from lsp.exams.rules.agreement import settle, total_of
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.rules.marking import check_mark
from lsp.exams.services.marking.assigning import assign_third, is_stopped
from lsp.exams.services.marking.scripts import lock_attempt
from lsp.exams.services.scoring import is_in_force
from lsp.texts import N_, NotFound, Refusal


@dataclass(frozen=True)
class Given:
    """What a marker gives: points per aspect of the rubric, or one mark where there is none."""

    aspects: Sequence[Decimal] = ()
    score: Decimal | None = None
    comment: str = ""
    #: What the candidate said, for a question asked face to face.
    notes: str = ""


class NotesNeeded(Refusal):
    """An oral question was marked, and nobody wrote down what was said."""


def aspects_of(revision: ItemRevision, max_score: Decimal) -> list[tuple[str, Decimal]]:
    """The rubric's aspects with their points; empty when the answer gets one mark.

    That is so without a rubric, and where the paper gives the question other points than the
    rubric adds up to.
    """
    rows = [(row["aspect"], Decimal(str(row["points"]))) for row in revision.key.get("rubric", [])]
    return rows if sum(points for _, points in rows) == max_score else []


def give_mark(
    session: Session, *, script_id: uuid.UUID, marker_id: uuid.UUID, given: Given, now: datetime
) -> Marking:
    """Mark an answer as its marker; what was given before stays on record and counts no more.

    When the marks suffice the answer has its mark; when the first two are too far apart it goes
    to a third. The same form sent twice is one. Raises NotFound unless the answer is this
    person's to mark; Refusal once several people's marks have been compared, a correction of
    the question has set the mark or a recommendation rests on it, and for points out of range
    (see ``agreement.total_of`` and ``rules.marking.check_mark``).
    """
    script = lock_script(session, script_id)
    task = get_task(session, script_id, marker_id)
    closed = _closed(session, script, task)
    marking = add_marking(session, script, task, given, now, closed=closed)
    if marking is None:
        return newest_marking(session, script_id, task.role, marker_id)
    # Who marks a control script after the first two changes nothing any more.
    if task.role is not MarkingRole.CONTROL or script.state is ScriptState.OPEN:
        settle_script(session, script, now)
    audit.record(
        session,
        action="answer.marked",
        subject_type="script",
        subject_id=script.id,
        actor_id=marker_id,
        now=now,
        detail={"role": task.role.value, "number": marking.number},
    )
    return marking


def _closed(session: Session, script: Script, task: MarkerTask) -> Refusal | None:
    """Why this person cannot change the mark: it is settled, or waits for the third.

    Whoever could still change a mark after the comparison would no longer mark blind. What a
    recommendation rests on is changed by two people: one opens it (``reopening``), one marks.
    A control script is marked by whoever has not, at any time.
    """
    if task.role is MarkingRole.CONTROL and not task.done_at:
        return None
    relied_on_at = session.get_one(Attempt, script.attempt_id).relied_on_at
    if relied_on_at is not None:
        if task.done_at:
            return Refusal(
                N_(
                    "Rekomendasi sudah dibuat dari nilai ini, jadi Anda tidak bisa mengubahnya "
                    "sendiri. Minta manajer atau administrator LSP membuka lagi penilaiannya."
                )
            )
        if task.marker_id in _opened_by(session, task, relied_on_at):
            return Refusal(
                N_("Anda sendiri yang membuka lagi penilaian ini. Orang lain yang menilainya.")
            )
    if script.state is ScriptState.OPEN:
        return None
    if (task.done_at and (script.is_double or script.is_control)) or (
        script.state is ScriptState.SETTLED and is_set_by_correction(session, script.revision_id)
    ):
        return Refusal(N_("Nilai jawaban ini sudah ditetapkan dan tidak bisa diubah lagi."))
    return None


def _opened_by(session: Session, task: MarkerTask, relied_on_at: datetime) -> set[uuid.UUID | None]:
    """Who let this be marked again: by opening the answer, or by passing it on."""
    opener = session.scalar(
        sa.select(MarkReopening.actor_id)
        .where(MarkReopening.script_id == task.script_id)
        .order_by(MarkReopening.number.desc())
        .limit(1)
    )
    return {opener, task.assigned_by_id if task.assigned_at > relied_on_at else None}


def is_set_by_correction(session: Session, revision_id: uuid.UUID) -> bool:
    """Whether a correction in force sets the mark of a question for people.

    It is corrected only by points for everybody, or by leaving it out, until that is undone.
    """
    corrected = sa.exists().where(
        KeyChange.revision_id == revision_id,
        KeyChange.kind != Correction.NEW_KEY,
        is_in_force(),
    )
    return bool(session.scalar(sa.select(corrected)))


def get_task(session: Session, script_id: uuid.UUID, marker_id: uuid.UUID) -> MarkerTask:
    """The task a person has at an answer. Raises NotFound when they have none.

    Nobody has one at an answer of their own, nor once they are stopped.
    """
    task = session.scalar(
        sa.select(MarkerTask)
        .join(Script, Script.id == MarkerTask.script_id)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(
            MarkerTask.script_id == script_id,
            MarkerTask.marker_id == marker_id,
            Seat.candidate_id != marker_id,
            ~is_stopped(Script.session_id, marker_id),
        )
        .execution_options(populate_existing=True)
    )
    if task is None:
        raise NotFound
    return task


def add_marking(
    session: Session,
    script: Script,
    task: MarkerTask,
    given: Given,
    now: datetime,
    *,
    closed: Refusal | None = None,
) -> Marking | None:
    """Keep what a marker gives, the task done by it; None when they gave the same last time.

    Raises Refusal for points nobody may give, and ``closed`` for anything new where it is given.
    """
    score = _score(script, given)
    if script.revision.type is ItemType.ORAL and not given.notes.strip():
        raise NotesNeeded(N_("Catat jawaban asesi; catatan ini menjadi bukti FR.IA.07."))
    earlier = session.scalars(
        sa.select(Marking)
        .where(Marking.script_id == script.id, Marking.role == task.role)
        .order_by(Marking.number)
    ).all()
    own = next((m for m in reversed(earlier) if m.marker_id == task.marker_id), None)
    aspects = [f"{points.normalize():f}" for points in given.aspects]
    said = (score, aspects, given.comment.strip(), given.notes.strip())
    if task.done_at and own and (own.score, own.aspects, own.comment, own.notes) == said:
        return None
    if closed:
        raise closed
    marking = Marking(
        script_id=script.id,
        role=task.role,
        number=len(earlier) + 1,
        marker_id=task.marker_id,
        score=score,
        aspects=aspects,
        comment=given.comment.strip(),
        notes=given.notes.strip(),
        at=now,
    )
    session.add(marking)
    task.done_at = now
    session.flush()
    return marking


def _score(script: Script, given: Given) -> Decimal:
    aspects = aspects_of(script.revision, script.max_score)
    if aspects:
        return total_of(given.aspects, [points for _, points in aspects], given.comment)
    score = given.score if given.score is not None else Decimal("NaN")
    check_mark(score, script.max_score, given.comment)
    return score


def newest_marking(
    session: Session, script_id: uuid.UUID, role: MarkingRole, marker_id: uuid.UUID
) -> Marking:
    """What a person gave last in a role. Raises NoResultFound when they gave nothing."""
    return session.scalars(
        sa.select(Marking)
        .where(Marking.script_id == script_id, Marking.role == role, Marking.marker_id == marker_id)
        .order_by(Marking.number.desc())
        .limit(1)
    ).one()


def counting(session: Session, script: Script) -> dict[MarkingRole, Marking]:
    """The markings in force: of each role the newest of whoever holds it, unless it waits anew.

    Everybody marks a control script, none knowing it is one: the first two who did are its first
    and second marker.
    """
    rows = session.scalars(
        sa.select(Marking)
        .join(
            MarkerTask,
            (MarkerTask.script_id == Marking.script_id)
            & (MarkerTask.role == Marking.role)
            & (MarkerTask.marker_id == Marking.marker_id),
        )
        .where(
            Marking.script_id == script.id,
            MarkerTask.done_at.is_not(None),
        )
        .order_by(Marking.number)
    )
    found: dict[MarkingRole, Marking] = {}
    everybody: dict[uuid.UUID, Marking] = {}
    for marking in rows:
        if marking.role is MarkingRole.CONTROL:
            everybody[marking.marker_id] = marking
        else:
            found[marking.role] = marking
    pair = (MarkingRole.FIRST, MarkingRole.SECOND)
    return found | dict(zip(pair, everybody.values(), strict=False))


def settle_script(session: Session, script: Script, now: datetime) -> None:
    """Set the mark of an answer when its markings suffice; else say what it waits for."""
    exam = session.get_one(ExamSession, script.session_id)
    markings = counting(session, script)
    settlement = settle(
        {role: marking.score for role, marking in markings.items()},
        is_double=script.is_double or script.is_control,
        max_score=script.max_score,
        tolerance_percent=exam.marking_tolerance_percent,
    )
    if settlement.score is None:
        disputed = settlement.waits_for is MarkingRole.THIRD
        script.state = ScriptState.DISPUTED if disputed else ScriptState.OPEN
        script.settled_at = None
        session.flush()
        if disputed:
            assign_third(session, script, now)
        return
    script.state, script.settled_at = ScriptState.SETTLED, now
    deciding = [markings[role] for role in settlement.decided_by]
    _set_mark(session, script, settlement.score, deciding, now)


def _set_mark(
    session: Session, script: Script, score: Decimal, deciding: list[Marking], now: datetime
) -> None:
    newest = session.scalar(
        sa.select(sa.func.max(Mark.number)).where(
            Mark.attempt_id == script.attempt_id, Mark.position == script.position
        )
    )
    session.add(
        Mark(
            attempt_id=script.attempt_id,
            position=script.position,
            number=(newest or 0) + 1,
            score=score,
            max_score=script.max_score,
            marker_id=deciding[0].marker_id if len(deciding) == 1 else None,
            comment="\n\n".join(m.comment for m in deciding if m.comment),
            at=now,
        )
    )
    session.flush()
    attempt = session.get_one(Attempt, script.attempt_id)
    if attempt.marked_at is None and not waits(session, attempt):
        attempt.marked_at = now


def waits(session: Session, attempt: Attempt) -> bool:
    """Whether any question of an attempt waits for its mark."""
    marked = (
        sa.exists()
        .where(Mark.attempt_id == attempt.id, Mark.position == PaperQuestion.position)
        .correlate(PaperQuestion)
    )
    unmarked = sa.exists().where(PaperQuestion.paper_id == attempt.paper_id, ~marked)
    unsettled = sa.exists().where(
        Script.attempt_id == attempt.id, Script.state != ScriptState.SETTLED
    )
    return bool(session.scalar(sa.select(unmarked | unsettled)))


def lock_script(session: Session, script_id: uuid.UUID) -> Script:
    """An answer, its attempt held so that the marks of one attempt are given in turn.

    Raises NotFound for an unknown one.
    """
    attempt_id = session.scalar(sa.select(Script.attempt_id).where(Script.id == script_id))
    if attempt_id is None:
        raise NotFound
    lock_attempt(session, attempt_id)
    script = session.scalar(
        sa.select(Script).where(Script.id == script_id).execution_options(populate_existing=True)
    )
    if script is None:  # taken back meanwhile: its sitting goes on
        raise NotFound
    return script
