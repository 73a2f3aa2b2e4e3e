"""The main job, from registration to public verification, as its people do it.

Each person has a browser of their own. The network goes away for twenty seconds during the exam
and the server is restarted once. Nothing is done behind the screens' back.
"""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from lsp.demo.documents import PORTFOLIO, draw_document
from tests.journeys.answers import answer_rightly
from tests.journeys.conftest import Server
from tests.journeys.people import (
    Administrator,
    Assessor,
    Candidate,
    Invigilator,
    Manager,
    Member,
    Visitor,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFLINE_SECONDS = 20


@pytest.fixture
def a_pdf(tmp_path: Path) -> Path:
    """A piece of evidence as an office makes it."""
    file = tmp_path / "media-kit.pdf"
    file.write_bytes(draw_document(PORTFOLIO[0], office="Dinas Kominfo", author="Sekar Larasati"))
    return file


def test_the_main_job(
    demo_server: Server, new_context: Callable[..., BrowserContext], a_pdf: Path, tmp_path: Path
) -> None:
    server = demo_server
    candidate = Candidate(new_context(), server.url)
    apply_for_certification(candidate, server.folder / "outbox", a_pdf)

    name = Candidate.NAME
    administrator = Administrator(new_context(), server.url)
    administrator.sign_in("admin@humas.example")
    administrator.accept(name)
    manager = Manager(new_context(), server.url)
    manager.sign_in("manajer@humas.example")
    manager.assign(name, "Agus Priyanto")
    assessor = Assessor(new_context(), server.url)
    assessor.sign_in("asesor@humas.example")
    assessor.review_and_sign(name)
    candidate.sign_agreement()

    invigilator = Invigilator(new_context(), server.url)
    invigilator.sign_in("pengawas@humas.example")
    sit_the_exam(candidate, invigilator.token(), server)

    assessor.judge_everything(name)
    assessor.mark_essays()
    assessor.recommend(name)

    for address in ("komite1", "komite2", "komite3"):
        member = Member(new_context(), server.url)
        member.sign_in(f"{address}@humas.example")
        member.vote_competent(name)
    manager.issue(name)

    address = read_the_qr_code(candidate, tmp_path)
    public = Visitor(new_context(), server.url)
    public.page.goto(address)
    public.told("BERLAKU")
    public.told(f"{name}, S.I.Kom.")
    public.told("Melaksanakan Konferensi Pers")


def apply_for_certification(candidate: Candidate, outbox: Path, a_pdf: Path) -> None:
    candidate.register()
    candidate.confirm_by_mail(outbox)
    candidate.sign_in(Candidate.ADDRESS, Candidate.SECRET)
    candidate.upload("Media kit dan laporan kegiatan humas", "Media kit", a_pdf)
    candidate.claim_everything()
    prerequisite = a_pdf.with_name("prasyarat.pdf")
    prerequisite.write_bytes(a_pdf.read_bytes() + b"\n% prasyarat\n")
    candidate.upload("Berkas prasyarat", "Prasyarat administrasi", prerequisite)
    candidate.apply()
    candidate.assess_self()


def sit_the_exam(candidate: Candidate, token: str, server: Server) -> None:
    candidate.start_exam(token)
    page = candidate.page
    total = page.locator(".lsp-grid__list li").count()
    assert total == 31
    for position in range(1, total + 1):
        expect(page.locator(".lsp-question__number")).to_contain_text(f"Soal {position} ")
        if position == 5:
            candidate.context.set_offline(True)
            gone = time.monotonic()
        if position == 12:
            server.stop()
        answer_rightly(page)
        if position in (6, 13):
            expect(candidate.save_state).to_contain_text("Belum terkirim")
        if position == 8:
            time.sleep(max(0.0, OFFLINE_SECONDS - (time.monotonic() - gone)))
            candidate.context.set_offline(False)
            expect(candidate.save_state).to_contain_text("Tersimpan", timeout=40_000)
        if position == 14:
            server.start()
            expect(candidate.save_state).to_contain_text("Tersimpan", timeout=60_000)
        if position < total:
            page.get_by_role("button", name="Simpan dan Lanjutkan").click()
    expect(candidate.save_state).to_contain_text("Tersimpan", timeout=40_000)
    page.reload()
    expect(page.locator(".lsp-grid__item--answered")).to_have_count(total + 1)  # and the legend
    candidate.press("Selesai Ujian")
    candidate.heading("Periksa jawaban")
    candidate.press("Kirim jawaban")
    expect(page).to_have_url(re.compile("/selesai$"))


def read_the_qr_code(candidate: Candidate, folder: Path) -> str:
    candidate.go("/sertifikat-saya")
    with candidate.page.expect_download() as download:
        candidate.follow("Unduh sertifikat (PDF)")
    pdf = folder / "sertifikat.pdf"
    download.value.save_as(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-singlefile", "-png", pdf, folder / "hal"],
        check=True,
    )
    (code,) = zxingcpp.read_barcodes(Image.open(folder / "hal.png"))
    return str(code.text)
