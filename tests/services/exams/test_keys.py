"""A key that two people corrected is the key of the bank from then on."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.formats.reading import read_file
from lsp.exams.models import Blueprint, Item, ItemRevision, KeyProposal, PaperQuestion
from lsp.exams.rules.assembling import exactly
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import ItemState, ItemType
from lsp.exams.services import bank, browsing, correcting, exporting, marking, papers
from lsp.exams.services.assembling import NotAssembled, PaperOrder, assemble_papers
from lsp.exams.services.blueprints import BlueprintDraft, available, make_blueprint
from lsp.exams.services.keys import corrections_in_force, doubts, key_in_force
from lsp.exams.services.results import exam_result
from lsp.roles import Role
from lsp.skkni.models import SchemeVersion
from lsp.storage import Storage
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_key_change,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_scheme_version, make_unit
from tests.services.exams.test_planning import plan

TO_A = {"correct": ["a"]}
STRUCK = [Correction.FULL_POINTS, Correction.DROPPED]


class Bank:
    """So many single choices of one unit, and a blueprint of two questions from it."""

    def __init__(self, session: Session, size: int = 3, **values: object) -> None:
        self.session = session
        self.unit = make_unit(session)
        criterion = self.unit.elements[0].criteria[0]
        self.revisions = [make_revision(session, criterion=criterion) for _ in range(size)]
        self.version: SchemeVersion = make_scheme_version(session, units=[self.unit])
        draft = BlueprintDraft("Kisi", [exactly(2, self.unit.id)], **values)
        self.blueprint: Blueprint = make_blueprint(
            session, scheme_version_id=self.version.id, draft=draft, now=NOW
        )

    def asked(self) -> set[object]:
        made = assemble_papers(
            self.session, blueprint_id=self.blueprint.id, order=PaperOrder(1), now=NOW
        )
        return {question.revision_id for question in made[0].questions}


def new_revision(session: Session, old: ItemRevision, **values: object) -> ItemRevision:
    own = {"number": old.number + 1, "key": TO_A, "created_at": NOW, **values}
    new = ItemRevision(
        item=old.item, type=old.type, title=old.title, stem=old.stem,
        content=old.content, max_score=old.max_score, **own,
    )  # fmt: skip
    session.add(new)
    session.flush()
    return new


def test_the_key_in_force_is_the_newest_that_replaced_it(session: Session) -> None:
    revision, other = make_revision(session), make_revision(session)
    make_key_change(session, revision, key={"correct": ["c"]})
    make_key_change(session, revision, key=TO_A, number=2)
    make_key_change(session, revision, Correction.DROPPED, number=3)
    found = corrections_in_force(session, [revision.id, other.id])
    assert set(found) == {revision.id}
    corrected = found[revision.id]
    assert (corrected.change.kind, corrected.is_struck) == (Correction.DROPPED, True)
    # Where no key decides any more, the last one that did is still the better one.
    assert key_in_force(revision, corrected) == TO_A
    assert key_in_force(other, found.get(other.id)) == other.key


@pytest.mark.parametrize("format_name", ["qti3", "moodle-xml", "gift", "csv"])
@pytest.mark.parametrize("correct", [["a"], ["a", "d"]])
def test_an_export_holds_the_key_in_force(
    session: Session, tmp_path: Path, format_name: str, correct: list[str]
) -> None:
    revision = make_revision(session)
    make_key_change(session, revision, key={"correct": correct})
    made = exporting.make_export(
        session, Storage(tmp_path), wanted=browsing.ItemFilter(), format_name=format_name
    )
    ending, _ = exporting.WRITTEN[format_name]
    (item,) = read_file(made.content, f"bank.{ending}").items
    key, ids = item.body.key, [row["id"] for row in item.body.content["choices"]]
    right = {id_ for id_, share in key.get("weights", {}).items() if share == "1"}
    assert sorted(right or key["correct"]) == correct
    assert ids == list("abcd")


@pytest.mark.parametrize("kind", STRUCK)
def test_an_export_says_which_questions_no_key_decides(
    session: Session, tmp_path: Path, kind: Correction
) -> None:
    revision = make_revision(session)
    make_key_change(session, revision, kind)
    made = exporting.make_export(
        session, Storage(tmp_path), wanted=browsing.ItemFilter(), format_name="gift"
    )
    assert [row.item.id for row in made.struck] == [revision.item_id]


@pytest.mark.parametrize("format_name", ["qti3", "moodle-xml", "gift", "csv", "xlsx"])
def test_an_explanation_of_the_old_key_is_left_out_of_an_export_and_named(
    session: Session, tmp_path: Path, format_name: str
) -> None:
    wrong, right = (make_revision(session, rationale="Karena b yang tepat.") for _ in range(2))
    make_key_change(session, wrong, key=TO_A)
    made = exporting.make_export(
        session, Storage(tmp_path), wanted=browsing.ItemFilter(), format_name=format_name
    )
    assert [row.item.id for row in made.unexplained] == [wrong.item_id]
    ending, _ = exporting.WRITTEN[format_name]
    read = {item.identifier: item for item in read_file(made.content, f"bank.{ending}").items}
    assert read[wrong.item.identifier].rationale == ""
    assert read[right.item.identifier].rationale == "Karena b yang tepat."


def test_a_correction_is_an_event_of_the_items_history(session: Session) -> None:
    revision = make_revision(session)
    change = make_key_change(session, revision, key=TO_A)
    item = bank.get_item(session, revision.item_id)
    events = bank.history_of(session, item)
    assert [event.change for event in events] == [change, None]
    assert events[0].name


def test_a_paper_made_after_a_correction_is_marked_by_the_corrected_key(session: Session) -> None:
    """The correction is the revision's, not the paper's."""
    bank_ = Bank(session, size=2)
    for revision in bank_.revisions:
        make_key_change(session, revision, key=TO_A)
    made = assemble_papers(session, blueprint_id=bank_.blueprint.id, order=PaperOrder(1), now=NOW)
    seat = make_seat(session, exam_session=make_exam_session(session, paper=made[0]))
    attempt = make_ended_attempt(
        session, seat=seat, answers={1: {"choice": "a"}, 2: {"choice": "b"}}
    )
    marking.mark_attempt(session, attempt.id, NOW)
    (unit,) = exam_result(session, seat.id).units
    assert (unit.score, unit.max_score) == (1, 2)


@pytest.mark.parametrize("kind", STRUCK)
def test_a_question_no_key_decides_is_left_out_of_new_papers_until_it_is_revised(
    session: Session, kind: Correction
) -> None:
    bank_ = Bank(session)
    struck = bank_.revisions[0]
    make_key_change(session, struck, kind)
    assert bank_.asked() == {revision.id for revision in bank_.revisions[1:]}
    make_key_change(session, bank_.revisions[1], kind)
    with pytest.raises(NotAssembled, match="kurang 1 soal"):
        bank_.asked()
    new = new_revision(session, struck)
    assert bank_.asked() == {new.id, bank_.revisions[2].id}


def test_a_correction_of_a_correction_lets_the_question_be_asked_again(session: Session) -> None:
    bank_ = Bank(session, size=2)
    make_key_change(session, bank_.revisions[0], Correction.DROPPED)
    make_key_change(session, bank_.revisions[0], key=TO_A, number=2)
    assert len(bank_.asked()) == 2


def test_a_pilot_no_key_decides_is_not_tried_again(session: Session) -> None:
    bank_ = Bank(session, pilot_count=1)
    pilot = make_revision(session, criterion=bank_.unit.elements[0].criteria[0])
    pilot.item.state = ItemState.PILOT
    session.flush()
    assert pilot.id in bank_.asked()
    make_key_change(session, pilot, Correction.DROPPED)
    with pytest.raises(NotAssembled, match="Soal uji coba kurang 1"):
        bank_.asked()


@pytest.mark.parametrize("kind", STRUCK)
def test_what_no_key_decides_covers_nothing_and_is_named(
    session: Session, kind: Correction
) -> None:
    bank_ = Bank(session)
    struck = bank_.revisions[0]
    struck.item.facility = 1
    make_key_change(session, struck, kind)
    make_key_change(session, bank_.revisions[1], key=TO_A)
    (unit,) = papers.coverage(session, bank_.version.id)
    assert unit.criteria[0].active == 2
    assert [row.active for row in browsing.coverage(session)] == [2]
    assert papers.count_expected(session, bank_.version.id) == (2, 0)
    types = available(session, [bank_.unit.id]).types
    assert types[bank_.unit.id, ItemType.SINGLE_CHOICE] == 2
    for named in (
        browsing.struck_items(session),
        browsing.struck_items(session, scheme_version_id=bank_.version.id),
    ):
        assert [(row.identifier, row.kind) for row in named] == [(struck.item.identifier, kind)]
    assert browsing.struck_items(session, scheme_version_id=make_scheme_version(session).id) == []


def test_a_session_is_not_planned_on_a_paper_with_such_a_question(session: Session) -> None:
    revision = make_revision(session)
    paper = make_paper(session, revisions=[revision, make_revision(session)])
    make_key_change(session, revision, Correction.FULL_POINTS)
    with pytest.raises(Refusal, match=revision.item.identifier):
        plan(session, [paper])


def test_the_questions_of_a_planned_session_that_no_key_decides_are_named(session: Session) -> None:
    paper = make_paper(session)
    exam = make_exam_session(session, paper=paper)
    assert papers.struck_questions(session, exam.id) == []
    question = session.scalars(sa.select(PaperQuestion).where(PaperQuestion.position == 2)).one()
    make_key_change(session, question.revision, Correction.DROPPED)
    (found,) = papers.struck_questions(session, exam.id)
    assert (found.paper, found.position, found.kind) == (1, 2, Correction.DROPPED)
    assert found.identifier == session.get_one(Item, question.revision.item_id).identifier
    (view,) = papers.get_batch(session, paper.batch_id).views
    assert [q.position for q in view.questions if q.is_struck] == [2]


OLD, NEW = {"correct": ["b"]}, {"correct": ["c"]}
BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def second(session: Session, first: ItemRevision, **values: object) -> ItemRevision:
    """The next revision, written before the first one's key was corrected, from its key."""
    return new_revision(session, first, **{"key": first.key, "created_at": BEFORE, **values})


def test_a_newer_revision_with_the_replaced_key_is_not_asked_until_it_is_put_right(
    session: Session,
) -> None:
    bank_ = Bank(session)
    first = bank_.revisions[0]
    newer = second(session, first)
    make_key_change(session, first, key=NEW)
    assert bank_.asked() == {revision.id for revision in bank_.revisions[1:]}
    (row,) = browsing.struck_items(session, scheme_version_id=bank_.version.id)
    assert (row.kind, row.doubt.number if row.doubt else 0) == (None, 1)
    (unit,) = papers.coverage(session, bank_.version.id)
    assert unit.criteria[0].active == 2
    make_key_change(session, bank_.revisions[1], Correction.DROPPED)
    make_key_change(session, newer, key=NEW)
    assert bank_.asked() == {newer.id, bank_.revisions[2].id}


@pytest.mark.parametrize("kind", STRUCK)
def test_a_newer_revision_with_the_key_of_a_struck_one_is_in_doubt(
    session: Session, kind: Correction
) -> None:
    first, other = make_revision(session), make_revision(session)
    newer = second(session, first)
    second(session, other, created_at=AFTER)
    second(session, other, number=3, key=NEW)
    make_key_change(session, first, kind)
    make_key_change(session, other, kind)
    assert set(doubts(session)) == {newer.id}
    assert doubts(session, [other.item_id]) == {}


def test_a_new_revision_ends_the_doubt_unless_it_brings_the_replaced_key_back(
    session: Session,
) -> None:
    first = make_revision(session)
    right = second(session, first, key=NEW)
    later = second(session, first, number=3, key=TO_A, created_at=AFTER)
    back = second(session, first, number=4, key={**OLD, "qti": {}}, created_at=AFTER)
    change = make_key_change(session, first, key=NEW)
    found = doubts(session)
    assert {right.id, later.id} & set(found) == set()
    assert (found[back.id].change, found[back.id].number) == (change, 1)


def test_a_rubric_is_not_in_doubt_since_a_correction_was_undone(session: Session) -> None:
    essay = make_revision(session, type=ItemType.ESSAY)
    second(session, essay, key={**essay.key, "model_answer": "Lain"})
    make_key_change(session, essay, Correction.DROPPED)
    make_key_change(session, essay, key=essay.key, number=2)
    assert doubts(session) == {}


def test_two_people_confirm_a_key_in_doubt_though_no_paper_asks_it(session: Session) -> None:
    first = make_revision(session)
    newer = second(session, first)
    wanted = correcting.Wanted(Correction.NEW_KEY, OLD)
    one, two = make_person(session, Role.ITEM_WRITER), make_person(session, Role.MANAGER)

    def propose() -> KeyProposal:
        return correcting.propose_correction(
            session, newer, wanted=wanted, reason="Soalnya lain", actor_id=one.id, now=NOW
        )

    with pytest.raises(Refusal, match="belum dipakai"):
        propose()
    make_key_change(session, first, key=NEW)
    correcting.confirm_correction(session, propose().id, actor_id=two.id, now=NOW)
    assert doubts(session) == {}
    (row,) = browsing.list_items(session, browsing.ItemFilter()).rows
    assert (row.key, row.has_other_key, row.doubt) == (OLD, False, None)


def test_a_session_is_not_planned_on_a_paper_with_a_key_in_doubt(session: Session) -> None:
    first = make_revision(session)
    newer = second(session, first)
    paper = make_paper(session, revisions=[newer, make_revision(session)])
    exam = make_exam_session(session, paper=paper)
    make_key_change(session, first, key=NEW)
    with pytest.raises(Refusal, match=newer.item.identifier):
        plan(session, [paper])
    (found,) = papers.struck_questions(session, exam.id)
    assert (found.position, found.doubt.number if found.doubt else 0) == (1, 1)
    (view,) = papers.get_batch(session, paper.batch_id).views
    assert [q.position for q in view.struck] == [1]


def test_an_export_names_keys_in_doubt(session: Session, tmp_path: Path) -> None:
    first = make_revision(session)
    second(session, first)
    make_key_change(session, first, key=NEW)
    made = exporting.make_export(
        session, Storage(tmp_path), wanted=browsing.ItemFilter(), format_name="gift"
    )
    assert [row.item.id for row in made.doubted] == [first.item_id]
    assert made.corrected == []
