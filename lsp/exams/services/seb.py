"""Safe Exam Browser for a session: whether it is asked for, its settings file, whose seat goes without."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import ExamSession, ItemRevision, PaperQuestion, SeatEvent, SessionPaper
from lsp.exams.rules import seb
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.seb import Proof
from lsp.exams.services.rooms.events import SEB_WAIVED, add_event, known
from lsp.exams.services.rooms.seats import get_exam, get_seat
from lsp.exams.services.sitting.attempts import OwnExam
from lsp.texts import N_, Refusal

#: Keys of one kind kept with a session; an LSP has a few versions of the browser at most.
MOST_KEYS = 50


@dataclass(frozen=True)
class SebRule:
    """What a session asks of the browser; kept as JSON in ``ExamSession.seb``."""

    is_required: bool = False
    #: Settings of the file that is made here, and its Config Key; empty until they are made.
    settings: Mapping[str, Any] = field(default_factory=dict)
    own_key: str = ""
    #: Config Keys of settings files made elsewhere.
    config_keys: Sequence[str] = ()
    browser_exam_keys: Sequence[str] = ()

    @classmethod
    def of(cls, exam: ExamSession | OwnExam) -> "SebRule":
        """The rule of a session."""
        kept = exam.seb
        return cls(
            is_required=kept.get("required", False),
            settings=kept.get("settings", {}),
            own_key=kept.get("own_key", ""),
            config_keys=kept.get("config_keys", []),
            browser_exam_keys=kept.get("browser_exam_keys", []),
        )

    @property
    def keys(self) -> dict[Proof, list[str]]:
        """For each proof that is asked for, the keys of which one must be proven."""
        asked = {
            Proof.CONFIG_KEY: [key for key in (self.own_key, *self.config_keys) if key],
            Proof.BROWSER_EXAM_KEY: list(self.browser_exam_keys),
        }
        return {proof: keys for proof, keys in asked.items() if keys}


def set_rule(
    session: Session,
    *,
    session_id: uuid.UUID,
    is_required: bool,
    addresses: Mapping[str, str],
    quit_password: str,
    config_keys: Iterable[str],
    browser_exam_keys: Iterable[str],
    file: bytes,
    actor_id: uuid.UUID,
    now: datetime,
) -> SebRule:
    """Say what a session asks of the browser, and make its settings file anew.

    ``addresses`` are ``start_url``, ``quit_url`` and ``host``; ``file`` is a settings file made
    elsewhere whose Config Key counts besides ours, or empty. Without a new ``quit_password`` the
    one given before stays. Raises Refusal for what is no key and for a file that cannot be read,
    NotFound for an unknown session.
    """
    exam = get_exam(session, session_id, actor_id=actor_id)
    others = _keys(config_keys)
    if file:
        others = _keys([*others, seb.config_key(seb.read_settings(file))])
    settings = seb.make_settings(
        start_url=addresses["start_url"],
        quit_url=addresses["quit_url"],
        host=addresses["host"],
        uploads=_asks_for_files(session, session_id),
        quit_password=quit_password,
    )
    before = SebRule.of(exam).settings
    if not quit_password and "hashedQuitPassword" in before:
        settings["hashedQuitPassword"] = before["hashedQuitPassword"]
        settings["allowQuit"] = True
    exam.seb = {
        "required": is_required,
        "settings": settings,
        "own_key": seb.config_key(settings),
        "config_keys": others,
        "browser_exam_keys": _keys(browser_exam_keys),
    }
    audit.record(
        session,
        action="session.seb_changed",
        subject_type="exam_session",
        subject_id=session_id,
        actor_id=actor_id,
        now=now,
        detail={"required": is_required},
    )
    return SebRule.of(exam)


def _keys(given: Iterable[str]) -> list[str]:
    """Keys in lower case, each once. Raises Refusal for what is none."""
    keys = list(dict.fromkeys(key.strip().lower() for key in given if key.strip()))
    if len(keys) > MOST_KEYS:
        raise Refusal(N_("Paling banyak %(most)s kunci."), most=MOST_KEYS)
    for key in keys:
        if not seb.is_key(key):
            raise Refusal(
                N_("Kunci %(key)s… tidak terdiri dari 64 angka heksadesimal (0–9, a–f)."),
                key=key[:20],
            )
    return keys


def _asks_for_files(session: Session, session_id: uuid.UUID) -> bool:
    found = session.scalar(
        sa.select(PaperQuestion.position)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(SessionPaper, SessionPaper.paper_id == PaperQuestion.paper_id)
        .where(SessionPaper.session_id == session_id, ItemRevision.type == ItemType.FILE_UPLOAD)
        .limit(1)
    )
    return found is not None


def waive(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let one seat in without the browser; returns 1.

    Raises Refusal without a reason, NotFound for a seat of another session.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan asesi mengerjakan tanpa Safe Exam Browser."))
    seat = get_seat(session, session_id, seat_id, actor_id=actor_id)
    if not known(session, once, [seat.id]):
        add_event(
            session, seat.id, SEB_WAIVED, reason=reason, once=once, actor_id=actor_id, now=now
        )
        audit.record(
            session,
            action="seat.seb_waived",
            subject_type="seat",
            subject_id=seat_id,
            actor_id=actor_id,
            now=now,
            detail={"reason": reason.strip()},
        )
    return 1


def is_waived(session: Session, seat_id: uuid.UUID) -> bool:
    """Whether an invigilator let this seat in without the browser."""
    found = session.scalar(
        sa.select(SeatEvent.id)
        .where(SeatEvent.seat_id == seat_id, SeatEvent.kind == SEB_WAIVED)
        .limit(1)
    )
    return found is not None
