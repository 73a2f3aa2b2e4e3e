"""The candidate's task list: where each step stands, what it waits for, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lsp.assessments.rules.states import (
    RESULT_NAMES,
    ApplicationState,
    AssessmentState,
    Result,
)
from lsp.assessments.rules.words import Words, words
from lsp.texts import N_


class Key(StrEnum):
    """One step on the way from application to certificate."""

    APL01 = "apl01"
    PREREQUISITES = "prerequisites"
    APL02 = "apl02"
    PORTFOLIO = "portfolio"
    AGREEMENT = "agreement"
    EXAM = "exam"
    RECOMMENDATION = "recommendation"
    DECISION = "decision"
    CERTIFICATE = "certificate"


class Status(StrEnum):
    """How a step stands, seen by the candidate."""

    DONE = "done"
    DOING = "doing"
    TODO = "todo"
    WAITING = "waiting"
    BLOCKED = "blocked"


TITLES = {
    Key.APL01: N_("Permohonan (APL.01)"),
    Key.PREREQUISITES: N_("Bukti prasyarat"),
    Key.APL02: N_("Asesmen mandiri (APL.02)"),
    Key.PORTFOLIO: N_("Portofolio bukti"),
    Key.AGREEMENT: N_("Persetujuan asesmen (AK.01)"),
    Key.EXAM: N_("Ujian tertulis"),
    Key.RECOMMENDATION: N_("Rekomendasi asesor (AK.02)"),
    Key.DECISION: N_("Keputusan pleno"),
    Key.CERTIFICATE: N_("Sertifikat"),
}

STATUS_NAMES = {
    Status.DONE: N_("Selesai"),
    Status.DOING: N_("Sedang dikerjakan"),
    Status.TODO: N_("Belum mulai"),
    Status.WAITING: N_("Menunggu"),
    Status.BLOCKED: N_("Belum bisa dimulai"),
}


@dataclass(frozen=True)
class Progress:
    """The facts behind the list."""

    application: ApplicationState
    #: Whether anything of APL.01 is missing, prerequisites left out.
    apl01_complete: bool
    prerequisites_shown: int
    prerequisites: int
    elements_answered: int
    elements: int
    #: The candidate's signature covers APL.02 as it stands.
    apl02_signed: bool
    criteria_claimed: int
    criteria: int
    #: None until an assessor is assigned.
    assessment: AssessmentState | None = None
    assessor_signed_agreement: bool = False
    #: As ``exam_result`` says it.
    exam: str = "not_started"
    candidate_signed_recommendation: bool = False
    decision: Result | None = None
    #: Number of the certificate, once issued.
    certificate: str | None = None


@dataclass(frozen=True)
class Task:
    """One row of the list."""

    key: Key
    status: Status
    #: What is done, missing or waited for, in words.
    note: Words
    #: Whether there is something to open.
    opens: bool = True


def tasks(p: Progress) -> list[Task]:
    """The nine steps in order."""
    return [
        _apl01(p),
        _prerequisites(p),
        _apl02(p),
        _portfolio(p),
        _agreement(p),
        _exam(p),
        _recommendation(p),
        _decision(p),
        _certificate(p),
    ]


def next_task(found: Sequence[Task]) -> Task | None:
    """What to do now: the first step that is the candidate's turn, else the first one waited for."""
    mine = [task for task in found if task.status in (Status.DOING, Status.TODO)]
    waiting = [task for task in found if task.status is Status.WAITING]
    return next(iter(mine or waiting), None)


def _apl01(p: Progress) -> Task:
    A = ApplicationState  # noqa: N806 -- short for a table
    if p.application is A.DRAFT:
        if p.apl01_complete and p.prerequisites_shown == p.prerequisites:
            note = words(N_("Lengkap; periksa lalu kirim"))
        else:
            note = words(N_("Isi bertahap; draf tersimpan sampai Anda mengirimnya"))
        return Task(Key.APL01, Status.DOING, note)
    status, note = {
        A.RETURNED: (Status.DOING, words(N_("Perlu diperbaiki, lalu kirim lagi"))),
        A.SUBMITTED: (Status.WAITING, words(N_("Menunggu pemeriksaan administrator LSP"))),
        A.REJECTED: (Status.DONE, words(N_("Permohonan tidak diterima; baca alasannya"))),
        A.ACCEPTED: (Status.DONE, words(N_("Diterima"))),
    }[p.application]
    return Task(Key.APL01, status, note)


def _prerequisites(p: Progress) -> Task:
    note = words(
        N_("%(shown)s dari %(all)s berkas dilampirkan"),
        shown=p.prerequisites_shown,
        all=p.prerequisites,
    )
    if p.prerequisites_shown >= p.prerequisites:
        return Task(Key.PREREQUISITES, Status.DONE, note)
    return Task(Key.PREREQUISITES, Status.DOING if p.prerequisites_shown else Status.TODO, note)


def _apl02(p: Progress) -> Task:
    if p.application is ApplicationState.REJECTED:
        return _closed(Key.APL02)
    if p.assessment not in (None, AssessmentState.ASSIGNED):
        return Task(Key.APL02, Status.DONE, words(N_("Sudah ditinjau asesor")))
    if p.apl02_signed:
        text = N_("Ditandatangani; menunggu ditinjau asesor")
        return Task(Key.APL02, Status.DONE, words(text))
    if p.elements_answered == p.elements and p.elements:
        return Task(Key.APL02, Status.DOING, words(N_("Lengkap; tinggal ditandatangani")))
    note = words(
        N_("%(answered)s dari %(all)s elemen dijawab"), answered=p.elements_answered, all=p.elements
    )
    return Task(Key.APL02, Status.DOING if p.elements_answered else Status.TODO, note)


def _portfolio(p: Progress) -> Task:
    if p.application is ApplicationState.REJECTED:
        return _closed(Key.PORTFOLIO)
    note = words(
        N_("%(claimed)s dari %(all)s KUK (kriteria unjuk kerja) punya bukti"),
        claimed=p.criteria_claimed,
        all=p.criteria,
    )
    over = p.assessment in (AssessmentState.RECOMMENDED, AssessmentState.DECIDED)
    if over or p.criteria_claimed >= p.criteria:
        return Task(Key.PORTFOLIO, Status.DONE, note)
    return Task(Key.PORTFOLIO, Status.DOING if p.criteria_claimed else Status.TODO, note)


def _agreement(p: Progress) -> Task:
    if p.application is ApplicationState.REJECTED:
        return _closed(Key.AGREEMENT)
    if p.assessment is None:
        if p.application is ApplicationState.ACCEPTED:
            text = N_("Menunggu LSP menunjuk asesor dan jadwal ujian")
            return Task(Key.AGREEMENT, Status.WAITING, words(text), opens=False)
        text = N_("Setelah permohonan diterima dan asesor ditunjuk")
        return Task(Key.AGREEMENT, Status.BLOCKED, words(text), opens=False)
    if p.assessment is AssessmentState.ASSIGNED:
        if not p.apl02_signed:
            text = N_("Setelah Anda menandatangani APL.02")
            return Task(Key.AGREEMENT, Status.BLOCKED, words(text))
        text = N_("Menunggu asesor meninjau APL.02 Anda")
        return Task(Key.AGREEMENT, Status.WAITING, words(text))
    if p.assessment is AssessmentState.REVIEWED:
        if p.assessor_signed_agreement:
            text = N_("Baca dan tandatangani; ujian dibuka sesudahnya")
            return Task(Key.AGREEMENT, Status.TODO, words(text))
        text = N_("Menunggu asesor menandatangani lebih dulu")
        return Task(Key.AGREEMENT, Status.WAITING, words(text))
    return Task(Key.AGREEMENT, Status.DONE, words(N_("Ditandatangani kedua pihak")))


def _exam(p: Progress) -> Task:
    before = (None, AssessmentState.ASSIGNED, AssessmentState.REVIEWED)
    if p.application is ApplicationState.REJECTED:
        return _closed(Key.EXAM)
    if p.assessment in before:
        text = N_("Setelah AK.01 ditandatangani kedua pihak")
        return Task(Key.EXAM, Status.BLOCKED, words(text), opens=p.assessment is not None)
    status, text = {
        "open": (Status.DOING, N_("Ujian sedang berjalan")),
        "ended": (Status.DONE, N_("Selesai dikerjakan; menunggu penilaian")),
        "marked": (Status.DONE, N_("Selesai dikerjakan dan dinilai")),
    }.get(p.exam, (Status.TODO, N_("Kerjakan sesuai jadwal")))
    return Task(Key.EXAM, status, words(text))


def _recommendation(p: Progress) -> Task:
    over = p.assessment in (AssessmentState.RECOMMENDED, AssessmentState.DECIDED)
    if over and p.candidate_signed_recommendation:
        return Task(Key.RECOMMENDATION, Status.DONE, words(N_("Sudah Anda tandatangani")))
    if over:
        text = N_("Baca dan tandatangani; keputusan tidak menunggu tanda tangan Anda")
        return Task(Key.RECOMMENDATION, Status.TODO, words(text))
    if p.assessment is AssessmentState.READY and p.exam in ("ended", "marked"):
        text = N_("Menunggu asesor menilai bukti dan ujian")
        return Task(Key.RECOMMENDATION, Status.WAITING, words(text), opens=False)
    text = N_("Setelah portofolio dan ujian dinilai asesor")
    return Task(Key.RECOMMENDATION, Status.BLOCKED, words(text), opens=False)


def _decision(p: Progress) -> Task:
    if p.decision is not None and p.decision is not Result.FOLLOW_UP:
        return Task(Key.DECISION, Status.DONE, words(RESULT_NAMES[p.decision]))
    if p.assessment is AssessmentState.RECOMMENDED:
        text = N_("Menunggu keputusan komite teknis LSP")
        return Task(Key.DECISION, Status.WAITING, words(text), opens=False)
    if p.decision is Result.FOLLOW_UP:
        text = N_("Komite meminta asesor menilai lagi")
        return Task(Key.DECISION, Status.WAITING, words(text), opens=False)
    text = N_("Setelah asesor memberi rekomendasi")
    return Task(Key.DECISION, Status.BLOCKED, words(text), opens=False)


def _certificate(p: Progress) -> Task:
    if p.certificate:
        text = N_("Terbit dengan nomor %(number)s")
        return Task(Key.CERTIFICATE, Status.DONE, words(text, number=p.certificate))
    if p.decision is Result.COMPETENT:
        text = N_("Diterbitkan LSP setelah keputusan; lihat halaman sertifikat")
        return Task(Key.CERTIFICATE, Status.WAITING, words(text))
    if p.decision is Result.NOT_YET_COMPETENT:
        text = N_("Tidak ada sertifikat untuk keputusan ini; Anda dapat mengajukan lagi")
        return Task(Key.CERTIFICATE, Status.DONE, words(text), opens=False)
    text = N_("Setelah keputusan Kompeten")
    return Task(Key.CERTIFICATE, Status.BLOCKED, words(text), opens=False)


def _closed(key: Key) -> Task:
    return Task(key, Status.BLOCKED, words(N_("Permohonan ini tidak berlanjut")), opens=False)
