"""The pictures of a question's form: those it brings, and those the question has already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation

from lsp.exams.rules import illustrating
from lsp.exams.services.media import MEGABYTE, MEGABYTES, inspect_picture, picture_name
from lsp.forms import AtMost, CheckboxesField, FileField, Form, TextField
from lsp.pages import refusal_text
from lsp.texts import Refusal


@dataclass(frozen=True)
class SentPicture:
    """A picture that came with the form, looked at; ``name`` is what the question calls it."""

    name: str
    content: bytes
    width: int
    height: int
    #: What it shows, and what its file was called.
    alt: str = ""
    filename: str = ""

    @property
    def tag(self) -> str:
        """The picture as a stem shows it."""
        return illustrating.picture(self.name, self.alt, self.width, self.height)


class PictureField(FileField):
    """A picture; ``sent`` is what came, looked at, or None."""

    sent: SentPicture | None = None

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no picture, or too large a one."""
        file = self.data
        if not isinstance(file, FileStorage) or not file.filename:
            return
        content = file.stream.read(MEGABYTES * MEGABYTE + 1)
        try:
            found = inspect_picture(content)
        except Refusal as refusal:
            raise StopValidation(refusal_text(refusal)) from None
        name = picture_name(file.filename, content, found)
        self.sent = SentPicture(name, content, found.width, found.height, filename=file.filename)


def _picture(number: int) -> PictureField:
    return PictureField(_l("Berkas gambar %(n)s (opsional)", n=number))


def _alt(number: int) -> TextField:
    return TextField(
        _l("Yang tampak di gambar %(n)s", n=number),
        validators=[AtMost(500)],
    )


def _no_words() -> str:
    return _("Tulis apa yang tampak di gambar, untuk peserta yang tidak melihatnya.")


class PicturesForm(Form):
    """Up to three new pictures, those to take away, and what each one shows."""

    #: Numbers of the fields for new pictures.
    numbers: ClassVar[tuple[int, ...]] = (1, 2, 3)

    #: The pictures the question shows now: what they show, by name.
    current_pictures: Mapping[str, str] = {}
    #: Those below the stem, where the words typed do not show them, as ``img`` tags.
    shown_tags: ClassVar[Sequence[str]] = ()

    picture_1, alt_1 = _picture(1), _alt(1)
    picture_2, alt_2 = _picture(2), _alt(2)
    picture_3, alt_3 = _picture(3), _alt(3)
    dropped = CheckboxesField(_l("Gambar yang dihapus dari pertanyaan"), choices=[])

    @classmethod
    def showing(cls, tags: Sequence[str]) -> type[Self]:
        """This form with a field for what each of these pictures (``img`` tags) shows."""
        fields = {
            f"shown_{n}": TextField(
                _l(
                    "Yang tampak di gambar “%(alt)s”",
                    alt=illustrating.alt_of(tag) or illustrating.name_of(tag),
                ),
                default=illustrating.alt_of(tag),
                validators=[AtMost(500)],
            )
            for n, tag in enumerate(tags, 1)
        }
        made: type[Self] = type(cls.__name__, (cls,), {**fields, "shown_tags": tuple(tags)})
        return made

    def shown_rows(self) -> Iterator[tuple[str, TextField]]:
        """Each picture below the stem now, as its tag, with the field that says what it shows."""
        for n, tag in enumerate(self.shown_tags, 1):
            yield tag, self[f"shown_{n}"]

    def staying_pictures(self) -> list[str]:
        """The pictures below the stem that are not taken away, with what they show, as tags."""
        return [
            illustrating.with_alt(tag, field.data or "")
            for tag, field in self.shown_rows()
            if self._stays(tag)
        ]

    def _stays(self, tag: str) -> bool:
        return illustrating.name_of(tag) not in (self.dropped.data or [])

    def offer_pictures(self, pictures: Mapping[str, str]) -> None:
        """Let the pictures the question shows now be taken away."""
        self.current_pictures = pictures
        self.dropped.choices = [
            (name, _("Hapus “%(alt)s”", alt=alt or name)) for name, alt in pictures.items()
        ]

    def sent_pictures(self) -> list[SentPicture]:
        """The pictures that came, each once, with what they show."""
        found: dict[str, SentPicture] = {}
        for picture, alt in self.picture_rows():
            sent = picture.sent
            if sent is not None:
                found.setdefault(sent.name, replace(sent, alt=alt.data or ""))
        return list(found.values())

    def picture_rows(self) -> Iterator[tuple[PictureField, TextField]]:
        """Each field for a picture with the field that says what it shows."""
        for number in self.numbers:
            yield self[f"picture_{number}"], self[f"alt_{number}"]

    def check_pictures(self) -> bool:
        """Refuse a picture nobody described, and a description of no picture."""
        is_valid = True
        for picture, alt in self.picture_rows():
            if picture.sent is not None and not alt.data:
                self.refuse(_no_words(), alt)
                is_valid = False
            if picture.sent is None and alt.data and not picture.errors:
                text = _("Pilih berkas gambarnya, atau kosongkan keterangannya.")
                self.refuse(text, picture)
                is_valid = False
        for tag, shown in self.shown_rows():
            # One that came without words, from a file, may stay without.
            if self._stays(tag) and illustrating.alt_of(tag) and not shown.data:
                self.refuse(_no_words(), shown)
                is_valid = False
        return is_valid

    def ask_again(self) -> None:
        """Ask for the files once more, since the form comes back without them."""
        for field in self:
            if isinstance(field, PictureField) and field.sent is not None:
                self.refuse(_("Pilih lagi berkas %(name)s.", name=field.sent.filename), field)
