"""The form of a session's Safe Exam Browser."""

from flask_babel import lazy_gettext as _l

from lsp.exams.services.seb import SebRule
from lsp.forms import AtMost, Chosen, FileField, Form, PasswordField, TextareaField, YesNoField

#: Room for fifty keys, each on its line.
KEYS = AtMost(4000)


class SebForm(Form):
    """Whether the browser is asked for, and the keys that prove it."""

    is_required = YesNoField(
        _l("Wajibkan Safe Exam Browser di sesi ini?"),
        validators=[Chosen(_l("Pilih ya atau tidak"))],
    )
    quit_password = PasswordField(
        _l("Kata sandi keluar (opsional)"),
        description=_l(
            "Dengan kata sandi ini SEB bisa ditutup sebelum ujian selesai. Kosongkan untuk"
            " memakai yang sudah ada"
        ),
        validators=[AtMost(100)],
        render_kw={"autocomplete": "off"},
    )
    browser_exam_keys = TextareaField(
        _l("Browser Exam Key (opsional)"),
        description=_l(
            "Satu tiap baris, dari SEB Config Tool. Mengikat versi programnya, berbeda untuk tiap"
            " versi dan sistem operasi"
        ),
        validators=[KEYS],
        render_kw={"rows": 3, "spellcheck": False},
    )
    config_keys = TextareaField(
        _l("Config Key lain (opsional)"),
        description=_l(
            "Satu tiap baris, bila peserta memakai berkas pengaturan buatan LSP sendiri"
        ),
        validators=[KEYS],
        render_kw={"rows": 3, "spellcheck": False},
    )
    file = FileField(
        _l("Berkas pengaturan SEB buatan sendiri (opsional)"),
        description=_l("Berkas .seb tanpa enkripsi; Config Key-nya ditambahkan ke daftar di atas"),
    )

    @classmethod
    def showing(cls, rule: SebRule) -> "SebForm":
        """The form, filled with what is in force unless it was sent."""
        return cls(
            data={
                "is_required": rule.is_required,
                "browser_exam_keys": "\n".join(rule.browser_exam_keys),
                "config_keys": "\n".join(rule.config_keys),
            }
        )
