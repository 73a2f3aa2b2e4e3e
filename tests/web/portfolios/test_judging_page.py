import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.portfolios.models import Claim, Judgement
from lsp.portfolios.services.readers import grant_reader
from lsp.roles import Role
from lsp.skkni.models import SchemeVersion
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.portfolios import make_claim, make_evidence
from tests.factories.skkni import make_scheme_version, make_unit

SIDES = ("is_valid", "is_authentic", "is_current", "is_sufficient")


@dataclass
class Desk:
    """An assessor at a candidate's claims: one piece for two criteria, another for one."""

    session: Session
    browser: Browser
    assessor: Person
    owner: Person
    version: SchemeVersion
    claims: list[Claim]

    @property
    def address(self) -> str:
        return f"/portofolio/asesi/{self.owner.id}/{self.version.id}"

    def send(self, claim: Claim, scope: str = "claim", reason: str = "", **answers: str) -> Tag:
        return self.browser.page(self.address, data=self.form(claim, scope, reason, **answers))

    def form(self, claim: Claim, scope: str, reason: str, **answers: str) -> dict[str, str]:
        prefix = f"klaim-{claim.id.hex}"
        return {
            "claim": str(claim.id),
            "scope": scope,
            f"{prefix}-reason": reason,
            **{f"{prefix}-{side}": answer for side, answer in answers.items()},
        }

    def card(self, page: BeautifulSoup, claim: Claim) -> Tag:
        return page.find(id=f"klaim-{claim.id.hex}")

    @property
    def judged(self) -> list[bool | None]:
        """Of each claim whether it was accepted, None while unjudged."""
        rows = {row.claim_id: row.is_accepted for row in self.session.query(Judgement)}
        return [rows.get(claim.id) for claim in self.claims]


YES = dict.fromkeys(SIDES, "yes")


@pytest.fixture
def desk(session: Session, new_browser: Callable[..., Browser]) -> Desk:
    owner, assessor = make_person(session), make_person(session, Role.ASSESSOR)
    version = make_scheme_version(session, units=[make_unit(session), make_unit(session)])
    first, second = version.units[0].unit.elements[0].criteria
    piece = make_evidence(session, owner=owner, title="Siaran pers")
    claims = [
        make_claim(session, evidence=piece, criterion=first),
        make_claim(session, evidence=piece, criterion=second),
        make_claim(
            session, evidence=make_evidence(session, owner=owner, title="Foto"), criterion=second
        ),
    ]
    grant_reader(session, owner_id=owner.id, reader_id=assessor.id, now=NOW)
    return Desk(session, new_browser(assessor), assessor, owner, version, claims)


def test_the_page_counts_what_is_left_and_shows_each_claim_at_its_criterion(desk: Desk) -> None:
    page = desk.browser.page(desk.address)
    assert "Belum Anda nilai: 3 kaitan bukti" in page.text
    card = desk.card(page, desk.claims[0])
    assert card.h5.text == "Siaran pers"
    assert len(card.select("fieldset")) == 4
    assert len(page.select("article")) == 3


def test_a_judgement_is_saved_and_the_page_comes_back_to_the_claim(desk: Desk) -> None:
    response = desk.browser.post(desk.address, data=desk.form(desk.claims[0], "claim", "", **YES))
    unit_id = desk.version.units[0].unit_id
    place = f"{desk.address}?unit={unit_id}#klaim-{desk.claims[0].id.hex}"
    assert response.headers["Location"] == place
    page = desk.browser.page(desk.address)
    assert "Belum Anda nilai: 2 kaitan bukti" in page.text
    assert "Valid: Ya" in desk.card(page, desk.claims[0]).text
    assert desk.judged == [True, None, None]


def test_a_no_without_a_reason_keeps_every_answer(desk: Desk) -> None:
    page = desk.send(desk.claims[0], **{**YES, "is_current": "no"})
    assert "Tulis alasan" in page.select_one(".govuk-error-summary").text
    link = page.select_one(".govuk-error-summary a")["href"]
    assert page.select_one(link).name == "textarea"
    chosen = [each["value"] for each in desk.card(page, desk.claims[0]).select("input[checked]")]
    assert chosen == ["yes", "yes", "no", "yes"]
    assert not desk.card(page, desk.claims[1]).select("input[checked]")
    assert desk.judged == [None] * 3


def test_an_unanswered_question_keeps_the_reason_typed(desk: Desk) -> None:
    page = desk.send(desk.claims[0], reason="Sudah lama", is_valid="yes")
    assert len(page.select(".govuk-error-summary a")) == 3
    assert desk.card(page, desk.claims[0]).textarea.text.strip() == "Sudah lama"


def test_a_made_up_answer_is_refused(desk: Desk) -> None:
    desk.send(desk.claims[0], **{**YES, "is_valid": "mungkin"})
    assert desk.judged == [None] * 3


def test_one_answer_serves_every_open_claim_of_the_piece(desk: Desk) -> None:
    page = desk.browser.page(desk.address)
    assert "Terapkan ke semua KUK bukti ini (2)" in desk.card(page, desk.claims[0]).text
    assert "Terapkan" not in desk.card(page, desk.claims[2]).text
    page = desk.send(desk.claims[1], "evidence", **YES)
    assert "Penilaian tersimpan untuk 2 KUK" in page.text
    assert desk.judged == [True, True, None]


def test_a_judgement_is_changed_by_adding_a_newer_one(desk: Desk, clock) -> None:
    desk.send(desk.claims[0], **YES)
    clock.move(minutes=1)
    page = desk.send(desk.claims[0], reason="Bukan karyanya", **{**YES, "is_authentic": "no"})
    assert "Asli: Tidak" in desk.card(page, desk.claims[0]).text
    assert desk.session.query(Judgement).count() == 2


def test_another_unit_is_a_link_away(desk: Desk) -> None:
    other = desk.version.units[1].unit
    page = desk.browser.page(f"{desk.address}?unit={other.id}")
    assert page.h2.text == other.label
    assert not page.select("article")
    assert desk.browser.page(f"{desk.address}?unit=apa-saja").h2.text != other.label


def test_an_assessor_without_the_grant_finds_nothing(
    session: Session, desk: Desk, new_browser: Callable[..., Browser]
) -> None:
    stranger = new_browser(make_person(session, Role.ASSESSOR))
    stranger.page(desk.address, status=404)
    form = desk.form(desk.claims[0], "claim", "", **YES)
    stranger.page(desk.address, data=form, status=404)
    assert desk.judged == [None] * 3


def test_a_claim_of_somebody_else_is_not_judged_through_this_page(desk: Desk) -> None:
    foreign = make_claim(desk.session, criterion=desk.claims[0].criterion)
    form = desk.form(foreign, "claim", "", **YES)
    desk.browser.page(desk.address, data=form, status=404)
    desk.browser.page(desk.address, data={"claim": "apa-saja"}, status=404)
    unknown = f"/portofolio/asesi/{desk.owner.id}/{uuid.uuid4()}"
    desk.browser.page(unknown, status=404)


def test_a_candidate_may_not_judge(desk: Desk, new_browser: Callable[..., Browser]) -> None:
    new_browser(desk.owner).page(desk.address, status=403)


@pytest.mark.parametrize("more", [0, 6])
def test_the_judging_page_costs_a_fixed_number_of_statements(
    desk: Desk, statements: list[str], more: int
) -> None:
    criterion = desk.claims[0].criterion
    for _ in range(more):
        make_claim(
            desk.session,
            evidence=make_evidence(desk.session, owner=desk.owner),
            criterion=criterion,
        )
    desk.browser.page(desk.address)
    statements.clear()
    desk.browser.page(desk.address)
    # Sign-in and roles, grant, version, coverage (3), evidence, same files elsewhere, candidate.
    assert len(statements) <= 11


def test_the_page_is_in_english_for_who_reads_english(desk: Desk) -> None:
    desk.browser.post("/language/en", data={"back": "/"})
    page = desk.browser.page(desk.address)
    assert "Not yet judged by you: 3" in page.text
