"""Planning exam sessions: where, when, how long, on which paper, with which token."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager

from lsp import audit
from lsp.exams.models import (
    Blueprint,
    ExamSession,
    Item,
    ItemRevision,
    Paper,
    PaperQuestion,
    Seat,
    SessionPaper,
)
from lsp.exams.services.bank.moving import restrict_overexposed
from lsp.exams.services.keys import may_be_asked
from lsp.exams.services.watchers import get_watched
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal

#: Letters and digits of a token that nobody mistakes for one another when read aloud or written.
TOKEN_CHARACTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # noqa: S105 -- an alphabet, not a password
TOKEN_LENGTH = 6
#: Sessions on one page of the list.
PAGE_SIZE = 25


@dataclass(frozen=True)
class Plan:
    """What the manager states about a session; length in minutes, times in UTC or with a zone."""

    title: str
    place: str
    timezone: str
    opens_at: datetime
    closes_at: datetime
    length_minutes: int
    #: Share of the attempts two assessors mark, and the difference from which a third decides, in
    #: percent of the points.
    double_marked_percent: int = 0
    marking_tolerance_percent: int = 20


@dataclass(frozen=True)
class SessionPage:
    """One page of sessions, each with its numbers of seats and papers."""

    rows: list[tuple[ExamSession, int, int]]
    page: int
    pages: int


def plan_session(
    session: Session,
    plan: Plan,
    *,
    paper_ids: Sequence[uuid.UUID],
    actor_id: uuid.UUID | None,
    now: datetime,
) -> ExamSession:
    """Put a session on one or several parallel papers on the list, with a new token.

    Seats get the papers in turn. Items that now stand in as many papers of sessions as their
    blueprint allows are kept out of further papers (``restricted``). Raises Refusal for times that do not fit together, for no paper,
    for papers that were not made together and for one with a question that a correction left
    without a key, or with one in doubt, or that stood in too many papers meanwhile; NotFound for an unknown paper.
    """
    if plan.closes_at <= plan.opens_at:
        raise Refusal(N_("Waktu tutup harus sesudah waktu buka."))
    if plan.closes_at <= now:
        raise Refusal(N_("Waktu tutup sudah lewat."))
    if (plan.closes_at - plan.opens_at).total_seconds() < plan.length_minutes * 60:
        raise Refusal(N_("Lama ujian lebih panjang daripada jarak buka dan tutup sesi."))
    papers = _parallel(session, paper_ids)
    used_up = _used_up(session, papers)
    exam_session = ExamSession(
        title=plan.title,
        scheme_version_id=session.get_one(Blueprint, papers[0].blueprint_id).scheme_version_id,
        place=plan.place,
        timezone=plan.timezone,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        length_minutes=plan.length_minutes,
        double_marked_percent=plan.double_marked_percent,
        marking_tolerance_percent=plan.marking_tolerance_percent,
        token=new_token(),
        created_at=now,
    )
    exam_session.papers = [
        SessionPaper(number=number, paper_id=paper.id) for number, paper in enumerate(papers, 1)
    ]
    session.add(exam_session)
    session.flush()
    if used_up:
        restrict_overexposed(session, used_up, now)
    _record(session, "session.planned", exam_session, actor_id, now)
    return exam_session


def _parallel(session: Session, paper_ids: Sequence[uuid.UUID]) -> Sequence[Paper]:
    """These papers in the order of their numbers."""
    if not paper_ids:
        raise Refusal(N_("Pilih paling sedikit satu naskah."))
    papers = session.scalars(
        sa.select(Paper).where(Paper.id.in_(paper_ids)).order_by(Paper.number)
    ).all()
    if len(papers) < len(set(paper_ids)):
        raise NotFound
    if len({paper.batch_id for paper in papers}) > 1:
        raise Refusal(N_("Pilih naskah yang disusun bersama; naskah lain belum tentu setara."))
    _check_keys(session, [paper.id for paper in papers])
    return papers


def _check_keys(session: Session, paper_ids: Sequence[uuid.UUID]) -> None:
    """Raise Refusal for a question whose answers no key decides any more, or one in doubt."""
    struck = session.scalars(
        sa.select(Item.identifier)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(PaperQuestion, PaperQuestion.revision_id == ItemRevision.id)
        .where(PaperQuestion.paper_id.in_(paper_ids), ~may_be_asked(session))
        .distinct()
        .order_by(Item.identifier)
    ).all()
    if struck:
        raise Refusal(
            N_(
                "Naskah ini memuat soal yang tidak dihitung lagi, bernilai penuh bagi semua"
                " peserta, atau kuncinya diragukan karena koreksi kunci: %(identifiers)s. Susun"
                " naskah baru, atau pilih naskah tanpa soal itu."
            ),
            identifiers=", ".join(struck),
        )


def _used_up(session: Session, papers: Sequence[Paper]) -> list[uuid.UUID]:
    """Items that stand in as many papers of sessions as they may once these are used, too.

    Raises Refusal for those that would stand in more: other papers with them were used since
    these were made.
    """
    most = session.get_one(Blueprint, papers[0].blueprint_id).max_exposure
    if most is None:
        return []
    paper_ids = [paper.id for paper in papers]
    asked, other = aliased(ItemRevision), aliased(PaperQuestion)
    here = (
        sa.select(asked.item_id)
        .join(other, other.revision_id == asked.id)
        .where(other.paper_id.in_(paper_ids), other.counts)
    )
    is_used = PaperQuestion.paper_id.in_(sa.select(SessionPaper.paper_id))
    rows = session.execute(
        sa.select(Item.id, Item.identifier, sa.func.count(PaperQuestion.paper_id.distinct()))
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(PaperQuestion, PaperQuestion.revision_id == ItemRevision.id)
        .where(Item.id.in_(here), is_used | PaperQuestion.paper_id.in_(paper_ids))
        .group_by(Item.id, Item.identifier)
        .having(sa.func.count(PaperQuestion.paper_id.distinct()) >= most)
        .order_by(Item.identifier)
    ).all()
    too_often = [identifier for _, identifier, count in rows if count > most]
    if too_often:
        raise Refusal(
            N_(
                "Sejak naskah ini disusun, sesi lain memakai soal yang sama sampai batasnya"
                " (%(most)s naskah): %(identifiers)s. Susun naskah baru."
            ),
            most=most,
            identifiers=", ".join(too_often[:10]),
        )
    return [item_id for item_id, _, _ in rows]


def new_token() -> str:
    """A token for the invigilator to read out."""
    return "".join(secrets.choice(TOKEN_CHARACTERS) for _ in range(TOKEN_LENGTH))


def change_token(
    session: Session, session_id: uuid.UUID, *, actor_id: uuid.UUID, now: datetime
) -> ExamSession:
    """Replace the token; who has started already is not asked again.

    Raises NotFound, and Refusal for who sits in the session.
    """
    exam_session = get_watched(session, session_id, actor_id)
    exam_session.token = new_token()
    _record(session, "session.token_changed", exam_session, actor_id, now)
    return exam_session


def get_session(session: Session, session_id: uuid.UUID) -> ExamSession:
    """A session with its scheme. Raises NotFound."""
    found = session.scalar(_with_scheme().where(ExamSession.id == session_id))
    if found is None:
        raise NotFound
    return found


def list_sessions(session: Session, page: int = 1) -> SessionPage:
    """Sessions, the one that opens last first, in two statements."""
    total = session.scalar(sa.select(sa.func.count()).select_from(ExamSession)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    seats, papers = (
        sa.select(sa.func.count())
        .select_from(table)
        .where(table.session_id == ExamSession.id)
        .correlate(ExamSession)
        .scalar_subquery()
        for table in (Seat, SessionPaper)
    )
    rows = session.execute(
        _with_scheme()
        .add_columns(seats, papers)
        .order_by(ExamSession.opens_at.desc(), ExamSession.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return SessionPage([(row[0], row[1], row[2]) for row in rows], page, pages)


def _with_scheme() -> sa.Select[ExamSession]:
    return (
        sa.select(ExamSession)
        .join(ExamSession.scheme_version)
        .join(SchemeVersion.scheme)
        .options(contains_eager(ExamSession.scheme_version).contains_eager(SchemeVersion.scheme))
    )


def _record(
    session: Session,
    action: str,
    exam_session: ExamSession,
    actor_id: uuid.UUID | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action=action,
        subject_type="exam_session",
        subject_id=exam_session.id,
        actor_id=actor_id,
        now=now,
        detail={"title": exam_session.title},
    )
