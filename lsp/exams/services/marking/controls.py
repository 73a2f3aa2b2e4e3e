"""Control scripts: everybody marks them unannounced, beside a mark that the head marker sets."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import (
    Answer,
    Attempt,
    ExamSession,
    ItemRevision,
    MarkerTask,
    Marking,
    Script,
    Seat,
    SessionMarker,
)
from lsp.exams.rules.agreement import MOST_CONTROL_PERCENT, most_controls
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services.marking.assigning import able_to_control, lock_session, spread_control
from lsp.exams.services.marking.giving import Given, add_marking, lock_script
from lsp.texts import N_, NotFound, Refusal

#: Answers on one page of the choice.
PAGE_SIZE = 25


@dataclass(frozen=True)
class Choice:
    """An answer that may become a control script, or is one (``is_control``)."""

    script: Script
    revision: ItemRevision
    answer: Answer | None


@dataclass(frozen=True)
class ChoicePage:
    """One page of choices."""

    rows: list[Choice]
    page: int
    pages: int


def headed_sessions(session: Session, person_id: uuid.UUID) -> list[ExamSession]:
    """Sessions whose markers this person heads, the newest first; at most a page of them."""
    return list(
        session.scalars(
            sa.select(ExamSession)
            .join(SessionMarker, SessionMarker.session_id == ExamSession.id)
            .where(_is_head(person_id))
            .order_by(ExamSession.opens_at.desc())
            .limit(PAGE_SIZE)
        )
    )


def get_headed(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> ExamSession:
    """A session whose markers this person heads. Raises NotFound."""
    exam = session.scalar(
        sa.select(ExamSession)
        .join(SessionMarker, SessionMarker.session_id == ExamSession.id)
        .where(ExamSession.id == session_id, _is_head(person_id))
    )
    if exam is None:
        raise NotFound
    return exam


def choices(
    session: Session, session_id: uuid.UUID, head_id: uuid.UUID, page: int = 1
) -> ChoicePage:
    """Control scripts first, then answers nobody has begun to mark, in an order that says nothing.

    Raises NotFound for who does not head the session's markers.
    """
    get_headed(session, session_id, head_id)
    found = _choosable(head_id).where(Script.session_id == session_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.execute(
        found.order_by(Script.is_control.desc(), Script.revision_id, Script.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return ChoicePage([Choice(*row) for row in rows], page, pages)


def get_choice(session: Session, script_id: uuid.UUID, head_id: uuid.UUID) -> Choice:
    """One of them. Raises NotFound."""
    row = session.execute(_choosable(head_id).where(Script.id == script_id)).one_or_none()
    if row is None:
        raise NotFound
    get_headed(session, row[0].session_id, head_id)
    return Choice(*row)


def _choosable(head_id: uuid.UUID) -> sa.Select[Script, ItemRevision, Answer]:
    begun = sa.exists().where(MarkerTask.script_id == Script.id, MarkerTask.done_at.is_not(None))
    return (
        sa.select(Script, ItemRevision, Answer)
        .join(Script.revision)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .join(Answer, (Answer.attempt_id == Attempt.id) & (Answer.position == Script.position))
        .where(
            Seat.candidate_id != head_id,
            ItemRevision.type != ItemType.ORAL,
            Script.is_control
            | ((Script.state != ScriptState.SETTLED) & ~begun & Attempt.relied_on_at.is_(None)),
        )
    )


def set_control(
    session: Session, *, script_id: uuid.UUID, head_id: uuid.UUID, given: Given, now: datetime
) -> Script:
    """Agree on the mark of an answer nobody has begun, and put it into every marker's queue.

    Markers are measured by the agreed mark; the answer's own mark comes of the first two of them
    (``agreement.settle``), since nobody decides an answer alone that two would mark. Raises
    Refusal for points out of range, once somebody has begun to mark the answer, for one that is a
    control script already (what markers are measured by never moves), once a recommendation rests
    on the candidate's marks, beyond the session's share of control scripts, and where fewer than
    two others could mark it. NotFound for who does not head the session's markers.
    """
    choice = get_choice(session, script_id, head_id)
    lock_session(session, choice.script.session_id)
    script = lock_script(session, script_id)
    tasks = session.scalars(sa.select(MarkerTask).where(MarkerTask.script_id == script_id)).all()
    if script.is_control:
        raise Refusal(N_("Jawaban ini sudah menjadi jawaban kontrol."))
    if any(task.done_at for task in tasks):
        raise Refusal(N_("Jawaban ini sudah mulai dinilai. Pilih jawaban lain."))
    if session.get_one(Attempt, script.attempt_id).relied_on_at is not None:
        raise Refusal(N_("Rekomendasi sudah dibuat dari ujian ini. Pilih jawaban lain."))
    _check_share(session, script.session_id)
    if len(able_to_control(session, script)) < 2:
        raise Refusal(
            N_(
                "Jawaban kontrol dinilai paling sedikit dua orang selain ketua penilai. Minta"
                " manajer menambah penilai."
            )
        )
    for task in tasks:
        session.delete(task)
    session.flush()
    script.is_control, script.is_double = True, False
    agreed = MarkerTask(
        script_id=script_id,
        role=MarkingRole.AGREED,
        marker_id=head_id,
        assigned_by_id=head_id,
        assigned_at=now,
    )
    session.add(agreed)
    add_marking(session, script, agreed, given, now)
    spread_control(session, script, actor_id=head_id, now=now)
    audit.record(
        session,
        action="script.agreed",
        subject_type="script",
        subject_id=script_id,
        actor_id=head_id,
        now=now,
    )
    return script


def _check_share(session: Session, session_id: uuid.UUID) -> None:
    """Raise Refusal when a session has as many control scripts as it may have."""
    total, controls = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((Script.is_control.is_(True), 1))))
        .select_from(Script)
        .join(Script.revision)
        .where(Script.session_id == session_id, ItemRevision.type != ItemType.ORAL)
    ).one()
    if controls >= most_controls(total):
        raise Refusal(
            N_(
                "Paling banyak %(percent)s%% jawaban sesi ini boleh menjadi jawaban kontrol;"
                " sekarang sudah %(controls)s dari %(total)s jawaban."
            ),
            percent=MOST_CONTROL_PERCENT,
            controls=controls,
            total=total,
        )


def agreed_marking(session: Session, script_id: uuid.UUID) -> Marking | None:
    """What the head marker agreed on, if anything."""
    return session.scalar(
        sa.select(Marking)
        .where(Marking.script_id == script_id, Marking.role == MarkingRole.AGREED)
        .order_by(Marking.number.desc())
        .limit(1)
    )


def _is_head(person_id: uuid.UUID) -> sa.ColumnElement[bool]:
    return sa.and_(
        SessionMarker.person_id == person_id,
        SessionMarker.is_head.is_(True),
        SessionMarker.stopped_at.is_(None),
    )
