"""Decisions and the certificates that follow from them."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.assessments.models import Application, Assessment, Decision, UnitRecommendation
from lsp.assessments.rules.states import ApplicationState, AssessmentState, Result
from lsp.certificates.models import Certificate
from lsp.certificates.rules import Printed, PrintedUnit
from lsp.certificates.services.issuing import issue_certificate
from lsp.roles import Role
from lsp.settings import Settings
from lsp.skkni.models import SchemeVersion
from lsp.storage import Storage
from tests.conftest import NOW
from tests.factories import number
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_seat
from tests.factories.skkni import make_scheme_version

UNITS = (
    PrintedUnit("KOM.PR02.014.01", "Melaksanakan Konferensi Pers"),
    PrintedUnit("KOM.PR02.036.01", "Memberikan Konseling"),
)


def make_printed(**values: Any) -> Printed:
    """The words of one certificate."""
    return Printed(
        **{
            "number": "0000042 2026",
            "registration_number": "HUMAS 00042 2026",
            "holder_name": "Sri Wahyuni, S.I.Kom.",
            "field_id": "Hubungan Masyarakat",
            "field_en": "Public Relations",
            "scheme_number": "SKM/UJI/01",
            "scheme_title": "Skema Uji",
            "scheme_title_en": "Test Scheme",
            "is_demonstration": False,
            "standards": ("KEP.39/MEN/II/2008",),
            "units": UNITS,
            "issued_on": date(2026, 11, 23),
            "expires_on": date(2029, 11, 23),
            "validity_years": 3,
            "lsp_name": "LSP Humas Uji",
            "lsp_licence": "BNSP-LSP-0000-ID",
            "city": "Jakarta",
            "director": "Ketua Uji",
            "certification_manager": "Manajer Uji",
            "check_address": "https://lsp.contoh.test/c/AAAQEAYEAUDAOCAJ",
            "check_code": "7KQ-2MX",
            **values,
        }
    )


def make_decision(
    session: Session,
    *,
    result: Result = Result.COMPETENT,
    candidate: Person | None = None,
    version: SchemeVersion | None = None,
) -> Decision:
    """A committee's decision on a candidate, with everything it hangs on."""
    n = number()
    version = version or make_scheme_version(session)
    candidate = candidate or make_person(session)
    assessor = make_person(session, Role.ASSESSOR)
    application = Application(
        candidate=candidate,
        scheme_version=version,
        state=ApplicationState.ACCEPTED,
        purpose="Sertifikasi",
        submitted_at=NOW,
        registration_number=f"REG/{n}",
        created_at=NOW,
    )
    paper = make_paper(session, scheme_version=version)
    seat = make_seat(
        session, candidate=candidate, exam_session=make_exam_session(session, paper=paper)
    )
    assessment = Assessment(
        application=application,
        assessor=assessor,
        seat=seat,
        state=AssessmentState.DECIDED,
        assigned_by_id=make_person(session, Role.MANAGER).id,
        assigned_at=NOW,
        recommendation=result,
        recommended_at=NOW,
    )
    assessment.units = [
        UnitRecommendation(unit_id=row.unit_id, round=1, result=result) for row in version.units
    ]
    decision = Decision(
        assessment=assessment,
        round=1,
        result=result,
        minutes_number=f"BA/{n}/PLENO/2026",
        decided_on=NOW.date(),
        decided_at=NOW,
    )
    session.add(decision)
    session.flush()
    return decision


def make_certificate(
    session: Session, settings: Settings, *, manager: Person | None = None, **values: Any
) -> Certificate:
    """A certificate issued by the service, with its PDF in the storage."""
    return issue_certificate(
        session,
        decision_id=make_decision(session, **values).id,
        manager_id=(manager or make_person(session, Role.MANAGER)).id,
        settings=settings,
        storage=Storage(settings.files),
        now=NOW,
    )
