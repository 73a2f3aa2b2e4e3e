"""A room through its troubles, with the invigilator and the candidate each at a browser of their own."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.clock import Clock
from lsp.exams.models import Answer, Attempt, ExamSession, Presence
from lsp.exams.rules.answer_files import file_key, signature
from lsp.exams.rules.journal import first_seq
from lsp.exams.rules.seb import config_key, make_settings
from lsp.roles import Role
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat

pytestmark = pytest.mark.browser

QUESTIONS = 4


@pytest.fixture
def seat(server):
    now = Clock().now()
    with server.transaction() as session:
        paper = make_paper(session, revisions=[make_revision(session) for _ in range(QUESTIONS)])
        exam = make_exam_session(
            session,
            paper=paper,
            opens_at=now - timedelta(hours=2),
            closes_at=now + timedelta(hours=2),
        )
        seat = make_seat(session, exam_session=exam, cleared_at=now)
        assert seat.candidate.full_name
        return seat


@pytest.fixture
def candidate(new_context, seat):
    """The candidate, at the first question."""
    page = new_context(seat.candidate).new_page()
    page.goto(f"/ujian/{seat.id}/mulai")
    page.get_by_label("Token ujian").fill("humas")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    return page


@pytest.fixture
def room(new_context, server, seat):
    """The invigilator, at the room's page."""
    with server.transaction() as session:
        invigilator = make_person(session, Role.INVIGILATOR)
        assert invigilator.full_name
    page = new_context(invigilator, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"/sesi-ujian/{seat.session_id}/ruang")
    return page


def cell(room, name):
    """A cell of the one seat; the script keeps it up to date."""
    return room.locator(f"#room [data-cell={name}]")


def answer(page, letter):
    page.locator(f"#answer-{letter}").check()
    expect(page.locator("#save-state")).to_have_text(re.compile(r"Tersimpan \d\d\.\d\d"))


def change(server, statement):
    with server.transaction() as session:
        session.execute(statement)


def act(room, link, reason, button):
    """Follow a link of the page, say why, press the button."""
    room.get_by_text(link, exact=True).click()
    room.get_by_label("Alasan", exact=True).fill(reason)
    room.get_by_role("button", name=button, exact=True).click()


def attempt_of(server, seat):
    with server.transaction() as session:
        return session.scalars(sa.select(Attempt).where(Attempt.seat_id == seat.id)).one()


def test_the_room_sees_a_candidate_answer_go_offline_and_come_back(server, seat, candidate, room):
    expect(cell(room, "state")).to_have_text("Mengerjakan")
    answer(candidate, "b")
    expect(cell(room, "question")).to_have_text(
        f"Soal 1; 1 dari {QUESTIONS} dijawab", timeout=45_000
    )
    candidate.context.set_offline(True)
    # A minute of silence, without waiting for it.
    past = Clock().now() - timedelta(minutes=5)
    change(server, sa.update(Answer).values(saved_at=past))
    change(server, sa.update(Presence).values(seen_at=past))
    expect(cell(room, "seen")).to_contain_text("tidak terhubung sejak")
    expect(room.locator("#attention-list")).to_contain_text("tidak terhubung sejak")
    expect(room.locator("#announcement")).to_contain_text(seat.candidate.full_name)
    candidate.context.set_offline(False)
    expect(cell(room, "seen")).not_to_contain_text("tidak terhubung", timeout=45_000)
    expect(room.locator("#attention")).to_be_hidden()


def test_ten_minutes_come_at_minute_58_and_a_pause_gives_its_time_back(
    server, seat, candidate, room
):
    answer(candidate, "b")
    now = Clock().now()
    change(
        server,
        sa.update(Attempt).values(
            started_at=now - timedelta(minutes=58), deadline=now + timedelta(minutes=2)
        ),
    )
    expect(cell(room, "left")).to_have_text(re.compile(r"1 menit \d+ detik"))
    room.get_by_text("Tambah waktu seluruh ruang").click()
    room.get_by_label("Tambahan waktu").fill("10")
    room.get_by_label("Alasan", exact=True).fill("Listrik padam")
    room.get_by_role("button", name="Tambah waktu").click()
    expect(cell(room, "left")).to_have_text("12 menit")
    candidate.locator("#answer-c").check()
    expect(candidate.locator("#time-left")).to_have_text(re.compile(r"00\.1[12]\.\d\d"))

    act(room, "Jeda seluruh ruang", "Gempa", "Jeda")
    expect(cell(room, "state")).to_have_text("Dijeda")
    assert attempt_of(server, seat).paused_at is not None
    act(room, "Lanjutkan seluruh ruang", "Aman", "Lanjutkan")
    expect(cell(room, "state")).to_have_text("Mengerjakan")
    assert attempt_of(server, seat).paused_at is None


def test_a_candidate_goes_on_at_another_device(server, seat, candidate, room, new_context):
    answer(candidate, "b")
    room.get_by_role("link", name=seat.candidate.full_name).click()
    act(room, "Pindah ke perangkat lain", "Laptop mati", "Pindahkan")
    expect(room.locator("main")).to_contain_text("pindah perangkat. Laptop mati")
    candidate.reload()
    expect(candidate.get_by_role("heading", level=1)).to_contain_text("Masuk")
    other = new_context(seat.candidate).new_page()
    other.goto(f"/ujian/{attempt_of(server, seat).id}/soal/1")
    expect(other.locator("#answer-b")).to_be_checked()


def test_an_answer_file_brings_what_the_network_did_not(
    server, seat, candidate, room, tmp_path: Path
):
    answer(candidate, "b")
    attempt = attempt_of(server, seat)
    given = {"position": 2, "seq": first_seq(attempt.window) + 500, "response": {"choice": "c"}}
    text = json.dumps([given])
    key = file_key(server.secret_key, attempt.id, attempt.window)
    file = tmp_path / "jawaban.json"
    values = {"attempt": str(attempt.id), "window": attempt.window, "answers": text}
    file.write_text(json.dumps({**values, "signature": signature(key, text)}))
    room.get_by_text("Muat berkas jawaban").click()
    room.locator("input[type=file]").set_input_files(file)
    room.get_by_role("button", name="Muat berkas").click()
    expect(room.locator(".govuk-summary-list__row").first).to_have_text(re.compile(r"Dihitung\s+1"))
    room.get_by_role("link", name="Ruang pengawas").click()
    expect(cell(room, "question")).to_contain_text(f"2 dari {QUESTIONS} dijawab")


#: What Safe Exam Browser gives a page: the two keys signed with its address, after it was asked.
BROWSER = """
window.SafeExamBrowser = {security: {
    configKey: '',
    updateKeys (done) {
        const said = new TextEncoder().encode(location.href.split('#')[0] + 'KEY')
        crypto.subtle.digest('SHA-256', said).then((hash) => {
            const bytes = [...new Uint8Array(hash)]
            this.configKey = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
            done()
        })
    }
}}
"""


def test_safe_exam_browser_opens_the_questions_by_its_own_script(server, seat, new_context):
    settings = make_settings(
        start_url=f"{server.url}/ujian", quit_url=server.url, host="127.0.0.1", uploads=False
    )
    key = config_key(settings)
    rule = {"required": True, "settings": settings, "own_key": key}
    change(server, sa.update(ExamSession).values(seb=rule))
    for own_key, heading in ((None, "Buka di Safe Exam Browser"), (key, "Mulai ujian")):
        page = new_context(seat.candidate).new_page()
        if own_key:
            page.add_init_script(BROWSER.replace("KEY", own_key))
        page.goto(f"/ujian/{seat.id}/mulai")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page = new_context(seat.candidate).new_page()
    page.add_init_script(BROWSER.replace("KEY", "0" * 64))
    page.goto(f"/ujian/{seat.id}/mulai")
    expect(page.get_by_role("alert")).to_contain_text("tidak memakai pengaturan sesi ini")
