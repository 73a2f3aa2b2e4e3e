"""Items, papers, sessions and seats."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import (
    Answer,
    Attempt,
    Blueprint,
    ExamSession,
    Item,
    ItemRevision,
    KeyChange,
    KeyProposal,
    Paper,
    PaperQuestion,
    Seat,
    SessionPaper,
)
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import AttemptState, CognitiveLevel, ItemState, ItemType
from lsp.skkni.models import Criterion, SchemeVersion
from tests.conftest import NOW
from tests.factories import number
from tests.factories.accounts import make_person
from tests.factories.skkni import make_scheme_version, make_unit

#: Content and key of one question of each type, as the bank stores them (see exams.rules.items).
SAMPLES: dict[ItemType, tuple[dict[str, Any], dict[str, Any]]] = {
    ItemType.SINGLE_CHOICE: (
        {"choices": [{"id": c, "text": f"Pilihan {c}"} for c in "abcd"]},
        {"correct": ["b"]},
    ),
    ItemType.MULTIPLE_CHOICE: (
        {"choices": [{"id": c, "text": f"Pilihan {c}"} for c in "abcde"]},
        {"correct": ["a", "c"]},
    ),
    ItemType.TRUE_FALSE: ({}, {"answer": True}),
    ItemType.SHORT_ANSWER: ({}, {"accepted": ["siaran pers"], "case_sensitive": False}),
    ItemType.NUMERICAL: ({"unit": "orang"}, {"value": "25", "tolerance": "0"}),
    ItemType.MATCHING: (
        {
            "left": [{"id": "1", "text": "Kiri 1"}, {"id": "2", "text": "Kiri 2"}],
            "right": [{"id": c, "text": f"Kanan {c}"} for c in "abc"],
        },
        {"pairs": {"1": "b", "2": "a"}},
    ),
    ItemType.ESSAY: (
        {"max_words": 250},
        {"rubric": [{"aspect": "Isi", "points": 4}], "model_answer": "Contoh jawaban"},
    ),
    ItemType.ORDERING: (
        {"rows": [{"id": c, "text": f"Langkah {c}"} for c in "abcd"]},
        {"order": ["c", "a", "d", "b"]},
    ),
    ItemType.GAP_FILL: (
        {
            "gaps": [
                {"id": "1", "kind": "text"},
                {
                    "id": "2",
                    "kind": "choice",
                    "choices": [{"id": c, "text": f"Isi {c}"} for c in "abc"],
                },
                {"id": "3", "kind": "number", "unit": "menit"},
            ]
        },
        {
            "gaps": {
                "1": {"accepted": ["siaran pers"], "case_sensitive": False, "weight": "2"},
                "2": {"correct": ["c"], "weight": "1"},
                "3": {"value": "15", "tolerance": "5", "weight": "1"},
            }
        },
    ),
    ItemType.HOTSPOT: (
        {"picture": "denah.png", "width": 400, "height": 300, "alt": "Denah ruang"},
        {
            "areas": [
                {"id": "a", "shape": "rect", "coords": [10, 20, 60, 80]},
                {"id": "b", "shape": "circle", "coords": [200, 150, 25]},
                {"id": "c", "shape": "poly", "coords": [300, 200, 380, 200, 340, 280]},
            ]
        },
    ),
    ItemType.FILE_UPLOAD: (
        {"kinds": ["pdf", "docx"], "max_megabytes": 5},
        {"rubric": [{"aspect": "Isi", "points": 4}], "model_answer": "Contoh berkas"},
    ),
    ItemType.ORAL: (
        {},
        {"rubric": [{"aspect": "Isi", "points": 4}], "model_answer": "Contoh jawaban"},
    ),
}

#: A right answer to each of them; essay and file are for a person to judge, oral has none.
RIGHT: dict[ItemType, dict[str, Any]] = {
    ItemType.SINGLE_CHOICE: {"choice": "b"},
    ItemType.MULTIPLE_CHOICE: {"choices": ["a", "c"]},
    ItemType.TRUE_FALSE: {"value": True},
    ItemType.SHORT_ANSWER: {"text": "Siaran  pers"},
    ItemType.NUMERICAL: {"text": "25 orang"},
    ItemType.MATCHING: {"pairs": {"1": "b", "2": "a"}},
    ItemType.ESSAY: {"text": "Jawaban esai asesi."},
    ItemType.ORDERING: {"order": ["c", "a", "d", "b"]},
    ItemType.GAP_FILL: {"gaps": {"1": "Siaran pers", "2": "c", "3": "12"}},
    ItemType.HOTSPOT: {"point": [200, 150]},
    ItemType.FILE_UPLOAD: {
        "file": "5b0c6a3e-58a3-4b6e-9c52-1f4e6a4f2d11",
        "name": "laporan.pdf",
    },
}

#: What a stem needs besides its question.
GAPS = {ItemType.GAP_FILL: "\n\nTulis [[1]] dengan [[2]] dalam [[3]]."}

#: The questions of the paper that ``make_paper`` makes, in order.
IN_PAPER = [
    ItemType.SINGLE_CHOICE,
    ItemType.MULTIPLE_CHOICE,
    ItemType.TRUE_FALSE,
    ItemType.SHORT_ANSWER,
    ItemType.NUMERICAL,
    ItemType.MATCHING,
    ItemType.ESSAY,
]


def png(width: int, height: int, colour: str = "white") -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def make_revision(
    session: Session,
    *,
    type: ItemType = ItemType.SINGLE_CHOICE,  # noqa: A002
    criterion: Criterion | None = None,
    **values: Any,
) -> ItemRevision:
    """The first revision of a new, active item."""
    n = number()
    criterion = criterion or make_unit(session).elements[0].criteria[0]
    content, key = SAMPLES[type]
    item = Item(
        identifier=f"UJI-{n:04}",
        state=ItemState.ACTIVE,
        criterion_id=criterion.id,
        level=CognitiveLevel.C3,
        created_at=NOW,
    )
    revision = ItemRevision(
        **{
            "item": item,
            "number": 1,
            "type": type,
            "title": f"Soal uji {n}",
            "stem": f"Pertanyaan uji {n}?" + GAPS.get(type, ""),
            "content": content,
            "key": key,
            "max_score": Decimal(4) if RULES[type].needs_person else Decimal(1),
            "created_at": NOW,
            **values,
        }
    )
    session.add(revision)
    session.flush()
    return revision


def make_paper(
    session: Session,
    *,
    scheme_version: SchemeVersion | None = None,
    revisions: list[ItemRevision] | None = None,
) -> Paper:
    """A paper of these questions; by default one of each type in IN_PAPER."""
    version = scheme_version or make_scheme_version(session)
    unit = version.units[0].unit
    revisions = revisions or [
        make_revision(session, type=type_, criterion=unit.elements[0].criteria[0])
        for type_ in IN_PAPER
    ]
    paper = Paper(
        blueprint=Blueprint(
            scheme_version=version, title="Kisi-kisi uji", length=len(revisions), created_at=NOW
        ),
        seed=1,
        created_at=NOW,
    )
    paper.questions = [
        PaperQuestion(position=i, revision=revision, max_score=revision.max_score)
        for i, revision in enumerate(revisions, 1)
    ]
    session.add(paper)
    session.flush()
    return paper


def make_exam_session(
    session: Session, *, paper: Paper | None = None, **values: Any
) -> ExamSession:
    """A session open since an hour, for a day."""
    paper = paper or make_paper(session)
    exam_session = ExamSession(
        **{
            "title": "Ujian uji",
            "scheme_version": paper.blueprint.scheme_version,
            "papers": [SessionPaper(number=1, paper=paper)],
            "place": "TUK Uji",
            "opens_at": NOW - timedelta(hours=1),
            "closes_at": NOW + timedelta(hours=23),
            "length_minutes": 60,
            "token": "HUMAS",
            "created_at": NOW,
            **values,
        }
    )
    session.add(exam_session)
    session.flush()
    return exam_session


def make_seat(
    session: Session,
    *,
    candidate: Person | None = None,
    exam_session: ExamSession | None = None,
    **values: Any,
) -> Seat:
    """A seat cleared to start."""
    exam_session = exam_session or make_exam_session(session)
    seat = Seat(
        **{
            "session": exam_session,
            "paper": exam_session.papers[0].paper,
            "candidate": candidate or make_person(session),
            "cleared_at": NOW,
            "created_at": NOW,
            **values,
        }
    )
    session.add(seat)
    session.flush()
    return seat


def make_attempt(
    session: Session,
    *,
    seat: Seat | None = None,
    answers: dict[int, dict[str, Any] | None] | None = None,
    **values: Any,
) -> Attempt:
    """An attempt started now at a seat, with these responses by position; open unless said."""
    seat = seat or make_seat(session)
    attempt = Attempt(
        **{
            "seat": seat,
            "paper_id": seat.paper_id,
            "state": AttemptState.OPEN,
            "started_at": NOW,
            "accepted_at": NOW,
            "deadline": NOW + timedelta(minutes=seat.session.length_minutes),
            **values,
        }
    )
    session.add(attempt)
    session.flush()
    session.add_all(
        Answer(attempt_id=attempt.id, position=position, seq=1, response=response, saved_at=NOW)
        for position, response in (answers or {}).items()
    )
    session.flush()
    return attempt


def make_ended_attempt(session: Session, **values: Any) -> Attempt:
    """An attempt handed in; by default every question of ``make_paper`` answered right."""
    values.setdefault("answers", {n: RIGHT[type_] for n, type_ in enumerate(IN_PAPER, 1)})
    return make_attempt(session, state=AttemptState.SUBMITTED, ended_at=NOW, **values)


def make_key_change(
    session: Session,
    revision: ItemRevision,
    kind: Correction = Correction.NEW_KEY,
    key: dict[str, Any] | None = None,
    number: int = 1,
) -> KeyChange:
    """A correction in force, proposed and confirmed by two people; nothing is marked anew."""
    proposer, actor = make_person(session), make_person(session)
    proposal = KeyProposal(
        revision=revision,
        kind=kind,
        key=key,
        reason="Kuncinya salah",
        proposed_by_id=proposer.id,
        proposed_at=NOW,
        closed_at=NOW,
        closed_by_id=actor.id,
    )
    session.add(proposal)
    session.flush()
    change = KeyChange(
        revision_id=revision.id,
        number=number,
        proposal_id=proposal.id,
        kind=kind,
        key=key,
        old_key=revision.key,
        reason=proposal.reason,
        proposed_by_id=proposer.id,
        actor_id=actor.id,
        at=NOW,
        attempts=0,
    )
    session.add(change)
    session.flush()
    return change
