"""Every page a person can reach by links, looked at as a browser sees it.

Each passes axe (WCAG 2.2 AA and best practice, nothing ignored) at 360 and 1280 px, and in English
at 360. None scrolls sideways, breaks the Content-Security-Policy, leads nowhere, or weighs more
than its budget (interface.md, section 5).
"""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, expect

from lsp.accounts.models import Person
from lsp.clock import Clock
from lsp.exams.models import Script, Seat, SeatEvent
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.rules.kinds import ScriptState
from lsp.exams.services.closing import close_overdue
from lsp.exams.services.sitting import save_answers
from tests.factories.exams import make_attempt, make_exam_session, make_seat
from tests.journeys.conftest import Server
from tests.journeys.people import Candidate, Invigilator, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

INVIGILATOR = "pengawas@humas.example"
#: How long after its end an exam takes answers chosen before it.
GRACE = timedelta(minutes=2)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What Axe finds wrong, each with its first element. Only violations: of what is right it would
#: otherwise tell every element, which takes longer than looking.
LOOK = """async (tags) => {
    const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }
    const found = await axe.run(document, options)
    return found.violations.map(({ id, nodes }) => `${id} ${nodes[0].html.slice(0, 120)}`)
}"""
#: Addresses that answer with a file or leave the site's pages.
NO_PAGE = re.compile(r"\.(pdf|json|jpg|seb|csv)$|/berkas(/\d+)?$|/impor/contoh/\w+$")
#: Largest page in bytes, gzipped.
CANDIDATE, STAFF, PUBLIC = 12_288, 20_480, 12_288


@dataclass(frozen=True)
class Walk:
    """Somebody's walk through the site: who, which addresses are theirs, how heavy a page may be."""

    name: str
    paths: tuple[str, ...]
    budget: int


WALKS = [
    Walk("", ("/masuk", "/daftar", "/lupa", "/skema", "/standar", "/unit", "/verifikasi"), PUBLIC),
    Walk(
        "maya", ("/sertifikasi-saya", "/portofolio", "/ujian", "/sertifikat-saya", "/c/"), CANDIDATE
    ),
    Walk("dewi", ("/angka-kredit", "/akun", "/ujian", "/sertifikasi-saya"), CANDIDATE),
    Walk(
        "admin", ("/permohonan", "/penyesuaian", "/orang", "/berkas-asesmen", "/jejak-audit"), STAFF
    ),
    Walk(
        "manajer", ("/penugasan", "/sesi-ujian", "/kisi-kisi", "/sertifikat", "/bank-soal"), STAFF
    ),
    Walk("asesor", ("/asesmen", "/penilaian-ujian", "/portofolio/asesi"), STAFF),
    Walk("penyusun", ("/bank-soal",), STAFF),
    Walk("pengawas", ("/sesi-ujian",), STAFF),
    Walk("komite2", ("/pleno",), STAFF),
]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name or "public")
def test_every_page_stands_up(
    demo_server: Server, new_context: Callable[..., BrowserContext], walk: Walk
) -> None:
    visitor = Visitor(new_context(), demo_server.url)
    if walk.name:
        visitor.sign_in(f"{walk.name}@humas.example")
    troubles = listen(visitor.page)
    found = [
        *walk_through(visitor, walk, troubles),
        *in_english(visitor, walk, troubles),
    ]
    assert found == []


def test_the_exam_itself_stands_up(
    demo_server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    invigilator = Invigilator(new_context(), demo_server.url)
    invigilator.sign_in("pengawas@humas.example")
    candidate = Candidate(new_context(), demo_server.url)
    candidate.sign_in("dewi@humas.example")
    candidate.start_exam(invigilator.token())
    troubles = listen(candidate.page)
    found = []
    count = candidate.page.locator(".lsp-grid__list li").count()
    base = candidate.page.url.removeprefix(demo_server.url).rpartition("/")[0]
    seen: set[str] = set()
    for position in range(1, count + 1):
        candidate.go(f"{base}/{position}")
        kind = candidate.page.locator("#question").inner_html()
        shape = re.sub(r">[^<]*<", "><", kind)
        if shape in seen:
            continue
        seen.add(shape)
        found += look_at(candidate.page, f"soal {position}", troubles)
    candidate.go(f"{base.rpartition('/')[0]}/periksa")
    found += look_at(candidate.page, "periksa", troubles)
    candidate.press("Kirim jawaban")
    expect(candidate.page).to_have_url(re.compile("/selesai$"))
    found += look_at(candidate.page, "selesai", troubles)
    assert found == []


@pytest.fixture
def late_seat(demo_server: Server) -> Seat:
    """A seat of an exam with an incident; two answers came after the clock had ended it."""
    now = Clock().now()
    begun = now - timedelta(minutes=80)
    with demo_server.transaction() as session:
        exam = make_exam_session(
            session, opens_at=begun - timedelta(hours=1), closes_at=now + timedelta(hours=1)
        )
        seat = make_seat(session, exam_session=exam, cleared_at=begun, created_at=begun)
        attempt = make_attempt(
            session,
            seat=seat,
            window=1,
            started_at=begun,
            accepted_at=begun,
            deadline=begun + timedelta(minutes=60),
        )
        close_overdue(session, now=begun + timedelta(minutes=63), grace=GRACE)
        save_answers(
            session,
            person_id=seat.candidate_id,
            attempt_id=attempt.id,
            window=1,
            answers=[
                Arriving(1, SPAN + 1, {"choice": "b"}, chosen_ms=57 * 60_000),
                Arriving(3, SPAN + 2, {"value": True}, chosen_ms=58 * 60_000),
            ],
            now=begun + timedelta(minutes=70),
            grace=GRACE,
        )
        by = session.scalars(sa.select(Person).where(Person.email == INVIGILATOR)).one()
        incident = {"kind": "incident", "reason": "Listrik padam", "actor_id": by.id}
        session.add(SeatEvent(seat_id=seat.id, at=now, **incident))
        return seat


def test_pages_for_what_happened_in_an_exam_stand_up(
    demo_server: Server, new_context: Callable[..., BrowserContext], late_seat: Seat
) -> None:
    with demo_server.transaction() as session:
        settled = Script.state == ScriptState.SETTLED
        marked_id = session.scalars(sa.select(Script.session_id).where(settled)).first()
        people = [
            session.scalars(sa.select(Person).where(Person.email == email)).one()
            for email in (INVIGILATOR, "manajer@humas.example")
        ]
    exam = f"/sesi-ujian/{late_seat.session_id}"
    seat = f"{exam}/ruang/{late_seat.id}"
    rooms = (f"{exam}/ruang", seat, f"{seat}/jawaban-terlambat")
    notes = (f"{exam}/catatan", f"/sesi-ujian/{marked_id}/penilaian/selesai")
    found = []
    for person, addresses in zip(people, (rooms, notes), strict=True):
        page = new_context(person).new_page()
        troubles = listen(page)
        for address in addresses:
            page.goto(address)
            expect(page.locator("main tbody tr").first).to_be_visible()
            found += look_at(page, address, troubles)
    assert found == []


def listen(page: Page) -> list[str]:
    """Gather what the console complains about: refused scripts, missing files, faults."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    return troubles


def shape_of(address: str) -> str:
    """An address without what changes from one object to the next."""
    return re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b|/unit/.*|/c/.*", "*", address.split("?", maxsplit=1)[0]
    )


def walk_through(visitor: Visitor, walk: Walk, troubles: list[str]) -> list[str]:
    """Look at one page of each shape among this person's own addresses."""
    page, found = visitor.page, []
    todo, seen = ["/"], set()
    while todo:
        address = todo.pop(0)
        if shape_of(address) in seen or NO_PAGE.search(address.split("?")[0]):
            continue
        seen.add(shape_of(address))
        response = page.goto(visitor.url + address)
        if response is None or response.status != 200:
            found.append(f"{address}: {response and response.status}")
            continue
        body = gzip.compress(response.body(), 6)
        if len(body) > walk.budget:
            found.append(f"{address}: {len(body)} bytes, budget {walk.budget}")
        found += look_at(page, address, troubles)
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        todo += [
            link.split("#")[0] for link in links if link.startswith(walk.paths) and link != address
        ]
    assert len(seen) > 1, "no link led anywhere"
    return found


def in_english(visitor: Visitor, walk: Walk, troubles: list[str]) -> list[str]:
    """Switch the language and walk again."""
    visitor.go("/")
    visitor.page.get_by_role("button", name="English").click()
    return walk_through(visitor, walk, troubles)


def look_at(page: Page, name: str, troubles: list[str]) -> list[str]:
    """What is wrong with the page as it stands, at both widths.

    Axe looks at a translated page once: another language changes words, not the structure.
    """
    language = page.locator("html").get_attribute("lang")
    found = [f"{name} ({language}): {trouble}" for trouble in troubles]
    troubles.clear()
    page.evaluate(AXE_SCRIPT)
    for width, height in ((1280, 800), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} ({language}): scrolls sideways at {width}")
        if language == "en" and width != 360:
            continue
        faults = page.evaluate(LOOK, TAGS)
        found += [f"{name} ({language}, {width}): {fault}" for fault in faults]
    return found
