"""The papers candidates of the demonstration show: small PDFs of the kind their offices make."""

import io
from dataclasses import dataclass
from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from lsp.certificates.rules import wrap
from lsp.certificates.services.drawing import BOLD, REGULAR, register_fonts


@dataclass(frozen=True)
class Document:
    """One piece of evidence: what it is, what it shows, and its words."""

    title: str
    kind: str
    #: Criteria it is claimed to show, by unit code.
    shows: dict[str, tuple[str, ...]]
    heading: str
    paragraphs: tuple[str, ...]
    contribution: str = ""


def draw_document(document: Document, *, office: str, author: str) -> bytes:
    """The document as a one-page PDF."""
    register_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, lang="id-ID")
    canvas.setTitle(document.title)
    canvas.setAuthor(author)
    width, y = A4[0] - 50 * mm, A4[1] - 30 * mm
    canvas.setFont(BOLD, 13)
    canvas.drawString(25 * mm, y, office)
    canvas.line(25 * mm, y - 4 * mm, 25 * mm + width, y - 4 * mm)
    canvas.setFont(BOLD, 15)
    canvas.drawString(25 * mm, y - 16 * mm, document.heading)
    y -= 28 * mm
    canvas.setFont(REGULAR, 12)
    measure = partial(pdfmetrics.stringWidth, fontName=REGULAR, fontSize=12)
    for paragraph in (*document.paragraphs, f"Disusun oleh {author}"):
        for line in wrap(paragraph.split(), width, measure):
            canvas.drawString(25 * mm, y, line)
            y -= 6 * mm
        y -= 3 * mm
    canvas.save()
    return stream.getvalue()


PRESS, COUNSEL, SEMINAR = "KOM.PR02.014.01", "KOM.PR02.036.01", "S.941000.019.02"

PORTFOLIO = (
    Document(
        title="Rencana dan media kit konferensi pers kesiapsiagaan musim hujan",
        kind="media_kit",
        shows={PRESS: ("1.1", "1.2", "1.3", "1.4", "1.5")},
        heading="Rencana konferensi pers kesiapsiagaan musim hujan",
        paragraphs=(
            "Tujuan: warga di tujuh kecamatan rawan banjir mengetahui jalur evakuasi dan nomor"
            " darurat sebelum puncak musim hujan.",
            "Narasumber: kepala pelaksana, kepala stasiun meteorologi, dan camat. Undangan dikirim"
            " kepada 24 media setempat; konfirmasi dicatat pada lampiran.",
            "Media kit: siaran pers, peta jalur evakuasi, lembar tanya jawab, profil narasumber,"
            " dan foto berizin pakai. Anggaran konsumsi dan sewa pengeras suara terlampir.",
        ),
        contribution="Menyusun rencana, menghubungi narasumber, dan menulis seluruh isi media kit.",
    ),
    Document(
        title="Laporan pelaksanaan dan evaluasi konferensi pers",
        kind="laporan_kegiatan",
        shows={PRESS: ("2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3")},
        heading="Laporan konferensi pers kesiapsiagaan musim hujan",
        paragraphs=(
            "Registrasi dibuka 30 menit sebelum acara; 21 wartawan hadir dan menerima media kit."
            " Acara berjalan 50 menit, 20 menit di antaranya untuk tanya jawab.",
            "Evaluasi: 17 berita terbit dalam tiga hari, dua di antaranya memuat angka yang keliru"
            " dan sudah diklarifikasi. Ruang terlalu sempit untuk kamera televisi.",
            "Rekomendasi kepada bidang kedaruratan: lembar data angka disiapkan terpisah dan"
            " ruang utama dipesan dua minggu sebelumnya.",
        ),
        contribution="Memimpin registrasi, memandu tanya jawab, dan menulis laporan.",
    ),
    Document(
        title="Catatan pendampingan petugas layanan informasi",
        kind="laporan_kegiatan",
        shows={COUNSEL: ("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")},
        heading="Catatan pendampingan (identitas penerima dirahasiakan)",
        paragraphs=(
            "Kesepakatan awal: empat pertemuan, ruang tertutup, kerahasiaan isi percakapan, dan"
            " tujuan agar petugas percaya diri menjawab permohonan informasi yang sulit.",
            "Pilihan yang dibahas bersama: menyiapkan daftar jawaban, berlatih dengan rekan, atau"
            " bertukar tugas sementara. Penerima memilih dua yang pertama.",
            "Kemajuan dipantau setiap pertemuan dan dibicarakan terbuka; evaluasi akhir menunjukkan"
            " tenggat jawaban terpenuhi pada sembilan dari sepuluh permohonan.",
        ),
        contribution="Memberikan pendampingan dan menulis catatan.",
    ),
    Document(
        title="Dokumen kegiatan Lokakarya Pengelolaan Krisis Informasi",
        kind="dokumentasi_kegiatan",
        shows={
            SEMINAR: (
                *("1.1", "1.2", "1.3", "1.4", "2.1", "2.2"),
                *("2.3", "2.4", "3.1", "3.2", "3.3", "3.4"),
            )
        },
        heading="Lokakarya Pengelolaan Krisis Informasi",
        paragraphs=(
            "Tim kerja sembilan orang dibentuk sesuai format lokakarya. Narasumber dan moderator"
            " dipilih menurut tema; tata letak ruang berbentuk U untuk 40 peserta.",
            "Pada hari pelaksanaan, kehadiran narasumber dikonfirmasi pukul 07.30, materi dibagikan"
            " sesuai agenda, dan perlengkapan diperiksa dengan daftar tugas panitia.",
            "Laporan memuat 36 lembar umpan balik, tautan rekaman, dan tiga saran: simulasi lebih"
            " panjang, moderator cadangan, dan materi dikirim lebih awal.",
        ),
        contribution="Ketua panitia; menyusun laporan dan rekomendasi.",
    ),
)

PREREQUISITES = (
    ("Surat keterangan bekerja", "Menerangkan bahwa yang bersangkutan bertugas di unit humas."),
    ("Surat tugas", "Menugaskan yang bersangkutan mengikuti sertifikasi kompetensi."),
    ("Daftar riwayat hidup", "Pendidikan, pengalaman kerja kehumasan, dan pelatihan."),
)
