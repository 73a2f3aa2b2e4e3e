"""The time of an exam in a real browser: its last minutes, its end, pauses, and time that is added."""

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.clock import Clock
from lsp.exams.models import AnswerRevision, Attempt, ExamSession, Seat
from lsp.exams.rules import answer_files
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.rooms import grant_extra_time
from lsp.exams.services.sitting.clocks import pause, resume
from tests.factories.accounts import make_person
from tests.journeys.sitting import (
    ESSAY,
    begin,
    choose,
    hear,
    pass_time,
    ready,
    saved,
    stored,
)

pytestmark = pytest.mark.browser


def grant(session, seat):
    grant_extra_time(
        session,
        session_id=seat.session_id,
        seat_id=None,
        minutes=10,
        reason="listrik padam",
        once=uuid.uuid4(),
        actor_id=make_person(session).id,
        now=Clock().now(),
    )


def end_in(server, seconds):
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.deadline = Clock().now() + timedelta(seconds=seconds)


def test_a_device_clock_a_day_wrong_changes_nothing(server, new_context, seat):
    context = new_context(seat.candidate)
    context.add_init_script(
        """const real = Date
        const wrong = 24 * 3600 * 1000
        window.Date = class extends real {
            constructor (...given) { given.length ? super(...given) : super(real.now() + wrong) }
            static now () { return real.now() + wrong }
        }"""
    )
    page = context.new_page()
    begin(server, page, seat)
    ready(page)
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.5\d\.\d\d"))
    choose(page, "b")
    saved(page)
    shown = page.locator("#save-state").inner_text().rsplit(" ", 1)[1]
    hour, minute = map(int, shown.split("."))
    jakarta = Clock().now() + timedelta(hours=7)
    assert (jakarta.hour * 60 + jakarta.minute - hour * 60 - minute) % 1440 <= 1
    assert stored(server) == {1: {"choice": "b"}}


def test_at_zero_what_is_typed_is_sent_and_the_exam_submitted(server, page):
    ready(page)
    page.locator(f"button[name=go][value='{ESSAY}']").click()
    page.locator("textarea").fill("Ditulis pada detik terakhir")
    end_in(server, seconds=1)
    hear(page)
    expect(page.locator("#last-minutes")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "Jawaban Anda sudah dikirim", timeout=30_000
    )
    assert stored(server) == {ESSAY: {"text": "Ditulis pada detik terakhir"}}
    with server.transaction() as session:
        assert session.scalars(sa.select(Attempt.state)).one() is AttemptState.SUBMITTED


def test_near_the_end_without_network_the_answers_can_be_taken_along_as_a_file(server, page):
    ready(page)
    end_in(server, seconds=240)
    hear(page)
    expect(page.locator("#last-minutes")).to_be_visible()
    page.context.set_offline(True)
    choose(page, "c")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    pass_time(page, 61)
    expect(page.locator("#stuck")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Simpan berkas jawaban").click()
    assert download.value.suggested_filename.startswith("lsp-jawaban-")
    content = download.value.path().read_bytes()
    answers = answer_files.answers_of(answer_files.parse(content), server.secret_key)
    assert [(answer.position, answer.response) for answer in answers] == [(1, {"choice": "c"})]
    assert 0 < answers[0].chosen_ms < 120_000
    page.context.set_offline(False)
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}


def test_more_time_reaches_the_screen_of_who_had_run_out(server, page):
    ready(page)
    end_in(server, seconds=2)
    hear(page)
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.00\.0\d"))
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.deadline += timedelta(minutes=30)
    expect(page.locator("#time-left")).to_have_text(
        re.compile(r"00\.(30|29)\.\d\d"), timeout=30_000
    )
    choose(page, "a")
    saved(page)
    assert stored(server) == {1: {"choice": "a"}}


def test_at_zero_without_network_it_says_what_waits_and_how_long_it_is_taken(server, page):
    ready(page)
    end_in(server, seconds=5)
    hear(page)
    expect(page.locator("#last-minutes")).to_be_visible()
    page.context.set_offline(True)
    choose(page, "c")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#save-state")).to_have_text("Waktu habis. 1 jawaban belum terkirim.")
    box = page.locator("#stuck")
    expect(box).to_contain_text("masih diterima sampai 2 menit sesudah waktu habis")
    expect(box).to_be_focused()
    expect(page.get_by_role("button", name="Simpan berkas jawaban")).to_be_in_viewport()
    expect(page.locator("#timer")).to_contain_text("Masih diterima")
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.01\.5\d"))
    expect(page.locator("#answer-c")).to_be_disabled()
    expect(page.locator("#last-minutes")).to_be_hidden()
    pass_time(page, 120)
    expect(box).to_contain_text("pengawas yang memutuskan apakah jawaban itu dihitung")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    assert stored(server) == {1: {"choice": "c"}}


def test_what_is_answered_beyond_the_estimated_end_does_not_count_by_itself(server, page):
    ready(page)
    end_in(server, seconds=120)
    hear(page)
    expect(page.locator("#last-minutes")).to_be_visible()
    pass_time(page, 11)  # the page notes its clock
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#estimate")).to_be_visible()
    expect(page.locator("#unsure")).to_be_hidden()
    pass_time(page, 130)
    expect(page.locator("#time-left")).to_have_text("Belum pasti")
    expect(page.locator("#unsure")).to_contain_text("mungkin tidak dihitung")
    choose(page, "c")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    with server.transaction() as session:  # the server gets there, too: inside the grace
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.started_at = Clock().now() - timedelta(seconds=180)
        attempt.deadline = Clock().now() - timedelta(seconds=60)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    assert stored(server) == {}
    with server.transaction() as session:
        revision = session.scalars(sa.select(AnswerRevision)).one()
        assert (revision.via, revision.is_refused) == ("offline", True)
        assert revision.chosen_ms > 120_000


def test_time_given_after_the_end_leads_back_from_the_receipt_by_itself(server, page, seat):
    ready(page)
    choose(page, "b")
    saved(page)
    end_in(server, seconds=0)
    hear(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    with server.transaction() as session:
        grant(session, seat)
    pass_time(page, 20)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    expect(page.locator("#answer-b")).to_be_checked()
    choose(page, "d")
    saved(page)
    assert stored(server) == {1: {"choice": "d"}}


def test_time_given_two_minutes_before_the_end_shows_with_its_reason(server, page, seat):
    ready(page)
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.started_at = Clock().now() - timedelta(minutes=58)
        attempt.deadline = Clock().now() + timedelta(minutes=2)
    page.reload()
    ready(page)
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.0[12]\.\d\d"))
    with server.transaction() as session:
        grant(session, seat)
    choose(page, "b")
    expect(page.locator("#grants")).to_contain_text("Pengawas menambah 10 menit: listrik padam")
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.1[12]\.\d\d"))
    saved(page)


def test_a_paused_room_hides_the_question_until_it_goes_on(server, page, seat):
    ready(page)
    with server.transaction() as session:
        pause(session.scalars(sa.select(Attempt)).one(), Clock().now())
    hear(page)
    expect(page.locator("#paused")).to_contain_text("sedang dijeda")
    expect(page.locator("#soal")).to_be_hidden()
    shown = page.locator("#time-left").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("#time-left").inner_text() == shown
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#paused")).to_be_visible()
    expect(page.locator("#answer-a")).to_be_hidden()
    page.context.set_offline(False)
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        resume(session.get(ExamSession, seat.session_id), attempt.seat, attempt, Clock().now())
    hear(page)
    expect(page.locator("#soal")).to_be_visible()
    choose(page, "d")
    saved(page)
    assert stored(server) == {1: {"choice": "d"}}


@pytest.mark.parametrize("script", [True, False])
def test_a_break_hides_the_question_and_stops_the_clock(server, new_context, seat, script):
    with server.transaction() as session:
        session.get(Seat, seat.id).break_minutes = 15
    page = new_context(seat.candidate, java_script_enabled=script).new_page()
    begin(server, page, seat)
    if script:
        ready(page)
        choose(page, "a")
    page.get_by_role("button", name="Ambil jeda").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda sedang jeda")
    expect(page.locator("#question")).to_have_count(0)
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    if script:
        expect(page.locator("#answer-a")).to_be_checked()
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        assert 0 < attempt.break_seconds < 120
        assert attempt.paused_at is None


def test_a_break_without_network_shows_no_question_until_it_is_over(server, new_context, seat):
    with server.transaction() as session:
        session.get(Seat, seat.id).break_minutes = 15
    page = new_context(seat.candidate).new_page()
    page.clock.install()
    begin(server, page, seat)
    ready(page)
    page.get_by_role("button", name="Ambil jeda").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda sedang jeda")
    address = page.url.replace("soal/1", "soal/3")
    page.context.set_offline(True)
    page.goto(address)
    expect(page.locator("#paused")).to_be_visible()
    expect(page.locator("#answer-a")).to_be_hidden()
    pass_time(page, 60)
    page.reload()
    expect(page.locator("#paused")).to_be_visible()
    expect(page.locator("#answer-a")).to_be_hidden()
    page.clock.fast_forward(14 * 60 * 1000)
    expect(page.locator("#answer-a")).to_be_visible()
    expect(page.locator("#paused")).to_be_hidden()
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.5\d\.\d\d"))


def test_the_timer_hides_and_speaks_only_at_ten_five_and_one_minutes(server, page):
    for minutes, said in ((10, 10), (7, None), (5, 5), (1, 1)):
        with server.transaction() as session:
            attempt = session.scalars(sa.select(Attempt)).one()
            attempt.deadline = Clock().now() + timedelta(minutes=minutes, seconds=15)
        page.reload()
        saved(page)
        pass_time(page, 16)
        announcement = page.locator("#announcement")
        if said is None:
            expect(announcement).to_be_empty()
        else:
            expect(announcement).to_have_text(
                f"Sisa waktu {said} menit. {ESSAY} soal belum dijawab."
            )
    page.locator("#timer summary").press("Enter")
    expect(page.locator("#time-left")).to_be_hidden()
    expect(page.locator("#last-minutes")).to_be_visible()
    page.reload()
    saved(page)
    expect(page.locator("#time-left")).to_be_hidden()
