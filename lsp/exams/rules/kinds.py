"""The kinds and states of the exam wing."""

from enum import StrEnum

from lsp.texts import N_


class ItemType(StrEnum):
    """How a question is answered; each has its rules in ``exams.rules.items``."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAP_FILL = "gap_fill"
    HOTSPOT = "hotspot"
    ESSAY = "essay"
    FILE_UPLOAD = "file_upload"
    #: Asked by the assessor, face to face (FR.IA.07); the candidate's paper does not show it.
    ORAL = "oral"


class Markup(StrEnum):
    """How the words of a question are written."""

    #: A blank line parts paragraphs; nothing else has a meaning.
    PLAIN = "plain"
    #: HTML of the tags in ``exams.rules.wording``, cleaned before it is stored.
    HTML = "html"


class ItemState(StrEnum):
    """Where an item stands in its life."""

    DRAFT = "draft"
    REVIEW = "review"
    #: Sat by candidates without counting, to see how it does.
    PILOT = "pilot"
    ACTIVE = "active"
    #: Seen too often: kept out of new papers until somebody releases it again.
    RESTRICTED = "restricted"
    RETIRED = "retired"


class ImportState(StrEnum):
    """Where an uploaded file of questions stands."""

    #: Read; its writer looks it through.
    OPEN = "open"
    SAVED = "saved"
    DROPPED = "dropped"


class CognitiveLevel(StrEnum):
    """Level of the revised Bloom taxonomy, C1 remember … C6 create."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"


class AttemptState(StrEnum):
    """Whether answers may still come, and how the attempt ended."""

    OPEN = "open"
    SUBMITTED = "submitted"
    #: Ended by the clock with the answers saved so far.
    CLOSED = "closed"


class MarkingRole(StrEnum):
    """As what somebody marks an answer."""

    FIRST = "first"
    SECOND = "second"
    #: Decides where the first two are too far apart.
    THIRD = "third"
    #: Marks a control script, as every marker does; shows how the marker marks. The answer's mark
    #: comes of the first two who do.
    CONTROL = "control"
    #: The head marker, who sets the mark that such markers are measured by.
    AGREED = "agreed"


class ScriptState(StrEnum):
    """Where an answer that people mark stands."""

    #: Waits for its first or second mark.
    OPEN = "open"
    #: The first two are too far apart; the third marker decides.
    DISPUTED = "disputed"
    #: Has its mark.
    SETTLED = "settled"


TYPE_NAMES = {
    ItemType.SINGLE_CHOICE: N_("Pilihan tunggal"),
    ItemType.MULTIPLE_CHOICE: N_("Pilihan jamak"),
    ItemType.TRUE_FALSE: N_("Benar–salah"),
    ItemType.SHORT_ANSWER: N_("Isian singkat"),
    ItemType.NUMERICAL: N_("Isian angka"),
    ItemType.MATCHING: N_("Menjodohkan"),
    ItemType.ORDERING: N_("Mengurutkan"),
    ItemType.GAP_FILL: N_("Isian rumpang"),
    ItemType.HOTSPOT: N_("Menunjuk gambar"),
    ItemType.ESSAY: N_("Esai"),
    ItemType.FILE_UPLOAD: N_("Unggah berkas"),
    ItemType.ORAL: N_("Pertanyaan lisan"),
}

#: What a marker is to an answer.
ROLE_WORDS = {
    MarkingRole.FIRST: N_("penilai pertama"),
    MarkingRole.SECOND: N_("penilai kedua"),
    MarkingRole.THIRD: N_("penilai ketiga"),
    MarkingRole.CONTROL: N_("jawaban kontrol"),
    MarkingRole.AGREED: N_("ketua penilai"),
}

STATE_NAMES = {
    ItemState.DRAFT: N_("Draf"),
    ItemState.REVIEW: N_("Ditelaah"),
    ItemState.PILOT: N_("Uji coba"),
    ItemState.ACTIVE: N_("Aktif"),
    ItemState.RESTRICTED: N_("Ditahan"),
    ItemState.RETIRED: N_("Tidak dipakai lagi"),
}

#: Names of the revised Bloom taxonomy as Indonesian examiners use them.
LEVEL_NAMES = {
    CognitiveLevel.C1: N_("C1 mengingat"),
    CognitiveLevel.C2: N_("C2 memahami"),
    CognitiveLevel.C3: N_("C3 menerapkan"),
    CognitiveLevel.C4: N_("C4 menganalisis"),
    CognitiveLevel.C5: N_("C5 mengevaluasi"),
    CognitiveLevel.C6: N_("C6 mencipta"),
}

#: Where an item may go from where it stands. A new revision takes it back to draft.
ITEM_STEPS: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.DRAFT: (ItemState.REVIEW, ItemState.RETIRED),
    ItemState.REVIEW: (ItemState.PILOT, ItemState.ACTIVE, ItemState.DRAFT),
    ItemState.PILOT: (ItemState.ACTIVE, ItemState.DRAFT, ItemState.RETIRED),
    ItemState.ACTIVE: (ItemState.RESTRICTED, ItemState.RETIRED),
    ItemState.RESTRICTED: (ItemState.ACTIVE, ItemState.RETIRED),
    ItemState.RETIRED: (ItemState.REVIEW,),
}


class ItemGuard(StrEnum):
    """What a step of an item's life asks for."""

    #: Taken by somebody who wrote no revision since the item was last active.
    OTHER_PERSON = "other person"
    #: The person says why, in words its writer and reviewers read.
    REMARK_GIVEN = "remark given"


#: Steps that ask for something.
ITEM_GUARDS: dict[tuple[ItemState, ItemState], tuple[ItemGuard, ...]] = {
    (ItemState.REVIEW, ItemState.PILOT): (ItemGuard.OTHER_PERSON,),
    # Without a trial, for a reason that stays on record.
    (ItemState.REVIEW, ItemState.ACTIVE): (ItemGuard.OTHER_PERSON, ItemGuard.REMARK_GIVEN),
    (ItemState.PILOT, ItemState.ACTIVE): (ItemGuard.OTHER_PERSON,),
    (ItemState.REVIEW, ItemState.DRAFT): (ItemGuard.REMARK_GIVEN,),
    (ItemState.PILOT, ItemState.DRAFT): (ItemGuard.REMARK_GIVEN,),
    (ItemState.RESTRICTED, ItemState.ACTIVE): (ItemGuard.REMARK_GIVEN,),
    (ItemState.DRAFT, ItemState.RETIRED): (ItemGuard.REMARK_GIVEN,),
}
