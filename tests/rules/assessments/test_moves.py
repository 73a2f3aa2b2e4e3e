import inspect
import uuid
from collections import deque

from lsp.assessments.rules import moves
from lsp.assessments.rules.moves import MOVES, find_move
from lsp.assessments.rules.rollup import Standing, UnitEvidence
from lsp.assessments.rules.states import ApplicationState, AssessmentState
from lsp.roles import Role


def test_every_state_is_reached_by_the_table() -> None:
    reached = {move.target for move in MOVES}
    assert reached == set(ApplicationState) | set(AssessmentState)


def test_a_decision_is_reached_only_through_review_agreement_and_recommendation() -> None:
    ways = deque([(AssessmentState.ASSIGNED,)])
    found = []
    while ways:
        way = ways.popleft()
        if way[-1] is AssessmentState.DECIDED:
            found.append(way)
            continue
        ways.extend(
            (*way, move.target)
            for move in MOVES
            if move.origin == way[-1] and move.target not in way
        )
    assert found == [tuple(AssessmentState)]


def test_only_the_committee_decides_and_only_the_assessor_recommends() -> None:
    roles = {move.target: move.role for move in MOVES}
    assert roles[AssessmentState.DECIDED] is Role.COMMITTEE
    assert roles[AssessmentState.RECOMMENDED] is Role.ASSESSOR


def test_what_is_decided_or_rejected_moves_no_more() -> None:
    over = {AssessmentState.DECIDED, ApplicationState.REJECTED, ApplicationState.ACCEPTED}
    assert not [move for move in MOVES if move.origin in over]
    assert find_move(ApplicationState.REJECTED, ApplicationState.ACCEPTED) is None


def test_every_guard_that_speaks_says_nothing_when_all_is_well() -> None:
    assert moves.consent_given(True) == []
    assert moves.reason_given("Sebab") == []
    assert moves.prerequisites_met([("Ijazah", True)]) == []
    assert moves.assessor_qualified(holds_role=True, registration="MET") == []
    assert moves.self_assessment_complete([]) == []
    assert moves.self_assessment_signed(True) == []
    assert moves.agreement_signed(by_assessor=True, by_candidate=True) == []
    assert moves.exam_marked("marked", 0) == []
    assert moves.criteria_judged([]) == []


def test_every_guard_names_what_is_missing() -> None:
    assert moves.consent_given(False)
    assert moves.reason_given("  ")
    assert len(moves.prerequisites_met([("Ijazah", None), ("Foto", False), ("KTP", True)])) == 2
    assert len(moves.assessor_qualified(holds_role=False, registration="")) == 2
    assert moves.self_assessment_signed(False)
    assert len(moves.agreement_signed(by_assessor=False, by_candidate=False)) == 2
    assert moves.exam_marked("ended", 3)[0].values == {"count": 3}
    assert moves.exam_marked("open", 0)


def test_an_unjudged_criterion_needs_a_note_on_its_unit_unless_the_unit_is_elective() -> None:
    criteria = (("1.1", Standing.UNJUDGED), ("1.2", Standing.MET))
    compulsory = UnitEvidence(uuid.uuid4(), "Unit", True, criteria)
    elective = UnitEvidence(uuid.uuid4(), "Unit", False, criteria)
    assert moves.criteria_judged([(compulsory, " ")])[0].values["labels"] == "1.1"
    assert moves.criteria_judged([(compulsory, "Dilihat langsung")]) == []
    assert moves.criteria_judged([(elective, "")]) == []


def test_guards_are_pure_functions_of_their_arguments() -> None:
    guards = {
        name
        for name, value in vars(moves).items()
        if inspect.isfunction(value) and value.__module__ == moves.__name__
    }
    named = {guard for move in MOVES for guard in move.guards}
    # What other rules answer: apl01.gaps, separation, voting, and the scheme's own state.
    elsewhere = {
        "apl01_complete",
        "prerequisites_shown",
        "accommodation_answered",
        "scheme_active",
        "not_own",
        "separated",
        "votes_decide",
    }
    assert named - elsewhere <= guards
