"""The certificate on paper: two A4 pages drawn by reportlab, the same bytes for the same words."""

import io
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import qrcode
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lsp.certificates.rules import Printed, PrintedUnit, number_words, wrap

FONTS = Path(__file__).parent.parent / "fonts"
REGULAR, BOLD, ITALIC = "CrimsonPro-Regular", "CrimsonPro-SemiBold", "CrimsonPro-Italic"

WIDTH, HEIGHT = A4
CENTRE = WIDTH / 2
INK = HexColor("#12262b")
BRAND = HexColor("#0b3c49")
GOLD = HexColor("#a3802f")
GREY = HexColor("#4a5a5f")
PALE = HexColor("#eef3f3")

MONTHS_ID = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

#: Side of the QR code; below 30 mm cheap cameras and office printers begin to miss it.
QR_SIDE = 32 * mm


class Style(NamedTuple):
    """How a text looks: font, size in points, colour."""

    font: str
    size: float
    colour: Color


@lru_cache
def register_fonts() -> None:
    """Make our fonts known to reportlab, once in a process."""
    for name in (REGULAR, BOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))


def draw_certificate(printed: Printed) -> bytes:
    """The PDF of a certificate. Equal input gives equal bytes."""
    register_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, lang="id-ID")
    canvas.setTitle(f"Sertifikat Kompetensi {printed.number}")
    canvas.setAuthor(printed.lsp_name)
    canvas.setCreator("LSP Humas")
    _date(canvas, printed.issued_on)
    canvas.setSubject(f"{printed.scheme_title} – {printed.holder_name}")
    _front(canvas, printed)
    canvas.showPage()
    pages = _pages_of(_rows(printed.units))
    for rows in pages:
        _back(canvas, printed, rows, last=rows is pages[-1])
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _date(canvas: Canvas, day: date) -> None:
    """Date the file by the day of issue instead of reportlab's fixed day, and so reproducibly."""
    stamp: Any = canvas._doc._timeStamp  # type: ignore[attr-defined]  # there is no public way
    stamp.YMDhms = (day.year, day.month, day.day, 0, 0, 0)


@dataclass(frozen=True)
class Row:
    """A line of the unit table, its title broken to the column, its height in points."""

    number: int
    code: str
    title: tuple[str, ...]

    @property
    def height(self) -> float:
        """Points the row takes."""
        return float((len(self.title) * 4.6 + 2.6) * mm)


#: Height the table may take on a page, and on the last, which also holds facts and signatures.
TABLE_HEIGHT, LAST_TABLE_HEIGHT = 170 * mm, 92 * mm
LEFT, RIGHT = 20 * mm, WIDTH - 20 * mm
TITLE_X = LEFT + 56 * mm


def _rows(units: tuple[PrintedUnit, ...]) -> list[Row]:
    measure = partial(pdfmetrics.stringWidth, fontName=REGULAR, fontSize=10.5)
    return [
        Row(n, unit.code, tuple(wrap(unit.title.split(), RIGHT - TITLE_X - 2 * mm, measure)))
        for n, unit in enumerate(units, 1)
    ]


def _pages_of(rows: list[Row]) -> list[list[Row]]:
    """Rows by page; the last page leaves room for facts and signatures, empty if need be."""
    pages: list[list[Row]] = [[]]
    for row in rows:
        if sum(r.height for r in pages[-1]) + row.height > TABLE_HEIGHT:
            pages.append([])
        pages[-1].append(row)
    if sum(row.height for row in pages[-1]) > LAST_TABLE_HEIGHT:
        pages.append([])
    return pages


def _front(canvas: Canvas, printed: Printed) -> None:
    _frame(canvas, printed)
    centred = partial(_centred, canvas)
    y = HEIGHT - 42 * mm
    centred("SERTIFIKAT KOMPETENSI", y, Style(BOLD, 27, BRAND), spacing=1.6)
    centred("Certificate of Competence", y - 8 * mm, Style(ITALIC, 14, GREY))
    centred(f"No. {printed.number}", y - 19 * mm, Style(BOLD, 13, INK))
    y -= 34 * mm
    centred("Dengan ini menyatakan bahwa,", y, Style(REGULAR, 12, INK))
    centred("This is to certify that,", y - 5 * mm, Style(ITALIC, 10.5, GREY))
    y = _name(canvas, printed.holder_name, y - 18 * mm)
    centred(f"No. Reg. {printed.registration_number}", y - 9 * mm, Style(REGULAR, 12, INK))
    y -= 22 * mm
    centred("Telah kompeten pada bidang:", y, Style(REGULAR, 12, INK))
    centred("Is competent in the area of:", y - 5 * mm, Style(ITALIC, 10.5, GREY))
    centred(printed.field_id, y - 13 * mm, Style(BOLD, 16, BRAND))
    centred(printed.field_en, y - 18.5 * mm, Style(ITALIC, 12, GREY))
    y -= 30 * mm
    centred("Dengan kualifikasi/kompetensi:", y, Style(REGULAR, 12, INK))
    centred("With qualification/competency:", y - 5 * mm, Style(ITALIC, 10.5, GREY))
    y = _block(canvas, printed.scheme_title, y - 13 * mm, Style(BOLD, 16, BRAND))
    y = _block(canvas, printed.scheme_title_en, y - 6 * mm, Style(ITALIC, 12, GREY))
    words_id, words_en = number_words(printed.validity_years)
    y -= 12 * mm
    centred(
        f"Sertifikat ini berlaku untuk: {printed.validity_years} ({words_id}) tahun,"
        f" {_day(printed.issued_on)} sampai dengan {_day(printed.expires_on)}",
        y,
        Style(REGULAR, 11.5, INK),
    )
    centred(
        f"This certificate is valid for: {printed.validity_years} ({words_en}) years,"
        f" {_day_en(printed.issued_on)} to {_day_en(printed.expires_on)}",
        y - 5 * mm,
        Style(ITALIC, 10.5, GREY),
    )
    _signature_of_director(canvas, printed)
    _check_panel(canvas, printed)


def _frame(canvas: Canvas, printed: Printed) -> None:
    """Double frame, head line with the LSP, and a plain word on demonstration papers."""
    canvas.setStrokeColor(BRAND)
    canvas.setLineWidth(1.6)
    canvas.rect(10 * mm, 10 * mm, WIDTH - 20 * mm, HEIGHT - 20 * mm)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.5)
    canvas.rect(12 * mm, 12 * mm, WIDTH - 24 * mm, HEIGHT - 24 * mm)
    _centred(canvas, printed.lsp_name, HEIGHT - 22 * mm, Style(BOLD, 13, BRAND))
    _centred(
        canvas, f"Lisensi BNSP {printed.lsp_licence}", HEIGHT - 27 * mm, Style(REGULAR, 9.5, GREY)
    )
    canvas.setStrokeColor(GOLD)
    canvas.line(CENTRE - 28 * mm, HEIGHT - 30.5 * mm, CENTRE + 28 * mm, HEIGHT - 30.5 * mm)
    if printed.is_demonstration:
        canvas.setFillColor(HexColor("#8a1c1c"))
        canvas.rect(12 * mm, 12 * mm, WIDTH - 24 * mm, 6.5 * mm, stroke=0, fill=1)
        _centred(
            canvas,
            "CONTOH PERAGAAN SISTEM – BUKAN SERTIFIKAT RESMI   ·   DEMONSTRATION SPECIMEN",
            14 * mm,
            Style(BOLD, 9, white),
        )


def _name(canvas: Canvas, name: str, y: float) -> float:
    """The holder's name, smaller or on two lines when long, over a fine rule."""
    y = _block(canvas, name, y, Style(BOLD, 25, INK), smallest=16, width=WIDTH - 56 * mm)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.8)
    canvas.line(CENTRE - 62 * mm, y - 3.2 * mm, CENTRE + 62 * mm, y - 3.2 * mm)
    return y


def _signature_of_director(canvas: Canvas, printed: Printed) -> None:
    x, y = WIDTH - 62 * mm, 79 * mm
    lines = (
        (f"{printed.city}, {_day(printed.issued_on)}", REGULAR, 11.5),
        ("Atas nama Badan Nasional Sertifikasi Profesi", REGULAR, 10),
        ("On behalf of the Indonesian Professional Certification Authority", ITALIC, 8.2),
        (printed.lsp_name, BOLD, 11),
    )
    for text, font, size in lines:
        _centred(canvas, text, y, Style(font, size, INK), x=x)
        y -= 5 * mm
    y -= 20 * mm
    _centred(canvas, printed.director, y, Style(BOLD, 12, INK), x=x)
    canvas.setLineWidth(0.4)
    canvas.setStrokeColor(INK)
    canvas.line(x - 32 * mm, y - 1.6 * mm, x + 32 * mm, y - 1.6 * mm)
    _centred(canvas, "Ketua · Director", y - 6 * mm, Style(REGULAR, 10, GREY), x=x)


def _check_panel(canvas: Canvas, printed: Printed) -> None:
    """The QR code, and in words what to do without one."""
    x, y = 20 * mm, 42 * mm
    draw_qr(canvas, printed.check_address, x, y, QR_SIDE)
    text_x = x + QR_SIDE + 4 * mm
    host = printed.check_address.split("/c/")[0]
    lines = (
        ("Periksa keaslian · Verify", BOLD, 10),
        ("Pindai kode ini, atau buka", REGULAR, 9),
        (f"{host}/verifikasi", BOLD, 8.6),
        ("lalu ketik nomor sertifikat", REGULAR, 9),
        ("dan kode periksa", REGULAR, 9),
        (printed.check_code, BOLD, 15),
    )
    top = y + QR_SIDE - 3 * mm
    for text, font, size in lines:
        canvas.setFillColor(INK)
        canvas.setFont(font, size)
        if text == printed.check_code:
            top -= 1.6 * mm
        canvas.drawString(text_x, top, text)
        top -= 4.6 * mm
    canvas.setFont(ITALIC, 8.6)
    canvas.setFillColor(GREY)
    note = (
        "Sertifikat ini tetap milik LSP. Status hari ini hanya dapat dipastikan pada alamat di atas.",
        "This certificate remains the property of the LSP. Check its present status at the address.",
    )
    for i, line in enumerate(note):
        canvas.drawString(x, 33 * mm - i * 4 * mm, line)


def _back(canvas: Canvas, printed: Printed, rows: list[Row], *, last: bool) -> None:
    _frame(canvas, printed)
    y = HEIGHT - 42 * mm
    _centred(canvas, "DAFTAR UNIT KOMPETENSI", y, Style(BOLD, 17, BRAND), spacing=0.8)
    _centred(canvas, "List of Units of Competency", y - 6 * mm, Style(ITALIC, 12, GREY))
    _centred(
        canvas,
        f"{printed.holder_name}  ·  No. {printed.number}",
        y - 14 * mm,
        Style(REGULAR, 11, INK),
    )
    if rows:
        _unit_table(canvas, rows, y - 25 * mm)
    if last:
        _facts(canvas, printed, 112 * mm)
        _back_signatures(canvas, printed)


def _unit_table(canvas: Canvas, rows: list[Row], y: float) -> None:
    code_x = LEFT + 11 * mm
    canvas.setFillColor(BRAND)
    canvas.rect(LEFT, y - 2.6 * mm, RIGHT - LEFT, 8 * mm, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(BOLD, 10.5)
    heads = ((LEFT + 3 * mm, "No"), (code_x, "Kode unit · Code"), (TITLE_X, "Judul unit · Title"))
    for x, text in heads:
        canvas.drawString(x, y, text)
    y -= 8 * mm
    for row in rows:
        if row.number % 2 == 0:
            canvas.setFillColor(PALE)
            bottom = y + 4.4 * mm - row.height
            canvas.rect(LEFT, bottom, RIGHT - LEFT, row.height, stroke=0, fill=1)
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, 10.5)
        canvas.drawString(LEFT + 3 * mm, y, str(row.number))
        canvas.drawString(code_x, y, row.code)
        for i, line in enumerate(row.title):
            canvas.drawString(TITLE_X, y - i * 4.6 * mm, line)
        y -= row.height
    canvas.setStrokeColor(BRAND)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, y + 4.4 * mm, RIGHT, y + 4.4 * mm)


def _facts(canvas: Canvas, printed: Printed, y: float) -> None:
    """What ISO/IEC 17024 9.4.8 asks for and the front has no room to say."""
    facts = (
        ("Skema · Scheme", f"{printed.scheme_number} {printed.scheme_title}"),
        ("Acuan · Standard", "; ".join(printed.standards)),
        ("Berlaku · Effective", f"{_day(printed.issued_on)} – {_day(printed.expires_on)}"),
        (
            "Ruang lingkup · Scope",
            "Terbatas pada unit kompetensi di atas · Limited to the units above",
        ),
    )
    for label, text in facts:
        canvas.setFillColor(GREY)
        canvas.setFont(REGULAR, 9.5)
        canvas.drawString(20 * mm, y, label)
        canvas.setFillColor(INK)
        measure = partial(pdfmetrics.stringWidth, fontName=REGULAR, fontSize=9.5)
        for line in wrap(text.split(), WIDTH - 84 * mm, measure):
            canvas.drawString(62 * mm, y, line)
            y -= 4.4 * mm
        y -= 0.6 * mm


def _back_signatures(canvas: Canvas, printed: Printed) -> None:
    x = 20 * mm
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.5)
    canvas.rect(x, 36 * mm, 30 * mm, 40 * mm)
    _centred(canvas, "Pas foto · Photo", 57 * mm, Style(ITALIC, 9, GREY), x=x + 15 * mm)
    _centred(canvas, "3 × 4 cm", 52 * mm, Style(REGULAR, 9, GREY), x=x + 15 * mm)
    columns = (
        (86 * mm, "Tanda tangan pemilik · Signature of holder", printed.holder_name, ""),
        (
            WIDTH - 54 * mm,
            f"{printed.city}, {_day(printed.issued_on)}",
            printed.certification_manager,
            "Manajer Sertifikasi · Certification Manager",
        ),
    )
    for centre, above, name, below in columns:
        _centred(canvas, above, 72 * mm, Style(REGULAR, 9.5, INK), x=centre, width=62 * mm)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.4)
        canvas.line(centre - 29 * mm, 44 * mm, centre + 29 * mm, 44 * mm)
        _centred(canvas, name, 45.6 * mm, Style(BOLD, 11, INK), x=centre, width=58 * mm)
        _centred(canvas, below, 39 * mm, Style(REGULAR, 9, GREY), x=centre)


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """A QR code (error correction M, four modules of quiet zone) with its lower left at x, y.

    Drawn as vector runs on white, so that it stays sharp in print and small in the file.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    module = side / len(matrix)
    canvas.setFillColor(white)
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFillColor(Color(0, 0, 0))
    path = canvas.beginPath()
    for row, line in enumerate(matrix):
        top = y + side - (row + 1) * module
        start = None
        for column, dark in enumerate([*line, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(x + start * module, top, (column - start) * module, module)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)


def _centred(
    canvas: Canvas,
    text: str,
    y: float,
    style: Style,
    *,
    x: float = CENTRE,
    spacing: float = 0,
    width: float = WIDTH - 36 * mm,
) -> None:
    """One centred line, made smaller when it would be wider than ``width``."""
    natural = _width(text, style.font, style.size, spacing)
    size = min(style.size, style.size * width / max(1, natural))
    canvas.setFillColor(style.colour)
    canvas.setFont(style.font, size)
    canvas.drawString(x - _width(text, style.font, size, spacing) / 2, y, text, charSpace=spacing)


def _width(text: str, font: str, size: float, spacing: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, size)) + spacing * max(0, len(text) - 1)


def _block(
    canvas: Canvas,
    text: str,
    y: float,
    style: Style,
    *,
    smallest: float = 11,
    width: float = WIDTH - 48 * mm,
) -> float:
    """A centred text, on one line if it fits at a readable size, else on several.

    Returns the base line of the last.
    """
    natural = max(1, pdfmetrics.stringWidth(text, style.font, style.size))
    if style.size * width / natural >= smallest:
        _centred(canvas, text, y, style, width=width)
        return y
    measure = partial(pdfmetrics.stringWidth, fontName=style.font, fontSize=smallest)
    for line in wrap(text.split(), width, measure):
        _centred(canvas, line, y, style._replace(size=smallest), width=width)
        y -= smallest * 1.25
    return y + smallest * 1.25


def _day(day: date) -> str:
    return f"{day.day} {MONTHS_ID[day.month - 1]} {day.year}"


def _day_en(day: date) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"
