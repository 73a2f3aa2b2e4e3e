from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.audit import AuditEntry
from lsp.exams.models import Item, ItemRevision
from lsp.exams.rules import writing
from lsp.exams.rules.bank_files import BadBank
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType
from lsp.exams.rules.writing import Draft
from lsp.exams.services import bank, browsing
from lsp.roles import Role
from lsp.skkni.models import Completeness, Criterion, Element, Unit
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_revision
from tests.factories.skkni import make_standard, make_unit

#: Criteria of each element of the packaged units (shared facts, skkni-unit-details.yaml).
PACKAGED = {
    "KOM.PR02.014.01": (5, 5, 3),
    "KOM.PR02.036.01": (2, 5),
    "S.941000.019.02": (4, 4, 4),
}
#: Types the packaged questions are of.
PACKAGED_TYPES = {
    ItemType.SINGLE_CHOICE,
    ItemType.MULTIPLE_CHOICE,
    ItemType.TRUE_FALSE,
    ItemType.SHORT_ANSWER,
    ItemType.NUMERICAL,
    ItemType.MATCHING,
    ItemType.ESSAY,
    ItemType.ORDERING,
    ItemType.GAP_FILL,
    ItemType.ORAL,
}


def make_packaged_units(session: Session) -> None:
    standard = make_standard(session)
    for code, counts in PACKAGED.items():
        unit = Unit(
            standard=standard,
            code=code,
            slug=code.lower().replace(".", "-"),
            title=code,
            completeness=Completeness.CRITERIA,
            source="tests",
            confidence="high",
        )
        for e, count in enumerate(counts, 1):
            element = Element(number=e, title=f"Elemen {e}")
            element.criteria = [Criterion(number=c, text=f"{e}.{c}") for c in range(1, count + 1)]
            unit.elements.append(element)
        session.add(unit)
    session.flush()


def make_draft(**values) -> Draft:
    return Draft(
        **{
            "type": ItemType.TRUE_FALSE,
            "level": CognitiveLevel.C2,
            "title": "Judul",
            "stem": "Pernyataan",
            "body": writing.true_false(True),
            "max_score": Decimal(1),
            **values,
        }
    )


def write(session: Session, writer, **values) -> Item:
    criterion = make_unit(session).elements[0].criteria[0]
    return bank.write_item(
        session,
        **{
            "identifier": "UJI-900",
            "criterion_id": criterion.id,
            "draft": make_draft(),
            "writer_id": writer.id,
            "now": NOW,
            **values,
        },
    )


def test_the_packaged_bank_loads_once(session: Session) -> None:
    make_packaged_units(session)
    loaded = bank.load_bank(session, now=NOW)
    assert loaded >= 60
    assert bank.load_bank(session, now=NOW) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(ItemRevision)) == loaded
    assert set(session.scalars(sa.select(ItemRevision.type))) == PACKAGED_TYPES
    assert set(session.scalars(sa.select(Item.state))) == {ItemState.ACTIVE}
    # Its writers guessed, so that parallel papers can be made equally hard.
    guesses = set(session.scalars(sa.select(Item.facility)))
    assert len(guesses) > 5
    assert all(guess is not None and 0 < guess < 1 for guess in guesses)


def test_the_packaged_bank_covers_every_criterion(session: Session) -> None:
    make_packaged_units(session)
    bank.load_bank(session, now=NOW)
    assert [unit.uncovered for unit in browsing.coverage(session)] == [[], [], []]


def test_the_bank_names_the_criterion_that_is_not_there(session: Session) -> None:
    with pytest.raises(BadBank, match=r"KP-001: no criterion KOM\.PR02\.014\.01 1\.1"):
        bank.load_bank(session, now=NOW)


def test_a_new_question_is_a_draft_on_record(session: Session) -> None:
    writer = make_person(session, Role.ITEM_WRITER)
    item = write(session, writer)
    assert (item.state, [r.number for r in item.revisions]) == (ItemState.DRAFT, [1])
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("item.written", writer.id)


def test_an_identifier_is_given_once(session: Session) -> None:
    writer = make_person(session, Role.ITEM_WRITER)
    write(session, writer)
    with pytest.raises(Refusal, match="UJI-900"):
        write(session, writer)


def move(session: Session, item: Item, to: ItemState, actor, note: str = "") -> None:
    bank.move_item(session, item.id, to=to, actor_id=actor.id, now=NOW, note=note)


def test_a_question_is_released_by_a_second_pair_of_eyes(session: Session) -> None:
    writer, reviewer = (make_person(session, Role.ITEM_WRITER) for _ in range(2))
    item = write(session, writer)
    move(session, item, ItemState.REVIEW, writer)
    with pytest.raises(Refusal, match="soalnya sendiri"):
        move(session, item, ItemState.ACTIVE, writer, "Saya yakin")
    move(session, item, ItemState.PILOT, reviewer)
    with pytest.raises(Refusal, match="soalnya sendiri"):
        move(session, item, ItemState.ACTIVE, writer)
    move(session, item, ItemState.ACTIVE, reviewer)
    assert item.state is ItemState.ACTIVE


def revise(session: Session, item: Item, writer: Person) -> None:
    values = {"seen_revision": item.revisions[-1].number, "writer_id": writer.id, "now": NOW}
    bank.revise_item(session, item.id, draft=make_draft(type=item.revisions[-1].type), **values)
    move(session, item, ItemState.REVIEW, writer)


def test_whoever_wrote_any_of_what_is_new_does_not_release_it(session: Session) -> None:
    """A colleague's one letter makes nobody else's words reviewed."""
    writer, second, reviewer = (make_person(session, Role.ITEM_WRITER) for _ in range(3))
    item = write(session, writer)
    revise(session, item, second)
    for part, number in ((writer, 1), (second, 2)):
        with pytest.raises(Refusal, match=f"soalnya sendiri.* revisi {number}\\."):
            move(session, item, ItemState.ACTIVE, part, "Saya yakin")
    move(session, item, ItemState.PILOT, reviewer)
    # A trial releases nothing: the same words are looked at again before they count.
    with pytest.raises(Refusal, match="soalnya sendiri"):
        move(session, item, ItemState.ACTIVE, writer)
    move(session, item, ItemState.ACTIVE, reviewer)
    assert item.state is ItemState.ACTIVE


def test_what_was_released_before_is_not_under_review_any_more(session: Session) -> None:
    writer, second, reviewer = (make_person(session, Role.ITEM_WRITER) for _ in range(3))
    item = write(session, writer)
    move(session, item, ItemState.REVIEW, writer)
    move(session, item, ItemState.ACTIVE, reviewer, "Sudah diuji.")
    revise(session, item, second)
    move(session, item, ItemState.ACTIVE, writer, "Hanya salah ketik.")
    # Laid aside and taken out again, it is still the second writer's text that is released.
    move(session, item, ItemState.RETIRED, second, "Usang")
    move(session, item, ItemState.REVIEW, second)
    with pytest.raises(Refusal, match="soalnya sendiri"):
        move(session, item, ItemState.ACTIVE, second, "Dipakai lagi")
    move(session, item, ItemState.ACTIVE, writer, "Dipakai lagi")


def test_a_question_skips_its_trial_only_for_a_reason(session: Session) -> None:
    writer, reviewer = (make_person(session, Role.ITEM_WRITER) for _ in range(2))
    item = write(session, writer)
    move(session, item, ItemState.REVIEW, writer)
    with pytest.raises(Refusal, match="tanpa uji coba"):
        move(session, item, ItemState.ACTIVE, reviewer, "  ")
    move(session, item, ItemState.ACTIVE, reviewer, "Sudah diuji di daerah lain.")
    notes = {event.move.note for event in bank.history_of(session, item) if event.move}
    assert "Sudah diuji di daerah lain." in notes


def test_a_draft_is_not_released_without_review(session: Session) -> None:
    writer, reviewer = (make_person(session, Role.ITEM_WRITER) for _ in range(2))
    item = write(session, writer)
    with pytest.raises(Refusal):
        move(session, item, ItemState.ACTIVE, reviewer)


def test_a_revision_leaves_the_old_words_and_asks_for_review_again(session: Session) -> None:
    old = make_revision(session, type=ItemType.TRUE_FALSE)
    paper = make_paper(session, revisions=[old])
    writer = make_person(session, Role.ITEM_WRITER)
    new = bank.revise_item(
        session,
        old.item_id,
        draft=make_draft(stem="Kata baru"),
        seen_revision=1,
        writer_id=writer.id,
        now=NOW,
    )
    session.expire_all()
    assert (new.number, new.item.state) == (2, ItemState.DRAFT)
    assert paper.questions[0].revision.stem == old.stem != "Kata baru"


def test_nobody_writes_over_a_revision_they_have_not_seen(session: Session) -> None:
    old = make_revision(session, type=ItemType.TRUE_FALSE)
    writer = make_person(session, Role.ITEM_WRITER)
    values = {"draft": make_draft(), "seen_revision": 1, "writer_id": writer.id, "now": NOW}
    bank.revise_item(session, old.item_id, **values)
    with pytest.raises(Refusal, match="revisi 2"):
        bank.revise_item(session, old.item_id, **values)


def test_an_unknown_item_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        bank.get_item(session, make_unit(session).id)


def test_the_list_is_narrowed_by_what_is_asked(session: Session) -> None:
    unit = make_unit(session)
    criterion = unit.elements[0].criteria[0]
    essay = make_revision(session, type=ItemType.ESSAY, criterion=criterion, title="100% hadir")
    make_revision(session, criterion=criterion)
    make_revision(session)
    session.add(
        ItemRevision(
            item=essay.item, number=2, type=ItemType.ESSAY, title="Baru", stem="S", content={},
            key={}, max_score=Decimal(4), created_at=NOW,
        )
    )  # fmt: skip
    session.flush()

    def found(**wanted) -> list[str]:
        page = browsing.list_items(session, browsing.ItemFilter(**wanted))
        return [row.revision.title for row in page.rows]

    assert len(found()) == 3
    assert len(found(unit_id=unit.id)) == 2
    assert found(type=ItemType.ESSAY) == ["Baru"]
    assert found(state=ItemState.RETIRED) == []
    assert found(search="baru") == ["Baru"]
    assert found(search="100%") == found(search="%") == []


def test_the_list_costs_the_same_however_long_it_is(
    session: Session, statements: list[str]
) -> None:
    criterion = make_unit(session).elements[0].criteria[0]
    counts = []
    for _ in range(2):
        for _ in range(15):
            make_revision(session, criterion=criterion)
        session.expire_all()
        statements.clear()
        page = browsing.list_items(session, browsing.ItemFilter())
        assert page.rows[0].item.criterion.element.unit.code
        counts.append(len(statements))
    assert (page.total, page.pages, len(page.rows)) == (30, 2, 25)
    assert counts[0] == counts[1] <= 4


def test_a_page_past_the_end_shows_the_last_one(session: Session) -> None:
    make_revision(session)
    page = browsing.list_items(session, browsing.ItemFilter(), page=99)
    assert (page.page, len(page.rows)) == (1, 1)


def test_coverage_counts_active_items_and_names_what_is_missing(session: Session) -> None:
    unit = make_unit(session, elements=1, criteria=2)
    first, second = unit.elements[0].criteria
    make_revision(session, criterion=first)
    make_revision(session, criterion=second).item.state = ItemState.DRAFT
    session.flush()
    (row,) = browsing.coverage(session)
    assert (row.active, row.uncovered) == (1, [second])


def test_an_item_tells_where_it_was_used(session: Session) -> None:
    revision = make_revision(session)
    exam = make_exam_session(session, paper=make_paper(session, revisions=[revision]))
    (use,) = browsing.uses_of(session, revision.item_id)
    assert (use.session, use.position, use.revision_number) == (exam, 1, 1)


def test_what_goes_back_to_its_writer_carries_a_remark(session: Session) -> None:
    writer, reviewer = (make_person(session, Role.ITEM_WRITER) for _ in range(2))
    item = write(session, writer)
    move(session, item, ItemState.REVIEW, writer)
    with pytest.raises(Refusal, match="catatannya"):
        move(session, item, ItemState.DRAFT, reviewer)
    bank.move_item(
        session,
        item.id,
        to=ItemState.DRAFT,
        actor_id=reviewer.id,
        now=NOW + timedelta(hours=1),
        note="Kunci keliru.",
    )
    newest = bank.moves_of(session, item.id)[0]
    assert (newest.to, newest.note, newest.actor_id) == (
        ItemState.DRAFT,
        "Kunci keliru.",
        reviewer.id,
    )


def test_a_draft_nobody_wants_is_laid_aside_with_a_reason(session: Session) -> None:
    writer = make_person(session, Role.ITEM_WRITER)
    item = write(session, writer)
    with pytest.raises(Refusal, match="catatannya"):
        move(session, item, ItemState.RETIRED, writer)
    bank.move_item(
        session, item.id, to=ItemState.RETIRED, actor_id=writer.id, now=NOW, note="Kembar KP-001."
    )
    assert item.state is ItemState.RETIRED
    # From there it comes back only through a review.
    with pytest.raises(Refusal, match="berpindah keadaan"):
        move(session, item, ItemState.ACTIVE, make_person(session, Role.ITEM_WRITER))


@pytest.mark.parametrize("state", [ItemState.PILOT, ItemState.ACTIVE, ItemState.RESTRICTED])
def test_a_revision_of_a_released_item_is_a_step_back(session: Session, state: ItemState) -> None:
    old = make_revision(session, type=ItemType.TRUE_FALSE)
    old.item.state = state
    session.flush()
    writer = make_person(session, Role.ITEM_WRITER)
    bank.revise_item(
        session, old.item_id, draft=make_draft(), seen_revision=1, writer_id=writer.id, now=NOW
    )
    (step,) = bank.moves_of(session, old.item_id)
    assert (step.to, step.revision) == (ItemState.DRAFT, 2)


def test_only_active_items_are_restricted_and_only_once(session: Session) -> None:
    seen, drafted = make_revision(session).item, make_revision(session).item
    drafted.state = ItemState.DRAFT
    session.flush()
    ids = [seen.id, drafted.id]
    assert bank.restrict_overexposed(session, ids, NOW) == [seen]
    assert bank.restrict_overexposed(session, ids, NOW) == []
    assert (seen.state, drafted.state) == (ItemState.RESTRICTED, ItemState.DRAFT)
    with pytest.raises(Refusal, match="catatannya"):
        move(session, seen, ItemState.ACTIVE, make_person(session, Role.ITEM_WRITER))


def test_the_list_finds_a_tag_and_counts_the_states(session: Session) -> None:
    tagged = make_revision(session).item
    tagged.tags = ["Rapat Kerja", "humas"]
    make_revision(session).item.state = ItemState.PILOT
    session.flush()

    def found(tag: str) -> list[Item]:
        return [row.item for row in browsing.list_items(session, browsing.ItemFilter(tag=tag)).rows]

    assert found("rapat kerja") == found("humas") == [tagged]
    assert found("rapat") == found('"') == []
    counts = browsing.count_states(session)
    assert (counts[ItemState.ACTIVE], counts[ItemState.PILOT], counts[ItemState.DRAFT]) == (1, 1, 0)
