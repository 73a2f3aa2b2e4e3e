"""Files, evidence, claims, judgements."""

import io
import zipfile
from datetime import date
from typing import Any

from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.portfolios.models import Claim, Evidence, Judgement
from lsp.skkni.models import Criterion
from tests.conftest import NOW
from tests.factories import number
from tests.factories.accounts import make_person
from tests.factories.skkni import make_unit

OOXML_MAIN = {
    "word/document.xml": "wordprocessingml.document",
    "xl/workbook.xml": "spreadsheetml.sheet",
    "ppt/presentation.xml": "presentationml.presentation",
}


def pdf_bytes(text: str = "Siaran pers", *, pages: int = 1, password: str | None = None) -> bytes:
    """A PDF of so many pages, locked when a password is given."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=password, invariant=1)
    for page in range(1, pages + 1):
        canvas.drawString(72, 720, f"{text} {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def picture_bytes(
    format_: str = "JPEG", *, size: tuple[int, int] = (64, 48), gps: bool = False, turned: int = 1
) -> bytes:
    """A picture; ``turned`` is its EXIF orientation."""
    picture = Image.new("RGB", size, "#0b3c49")
    exif = picture.getexif()
    exif[0x0112] = turned
    if gps:
        place = exif.get_ifd(0x8825)
        place[1], place[2] = "S", (6.0, 12.0, 0.0)
    file = io.BytesIO()
    picture.save(file, format_, exif=exif)
    return file.getvalue()


def zip_bytes(entries: dict[str, str | bytes]) -> bytes:
    """A zip file of these entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def office_bytes(part: str = "word/document.xml", **more: str) -> bytes:
    """An Office Open XML document with this main part."""
    kind = f"application/vnd.openxmlformats-officedocument.{OOXML_MAIN[part]}.main+xml"
    types = f'<Types><Override PartName="/{part}" ContentType="{kind}"/></Types>'
    return zip_bytes({"[Content_Types].xml": types, part: "<document/>", **more})


def open_document_bytes(kind: str = "text", **more: str) -> bytes:
    """An OpenDocument file."""
    return zip_bytes(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": "<office/>",
            "META-INF/manifest.xml": "<manifest/>",
            **more,
        }
    )


def mp4_bytes(brand: bytes = b"isom", *, index: bool = True) -> bytes:
    """The boxes of an MP4 file, with or without its index."""
    return b"\0\0\0\x10ftyp" + brand + b"\0\0\0\0" + (b"\0\0\0\x08moov" if index else b"")


def mp3_bytes(*, tag: bool = True) -> bytes:
    """Two frames of MP3, 128 kbit/s at 44.1 kHz, behind an empty ID3 tag."""
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    return (b"ID3\x04\0\0\0\0\0\0" if tag else b"") + frame + frame


def make_evidence(session: Session, *, owner: Person | None = None, **values: Any) -> Evidence:
    """A row of evidence whose file is nowhere; upload through the browser to have one."""
    n = number()
    evidence = Evidence(
        **{
            "owner_id": (owner or make_person(session)).id,
            "title": f"Bukti uji {n}",
            "kind": "siaran_pers",
            "made_on": date(2026, 9, 1),
            "filename": f"bukti-{n}.txt",
            "media_type": "text/plain",
            "size": 100,
            "sha256": f"{n:064}",
            "storage_key": f"{n:032}",
            "uploaded_at": NOW,
            **values,
        }
    )
    session.add(evidence)
    session.flush()
    return evidence


def make_claim(
    session: Session,
    *,
    evidence: Evidence | None = None,
    criterion: Criterion | None = None,
    **values: Any,
) -> Claim:
    """A claim in force."""
    claim = Claim(
        **{
            "evidence": evidence or make_evidence(session),
            "criterion": criterion or make_unit(session).elements[0].criteria[0],
            "created_at": NOW,
            **values,
        }
    )
    session.add(claim)
    session.flush()
    return claim


def make_judgement(session: Session, *, claim: Claim, assessor: Person, **values: Any) -> Judgement:
    """A judgement that accepts the claim, unless values say otherwise."""
    judgement = Judgement(
        **{
            "claim": claim,
            "assessor_id": assessor.id,
            "is_valid": True,
            "is_authentic": True,
            "is_current": True,
            "is_sufficient": True,
            "at": NOW,
            **values,
        }
    )
    session.add(judgement)
    session.flush()
    return judgement
