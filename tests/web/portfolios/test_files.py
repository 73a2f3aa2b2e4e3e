import io
from collections.abc import Callable

from PIL import Image
from sqlalchemy.orm import Session

from lsp.portfolios.services.readers import end_reader, grant_reader
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.portfolios import pdf_bytes, picture_bytes
from tests.web.portfolios.conftest import Candidate


def test_the_file_comes_back_byte_for_byte_as_a_guarded_download(candidate: Candidate) -> None:
    evidence_id = candidate.upload(pdf_bytes())
    with candidate.browser.get(f"/portofolio/{evidence_id}/berkas") as response:
        assert response.data == pdf_bytes()
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=naskah.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "no-store"
    assert int(response.headers["Content-Length"]) == len(pdf_bytes())


def test_a_hostile_name_cannot_break_the_header(candidate: Candidate) -> None:
    name = 'a"; filename="x.html\u2028.exe'
    evidence_id = candidate.upload(b"Naskah sambutan", filename=name)
    with candidate.browser.get(f"/portofolio/{evidence_id}/berkas") as response:
        header = response.headers["Content-Disposition"]
    assert header == "attachment; filename=x.html.txt"


def test_pages_are_shown_as_pictures_and_asked_for_anew(candidate: Candidate) -> None:
    evidence_id = candidate.upload(pdf_bytes(pages=2))
    address = f"/portofolio/{evidence_id}/halaman/2.jpg"
    response = candidate.browser.get(address)
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert Image.open(io.BytesIO(response.data)).width <= 1000
    again = candidate.browser.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    small = candidate.browser.get(f"{address}?kecil=1")
    assert Image.open(io.BytesIO(small.data)).width <= 240
    candidate.browser.page(f"/portofolio/{evidence_id}/halaman/3.jpg", status=404)


def test_a_text_has_a_page_but_no_pictures(candidate: Candidate) -> None:
    evidence_id = candidate.upload(b"Naskah sambutan", filename="naskah.txt")
    assert not candidate.browser.page(f"/portofolio/{evidence_id}").select("main img")
    candidate.browser.page(f"/portofolio/{evidence_id}/halaman/1.jpg", status=404)


def test_pages_of_a_file_are_leafed_through(candidate: Candidate) -> None:
    evidence_id = candidate.upload(pdf_bytes(pages=3))
    page = candidate.browser.page(f"/portofolio/{evidence_id}?hal=2")
    assert page.main.img["src"] == f"/portofolio/{evidence_id}/halaman/2.jpg"
    assert "Halaman 2 dari 3" in page.text
    beyond = candidate.browser.page(f"/portofolio/{evidence_id}?hal=99")
    assert beyond.main.img["src"].endswith("/3.jpg")
    nonsense = candidate.browser.page(f"/portofolio/{evidence_id}?hal=x")
    assert nonsense.main.img["src"].endswith("/1.jpg")


def test_an_assessor_reads_file_and_pages_only_while_let_in(
    session: Session, candidate: Candidate, new_browser: Callable[..., Browser]
) -> None:
    evidence_id = candidate.upload(picture_bytes(), filename="foto.jpg")
    assessor = make_person(session, Role.ASSESSOR)
    browser = new_browser(assessor)
    paths = ("", "/berkas", "/halaman/1.jpg")

    def answers() -> list[int]:
        found = []
        for path in paths:
            with browser.get(f"/portofolio/{evidence_id}{path}") as response:
                found.append(response.status_code)
        return found

    assert answers() == [404, 404, 404]
    grant_reader(session, owner_id=candidate.person.id, reader_id=assessor.id, now=NOW)
    assert answers() == [200, 200, 200]
    end_reader(session, owner_id=candidate.person.id, reader_id=assessor.id, now=NOW)
    assert answers() == [404, 404, 404]


def test_the_same_file_elsewhere_is_told_to_the_assessor_alone(
    session: Session, candidate: Candidate, new_browser: Callable[..., Browser]
) -> None:
    twin = make_person(session, full_name="Nama Orang Lain")
    Candidate(twin, new_browser(twin), session).upload(pdf_bytes())
    evidence_id = candidate.upload(pdf_bytes())
    assessor = make_person(session, Role.ASSESSOR)
    grant_reader(session, owner_id=candidate.person.id, reader_id=assessor.id, now=NOW)
    seen = new_browser(assessor).page(f"/portofolio/{evidence_id}").text
    assert "persis sama juga ada di portofolio lain" in seen
    assert "Nama Orang Lain" not in seen
    assert "persis sama" not in candidate.browser.page(f"/portofolio/{evidence_id}").text
