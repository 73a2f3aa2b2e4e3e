"""The questions of the template, one of each type; their codes say that they are examples."""

from decimal import Decimal

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.rules.writing import Body

#: A criterion of the packaged standard, to show how one is written.
_CRITERION = "KOM.PR02.014.01 1.2"


def examples() -> list[ReadItem]:
    """One short question of each type."""
    stem = "Siaran pers menjawab apa, siapa, [[1]], di mana, mengapa, dan bagaimana: [[2]] unsur."
    gaps = [
        (writing.choices([("kapan", True), ("berapa", False)], single=True), Decimal(1)),
        (writing.numerical(6, 0, ""), Decimal(1)),
    ]
    rubric = [("Alur acara", Decimal(2)), ("Pembagian tugas", Decimal(2))]
    rows = [
        (
            ItemType.SINGLE_CHOICE,
            "Siapa yang membuka konferensi pers?",
            writing.choices(
                [("Pemandu acara", True), ("Wartawan", False), ("Tamu", False)], single=True
            ),
        ),
        (
            ItemType.MULTIPLE_CHOICE,
            "Mana dua berkas yang dibagikan kepada wartawan?",
            writing.choices(
                [("Siaran pers", True), ("Lembar fakta", True), ("Daftar gaji", False)],
                single=False,
            ),
        ),
        (
            ItemType.TRUE_FALSE,
            "Siaran pers memuat narahubung.",
            writing.true_false(answer=True),
        ),
        (
            ItemType.SHORT_ANSWER,
            "Apa sebutan tulisan resmi yang dikirim ke media?",
            writing.short_answer(
                ["siaran pers", "rilis"],
                case_sensitive=False,
                shares={"rilis": Decimal("0.5")},
            ),
        ),
        (
            ItemType.NUMERICAL,
            "Ada 5 meja dengan 5 kursi. Berapa kursi seluruhnya?",
            writing.numerical(25, 0, "kursi"),
        ),
        (
            ItemType.MATCHING,
            "Jodohkan tugas dengan petugasnya.",
            writing.matching(
                [("Membuka acara", "Pemandu acara"), ("Mencatat tamu", "Penerima tamu")],
                ["Juru kamera"],
            ),
        ),
        (
            ItemType.ORDERING,
            "Urutkan langkah menyiapkan konferensi pers.",
            writing.ordering(["Menetapkan tujuan", "Mengundang media", "Menyiapkan tempat"]),
        ),
        (ItemType.GAP_FILL, stem, writing.gap_fill(gaps, stem)),
        (
            ItemType.HOTSPOT,
            "Tunjuk meja penerima tamu pada denah.",
            writing.hotspot(
                "denah.png", 640, 480, "Denah ruang konferensi pers", [("rect", [10, 10, 90, 60])]
            ),
        ),
        (
            ItemType.ESSAY,
            "Susun rencana konferensi pers untuk satu hari.",
            writing.essay(rubric, "Rencana memuat alur dan petugas.", 300, Decimal(4)),
        ),
        (
            ItemType.FILE_UPLOAD,
            "Unggah susunan acara yang Anda buat.",
            writing.file_upload(["pdf", "docx"], 5, rubric, "", Decimal(4)),
        ),
        (
            ItemType.ORAL,
            "Jelaskan cara Anda menjawab pertanyaan yang sulit.",
            writing.oral(rubric, "", Decimal(4)),
        ),
    ]
    return [_example(n, *row) for n, row in enumerate(rows, 1)]


def _example(number: int, kind: ItemType, stem: str, body: Body) -> ReadItem:
    return ReadItem(
        identifier=f"CONTOH-{number:02}",
        type=kind,
        title=f"Contoh {number}",
        stem=stem,
        body=body,
        max_score=Decimal(4 if "rubric" in body.key else 1),
        criterion=_CRITERION,
        level=CognitiveLevel.C3,
        rationale="Alasan kunci ini benar, untuk penilai.",
        tags=("contoh",),
    )
