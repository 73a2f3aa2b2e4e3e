"""FR.APL.01 as data: its sections, its choices, and what is missing before it may be submitted.

Fields follow the form as LSPs print it (parts 1a, 1b and 2; facts/lsp-process.md section 5). The
draft is kept as typed, so every value here may be empty or wrong; only ``gaps`` judges.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from lsp.assessments.rules.words import Words
from lsp.identity import nik_error
from lsp.texts import N_


class Section(StrEnum):
    """One page of the form; the value stands in its address."""

    PERSONAL = "data-pribadi"
    WORK = "pekerjaan"
    PURPOSE = "tujuan"
    ACCOMMODATION = "penyesuaian"
    PREREQUISITES = "prasyarat"


SECTION_TITLES = {
    Section.PERSONAL: N_("Data pribadi"),
    Section.WORK: N_("Pekerjaan"),
    Section.PURPOSE: N_("Tujuan asesmen"),
    Section.ACCOMMODATION: N_("Kebutuhan penyesuaian"),
    Section.PREREQUISITES: N_("Bukti prasyarat"),
}

GENDERS = {"L": N_("Laki-laki"), "P": N_("Perempuan")}

EDUCATION = {
    "SMA": N_("SMA atau sederajat"),
    "D1": N_("Diploma I"),
    "D2": N_("Diploma II"),
    "D3": N_("Diploma III"),
    "D4": N_("Diploma IV atau sarjana terapan"),
    "S1": N_("Sarjana (S1)"),
    "S2": N_("Magister (S2)"),
    "S3": N_("Doktor (S3)"),
}

#: Purposes printed on APL.01 part 2.
PURPOSES = {
    "Sertifikasi": N_("Sertifikasi"),
    "Sertifikasi Ulang": N_("Sertifikasi ulang"),
    "PKT": N_("Pengakuan kompetensi terkini (PKT)"),
    "RPL": N_("Rekognisi pembelajaran lampau (RPL)"),
    "Lainnya": N_("Lainnya"),
}

#: Field → its name, in the order of the form; the keys are the names in ``Application.form``.
LABELS = {
    "nik": N_("NIK"),
    "birth_place": N_("Tempat lahir"),
    "birth_date": N_("Tanggal lahir"),
    "gender": N_("Jenis kelamin"),
    "nationality": N_("Kebangsaan"),
    "address": N_("Alamat rumah"),
    "postal_code": N_("Kode pos"),
    "phone": N_("Nomor telepon"),
    "education": N_("Pendidikan terakhir"),
    "institution": N_("Nama instansi"),
    "work_unit": N_("Unit kerja"),
    "position": N_("Jabatan"),
    "office_address": N_("Alamat kantor"),
    "office_phone": N_("Telepon kantor"),
}

FIELDS: dict[Section, tuple[str, ...]] = {
    Section.PERSONAL: (
        "nik",
        "birth_place",
        "birth_date",
        "gender",
        "nationality",
        "address",
        "postal_code",
        "phone",
        "education",
    ),
    Section.WORK: ("institution", "work_unit", "position", "office_address", "office_phone"),
}

#: Field that must be filled → section and what to do when it is not.
REQUIRED: dict[str, tuple[Section, str]] = {
    "birth_place": (Section.PERSONAL, N_("Isi tempat lahir")),
    "gender": (Section.PERSONAL, N_("Pilih jenis kelamin")),
    "nationality": (Section.PERSONAL, N_("Isi kebangsaan")),
    "address": (Section.PERSONAL, N_("Isi alamat rumah")),
    "phone": (Section.PERSONAL, N_("Isi nomor telepon")),
    "education": (Section.PERSONAL, N_("Pilih pendidikan terakhir")),
    "institution": (Section.WORK, N_("Isi nama instansi")),
    "position": (Section.WORK, N_("Isi jabatan")),
}

CHOICES: dict[str, Mapping[str, str]] = {"gender": GENDERS, "education": EDUCATION}


def parse_date(parts: Any) -> date | None:
    """The date typed in three boxes, or None when they do not make one."""
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (KeyError, TypeError, ValueError):
        return None


def gaps(form: Mapping[str, Any], *, purpose: str, nik: str, today: date) -> list[Words]:
    """What must be filled or mended before APL.01 is complete, each with its section."""
    found = [
        Words(text, section=section)
        for name, (section, text) in REQUIRED.items()
        if not _is_filled(name, form.get(name))
    ]
    born = parse_date(form.get("birth_date"))
    if born is None or born >= today or born.year < 1900:
        text = N_("Isi tanggal lahir dengan tanggal yang ada, misalnya 27 3 1990")
        found.append(Words(text, section=Section.PERSONAL))
    wrong = nik_error(nik) if nik else None
    if wrong:
        found.append(Words(wrong, section=Section.PERSONAL))
    if purpose not in PURPOSES:
        found.append(Words(N_("Pilih tujuan asesmen"), section=Section.PURPOSE))
    return found


def _is_filled(name: str, value: Any) -> bool:
    if name in CHOICES:
        return value in CHOICES[name]
    return bool(str(value or "").strip())


def accommodation_gaps(form: Mapping[str, Any], accommodation: str) -> list[Words]:
    """Whether the question on special needs is answered (ISO/IEC 17024 9.1 and 9.2.5)."""
    answer = form.get("accommodation_needed")
    section = Section.ACCOMMODATION
    if answer not in ("yes", "no"):
        return [Words(N_("Jawab apakah Anda perlu penyesuaian"), section=section)]
    if answer == "yes" and not accommodation.strip():
        return [Words(N_("Tulis penyesuaian yang Anda perlukan"), section=section)]
    return []


def prerequisite_gaps(prerequisites: Sequence[tuple[str, bool]]) -> list[Words]:
    """Each prerequisite (text, whether a file is attached) that lacks its file."""
    return [
        Words(
            N_("Lampirkan berkas untuk: %(prerequisite)s"),
            {"prerequisite": text},
            Section.PREREQUISITES,
        )
        for text, has_file in prerequisites
        if not has_file
    ]
