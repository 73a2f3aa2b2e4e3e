import io

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lsp.portfolios.models import Evidence
from tests.factories.portfolios import make_evidence, pdf_bytes
from tests.factories.skkni import make_scheme_version
from tests.web.portfolios.conftest import FORM, Candidate


def rows(session: Session) -> int:
    return session.execute(sa.select(sa.func.count(Evidence.id))).scalar_one()


def files(app: Flask) -> list[object]:
    return [p for p in app.extensions["lsp"].settings.files.rglob("*") if p.is_file()]


def values(page: BeautifulSoup) -> dict[str, str]:
    """What stands in the form's fields."""
    found = {each["name"]: each.get("value", "") for each in page.select("main input[name]")}
    found |= {each["name"]: each.text.strip() for each in page.select("main textarea[name]")}
    for select in page.select("main select[name]"):
        option = select.select_one("option[selected]")
        found[select["name"]] = option["value"] if option else ""
    return found


def test_an_upload_leads_to_the_choice_of_criteria(session: Session, candidate: Candidate) -> None:
    make_scheme_version(session)
    page = candidate.send()
    assert page.h1.text == "KUK mana yang ditunjukkan bukti ini?"
    assert "Bukti tersimpan" in page.text
    evidence = session.scalars(sa.select(Evidence)).one()
    assert evidence.title == FORM["title"]
    assert evidence.contribution == FORM["contribution"]
    assert evidence.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"MZ\x90\x00" + b"\0" * 100, "Isi berkas ini berjenis EXE"),
        (b"", "Berkas ini kosong"),
        (pdf_bytes(password="x"), "dikunci dengan kata sandi"),
    ],
)
def test_a_refused_file_is_explained_at_the_field_and_nothing_typed_is_lost(
    session: Session, app: Flask, candidate: Candidate, content: bytes, message: str
) -> None:
    page = candidate.send(content, "surat.pdf")
    assert message in page.select_one("#file-error").text
    assert page.title.text.startswith("Galat:")
    typed = values(page)
    assert {name: typed[name] for name in FORM} == FORM
    assert rows(session) == 0
    assert files(app) == []


def test_a_mistake_elsewhere_keeps_what_was_typed_and_asks_for_the_file_again(
    session: Session, app: Flask, candidate: Candidate
) -> None:
    page = candidate.send(title="", **{"made_on-month": "13"})
    summary = page.select_one(".govuk-error-summary").text
    assert "Isi judul bukti" in summary
    assert "Isi tanggal yang ada" in summary
    assert "Pilih berkasnya lagi" in page.select_one("#file-error").text
    typed = values(page)
    assert typed["contribution"] == FORM["contribution"]
    assert typed["made_on-month"] == "13"
    assert typed["kind"] == "siaran_pers"
    assert files(app) == []


def test_a_day_in_the_future_is_refused_by_the_service_without_leaving_a_file(
    app: Flask, candidate: Candidate
) -> None:
    page = candidate.send(**{"made_on-year": "2027"})
    assert "tidak boleh di masa depan" in page.select_one(".govuk-error-summary").text
    assert "Pilih berkasnya lagi" in page.select_one("#file-error").text
    assert files(app) == []


def test_a_form_without_a_file_asks_for_one(candidate: Candidate) -> None:
    page = candidate.browser.page("/portofolio/unggah", data=FORM)
    assert "Pilih berkas" in page.select_one("#file-error").text


def test_a_file_beyond_the_limit_loses_nothing_typed(
    session: Session, app: Flask, candidate: Candidate
) -> None:
    large = FileStorage(io.BytesIO(b"%PDF-1.4" + b"0" * (22 * 1024 * 1024)), "besar.pdf")
    boundary, body = encode_multipart({**FORM, "file": large})
    page = candidate.browser.page(
        "/portofolio/unggah",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert "lebih dari 20 MB" in page.select_one("#file-error").text
    assert values(page)["title"] == FORM["title"]
    assert rows(session) == 0


def test_a_flood_of_bytes_is_turned_away_before_it_is_read(
    app: Flask, candidate: Candidate
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    data = {**FORM, "file": (io.BytesIO(b"0" * 5000), "banjir.pdf")}
    page = candidate.browser.page("/portofolio/unggah", data=data, status=413)
    assert page.h1.text == "Berkas terlalu besar"


def test_the_same_file_twice_names_the_earlier_one(session: Session, candidate: Candidate) -> None:
    candidate.upload()
    page = candidate.send(title="Judul lain")
    assert "Siaran pers layanan aduan" in page.select_one(".govuk-error-summary").text
    assert rows(session) == 1


def test_hostile_text_is_shown_as_text(session: Session, candidate: Candidate) -> None:
    evidence = make_evidence(
        session,
        owner=candidate.person,
        title="<script>alert(1)</script>",
        contribution='"><img src=x onerror=alert(1)>',
    )
    for address in ("/portofolio", f"/portofolio/{evidence.id}/klaim"):
        page = candidate.browser.page(address)
        assert "<script>alert(1)</script>" in page.text
        assert not page.find("script", string="alert(1)")


def test_an_over_long_title_is_refused_with_its_length(candidate: Candidate) -> None:
    page = candidate.send(title="j" * 151)
    assert "Paling banyak 150 karakter" in page.select_one("#title-error").text
