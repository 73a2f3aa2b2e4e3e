"""What comes out of a seat: totals without what does not count, and what the paper's rule says."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, ItemRevision, Mark
from lsp.exams.rules.items import RULES, MultipleScoring, ScoringPolicy
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.passing import Outcome, PassKind, PassRule
from lsp.exams.services import marking
from lsp.exams.services.results import exam_result
from tests.conftest import NOW
from tests.factories.exams import (
    RIGHT,
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_scheme_version, make_unit

KEYED = [type_ for type_, rules in RULES.items() if not rules.needs_person]

#: A wrong, but possible answer to each sample.
WRONG: dict[ItemType, dict[str, Any]] = {
    ItemType.SINGLE_CHOICE: {"choice": "a"},
    ItemType.MULTIPLE_CHOICE: {"choices": ["b", "d"]},
    ItemType.TRUE_FALSE: {"value": False},
    ItemType.SHORT_ANSWER: {"text": "berita"},
    ItemType.NUMERICAL: {"text": "24"},
    ItemType.MATCHING: {"pairs": {"1": "a", "2": "b"}},
    ItemType.ORDERING: {"order": ["a", "b", "c", "d"]},
    ItemType.GAP_FILL: {"gaps": {"1": "berita", "2": "a", "3": "99"}},
    ItemType.HOTSPOT: {"point": [0, 0]},
}


def sat(
    session: Session,
    revisions: list[ItemRevision],
    answers: dict[int, Any],
    *,
    policy: ScoringPolicy | None = None,
    rule: PassRule | None = None,
    pilots: tuple[int, ...] = (),
) -> Attempt:
    """A sitting of a paper of these questions, ended and marked by the key."""
    unit = revisions[0].item.criterion.element.unit
    version = make_scheme_version(session, units=[unit])
    paper = make_paper(session, scheme_version=version, revisions=revisions)
    paper.scoring = policy.as_json() if policy else {}
    paper.blueprint.pass_rule = rule.as_json() if rule else {}
    for question in paper.questions:
        question.counts = question.position not in pilots
    seat = make_seat(session, exam_session=make_exam_session(session, paper=paper))
    attempt = make_ended_attempt(session, seat=seat, answers=answers)
    marking.mark_attempt(session, attempt.id, NOW)
    return attempt


def questions(session: Session, *types: ItemType) -> list[ItemRevision]:
    criterion = make_unit(session).elements[0].criteria[0]
    return [make_revision(session, type=type_, criterion=criterion) for type_ in types]


@pytest.mark.parametrize("type_", KEYED)
def test_every_type_with_a_key_is_marked_at_the_end(session: Session, type_: ItemType) -> None:
    revisions = questions(session, type_, type_, type_)
    attempt = sat(session, revisions, {1: RIGHT[type_], 2: WRONG[type_]})
    marks = {m.position: m for m in session.query(Mark).filter_by(attempt_id=attempt.id)}
    assert [marks[n].score for n in (1, 2, 3)] == [1, 0, 0]
    assert all(type(mark.score) is Decimal for mark in marks.values())
    assert attempt.marked_at == NOW


@pytest.mark.parametrize("type_", [ItemType.ESSAY, ItemType.FILE_UPLOAD])
def test_what_a_person_marks_waits_only_when_it_was_answered(
    session: Session, type_: ItemType
) -> None:
    attempt = sat(session, questions(session, type_, type_), {1: RIGHT[type_]})
    result = exam_result(session, attempt.seat_id)
    assert (result.state, result.unmarked) == ("ended", 1)
    assert [outcome.outcome for outcome in result.verdicts.values()] == [Outcome.NOT_YET]


def test_an_oral_question_always_waits_for_the_assessor(session: Session) -> None:
    attempt = sat(session, questions(session, ItemType.ORAL, ItemType.SINGLE_CHOICE), {})
    assert exam_result(session, attempt.seat_id).unmarked == 1


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        (ScoringPolicy(), "1"),
        (ScoringPolicy(multiple=MultipleScoring.RIGHT_ONLY), "1.5"),
        (ScoringPolicy(multiple=MultipleScoring.ALL_OR_NOTHING), "1"),
        (ScoringPolicy(wrong_penalty=Decimal("0.25"), below_zero=True), "0.75"),
    ],
)
def test_the_papers_policy_decides(session: Session, policy: ScoringPolicy, points: str) -> None:
    types = (ItemType.MULTIPLE_CHOICE, ItemType.SINGLE_CHOICE, ItemType.TRUE_FALSE)
    answers = {1: {"choices": ["a", "b"]}, 2: {"choice": "d"}, 3: {"value": True}}
    attempt = sat(session, questions(session, *types), answers, policy=policy)
    (unit,) = exam_result(session, attempt.seat_id).units
    assert unit.score == Decimal(points)


def test_a_total_never_ends_below_zero(session: Session) -> None:
    policy = ScoringPolicy(wrong_penalty=Decimal(1), below_zero=True)
    types = (ItemType.SINGLE_CHOICE,) * 3
    attempt = sat(
        session, questions(session, *types), {n: {"choice": "a"} for n in (1, 2, 3)}, policy=policy
    )
    result = exam_result(session, attempt.seat_id)
    assert [(unit.score, unit.percent) for unit in result.units] == [(0, 0)]
    assert [part.reached for part in next(iter(result.verdicts.values())).parts] == [0]


def test_a_third_is_kept_to_four_decimals_and_added_exactly(session: Session) -> None:
    criterion = make_unit(session).elements[0].criteria[0]
    content = {
        "left": [{"id": str(n), "text": f"Kiri {n}"} for n in (1, 2, 3)],
        "right": [{"id": c, "text": f"Kanan {c}"} for c in "abc"],
    }
    values = {"content": content, "key": {"pairs": {"1": "a", "2": "b", "3": "c"}}}
    revisions = [
        make_revision(session, type=ItemType.MATCHING, criterion=criterion, **values)
        for _ in range(3)
    ]
    answers = {n: {"pairs": {str(n): "abc"[n - 1]}} for n in (1, 2, 3)}
    attempt = sat(session, revisions, answers)
    (unit,) = exam_result(session, attempt.seat_id).units
    assert (unit.score, unit.percent) == (Decimal("0.9999"), Decimal("33.33"))


def test_questions_on_trial_are_marked_and_in_no_total(session: Session) -> None:
    revisions = questions(session, *[ItemType.SINGLE_CHOICE] * 3)
    answers = {1: {"choice": "b"}, 2: {"choice": "a"}, 3: {"choice": "b"}}
    attempt = sat(session, revisions, answers, pilots=(2, 3))
    result = exam_result(session, attempt.seat_id)
    assert [(unit.score, unit.max_score) for unit in result.units] == [(1, 1)]
    assert [verdict.outcome for verdict in result.verdicts.values()] == [Outcome.COMPETENT]
    assert session.query(Mark).filter_by(attempt_id=attempt.id).count() == 3


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (None, Outcome.NOT_YET),
        (PassRule(PassKind.CUT, percent=Decimal(60)), Outcome.COMPETENT),
        (PassRule(PassKind.UNIT, right=2, of=3), Outcome.COMPETENT),
        (PassRule(PassKind.CRITERIA, right=1, of=1), Outcome.NOT_YET),
    ],
)
def test_the_blueprints_rule_says_what_a_unit_comes_to(
    session: Session, rule: PassRule | None, outcome: Outcome
) -> None:
    revisions = questions(session, *[ItemType.SINGLE_CHOICE] * 3)
    answers = {1: {"choice": "b"}, 2: {"choice": "b"}, 3: {"choice": "a"}}
    attempt = sat(session, revisions, answers, rule=rule)
    result = exam_result(session, attempt.seat_id)
    assert result.rule == (rule or PassRule(PassKind.CUT, percent=Decimal(70)))
    assert [verdict.outcome for verdict in result.verdicts.values()] == [outcome]
