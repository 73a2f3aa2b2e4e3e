"""The numbers the state knows a person by: NIP (PNS), NI PPPK and NIK.

An *error* means that the number cannot be one; a *warning* means that it deserves a second look,
and never stops anybody: a NIK may rightly disagree with the birth date, and keeps the region code
it was issued with. No number has a check digit, so a well-formed one proves nothing.

Layouts: NIP ``YYYYMMDD YYYYMM G NNN`` (birth, start as CPNS, sex, serial); NI PPPK
``YYYYMMDD YYYY CC G NNN``, whose ``CC`` is not a month; NIK ``PPKKCC DDMMYY NNNN``, the day plus 40
for women. Sources of the rules: interface.md section 7 of the project's research.
"""

from datetime import date

from lsp.texts import N_

YOUNGEST, OLDEST = 15, 80

#: Province codes in force (Kepmendagri 300.2.2-2138 of 25 April 2025). Retired ones stay in NIKs.
PROVINCES = frozenset(
    str(code)
    for first, last in (
        (11, 19),
        (21, 21),
        (31, 36),
        (51, 53),
        (61, 65),
        (71, 76),
        (81, 82),
        (91, 96),
    )
    for code in range(first, last + 1)
)


def digits(text: str) -> str:
    """A number as typed, without the spaces, dots and hyphens people put into it."""
    return "".join(text.split()).replace(".", "").replace("-", "")


def nip_error(text: str, *, is_pppk: bool, today: date) -> str | None:
    """Why this cannot be a NIP (or, with ``is_pppk``, a NI PPPK); None when it can."""
    number = digits(text)
    if not _has_digits(number, 18):
        return N_("NI PPPK harus 18 angka") if is_pppk else N_("NIP harus 18 angka")
    birth = _date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    if birth is None or not YOUNGEST <= _age(birth, today) <= OLDEST:
        return N_("Periksa angka ke-1 sampai ke-8: isinya tanggal lahir, misalnya 19900327")
    if not birth.year + YOUNGEST <= int(number[8:12]) <= today.year + 1:
        return N_("Periksa angka ke-9 sampai ke-12: isinya tahun pengangkatan")
    if number[12:14] == "00":
        return N_("Periksa angka ke-13 dan ke-14: tidak boleh 00")
    if not is_pppk and int(number[12:14]) > 12:
        return N_(
            "Periksa angka ke-13 dan ke-14: pada NIP PNS isinya bulan, 01 sampai 12. "
            "Bila Anda PPPK, pilih status PPPK"
        )
    if number[14] not in "12":
        return N_("Periksa angka ke-15: 1 untuk laki-laki, 2 untuk perempuan")
    if number[15:] == "000":
        return N_("Periksa tiga angka terakhir: tidak boleh 000")
    return None


def nip_birth(number: str) -> date:
    """Birth date in a NIP or NI PPPK that ``nip_error`` found nothing wrong with."""
    return date(int(number[:4]), int(number[4:6]), int(number[6:8]))


def nip_is_woman(number: str) -> bool:
    """Sex in a NIP or NI PPPK that ``nip_error`` found nothing wrong with."""
    return number[14] == "2"


def nip_warnings(number: str, *, birth: date | None = None, woman: bool | None = None) -> list[str]:
    """Where a well-formed NIP or NI PPPK differs from what is known of the person."""
    found = []
    if birth is not None and nip_birth(number) != birth:
        found.append(N_("Tanggal lahir pada NIP berbeda dari data Anda yang lain"))
    if woman is not None and nip_is_woman(number) != woman:
        found.append(N_("Jenis kelamin pada NIP berbeda dari data Anda yang lain"))
    return found


def nik_error(text: str) -> str | None:
    """Why this cannot be a NIK; None when it can."""
    number = digits(text)
    if not _has_digits(number, 16):
        return N_("NIK harus 16 angka")
    day, month, year = int(number[6:8]) % 40, int(number[8:10]), int(number[10:12])
    if int(number[6:8]) > 71 or not any(_date(c + year, month, day) for c in (1900, 2000)):
        return N_(
            "Periksa angka ke-7 sampai ke-12: isinya tanggal, bulan, dan tahun lahir; "
            "untuk perempuan tanggalnya ditambah 40"
        )
    if number[12:] == "0000":
        return N_("Periksa empat angka terakhir: tidak boleh 0000")
    return None


def nik_warnings(number: str, *, birth: date | None = None, woman: bool | None = None) -> list[str]:
    """What deserves a second look in a well-formed NIK, and may all the same be right."""
    found = []
    if number[:2] not in PROVINCES:
        found.append(N_("Kode provinsi pada NIK tidak ada di daftar yang berlaku"))
    day = int(number[6:8])
    if birth is not None and f"{day % 40:02}{number[8:12]}" != f"{birth:%d%m%y}":
        found.append(
            N_(
                "Tanggal lahir pada NIK berbeda dari data Anda yang lain. Biarkan bila sesuai KTP: "
                "NIK tidak bisa diganti hanya karena ingin menyamakan dengan tanggal lahir"
            )
        )
    if woman is not None and (day > 40) != woman:
        found.append(N_("Jenis kelamin pada NIK berbeda dari data Anda yang lain"))
    return found


def group_nip(number: str) -> str:
    """A NIP or NI PPPK as it is read aloud: 8, 6, 1 and 3 digits."""
    return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"


def group_nik(number: str) -> str:
    """A NIK as it is read aloud: region, birth, serial."""
    return f"{number[:6]} {number[6:12]} {number[12:]}"


def mask(number: str) -> str:
    """The number as shown on screens: first six and last four digits only."""
    if len(number) <= 10:
        return "•" * len(number)
    return f"{number[:6]}{'•' * (len(number) - 10)}{number[-4:]}"


def _has_digits(number: str, count: int) -> bool:
    return len(number) == count and number.isascii() and number.isdigit()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _age(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
