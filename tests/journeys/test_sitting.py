"""An exam in a real browser, with everything that goes wrong in a real exam room."""

import json
import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.clock import Clock
from lsp.exams.models import Answer, Attempt
from lsp.exams.rules.kinds import AttemptState, ItemType
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat
from tests.journeys.conftest import sign_in_cookie

pytestmark = pytest.mark.browser

CHOICES = 6
#: Positions of the typed questions in the paper below.
NUMERICAL, ESSAY = CHOICES + 1, CHOICES + 2


@pytest.fixture
def seat(server):
    now = Clock().now()
    with server.transaction() as session:
        types = [ItemType.SINGLE_CHOICE] * CHOICES + [ItemType.NUMERICAL, ItemType.ESSAY]
        paper = make_paper(session, revisions=[make_revision(session, type=t) for t in types])
        exam_session = make_exam_session(
            session,
            paper=paper,
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(hours=5),
        )
        seat = make_seat(session, exam_session=exam_session, cleared_at=now)
        assert seat.candidate.full_name
        return seat


@pytest.fixture
def page(new_context, seat):
    page = new_context(seat.candidate).new_page()
    begin(page, seat)
    return page


def begin(page, seat):
    page.goto(f"/ujian/{seat.id}/mulai")
    page.get_by_label("Token ujian").fill("humas")
    page.get_by_label("Setuju").check()
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")


def until(page, question):
    """Wait until an asynchronous question is answered with yes. (``wait_for_function`` takes the
    promise itself for a yes.)"""
    end = time.monotonic() + 20
    while not page.evaluate(question):
        assert time.monotonic() < end, question
        page.wait_for_timeout(100)


def ready(page):
    """The script holds the exam and a reload would work without network."""
    expect(page.locator("#save-state")).to_contain_text("Tersimpan")
    until(
        page,
        """async () => {
            const name = (await caches.keys()).find((name) => name.startsWith('lsp-exam-'))
            if (!name || !(await (await caches.open(name)).keys()).length) return false
            const open = indexedDB.open('lsp-exam', 1)
            await new Promise((resolve) => { open.onsuccess = resolve })
            const read = open.result.transaction('attempts').objectStore('attempts').getAllKeys()
            await new Promise((resolve) => { read.onsuccess = resolve })
            open.result.close()
            return read.result.some((key) => key.endsWith('/paper'))
        }""",
    )


def choose(page, letter):
    page.locator(f"#answer-{letter}").check()


def following(page, number):
    page.get_by_role("button", name="Simpan dan Lanjutkan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {number}")


def saved(page):
    expect(page.locator("#save-state")).to_have_text(
        re.compile(r"Tersimpan \d\d\.\d\d"), timeout=45_000
    )


def stored(server):
    """The answers the server counts. A question left empty is none, whether a row says so or not:
    on a slow machine the form may go its own way before the script holds the paper."""
    with server.transaction() as session:
        rows = session.execute(
            sa.select(Answer.position, Answer.response)
            .where(Answer.response.is_not(None))
            .order_by(Answer.position)
        )
        return {row.position: row.response for row in rows}


def test_answers_chosen_without_network_wait_and_arrive(server, page):
    ready(page)
    page.context.set_offline(True)
    for number, letter in enumerate("abc", 1):
        choose(page, letter)
        following(page, number + 1)
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 3 jawaban")
    assert stored(server) == {}
    page.context.set_offline(False)
    saved(page)
    assert stored(server) == {n: {"choice": letter} for n, letter in enumerate("abc", 1)}


def test_a_reload_while_the_server_is_gone_shows_the_exam_and_loses_nothing(server, page):
    ready(page)
    choose(page, "b")
    saved(page)
    server.stop()
    following(page, 2)
    choose(page, "d")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    expect(page.locator("#answer-d")).to_be_checked()
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    page.get_by_role("button", name="Soal Sebelumnya").click()
    expect(page.locator("#answer-b")).to_be_checked()
    choose(page, "c")
    server.start()
    saved(page)
    assert stored(server) == {1: {"choice": "c"}, 2: {"choice": "d"}}


def test_a_crash_before_sending_is_made_good_at_the_next_visit(server, page, seat):
    ready(page)
    page.context.set_offline(True)
    choose(page, "a")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/ujian")
    again.get_by_role("button", name="Lanjutkan ujian").click()
    saved(again)
    expect(again.locator("#answer-a")).to_be_checked()
    again.wait_for_function("document.querySelector('.lsp-grid__item--answered')")
    assert stored(server) == {1: {"choice": "a"}}


def test_the_newest_window_works_and_the_older_one_freezes(server, page):
    ready(page)
    choose(page, "a")
    saved(page)
    newer = page.context.new_page()
    newer.goto(page.url)
    expect(newer.locator("#answer-a")).to_be_checked()
    expect(page.locator("#frozen")).to_be_visible()
    expect(page.locator("#answer-a")).to_be_disabled()
    choose(newer, "b")
    saved(newer)
    page.get_by_role("button", name="Lanjutkan di jendela ini").click()
    expect(page.locator("#answer-b")).to_be_checked()
    expect(newer.locator("#frozen")).to_be_visible()
    choose(page, "c")
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}


def test_another_phone_takes_over_and_the_old_one_still_loses_nothing(
    server, page, new_context, seat
):
    ready(page)
    page.context.set_offline(True)
    choose(page, "a")
    following(page, 2)
    choose(page, "a")
    phone = new_context(seat.candidate).new_page()
    phone.goto(page.url.replace("soal/2", "soal/1"))
    choose(phone, "d")
    saved(phone)
    page.context.set_offline(False)
    expect(page.locator("#frozen")).to_be_visible(timeout=45_000)
    assert stored(server) == {1: {"choice": "d"}, 2: {"choice": "a"}}


def test_the_exam_works_without_script(server, new_context, seat):
    page = new_context(seat.candidate, java_script_enabled=False).new_page()
    begin(page, seat)
    choose(page, "c")
    following(page, 2)
    choose(page, "a")
    page.locator("#doubtful").check()
    page.locator(f"button[name=go][value='{NUMERICAL}']").click()
    page.locator("#answer-text").fill("12,5")
    page.locator("#answer-text").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {ESSAY}")
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.locator(".lsp-stat__value")).to_have_text(["3", "1", str(ESSAY - 3)])
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    assert stored(server) == {
        1: {"choice": "c"},
        2: {"choice": "a"},
        NUMERICAL: {"text": "12,5"},
    }


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
    begin(page, seat)
    ready(page)
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.5\d\.\d\d"))
    choose(page, "b")
    saved(page)
    shown = page.locator("#save-state").inner_text().rsplit(" ", 1)[1]
    hour, minute = map(int, shown.split("."))
    jakarta = Clock().now() + timedelta(hours=7)
    assert (jakarta.hour * 60 + jakarta.minute - hour * 60 - minute) % 1440 <= 1
    assert stored(server) == {1: {"choice": "b"}}


def test_the_keyboard_alone_answers_writes_checks_and_submits(server, page):
    ready(page)
    page.keyboard.press("b")
    expect(page.locator("#answer-b")).to_be_checked()
    page.get_by_role("button", name="Simpan dan Lanjutkan").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    page.keyboard.press("D")
    expect(page.locator("#answer-d")).to_be_checked()
    essay = page.locator(f"button[name=go][value='{ESSAY}']")
    essay.press("Enter")
    page.locator("textarea").press_sequentially("Dua kata")
    expect(page.locator("#answer-words")).to_have_text("2 kata")
    page.get_by_role("button", name="Selesai Ujian").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator(".lsp-stat__value")).to_have_text(["3", "0", str(ESSAY - 3)])
    page.get_by_role("button", name="Kirim jawaban").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    until(
        page,
        """async () => {
            if ((await caches.keys()).some((name) => name.startsWith('lsp-exam-'))) return false
            const open = indexedDB.open('lsp-exam', 1)
            await new Promise((resolve) => { open.onsuccess = resolve })
            const read = open.result.transaction('attempts').objectStore('attempts').count()
            await new Promise((resolve) => { read.onsuccess = resolve })
            open.result.close()
            return read.result === 0
        }""",
    )
    assert stored(server) == {
        1: {"choice": "b"},
        2: {"choice": "d"},
        ESSAY: {"text": "Dua kata"},
    }


def test_the_check_page_waits_for_an_answer_still_on_its_way_to_a_slow_disk(
    server, new_context, seat
):
    context = new_context(seat.candidate)
    context.add_init_script(
        """Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {
            set (done) {
                this.addEventListener('complete', () => setTimeout(done, window.slowness || 0))
            }
        })"""
    )
    page = context.new_page()
    begin(page, seat)
    ready(page)
    page.evaluate("window.slowness = 1500")
    choose(page, "b")
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator(".lsp-stat__value")).to_have_text(["1", "0", str(ESSAY - 1)])
    assert stored(server) == {1: {"choice": "b"}}


def test_an_answer_that_cannot_be_is_explained_and_stays(server, page):
    ready(page)
    page.locator(f"button[name=go][value='{NUMERICAL}']").click()
    page.locator("#answer-text").fill("banyak")
    page.locator("#answer-text").blur()
    expect(page.locator("#invalid")).to_contain_text("angka")
    expect(page.locator("#answer-text")).to_have_value("banyak")
    page.locator("#answer-text").fill("25")
    page.locator("#answer-text").blur()
    expect(page.locator("#invalid")).to_be_hidden()
    saved(page)
    assert stored(server) == {NUMERICAL: {"text": "25"}}


def test_signing_in_again_in_another_tab_goes_on_by_itself(server, page, seat):
    ready(page)
    page.context.clear_cookies()
    choose(page, "a")
    expect(page.locator("#signed-out")).to_be_visible()
    page.context.add_cookies([sign_in_cookie(server, seat.candidate)])
    saved(page)
    expect(page.locator("#signed-out")).to_be_hidden()
    assert stored(server) == {1: {"choice": "a"}}


def test_at_zero_what_is_typed_is_sent_and_the_exam_submitted(server, page):
    ready(page)
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.deadline = Clock().now() + timedelta(seconds=6)
    page.reload()
    page.locator(f"button[name=go][value='{ESSAY}']").click()
    expect(page.locator("#last-minutes")).to_be_visible()
    page.locator("textarea").fill("Ditulis pada detik terakhir")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "Jawaban Anda sudah dikirim", timeout=30_000
    )
    assert stored(server) == {ESSAY: {"text": "Ditulis pada detik terakhir"}}
    with server.transaction() as session:
        assert session.scalars(sa.select(Attempt.state)).one() is AttemptState.SUBMITTED


def test_near_the_end_without_network_the_answers_can_be_taken_along_as_a_file(server, page):
    ready(page)
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.deadline = Clock().now() + timedelta(minutes=4)
    page.reload()
    ready(page)
    page.context.set_offline(True)
    choose(page, "c")
    expect(page.locator("#stuck")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Simpan berkas jawaban").click()
    file = json.loads(download.value.path().read_text())
    assert [(answer["position"], answer["response"]) for answer in file["answers"]] == [
        (1, {"choice": "c"})
    ]
    page.context.set_offline(False)
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}


def test_more_time_reaches_the_screen_of_who_had_run_out(server, page):
    ready(page)
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.deadline = Clock().now() + timedelta(seconds=4)
    page.reload()
    expect(page.locator("#save-state")).to_contain_text("Tersimpan")
    with server.transaction() as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.deadline += timedelta(minutes=30)
    expect(page.locator("#time-left")).to_have_text(
        re.compile(r"00\.(30|29)\.\d\d"), timeout=30_000
    )
    choose(page, "a")
    saved(page)
    assert stored(server) == {1: {"choice": "a"}}


def test_an_answer_that_waits_here_outlives_a_page_drawn_without_it(server, page):
    """Nothing of the paper is on the device, so the first question comes as the server has it."""
    ready(page)
    page.evaluate(
        """async () => {
            const open = indexedDB.open('lsp-exam', 1)
            await new Promise((resolve) => { open.onsuccess = resolve })
            const attempts = open.result.transaction('attempts', 'readwrite').objectStore('attempts')
            const read = attempts.getAllKeys()
            await new Promise((resolve) => { read.onsuccess = resolve })
            const deleted = attempts.delete(read.result.find((key) => key.endsWith('/paper')))
            await new Promise((resolve) => { deleted.onsuccess = resolve })
            open.result.close()
        }"""
    )
    page.context.set_offline(True)
    choose(page, "c")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    context, address = page.context, page.url
    page.close()
    context.set_offline(False)
    context.route("**/jawaban", lambda route: route.abort())
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#answer-c")).to_be_checked()
    context.unroute("**/jawaban")
    again.reload()
    saved(again)
    expect(again.locator("#answer-c")).to_be_checked()
    assert stored(server) == {1: {"choice": "c"}}
