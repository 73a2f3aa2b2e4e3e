"""The form of the export: which questions, and into which format."""

import re

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.browsing import FilterForm
from lsp.forms import AtMost, SelectField, TextareaField

FORMAT_NAMES = {
    "qti3": "QTI 3.0",
    "moodle-xml": "Moodle XML",
    "gift": "GIFT",
    "csv": "CSV",
    "xlsx": "Excel (XLSX)",
}


class ExportForm(FilterForm):
    """The filters of the bank's list, names of items, and the format; sent by GET."""

    kode = TextareaField(
        _l("Hanya kode soal ini (opsional)"),
        description=_l("Pisahkan dengan koma atau baris baru"),
        validators=[AtMost(4000)],
        render_kw={"rows": 2},
    )
    format = SelectField(_l("Format"), choices=list(FORMAT_NAMES.items()), default="qti3")

    def identifiers(self) -> list[str]:
        """The codes named, each once."""
        names = (name.strip() for name in re.split(r"[,;\n]", self.kode.data or ""))
        return list(dict.fromkeys(name for name in names if name))
