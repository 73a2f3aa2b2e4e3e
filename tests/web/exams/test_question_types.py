"""How each type of question is shown and answered: by a form alone, and with its pictures and files."""

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from reportlab.pdfgen.canvas import Canvas

from lsp.exams.models import Answer, Attempt, ResponseFile, Script
from lsp.exams.rules.kinds import AttemptState, ItemType, Markup
from lsp.exams.services.marking import mark_attempt
from lsp.exams.services.media import add_media
from lsp.exams.services.sitting import uploads
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
    png,
)

#: What a form sends for each type, and what is stored of it.
ANSWERED = {
    ItemType.SINGLE_CHOICE: ({"choice": "b"}, {"choice": "b"}),
    ItemType.ORDERING: (
        {"order-a": "2", "order-b": "", "order-c": "1", "order-d": ""},
        {"order": ["c", "a", "", ""]},
    ),
    ItemType.GAP_FILL: (
        {"gaps-1": " siaran  pers ", "gaps-2": "c", "gaps-3": ""},
        {"gaps": {"1": "siaran  pers", "2": "c"}},
    ),
    ItemType.HOTSPOT: ({"point-x": "200", "point-y": "150"}, {"point": [200, 150]}),
}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Room:
    """A candidate who sits questions of these types, in order."""

    def __init__(self, session, new_browser, *types, scoring=None, **values) -> None:
        self.session = session
        revisions = [make_revision(session, type=type_, **values) for type_ in types]
        self.items = [revision.item_id for revision in revisions]
        paper = make_paper(session, revisions=revisions)
        paper.scoring = scoring or {}
        session.flush()
        exam = make_exam_session(session, paper=paper)
        self.marker = make_person(session, Role.ASSESSOR)
        self.seat = make_seat(session, exam_session=exam, marker_id=self.marker.id)
        self.attempt = make_attempt(session, seat=self.seat)
        self.browser = new_browser(self.seat.candidate)

    def address(self, position=1, rest=""):
        return f"/ujian/{self.attempt.id}/soal/{position}{rest}"

    def page(self, position=1, **kwargs):
        return self.browser.page(self.address(position), **kwargs)

    def stored(self, position=1):
        return self.session.scalar(
            sa.select(Answer.response).where(
                Answer.attempt_id == self.attempt.id, Answer.position == position
            )
        )

    def upload(self, content, name="laporan.pdf"):
        data = {"upload": (io.BytesIO(content), name)}
        return self.browser.page(self.address(1, "/berkas"), data=data)

    def end(self):
        attempt = self.session.get(Attempt, self.attempt.id)
        attempt.state, attempt.ended_at = AttemptState.SUBMITTED, NOW
        self.session.flush()


@pytest.fixture
def room(session, new_browser):
    return lambda *types, **values: Room(session, new_browser, *types, **values)


def fetch(browser, address, **kwargs):
    """A file's answer, read to its end, so that the file behind it is closed."""
    with browser.get(address, **kwargs) as answer:
        answer.get_data()
        return answer


def text(node):
    return " ".join(node.get_text(" ").split())


@pytest.mark.parametrize("type_", ANSWERED)
def test_a_form_without_script_answers_each_type_and_comes_back_filled(room, type_) -> None:
    here = room(type_)
    sent, kept = ANSWERED[type_]
    here.page(data=sent)
    assert here.stored() == kept
    form = here.page().select_one("#answer-form")
    for name, value in sent.items():
        field = form.select_one(f"#question [name={name}]")
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            assert (chosen["value"] if chosen else "") == value
        elif field["type"] == "radio":
            assert form.select_one("#question [checked]")["value"] == value
        else:
            assert field["value"] == value.strip()


@pytest.mark.parametrize("type_", [type_ for type_ in ItemType if type_ is not ItemType.ORAL])
def test_every_field_of_a_question_has_a_name_to_be_read_out(room, type_) -> None:
    page = room(type_).page()
    for field in page.select("#question [name]:not([type=hidden], button)"):
        named = page.select_one(f"label[for='{field['id']}']")
        if named is None:
            named = page.select_one(f"#{field['aria-labelledby']}")
        assert text(named)


def test_one_place_for_two_rows_is_told_and_nothing_chosen_is_lost(room) -> None:
    here = room(ItemType.ORDERING)
    page = here.page(data={"order-a": "1", "order-b": "1", "order-c": "3"}, status=422)
    assert "dipilih dua kali" in text(page.select_one("#answer-error"))
    chosen = [option["value"] for option in page.select("#question option[selected]")]
    assert chosen == ["1", "1", "3"]
    assert here.stored() is None


def test_a_point_outside_the_picture_is_told_and_kept_on_the_page(room) -> None:
    page = room(ItemType.HOTSPOT).page(data={"point-x": "9999", "point-y": "1"}, status=422)
    assert "di luar gambar" in text(page.select_one("#answer-error"))
    assert page.select_one("[name=point-x]")["value"] == "9999"


def test_gaps_stand_in_their_sentence(room) -> None:
    words = text(room(ItemType.GAP_FILL).page().select_one(".lsp-gaps"))
    assert words.startswith("Pertanyaan uji")
    assert (
        "Tulis Rumpang 1 dengan Rumpang 2 Pilih Isi a Isi b Isi c dalam Rumpang 3 menit ." in words
    )


@pytest.mark.parametrize(
    ("scoring", "words"),
    [
        ({}, "mengurangi nilai soal ini"),
        ({"multiple": "all_or_nothing"}, "hanya bila semua pilihan Anda tepat"),
        ({"multiple": "right_only"}, "tidak mengurangi nilai"),
        ({"below_zero": True}, "sampai di bawah 0"),
    ],
)
def test_the_hint_says_what_a_wrong_tick_costs(room, scoring, words) -> None:
    page = room(ItemType.MULTIPLE_CHOICE, scoring=scoring).page()
    assert words in text(page.select_one("#answer-hint"))


def test_what_a_wrong_choice_costs_is_told_before_it_is_made(room) -> None:
    scoring = {"below_zero": True, "wrong_penalty": "0.25"}
    page = room(ItemType.SINGLE_CHOICE, scoring=scoring).page()
    assert "mengurangi nilai sebesar 25% dari nilai soal ini" in text(
        page.select_one("#answer-hint")
    )


def test_html_of_a_question_is_shown_clean_with_formulas_and_names_the_fields(room) -> None:
    stem = '<p>Hitung \\(\\frac{1}{2}\\).</p><script>alert(1)</script><img src="media:a.png" alt="Denah">'
    page = room(ItemType.SINGLE_CHOICE, markup=Markup.HTML, stem=stem).page()
    asked = page.select_one("#answer-asked")
    assert asked.select_one("math mfrac")
    assert not asked.select("script")
    assert asked.img["src"] == "1/gambar/a.png"
    assert page.select_one("#question fieldset")["aria-labelledby"] == "answer-asked"


# --- Pictures --------------------------------------------------------------------------------


def give_picture(session, app, item_id):
    storage = app.extensions["lsp"].storage
    return add_media(
        session, storage, item_id=item_id, name="denah.png", content=png(4, 3), now=NOW
    )


def test_a_picture_is_for_who_sits_the_question_now(room, session, app, new_browser) -> None:
    here = room(ItemType.HOTSPOT, ItemType.ESSAY)
    give_picture(session, app, here.items[0])
    address = here.address(1, "/gambar/denah.png")
    answer = fetch(here.browser, address)
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    again = fetch(here.browser, address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert fetch(here.browser, here.address(2, "/gambar/denah.png")).status_code == 404
    assert fetch(here.browser, here.address(1, "/gambar/lain.png")).status_code == 404
    assert fetch(new_browser(make_person(session)), address).status_code == 404
    # A pause, the browser and the end hold for pictures as for the question.
    attempt = session.scalars(sa.select(Attempt)).one()
    seats = attempt.seat
    for owner, name, value, status in (
        (attempt, "paused_at", NOW, 404),
        (attempt, "deadline", NOW - timedelta(hours=1), 404),
        (seats.session, "seb", {"required": True, "config_keys": ["ab" * 32]}, 403),
    ):
        before = getattr(owner, name)
        setattr(owner, name, value)
        session.commit()
        assert fetch(here.browser, address).status_code == status, name
        setattr(owner, name, before)
        session.commit()
    assert fetch(here.browser, address).status_code == 200
    here.end()
    assert fetch(here.browser, address).status_code == 404


def test_the_bank_sees_it_and_other_staff_do_not(room, session, app, new_browser) -> None:
    here = room(ItemType.HOTSPOT)
    give_picture(session, app, here.items[0])
    stranger = new_browser(make_person(session, Role.ASSESSOR))
    banked = f"/bank-soal/{here.items[0]}/gambar/denah.png"
    assert fetch(new_browser(make_person(session, Role.ITEM_WRITER)), banked).status_code == 200
    assert fetch(stranger, banked).status_code == 403
    assert fetch(here.browser, banked).status_code == 403


# --- Files -----------------------------------------------------------------------------------


def office(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return file.getvalue()


def test_a_file_is_handed_in_replaced_and_opened_by_its_candidate(
    room, new_browser, session
) -> None:
    here = room(ItemType.FILE_UPLOAD)
    page = here.upload(PDF, "../Laporan akhir.exe")
    assert "Berkas Laporan akhir.pdf sudah diunggah" in text(page.main)
    first = here.stored()
    assert first["name"] == "Laporan akhir.pdf"
    assert "dari 1" in text(page.main)
    download = fetch(here.browser, here.address(1, "/berkas/" + first["file"]))
    assert download.data == PDF
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    here.upload(office("word/document.xml"), "versi dua.docx")
    assert here.stored()["name"] == "versi dua.docx"
    stranger = new_browser(make_person(session))
    assert fetch(stranger, here.address(1, "/berkas/" + first["file"])).status_code == 404
    here.end()
    assert fetch(here.browser, here.address(1, "/berkas/" + first["file"])).status_code == 404


@pytest.mark.parametrize(
    ("minutes", "words", "counts"),
    [
        (61, "Berkas laporan.pdf masih diterima dan ditandai terlambat", True),
        (63, "Berkas laporan.pdf tiba sesudah ujian berakhir", False),
    ],
)
def test_a_late_file_is_called_late_and_a_later_one_not_counted(
    room, clock, session, *, minutes, words, counts
) -> None:
    here = room(ItemType.FILE_UPLOAD)
    clock.move(minutes=minutes)
    page = here.upload(PDF, "laporan.pdf")
    assert words in text(page.main)
    assert "sudah diunggah" not in text(page.main)
    answer = session.scalar(sa.select(Answer.response))
    assert (answer is not None) is counts


def test_its_marker_opens_it_under_a_neutral_name(room, new_browser, session) -> None:
    here = room(ItemType.FILE_UPLOAD)
    here.upload(signed_pdf("Nama Rahasia"), "Nama Rahasia.pdf")
    here.end()
    mark_attempt(session, here.attempt.id, NOW)
    script_id = session.scalars(sa.select(Script.id)).one()
    marker = new_browser(here.marker)
    page = marker.page(f"/penilaian-ujian/jawaban/{script_id}")
    assert "Rahasia" not in str(page)
    answer = fetch(marker, page.find("a", string="Unduh berkas jawaban")["href"])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Berkas jawaban.pdf"'
    assert b"Rahasia" not in answer.data
    assert answer.data.startswith(b"%PDF-")
    assert fetch(here.browser, f"/penilaian-ujian/jawaban/{script_id}/berkas").status_code == 403


def signed_pdf(author):
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setAuthor(author)
    canvas.drawString(72, 700, "Jawaban")
    canvas.save()
    return file.getvalue()


def test_its_marker_sees_the_pictures_of_the_question(room, session, app, new_browser) -> None:
    here = room(ItemType.ESSAY)
    give_picture(session, app, here.items[0])
    session.add(
        Answer(
            attempt_id=here.attempt.id,
            position=1,
            seq=1,
            response={"text": "Denah"},
            saved_at=NOW,
        )
    )
    here.end()
    mark_attempt(session, here.attempt.id, NOW)
    script_id = session.scalars(sa.select(Script.id)).one()
    address = f"/penilaian-ujian/jawaban/{script_id}/gambar/denah.png"
    assert fetch(new_browser(here.marker), address).status_code == 200
    stranger = new_browser(make_person(session, Role.ASSESSOR))
    assert fetch(stranger, address).status_code == 404


def test_going_on_without_script_keeps_the_file(room) -> None:
    here = room(ItemType.FILE_UPLOAD, ItemType.ESSAY)
    form = here.upload(PDF).select_one("#answer-form")
    hidden = {f["name"]: f["value"] for f in form.select("#question input[type=hidden]")}
    before = here.stored()
    here.page(data={**hidden, "go": "next"})
    assert here.stored() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"MZ\x90 program", "rusak atau bukan PDF, DOCX"),
        (b"<html><script>alert(1)</script>", "rusak atau bukan PDF, DOCX"),
        (png(4, 4), "rusak atau bukan PDF, DOCX"),
        (office("xl/workbook.xml"), "rusak atau bukan PDF, DOCX"),
        (office("word/document.xml", "word/vbaProject.bin"), "rusak atau bukan PDF, DOCX"),
        (b"PK\x03\x04 broken", "rusak atau bukan PDF, DOCX"),
        (PDF.replace(b"trailer", b" " * (5 * 1024 * 1024)), "lebih dari 5 MB"),
    ],
    ids=["empty", "program", "page", "picture", "sheet", "macro", "broken", "large"],
)
def test_what_is_not_asked_for_is_refused_in_words(room, content, words) -> None:
    here = room(ItemType.FILE_UPLOAD)
    assert words in text(here.upload(content).main)
    assert here.stored() is None
    assert here.session.scalars(sa.select(ResponseFile)).all() == []


def test_no_file_at_all_is_told(room) -> None:
    here = room(ItemType.FILE_UPLOAD)
    page = here.browser.page(here.address(1, "/berkas"), data={})
    assert "Pilih berkas di perangkat Anda dulu" in text(page.main)


def test_files_of_one_question_are_bounded(room, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 1)
    here = room(ItemType.FILE_UPLOAD)
    here.upload(PDF)
    assert "sudah mengunggah 1 berkas" in text(here.upload(PDF).main)


def test_only_a_file_question_of_ones_own_open_sitting_takes_a_file(
    room, new_browser, session
) -> None:
    here = room(ItemType.ESSAY)
    data = {"upload": (io.BytesIO(PDF), "a.pdf")}
    assert here.browser.post(here.address(1, "/berkas"), data=data).status_code == 404
    other = room(ItemType.FILE_UPLOAD)
    data = {"upload": (io.BytesIO(PDF), "a.pdf")}
    assert here.browser.post(other.address(1, "/berkas"), data=data).status_code == 404
    other.end()
    data = {"upload": (io.BytesIO(PDF), "a.pdf")}
    other.browser.post(other.address(1, "/berkas"), data=data)
    assert session.scalars(sa.select(ResponseFile)).all() == []


def test_another_candidates_file_leads_nowhere_for_the_marker(room, new_browser, session) -> None:
    theirs = room(ItemType.FILE_UPLOAD)
    theirs.upload(PDF)
    here = room(ItemType.FILE_UPLOAD)
    here.upload(PDF)
    answer = session.get(Answer, (here.attempt.id, 1))
    answer.response = {"file": theirs.stored()["file"], "name": "laporan.pdf"}
    here.end()
    mark_attempt(session, here.attempt.id, NOW)
    script_id = session.scalars(sa.select(Script.id)).one()
    address = f"/penilaian-ujian/jawaban/{script_id}/berkas"
    assert fetch(new_browser(here.marker), address).status_code == 404


@pytest.mark.usefixtures("csrf_on")
def test_a_form_of_another_site_hands_nothing_in(room) -> None:
    here = room(ItemType.FILE_UPLOAD)
    here.upload(PDF)
    assert here.stored() is None
