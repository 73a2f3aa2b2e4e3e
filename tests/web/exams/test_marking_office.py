"""The manager's pages of a session's marking, and the head marker's."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import Attempt, ExamSession, MarkerTask, Script, SessionMarker
from lsp.exams.rules.kinds import ItemType, MarkingRole
from lsp.exams.rules.marking import answer_code
from lsp.exams.services.marking import mark_attempt
from lsp.exams.services.results import rely_on_result
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)


@pytest.fixture
def exam(session: Session) -> ExamSession:
    """A session marked twice throughout, with three essays handed in."""
    revision = make_revision(session, type=ItemType.ESSAY)
    exam = make_exam_session(
        session, paper=make_paper(session, revisions=[revision]), double_marked_percent=100
    )
    for _ in range(3):
        candidate = make_person(session, full_name="Nama Rahasia")
        seat = make_seat(session, exam_session=exam, candidate=candidate)
        attempt = make_ended_attempt(session, seat=seat, answers={1: {"text": "Jawaban"}})
        mark_attempt(session, attempt.id, NOW)
    return exam


@pytest.fixture
def staff(session: Session) -> list[Person]:
    names = ("Agus Priyanto", "Budi Santoso", "Citra Lestari", "Dian Ketua")
    return [make_person(session, Role.ASSESSOR, full_name=name) for name in names]


@pytest.fixture
def manager(session: Session, new_browser: Callable[..., Browser]) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


@pytest.fixture
def spread(manager: Browser, exam: ExamSession, staff: list[Person]) -> None:
    choose(manager, exam, staff, head=staff[-1])


def choose(browser: Browser, exam: ExamSession, staff: list[Person], head: Person | None):
    return browser.page(
        f"/sesi-ujian/{exam.id}/penilai",
        data={"markers": [str(p.id) for p in staff], "head": str(head.id) if head else ""},
    )


def script(session: Session) -> Script:
    return session.scalars(sa.select(Script).order_by(Script.id).limit(1)).one()


def mark_as(new_browser, session: Session, role: MarkingRole, score: str) -> None:
    one = script(session)
    task = session.scalars(
        sa.select(MarkerTask).where(MarkerTask.script_id == one.id, MarkerTask.role == role)
    ).one()
    browser = new_browser(session.get_one(Person, task.marker_id))
    browser.page(
        f"/penilaian-ujian/jawaban/{one.id}", data={"aspect-1": score, "comment": "Alasan"}
    )


def test_a_manager_chooses_markers_and_the_answers_are_spread(
    manager: Browser, session: Session, exam: ExamSession, staff: list[Person]
) -> None:
    assert "3 jawaban kurang penilai" in manager.page(f"/sesi-ujian/{exam.id}").get_text()
    page = choose(manager, exam, staff, head=staff[-1])
    assert "6 tugas menilai dibagi" in page.get_text()
    text = page.get_text()
    assert all(person.full_name in text for person in staff)
    assert "Nama Rahasia" not in text
    again = manager.page(f"/sesi-ujian/{exam.id}/penilai")
    assert len(again.select("input[name=markers][checked]")) == 4
    assert "kurang penilai" not in manager.page(f"/sesi-ujian/{exam.id}").get_text()


def test_too_few_markers_are_told(manager: Browser, exam: ExamSession, staff: list[Person]) -> None:
    page = choose(manager, exam, staff[:1], head=None)
    assert "3 tugas belum mendapat penilai" in page.get_text()
    assert "penilai kedua belum ada" in page.get_text()
    page = manager.page(f"/sesi-ujian/{exam.id}/penilaian/bagi", data={})
    assert "3 tugas belum mendapat penilai" in page.get_text()


def test_markers_that_cannot_be_are_explained_and_nothing_is_lost(
    manager: Browser, session: Session, exam: ExamSession, staff: list[Person]
) -> None:
    page = choose(manager, exam, [], head=None)
    assert "Pilih paling sedikit satu penilai" in page.select_one(".govuk-error-summary").get_text()
    page = choose(manager, exam, staff[:2], head=staff[2])
    assert "harus termasuk" in page.select_one(".govuk-error-summary").get_text()
    assert len(page.select("input[name=markers][checked]")) == 2
    page = manager.page(f"/sesi-ujian/{exam.id}/penilai", data={"markers": "x", "head": "x"})
    assert page.select_one(".govuk-error-summary")
    assert session.scalars(sa.select(SessionMarker)).all() == []


@pytest.mark.usefixtures("spread")
def test_a_disagreement_shows_both_marks_to_the_manager_and_to_no_marker(
    manager: Browser,
    session: Session,
    new_browser: Callable[..., Browser],
    exam: ExamSession,
    staff: list[Person],
) -> None:
    mark_as(new_browser, session, MarkingRole.FIRST, "1")
    mark_as(new_browser, session, MarkingRole.SECOND, "4")
    page = manager.page(f"/sesi-ujian/{exam.id}/penilaian")
    row = page.find("th", string=answer_code(script(session).id)).parent
    assert "1 dan 4 dari 4" in row.get_text()
    assert "Dian Ketua, penilai ketiga: belum menilai" in row.get_text()
    head = new_browser(staff[-1])
    page = head.page(f"/penilaian-ujian/jawaban/{script(session).id}")
    assert "Alasan" not in page.select_one("#comment").get_text()
    assert "Nilai Anda sebelumnya" not in page.get_text()
    both = make_person(session, Role.ASSESSOR, Role.MANAGER)
    choose(manager, exam, [*staff, both], head=staff[-1])
    page = new_browser(both).page(f"/sesi-ujian/{exam.id}/penilaian")
    assert "1 dan 4 dari 4" not in page.get_text()
    assert "tidak diperlihatkan kepada Anda" in page.get_text()


@pytest.mark.usefixtures("spread")
def test_the_record_of_an_answer_keeps_everything_that_was_given(
    manager: Browser,
    session: Session,
    new_browser: Callable[..., Browser],
    exam: ExamSession,
    staff: list[Person],
) -> None:
    base = f"/sesi-ujian/{exam.id}/penilaian"
    mark_as(new_browser, session, MarkingRole.FIRST, "2,5")
    mark_as(new_browser, session, MarkingRole.FIRST, "3")
    mark_as(new_browser, session, MarkingRole.SECOND, "3,25")
    code = answer_code(script(session).id)
    link = manager.page(f"{base}/selesai").find("a", string=code)
    page = manager.page(link["href"])
    given, marks = page.select("table")
    assert [row.select("td")[1].get_text(strip=True) for row in given.select("tbody tr")] == [
        "2,5 dari 4",
        "3 dari 4",
        "3,25 dari 4",
    ]
    assert "3,125 dari 4" in marks.get_text()
    assert "Nama Rahasia" not in page.get_text()
    both = make_person(session, Role.ASSESSOR, Role.MANAGER)
    choose(manager, exam, [*staff, both], head=staff[-1])
    assert not new_browser(both).page(f"{base}/selesai").find("a", string=code)
    new_browser(both).page(link["href"], status=404)


@pytest.mark.usefixtures("spread")
def test_what_a_recommendation_rests_on_is_marked_again_by_two_people(
    manager: Browser, session: Session, new_browser: Callable[..., Browser], exam: ExamSession
) -> None:
    mark_as(new_browser, session, MarkingRole.FIRST, "3")
    mark_as(new_browser, session, MarkingRole.SECOND, "3")
    one = script(session)
    rely_on_result(session, session.get_one(Attempt, one.attempt_id).seat_id, NOW)
    first = session.scalars(
        sa.select(MarkerTask).where(
            MarkerTask.script_id == one.id, MarkerTask.role == MarkingRole.FIRST
        )
    ).one()
    marker = new_browser(session.get_one(Person, first.marker_id))
    address = f"/penilaian-ujian/jawaban/{one.id}"
    page = marker.page(address)
    assert "tidak bisa mengubahnya sendiri" in page.get_text()
    assert answer_code(one.id) in page.find(id="penilaian").parent.get_text()
    assert not page.select("main form")
    record = f"/sesi-ujian/{exam.id}/penilaian/{one.id}"
    button = manager.page(record).find("a", string=re.compile("Buka lagi penilaian"))
    refused = manager.page(button["href"], data={"reason": ""})
    assert "Isi alasan penilaian dibuka lagi" in refused.select_one(".govuk-error-summary").text
    done = manager.page(button["href"], data={"reason": "Aspek isi terlewat"})
    assert "Aspek isi terlewat" in done.get_text()
    assert not done.find("a", string=re.compile("Buka lagi penilaian"))
    assert "Aspek isi terlewat" in marker.page(address).get_text()
    mark_as(new_browser, session, MarkingRole.FIRST, "1")
    assert "1 dari 4" in manager.page(record).get_text()
    auditor = new_browser(make_person(session, Role.AUDITOR))
    assert not auditor.page(record).find("a", string=re.compile("Buka lagi penilaian"))
    auditor.page(button["href"], status=403)
    marker.page(button["href"], status=403)


@pytest.mark.usefixtures("spread")
def test_a_control_script_is_agreed_marked_and_shown_as_a_deviation(
    manager: Browser,
    session: Session,
    new_browser: Callable[..., Browser],
    exam: ExamSession,
    staff: list[Person],
) -> None:
    head = new_browser(staff[-1])
    exam.double_marked_percent = 100
    session.commit()
    link = head.page("/penilaian-ujian").find("a", string=f"Jawaban kontrol {exam.title}")
    assert len(head.page(link["href"]).select("tbody tr")) == 3
    one = script(session)
    address = f"/penilaian-ujian/kontrol/{one.id}"
    refused = head.page(address, data={"aspect-1": "5", "comment": "Tepat"})
    assert refused.select_one(".govuk-error-summary")
    page = head.page(address, data={"aspect-1": "3", "comment": "Tepat"})
    assert "menjadi jawaban kontrol" in page.get_text()
    assert "3 dari 4" in head.page(address).get_text()
    other = session.scalars(sa.select(Script.id).where(Script.id != one.id)).first()
    refused = head.page(f"/penilaian-ujian/kontrol/{other}", data={"aspect-1": "0", "comment": "-"})
    assert "Paling banyak 20%" in refused.select_one(".govuk-error-summary").get_text()
    marker = new_browser(staff[0])
    page = marker.page(f"/penilaian-ujian/jawaban/{one.id}")
    assert "kontrol" not in str(page.main).lower()
    marker.page(f"/penilaian-ujian/jawaban/{one.id}", data={"aspect-1": "4", "comment": ""})
    page = manager.page(f"/sesi-ujian/{exam.id}/penilaian")
    assert "1 jawaban kontrol dinilai setiap penilai" in page.get_text()
    row = page.find("th", string="Agus Priyanto").parent.get_text()
    assert "0 dari 1" in row
    assert "+25%" in row
    assert "Melewati batas" in row


@pytest.mark.usefixtures("spread")
def test_a_marker_is_stopped_with_a_reason(
    manager: Browser,
    session: Session,
    new_browser: Callable[..., Browser],
    exam: ExamSession,
    staff: list[Person],
) -> None:
    address = f"/sesi-ujian/{exam.id}/penilai/{staff[0].id}/hentikan"
    page = manager.page(address, data={"reason": "", "marks_anew": "y"})
    assert "Isi alasan" in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#marks_anew").has_attr("checked")
    page = manager.page(address, data={"reason": "Terlalu longgar", "marks_anew": "y"})
    text = page.get_text()
    assert "Dihentikan" in text
    assert "Terlalu longgar" in text
    assert "Tidak ada jawaban" in new_browser(staff[0]).page("/penilaian-ujian").get_text()
    page = manager.page(address, data={"reason": "Lagi", "marks_anew": "y"})
    assert "sudah dihentikan" in page.get_text()


@pytest.mark.usefixtures("spread")
def test_the_auditor_reads_and_changes_nothing(
    session: Session, new_browser: Callable[..., Browser], exam: ExamSession, staff: list[Person]
) -> None:
    auditor = new_browser(make_person(session, Role.AUDITOR))
    page = auditor.page(f"/sesi-ujian/{exam.id}/penilaian")
    assert "Agus Priyanto" in page.get_text()
    assert not page.select("main form")
    auditor.page(f"/sesi-ujian/{exam.id}/penilai", status=403)
    auditor.page(f"/sesi-ujian/{exam.id}/penilaian/bagi", data={}, status=403)
    auditor.page(f"/sesi-ujian/{exam.id}/penilai/{staff[0].id}/hentikan", status=403)
