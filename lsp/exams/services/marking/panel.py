"""The markers of a session: who they are, who heads them, and one who is stopped."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person, RoleGrant
from lsp.exams.models import Attempt, KeyChange, MarkerTask, Script, SessionMarker
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services.marking.assigning import (
    Distribution,
    Spreading,
    active_markers,
    lock_session,
    markers,
    tasks_of,
    with_candidate,
)
from lsp.exams.services.marking.giving import counting, settle_script
from lsp.exams.services.scoring import is_in_force
from lsp.exams.services.watchers import get_watched
from lsp.roles import Role
from lsp.texts import N_, NotFound, Refusal

#: Most people offered as markers.
MOST = 200


def possible_markers(session: Session) -> Sequence[Person]:
    """The LSP's assessors by name: who can be a marker."""
    return session.scalars(
        sa.select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ASSESSOR)
        .order_by(Person.full_name, Person.id)
        .limit(MOST)
    ).all()


def set_markers(
    session: Session,
    *,
    session_id: uuid.UUID,
    person_ids: Collection[uuid.UUID],
    head_id: uuid.UUID | None,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Make these people the session's markers, one of them their head if there is to be one.

    Raises Refusal for nobody, for who is no assessor, for one who was stopped here, for a head
    who is not among them or has marked as one of the others, and for leaving out somebody who
    has answers to mark: they are stopped instead, with a reason. Also for who sits in the session:
    nobody chooses who marks them. NotFound for an unknown session.
    """
    get_watched(session, session_id, actor_id)
    lock_session(session, session_id)
    wanted = set(person_ids)
    if not wanted:
        raise Refusal(N_("Pilih paling sedikit satu penilai."))
    if wanted - {person.id for person in possible_markers(session)}:
        raise Refusal(N_("Penilai harus asesor LSP."))
    known = {marker.person_id: marker for marker in markers(session, session_id)}
    if any(known[id_].stopped_at for id_ in wanted if id_ in known):
        raise Refusal(N_("Penilai yang sudah dihentikan tidak menilai lagi di sesi ini."))
    if head_id is not None and head_id not in wanted:
        raise Refusal(N_("Ketua penilai harus termasuk penilai sesi ini."))
    busy = _busy(session, session_id)
    if head_id is not None and head_id in busy - {m.person_id for m in known.values() if m.is_head}:
        raise Refusal(N_("Ketua penilai tidak boleh sudah mendapat jawaban sebagai penilai biasa."))
    left = {id_ for id_, marker in known.items() if not marker.stopped_at} - wanted
    if left & busy:
        raise Refusal(
            N_("Penilai yang sudah mendapat jawaban tidak bisa dihapus; hentikan dengan alasan.")
        )
    for id_ in left:
        session.delete(known[id_])
    for marker in known.values():
        marker.is_head = False
    session.flush()
    for id_ in wanted:
        if id_ not in known:
            known[id_] = SessionMarker(
                session_id=session_id, person_id=id_, added_by_id=actor_id, added_at=now
            )
            session.add(known[id_])
        known[id_].is_head = id_ == head_id
    session.flush()
    audit.record(
        session,
        action="marking.markers_set",
        subject_type="exam_session",
        subject_id=session_id,
        actor_id=actor_id,
        now=now,
        detail={
            "markers": sorted(str(id_) for id_ in wanted),
            "head": str(head_id) if head_id else None,
        },
    )


def _busy(session: Session, session_id: uuid.UUID) -> set[uuid.UUID]:
    return set(
        session.scalars(
            sa.select(MarkerTask.marker_id)
            .join(Script, Script.id == MarkerTask.script_id)
            .where(Script.session_id == session_id)
            .distinct()
        )
    )


def get_marker(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> SessionMarker:
    """A marker of a session. Raises NotFound."""
    marker = session.get(SessionMarker, (session_id, person_id))
    if marker is None:
        raise NotFound
    return marker


def stop_marker(
    session: Session,
    *,
    session_id: uuid.UUID,
    person_id: uuid.UUID,
    reason: str,
    marks_anew: bool,
    actor_id: uuid.UUID,
    now: datetime,
) -> Distribution:
    """Let a marker mark no more; what waits for them goes to the others, evenly.

    With ``marks_anew`` also what they marked is marked anew by others, where their mark counts:
    an answer that the third marker has decided, or a correction of the question, stays decided. Their markings stay on record. The
    mark of such an answer counts until the new one is there; the sitting waits for it again. What
    they asked face to face cannot be heard again, so those marks stay. Raises Refusal without a
    reason, for one stopped already, or to who sits in the session; NotFound for who is no marker
    here.
    """
    get_watched(session, session_id, actor_id)
    if not reason.strip():
        raise Refusal(N_("Isi alasan penilai dihentikan."))
    lock_session(session, session_id)
    marker = get_marker(session, session_id, person_id)
    if marker.stopped_at is not None:
        raise Refusal(N_("Penilai ini sudah dihentikan."))
    _hold_attempts(session, session_id, person_id)
    marker.stopped_at, marker.stopped_by_id, marker.stop_reason = now, actor_id, reason.strip()
    session.flush()
    spreading = Spreading(
        session, active_markers(session, session_id), tasks_of(session, session_id), actor_id, now
    )
    asked = sa.select(Script.revision_id).where(Script.session_id == session_id)
    corrected = set(
        session.scalars(
            sa.select(KeyChange.revision_id).where(
                KeyChange.revision_id.in_(asked),
                KeyChange.kind != Correction.NEW_KEY,
                is_in_force(),
            )
        )
    )
    for script, revision, candidate_id in session.execute(with_candidate(session_id)):
        tasks = spreading.tasks[script.id]
        own = next((task for task in tasks if task.marker_id == person_id), None)
        if own is None or revision.type is ItemType.ORAL:
            continue
        if own.role is MarkingRole.CONTROL:
            if own.done_at is None:
                session.delete(own)
            elif marks_anew and script.revision_id not in corrected:
                _leave_out(session, script, own, now)
        elif own.role is MarkingRole.AGREED:
            continue
        elif own.done_at is None:
            spreading.pass_on(own, script, candidate_id)
        elif marks_anew and not (script.revision_id in corrected or _decided_by_other(tasks, own)):
            spreading.pass_on(own, script, candidate_id)
            _open_again(session, script, own)
    session.flush()
    audit.record(
        session,
        action="marking.marker_stopped",
        subject_type="exam_session",
        subject_id=session_id,
        actor_id=actor_id,
        now=now,
        detail={
            "marker": str(person_id),
            "reason": reason.strip(),
            "marks_anew": marks_anew,
            "given": spreading.given,
            "missing": spreading.missing,
        },
    )
    return Distribution(spreading.given, spreading.missing)


def _hold_attempts(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Let no mark be given in the sittings this person marks, until the transaction ends."""
    theirs = (
        sa.select(Script.attempt_id)
        .join(MarkerTask, MarkerTask.script_id == Script.id)
        .where(Script.session_id == session_id, MarkerTask.marker_id == person_id)
    )
    session.execute(
        sa.select(Attempt.id).where(Attempt.id.in_(theirs)).order_by(Attempt.id).with_for_update()
    )


def _leave_out(session: Session, script: Script, own: MarkerTask, now: datetime) -> None:
    """Let a control mark count no more; the next who marked it counts in its place, or will."""
    if any(m.marker_id == own.marker_id for m in counting(session, script).values()):
        session.delete(own)
        session.flush()
        _open_again(session, script, own)
        settle_script(session, script, now)


def _decided_by_other(tasks: Sequence[MarkerTask], own: MarkerTask) -> bool:
    return any(
        task.role is MarkingRole.THIRD and task.done_at is not None and task is not own
        for task in tasks
    )


def _open_again(session: Session, script: Script, own: MarkerTask) -> None:
    script.state = ScriptState.DISPUTED if own.role is MarkingRole.THIRD else ScriptState.OPEN
    script.settled_at = None
    session.execute(
        sa.update(Attempt).where(Attempt.id == script.attempt_id).values(marked_at=None)
    )
