"""Files handed in as answers: looked at, kept, and opened by their candidate.

A file is told by its content, never by its name, and is only ever given out as a download.
"""

import io
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from lsp.exams.formats.limits import open_zip
from lsp.exams.formats.package import BadFile
from lsp.exams.models import Attempt, ItemRevision, PaperQuestion, ResponseFile, Seat
from lsp.exams.rules.kinds import AttemptState, ItemType
from lsp.exams.rules.writing import FILE_KINDS
from lsp.storage import Storage
from lsp.texts import N_, NotFound, Refusal

MEGABYTE = 1024 * 1024
#: Files one candidate may hand in for one question, replaced ones included.
MOST = 20
#: Longest name kept, in characters.
LONGEST_NAME = 150
#: The part that makes a ZIP one of Office's files.
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_PICTURES = {"jpg": "JPEG", "png": "PNG"}
#: Pictures of more pixels are not unpacked to be looked at.
MEGAPIXELS = 50

DAMAGED = N_("Berkas ini rusak atau bukan %(kinds)s. Simpan ulang, lalu unggah lagi.")


def hand_in(
    session: Session,
    storage: Storage,
    *,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    position: int,
    name: str,
    content: bytes,
    now: datetime,
) -> ResponseFile:
    """Keep a file for a question of an open attempt; the answer that names it is saved after.

    Raises NotFound for anybody else's attempt or a question of another type, Refusal for a file
    that is empty, too large, of another kind than the question takes, or one too many.
    """
    question = _get_question(session, person_id, attempt_id, position)
    kind = _checked(content, question["kinds"], question["max_megabytes"])
    earlier = session.scalar(
        sa.select(sa.func.count())
        .select_from(ResponseFile)
        .where(ResponseFile.attempt_id == attempt_id, ResponseFile.position == position)
    )
    if (earlier or 0) >= MOST:
        raise Refusal(N_("Anda sudah mengunggah %(limit)s berkas untuk soal ini."), limit=MOST)
    stored = storage.save(io.BytesIO(content), limit=len(content))
    file = ResponseFile(
        attempt_id=attempt_id,
        position=position,
        name=safe_name(name, kind),
        media_type=FILE_KINDS[kind],
        storage_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        at=now,
    )
    session.add(file)
    session.flush()
    return file


def get_own_file(
    session: Session,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    position: int,
    file_id: uuid.UUID,
) -> ResponseFile:
    """A file the person handed in, while the attempt is open. Raises NotFound."""
    file = session.scalar(
        _file(attempt_id, position, file_id)
        .join(Attempt, Attempt.id == ResponseFile.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Seat.candidate_id == person_id, Attempt.state == AttemptState.OPEN)
    )
    if file is None:
        raise NotFound
    return file


def _file(attempt_id: uuid.UUID, position: int, file_id: uuid.UUID) -> sa.Select[ResponseFile]:
    return sa.select(ResponseFile).where(
        ResponseFile.id == file_id,
        ResponseFile.attempt_id == attempt_id,
        ResponseFile.position == position,
    )


def _get_question(
    session: Session, person_id: uuid.UUID, attempt_id: uuid.UUID, position: int
) -> dict[str, Any]:
    """What the question takes. Raises NotFound, or Refusal once the attempt has ended."""
    row = session.execute(
        sa.select(Attempt.state, ItemRevision.content)
        .join(Seat, Seat.id == Attempt.seat_id)
        .join(PaperQuestion, PaperQuestion.paper_id == Attempt.paper_id)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .where(
            Attempt.id == attempt_id,
            Seat.candidate_id == person_id,
            PaperQuestion.position == position,
            ItemRevision.type == ItemType.FILE_UPLOAD,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.state is not AttemptState.OPEN:
        raise Refusal(N_("Ujian sudah berakhir, jadi berkas tidak bisa diunggah lagi."))
    content: dict[str, Any] = row.content
    return content


# --- What a file is -----------------------------------------------------------------------------


def _checked(content: bytes, kinds: Sequence[str], megabytes: int) -> str:
    """The kind of a file among those a question takes. Raises Refusal."""
    if not content:
        raise Refusal(N_("Berkas ini kosong. Pilih berkas lain."))
    if len(content) > megabytes * MEGABYTE:
        raise Refusal(
            N_("Berkas ini lebih dari %(limit)s MB. Perkecil berkasnya, lalu unggah lagi."),
            limit=megabytes,
        )
    for kind in kinds:
        if is_kind(content, kind):
            return kind
    raise Refusal(DAMAGED, kinds=", ".join(kind.upper() for kind in kinds))


def is_kind(content: bytes, kind: str) -> bool:
    """Whether a file's content really is of a kind (``writing.FILE_KINDS``)."""
    if kind == "pdf":
        return b"%PDF-" in content[:1024] and b"%%EOF" in content[-2048:]
    if kind in _OFFICE:
        return _is_office(content, _OFFICE[kind])
    if kind in _PICTURES:
        return _is_picture(content, _PICTURES[kind])
    return kind == "txt" and _is_text(content)


def _is_office(content: bytes, part: str) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        names = set(open_zip(content))
    except BadFile:
        return False
    # A macro is a program, and no answer to a question needs one.
    has_macro = any(name.endswith("vbaProject.bin") for name in names)
    return part in names and "[Content_Types].xml" in names and not has_macro


def _is_picture(content: bytes, format_: str) -> bool:
    try:
        with Image.open(io.BytesIO(content), formats=[format_]) as picture:
            if picture.width * picture.height > MEGAPIXELS * 1_000_000:
                return False
            picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        return False
    return True


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(char < " " and char not in "\t\n\r\f" for char in text)


def safe_name(name: str, kind: str) -> str:
    """A file's name as it is shown and offered for download: no folders, the ending it has."""
    stem = PurePath(name.replace("\\", "/")).name.rpartition(".")[0] or name
    stem = "".join(c for c in stem if c.isprintable() and c not in '/\\:*?"<>|').strip(" .")
    return f"{stem[:LONGEST_NAME] or 'jawaban'}.{kind}"
