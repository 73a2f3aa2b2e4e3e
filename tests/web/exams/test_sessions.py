from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ExamSession, Paper, SessionPaper
from lsp.exams.rules.assembling import exactly
from lsp.exams.services.assembling import PaperOrder, assemble_papers
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_exam_session,
    make_revision,
)
from tests.factories.skkni import make_scheme_version, make_unit

DAY = NOW + timedelta(days=7)
PLAN = {
    "title": "Ujian tulis Ambon",
    "place": "TUK Ambon",
    "timezone": "Asia/Jayapura",
    "opens_on-day": str(DAY.day),
    "opens_on-month": str(DAY.month),
    "opens_on-year": str(DAY.year),
    "opens_time": "09.00",
    "closes_on-day": str(DAY.day),
    "closes_on-month": str(DAY.month),
    "closes_on-year": str(DAY.year),
    "closes_time": "12:30",
    "length_minutes": "90",
    "double_marked_percent": "30",
}


@pytest.fixture
def manager(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


@pytest.fixture
def papers(session: Session) -> list[Paper]:
    """Two parallel papers of two single choices each."""
    unit = make_unit(session)
    for _ in range(4):
        make_revision(session, criterion=unit.elements[0].criteria[0])
    version = make_scheme_version(session, units=[unit])
    draft = BlueprintDraft("Naskah", [exactly(2, unit.id)])
    blueprint = make_blueprint(session, scheme_version_id=version.id, draft=draft, now=NOW)
    order = PaperOrder(5, papers=2)
    return assemble_papers(session, blueprint_id=blueprint.id, order=order, now=NOW)


def address(papers: list[Paper]) -> str:
    return f"/naskah/{papers[0].batch_id}/sesi/baru"


def test_a_manager_plans_a_session_in_the_zone_of_the_place(
    manager: Browser, session: Session, papers: list[Paper]
) -> None:
    assert "2 naskah" in manager.page("/sesi-ujian/baru").get_text()
    form = manager.page(address(papers))
    assert len(form.select("input[name=papers][checked]")) == 2
    both = [str(paper.id) for paper in papers]
    page = manager.page(address(papers), data={**PLAN, "papers": both})
    exam = session.scalars(sa.select(ExamSession)).one()
    assert exam.opens_at == datetime(DAY.year, DAY.month, DAY.day, 0, 0, tzinfo=UTC)
    assert exam.closes_at == exam.opens_at + timedelta(hours=3, minutes=30)
    assert [str(held.paper_id) for held in exam.papers] == both
    assert (exam.double_marked_percent, exam.marking_tolerance_percent) == (30, 20)
    text = page.get_text()
    assert "pukul 09.00 WIT" in text
    assert exam.token in text
    assert text.count("Pilihan tunggal 2") == 2
    assert "30% peserta" in text


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"opens_time": "25.00"}, "Isi jam seperti 09.00"),
        ({"closes_time": "besok"}, "Isi jam seperti 09.00"),
        ({"closes_time": "08.00"}, "Waktu tutup harus sesudah waktu buka"),
        ({"opens_on-month": "13"}, "Isi tanggal"),
        ({"length_minutes": "0"}, "Isi lama ujian"),
        ({"timezone": "Mars/Olympus"}, "Pilih salah satu"),
        ({"double_marked_percent": "101"}, "Isi 0 sampai 100 persen"),
        ({"papers": []}, "Pilih paling sedikit satu naskah"),
        ({"papers": ["x"]}, ""),
    ],
)
def test_a_faulty_plan_keeps_what_was_typed(
    manager: Browser, session: Session, papers: list[Paper], fault: dict, message: str
) -> None:
    data = {**PLAN, "papers": [str(papers[0].id)], **fault}
    page = manager.page(address(papers), data=data)
    assert message in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#title")["value"] == PLAN["title"]
    assert session.scalars(sa.select(ExamSession)).all() == []


def test_a_session_page_costs_the_same_for_many_papers(
    manager: Browser, session: Session, statements: list[str], papers: list[Paper]
) -> None:
    counts = []
    for chosen in (papers[:1], papers):
        exam = make_exam_session(
            session,
            paper=papers[0],
            papers=[SessionPaper(number=n, paper=paper) for n, paper in enumerate(chosen, 1)],
        )
        session.commit()
        statements.clear()
        manager.page(f"/sesi-ujian/{exam.id}")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_sessions_are_listed_with_their_state(manager: Browser, session: Session) -> None:
    make_exam_session(session, title="Sesi uji hari ini")
    text = manager.page("/sesi-ujian").get_text()
    assert "Sesi uji hari ini" in text
    assert "Sedang dibuka" in text


def test_the_token_is_for_managers_and_invigilators(
    manager: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    exam = make_exam_session(session)
    auditor = new_browser(make_person(session, Role.AUDITOR))
    assert "HUMAS" in manager.page(f"/sesi-ujian/{exam.id}").get_text()
    assert "HUMAS" not in auditor.page(f"/sesi-ujian/{exam.id}").get_text()
    manager.page(f"/sesi-ujian/{exam.id}/token", data={})
    assert exam.token != "HUMAS"
    auditor.page(f"/sesi-ujian/{exam.id}/ruang", status=403)
