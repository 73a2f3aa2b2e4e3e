"""Pages of the bank, the papers and the sessions after a key was corrected."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from lsp.exams.models import Item, ItemRevision
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import ItemType
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_exam_session,
    make_key_change,
    make_paper,
    make_revision,
    make_seat,
)
from tests.services.exams.test_keys import second
from tests.web.exams.test_correcting import TYPED


@pytest.fixture
def writer(session: Session, new_browser: Callable[..., Browser]) -> Browser:
    return new_browser(make_person(session, Role.ITEM_WRITER))


@pytest.fixture
def manager(session: Session, new_browser: Callable[..., Browser]) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


def words(page: BeautifulSoup, where: str = "main") -> str:
    return " ".join(" ".join(node.get_text() for node in page.select(where)).split())


def sent(page: BeautifulSoup) -> dict[str, object]:
    """What the form of a page sends when nothing is typed."""
    data: dict[str, object] = {}
    for field in page.select("main form [name]"):
        if field.name == "textarea":
            data[field["name"]] = field.get_text()
        elif field.name == "select":
            chosen = field.select_one("option[selected]")
            data[field["name"]] = chosen["value"] if chosen else ""
        elif field.get("type") not in ("radio", "checkbox", "file") or field.has_attr("checked"):
            data[field["name"]] = field.get("value", "")
    return data


def test_the_page_shows_the_key_in_force_and_who_corrected_it(
    writer: Browser, session: Session
) -> None:
    revision = make_revision(session)
    change = make_key_change(session, revision, key={"correct": ["a"]})
    page = writer.page(f"/bank-soal/{revision.item_id}")
    shown = words(page, "section[aria-labelledby=kunci] > ul")
    assert (shown, "hasil koreksi pada" in words(page)) == ("A. Pilihan a", True)
    assert page.select_one(f'a[href="/koreksi-kunci/{change.id}"]')
    assert "Kunci dikoreksi (revisi 1): Kunci diganti" in words(page, "#riwayat")
    assert "Kuncinya salah" in words(page, "#riwayat")


@pytest.mark.parametrize("type_", TYPED)
def test_a_new_revision_begins_with_the_key_in_force(
    writer: Browser, session: Session, type_: ItemType
) -> None:
    revision = make_revision(session, type=type_, number=1)
    key = TYPED[type_][1]
    make_key_change(session, revision, key=key)
    address = f"/bank-soal/{revision.item_id}/revisi"
    page = writer.page(address)
    assert "sudah dikoreksi pada" in words(page)
    saved = writer.page(address, data=sent(page))
    assert not saved.select(".govuk-error-summary")
    item = session.get_one(Item, revision.item_id)
    session.refresh(item)
    assert [r.key for r in item.revisions] == [revision.key, key]


def test_several_right_choices_of_a_correction_can_be_edited(
    writer: Browser, session: Session
) -> None:
    revision = make_revision(session)
    make_key_change(session, revision, key={"correct": ["a", "d"]})
    address = f"/bank-soal/{revision.item_id}/revisi"
    data = sent(writer.page(address))
    data["choices"] = str(data["choices"]).replace("Pilihan b", "Pilihan lain")
    assert not writer.page(address, data=data).select(".govuk-error-summary")
    item = session.get_one(Item, revision.item_id)
    session.refresh(item)
    assert item.revisions[-1].key["weights"] == {"a": "1", "b": "0", "c": "0", "d": "1"}


@pytest.mark.parametrize("kind", [Correction.FULL_POINTS, Correction.DROPPED])
def test_what_no_key_decides_is_said_wherever_the_item_is_shown(
    writer: Browser, manager: Browser, session: Session, kind: Correction
) -> None:
    revision = make_revision(session)
    paper = make_paper(session, revisions=[revision, make_revision(session)])
    exam = make_exam_session(session, paper=paper)
    make_key_change(session, revision, kind)
    told = {"full_points": "Semua peserta mendapat nilai penuh", "dropped": "Soal tidak dihitung"}
    name, code = told[kind.value], revision.item.identifier
    page = writer.page(f"/bank-soal/{revision.item_id}")
    assert f"{name}. Revisi terbaru soal ini tidak dimuat" in words(page, ".lsp-alert")
    assert "periksa sebelum menyimpan" in words(
        writer.page(f"/bank-soal/{revision.item_id}/revisi")
    )
    assert name in words(writer.page("/bank-soal"), "table")
    for address in (
        "/bank-soal/cakupan",
        f"/naskah/{paper.batch_id}",
        f"/sesi-ujian/{exam.id}",
    ):
        alert = words(manager.page(address), ".lsp-alert")
        assert code in alert, address
        assert name in alert, address
    assert name in words(manager.page(f"/naskah/{paper.batch_id}/1"), "table")
    export = words(manager.page(f"/bank-soal/ekspor?format=gift&kode={code}"))
    assert "Alasan kunci" not in export
    assert "memuat kunci terakhirnya" in export


def test_a_blueprint_and_the_making_of_papers_name_what_is_left_out(
    manager: Browser, session: Session
) -> None:
    revision = make_revision(session)
    criterion = revision.item.criterion
    paper = make_paper(session)
    unit = paper.blueprint.scheme_version.units[0].unit
    revision = make_revision(session, criterion=unit.elements[0].criteria[0])
    make_key_change(session, revision, Correction.DROPPED)
    assert criterion.element.unit is not unit
    for address in ("", "/naskah/baru"):
        alert = words(manager.page(f"/kisi-kisi/{paper.blueprint_id}{address}"), ".lsp-alert")
        assert revision.item.identifier in alert


def test_a_session_says_what_to_do_about_such_a_question(
    manager: Browser, session: Session
) -> None:
    revision = make_revision(session)
    exam = make_exam_session(session, paper=make_paper(session, revisions=[revision]))
    make_key_change(session, revision, Correction.DROPPED)
    assert "Belum ada asesi" in words(manager.page(f"/sesi-ujian/{exam.id}"), ".lsp-alert")
    make_seat(session, exam_session=exam)
    page = manager.page(f"/sesi-ujian/{exam.id}")
    assert "Asesi yang sudah punya kursi" in words(page, ".lsp-alert")
    assert page.select_one(f'.lsp-alert a[href="/kisi-kisi/{exam.papers[0].paper.blueprint_id}"]')


def test_an_old_revision_shows_its_own_key(writer: Browser, session: Session) -> None:
    old = make_revision(session)
    make_key_change(session, old, key={"correct": ["a"]})
    session.add(
        ItemRevision(
            item=old.item, number=2, type=old.type, title=old.title, stem=old.stem,
            content=old.content, key={"correct": ["c"]}, max_score=old.max_score,
            created_at=old.created_at,
        )
    )  # fmt: skip
    session.flush()
    where = "section[aria-labelledby=kunci] > ul"
    assert words(writer.page(f"/bank-soal/{old.item_id}"), where) == "C. Pilihan c"
    page = writer.page(f"/bank-soal/{old.item_id}?revisi=1")
    assert words(page, where) == "A. Pilihan a"


def test_a_key_in_doubt_is_said_wherever_the_item_is_shown(
    writer: Browser, manager: Browser, session: Session
) -> None:
    first = make_revision(session)
    newer = second(session, first)
    paper = make_paper(session, revisions=[newer, make_revision(session)])
    exam = make_exam_session(session, paper=paper)
    change = make_key_change(session, first, key={"correct": ["c"]})
    item, code = f"/bank-soal/{first.item_id}", first.item.identifier
    correct = f"{item}/revisi/2/koreksi"
    page = writer.page(item)
    assert "Kunci revisi 2 diragukan. Kunci revisi 1" in words(page, ".lsp-alert")
    assert page.select_one(f'.lsp-alert a[href="{correct}"]')
    assert "juga bila diaktifkan" in words(page, "section[aria-labelledby=langkah]")
    assert "kuncinya diragukan" in words(writer.page("/bank-soal"), "table")
    assert "Kunci di bawah ini diragukan" in words(writer.page(f"{item}/revisi"))
    assert writer.page(f"/koreksi-kunci/{change.id}").select_one(f'a[href="{correct}"]')
    assert writer.page(f"{item}/revisi/1/koreksi").select_one(f'a[href="{correct}"]')
    assert "untuk menegaskannya" in words(writer.page(correct))
    for address in ("/bank-soal/cakupan", f"/naskah/{paper.batch_id}", f"/sesi-ujian/{exam.id}"):
        alert = words(manager.page(address), ".lsp-alert")
        assert code in alert, address
        assert "kuncinya diragukan sejak koreksi pada revisi 1" in alert, address
    assert "kuncinya diragukan" in words(writer.page(f"/naskah/{paper.batch_id}/1"))
    exported = words(manager.page(f"/bank-soal/ekspor?format=gift&kode={code}"), ".lsp-alert")
    assert f"belum disesuaikan: {code}." in exported


def test_an_export_says_that_an_explanation_of_the_old_key_is_left_out(
    manager: Browser, session: Session
) -> None:
    revision = make_revision(session, rationale="Karena b yang tepat.")
    make_key_change(session, revision, key={"correct": ["a"]})
    code = revision.item.identifier
    export = words(manager.page(f"/bank-soal/ekspor?format=gift&kode={code}"))
    assert f"Alasan kunci soal berikut ditulis untuk kunci semula dan tidak ikut: {code}." in export


def test_the_key_in_doubt_of_an_unused_revision_is_confirmed_from_its_page(
    writer: Browser, session: Session
) -> None:
    first = make_revision(session)
    second(session, first)
    make_key_change(session, first, key={"correct": ["c"]})
    address = f"/bank-soal/{first.item_id}/revisi/2/koreksi"
    page = writer.page(
        address, data={"kind": "new_key", "correct": "b", "reason": "Pilihannya lain"}
    )
    assert not page.select(".govuk-error-summary")
    assert "Usulan koreksi disimpan" in words(page)
