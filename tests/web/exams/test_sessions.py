from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Blueprint, ExamSession
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
    "seed": "7",
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
}


@pytest.fixture
def manager(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


@pytest.fixture
def blueprint(manager: Browser, session: Session) -> Blueprint:
    """Two single choices of one unit, made on the page."""
    unit = make_unit(session)
    for _ in range(3):
        make_revision(session, criterion=unit.elements[0].criteria[0])
    version = make_scheme_version(session, units=[unit])
    field = f"n-{unit.id}-single_choice"
    manager.page(f"/kisi-kisi/baru/{version.id}", data={"title": "Naskah", field: "2"})
    return session.scalars(sa.select(Blueprint).where(Blueprint.title == "Naskah")).one()


def test_a_manager_plans_a_session_in_the_zone_of_the_place(
    manager: Browser, session: Session, blueprint: Blueprint
) -> None:
    page = manager.page("/sesi-ujian/baru", data={**PLAN, "blueprint": str(blueprint.id)})
    exam = session.scalars(sa.select(ExamSession)).one()
    assert exam.opens_at == datetime(DAY.year, DAY.month, DAY.day, 0, 0, tzinfo=UTC)
    assert exam.closes_at == exam.opens_at + timedelta(hours=3, minutes=30)
    text = page.get_text()
    assert "pukul 09.00 WIT" in text
    assert exam.token in text
    assert "Pilihan tunggal 2" in text


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"opens_time": "25.00"}, "Isi jam seperti 09.00"),
        ({"closes_time": "besok"}, "Isi jam seperti 09.00"),
        ({"closes_time": "08.00"}, "Waktu tutup harus sesudah waktu buka"),
        ({"opens_on-month": "13"}, "Isi tanggal"),
        ({"length_minutes": "0"}, "Isi lama ujian"),
        ({"timezone": "Mars/Olympus"}, "Pilih salah satu"),
        ({"seed": "-1"}, "Isi bilangan"),
        ({"blueprint": "x"}, ""),
    ],
)
def test_a_faulty_plan_keeps_what_was_typed(
    manager: Browser, session: Session, blueprint: Blueprint, fault: dict[str, str], message: str
) -> None:
    data = {**PLAN, "blueprint": str(blueprint.id), **fault}
    page = manager.page("/sesi-ujian/baru", data=data)
    assert message in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#title")["value"] == PLAN["title"]
    assert session.scalars(sa.select(ExamSession)).all() == []


def test_a_bank_that_is_too_small_is_said_at_the_form(
    manager: Browser, session: Session, blueprint: Blueprint
) -> None:
    for row in blueprint.rows:
        row.count = 50
    page = manager.page("/sesi-ujian/baru", data={**PLAN, "blueprint": str(blueprint.id)})
    assert "kurang 47 soal" in page.get_text()


def test_a_blueprint_without_questions_is_refused(manager: Browser, session: Session) -> None:
    version = make_scheme_version(session)
    assert version.scheme.title in manager.page("/kisi-kisi/baru").get_text()
    page = manager.page(f"/kisi-kisi/baru/{version.id}", data={"title": "Kosong"})
    assert "Isi jumlah soal" in page.select_one(".govuk-error-summary").get_text()
    field = f"n-{version.units[0].unit_id}-essay"
    page = manager.page(f"/kisi-kisi/baru/{version.id}", data={"title": "Salah", field: "dua"})
    assert "bilangan bulat" in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one(f"#{field}")["value"] == "dua"
    manager.page(f"/kisi-kisi/baru/{make_exam_session(session).id}", status=404)


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
