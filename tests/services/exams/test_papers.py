import pytest
from sqlalchemy.orm import Session

from lsp.exams.rules.drawing import Row
from lsp.exams.rules.kinds import ItemState, ItemType
from lsp.exams.services import papers
from lsp.skkni.models import SchemeVersion
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.exams import make_revision
from tests.factories.skkni import make_scheme_version, make_unit


def make_bank(session: Session, size: int = 8) -> SchemeVersion:
    """A scheme of one unit with so many single choices and essays each."""
    unit = make_unit(session, elements=2, criteria=2)
    criteria = [c for element in unit.elements for c in element.criteria]
    for n in range(size):
        for type_ in (ItemType.SINGLE_CHOICE, ItemType.ESSAY):
            make_revision(session, type=type_, criterion=criteria[n % 4])
    return make_scheme_version(session, units=[unit])


def make_blueprint(session: Session, version: SchemeVersion, *counts: tuple[ItemType, int]):
    rows = [Row(version.units[0].unit_id, type_, count) for type_, count in counts]
    return papers.make_blueprint(
        session, scheme_version_id=version.id, title="Naskah", rows=rows, now=NOW
    )


def drawn(session: Session, blueprint, seed: int) -> list:
    paper = papers.draw_paper(session, blueprint.id, seed, NOW)
    return [question.revision_id for question in paper.questions]


def test_a_seed_draws_the_same_paper_again_and_another_another(session: Session) -> None:
    version = make_bank(session)
    blueprint = make_blueprint(session, version, (ItemType.SINGLE_CHOICE, 4), (ItemType.ESSAY, 1))
    assert drawn(session, blueprint, 7) == drawn(session, blueprint, 7)
    assert drawn(session, blueprint, 7) != drawn(session, blueprint, 8)
    paper = papers.draw_paper(session, blueprint.id, 7, NOW)
    assert [q.position for q in paper.questions] == [1, 2, 3, 4, 5]
    assert paper.questions[4].revision.type is ItemType.ESSAY


def test_only_active_items_are_drawn(session: Session) -> None:
    version = make_bank(session, size=2)
    blueprint = make_blueprint(session, version, (ItemType.ESSAY, 2))
    drawn(session, blueprint, 1)
    revision = session.get_one(papers.ItemRevision, drawn(session, blueprint, 1)[0])
    revision.item.state = ItemState.RETIRED
    with pytest.raises(Refusal, match="kurang 1 soal"):
        drawn(session, blueprint, 1)


def test_it_says_which_row_the_bank_cannot_fill(session: Session) -> None:
    version = make_bank(session, size=2)
    blueprint = make_blueprint(
        session, version, (ItemType.SINGLE_CHOICE, 2), (ItemType.NUMERICAL, 3)
    )
    with pytest.raises(Refusal) as refused:
        drawn(session, blueprint, 1)
    assert (refused.value.values["row"], refused.value.values["missing"]) == (2, 3)


def test_a_blueprint_holds_units_of_its_scheme_only(session: Session) -> None:
    version, other = make_bank(session, 1), make_unit(session)
    with pytest.raises(Refusal, match="unit dari skemanya"):
        papers.make_blueprint(
            session,
            scheme_version_id=version.id,
            title="Naskah",
            rows=[Row(other.id, None, 1)],
            now=NOW,
        )
    with pytest.raises(Refusal, match="Isi jumlah soal"):
        make_blueprint(session, version)


def test_an_unknown_blueprint_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        papers.draw_paper(session, make_unit(session).id, 1, NOW)


def test_the_composition_counts_questions_per_unit_and_type(session: Session) -> None:
    version = make_bank(session)
    blueprint = make_blueprint(session, version, (ItemType.SINGLE_CHOICE, 3), (ItemType.ESSAY, 1))
    paper = papers.draw_paper(session, blueprint.id, 1, NOW)
    (part,) = papers.composition(session, paper.id)
    assert part.questions == 4
    assert part.per_type == {ItemType.SINGLE_CHOICE: 3, ItemType.ESSAY: 1}


def test_a_draw_costs_the_same_for_a_large_bank(session: Session, statements: list[str]) -> None:
    counts = []
    for size in (3, 12):
        version = make_bank(session, size)
        blueprint = make_blueprint(session, version, (ItemType.SINGLE_CHOICE, size))
        session.expire_all()
        statements.clear()
        papers.draw_paper(session, blueprint.id, 1, NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1]
