"""Pictures put into a question by hand, and where its form shows what is wrong."""

import io
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa

from lsp.exams.models import Item, ItemMedia, ItemRevision
from lsp.exams.rules import illustrating
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.roles import Role
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
    png,
)
from tests.web.exams.test_bank import BODIES, COMMON, criterion_of

NEW = "/bank-soal/baru/single_choice"


@pytest.fixture
def browser(new_browser, session):
    return new_browser(make_person(session, Role.ITEM_WRITER))


def picture(name="Foto Rapat.png", colour="white"):
    return io.BytesIO(png(40, 30, colour)), name


def data_of(session, type_=ItemType.SINGLE_CHOICE, **values):
    return {**COMMON, **BODIES[type_], "criterion": criterion_of(session), **values}


def newest(session) -> ItemRevision:
    session.expire_all()
    return session.scalars(sa.select(ItemRevision).order_by(ItemRevision.number.desc())).first()


def revise(browser, session, **values):
    """Send the form of a new revision as it came, but for these values."""
    item = session.scalars(sa.select(Item)).one()
    form = browser.page(f"/bank-soal/{item.id}/revisi").select_one("main form")
    sent = {
        field["name"]: field.get("value", "")
        for field in form.select("input:not([type=radio], [type=checkbox], [type=file])")
    }
    sent |= {field["name"]: field["value"] for field in form.select("input[checked]")}
    sent |= {
        field["name"]: field.get_text().removeprefix("\n") for field in form.select("textarea")
    }
    sent["level"] = "C3"
    return browser.page(f"/bank-soal/{item.id}/revisi", data={**sent, **values})


@pytest.mark.parametrize("type_", [type_ for type_ in ItemType if type_ is not ItemType.HOTSPOT])
def test_a_question_of_each_type_takes_a_picture(browser, session, type_) -> None:
    data = data_of(session, type_, picture_1=picture(), alt_1="Rapat redaksi")
    page = browser.page(f"/bank-soal/baru/{type_.value}", data=data)
    shown = page.select_one('img[alt="Rapat redaksi"]')
    with browser.get(urljoin("/bank-soal/", shown["src"])) as response:
        assert response.mimetype == "image/png"
    media = session.scalars(sa.select(ItemMedia)).one()
    assert (media.alt, media.width) == ("Rapat redaksi", 40)


def test_words_typed_as_plain_text_stay_so_beside_a_picture(browser, session) -> None:
    words = "Berapa a < b & “c”?\n\nPilih <b>satu</b>."
    data = data_of(session, stem=words, choices="* a < b\n<i>", picture_1=picture(), alt_1="Rapat")
    page = browser.page(NEW, data=data)
    assert "Pilih <b>satu</b>." in page.get_text()
    item = session.scalars(sa.select(Item)).one()
    form = browser.page(f"/bank-soal/{item.id}/revisi")
    assert form.select_one("#stem").get_text().removeprefix("\n") == words
    assert form.select_one("[name=markup][checked]")["value"] == "plain"
    assert form.select_one("#choices").get_text().split("\n")[-2:] == ["* a < b", "<i>"]
    assert form.select_one('main img[alt="Rapat"]')


def test_pictures_are_kept_joined_and_taken_away_by_a_revision(browser, session) -> None:
    browser.page(NEW, data=data_of(session, picture_1=picture(), alt_1="Rapat"))
    first = newest(session)
    revise(browser, session, title="Lain")
    second = newest(session)
    assert (second.stem, second.content) == (first.stem, first.content)
    revise(browser, session, picture_2=picture("b.png", "red"), alt_2="Merah")
    third = newest(session)
    assert third.stem.count("<img") == 2
    name = session.scalar(sa.select(ItemMedia.name).where(ItemMedia.alt == "Rapat"))
    revise(browser, session, dropped=[name])
    assert "Merah" in newest(session).stem
    assert "Rapat" not in newest(session).stem
    name = session.scalar(sa.select(ItemMedia.name).where(ItemMedia.alt == "Merah"))
    revise(browser, session, dropped=[name])
    last = newest(session)
    assert (last.markup, last.stem) == (Markup.PLAIN, COMMON["stem"])


def test_what_a_kept_picture_shows_is_said_anew_by_a_revision(browser, session) -> None:
    pictures = {"picture_1": picture(), "alt_1": "Rapat", "picture_2": picture("b.png", "red")}
    browser.page(NEW, data=data_of(session, **pictures, alt_2="Merah"))
    first = newest(session)
    words = 'Rapat "redaksi" & wartawan'
    page = revise(browser, session, shown_1="", shown_2="Bendera")
    assert [a["href"] for a in page.select(".govuk-error-summary a")] == ["#shown_1"]
    assert page.select_one("#shown_2")["value"] == "Bendera"
    revise(browser, session, shown_1=words)
    second = newest(session)
    shown = list(illustrating.pictures_in(second.stem).items())
    assert [alt for _, alt in shown] == [words, "Merah"]
    assert second.stem.count('width="40"') == 2
    assert list(illustrating.pictures_in(first.stem)) == [name for name, _ in shown]
    item = session.scalars(sa.select(Item)).one()
    assert browser.page(f"/bank-soal/{item.id}").select_one("main img")["alt"] == words
    # What goes needs no words.
    revise(browser, session, shown_1="", dropped=[shown[0][0]])
    assert list(illustrating.pictures_in(newest(session).stem).values()) == ["Merah"]


def test_html_puts_a_picture_where_it_names_it(browser, session) -> None:
    stem = '<p>Lihat <img src="media:Foto Rapat.png"> ini.</p>'
    data = data_of(session, markup="html", stem=stem, picture_1=picture(), alt_1="Rapat")
    assert browser.page(NEW, data=data).select_one('img[alt="Rapat"]')
    name = session.scalars(sa.select(ItemMedia)).one().name
    assert newest(session).stem == f'<p>Lihat <img src="media:{name}" alt="Rapat"> ini.</p>'
    revise(browser, session, dropped=[name])
    assert newest(session).stem == "<p>Lihat  ini.</p>"


def test_a_form_with_a_fault_asks_for_the_file_again_and_keeps_the_rest(browser, session) -> None:
    data = data_of(session, choices="Satu\nDua", picture_1=picture(), alt_1="Rapat")
    page = browser.page(NEW, data=data)
    assert "Pilih lagi berkas Foto Rapat.png" in page.select_one("#picture_1-error").get_text()
    assert page.select_one("#alt_1")["value"] == "Rapat"
    assert session.scalars(sa.select(ItemMedia)).all() == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"alt_2": "Keterangan saja"}, "picture_2"),
        ({"markup": "html", "stem": '<img src="data:image/png;base64,AA">'}, "stem"),
        ({"markup": "html", "stem": '<p>a</p><img src="media:x.png">'}, "stem"),
        ({"markup": "html", "stem": "<p>a<script>1</script></p>"}, "stem"),
        ({"stem": r"Hitung \(\notacommand{\)"}, "stem"),
        ({"choices": "* \\(\\notacommand{\\)\nlain"}, "choices"),
        ({"max_score": "0,1"}, "max_score"),
    ],
)
def test_a_fault_is_shown_at_its_field(browser, session, values, field) -> None:
    page = browser.page(NEW, data=data_of(session, **values))
    assert [a["href"] for a in page.select(".govuk-error-summary a")] == [f"#{field}"]
    assert page.select_one(f"#{field}-error")
    assert session.scalars(sa.select(Item)).all() == []


def test_what_is_no_picture_is_refused_at_its_field(browser, session) -> None:
    drawing = io.BytesIO(b"<svg/>"), "a.svg"
    page = browser.page(NEW, data=data_of(session, picture_1=drawing, alt_1="A"))
    assert [a["href"] for a in page.select(".govuk-error-summary a")] == ["#picture_1"]
    assert session.scalars(sa.select(Item)).all() == []


def test_a_picture_without_words_is_refused(browser, session) -> None:
    page = browser.page(NEW, data=data_of(session, picture_3=picture()))
    assert "Tulis apa yang tampak" in page.select_one("#alt_3-error").get_text()


def test_the_candidate_sees_the_picture_in_the_sitting(browser, new_browser, session) -> None:
    browser.page(NEW, data=data_of(session, picture_1=picture(), alt_1="Rapat"))
    paper = make_paper(session, revisions=[newest(session)])
    seat = make_seat(session, exam_session=make_exam_session(session, paper=paper))
    attempt = make_attempt(session, seat=seat)
    candidate = new_browser(seat.candidate)
    page = candidate.page(f"/ujian/{attempt.id}/soal/1")
    source = page.select_one('img[alt="Rapat"]')["src"]
    with candidate.get(f"/ujian/{attempt.id}/soal/{source}") as response:
        assert response.mimetype == "image/png"


def test_the_key_draws_the_formulas_of_a_choice(browser, session) -> None:
    browser.page(NEW, data=data_of(session, choices="* satu \\(x^2\\)\n<b>dua"))
    item = session.scalars(sa.select(Item)).one()
    key = browser.page(f"/bank-soal/{item.id}").select_one("section[aria-labelledby=kunci]")
    assert key.select_one("li math msup")
    assert "\\(" not in key.get_text()


def test_the_key_shows_no_markup_of_a_strangers_making(browser, session) -> None:
    rows = [{"id": "a", "text": "<script>1</script><b>x</b>"}, {"id": "b", "text": "y"}]
    revision = make_revision(session, content={"choices": rows}, key={"correct": ["a"]})
    key = browser.page(f"/bank-soal/{revision.item_id}").select_one("[aria-labelledby=kunci]")
    assert not key.select("script, b")
