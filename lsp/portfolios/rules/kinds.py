"""What a piece of evidence is: its kind, the files it may come in, and whether it is recent.

The kinds are our own list. It follows the work results known from the annex of Permenkomdigi 9 of
2025 (documents of public-relations activities such as sosialisasi, seminar, konferensi pers and
media gathering; content for online media); international activities are documented like others.
The three types of evidence are the sector's (langsung, tidak langsung, tambahan); which type a
kind usually is, is our proposal, and the assessor's plan (MAPA) decides. Training is never
competence by itself, hence "tambahan".
"""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lsp.texts import N_


class EvidenceType(StrEnum):
    """How near the evidence is to the work itself."""

    DIRECT = "langsung"
    INDIRECT = "tidak_langsung"
    SUPPLEMENTARY = "tambahan"


TYPE_NAMES = {
    EvidenceType.DIRECT: N_("bukti langsung"),
    EvidenceType.INDIRECT: N_("bukti tidak langsung"),
    EvidenceType.SUPPLEMENTARY: N_("bukti tambahan"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of evidence: its name, and its usual type where one can be named."""

    name: str
    type: EvidenceType | None = None

    @property
    def type_name(self) -> str:
        """The type in words, empty where the assessor decides case by case."""
        return TYPE_NAMES[self.type] if self.type else ""


#: Kind, as ``Evidence.kind`` holds it → what it is.
KINDS = {
    "siaran_pers": Kind(N_("Siaran pers"), EvidenceType.INDIRECT),
    "media_kit": Kind(N_("Media kit"), EvidenceType.INDIRECT),
    "dokumentasi_kegiatan": Kind(
        N_("Dokumentasi kegiatan (sosialisasi, seminar, konferensi pers, media gathering)"),
        EvidenceType.DIRECT,
    ),
    "laporan_kegiatan": Kind(N_("Laporan atau evaluasi kegiatan"), EvidenceType.INDIRECT),
    "konten_media": Kind(N_("Konten media daring"), EvidenceType.INDIRECT),
    "naskah_pidato": Kind(N_("Naskah pidato atau sambutan"), EvidenceType.INDIRECT),
    "sertifikat_pelatihan": Kind(
        N_("Sertifikat BimTek atau pelatihan"), EvidenceType.SUPPLEMENTARY
    ),
    "surat_tugas": Kind(N_("Surat keterangan atau surat tugas"), EvidenceType.SUPPLEMENTARY),
    "prasyarat": Kind(N_("Prasyarat administrasi")),
    "lainnya": Kind(N_("Lainnya")),
}


def kind_of(code: str) -> Kind:
    """The kind of this code; a code of an older list shows as itself."""
    return KINDS.get(code) or Kind(code)


@dataclass(frozen=True)
class MediaType:
    """A file format evidence may come in: media type, extension, and its name for people."""

    media_type: str
    extension: str
    name: str
    #: Whether its pages can be shown as pictures, so that a phone needs no reader for it.
    has_pictures: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

PDF = MediaType("application/pdf", "pdf", "PDF", has_pictures=True)
JPEG = MediaType("image/jpeg", "jpg", "JPEG", has_pictures=True)
PNG = MediaType("image/png", "png", "PNG", has_pictures=True)
WEBP = MediaType("image/webp", "webp", "WebP", has_pictures=True)
DOCX = MediaType(f"{_OOXML}wordprocessingml.document", "docx", "Word (DOCX)")
XLSX = MediaType(f"{_OOXML}spreadsheetml.sheet", "xlsx", "Excel (XLSX)")
PPTX = MediaType(f"{_OOXML}presentationml.presentation", "pptx", "PowerPoint (PPTX)")
ODT = MediaType(f"{_ODF}text", "odt", "ODT")
ODS = MediaType(f"{_ODF}spreadsheet", "ods", "ODS")
ODP = MediaType(f"{_ODF}presentation", "odp", "ODP")
MP3 = MediaType("audio/mpeg", "mp3", "MP3")
M4A = MediaType("audio/mp4", "m4a", "M4A")
MP4 = MediaType("video/mp4", "mp4", "MP4")
TEXT = MediaType("text/plain", "txt", "TXT")

#: Media type → format, in the order people are told of them.
ACCEPTED = {
    format_.media_type: format_
    for format_ in (
        PDF, JPEG, PNG, WEBP, DOCX, XLSX, PPTX, ODT, ODS, ODP, MP3, M4A, MP4, TEXT
    )
}  # fmt: skip


def accepted_names() -> str:
    """The accepted formats in one line; format names are the same in every language."""
    return ", ".join(format_.name for format_ in ACCEPTED.values())


CURRENCY_WARNING = N_(
    "Dibuat lebih dari %(months)s bulan yang lalu. Asesor menilai apakah bukti ini masih terkini."
)


def is_older_than(made_on: date, months: int, today: date) -> bool:
    """Whether work of this day is more than so many calendar months old.

    A warning only (``SchemeVersion.evidence_months``): whether evidence is still current is for the
    assessor to say.
    """
    back = today.year * 12 + today.month - 1 - months
    year, month = divmod(back, 12)
    if year < date.min.year:
        return False
    last_day = calendar.monthrange(year, month + 1)[1]
    return made_on < date(year, month + 1, min(today.day, last_day))
