"""The PDF is opened by another program (poppler) and its QR code read by another (zxing)."""

import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from lsp.certificates.rules import Printed, PrintedUnit
from lsp.certificates.services.drawing import draw_certificate
from tests.factories.certificates import make_printed


def text_of(pdf: bytes, folder: Path) -> str:
    file = folder / "sertifikat.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True)
    return done.stdout.decode()


def page_picture(pdf: bytes, folder: Path, dpi: int) -> Image.Image:
    (folder / "sertifikat.pdf").write_bytes(pdf)
    pdf_file, picture = folder / "sertifikat.pdf", folder / "halaman"
    options = ["-f", "1", "-l", "1", "-singlefile", "-png", "-r", str(dpi)]
    subprocess.run(["pdftoppm", *options, pdf_file, picture], check=True)
    return Image.open(folder / "halaman.png")


def test_the_paper_says_everything_that_belongs_on_a_certificate(tmp_path: Path) -> None:
    printed = make_printed()
    text = text_of(draw_certificate(printed), tmp_path)
    for words in (
        printed.number,
        printed.registration_number,
        printed.holder_name,
        printed.field_id,
        printed.field_en,
        printed.scheme_title,
        printed.scheme_title_en,
        printed.lsp_name,
        printed.lsp_licence,
        printed.director,
        printed.certification_manager,
        printed.check_code,
        "23 November 2026",
        "23 November 2029",
        "3 (tiga) tahun",
        "KEP.39/MEN/II/2008",
        "Atas nama Badan Nasional Sertifikasi Profesi",
        "https://lsp.contoh.test/verifikasi",
        *(unit.code for unit in printed.units),
        *(unit.title for unit in printed.units),
    ):
        assert words in text, words
    assert "BUKAN SERTIFIKAT RESMI" not in text


def test_a_demonstration_says_so_on_every_page(tmp_path: Path) -> None:
    text = text_of(draw_certificate(make_printed(is_demonstration=True)), tmp_path)
    assert text.count("BUKAN SERTIFIKAT RESMI") == 2


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_qr_code_is_read_from_the_printed_page(tmp_path: Path, dpi: int) -> None:
    printed = make_printed()
    codes = zxingcpp.read_barcodes(page_picture(draw_certificate(printed), tmp_path, dpi))
    assert [code.text for code in codes] == [printed.check_address]


def test_the_same_words_give_the_same_bytes() -> None:
    assert draw_certificate(make_printed()) == draw_certificate(make_printed())


def test_the_file_is_dated_by_the_day_of_issue(tmp_path: Path) -> None:
    file = tmp_path / "sertifikat.pdf"
    file.write_bytes(draw_certificate(make_printed()))
    told = subprocess.run(["pdfinfo", "-isodates", file], check=True, capture_output=True)
    text = told.stdout.decode()
    assert "2026-11-23T00:00:00" in text
    assert "anonymous" not in text


def test_a_file_stays_small() -> None:
    assert len(draw_certificate(make_printed())) < 70_000


@pytest.mark.parametrize(
    "printed",
    [
        make_printed(holder_name="Suharto"),
        make_printed(holder_name="Raden " + "Kusumaningtyas " * 8 + ", S.Sos., M.I.Kom."),
        make_printed(holder_name="Łukasz Öztürk-Đorđević"),
    ],
    ids=["one word", "very long", "letters beyond Latin-1"],
)
def test_every_name_is_printed_whole(printed: Printed, tmp_path: Path) -> None:
    text = " ".join(text_of(draw_certificate(printed), tmp_path).split())
    assert printed.holder_name.split()[0] in text
    assert printed.holder_name.split()[-1] in text


@pytest.mark.parametrize("count", [1, 11, 12, 22, 40])
def test_forty_units_flow_to_further_pages_and_none_is_lost(count: int, tmp_path: Path) -> None:
    units = tuple(
        PrintedUnit(
            f"UJI.{n:03}.01", f"Unit uji dengan judul yang cukup panjang untuk dua baris {n}"
        )
        for n in range(1, count + 1)
    )
    text = text_of(draw_certificate(make_printed(units=units)), tmp_path)
    assert [unit.code for unit in units if unit.code not in text] == []
    assert text.count("Manajer Sertifikasi") == 1
