"""Who may do what: one table. What is not in it is refused."""

from enum import StrEnum

from lsp.texts import N_


class Role(StrEnum):
    """What a person is to the LSP; one person may hold several."""

    CANDIDATE = "candidate"
    ASSESSOR = "assessor"
    ADMINISTRATOR = "administrator"
    ITEM_WRITER = "item_writer"
    COMMITTEE = "committee"
    MANAGER = "manager"
    INVIGILATOR = "invigilator"
    CREDIT_ASSESSOR = "credit_assessor"
    AUDITOR = "auditor"


ROLE_NAMES = {
    Role.CANDIDATE: N_("Asesi"),
    Role.ASSESSOR: N_("Asesor"),
    Role.ADMINISTRATOR: N_("Administrator LSP"),
    Role.ITEM_WRITER: N_("Penyusun soal"),
    Role.COMMITTEE: N_("Anggota komite teknis"),
    Role.MANAGER: N_("Manajer sertifikasi"),
    Role.INVIGILATOR: N_("Pengawas ujian"),
    Role.CREDIT_ASSESSOR: N_("Penilai angka kredit"),
    Role.AUDITOR: N_("Auditor"),
}

#: Roles that see other people's records; they sign in with a one-time code.
STAFF = frozenset(Role) - {Role.CANDIDATE}

R = Role
#: Permission → roles that hold it. The auditor only ever reads.
PERMISSIONS: dict[str, frozenset[Role]] = {
    "account.own": frozenset(R),
    "people.read": frozenset({R.ADMINISTRATOR, R.AUDITOR}),
    "people.manage": frozenset({R.ADMINISTRATOR}),
    "audit.read": frozenset({R.AUDITOR, R.ADMINISTRATOR}),
    "bank.read": frozenset({R.ITEM_WRITER, R.MANAGER, R.AUDITOR}),
    "bank.write": frozenset({R.ITEM_WRITER}),
    # Questions leave the bank with their keys.
    "bank.export": frozenset({R.ITEM_WRITER, R.MANAGER}),
    # A wrong key found after an exam: one person proposes, another confirms.
    "keys.propose": frozenset({R.ITEM_WRITER, R.MANAGER}),
    "keys.confirm": frozenset({R.MANAGER}),
    "sessions.read": frozenset({R.MANAGER, R.ADMINISTRATOR, R.INVIGILATOR, R.AUDITOR}),
    # What was noted during an exam names the candidates, so it is not for those who mark blindly.
    "session_notes.read": frozenset({R.MANAGER, R.ADMINISTRATOR, R.INVIGILATOR, R.AUDITOR}),
    "sessions.manage": frozenset({R.MANAGER}),
    "sessions.invigilate": frozenset({R.INVIGILATOR}),
    "adjustments.read": frozenset({R.ASSESSOR, R.MANAGER, R.ADMINISTRATOR}),
    "adjustments.manage": frozenset({R.ASSESSOR, R.MANAGER}),
    "adjustments.confirm": frozenset({R.MANAGER, R.ADMINISTRATOR}),
    "exam.sit": frozenset({R.CANDIDATE}),
    "exam.mark": frozenset({R.ASSESSOR}),
    # The administrator finds markers, too; the manager is not always at hand on exam days.
    "marking.read": frozenset({R.MANAGER, R.ADMINISTRATOR, R.AUDITOR}),
    "marking.manage": frozenset({R.MANAGER, R.ADMINISTRATOR}),
    "evidence.own": frozenset({R.CANDIDATE}),
    "evidence.judge": frozenset({R.ASSESSOR}),
    "evidence.read": frozenset({R.CANDIDATE, R.ASSESSOR}),
    "application.own": frozenset({R.CANDIDATE}),
    "application.check": frozenset({R.ADMINISTRATOR}),
    "assessment.read": frozenset({R.ADMINISTRATOR, R.MANAGER, R.AUDITOR}),
    "assessment.assign": frozenset({R.MANAGER}),
    "assessment.assess": frozenset({R.ASSESSOR}),
    "assessment.decide": frozenset({R.COMMITTEE}),
    "certificate.own": frozenset({R.CANDIDATE}),
    "certificate.read": frozenset({R.ADMINISTRATOR, R.MANAGER, R.AUDITOR}),
    "certificate.issue": frozenset({R.MANAGER}),
    "certificate.status": frozenset({R.MANAGER}),
    "credits.own": frozenset({R.CANDIDATE}),
}


def permitted(roles: frozenset[Role], permission: str) -> bool:
    """Whether somebody with these roles holds the permission. Raises KeyError for an unknown one."""
    return bool(roles & PERMISSIONS[permission])
