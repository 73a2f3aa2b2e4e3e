"""Every page a person can reach by links, looked at as a browser sees it.

Each passes axe (WCAG 2.2 AA and best practice, nothing ignored) at 360 and 1280 px, in English at 360;
none scrolls sideways, breaks the Content-Security-Policy, leads nowhere, or weighs more than
its budget (interface.md, section 5).
"""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import Server
from tests.journeys.people import Candidate, Invigilator, Visitor

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()
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
    found += look_at(candidate.page, "selesai", troubles)
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
    for width, height in ((1280, 800), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} ({language}): scrolls sideways at {width}")
        if language == "en" and width != 360:
            continue
        results = AXE.run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
        found += [
            f"{name} ({language}, {width}): {violation['id']} {violation['nodes'][0]['html'][:120]}"
            for violation in results["violations"]
        ]
    return found
