from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lsp.assessments.rules.states import ApplicationState, AssessmentState, Result
from lsp.assessments.rules.tasks import Key, Progress, Status, Task, next_task, tasks

START = Progress(
    application=ApplicationState.DRAFT,
    apl01_complete=False,
    prerequisites_shown=0,
    prerequisites=2,
    elements_answered=0,
    elements=4,
    apl02_signed=False,
    criteria_claimed=0,
    criteria=8,
)
ACCEPTED = replace(
    START,
    application=ApplicationState.ACCEPTED,
    apl01_complete=True,
    prerequisites_shown=2,
    elements_answered=4,
    apl02_signed=True,
    criteria_claimed=8,
)


def _by_key(progress: Progress) -> dict[Key, Task]:
    return {task.key: task for task in tasks(progress)}


def test_a_new_application_begins_with_apl01() -> None:
    found = tasks(START)
    assert [task.key for task in found] == list(Key)
    assert next_task(found).key is Key.APL01  # type: ignore[union-attr]


def test_after_acceptance_one_waits_for_an_assessor() -> None:
    task = next_task(tasks(ACCEPTED))
    assert task is not None
    assert (task.key, task.status) == (Key.AGREEMENT, Status.WAITING)


def test_the_exam_stays_closed_until_the_agreement_is_signed_by_both() -> None:
    waiting = replace(ACCEPTED, assessment=AssessmentState.REVIEWED)
    assert _by_key(waiting)[Key.EXAM].status is Status.BLOCKED
    signed = replace(ACCEPTED, assessment=AssessmentState.READY)
    assert _by_key(signed)[Key.EXAM].status is Status.TODO
    assert next_task(tasks(signed)).key is Key.EXAM  # type: ignore[union-attr]


def test_the_agreement_is_the_candidates_turn_when_the_assessor_has_signed() -> None:
    reviewed = replace(ACCEPTED, assessment=AssessmentState.REVIEWED)
    assert _by_key(reviewed)[Key.AGREEMENT].status is Status.WAITING
    offered = replace(reviewed, assessor_signed_agreement=True)
    assert next_task(tasks(offered)).key is Key.AGREEMENT  # type: ignore[union-attr]


def test_a_decision_of_follow_up_is_told_as_waiting() -> None:
    again = replace(
        ACCEPTED, assessment=AssessmentState.READY, exam="marked", decision=Result.FOLLOW_UP
    )
    assert _by_key(again)[Key.DECISION].status is Status.WAITING


def test_a_rejected_application_asks_for_nothing_more() -> None:
    rejected = replace(ACCEPTED, application=ApplicationState.REJECTED)
    assert next_task(tasks(rejected)) is None


progresses = st.builds(
    Progress,
    application=st.sampled_from(ApplicationState),
    apl01_complete=st.booleans(),
    prerequisites_shown=st.integers(0, 3),
    prerequisites=st.integers(0, 3),
    elements_answered=st.integers(0, 4),
    elements=st.integers(0, 4),
    apl02_signed=st.booleans(),
    criteria_claimed=st.integers(0, 8),
    criteria=st.integers(0, 8),
    assessment=st.none() | st.sampled_from(AssessmentState),
    assessor_signed_agreement=st.booleans(),
    exam=st.sampled_from(["not_started", "open", "ended", "marked"]),
    candidate_signed_recommendation=st.booleans(),
    decision=st.none() | st.sampled_from(Result),
)


@given(progresses)
def test_every_state_of_affairs_has_nine_tasks_with_words(progress: Progress) -> None:
    found = tasks(progress)
    assert [task.key for task in found] == list(Key)
    assert all(task.note.text for task in found)
