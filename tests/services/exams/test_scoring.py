from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lsp.exams.formats import qti
from lsp.exams.models import ItemRevision
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services import marking, results
from lsp.exams.services.scoring import qti_key, score_of
from tests.conftest import NOW
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

#: Half the points for any answer but A: no type of ours says that of a choice without weights.
CHOICE = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1"
  title="Siaran pers" adaptive="false" timeDependent="false">
 <responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="identifier">
  <correctResponse><value>ChoiceA</value><value>ChoiceB</value></correctResponse>
 </responseDeclaration>
 <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="2"/>
 <itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">
  <prompt>Mana yang benar?</prompt>
  <simpleChoice identifier="ChoiceA">A</simpleChoice>
  <simpleChoice identifier="ChoiceB">B</simpleChoice>
  <simpleChoice identifier="ChoiceC">C</simpleChoice>
 </choiceInteraction></itemBody>
 <responseProcessing><responseCondition>
  <responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
   <setOutcomeValue identifier="SCORE"><baseValue baseType="float">2</baseValue></setOutcomeValue>
  </responseIf>
  <responseElseIf><member><baseValue baseType="identifier">ChoiceC</baseValue>
    <variable identifier="RESPONSE"/></member>
   <setOutcomeValue identifier="SCORE"><baseValue baseType="float">-1</baseValue></setOutcomeValue>
  </responseElseIf>
 </responseCondition></responseProcessing>
</assessmentItem>"""


def make_qti_revision(session: Session) -> ItemRevision:
    (item,) = qti.read(CHOICE.encode(), "i1.xml").items
    assert item.type is ItemType.MULTIPLE_CHOICE
    assert qti_key(item)
    return make_revision(
        session,
        type=item.type,
        content=item.body.content,
        key={**item.body.key, "qti": qti_key(item)},
        max_score=item.max_score,
    )


@pytest.mark.parametrize(
    ("choices", "points"), [(["a", "b"], 2), (["a"], 0), (["a", "c"], 0), (None, 0)]
)
def test_a_file_brings_its_own_rules(
    session: Session, choices: list[str] | None, points: int
) -> None:
    revision = make_qti_revision(session)
    response = {"choices": choices} if choices else None
    assert score_of(revision, response, Decimal(2)) == points


def test_points_of_the_paper_are_shared_in_proportion(session: Session) -> None:
    revision = make_qti_revision(session)
    below = ScoringPolicy(below_zero=True)
    assert score_of(revision, {"choices": ["a", "b"]}, Decimal(5)) == 5
    assert score_of(revision, {"choices": ["c"]}, Decimal(5), below) == Decimal("-2.5")


def test_what_a_file_names_otherwise_is_left_to_our_rules(session: Session) -> None:
    (item,) = qti.read(CHOICE.encode(), "i1.xml").items
    assert qti_key(replace(item, type=ItemType.HOTSPOT)) == {}
    assert qti_key(replace(item, type=None)) == {}
    assert qti_key(replace(item, processing={})) == {}


def test_marking_asks_the_papers_policy_and_the_files_rules(session: Session) -> None:
    revision = make_qti_revision(session)
    revisions = [revision, make_revision(session, criterion=revision.item.criterion)]
    paper = make_paper(session, revisions=revisions)
    paper.scoring = {"wrong_penalty": "0.5", "below_zero": True}
    seat = make_seat(session, exam_session=make_exam_session(session, paper=paper))
    attempt = make_ended_attempt(
        session, seat=seat, answers={1: {"choices": ["a", "b"]}, 2: {"choice": "a"}}
    )
    marking.mark_attempt(session, attempt.id, NOW)
    units = results.exam_result(session, seat.id).units
    assert sum(unit.score for unit in units) == Decimal("1.5")
