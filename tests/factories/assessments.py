"""Applications and assessments, brought as far along the way as a test wants, by the services."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.assessments.models import Application, Assessment, Decision
from lsp.assessments.rules.states import Result, Verdict
from lsp.assessments.services.applications import (
    attach_prerequisite,
    get_own_application,
    save_apl01,
    start_application,
    submit_application,
)
from lsp.assessments.services.assessing import (
    UnitChoice,
    agree,
    current_round,
    propose_agreement,
    recommend,
    review_self_assessment,
)
from lsp.assessments.services.assigning import assign
from lsp.assessments.services.checking import check_application
from lsp.assessments.services.decisions import cast_vote
from lsp.assessments.services.self_assessment import save_self_assessment, sign_self_assessment
from lsp.exams.models import Attempt, ExamSession, Mark, Seat
from lsp.exams.rules.kinds import AttemptState
from lsp.roles import Role
from lsp.settings import Settings
from lsp.skkni.models import SchemeVersion
from lsp.vault import Vault
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_revision
from tests.factories.portfolios import make_claim, make_evidence, make_judgement
from tests.factories.skkni import make_scheme_version

VAULT = Vault(
    Settings(
        instance=Path("nowhere"),
        secret_key="a key for the factory of assessments",
        data_keys=Fernet.generate_key().decode(),
    )
)

#: A complete APL.01, as the form keeps it.
APL01: dict[str, Any] = {
    "birth_place": "Surakarta",
    "birth_date": {"day": "27", "month": "3", "year": "1990"},
    "gender": "P",
    "nationality": "Indonesia",
    "address": "Jalan Uji 1, Surakarta",
    "phone": "0812000000",
    "education": "S1",
    "institution": "Kementerian Uji",
    "position": "Pranata Humas Ahli Pertama",
    "purpose": "Sertifikasi",
    "accommodation_needed": "no",
}

STEPS = (
    "started",
    "filled",
    "submitted",
    "accepted",
    "assigned",
    "reviewed",
    "offered",
    "agreed",
    "judged",
    "recommended",
)


@dataclass
class Way:
    """Everybody on the way of one application, and how far it is."""

    candidate: Person
    administrator: Person
    manager: Person
    assessor: Person
    committee: list[Person]
    version: SchemeVersion
    exam: ExamSession
    application: Application
    assessment: Assessment | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> Assessment:
        """The assessment, which this way must have reached."""
        assert self.assessment is not None
        return self.assessment


def make_way(session: Session, upto: str = "recommended", **people: Any) -> Way:
    """Walk an application from its start to one of STEPS."""
    version = people.pop("version", None) or make_scheme_version(session)
    units = [row.unit for row in version.units]
    revisions = [
        make_revision(session, criterion=unit.elements[0].criteria[0])
        for unit in units
        for _ in range(4)
        if unit.elements
    ]
    exam = make_exam_session(
        session, paper=make_paper(session, scheme_version=version, revisions=revisions)
    )
    candidate = people.get("candidate") or make_person(session)
    way = Way(
        candidate=candidate,
        administrator=make_person(session, Role.ADMINISTRATOR),
        manager=people.get("manager") or make_person(session, Role.MANAGER),
        assessor=people.get("assessor") or make_assessor(session),
        committee=[make_person(session, Role.COMMITTEE) for _ in range(3)],
        version=version,
        exam=exam,
        application=start_application(
            session, candidate_id=candidate.id, scheme_version_id=version.id, now=NOW
        ),
    )
    for step in STEPS[1 : STEPS.index(upto) + 1]:
        _WALK[step](session, way)
    return way


def make_assessor(session: Session, **values: Any) -> Person:
    """An assessor with a registration number."""
    return make_person(
        session, Role.ASSESSOR, **{"assessor_registration": "MET.000.000001 2024", **values}
    )


def fill(session: Session, way: Way) -> None:
    """Fill APL.01 and show a file for each prerequisite."""
    save_apl01(session, way.application, APL01, vault=VAULT)
    for row in way.application.prerequisites:
        evidence = make_evidence(session, owner=way.candidate, kind="prasyarat")
        attach_prerequisite(
            session, way.application, position=row.position, evidence_id=evidence.id
        )


def submit(session: Session, way: Way) -> Application:
    """Sign and hand in APL.01."""
    return submit_application(
        session,
        candidate_id=way.candidate.id,
        application_id=way.application.id,
        consent=True,
        vault=VAULT,
        today=NOW.date(),
        now=NOW,
    )


def accept(session: Session, way: Way) -> Application:
    """Find every prerequisite met."""
    return check_application(
        session,
        application_id=way.application.id,
        checker_id=way.administrator.id,
        verdict=Verdict.ACCEPT,
        prerequisites={row.position: (True, "") for row in way.application.prerequisites},
        note="",
        today=NOW.date(),
        now=NOW,
    )


def give(session: Session, way: Way) -> Assessment:
    """Give the application its assessor and its seat."""
    way.assessment = assign(
        session,
        application_id=way.application.id,
        manager_id=way.manager.id,
        assessor_id=way.assessor.id,
        exam_session_id=way.exam.id,
        now=NOW,
    )
    return way.assessment


def answer_self_assessment(session: Session, way: Way, *, competent: bool = True) -> None:
    """Answer every element of APL.02 and sign it."""
    for row in way.version.units:
        save_self_assessment(
            session,
            candidate_id=way.candidate.id,
            application_id=way.application.id,
            unit_slug=row.unit.slug,
            answered={element.id: competent for element in row.unit.elements},
            now=NOW,
        )
    sign_self_assessment(
        session, candidate_id=way.candidate.id, application_id=way.application.id, now=NOW
    )


def review(session: Session, way: Way) -> None:
    """Answer APL.02 and have it reviewed."""
    answer_self_assessment(session, way)
    review_self_assessment(
        session,
        assessor_id=way.assessor.id,
        assessment_id=way.given.id,
        may_go_on=True,
        note="",
        now=NOW,
    )


def offer(session: Session, way: Way) -> None:
    """The assessor signs AK.01."""
    propose_agreement(
        session,
        assessor_id=way.assessor.id,
        assessment_id=way.given.id,
        evidence_kinds=["verifikasi_portofolio", "tes_tulis"],
        now=NOW,
    )


def sign_agreement(session: Session, way: Way) -> None:
    """The candidate signs AK.01."""
    agree(session, candidate_id=way.candidate.id, application_id=way.application.id, now=NOW)


def judge(session: Session, way: Way, *, share: Decimal = Decimal(1)) -> None:
    """Accept evidence for each criterion and mark an exam with this share of the points."""
    for row in way.version.units:
        for element in row.unit.elements:
            for criterion in element.criteria:
                evidence = make_evidence(session, owner=way.candidate)
                claim = make_claim(session, evidence=evidence, criterion=criterion)
                make_judgement(session, claim=claim, assessor=way.assessor)
    mark_exam(session, way, share=share)


def mark_exam(session: Session, way: Way, *, share: Decimal = Decimal(1)) -> Attempt:
    """A sitting that ended and is marked, with this share of the points for each question."""
    seat = session.get_one(Seat, way.given.seat_id)
    attempt = Attempt(
        seat=seat,
        paper=way.exam.papers[0].paper,
        state=AttemptState.SUBMITTED,
        started_at=NOW,
        accepted_at=NOW,
        deadline=NOW + timedelta(hours=1),
        ended_at=NOW + timedelta(minutes=30),
        window=1,
        marked_at=NOW + timedelta(minutes=40),
    )
    session.add(attempt)
    session.flush()
    for question in way.exam.papers[0].paper.questions:
        session.add(
            Mark(
                attempt_id=attempt.id,
                position=question.position,
                number=1,
                score=question.max_score * share,
                max_score=question.max_score,
                at=NOW,
            )
        )
    session.flush()
    return attempt


def recommend_all(
    session: Session, way: Way, result: Result = Result.COMPETENT, note: str = ""
) -> Assessment:
    """Recommend the same on every unit."""
    return recommend(
        session,
        assessor_id=way.assessor.id,
        assessment_id=way.given.id,
        choices={
            row.unit_id: UnitChoice(result, ("portofolio", "tertulis"), note)
            for row in way.version.units
        },
        note="",
        now=NOW,
    )


def vote(
    session: Session, way: Way, member: Person, result: Result = Result.COMPETENT, **values: Any
) -> Decision | None:
    """One member's vote in the present round."""
    return cast_vote(
        session,
        **{
            "assessment_id": way.given.id,
            "member_id": member.id,
            "round": current_round(session, way.given.id),
            "vote": result,
            "reason": "Alasan uji",
            "quorum": 3,
            "today": NOW.date(),
            "now": NOW,
            **values,
        },
    )


def decide(session: Session, way: Way, result: Result = Result.COMPETENT) -> Decision:
    """All three members vote the same."""
    decisions = [vote(session, way, member, result) for member in way.committee]
    assert decisions[-1] is not None
    return decisions[-1]


def reload_application(session: Session, way: Way) -> Application:
    """The application as the database has it."""
    session.expire_all()
    return get_own_application(session, way.candidate.id, way.application.id)


_WALK: dict[str, Any] = {
    "filled": fill,
    "submitted": submit,
    "accepted": accept,
    "assigned": give,
    "reviewed": review,
    "offered": offer,
    "agreed": sign_agreement,
    "judged": judge,
    "recommended": recommend_all,
}
