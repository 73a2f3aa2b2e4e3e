"""The form papers are made by."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from lsp.exams.services.assembling import MOST_PAPERS, PaperOrder
from lsp.forms import Chosen, Form, IntegerField

NARROW = {"classes": "govuk-input--width-4"}


class AssembleForm(Form):
    """How many parallel papers, and how alike."""

    papers = IntegerField(
        _l("Jumlah naskah setara"),
        description=_l("Disusun sekaligus; asesi di satu sesi mendapatnya bergiliran"),
        validators=[
            Chosen(_l("Isi jumlah naskah")),
            NumberRange(1, MOST_PAPERS, _l("Isi 1 sampai 12 naskah")),
        ],
        render_kw=NARROW,
    )
    overlap = IntegerField(
        _l("Soal yang boleh sama di dua naskah (opsional)"),
        description=_l("Kosong berarti tidak ada soal yang sama"),
        validators=[Optional(), NumberRange(0, 300, _l("Isi 0 sampai 300 soal"))],
        render_kw=NARROW,
    )
    target = IntegerField(
        _l("Sasaran nilai rata-rata dalam persen (opsional)"),
        description=_l(
            "Nilai yang diharapkan menurut perkiraan penyusun soal. Kosong: naskah hanya dibuat "
            "sama sulit"
        ),
        validators=[Optional(), NumberRange(1, 99, _l("Isi 1 sampai 99 persen"))],
        render_kw=NARROW,
    )
    seed = IntegerField(
        _l("Bilangan undian"),
        description=_l("Bilangan dan bank soal yang sama selalu memberi naskah yang sama"),
        validators=[
            Chosen(_l("Isi bilangan undian")),
            NumberRange(0, 2**31 - 1, message=_l("Isi bilangan dari 0 sampai 2147483647")),
        ],
        render_kw={"classes": "govuk-input--width-10"},
    )

    def order(self) -> PaperOrder:
        """What the form says."""
        return PaperOrder(
            seed=self.seed.data or 0,
            papers=self.papers.data or 1,
            overlap=self.overlap.data or 0,
            target=None if self.target.data is None else self.target.data / 100,
        )
