"""The columns of a table of questions, and how several things stand in one cell.

A cell of several rows has one a line; the fields of a row are parted by ``|``. A ``|`` that is
text is written ``\\|``; a line end inside a field is written as U+2028.
"""

import re
import string
from collections.abc import Iterable, Sequence
from decimal import Decimal

from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import TYPE_NAMES, ItemType
from lsp.texts import N_, Refusal

CODE = "Kode"
TYPE = "Jenis"
TITLE = "Judul"
STEM = "Pertanyaan"
MARKUP = "Format"
CRITERION = "Kriteria"
LEVEL = "Tingkat"
POINTS = "Nilai"
CHOICE = "Pilihan"
KEY = "Kunci"
WEIGHTS = "Bobot"
UNIT = "Satuan"
CASE = "Huruf besar dibedakan"
WILDCARDS = "Tanda bintang"
SPACES = "Spasi diabaikan"
PAIRS = "Pasangan"
ORDER = "Urutan"
EXACT = "Urutan harus tepat"
GAPS = "Rumpang"
PICTURE = "Gambar"
AREAS = "Daerah"
RUBRIC = "Rubrik"
MODEL = "Contoh jawaban"
WORDS = "Batas kata"
KINDS = "Jenis berkas"
MEGABYTES = "Ukuran berkas (MB)"
RATIONALE = "Pembahasan"
TAGS = "Label"

#: What each column holds, in the order of a new table; choices stand between points and key.
BEFORE_CHOICES = {
    CODE: "Kode soal, tidak berulang. Boleh kosong.",
    TYPE: "Jenis soal, misalnya Pilihan tunggal. Boleh kosong untuk soal pilihan.",
    TITLE: "Judul singkat untuk daftar. Boleh kosong.",
    STEM: "Pertanyaan. Baris kosong memulai paragraf baru. Untuk Isian rumpang, tulis [[1]], [[2]].",
    MARKUP: "polos (bila kosong) atau html, untuk pertanyaan dan pilihan.",
    CRITERION: "Kode unit, nomor elemen, dan nomor kriteria unjuk kerja: KOM.PR02.014.01 1.2.",
    LEVEL: "Tingkat kognitif C1 sampai C6.",
    POINTS: "Nilai soal, lebih dari 0 sampai 100. Bila kosong: 1.",
}
AFTER_CHOICES = {
    KEY: (
        "Pilihan tunggal: satu huruf. Pilihan jamak: huruf dipisah koma. Benar–salah: Benar atau "
        "Salah. Isian singkat: satu jawaban per baris, boleh diikuti | 50%. Isian angka: 25, "
        "25 ± 0.5, atau 10 .. 20, boleh diikuti | 50%."
    ),
    WEIGHTS: "Bila pilihan tidak semata benar atau salah: A | 50% per baris; boleh negatif.",
    UNIT: "Satuan isian angka.",
    CASE: "ya bila huruf besar dan kecil dibedakan dalam isian singkat.",
    WILDCARDS: "ya bila * dalam jawaban isian singkat berarti teks apa pun.",
    SPACES: "ya bila spasi tidak diperhitungkan dalam isian singkat.",
    PAIRS: "kiri | kanan per baris. Pengecoh tanpa kiri: | kanan.",
    ORDER: "Langkah dalam urutan yang benar, satu per baris.",
    EXACT: "ya bila nilai hanya untuk urutan yang seluruhnya benar.",
    GAPS: (
        "Satu jawaban per baris: 1 | pilihan | teks | benar; 1 | pilihan | teks lain; "
        "2 | teks | jawaban; 3 | angka | 25 ± 0.5; 3 | bobot | 2."
    ),
    PICTURE: "nama berkas | lebar | tinggi | teks pengganti, dalam piksel.",
    AREAS: "rect | kiri | atas | kanan | bawah, circle | x | y | jari-jari, atau poly | x | y | …",
    RUBRIC: "aspek | nilai per baris; jumlahnya sama dengan nilai soal.",
    MODEL: "Contoh jawaban untuk penilai.",
    WORDS: "Jumlah kata terbanyak dalam esai.",
    KINDS: "Jenis berkas yang diterima: pdf, docx.",
    MEGABYTES: "Ukuran berkas terbesar yang diterima.",
    RATIONALE: "Mengapa kuncinya benar, untuk penilai.",
    TAGS: "Label, dipisah titik koma.",
}
FEWEST_CHOICES = 5

#: What people call the types besides.
_OTHER_NAMES = {
    "pilihan ganda": ItemType.SINGLE_CHOICE,
    "pilihan ganda kompleks": ItemType.MULTIPLE_CHOICE,
    "benar/salah": ItemType.TRUE_FALSE,
    "benar atau salah": ItemType.TRUE_FALSE,
    "jawaban singkat": ItemType.SHORT_ANSWER,
    "angka": ItemType.NUMERICAL,
    "numerik": ItemType.NUMERICAL,
    "urutan": ItemType.ORDERING,
    "rumpang": ItemType.GAP_FILL,
    "uraian": ItemType.ESSAY,
    "essay": ItemType.ESSAY,
}
_TYPES = {
    **_OTHER_NAMES,
    **{fold(kind.value): kind for kind in ItemType},
    **{fold(str(name).replace("–", "-")): kind for kind, name in TYPE_NAMES.items()},
}
#: What Excel shows where it can compute nothing.
ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)
_FORMULA = re.compile(rf"'*(?:[=+\-@]|(?:{ERRORS.pattern})\Z)", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_TAG_ENDS = re.compile(r"(?<!\\);")
_BARS = re.compile(r"(\\*)\|")
_LINE = "\u2028"
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{1,20})?")
#: A percentage; that of a third has no end, and as many digits as a decimal.
_SHARE = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{1,40})?")


def choice_column(place: int) -> str:
    """``Pilihan A`` for 0."""
    return f"{CHOICE} {string.ascii_uppercase[place]}"


def header(choices: int = FEWEST_CHOICES) -> list[str]:
    """All columns, with as many for choices as the questions need."""
    columns = [choice_column(place) for place in range(max(choices, FEWEST_CHOICES))]
    return [*BEFORE_CHOICES, *columns, *AFTER_CHOICES]


def explanations() -> list[list[str]]:
    """The rows of the template's sheet that explains the columns."""
    choices = [f"{CHOICE} A, {CHOICE} B, …", "Pilihan jawaban, paling banyak sampai Z."]
    before, after = (map(list, part.items()) for part in (BEFORE_CHOICES, AFTER_CHOICES))
    return [["Kolom", "Isi"], *before, choices, *after]


#: Known columns by their folded names.
KNOWN = {fold(name): name for name in header(26)}


def guarded(text: str) -> str:
    """A cell's text so that no spreadsheet takes it for a formula."""
    is_formula = _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def unguarded(cell: str) -> str:
    """The text of a cell as it was before ``guarded``."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def join_rows(rows: Iterable[Sequence[str]]) -> str:
    """A cell of these rows."""
    return "\n".join(" | ".join(_escaped(text) for text in row).strip() for row in rows)


def _escaped(text: str) -> str:
    text = _BARS.sub(lambda found: found[1] * 2 + "\\|", text)
    return text.replace("\n", _LINE)


def split_rows(cell: str, most: int = 500) -> list[list[str]]:
    """The rows of a cell and their fields, empty lines left out. Raises Refusal for too many."""
    lines = [line for line in cell.split("\n") if line.strip()]
    if len(lines) > most:
        raise Refusal(N_("Satu sel berisi terlalu banyak baris."))
    return [_fields(line) for line in lines]


def _fields(line: str) -> list[str]:
    fields, text, at = [], "", 0
    for found in _BARS.finditer(line):
        text += line[at : found.start()] + "\\" * (len(found[1]) // 2)
        at = found.end()
        if len(found[1]) % 2:
            text += "|"
        else:
            fields.append(text)
            text = ""
    fields.append(text + line[at:])
    return [field.strip().replace(_LINE, "\n") for field in fields]


def join_tags(tags: Iterable[str]) -> str:
    """A cell of these tags; a ``;`` that belongs to one is written ``\\;``."""
    # The blank keeps a stroke at a tag's end from the semicolon that parts it from the next.
    escaped = (tag.replace(";", "\\;") for tag in tags)
    return "; ".join(f"{tag} " if tag.endswith("\\") else tag for tag in escaped).strip()


def split_tags(cell: str) -> list[str]:
    """The tags of a cell."""
    return [" ".join(tag.replace("\\;", ";").split()) for tag in _TAG_ENDS.split(cell)]


def read_type(name: str) -> ItemType | None:
    """The type a cell names, in Indonesian or as the program calls it; None for an empty cell."""
    if not name:
        return None
    kind = _TYPES.get(fold(name.replace("–", "-")))
    if kind is None:
        raise Refusal(N_("Jenis soal “%(name)s” tidak dikenal."), name=name[:60])
    return kind


def read_number(text: str) -> Decimal:
    """A number with a decimal point or comma."""
    if not _NUMBER.fullmatch(text.strip()):
        raise Refusal(N_("“%(written)s” bukan angka. Tulis misalnya 12.5."), written=text[:60])
    return Decimal(text.strip().replace(",", "."))


def read_count(text: str) -> int:
    """A whole number from 0, not too large to be meant."""
    if not re.fullmatch(r"\d{1,6}", text.strip()):
        raise Refusal(N_("“%(written)s” bukan bilangan bulat."), written=text[:60])
    return int(text)


def read_share(text: str) -> Decimal:
    """``50%`` as a share of the points; with as many decimals as ``share_text`` writes."""
    if not text.endswith("%"):
        raise Refusal(N_("Tulis bagian nilai sebagai persentase, misalnya 50%."))
    written = text[:-1].strip()
    if not _SHARE.fullmatch(written):
        raise Refusal(N_("“%(written)s” bukan angka. Tulis misalnya 12.5."), written=text[:60])
    return Decimal(written.replace(",", ".")) / 100


def share_text(share: Decimal | str) -> str:
    """A share of the points as a percentage."""
    return f"{(Decimal(share) * 100).normalize():f}%"


def read_yes(text: str) -> bool:
    """Whether a cell says yes; empty is no."""
    word = fold(text)
    if word in ("", "tidak", "no", "0", "salah", "false"):
        return False
    if word in ("ya", "yes", "1", "y", "x", "benar", "true"):
        return True
    raise Refusal(N_("Tulis ya atau kosongkan, bukan “%(written)s”."), written=text[:60])
