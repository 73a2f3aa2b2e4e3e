"""Evidence: receive a file, keep it as a person's evidence, find it again, withdraw it."""

import io
import struct
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, selectinload

from lsp import audit
from lsp.portfolios.models import Claim, Evidence, Judgement, ReaderGrant
from lsp.portfolios.rules.kinds import KINDS, MediaType
from lsp.portfolios.services import pictures
from lsp.portfolios.services.inspection import DAMAGED, identify
from lsp.storage import Storage
from lsp.texts import N_, NotFound, Refusal

#: Files one person may have handed in, withdrawn ones included: bounds lists and disk alike.
MAX_PIECES = 200
MEGABYTE = 1024 * 1024

TOO_LARGE = N_("Berkas ini lebih dari %(limit)s MB. Perkecil berkasnya, lalu unggah lagi.")
UPLOADED_BEFORE = N_("Berkas ini sudah Anda unggah sebagai “%(title)s”. Pakai bukti itu saja.")
TOO_MANY = N_("Portofolio Anda sudah berisi %(limit)s berkas, jumlah paling banyak.")
IN_THE_FUTURE = N_("Tanggal pembuatan tidak boleh di masa depan.")
UNKNOWN_KIND = N_("Pilih jenis bukti yang ada di daftar.")
ALREADY_JUDGED = N_("Bukti ini sudah dinilai asesor, jadi tidak bisa ditarik.")
ALREADY_WITHDRAWN = N_("Bukti ini sudah ditarik.")


@dataclass(frozen=True)
class ReceivedFile:
    """A file that was looked at and stored, and belongs to nobody yet."""

    key: str
    filename: str
    media_type: str
    #: Bytes.
    size: int
    #: Of the content as stored, in hex.
    sha256: str


def receive_file(
    storage: Storage, stream: BinaryIO, *, filename: str, megabytes: int
) -> ReceivedFile:
    """Look at an uploaded file, free a photograph of its position, and store it.

    Needs no database, so that no transaction waits for it. Raises Refusal for a file that is
    empty, larger than ``megabytes`` or not of an accepted format. Whoever cannot use the file
    afterwards deletes it from the storage by its key.
    """
    content = stream.read(megabytes * MEGABYTE + 1)
    if not content:
        raise Refusal(N_("Berkas ini kosong. Pilih berkas lain."))
    if len(content) > megabytes * MEGABYTE:
        raise Refusal(TOO_LARGE, limit=megabytes)
    format_ = identify(content)
    if format_.media_type.startswith("image/"):
        content = _without_place(format_, content)
    stored = storage.save(io.BytesIO(content), limit=len(content))
    return ReceivedFile(
        key=stored.key,
        filename=safe_filename(filename, format_),
        media_type=format_.media_type,
        size=stored.size,
        sha256=stored.sha256,
    )


def _without_place(format_: MediaType, content: bytes) -> bytes:
    try:
        return pictures.without_place(format_, content)
    except (OSError, SyntaxError, ValueError, TypeError, struct.error):
        # The picture opens, but what is said about it (EXIF) cannot be written again.
        raise Refusal(DAMAGED, name=format_.name) from None


def safe_filename(filename: str, format_: MediaType) -> str:
    """The file's own name without folders and control characters, its ending by its content."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    clean = "".join(char for char in stem if char.isprintable() and char not in '<>:"|?*')
    return f"{clean.strip(' .')[:120] or 'berkas'}.{format_.extension}"


def add_evidence(
    session: Session,
    *,
    owner_id: uuid.UUID,
    file: ReceivedFile,
    title: str,
    kind: str,
    made_on: date,
    contribution: str = "",
    now: datetime,
) -> Evidence:
    """Keep a received file as evidence of this person.

    Raises Refusal for a file the person handed in before (naming that evidence), a day in the
    future, an unknown kind, or more than MAX_PIECES files.
    """
    if kind not in KINDS:
        raise Refusal(UNKNOWN_KIND)
    # Whoever is furthest east (WIT, UTC+9) has the latest date in Indonesia.
    if made_on > (now + timedelta(hours=9)).date():
        raise Refusal(IN_THE_FUTURE)
    _refuse_repetition(session, owner_id, file.sha256)
    if _pieces(session, owner_id) >= MAX_PIECES:
        raise Refusal(TOO_MANY, limit=MAX_PIECES)
    evidence = Evidence(
        owner_id=owner_id,
        title=title,
        kind=kind,
        made_on=made_on,
        contribution=contribution,
        filename=file.filename,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        storage_key=file.key,
        uploaded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(evidence)
    except IntegrityError:
        # The same file came twice at the same moment, by a double click; the first one stands.
        _refuse_repetition(session, owner_id, file.sha256)
        raise
    audit.record(
        session,
        action="evidence.added",
        subject_type="evidence",
        subject_id=evidence.id,
        actor_id=owner_id,
        now=now,
        detail={"sha256": file.sha256, "media_type": file.media_type},
    )
    return evidence


def _refuse_repetition(session: Session, owner_id: uuid.UUID, sha256: str) -> None:
    earlier = session.scalar(
        sa.select(Evidence.title).where(
            Evidence.owner_id == owner_id,
            Evidence.sha256 == sha256,
            Evidence.withdrawn_at.is_(None),
        )
    )
    if earlier is not None:
        raise Refusal(UPLOADED_BEFORE, title=earlier)


def _pieces(session: Session, owner_id: uuid.UUID) -> int:
    count = sa.select(sa.func.count()).where(Evidence.owner_id == owner_id)
    return session.execute(count).scalar_one()


def own_evidence(session: Session, person_id: uuid.UUID) -> list[Evidence]:
    """A person's evidence, newest upload first, without what was withdrawn.

    At most MAX_PIECES rows, with claims and judgements loaded, in three statements.
    """
    return list(
        session.scalars(
            sa.select(Evidence)
            .where(Evidence.owner_id == person_id, Evidence.withdrawn_at.is_(None))
            .order_by(Evidence.uploaded_at.desc(), Evidence.id)
            .options(selectinload(Evidence.claims).selectinload(Claim.judgements))
        )
    )


def get_own_evidence(session: Session, person_id: uuid.UUID, evidence_id: uuid.UUID) -> Evidence:
    """A piece of one's own evidence, withdrawn or not. Raises NotFound."""
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.owner_id != person_id:
        raise NotFound
    return evidence


def get_readable_evidence(
    session: Session, person_id: uuid.UUID, evidence_id: uuid.UUID
) -> Evidence:
    """A piece of evidence of one's own, or one of somebody who let this person read.

    A reader does not see what was withdrawn. Raises NotFound.
    """
    granted = sa.exists().where(
        ReaderGrant.owner_id == Evidence.owner_id,
        ReaderGrant.reader_id == person_id,
        ReaderGrant.ended_at.is_(None),
    )
    evidence = session.scalar(
        sa.select(Evidence).where(
            Evidence.id == evidence_id,
            sa.or_(
                Evidence.owner_id == person_id,
                sa.and_(granted, Evidence.withdrawn_at.is_(None)),
            ),
        )
    )
    if evidence is None:
        raise NotFound
    return evidence


def withdraw_evidence(
    session: Session, *, evidence_id: uuid.UUID, person_id: uuid.UUID, now: datetime
) -> Evidence:
    """Take one's own evidence back, with its claims. The row and the file stay for the record.

    Raises NotFound for another person's, Refusal once an assessor has judged it.
    """
    # The lock makes a judgement that comes at the same moment wait, or this.
    evidence = session.get(Evidence, evidence_id, with_for_update=True, populate_existing=True)
    if evidence is None or evidence.owner_id != person_id:
        raise NotFound
    if evidence.withdrawn_at is not None:
        raise Refusal(ALREADY_WITHDRAWN)
    judged = sa.select(sa.func.count()).select_from(Judgement).join(Judgement.claim)
    if session.execute(judged.where(Claim.evidence_id == evidence_id)).scalar_one():
        raise Refusal(ALREADY_JUDGED)
    evidence.withdrawn_at = now
    session.execute(
        sa.update(Claim)
        .where(Claim.evidence_id == evidence_id, Claim.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    audit.record(
        session,
        action="evidence.withdrawn",
        subject_type="evidence",
        subject_id=evidence.id,
        actor_id=person_id,
        now=now,
    )
    return evidence


def found_elsewhere(session: Session, evidence: Collection[Evidence]) -> set[uuid.UUID]:
    """Which of these pieces another person handed in too, byte for byte; never whose they are."""
    if not evidence:
        return set()
    mine = {each.id for each in evidence}
    other = aliased(Evidence)
    return set(
        session.scalars(
            sa.select(Evidence.id).where(
                Evidence.id.in_(mine),
                sa.exists().where(
                    other.sha256 == Evidence.sha256, other.owner_id != Evidence.owner_id
                ),
            )
        )
    )
