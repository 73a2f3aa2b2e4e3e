"""What journeys through a sitting share: the way in, and what page and server say of answers."""

import re
import time

import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.clock import Clock
from lsp.exams.models import Answer, Attempt
from lsp.exams.services.sitting import begin_attempt

CHOICES = 6
#: Positions of the typed questions in the paper below.
NUMERICAL, ESSAY = CHOICES + 1, CHOICES + 2

KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('lsp-exam-'))
    const open = indexedDB.open('lsp-exam', 1)
    await new Promise((resolve) => { open.onsuccess = resolve })
    const read = open.result.transaction('attempts').objectStore('attempts').getAllKeys()
    await new Promise((resolve) => { read.onsuccess = resolve })
    open.result.close()
    return names.length + read.result.filter((key) => key.endsWith(ending)).length
}"""
#: Papers alone, or what is known of an attempt at all.
NO_PAPER, NOTHING = (f"{KEPT.replace('ending', repr(ending))}" for ending in ("/paper", ""))


def begin(server, page, seat):
    """Sit down with the paper already open: the page where one begins has journeys of its own."""
    with server.transaction() as session:
        begin_attempt(
            session,
            person_id=seat.candidate_id,
            seat_id=seat.id,
            token="humas",
            now=Clock().now(),
        )
        attempt_id = session.scalars(sa.select(Attempt.id).filter_by(seat_id=seat.id)).one()
    page.goto(f"/ujian/{attempt_id}/lanjut")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")


def begin_by_page(page, seat):
    page.goto(f"/ujian/{seat.id}/mulai")
    page.get_by_label("Token ujian").fill("humas")
    page.get_by_label("Benar: saya").check()
    page.get_by_label("Setuju").check()
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")


def hear(page):
    """Let the script ask the server how things stand, which it does by itself every 20 seconds."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def pass_time(page, seconds):
    """Let a time pass for the page alone, timers and all; its clock is installed beforehand."""
    page.clock.run_for(seconds * 1000)


def until(page, question):
    """Wait until a question is answered with yes, asynchronous or not. (Playwright's own
    ``wait_for_function`` takes a promise itself for a yes, and where it has to ask a second time
    the pages' content security policy forbids it.)"""
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
            if (!navigator.serviceWorker.controller || !name) return false
            const kept = await (await caches.open(name)).keys()
            if (!kept.some((request) => request.url.endsWith('/soal'))) return false
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
