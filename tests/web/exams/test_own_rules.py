"""Questions scored by the rules of their file: what reviewers, writers and candidates see of them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import ItemRevision
from lsp.exams.services.scoring import qti_key, score_of
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_revision
from tests.formats.exams.qti import choices, item, mapping, one, outcome, response, template
from tests.web.exams.test_question_types import Room

MAPPED = item(
    choices(0),
    response(
        "multiple",
        "identifier",
        "A|B",
        mapping({"A": 3, "B": 1, "C": -1}, lowerBound=-1, upperBound=3),
    )
    + outcome(),
    template("map_response"),
)
WHOLE = item(
    choices(0), response("multiple", "identifier", "A|B") + outcome(), template("match_correct")
)


def stored(xml: str) -> dict[str, Any]:
    """What the bank keeps of a file's question."""
    found = one(xml)
    return {
        "type": found.type,
        "content": found.body.content,
        "key": {**found.body.key, "qti": qti_key(found)},
        "max_score": found.max_score,
        "stem": "Apa yang dikirim ke media?",
    }


def text(node: Any) -> str:
    return " ".join(node.get_text(" ").split())


@pytest.fixture
def browser(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.ITEM_WRITER))


@pytest.fixture
def revision(session: Session) -> ItemRevision:
    return make_revision(session, **stored(MAPPED))


def test_the_item_page_tells_what_earns_how_much_by_the_rules_of_the_file(
    browser: Browser, revision: ItemRevision
) -> None:
    page = browser.page(f"/bank-soal/{revision.item_id}")
    assert "menurut aturan dari berkas asalnya (map_response)" in text(page)
    rows = [text(row) for row in page.select("#nilai-berkas tbody tr")]
    assert rows == [
        "A. Siaran pers 3",
        "B. Undangan 1",
        "C. Notula -1",
        "A, B 3",
        "Semua pilihan dipilih 3",
        "Batas bawah -1",
        "Batas atas 3",
    ]


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (MAPPED, "Pilihan yang salah bisa mengurangi nilai soal ini."),
        (WHOLE, "hanya bila semua pilihan Anda tepat"),
        (MAPPED.replace('mappedValue="-1"', 'mappedValue="0"'), "tidak mengurangi nilai"),
    ],
)
def test_candidates_read_only_what_is_true_of_that_rule(
    session: Session, new_browser: Callable[..., Browser], xml: str, words: str
) -> None:
    values = stored(xml)
    room = Room(session, new_browser, values.pop("type"), **values)
    assert words in text(room.page().select_one("#answer-hint"))


def test_shares_of_a_key_that_take_nothing_away_are_not_said_to(
    session: Session, new_browser: Callable[..., Browser]
) -> None:
    values = stored(MAPPED)
    values["key"] = {"correct": ["a", "b"], "weights": {"a": "0.5", "b": "0.5", "c": "0"}}
    room = Room(session, new_browser, values.pop("type"), **values)
    assert "tidak mengurangi nilai" in text(room.page().select_one("#answer-hint"))


def sent(browser: Browser, revision: ItemRevision, **changes: str) -> Any:
    """The form of the next revision, sent with these changes."""
    page = browser.page(f"/bank-soal/{revision.item_id}/revisi")
    data = {
        "level": "C2",
        "title": revision.title,
        "stem": revision.stem,
        "markup": "plain",
        "max_score": "3",
        "choices": page.select_one("[name=choices]").get_text().strip(),
        "seen": "1",
    }
    return browser.page(f"/bank-soal/{revision.item_id}/revisi", data={**data, **changes})


def test_a_word_and_other_points_leave_the_rules_of_the_file(
    browser: Browser, revision: ItemRevision, session: Session
) -> None:
    form = browser.page(f"/bank-soal/{revision.item_id}/revisi")
    assert "tetap berlaku bila Anda hanya mengubah kata-kata" in text(form)
    sent(browser, revision, choices="* Siaran pers resmi\n* Undangan\nNotula", max_score="6")
    session.refresh(revision.item)
    newest = revision.item.revisions[-1]
    assert (newest.number, newest.content["choices"][0]["text"]) == (2, "Siaran pers resmi")
    assert newest.key == revision.key
    assert score_of(newest, {"choices": ["b"]}, Decimal(6)) == 2
    assert "aturan penilaian" not in text(
        browser.page(f"/bank-soal/{revision.item_id}").select_one("#riwayat")
    )


@pytest.mark.parametrize(
    "changed",
    [
        "* Siaran pers\nUndangan\n* Notula",
        "* Siaran pers\n* Undangan\nNotula\nSpanduk",
        "* Undangan\n* Siaran pers\nNotula",
    ],
)
def test_an_edit_that_cannot_keep_the_rules_is_told_before_and_after(
    browser: Browser, revision: ItemRevision, session: Session, changed: str
) -> None:
    page = sent(browser, revision, choices=changed)
    assert "tidak cocok lagi dengan perubahan ini" in text(page.select_one(".govuk-error-summary"))
    assert page.select_one("[name=choices]").get_text().strip() == changed
    sent(browser, revision, choices=changed, drops_rules="y")
    session.refresh(revision.item)
    assert "qti" not in revision.item.revisions[-1].key
    page = browser.page(f"/bank-soal/{revision.item_id}")
    assert "aturan penilaian dari berkas dilepas" in text(page.select_one("#riwayat"))
    changes = page.select_one("[aria-labelledby=perubahan]")
    assert "Aturan penilaian dari berkas [dihapus: map_response" in text(changes)
    assert not page.select("#nilai-berkas")


def test_no_more_than_so_many_are_ticked_and_the_page_says_so(
    session: Session, new_browser: Callable[..., Browser]
) -> None:
    values = stored(MAPPED.replace('maxChoices="0"', 'maxChoices="2"'))
    room = Room(session, new_browser, values.pop("type"), **values)
    hint = text(room.page().select_one("#answer-hint"))
    assert hint.startswith("Pilih paling banyak 2 jawaban.")
    page = room.page(data={"choices": ["a", "b", "c"]}, status=422)
    assert "Pilih paling banyak 2 jawaban." in text(page.select_one("#answer-error"))
    assert room.stored() is None


def test_a_revision_keeps_the_limit_and_the_places_of_choices(
    browser: Browser, session: Session
) -> None:
    values = stored(WHOLE.replace('maxChoices="0"', 'maxChoices="2"'))
    del values["key"]["qti"]
    revision = make_revision(session, **values)
    assert (revision.content["most"], revision.content["fixed"]) == (2, True)
    sent(browser, revision, choices="* Siaran pers resmi\n* Undangan\nNotula")
    session.refresh(revision.item)
    newest = revision.item.revisions[-1]
    assert (newest.number, newest.content["most"], newest.content["fixed"]) == (2, 2, True)
    sent(browser, newest, choices="* Siaran pers\n* Undangan\nNotula", most="", seen="2")
    session.refresh(revision.item)
    assert "most" not in revision.item.revisions[-1].content
