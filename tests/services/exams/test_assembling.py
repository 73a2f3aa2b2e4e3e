from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.exams.models import Blueprint, Item, ItemEnemy, Paper
from lsp.exams.rules.assembling import Row, exactly
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import ItemState, ItemType
from lsp.exams.services.assembling import (
    NotAssembled,
    PaperOrder,
    RowFault,
    assemble_papers,
    check_unchanged,
    choose,
    gather,
)
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint
from lsp.skkni.models import SchemeVersion
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.exams import make_revision
from tests.factories.skkni import make_scheme_version, make_unit
from tests.services.exams.test_planning import plan


def make_bank(session: Session, size: int = 8) -> SchemeVersion:
    """A scheme of one unit with so many single choices and essays each."""
    unit = make_unit(session, elements=2, criteria=2)
    criteria = [c for element in unit.elements for c in element.criteria]
    for n in range(size):
        for type_ in (ItemType.SINGLE_CHOICE, ItemType.ESSAY):
            make_revision(session, type=type_, criterion=criteria[n % 4])
    return make_scheme_version(session, units=[unit])


def blueprint_of(session: Session, version: SchemeVersion, *counts, **values) -> Blueprint:
    unit_id = version.units[0].unit_id
    rows = [exactly(count, unit_id, type_) for type_, count in counts]
    draft = BlueprintDraft("Naskah", rows, **values)
    return make_blueprint(session, scheme_version_id=version.id, draft=draft, now=NOW)


def assembled(session: Session, blueprint: Blueprint, seed: int = 1, **values) -> list[Paper]:
    order = PaperOrder(seed, **values)
    return assemble_papers(session, blueprint_id=blueprint.id, order=order, now=NOW)


def revisions(paper: Paper) -> list:
    return [question.revision_id for question in paper.questions]


def items_of(session: Session, paper: Paper) -> list[Item]:
    session.expire_all()
    return [question.revision.item for question in paper.questions]


def test_a_seed_gives_the_same_papers_again_and_another_others(session: Session) -> None:
    version = make_bank(session)
    blueprint = blueprint_of(session, version, (ItemType.SINGLE_CHOICE, 4), (ItemType.ESSAY, 1))
    first = assembled(session, blueprint, 7)
    assert revisions(first[0]) == revisions(assembled(session, blueprint, 7)[0])
    assert any(
        revisions(first[0]) != revisions(assembled(session, blueprint, seed)[0])
        for seed in range(8, 12)
    )
    assert [q.position for q in first[0].questions] == [1, 2, 3, 4, 5]
    assert first[0].questions[4].max_score == 4


def test_parallel_papers_are_one_batch_and_share_nothing(session: Session) -> None:
    blueprint = blueprint_of(session, make_bank(session), (ItemType.SINGLE_CHOICE, 3))
    one, other = assembled(session, blueprint, papers=2)
    assert one.batch_id == other.batch_id
    assert (one.number, other.number) == (1, 2)
    assert not set(revisions(one)) & set(revisions(other))


def test_a_paper_keeps_the_scoring_of_its_blueprint(session: Session) -> None:
    policy = ScoringPolicy(wrong_penalty=Decimal("0.25"), below_zero=True)
    blueprint = blueprint_of(session, make_bank(session), (ItemType.ESSAY, 1), scoring=policy)
    (paper,) = assembled(session, blueprint)
    assert ScoringPolicy.read(paper.scoring) == policy


def test_only_active_items_are_chosen(session: Session) -> None:
    blueprint = blueprint_of(session, make_bank(session, size=2), (ItemType.ESSAY, 2))
    (paper,) = assembled(session, blueprint)
    items_of(session, paper)[0].state = ItemState.RETIRED
    session.flush()
    with pytest.raises(NotAssembled, match="kurang 1 soal"):
        assembled(session, blueprint)


def test_items_on_trial_come_besides_and_do_not_count(session: Session) -> None:
    version = make_bank(session, size=3)
    criterion = version.units[0].unit.elements[0].criteria[0]
    pilot = make_revision(session, criterion=criterion)
    pilot.item.state = ItemState.PILOT
    session.flush()
    blueprint = blueprint_of(session, version, (ItemType.SINGLE_CHOICE, 2), pilot_count=1)
    (paper,) = assembled(session, blueprint)
    assert [q.revision_id for q in paper.questions if not q.counts] == [pilot.id]
    assert len(paper.questions) == 3


def test_enemies_do_not_meet(session: Session) -> None:
    version = make_bank(session, size=2)
    blueprint = blueprint_of(session, version, (ItemType.ESSAY, 2))
    (paper,) = assembled(session, blueprint)
    one, other = sorted(items_of(session, paper), key=lambda item: item.id)
    session.add(ItemEnemy(item_id=one.id, enemy_id=other.id, created_at=NOW))
    session.flush()
    with pytest.raises(NotAssembled) as refused:
        assembled(session, blueprint)
    assert any("tidak boleh bersama" in str(reason) for reason in refused.value.reasons)
    assert any(one.identifier in str(reason) for reason in refused.value.reasons)


def test_what_was_used_as_often_as_allowed_is_kept_out(session: Session) -> None:
    version = make_bank(session, size=4)
    blueprint = blueprint_of(session, version, (ItemType.ESSAY, 2), max_exposure=1)
    (first,) = assembled(session, blueprint)
    plan(session, [first])
    assert {item.state for item in items_of(session, first)} == {ItemState.RESTRICTED}
    (second,) = assembled(session, blueprint)
    assert not set(revisions(first)) & set(revisions(second))
    plan(session, [second])
    with pytest.raises(NotAssembled, match=r"4 soal yang cocok dikecualikan.* dalam 1 naskah"):
        assembled(session, blueprint)


def test_papers_nobody_used_use_nothing_up(session: Session) -> None:
    version = make_bank(session, size=2)
    blueprint = blueprint_of(session, version, (ItemType.ESSAY, 2), max_exposure=1)
    (trial,), (used,) = assembled(session, blueprint), assembled(session, blueprint)
    assert {item.state for item in items_of(session, trial)} == {ItemState.ACTIVE}
    plan(session, [used])
    plan(session, [used])
    # The other paper asks what has been used up since.
    code = min(item.identifier for item in items_of(session, trial))
    with pytest.raises(Refusal, match=code):
        plan(session, [trial])


def test_a_used_up_item_that_was_released_again_is_still_used_up(session: Session) -> None:
    version = make_bank(session, size=2)
    blueprint = blueprint_of(session, version, (ItemType.ESSAY, 2), max_exposure=1)
    (paper,) = assembled(session, blueprint)
    plan(session, [paper])
    for item in items_of(session, paper):
        item.state = ItemState.ACTIVE
    session.flush()
    with pytest.raises(NotAssembled, match="kurang 2 soal; 2 soal yang cocok dikecualikan"):
        assembled(session, blueprint)


def test_it_says_which_row_the_bank_cannot_fill(session: Session) -> None:
    version = make_bank(session, size=2)
    counts = (ItemType.SINGLE_CHOICE, 2), (ItemType.NUMERICAL, 3)
    with pytest.raises(NotAssembled) as refused:
        assembled(session, blueprint_of(session, version, *counts))
    (reason,) = refused.value.reasons
    assert isinstance(reason, RowFault)
    assert (reason.values["row"], reason.values["amount"]) == (2, 3)
    assert reason.names == [version.units[0].unit.label, "Isian angka"]
    assert "kurang 3 soal" in str(refused.value)


def test_it_says_how_many_questions_papers_would_have_to_share(session: Session) -> None:
    blueprint = blueprint_of(session, make_bank(session, size=3), (ItemType.ESSAY, 2))
    with pytest.raises(NotAssembled) as refused:
        assembled(session, blueprint, papers=2)
    assert any(
        "perlu boleh berbagi paling sedikit 1 soal" in str(reason)
        for reason in refused.value.reasons
    )
    assert len(assembled(session, blueprint, papers=2, overlap=1)) == 2


def test_rows_and_pilots_and_length_have_words_of_their_own(session: Session) -> None:
    version = make_bank(session, size=2)
    unit_id = version.units[0].unit_id
    for rows, values, words in (
        ([exactly(1, unit_id)], {"pilot_count": 1}, "Soal uji coba kurang 1"),
        ([Row(0, 1)], {"length": 3}, "perlu batas atas 2 soal lebih tinggi"),
        ([Row(0, 9)], {"length": 9}, "tidak tercapai: kurang 5 soal"),
    ):
        draft = BlueprintDraft("Naskah", rows, **values)
        made = make_blueprint(session, scheme_version_id=version.id, draft=draft, now=NOW)
        with pytest.raises(NotAssembled) as refused:
            assembled(session, made)
        assert any(words in str(reason) for reason in refused.value.reasons)


def test_the_number_of_papers_is_bounded(session: Session) -> None:
    blueprint = blueprint_of(session, make_bank(session, size=1), (ItemType.ESSAY, 1))
    with pytest.raises(Refusal, match="1 sampai 12 naskah"):
        assembled(session, blueprint, papers=13)


def test_an_unknown_blueprint_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        assembled(session, make_unit(session))


def test_making_papers_is_on_record(session: Session) -> None:
    blueprint = blueprint_of(session, make_bank(session, size=2), (ItemType.ESSAY, 1))
    papers = assembled(session, blueprint, papers=2)
    event = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "papers.assembled")
    ).one()
    assert event.detail["batch"] == str(papers[0].batch_id)


def test_making_papers_costs_the_same_for_a_large_bank(
    session: Session, statements: list[str]
) -> None:
    counts = []
    for size in (3, 12):
        blueprint = blueprint_of(session, make_bank(session, size), (ItemType.SINGLE_CHOICE, size))
        session.expire_all()
        statements.clear()
        assembled(session, blueprint)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_papers_are_not_kept_when_the_bank_changed_meanwhile(session: Session) -> None:
    blueprint = blueprint_of(session, make_bank(session), (ItemType.ESSAY, 1))
    task = gather(session, blueprint.id, PaperOrder(1))
    (chosen,) = choose(task).papers[0]
    check_unchanged(session, task)
    session.scalars(
        sa.select(Item).where(Item.identifier == chosen.identifier)
    ).one().state = ItemState.RETIRED
    session.flush()
    with pytest.raises(Refusal, match="Bank soal berubah"):
        check_unchanged(session, task)
