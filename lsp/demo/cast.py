"""Who appears in the demonstration."""

from dataclasses import dataclass, field

from lsp.accounts.models import Employment
from lsp.roles import Role

#: Everybody's password in the demonstration. Published on purpose; production refuses these people.
PASSWORD = "humas-peragaan-2026"

DOMAIN = "humas.example"


@dataclass(frozen=True)
class Member:
    """One person of the demonstration."""

    name: str
    roles: tuple[Role, ...]
    full_name: str
    title_after: str = ""
    title_before: str = ""
    employment: Employment = Employment.PNS
    nip: str = ""
    institution: str = "LSP Humas Pemerintah Nusantara"
    work_unit: str = ""
    position: str = ""
    registration: str = ""
    #: What APL.01 asks of a candidate beyond the profile.
    apl01: dict[str, object] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """Address to sign in with."""
        return f"{self.name}@{DOMAIN}"


def _apl01(
    place: str, born: tuple[int, int, int], gender: str, address: str, education: str
) -> dict[str, object]:
    day, month, year = born
    return {
        "birth_place": place,
        "birth_date": {"day": str(day), "month": str(month), "year": str(year)},
        "gender": gender,
        "nationality": "Indonesia",
        "address": address,
        "phone": "0812-0000-0000",
        "education": education,
    }


STAFF_MEMBERS = (
    Member(
        "admin",
        (Role.ADMINISTRATOR,),
        "Hendra Gunawan",
        title_after="S.Kom.",
        employment=Employment.OTHER,
        position="Administrator LSP",
    ),
    Member(
        "manajer",
        (Role.MANAGER,),
        "Ratna Kusumawardhani",
        title_after="S.Sos., M.Si.",
        employment=Employment.OTHER,
        position="Manajer Sertifikasi",
    ),
    Member(
        "asesor",
        (Role.ASSESSOR,),
        "Agus Priyanto",
        title_before="Drs.",
        title_after="M.I.Kom.",
        nip="197004121995031998",
        institution="Dinas Komunikasi dan Informatika Provinsi Jawa Tengah",
        work_unit="Bidang Informasi dan Komunikasi Publik",
        position="Pranata Humas Ahli Madya",
        registration="MET.000.000001 2024 (contoh)",
    ),
    Member(
        "asesor2",
        (Role.ASSESSOR,),
        "Ni Luh Ayu Suryani",
        title_after="S.S., M.A.",
        nip="197808152005012997",
        institution="Sekretariat Daerah Kota Denpasar",
        work_unit="Bagian Protokol dan Komunikasi Pimpinan",
        position="Pranata Humas Ahli Madya",
        registration="MET.000.000002 2024 (contoh)",
    ),
    Member(
        "asesor3",
        (Role.ASSESSOR,),
        "Bambang Wicaksono",
        title_before="Dr.",
        title_after="M.Si.",
        nip="196903211994031997",
        institution="Sekretariat Daerah Provinsi Kalimantan Selatan",
        work_unit="Biro Administrasi Pimpinan",
        position="Pranata Humas Ahli Utama",
        registration="MET.000.000003 2024 (contoh)",
    ),
    Member(
        "penyusun",
        (Role.ITEM_WRITER,),
        "Galih Nugroho",
        title_after="S.I.Kom.",
        employment=Employment.OTHER,
        position="Penyusun soal",
    ),
    Member(
        "penyusun2",
        (Role.ITEM_WRITER,),
        "Rizky Amalia Putri",
        title_after="M.Pd.",
        employment=Employment.OTHER,
        position="Penelaah soal",
    ),
    Member(
        "pengawas",
        (Role.INVIGILATOR,),
        "Sulastri",
        employment=Employment.OTHER,
        position="Pengawas ujian",
    ),
    Member(
        "komite1",
        (Role.COMMITTEE,),
        "Togar Simanjuntak",
        title_before="Dr.",
        title_after="M.Si.",
        employment=Employment.OTHER,
        position="Ketua komite teknis",
    ),
    Member(
        "komite2",
        (Role.COMMITTEE,),
        "Andi Tenri Abeng",
        title_after="S.H., M.Hum.",
        employment=Employment.OTHER,
        position="Anggota komite teknis",
    ),
    Member(
        "komite3",
        (Role.COMMITTEE,),
        "Lalu Wira Satriawan",
        title_after="M.I.Kom.",
        employment=Employment.OTHER,
        position="Anggota komite teknis",
    ),
    Member(
        "auditor",
        (Role.AUDITOR,),
        "Yusuf Mangunjaya",
        employment=Employment.OTHER,
        position="Auditor",
    ),
)

CANDIDATES = (
    Member(
        "maya",
        (Role.CANDIDATE,),
        "Maya Prameswari",
        title_after="S.I.Kom.",
        nip="199005222015032996",
        institution="Badan Penanggulangan Bencana Daerah Kabupaten Sukamakmur",
        work_unit="Seksi Kehumasan",
        position="Pranata Humas Ahli Pertama",
        apl01=_apl01("Bandung", (22, 5, 1990), "P", "Jalan Kenanga 14, Sukamakmur", "S1"),
    ),
    Member(
        "dewi",
        (Role.CANDIDATE,),
        "Dewi Anggraini",
        title_after="S.Sos.",
        nip="199202292019032995",
        institution="Dinas Komunikasi dan Informatika Kabupaten Tirta Asri",
        work_unit="Bidang Pengelolaan Informasi Publik",
        position="Pranata Humas Ahli Pertama",
        apl01=_apl01("Semarang", (29, 2, 1992), "P", "Jalan Merpati 7, Tirta Asri", "S1"),
    ),
    Member(
        "yohana",
        (Role.CANDIDATE,),
        "Yohana Mandobar",
        title_after="S.IP.",
        employment=Employment.PPPK,
        nip="199307112022212004",
        institution="Dinas Kominfo Provinsi Papua Selatan",
        work_unit="Seksi Media dan Publikasi",
        position="Pranata Humas Ahli Pertama",
        apl01=_apl01("Merauke", (11, 7, 1993), "P", "Jalan Garuda 3, Merauke", "S1"),
    ),
    Member(
        "fitri",
        (Role.CANDIDATE,),
        "Fitri Handayani",
        title_after="A.Md.",
        nip="199504302018012994",
        institution="Sekretariat DPRD Kabupaten Muara Indah",
        work_unit="Subbagian Humas dan Protokol",
        position="Pranata Humas Terampil",
        apl01=_apl01("Padang", (30, 4, 1995), "P", "Jalan Veteran 21, Muara Indah", "D3"),
    ),
    Member(
        "rizky",
        (Role.CANDIDATE,),
        "Rizky Ramadhan",
        title_after="S.Kom.",
        nip="199401052020121993",
        institution="Balai Besar Pelatihan Nusantara",
        work_unit="Kelompok Kerja Kehumasan",
        position="Pranata Humas Ahli Pertama",
        apl01=_apl01("Makassar", (5, 1, 1994), "L", "Jalan Pelita 9, Makassar", "S1"),
    ),
)

CAST = STAFF_MEMBERS + CANDIDATES
