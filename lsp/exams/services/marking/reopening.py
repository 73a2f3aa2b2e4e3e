"""An answer that has its mark is marked again: opened by one person, with a reason, for another.

The way out where a marker cannot change a mark any more, since several marks were compared or a
recommendation rests on it. Two people are involved, and everything stays on record.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Attempt, MarkerTask, MarkReopening, Script
from lsp.exams.rules.kinds import ItemType, ScriptState
from lsp.exams.services.marking.assigning import is_stopped
from lsp.exams.services.marking.giving import is_set_by_correction, lock_script
from lsp.exams.services.marking.records import record_of
from lsp.exams.services.marking.scripts import open_anew
from lsp.exams.services.watchers import get_watched
from lsp.texts import N_, Refusal


def reopen_marking(
    session: Session,
    *,
    session_id: uuid.UUID,
    script_id: uuid.UUID,
    reason: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> MarkReopening:
    """Let the markers of an answer mark it again; the mark it has counts no more until then.

    Raises Refusal without a reason, for an answer that waits for its mark already, whose mark
    follows from a correction of the question, or that nobody marked or is left to mark; NotFound
    for who marks in its session or wrote it; OwnExam for who sits in it.
    """
    get_watched(session, session_id, actor_id)
    record = record_of(session, session_id, script_id, actor_id)
    if not reason.strip():
        raise Refusal(N_("Isi alasan penilaian dibuka lagi."))
    if not record.given:
        raise Refusal(N_("Jawaban ini tidak pernah dinilai orang."))
    script = lock_script(session, script_id)
    if script.state is not ScriptState.SETTLED:
        raise Refusal(N_("Jawaban ini sedang menunggu nilai. Muat ulang halamannya."))
    if is_set_by_correction(session, script.revision_id):
        raise Refusal(N_("Nilai jawaban ini berasal dari koreksi soal. Koreksi soalnya lagi."))
    if script.revision.type is ItemType.ORAL and _is_left_alone(session, script):
        raise Refusal(N_("Penilai yang mendengar jawaban lisan ini sudah dihentikan."))
    earlier = session.scalar(
        sa.select(sa.func.max(MarkReopening.number)).where(MarkReopening.script_id == script_id)
    )
    reopening = MarkReopening(
        script_id=script_id,
        number=(earlier or 0) + 1,
        actor_id=actor_id,
        reason=reason.strip(),
        at=now,
    )
    session.add(reopening)
    attempt = session.get_one(Attempt, script.attempt_id)
    open_anew(session, attempt, [script])
    audit.record(
        session,
        action="script.reopened",
        subject_type="script",
        subject_id=script_id,
        actor_id=actor_id,
        now=now,
        detail={"reason": reopening.reason, "relied_on": attempt.relied_on_at is not None},
    )
    return reopening


def _is_left_alone(session: Session, script: Script) -> bool:
    """Whether whoever marked an answer marks no more."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    MarkerTask.script_id == script.id,
                    Script.id == script.id,
                    is_stopped(Script.session_id, MarkerTask.marker_id),
                )
            )
        )
    )


def last_reopening(session: Session, script_id: uuid.UUID) -> MarkReopening | None:
    """Why an answer was last opened to be marked again, if it ever was."""
    return session.scalar(
        sa.select(MarkReopening)
        .where(MarkReopening.script_id == script_id)
        .order_by(MarkReopening.number.desc())
        .limit(1)
    )
