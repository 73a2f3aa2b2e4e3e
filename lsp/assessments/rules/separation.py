"""Who may not do what to whom: decided by person id, never by name or role.

Rules SEP-3, SEP-9 and SEP-10 of facts/lsp-process.md section 3, in the form this system holds
data for. Each function returns the reasons in words; an empty list means the person may.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from lsp.assessments.rules.words import Words, words
from lsp.texts import N_


@dataclass(frozen=True)
class Office:
    """Where a person works, as they wrote it."""

    institution: str = ""
    work_unit: str = ""


def barred_from_checking(checker_id: uuid.UUID, candidate_id: uuid.UUID) -> list[Words]:
    """SEP-9: nobody approves a request they created."""
    if checker_id == candidate_id:
        return [words(N_("Anda tidak dapat memeriksa permohonan Anda sendiri"))]
    return []


def barred_from_assigning(manager_id: uuid.UUID, candidate_id: uuid.UUID) -> list[Words]:
    """SEP-9: nobody chooses their own assessor."""
    if manager_id == candidate_id:
        return [words(N_("Anda tidak dapat menugaskan asesor untuk diri Anda sendiri"))]
    return []


def barred_from_assessing(assessor_id: uuid.UUID, candidate_id: uuid.UUID) -> list[Words]:
    """Nobody assesses themself."""
    if assessor_id == candidate_id:
        return [words(N_("Asesor tidak boleh mengases dirinya sendiri"))]
    return []


def barred_from_voting(
    member_id: uuid.UUID,
    *,
    candidate_id: uuid.UUID,
    assessed_by: Collection[uuid.UUID],
    assigned_by_id: uuid.UUID,
) -> list[Words]:
    """SEP-3 (ISO/IEC 17024 9.4.4): who is, assessed or assigned this candidate does not decide."""
    found = []
    if member_id == candidate_id:
        found.append(words(N_("Anda adalah asesi pada berkas ini")))
    if member_id in assessed_by:
        found.append(words(N_("Anda ikut menilai asesi ini, jadi tidak boleh ikut memutuskan")))
    if member_id == assigned_by_id:
        found.append(words(N_("Anda menugaskan asesor untuk asesmen ini")))
    return found


def office_warnings(one: Office, other: Office) -> list[Words]:
    """SEP-10: the same office is a warning, not a block; few ministries do government PR."""
    same_institution = _same(one.institution, other.institution)
    if same_institution and _same(one.work_unit, other.work_unit):
        return [words(N_("unit kerja sama dengan asesi"))]
    if same_institution:
        return [words(N_("instansi sama dengan asesi"))]
    return []


def _same(one: str, other: str) -> bool:
    return bool(_folded(one)) and _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
