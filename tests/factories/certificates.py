"""What a certificate says."""

from datetime import date
from typing import Any

from lsp.certificates.rules import Printed, PrintedUnit

UNITS = (
    PrintedUnit("KOM.PR02.014.01", "Melaksanakan Konferensi Pers"),
    PrintedUnit("KOM.PR02.036.01", "Memberikan Konseling"),
)


def make_printed(**values: Any) -> Printed:
    """The words of one certificate."""
    return Printed(
        **{
            "number": "0000042 2026",
            "registration_number": "HUMAS 00042 2026",
            "holder_name": "Sri Wahyuni, S.I.Kom.",
            "field_id": "Hubungan Masyarakat",
            "field_en": "Public Relations",
            "scheme_number": "SKM/UJI/01",
            "scheme_title": "Skema Uji",
            "scheme_title_en": "Test Scheme",
            "is_demonstration": False,
            "standards": ("KEP.39/MEN/II/2008",),
            "units": UNITS,
            "issued_on": date(2026, 11, 23),
            "expires_on": date(2029, 11, 23),
            "validity_years": 3,
            "lsp_name": "LSP Humas Uji",
            "lsp_licence": "BNSP-LSP-0000-ID",
            "city": "Jakarta",
            "director": "Ketua Uji",
            "certification_manager": "Manajer Uji",
            "check_address": "https://lsp.contoh.test/c/AAAQEAYEAUDAOCAJ",
            "check_code": "7KQ-2MX",
            **values,
        }
    )
