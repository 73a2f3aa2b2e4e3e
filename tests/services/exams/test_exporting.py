from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.exams.formats import qti
from lsp.exams.formats.tables.examples import examples
from lsp.exams.models import Item, ItemMedia
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemState, ItemType, Markup
from lsp.exams.services import exporting, importing
from lsp.exams.services.browsing import ItemFilter
from lsp.exams.services.media import add_media
from lsp.exams.services.scoring import qti_key
from lsp.storage import Storage
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_revision
from tests.factories.importing import make_criterion, make_picture
from tests.services.exams.test_scoring import CHOICE

#: Types each format holds whole: content, key, points, level, criterion, tags and reason.
WHOLE = {
    "qti3": set(ItemType),
    "moodle-xml": set(ItemType) - {ItemType.ORAL},
    "gift": {
        ItemType.SINGLE_CHOICE,
        ItemType.MULTIPLE_CHOICE,
        ItemType.TRUE_FALSE,
        ItemType.SHORT_ANSWER,
        ItemType.MATCHING,
    },
    # A table has no room for the picture itself.
    "csv": set(ItemType) - {ItemType.HOTSPOT},
    "xlsx": set(ItemType) - {ItemType.HOTSPOT},
}


def make_bank(session: Session, folder: Path) -> dict[str, ItemType]:
    """One question of each type with a picture beside; the types by identifier."""
    criterion = make_criterion(session)
    criterion.element.unit.code = "KOM.PR02.014.01"
    types: dict[str, ItemType] = {}
    for example in examples():
        assert example.type is not None
        body, title = example.body, example.title
        if example.type is ItemType.HOTSPOT:
            area = ("rect", [1, 1, 10, 10])
            body = writing.hotspot("denah.png", 40, 30, "Denah", [area])
        revision = make_revision(
            session,
            type=example.type,
            criterion=criterion,
            title=title,
            stem=example.stem,
            content=body.content,
            key=body.key,
            max_score=example.max_score,
            rationale="Karena begitu.",
        )
        revision.item.tags = ["humas", "uji coba"]
        types[revision.item.identifier] = example.type
        if example.type is ItemType.HOTSPOT:
            add_media(
                session,
                Storage(folder),
                item_id=revision.item_id,
                name="denah.png",
                content=make_picture(),
                alt="Denah",
                now=NOW,
            )
    session.flush()
    return types


def export(session: Session, folder: Path, format_name: str, **values) -> exporting.Export:
    values.setdefault("wanted", ItemFilter())
    return exporting.make_export(session, Storage(folder), format_name=format_name, **values)


@pytest.mark.parametrize("format_name", WHOLE)
def test_what_is_exported_and_imported_again_is_the_same(
    session: Session, tmp_path: Path, format_name: str
) -> None:
    types = make_bank(session, tmp_path)
    made = export(session, tmp_path, format_name)
    draft = importing.start_import(
        session,
        Storage(tmp_path),
        content=made.content,
        name="ekspor",
        format_name="auto",
        person_id=make_person(session).id,
        now=NOW,
    )
    rows = importing.review_page(session, draft).rows
    same = {types[row.row.identifier] for row in rows if row.is_same}
    named = {types[note.where] for note in made.lost if note.where in types}
    assert same >= WHOLE[format_name]
    assert set(ItemType) - same <= named
    for row in rows:
        if row.is_same:
            assert row.known
            assert (row.item.level, row.row.criterion_id) == (
                row.known.level,
                row.known.criterion_id,
            )


def test_a_files_own_rules_leave_with_the_question(session: Session, tmp_path: Path) -> None:
    (item,) = qti.read(CHOICE.encode(), "i1.xml").items
    make_revision(
        session,
        type=item.type,
        content=item.body.content,
        key={**item.body.key, "qti": qti_key(item)},
        max_score=item.max_score,
    )
    made = export(session, tmp_path, "csv")
    assert exporting.as_read_item(made.rows[0]).processing == item.processing
    assert "qti" not in exporting.as_read_item(made.rows[0]).body.key
    assert [note.where for note in made.lost]


def test_two_pictures_of_one_name_are_both_there(session: Session, tmp_path: Path) -> None:
    for colour in ("teal", "red"):
        revision = make_revision(
            session,
            type=ItemType.TRUE_FALSE,
            markup=Markup.HTML,
            stem='<p>Lihat <img src="media:peta.png" alt="Peta"></p>',
        )
        add_media(
            session,
            Storage(tmp_path),
            item_id=revision.item_id,
            name="peta.png",
            content=make_picture(colour),
            now=NOW,
        )
    made = export(session, tmp_path, "moodle-xml")
    draft = importing.start_import(
        session,
        Storage(tmp_path),
        content=made.content,
        name="x.xml",
        format_name="moodle-xml",
        person_id=make_person(session).id,
        now=NOW,
    )
    assert {m["sha256"] for m in draft.media.values()} == set(
        session.scalars(sa.select(ItemMedia.sha256))
    )


def test_the_choice_narrows_by_filter_and_by_code(session: Session, tmp_path: Path) -> None:
    one, two = make_revision(session).item, make_revision(session).item
    two.state = ItemState.DRAFT
    session.flush()

    def chosen(**values) -> list[Item]:
        return [row.item for row in export(session, tmp_path, "csv", **values).rows]

    assert chosen() == [one, two]
    assert chosen(wanted=ItemFilter(state=ItemState.DRAFT)) == [two]
    assert chosen(identifiers=[one.identifier]) == [one]
    with pytest.raises(Refusal, match="TIDAK-ADA"):
        chosen(identifiers=[one.identifier, "TIDAK-ADA"])
    with pytest.raises(Refusal, match="Tidak ada soal"):
        chosen(wanted=ItemFilter(search="tidak akan ada"))


def test_an_export_is_on_record(session: Session, tmp_path: Path) -> None:
    make_revision(session)
    made = export(session, tmp_path, "csv")
    person = make_person(session)
    exporting.record_export(session, made, format_name="csv", actor_id=person.id, now=NOW)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.detail["count"]) == ("items.exported", person.id, 1)


def test_an_export_costs_the_same_however_many_there_are(
    session: Session, tmp_path: Path, statements: list[str]
) -> None:
    criterion = make_criterion(session)
    counts = []
    for _ in range(2):
        for _ in range(10):
            make_revision(session, criterion=criterion, max_score=Decimal(1))
        session.expire_all()
        statements.clear()
        export(session, tmp_path, "csv")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4
