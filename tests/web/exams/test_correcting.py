"""The pages of corrected keys: propose, see the effect, and have somebody else confirm."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ExamSession, ItemRevision, KeyChange, KeyProposal, Mark
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services import marking
from lsp.roles import Role
from tests.conftest import NOW, Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

#: What is typed for another key of each type, and the key it makes.
TYPED: dict[ItemType, tuple[dict[str, Any], dict[str, Any]]] = {
    ItemType.SINGLE_CHOICE: ({"correct": ["a", "d"]}, {"correct": ["a", "d"]}),
    ItemType.MULTIPLE_CHOICE: ({"correct": ["b"]}, {"correct": ["b"]}),
    ItemType.TRUE_FALSE: ({"answer": "no"}, {"answer": False}),
    ItemType.SHORT_ANSWER: (
        {
            "accepted": "siaran pers\nrilis pers",
            "case_sensitive": "no",
            "ignore_spaces": "no",
            "wildcards": "no",
        },
        {"accepted": ["siaran pers", "rilis pers"], "case_sensitive": False},
    ),
    ItemType.NUMERICAL: (
        {"value": "26", "tolerance": "0,5", "ranges": ""},
        {"value": "26", "tolerance": "0.5"},
    ),
    ItemType.MATCHING: ({"pair_1": "c", "pair_2": "a"}, {"pairs": {"1": "c", "2": "a"}}),
    ItemType.ORDERING: (
        {"rows": "Langkah d\nLangkah c\nLangkah b\nLangkah a", "exact": "no"},
        {"order": ["d", "c", "b", "a"]},
    ),
    ItemType.HOTSPOT: (
        {"areas": "kotak 1, 2, 30, 40"},
        {"areas": [{"id": "a", "shape": "rect", "coords": [1, 2, 30, 40]}]},
    ),
    ItemType.GAP_FILL: (
        {"gaps": "(2) rilis pers\nIsi a | *Isi b | Isi c\n# 15 ± 5 menit"},
        {
            "gaps": {
                "1": {"accepted": ["rilis pers"], "case_sensitive": False, "weight": "2"},
                "2": {"correct": ["b"], "weight": "1"},
                "3": {"value": "15", "tolerance": "5", "weight": "1"},
            }
        },
    ),
}


@pytest.fixture
def writer(session: Session, new_browser: Callable[..., Browser]) -> Browser:
    return new_browser(make_person(session, Role.ITEM_WRITER))


@pytest.fixture
def manager(session: Session, new_browser: Callable[..., Browser]) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


def used(session: Session, type_: ItemType = ItemType.SINGLE_CHOICE) -> ItemRevision:
    revision = make_revision(session, type=type_)
    exam = make_exam_session(session, paper=make_paper(session, revisions=[revision]))
    for choice in "ab" if type_ is ItemType.SINGLE_CHOICE else "":
        attempt = make_ended_attempt(
            session, seat=make_seat(session, exam_session=exam), answers={1: {"choice": choice}}
        )
        marking.mark_attempt(session, attempt.id, NOW)
    return revision


def form_of(revision: ItemRevision) -> str:
    return f"/bank-soal/{revision.item_id}/revisi/{revision.number}/koreksi"


def proposal_of(session: Session) -> KeyProposal:
    return session.scalars(sa.select(KeyProposal)).one()


def test_a_writer_proposes_and_the_manager_confirms_what_the_page_showed(
    session: Session, writer: Browser, manager: Browser
) -> None:
    revision = used(session)
    item = writer.page(f"/bank-soal/{revision.item_id}")
    assert item.find("a", string="Koreksi kunci yang salah")["href"] == form_of(revision)
    data = {"kind": "new_key", "correct": ["a"], "reason": "Kunci tertukar saat mengetik"}
    page = writer.page(form_of(revision), data=data)
    assert "2 peserta yang nilainya berubah" in page.caption.get_text()
    assert "orang lain yang mengesahkan" in page.get_text()
    assert "Sahkan" not in page.get_text()
    assert len(session.scalars(sa.select(Mark)).all()) == 2

    address = f"/koreksi-kunci/usulan/{proposal_of(session).id}"
    assert address in str(manager.page("/koreksi-kunci"))
    page = manager.page(address)
    assert "Kunci tertukar saat mengetik" in page.get_text()
    page = manager.page(f"{address}/sahkan", data={})
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert any("0 menjadi 1" in row for row in rows)
    assert len(session.scalars(sa.select(Mark)).all()) == 4
    manager.page(address, status=404)
    assert "hasil koreksi pada" in writer.page(f"/bank-soal/{revision.item_id}").get_text()


def test_who_had_the_question_reads_that_others_decide(
    session: Session,
    writer: Browser,
    new_browser: Callable[..., Browser],
    clock: StandingClock,
) -> None:
    revision = used(session)
    data = {"kind": "new_key", "correct": ["a"], "reason": "Kunci tertukar"}
    writer.page(form_of(revision), data=data)
    candidate = make_person(session, Role.MANAGER)
    exam = session.scalars(sa.select(ExamSession)).one()
    seat = make_seat(session, exam_session=exam, candidate=candidate)
    make_ended_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    clock.at = exam.closes_at  # until then all keys are closed to them
    browser = new_browser(candidate)
    address = f"/koreksi-kunci/usulan/{proposal_of(session).id}"
    page = browser.page(address)
    assert "Soal ini ada dalam ujian Anda sendiri" in page.get_text()
    assert not page.select("main form")
    assert "ujian Anda sendiri" in browser.page(f"{address}/sahkan", data={}, status=409).get_text()


def test_the_server_refuses_whoever_proposed(session: Session, manager: Browser) -> None:
    revision = used(session)
    data = {"kind": "dropped", "reason": "Soal rancu"}
    manager.page(form_of(revision), data=data)
    address = f"/koreksi-kunci/usulan/{proposal_of(session).id}/sahkan"
    assert "orang lain" in manager.page(address, data={}, status=409).get_text()
    assert session.scalars(sa.select(KeyChange)).all() == []


def test_a_writer_may_withdraw_but_not_confirm(session: Session, writer: Browser) -> None:
    revision = used(session)
    writer.page(form_of(revision), data={"kind": "full_points", "reason": "Dua jawaban benar"})
    address = f"/koreksi-kunci/usulan/{proposal_of(session).id}"
    writer.page(f"{address}/sahkan", data={}, status=403)
    page = writer.page(f"{address}/tarik", data={})
    assert "Tidak ada usulan yang menunggu." in page.get_text()


@pytest.mark.parametrize("type_", TYPED)
def test_every_type_has_a_new_key(session: Session, writer: Browser, type_: ItemType) -> None:
    typed, key = TYPED[type_]
    revision = used(session, type_)
    assert writer.page(form_of(revision)).select_one("fieldset fieldset, fieldset input, textarea")
    writer.page(form_of(revision), data={"kind": "new_key", "reason": "Salah", **typed})
    assert proposal_of(session).key == key
    assert RULES[type_].describe_key(revision.content, key)


def test_every_key_type_is_tried() -> None:
    assert set(TYPED) == {type_ for type_, rules in RULES.items() if not rules.needs_person}


def test_an_essay_has_no_key_to_replace(session: Session, writer: Browser) -> None:
    revision = used(session, ItemType.ESSAY)
    page = writer.page(form_of(revision))
    assert [radio["value"] for radio in page.select("[name=kind]")] == ["full_points", "dropped"]
    page = writer.page(form_of(revision), data={"kind": "new_key", "reason": "Salah"})
    assert page.select_one(".govuk-error-summary")


def test_a_correction_of_an_essay_is_undone_by_two_people(
    session: Session, writer: Browser, manager: Browser
) -> None:
    revision = used(session, ItemType.ESSAY)
    for kind in ("dropped", "new_key"):
        page = writer.page(form_of(revision), data={"kind": kind, "reason": "Keliru"})
        assert "nilainya berubah" in page.get_text() or "Tidak ada nilai" in page.get_text()
        proposal = session.scalars(
            sa.select(KeyProposal).where(KeyProposal.closed_at.is_(None))
        ).one()
        manager.page(f"/koreksi-kunci/usulan/{proposal.id}")
        page = manager.page(f"/koreksi-kunci/usulan/{proposal.id}/sahkan", data={})
    said = page.select_one(".govuk-summary-list").get_text(" ", strip=True)
    assert "Sebelum Soal tidak dihitung Sesudah Nilai dari penilai berlaku lagi" in said
    assert "Nilai dari penilai berlaku lagi" in manager.page("/koreksi-kunci").get_text()
    kinds = writer.page(form_of(revision)).select("[name=kind]")
    assert [radio["value"] for radio in kinds] == ["full_points", "dropped"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Pilih koreksinya"),
        ({"kind": "new_key", "reason": "Salah"}, "Tandai jawaban yang benar"),
        ({"kind": "new_key", "correct": ["z"], "reason": "Salah"}, "Pilih dari yang ada"),
        ({"kind": "new_key", "correct": ["b"], "reason": "Salah"}, "sama dengan yang berlaku"),
        ({"kind": "dropped", "reason": " "}, "Tulis alasannya"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    session: Session, writer: Browser, data: dict[str, Any], words: str
) -> None:
    page = writer.page(form_of(used(session)), data={"correct": [], **data})
    assert words in page.select_one(".govuk-error-summary").get_text()
    assert (
        page.select_one("textarea[name=reason]").get_text().strip()
        == data.get("reason", "").strip()
    )
    assert session.scalars(sa.select(KeyProposal)).all() == []


def test_words_of_the_question_stay_as_they_were(session: Session, writer: Browser) -> None:
    data = {
        "kind": "new_key",
        "reason": "Salah",
        "rows": "Langkah d\nLangkah c\nLangkah b\nLangkah baru",
        "exact": "no",
    }
    page = writer.page(form_of(used(session, ItemType.ORDERING)), data=data)
    assert "Hanya kunci yang dikoreksi" in page.select_one(".govuk-error-summary").get_text()
    assert "Langkah baru" in page.select_one("textarea[name=rows]").get_text()


def test_an_unused_revision_is_not_corrected(session: Session, writer: Browser) -> None:
    revision = make_revision(session)
    page = writer.page(form_of(revision))
    assert "belum dipakai di naskah" in page.get_text()
    assert page.select_one("[name=kind]") is None
    writer.page(f"/bank-soal/{revision.item_id}/revisi/9/koreksi", status=404)


def test_the_auditor_reads_and_changes_nothing(
    session: Session, writer: Browser, new_browser: Callable[..., Browser]
) -> None:
    revision = used(session)
    writer.page(form_of(revision), data={"kind": "dropped", "reason": "Rancu"})
    auditor = new_browser(make_person(session, Role.AUDITOR))
    page = auditor.page(f"/koreksi-kunci/usulan/{proposal_of(session).id}")
    assert page.select("main form") == []
    auditor.page(form_of(revision), status=403)
