from base64 import b64encode
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.exams.formats.package import BadFile
from lsp.exams.models import ImportDraft, ImportRow, Item, ItemMedia, ItemRevision
from lsp.exams.rules.kinds import CognitiveLevel, ImportState, ItemState, ItemType
from lsp.exams.services import bank, importing
from lsp.storage import Storage
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.importing import GIFT, make_import, make_picture


def moodle(picture: bytes, name: str = "peta.png", idnumber: str = "PETA-1") -> str:
    file = f'<file name="{name}" encoding="base64">{b64encode(picture).decode()}</file>'
    return f"""<quiz><question type="truefalse"><name><text>Peta</text></name>
<questiontext format="html"><text><![CDATA[<p>Ini peta.
<img src="@@PLUGINFILE@@/{name}" alt="Peta"></p>]]></text>{file}</questiontext>
<defaultgrade>1</defaultgrade><idnumber>{idnumber}</idnumber>
<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
</question></quiz>"""


def save(session: Session, draft: ImportDraft) -> ImportDraft:
    return importing.save_import(session, draft.id, person_id=draft.created_by_id, now=NOW)


def rows(session: Session, draft: ImportDraft) -> list[importing.ReviewRow]:
    return importing.review_page(session, draft).rows


def test_reading_puts_nothing_into_the_bank(session: Session, tmp_path: Path) -> None:
    draft = make_import(session, tmp_path)
    assert session.scalars(sa.select(Item)).all() == []
    assert importing.count_rows(session, draft) == importing.Counts(2, 2, 0, 0, 0)
    assert (draft.format, draft.state) == ("gift", ImportState.OPEN)


def test_saving_makes_drafts_that_know_their_origin(session: Session, tmp_path: Path) -> None:
    draft = save(session, make_import(session, tmp_path))
    one, two = session.scalars(sa.select(Item).order_by(Item.identifier))
    assert (one.identifier, one.state, one.level) == ("UJI-1", ItemState.DRAFT, CognitiveLevel.C2)
    assert two.revisions[0].type is ItemType.TRUE_FALSE
    origin = one.revisions[0].origin
    assert (origin["format"], origin["file"], origin["identifier"]) == (
        "gift",
        "soal.gift",
        "UJI-1",
    )
    assert one.criterion_id == draft.criterion_id
    assert [
        row.item_id for row in session.scalars(sa.select(ImportRow).order_by(ImportRow.position))
    ] == [one.id, two.id]
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail["written"]) == ("items.imported", 2)


def test_saving_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    draft = save(session, make_import(session, tmp_path))
    save(session, draft)
    assert session.scalar(sa.select(sa.func.count()).select_from(ItemRevision)) == 2


def test_what_is_left_stays_out(session: Session, tmp_path: Path) -> None:
    draft = make_import(session, tmp_path)
    left = importing.Choice(is_taken=False, criterion_id=None, level=None)
    importing.keep_choices(session, draft, {1: left})
    save(session, draft)
    assert [item.identifier for item in session.scalars(sa.select(Item))] == ["UJI-2"]


def test_a_question_says_its_own_criterion_and_level(session: Session, tmp_path: Path) -> None:
    draft = make_import(session, tmp_path, criterion_id=None, level=None)
    assert importing.count_rows(session, draft).lacking == 2
    with pytest.raises(Refusal, match="2 soal"):
        save(session, draft)
    criterion = make_import(session, tmp_path).criterion_id
    chosen = importing.Choice(is_taken=True, criterion_id=criterion, level=CognitiveLevel.C4)
    importing.keep_choices(session, draft, {1: chosen, 2: chosen})
    save(session, draft)
    assert set(session.scalars(sa.select(Item.level))) == {CognitiveLevel.C4}


def test_the_same_file_again_is_known_and_left(session: Session, tmp_path: Path) -> None:
    save(session, make_import(session, tmp_path))
    again = make_import(session, tmp_path)
    assert [(row.is_same, row.row.is_taken) for row in rows(session, again)] == [
        (True, False),
        (True, False),
    ]
    with pytest.raises(Refusal, match="Belum ada soal"):
        save(session, again)


def test_other_words_under_a_known_name_become_a_revision(session: Session, tmp_path: Path) -> None:
    save(session, make_import(session, tmp_path))
    item = session.scalars(sa.select(Item).where(Item.identifier == "UJI-1")).one()
    item.state = ItemState.ACTIVE
    again = make_import(session, tmp_path, GIFT.replace("Siapa", "Siapakah"))
    importing.keep_choices(
        session, again, {n: importing.Choice(True, None, CognitiveLevel.C3) for n in (1, 2)}
    )
    save(session, again)
    assert (again.written, again.revised) == (0, 1)
    assert [r.stem.split()[0] for r in item.revisions] == ["Siapa", "Siapakah"]
    assert (item.state, item.level) == (ItemState.DRAFT, CognitiveLevel.C3)
    assert [m.to for m in bank.moves_of(session, item.id)] == [ItemState.DRAFT]


def test_a_revision_does_not_change_the_type(session: Session, tmp_path: Path) -> None:
    save(session, make_import(session, tmp_path))
    other = "// [id:UJI-1]\nBenar? {TRUE}"
    again = make_import(session, tmp_path, other)
    (row,) = rows(session, again)
    assert "berjenis lain" in str(row.obstacle)
    assert importing.count_rows(session, again) == importing.Counts(1, 0, 1, 0, 0)
    assert importing.count_rows(session, make_import(session, tmp_path, other, prefix="KP")).taken


def test_an_item_that_came_meanwhile_keeps_its_type(session: Session, tmp_path: Path) -> None:
    waiting = make_import(session, tmp_path, "// [id:UJI-1]\nBenar? {TRUE}")
    save(session, make_import(session, tmp_path))
    with pytest.raises(Refusal, match="berjenis lain"):
        save(session, waiting)


def test_a_prefix_gives_new_names_after_the_highest(session: Session, tmp_path: Path) -> None:
    for _ in range(2):
        save(session, make_import(session, tmp_path, prefix="KP"))
    names = session.scalars(sa.select(Item.identifier).order_by(Item.identifier)).all()
    assert names == ["KP-001", "KP-002", "KP-003", "KP-004"]


#: Two questions the file does not name; the title is on another file's question, too.
NAMELESS = "::Q1:: Benar? {TRUE}\n\nSalah? {FALSE}"


def codes(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Item.identifier).order_by(Item.identifier)))


def test_a_question_the_file_does_not_name_is_numbered_by_the_bank(
    session: Session, tmp_path: Path
) -> None:
    named = "\n\n// [id:SOAL-005]\nMana? {=a ~b}"
    draft = make_import(session, tmp_path, NAMELESS + named)
    assert importing.count_rows(session, draft).nameless == 2
    save(session, draft)
    assert codes(session) == ["SOAL-005", "SOAL-006", "SOAL-007"]
    assert [row.identifier for row in session.scalars(sa.select(ImportRow))].count("") == 2


def test_places_and_titles_of_two_files_never_meet(session: Session, tmp_path: Path) -> None:
    save(session, make_import(session, tmp_path, NAMELESS))
    other = make_import(session, tmp_path, "::Q1:: Berapa? {#5}\n\nSalahkah? {FALSE}")
    assert [(row.known, row.obstacle, row.row.is_taken) for row in rows(session, other)] == [
        (None, None, True),
        (None, None, True),
    ]
    save(session, other)
    assert codes(session) == ["SOAL-001", "SOAL-002", "SOAL-003", "SOAL-004"]
    assert (other.written, other.revised) == (2, 0)


def test_the_same_file_without_names_is_left_the_second_time(
    session: Session, tmp_path: Path
) -> None:
    first = make_import(session, tmp_path, NAMELESS)
    assert importing.saved_before(session, first) is None
    save(session, first)
    again = make_import(session, tmp_path, NAMELESS)
    assert importing.saved_before(session, again) == NOW
    assert not any(row.row.is_taken for row in rows(session, again))


def test_pictures_come_along_and_another_picture_gets_another_name(
    session: Session, tmp_path: Path
) -> None:
    save(session, make_import(session, tmp_path, moodle(make_picture("teal"))))
    item = session.scalars(sa.select(Item)).one()
    again = make_import(session, tmp_path, moodle(make_picture("red")))
    assert not rows(session, again)[0].is_same
    importing.keep_choices(session, again, {1: importing.Choice(True, None, None)})
    save(session, again)
    names = session.scalars(sa.select(ItemMedia.name).order_by(ItemMedia.name)).all()
    assert names == ["peta-2.png", "peta.png"]
    assert 'src="media:peta.png"' in item.revisions[0].stem
    assert 'src="media:peta-2.png"' in item.revisions[1].stem
    media = session.scalars(sa.select(ItemMedia).where(ItemMedia.name == "peta.png")).one()
    assert (media.media_type, media.width) == ("image/png", 40)
    with Storage(tmp_path).open(media.storage_key) as file:
        assert file.read() == make_picture("teal")
    third = make_import(session, tmp_path, moodle(make_picture("red")))
    assert rows(session, third)[0].is_same


def test_what_is_no_picture_keeps_its_question_out(session: Session, tmp_path: Path) -> None:
    broken = make_picture()[:40]
    draft = make_import(session, tmp_path, moodle(broken))
    assert importing.count_rows(session, draft).taken == 0
    assert draft.not_carried


def test_a_place_on_a_picture_needs_its_picture(session: Session, tmp_path: Path) -> None:
    table = "Pertanyaan,Jenis,Gambar,Daerah\nDi mana?,hotspot,peta.png|40|30|Peta,rect|1|1|9|9\n"
    (row,) = rows(session, make_import(session, tmp_path, table))
    assert "peta.png" in str(row.obstacle)
    assert not row.row.is_taken


def test_a_file_that_is_none_leaves_nothing_behind(session: Session, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        make_import(session, tmp_path, b"PK\x03\x04 nothing")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_upload_is_its_writers_own(session: Session, tmp_path: Path) -> None:
    draft = make_import(session, tmp_path)
    with pytest.raises(NotFound):
        importing.get_own_draft(session, draft.id, make_person(session).id)


def test_a_dropped_upload_is_gone_with_its_files(session: Session, tmp_path: Path) -> None:
    draft = make_import(session, tmp_path, moodle(make_picture()))
    keys = importing.drop_draft(session, draft.id, draft.created_by_id)
    assert len(keys) == 2
    with pytest.raises(NotFound):
        importing.get_own_draft(session, draft.id, draft.created_by_id)
    assert session.scalars(sa.select(ImportRow)).all() == []


def test_what_is_saved_is_not_thrown_away(session: Session, tmp_path: Path) -> None:
    draft = save(session, make_import(session, tmp_path))
    with pytest.raises(Refusal, match="sudah disimpan"):
        importing.drop_draft(session, draft.id, draft.created_by_id)


def test_hundreds_of_questions_cost_no_more_statements(
    session: Session, tmp_path: Path, statements: list[str]
) -> None:
    gift = "\n\n".join(f"// [id:B-{n}]\nPernyataan {n}. {{TRUE}}" for n in range(400))
    draft = make_import(session, tmp_path, gift)
    session.expire_all()
    statements.clear()
    page = importing.review_page(session, draft, page=10)
    importing.count_rows(session, draft)
    assert (page.pages, len(page.rows)) == (20, 20)
    assert len(statements) <= 6
    statements.clear()
    save(session, draft)
    assert draft.written == 400
    assert len(statements) < 40
