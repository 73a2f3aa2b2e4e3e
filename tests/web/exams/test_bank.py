import io
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Item, ItemRevision
from lsp.exams.rules.kinds import ItemType
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_revision, png
from tests.factories.skkni import make_unit

COMMON = {
    "identifier": "UJI-500",
    "level": "C3",
    "title": "Soal baru",
    "stem": "Apa jawabannya?",
    "max_score": "1",
    "markup": "plain",
    "rationale": "Karena demikian.",
    "tags": "uji, humas-pemerintah",
}
BODIES = {
    ItemType.SINGLE_CHOICE: {"choices": "Salah\n* Benar\nKeliru"},
    ItemType.MULTIPLE_CHOICE: {"choices": "* Satu\n*Dua\nTiga"},
    ItemType.TRUE_FALSE: {"answer": "no"},
    ItemType.SHORT_ANSWER: {
        "accepted": "siaran pers\nrilis pers",
        "case_sensitive": "no",
        "ignore_spaces": "no",
        "wildcards": "no",
    },
    ItemType.NUMERICAL: {"value": "12,5", "tolerance": "0,125", "unit": "jam"},
    ItemType.MATCHING: {"pairs": "A = satu\nB = dua", "extra_right": "tiga"},
    ItemType.ESSAY: {"rubric": "Isi = 1", "model_answer": "Contoh.", "max_words": "200"},
    ItemType.ORDERING: {"rows": "Satu\nDua\nTiga", "exact": "no"},
    ItemType.GAP_FILL: {
        "stem": "[[1]] dan [[2]] dan [[3]]?",
        "gaps": "(2) rilis | siaran pers\n*a | b\n# 12,5 ± 0,5 menit",
    },
    ItemType.HOTSPOT: {
        "alt": "Denah ruang",
        "areas": "kotak 1, 2, 30, 20\nlingkaran 20, 10, 5\npoligon 1, 1, 9, 1, 5, 9",
    },
    ItemType.FILE_UPLOAD: {
        "kinds": ["pdf", "docx"],
        "max_megabytes": "5",
        "rubric": "Isi = 1",
        "model_answer": "Contoh.",
    },
    ItemType.ORAL: {"rubric": "Isi = 1", "model_answer": "Contoh."},
}
KEYS = {
    ItemType.SINGLE_CHOICE: {"correct": ["b"]},
    ItemType.MULTIPLE_CHOICE: {"correct": ["a", "b"]},
    ItemType.TRUE_FALSE: {"answer": False},
    ItemType.SHORT_ANSWER: {"accepted": ["siaran pers", "rilis pers"], "case_sensitive": False},
    ItemType.NUMERICAL: {"value": "12.5", "tolerance": "0.125"},
    ItemType.MATCHING: {"pairs": {"1": "b", "2": "a"}},
    ItemType.ESSAY: {"rubric": [{"aspect": "Isi", "points": "1"}], "model_answer": "Contoh."},
    ItemType.ORDERING: {"order": ["b", "a", "c"]},
    ItemType.GAP_FILL: {
        "gaps": {
            "1": {"accepted": ["rilis", "siaran pers"], "case_sensitive": False, "weight": "2"},
            "2": {"correct": ["a"], "weight": "1"},
            "3": {"value": "12.5", "tolerance": "0.5", "weight": "1"},
        }
    },
    ItemType.HOTSPOT: {
        "areas": [
            {"id": "a", "shape": "rect", "coords": [1, 2, 30, 20]},
            {"id": "b", "shape": "circle", "coords": [20, 10, 5]},
            {"id": "c", "shape": "poly", "coords": [1, 1, 9, 1, 5, 9]},
        ]
    },
    ItemType.FILE_UPLOAD: {
        "rubric": [{"aspect": "Isi", "points": "1"}],
        "model_answer": "Contoh.",
    },
    ItemType.ORAL: {"rubric": [{"aspect": "Isi", "points": "1"}], "model_answer": "Contoh."},
}


def body_of(type_: ItemType) -> dict:
    """The fields of a type; a file can be sent once, so it is made each time."""
    if type_ is not ItemType.HOTSPOT:
        return BODIES[type_]
    return {**BODIES[type_], "picture": (io.BytesIO(png(40, 30)), "Denah Ruang.png")}


@pytest.fixture
def writer(session: Session):
    return make_person(session, Role.ITEM_WRITER)


@pytest.fixture
def browser(new_browser: Callable[..., Browser], writer) -> Browser:
    return new_browser(writer)


def criterion_of(session: Session) -> str:
    return str(make_unit(session).elements[0].criteria[0].id)


@pytest.mark.parametrize("type_", ItemType)
def test_a_writer_writes_a_question_of_each_type(
    browser: Browser, session: Session, type_: ItemType
) -> None:
    data = {**COMMON, **body_of(type_), "criterion": criterion_of(session)}
    page = browser.page(f"/bank-soal/baru/{type_.value}", data=data)
    assert page.h1.get_text() == "Soal baru"
    assert "disimpan sebagai draf" in page.get_text()
    revision = session.scalars(sa.select(ItemRevision)).one()
    assert revision.key == KEYS[type_]
    assert revision.item.tags == ["uji", "humas-pemerintah"]


def filled(browser: Browser, item: Item) -> dict:
    """What the form of a question's next revision is filled with."""
    form = browser.page(f"/bank-soal/{item.id}/revisi").select_one("main form")
    sent = {
        field["name"]: field.get("value", "")
        for field in form.select("input:not([type=radio], [type=checkbox], [type=file])")
    }
    sent |= {field["name"]: field["value"] for field in form.select("input[type=radio][checked]")}
    for field in form.select("input[type=checkbox][checked]"):
        sent.setdefault(field["name"], []).append(field["value"])
    sent |= {
        field["name"]: field.get_text().removeprefix("\n") for field in form.select("textarea")
    }
    sent |= {
        field["name"]: field.select_one("option[selected]")["value"]
        for field in form.select("select")
    }
    return sent


@pytest.mark.parametrize("type_", ItemType)
def test_a_revision_form_comes_filled_and_goes_back_unchanged(
    browser: Browser, session: Session, type_: ItemType
) -> None:
    data = {**COMMON, **body_of(type_), "criterion": criterion_of(session)}
    browser.page(f"/bank-soal/baru/{type_.value}", data=data)
    item = session.scalars(sa.select(Item)).one()
    sent = filled(browser, item)
    browser.page(f"/bank-soal/{item.id}/revisi", data={**sent, "title": "Judul lain"})
    old, new = item.revisions
    assert (new.content, new.key, new.max_score) == (old.content, old.key, old.max_score)
    assert f"{new.max_score:f}" == "1"
    assert new.title == "Judul lain"


def test_a_third_keeps_its_worth_when_another_choice_is_mended(
    browser: Browser, session: Session, writer
) -> None:
    third = str(Decimal(1) / 3)
    rows = [{"id": id_, "text": f"Pilihan {id_}"} for id_ in "abc"]
    key = {"correct": ["a"], "weights": {"a": "1", "b": third, "c": "0"}}
    revision = make_revision(session, created_by_id=writer.id, content={"choices": rows}, key=key)
    item = revision.item
    sent = filled(browser, item)
    assert sent["choices"].split("\n")[1] == "[33,33333%] Pilihan b"

    address = f"/bank-soal/{item.id}/revisi"
    typo = sent["choices"].replace("33,33333%", "33,33…%")
    page = browser.page(address, data={**sent, "choices": typo})
    assert "[33,33…%] Pilihan b" in page.select_one(".govuk-error-summary").get_text()
    browser.page(address, data={**sent, "choices": sent["choices"].replace("n c", "n c2")})
    session.expire_all()
    assert item.revisions[-1].key == key
    assert [row["text"] for row in item.revisions[-1].content["choices"]][2] == "Pilihan c2"


def test_a_faulty_question_keeps_what_was_typed(browser: Browser, session: Session) -> None:
    data = {**COMMON, "criterion": criterion_of(session), "choices": "Satu\nDua"}
    page = browser.page("/bank-soal/baru/single_choice", data=data)
    assert "Tandai tepat satu pilihan" in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#choices").get_text().strip() == "Satu\nDua"
    assert session.scalars(sa.select(Item)).all() == []


@pytest.mark.parametrize(
    ("type_", "field", "value"),
    [
        ("matching", "pairs", "tanpa tanda"),
        ("essay", "rubric", "Isi = banyak"),
        ("numerical", "value", "NaN"),
        ("numerical", "tolerance", "sNaN"),
        ("single_choice", "max_score", "1e9"),
        ("single_choice", "max_score", "0,1"),
        ("single_choice", "identifier", "x"),
    ],
)
def test_hostile_values_get_a_message(
    browser: Browser, session: Session, type_: str, field: str, value: str
) -> None:
    data = {**COMMON, **BODIES[ItemType(type_)], "criterion": criterion_of(session), field: value}
    page = browser.page(f"/bank-soal/baru/{type_}", data=data)
    assert page.select_one(".govuk-error-summary")


def test_the_type_is_chosen_first(browser: Browser) -> None:
    assert len(browser.page("/bank-soal/baru").select("input[type=radio]")) == len(ItemType)
    assert browser.page("/bank-soal/baru?type=").select_one(".govuk-radios")
    assert browser.page("/bank-soal/baru?type=essay").h1.get_text() == "Soal baru"
    browser.page("/bank-soal/baru/teka-teki", status=404)


def test_the_list_filters_and_pages(browser: Browser, session: Session) -> None:
    for n in range(26):
        make_revision(session, title=f"Judul {n:02}")
    page = browser.page("/bank-soal")
    assert len(page.select("tbody tr")) == 25
    assert len(browser.page("/bank-soal?halaman=2").select("tbody tr")) == 1
    assert len(browser.page("/bank-soal?cari=Judul 07").select("tbody tr")) == 1
    assert "Tidak ada soal" in browser.page("/bank-soal?jenis=essay").get_text()
    browser.page("/bank-soal?cari=%00")
    browser.page("/bank-soal?unit=x&jenis=y&keadaan=z&jenjang=C9&halaman=-3")


def test_the_item_page_shows_question_and_key(browser: Browser, session: Session) -> None:
    revision = make_revision(session, type=ItemType.MATCHING)
    text = browser.page(f"/bank-soal/{revision.item_id}").get_text()
    assert "Kiri 1 → Kanan b" in text
    assert "Belum dipakai" in text
    browser.page(f"/bank-soal/{revision.item_id}?revisi=9", status=404)


def test_the_coverage_page_names_what_is_missing(browser: Browser, session: Session) -> None:
    unit = make_unit(session, elements=1, criteria=2)
    make_revision(session, criterion=unit.elements[0].criteria[0])
    assert "KUK 1.2" in browser.page("/bank-soal/cakupan").get_text()


def test_who_reads_does_not_write(new_browser: Callable[..., Browser], session: Session) -> None:
    revision = make_revision(session)
    auditor = new_browser(make_person(session, Role.AUDITOR))
    page = auditor.page(f"/bank-soal/{revision.item_id}")
    assert not page.select("main form")
    auditor.page(f"/bank-soal/{revision.item_id}/revisi", status=403)
    new_browser(make_person(session)).page("/bank-soal", status=403)
