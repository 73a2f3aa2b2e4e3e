"""Pictures of questions: checked and kept, and given to whoever sits or writes them."""

import hashlib
import io
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session, contains_eager

from lsp.exams.models import Attempt, ItemMedia, ItemRevision, PaperQuestion, Seat
from lsp.exams.rules import timing, wording
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting.clocks import deadline_now, is_paused
from lsp.storage import Storage
from lsp.texts import N_, NotFound, Refusal

MEGABYTE = 1024 * 1024
#: Largest picture: megabytes of the file, millions of pixels, and pixels along one side.
MEGABYTES, MEGAPIXELS, LONGEST_SIDE = 5, 25, 8000
#: Pictures one item may have, of all its revisions.
MOST = 50
#: Formats a browser draws and that cannot carry a program; SVG can.
MEDIA_TYPES = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}


@dataclass(frozen=True)
class Picture:
    """What a picture is, told by its content; width and height in pixels."""

    media_type: str
    #: Ending its name should have, ``png``.
    ending: str
    width: int
    height: int


def inspect_picture(content: bytes) -> Picture:
    """What a picture is, after really unpacking it.

    Raises Refusal for anything but PNG, JPEG, GIF and WebP, and for what is broken or too large.
    """
    if len(content) > MEGABYTES * MEGABYTE:
        raise Refusal(
            N_("Gambar ini lebih dari %(limit)s MB. Perkecil gambarnya."), limit=MEGABYTES
        )
    try:
        with Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES)) as picture:
            _check_extent(*picture.size)
            picture.verify()
        # ``verify`` leaves the picture unusable; the second opening really unpacks it.
        with Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES)) as picture:
            picture.load()
            media_type, ending = MEDIA_TYPES[picture.format or ""]
            return Picture(media_type, ending, picture.width, picture.height)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, KeyError):
        raise Refusal(
            N_("Gambar ini tidak bisa dibuka. Pakai PNG, JPEG, GIF, atau WebP.")
        ) from None


def picture_name(filename: str, content: bytes, picture: Picture) -> str:
    """A name for a picture that no other picture of the item has: part of it is its content's."""
    stem = wording.media_name(filename).rpartition(".")[0] or "gambar"
    return f"{stem[:80]}-{hashlib.sha256(content).hexdigest()[:8]}.{picture.ending}"


def _check_extent(width: int, height: int) -> None:
    if width * height > MEGAPIXELS * 1_000_000 or max(width, height) > LONGEST_SIDE:
        raise _too_large()


def _too_large() -> Refusal:
    return Refusal(
        N_("Gambar ini terlalu besar: paling banyak %(limit)s juta piksel. Perkecil gambarnya."),
        limit=MEGAPIXELS,
    )


def add_media(
    session: Session,
    storage: Storage,
    *,
    item_id: uuid.UUID,
    name: str,
    content: bytes,
    alt: str = "",
    now: datetime,
) -> ItemMedia:
    """Keep a picture for an item under its name, made safe (``wording.media_name``).

    The same picture under the same name is kept once; another picture gets another name, since
    what a revision shows never changes. Raises Refusal for what is no picture, or one too many.
    """
    picture = inspect_picture(content)
    known = {
        media.name: media
        for media in session.scalars(sa.select(ItemMedia).where(ItemMedia.item_id == item_id))
    }
    stored = storage.save(io.BytesIO(content), limit=len(content))
    stem = wording.media_name(name).rpartition(".")[0] or wording.media_name(name)
    for number in range(1, MOST + 2):
        wanted = f"{stem}.{picture.ending}" if number == 1 else f"{stem}-{number}.{picture.ending}"
        same = known.get(wanted)
        if same is None:
            break
        if same.sha256 == stored.sha256:
            storage.delete(stored.key)
            return same
    if len(known) >= MOST:
        storage.delete(stored.key)
        raise Refusal(N_("Satu soal paling banyak memakai %(limit)s gambar."), limit=MOST)
    media = ItemMedia(
        item_id=item_id,
        name=wanted,
        alt=alt,
        media_type=picture.media_type,
        storage_key=stored.key,
        sha256=stored.sha256,
        width=picture.width,
        height=picture.height,
        created_at=now,
    )
    session.add(media)
    session.flush()
    return media


def media_names(session: Session, item_id: uuid.UUID) -> set[str]:
    """Names of the pictures an item has, of all its revisions."""
    return set(session.scalars(sa.select(ItemMedia.name).where(ItemMedia.item_id == item_id)))


def get_media_of_item(session: Session, item_id: uuid.UUID, name: str) -> ItemMedia:
    """A picture of an item, for whoever may read the bank. Raises NotFound."""
    media = session.scalar(
        sa.select(ItemMedia).where(ItemMedia.item_id == item_id, ItemMedia.name == name)
    )
    if media is None:
        raise NotFound
    return media


def get_media_of_attempt(
    session: Session,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    position: int,
    name: str,
    *,
    now: datetime,
    grace: timedelta,
) -> tuple[ItemMedia, Seat]:
    """A picture of a question the person is sitting now, and their seat with its session.

    Raises NotFound for anybody else's attempt, one that has ended or is paused, and any other
    picture.
    """
    row = session.execute(
        _of_question(attempt_id, position, name)
        .add_columns(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .where(Seat.candidate_id == person_id, Attempt.state == AttemptState.OPEN)
        .options(contains_eager(Attempt.seat).contains_eager(Seat.session))
    ).one_or_none()
    if row is None:
        raise NotFound
    media, attempt = row
    deadline = deadline_now(attempt.seat.session, attempt, now)
    if is_paused(attempt, now) or not timing.is_open(deadline, now, grace):
        raise NotFound
    return media, attempt.seat


def _of_question(attempt_id: uuid.UUID, position: int, name: str) -> sa.Select[ItemMedia]:
    return (
        sa.select(ItemMedia)
        .join(ItemRevision, ItemRevision.item_id == ItemMedia.item_id)
        .join(PaperQuestion, PaperQuestion.revision_id == ItemRevision.id)
        .join(Attempt, Attempt.paper_id == PaperQuestion.paper_id)
        .where(Attempt.id == attempt_id, PaperQuestion.position == position, ItemMedia.name == name)
    )
