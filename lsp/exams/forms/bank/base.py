"""What the form of every type of question has: its words, its criterion, its points."""

from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms.validators import Regexp

from lsp.exams.formats import own_rules
from lsp.exams.forms.bank.pictures import PicturesForm, SentPicture
from lsp.exams.forms.browsing import named
from lsp.exams.models import ItemRevision
from lsp.exams.rules import illustrating, wording
from lsp.exams.rules import lines as written
from lsp.exams.rules.illustrating import Typed
from lsp.exams.rules.kinds import LEVEL_NAMES, TYPE_NAMES, CognitiveLevel, ItemType, Markup
from lsp.exams.rules.writing import (
    Body,
    Draft,
    check_draft,
    check_limit,
    pinned_like,
    several_as_shares,
)
from lsp.forms import (
    AtMost,
    Chosen,
    CodeField,
    ConfirmField,
    DecimalField,
    Form,
    HiddenField,
    RadiosField,
    Required,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from lsp.pages import refusal_text
from lsp.skkni.models import Unit
from lsp.texts import N_, Refusal

RULES_LOST = N_(
    "Aturan penilaian dari berkas tidak cocok lagi dengan perubahan ini. Kembalikan pilihan dan"
    " kuncinya, atau centang “Lepas aturan penilaian dari berkas”."
)


class TypeForm(Form):
    """Which type of question to write."""

    type = RadiosField(
        _l("Jenis soal"),
        choices=named(TYPE_NAMES),
        validators=[Chosen(_l("Pilih jenis soal"))],
    )


class ItemForm(PicturesForm):
    """What every type of question has; the classes below add what is theirs."""

    type: ClassVar[ItemType]
    #: The field at which a refusal of the body is shown, and the fields of the body in order.
    body_fields: ClassVar[Sequence[str]]
    #: The revision this one follows, set by the view; None for a new question.
    current: ItemRevision | None = None
    #: Its key in force, where a correction replaced its own.
    current_key: dict[str, Any] | None = None
    #: Names of the pictures the question has, of all its revisions; set by the view.
    known_pictures: Collection[str] = ()

    identifier = CodeField(
        _l("Kode soal"),
        description=_l("Huruf singkatan, tanda hubung, dan angka, misalnya KP-038"),
        validators=[
            Required(_l("Isi kode soal")),
            Regexp(r"[A-Z]{2,6}-[0-9]{3,5}$", message=_l("Tulis kode seperti KP-038")),
        ],
        render_kw={"classes": "govuk-input--width-10"},
    )
    criterion = SelectField(
        _l("Kriteria unjuk kerja (KUK) yang diukur"),
        validators=[Required(_l("Pilih kriteria unjuk kerja"))],
    )
    level = SelectField(
        _l("Jenjang kognitif"),
        choices=[("", _l("Pilih jenjang")), *named(LEVEL_NAMES)],
        validators=[Required(_l("Pilih jenjang kognitif"))],
    )
    title = TextField(
        _l("Judul"),
        description=_l("Untuk daftar dan laporan; tidak terlihat oleh asesi"),
        validators=[Required(_l("Isi judul")), AtMost(150)],
    )
    stem = TextareaField(
        _l("Pertanyaan"),
        description=_l(
            "Baris kosong memulai paragraf baru. Rumus ditulis dalam LaTeX: \\( x^2 \\)"
        ),
        validators=[Required(_l("Isi pertanyaan")), AtMost(20_000)],
        render_kw={"rows": 7},
    )
    markup = RadiosField(
        _l("Cara menulis"),
        choices=[
            (Markup.PLAIN.value, _l("Teks biasa")),
            (Markup.HTML.value, _l("HTML, misalnya untuk tabel atau huruf tebal")),
        ],
        default=Markup.PLAIN.value,
        validators=[Chosen(_l("Pilih cara menulis"))],
    )
    max_score = DecimalField(
        _l("Nilai soal"),
        places=None,
        validators=[Required(_l("Isi nilai soal"))],
        render_kw={"classes": "govuk-input--width-4"},
    )
    rationale = TextareaField(
        _l("Alasan kunci (opsional)"),
        description=_l("Mengapa kuncinya benar, untuk asesor dan penelaah"),
        validators=[AtMost(3000)],
    )
    tags = TextField(
        _l("Penanda (opsional)"),
        description=_l("Pisahkan dengan koma, misalnya humas-pemerintah"),
        validators=[AtMost(200)],
    )

    drops_rules = ConfirmField(
        _l("Lepas aturan penilaian dari berkas; nilai dihitung menurut jenis soalnya")
    )
    #: Number of the revision the writer started from.
    seen = HiddenField()

    def offer_criteria(self, units: Iterable[Unit]) -> None:
        """Fill the list of criteria, unit by unit."""
        self.criterion.choices = [("", _l("Pilih kriteria"))] + [
            (
                str(criterion.id),
                f"{unit.code or unit.title} · {element.number}.{criterion.number} {criterion.text}",
            )
            for unit in units
            for element in unit.elements
            for criterion in element.criteria
        ]

    def follow(
        self, revision: ItemRevision, key: dict[str, Any], known_pictures: Collection[str]
    ) -> None:
        """Make this the form of the next revision of a question with this key in force."""
        self.current, self.current_key = revision, key
        self.known_pictures = known_pictures
        self.offer_pictures(illustrating.pictures_in(revision.stem) if _is_html(revision) else {})
        # What a revision does not change.
        del self.identifier
        del self.criterion
        if not key.get("qti"):
            del self.drops_rules

    def draft(self) -> Draft:
        """The question as written. Raises Refusal for what cannot be answered or marked."""
        return Draft(
            type=self.type,
            level=CognitiveLevel(self.level.data),
            title=self.title.data or "",
            stem=self.whole_stem(),
            body=self.whole_body(),
            max_score=self.max_score.data or Decimal(0),
            rationale=(self.rationale.data or "").replace("\r\n", "\n"),
            tags=tuple(tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()),
            markup=Markup.HTML if self.is_html() else Markup.PLAIN,
        )

    def is_html(self) -> bool:
        """Whether the question is kept as HTML: as it was chosen, or for its pictures."""
        return self.markup.data == Markup.HTML or bool(self._following())

    def whole_stem(self) -> str:
        """The stem with its pictures, as it is stored. Raises Refusal."""
        text = (self.stem.data or "").replace("\r\n", "\n")
        is_new = self.current is None or text != _typed(self.current).stem
        if self.markup.data != Markup.HTML:
            self._check_formulas(text if is_new else "")
            following = self._following()
            return (
                illustrating.with_pictures(illustrating.as_html(text), following)
                if following
                else text
            )
        page = illustrating.without(self.cleaned(text, is_new=is_new), set(self.dropped.data or []))
        if not wording.plain(page, Markup.HTML).strip():
            raise Refusal(N_("Isi pertanyaan."))
        shown = illustrating.pictures_in(page)
        following = [tag for tag in self._following() if illustrating.name_of(tag) not in shown]
        return illustrating.with_pictures(page, following) if following else page

    def _following(self) -> list[str]:
        """The pictures below the stem: those that stay, then the new ones no text shows."""
        new = [sent for sent in self.sent_pictures() if not self._is_in_texts(sent)]
        return list(dict.fromkeys([*self.staying_pictures(), *(sent.tag for sent in new)]))

    def _is_in_texts(self, sent: SentPicture) -> bool:
        """Whether HTML puts a picture in its place by its name."""
        texts = [self.stem, *(self[name] for name in self.body_fields)]
        return self.markup.data == Markup.HTML and any(
            sent.filename in illustrating.pictures_in(str(field.data or "")) for field in texts
        )

    def cleaned(self, text: str, *, is_new: bool = True) -> str:
        """A text as it is stored.

        Raises Refusal naming what HTML may not hold here, a picture nobody sent, and a formula
        nobody can read, unless the text is not new.
        """
        if is_new:
            self._check_formulas(text)
        if self.markup.data != Markup.HTML:
            return illustrating.line_as_html(text) if self.is_html() else text
        html, removed = wording.clean(text)
        if any(tag.startswith("<img") for tag in removed):
            raise Refusal(
                N_(
                    'Tulis gambar sebagai <img src="media:nama-berkas.png" alt="isi gambar">,'
                    " lalu pilih berkasnya di bagian Gambar."
                )
            )
        if removed:
            raise Refusal(
                N_("Hapus yang tidak bisa dipakai dari HTML: %(removed)s."),
                removed=", ".join(removed[:5]),
            )
        shown = illustrating.pictures_in(html)
        if not shown:
            return html
        names = {sent.filename: (sent.name, sent.alt) for sent in self.sent_pictures()}
        old = wording.pictures(self.current.stem) if self.current else []
        for name in shown:
            if is_new and name not in {*names, *self.known_pictures, *old}:
                raise Refusal(
                    N_("Gambar %(name)s belum ada. Pilih berkasnya di bagian Gambar."), name=name
                )
        return illustrating.named(html, names)

    def _check_formulas(self, text: str) -> None:
        formula = wording.unreadable(text, self.markup.data)
        if formula:
            raise Refusal(
                N_("Rumus %(formula)s tidak bisa dibaca. Periksa LaTeX-nya."),
                formula=formula[:80],
            )

    def whole_body(self) -> Body:
        """Content and key, as they are stored.

        Raises Refusal, also for a change that the rules of the question's file do not outlive,
        until the writer lets go of them.
        """
        body = self.kept_body() or self.new_body()
        key = self.current_key or {}
        if self.current is None or not key.get("qti"):
            check_limit(body)
            return body
        if self.drops_rules.data:
            check_limit(body)
            return Body(body.content, own_rules.without(body.key))
        kept = own_rules.kept(Body(self.current.content, key), body)
        if kept is None:
            raise Refusal(RULES_LOST)
        return kept

    def new_body(self) -> Body:
        """Content and key from the fields, choices in place as they were. Raises Refusal."""
        body = self.body()
        return pinned_like(body, self.current.content) if self.current else body

    def kept_body(self) -> Body | None:
        """Content and key of the revision before, when nothing about them was touched.

        An imported question may hold more than the fields can say; it is lost only to a change.
        """
        old = self.current
        if old is None or old.max_score != self.max_score.data:
            return None
        typed = _typed(old)
        if typed.markup != self.markup.data:
            return None
        key = self.current_key or old.key
        filled = self.filled_body(typed.content, several_as_shares(old.type, old.content, key))
        if any(_said(self[name]) != _text(filled.get(name)) for name in self.body_fields):
            return None
        if self.is_html() and typed.markup is Markup.PLAIN:
            return Body(illustrating.in_rows(typed.content, illustrating.line_as_html), key)
        return Body(typed.content, key)

    def kept_shares(self) -> Sequence[str]:
        """Shares of the revision before as they are stored; a line shows a third shortened."""
        if self.current is None:
            return ()
        return written.shares_in(self.current_key or self.current.key)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse what cannot be answered or marked, at the field that says it."""
        is_valid = super().validate(extra_validators)
        is_valid = self.check_pictures() and is_valid
        is_valid = is_valid and self._check_words()
        if not is_valid:
            self.ask_again()
        return is_valid

    def _check_words(self) -> bool:
        checks: list[tuple[Any, Callable[[], object]]] = [
            (self.stem, self.whole_stem),
            (self[self.body_fields[0]], self.whole_body),
            (self.max_score, lambda: check_draft(self.draft())),
        ]
        for field, check in checks:
            try:
                check()
            except Refusal as refusal:
                self.refuse(refusal_text(refusal), field)
                return False
        return True

    def body(self) -> Body:
        """Content and key from the fields of this type."""
        raise NotImplementedError

    @classmethod
    def filled(cls, revision: ItemRevision, key: dict[str, Any]) -> dict[str, Any]:
        """Values of the fields for the next revision of a question with this key in force."""
        typed = _typed(revision)
        return {
            "level": revision.item.level.value,
            "title": revision.title,
            "stem": typed.stem,
            "markup": typed.markup.value,
            "max_score": revision.max_score,
            "rationale": revision.rationale,
            "tags": ", ".join(revision.item.tags),
            **cls.filled_body(
                typed.content, several_as_shares(revision.type, revision.content, key)
            ),
        }

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        """Values of the fields of this type."""
        raise NotImplementedError


def pictures_below(revision: ItemRevision) -> Sequence[str]:
    """The pictures below the stem of a question, which its words as typed do not show, as tags."""
    return _typed(revision).pictures


def _typed(revision: ItemRevision) -> Typed:
    return illustrating.typed(revision.stem, revision.content, revision.markup)


def _is_html(revision: ItemRevision) -> bool:
    return revision.markup is Markup.HTML


def lines(text: str | None) -> list[str]:
    """The lines of a field that hold something, without the white space around them."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _said(field: Any) -> str:
    """What a field holds, to be compared with what it was filled with."""
    return _text(field.answer if isinstance(field, YesNoField) else field.data)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return "" if value is None else "\n".join(lines(str(value)))
