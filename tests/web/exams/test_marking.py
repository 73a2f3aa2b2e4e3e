from collections.abc import Callable
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import Attempt, Script
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.marking import answer_code
from lsp.exams.services.marking import mark_attempt
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_unit

RUBRIC = [{"aspect": "Isi", "points": "2.5"}, {"aspect": "Bahasa", "points": "1.5"}]


@pytest.fixture
def assessor(session: Session) -> Person:
    return make_person(session, Role.ASSESSOR)


@pytest.fixture
def browser(new_browser: Callable[..., Browser], assessor: Person) -> Browser:
    return new_browser(assessor)


@pytest.fixture
def attempt(session: Session, assessor: Person) -> Attempt:
    """An attempt at a paper of two essays with two aspects each, handed to the assessor."""
    criterion = make_unit(session).elements[0].criteria[0]
    key = {"rubric": RUBRIC, "model_answer": "Contoh jawaban yang baik"}
    revisions = [
        make_revision(session, type=ItemType.ESSAY, criterion=criterion, key=key) for _ in range(2)
    ]
    exam = make_exam_session(session, paper=make_paper(session, revisions=revisions))
    candidate = make_person(session, full_name="Nama Rahasia")
    attempt = make_ended_attempt(
        session,
        seat=make_seat(session, exam_session=exam, candidate=candidate, marker=assessor),
        answers={1: {"text": "Esai <b>pertama</b>."}, 2: {"text": "Esai kedua."}},
    )
    mark_attempt(session, attempt.id, NOW)
    return attempt


def script(session: Session, attempt: Attempt, position: int = 1) -> Script:
    return session.scalars(
        sa.select(Script).where(Script.attempt_id == attempt.id, Script.position == position)
    ).one()


@pytest.fixture
def address(session: Session, attempt: Attempt) -> str:
    return f"/penilaian-ujian/jawaban/{script(session, attempt).id}"


FULL = {"aspect-1": "2,5", "aspect-2": "1.5", "comment": ""}


def test_neither_the_candidate_nor_the_sitting_is_named(
    browser: Browser, attempt: Attempt, address: str
) -> None:
    candidate = attempt.seat.candidate
    session_list = f"/penilaian-ujian/sesi/{attempt.seat.session_id}"
    for page in (browser.page(each) for each in ("/penilaian-ujian", session_list, address)):
        html = str(page)
        for secret in (candidate.full_name, candidate.email, attempt.id, attempt.seat_id):
            assert str(secret) not in html
        assert str(candidate.id) not in html


def test_an_answer_stands_beside_its_rubric(browser: Browser, address: str) -> None:
    page = browser.page(address)
    text = page.get_text()
    assert "Esai <b>pertama</b>." in text
    assert "Contoh jawaban yang baik" in text
    assert "2 kata" in text
    assert "0 dari 1 jawaban soal ini sudah dinilai" in text
    labels = [label.get_text(strip=True) for label in page.select("fieldset label")]
    assert labels == ["1. Isi", "2. Bahasa"]


def test_an_assessor_marks_one_answer_after_the_other(
    session: Session, browser: Browser, attempt: Attempt, address: str
) -> None:
    second = script(session, attempt, 2)
    page = browser.page(address, data={**FULL, "aspect-1": "2,25", "comment": "Kurang contoh"})
    assert answer_code(second.id) in page.title.get_text()
    page = browser.page(f"/penilaian-ujian/jawaban/{second.id}", data=FULL)
    assert "Semua jawaban Anda sudah dinilai" in page.get_text()
    assert "3,75 dari 4" in page.get_text()
    assert "1 dari 1" in browser.page("/penilaian-ujian").get_text()


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"aspect-1": ""}, "aspect-1", "Isi nilai aspek 1"),
        ({"aspect-2": "1,75"}, "aspect-2", "Isi nilai dari 0 sampai 1,5"),
        ({"aspect-1": "NaN"}, "aspect-1", "Isi nilai"),
        ({"aspect-1": "banyak"}, "aspect-1", "Isi nilai aspek 1 dengan angka"),
        ({"aspect-1": "1,1"}, "aspect-1", "kelipatan 0,25"),
        ({"aspect-1": "2", "comment": ""}, "comment", "Isi alasan"),
    ],
)
def test_a_refused_mark_keeps_what_was_typed(
    browser: Browser, address: str, changed: dict[str, str], field: str, message: str
) -> None:
    data = {**FULL, "comment": "Catatan saya", **changed}
    page = browser.page(address, data=data)
    (link,) = page.select(".govuk-error-summary a")
    assert message in link.get_text()
    assert link["href"] == f"#{field}"
    assert page.select_one("#comment").get_text().strip() == data["comment"]
    for name in ("aspect-1", "aspect-2"):
        assert page.select_one(f"#{name}").get("value", "") == data[name]
    assert "0 dari 1" in page.get_text()


def test_a_changed_mark_shows_the_one_before(browser: Browser, address: str) -> None:
    browser.page(address, data={**FULL, "aspect-1": "1", "comment": "Kurang dua fakta"})
    browser.page(address, data=FULL)
    page = browser.page(address)
    assert "Kurang dua fakta" in page.get_text()
    assert page.select_one("#aspect-1")["value"] == "2,5"


def test_an_answer_may_be_passed_over(
    session: Session, browser: Browser, attempt: Attempt, address: str
) -> None:
    link = browser.page(address).find("a", string="Lewati dulu")
    assert link["href"].endswith(str(script(session, attempt, 2).id))


def test_an_oral_question_names_who_is_asked_and_keeps_the_answer(
    session: Session, browser: Browser, assessor: Person
) -> None:
    oral = make_revision(session, type=ItemType.ORAL)
    exam = make_exam_session(session, paper=make_paper(session, revisions=[oral]))
    candidate = make_person(session, full_name="Rina Lestari")
    seat = make_seat(session, exam_session=exam, candidate=candidate, marker=assessor)
    attempt = make_ended_attempt(session, seat=seat, answers={})
    mark_attempt(session, attempt.id, NOW)
    address = f"/penilaian-ujian/jawaban/{script(session, attempt).id}"
    assert "Rina Lestari" in browser.page(address).get_text()
    page = browser.page(address, data={"aspect-1": "4", "notes": "", "comment": ""})
    assert page.select_one(".govuk-error-summary a")["href"] == "#notes"
    browser.page(address, data={"aspect-1": "4", "notes": "Tiga langkah", "comment": ""})
    assert "Tiga langkah" in browser.page(address).select_one("#notes").get_text()


def test_another_assessor_finds_nothing(
    new_browser: Callable[..., Browser], session: Session, attempt: Attempt, address: str
) -> None:
    other = new_browser(make_person(session, Role.ASSESSOR))
    assert "Tidak ada jawaban" in other.page("/penilaian-ujian").get_text()
    for each in (
        address,
        f"{address}/berkas",
        f"/penilaian-ujian/sesi/{attempt.seat.session_id}",
        f"/penilaian-ujian/sesi/{attempt.seat.session_id}/kontrol",
        f"/penilaian-ujian/kontrol/{script(session, attempt).id}",
        f"/penilaian-ujian/jawaban/{uuid4()}",
    ):
        other.page(each, status=404)
    other.page(address, data=FULL, status=404)
    assert attempt.marked_at is None


def test_the_list_costs_the_same_however_long(
    browser: Browser, session: Session, assessor: Person, statements: list[str]
) -> None:
    counts = []
    for size in (1, 10):
        for _ in range(size):
            seat = make_seat(session, exam_session=make_exam_session(session), marker=assessor)
            mark_attempt(session, make_ended_attempt(session, seat=seat).id, NOW)
        session.commit()
        statements.clear()
        page = browser.page("/penilaian-ujian")
        counts.append(len(statements))
    assert len(page.select("tbody tr")) == 11
    assert counts[0] == counts[1]
