"""Forms of questions answered by pairing, ordering, or pointing at a picture."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.bank.base import ItemForm, lines
from lsp.exams.forms.bank.pictures import PictureField, SentPicture
from lsp.exams.rules import lines as written
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.forms import AtMost, Chosen, Required, TextareaField, YesNoField


class MatchingForm(ItemForm):
    """Pairs on a line each, and right-hand texts that fit nothing."""

    type = ItemType.MATCHING
    body_fields = ("pairs", "extra_right")

    pairs = TextareaField(
        _l("Pasangan"),
        description=_l("Satu pasangan per baris: kiri = kanan"),
        validators=[Required(_l("Tulis pasangan")), AtMost(4000)],
        render_kw={"rows": 6},
    )
    extra_right = TextareaField(
        _l("Pengecoh di sisi kanan (opsional)"),
        description=_l("Satu teks per baris, tanpa pasangan di kiri"),
        validators=[AtMost(2000)],
        render_kw={"rows": 3},
    )

    def body(self) -> Body:
        pairs = [written.pair(line) for line in lines(self.pairs.data)]
        return writing.matching(
            [(self.cleaned(left), self.cleaned(right)) for left, right in pairs],
            [self.cleaned(text) for text in lines(self.extra_right.data)],
        )

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        right = {row["id"]: row["text"] for row in content["right"]}
        used = set(key["pairs"].values())
        return {
            "pairs": written.of(
                [
                    f"{row['text']} = {right[key['pairs'][row['id']]]}"
                    for row in content["left"]
                    if row["id"] in key["pairs"]
                ]
            ),
            "extra_right": written.of([text for id_, text in right.items() if id_ not in used]),
        }


class OrderingForm(ItemForm):
    """The rows in their right order, a line each."""

    type = ItemType.ORDERING
    body_fields = ("rows", "exact")

    rows = TextareaField(
        _l("Langkah"),
        description=_l("Satu langkah per baris, dalam urutan yang benar"),
        validators=[Required(_l("Tulis langkah-langkahnya")), AtMost(4000)],
        render_kw={"rows": 6},
    )
    exact = YesNoField(
        _l("Beri nilai hanya bila seluruh urutan benar?"),
        description=_l(
            "Tidak berarti setiap langkah di tempat yang benar mendapat bagian nilainya"
        ),
        default=False,
        validators=[Chosen(_l("Pilih ya atau tidak"))],
    )

    def body(self) -> Body:
        rows = [self.cleaned(line) for line in lines(self.rows.data)]
        return writing.ordering(rows, exact=bool(self.exact.answer))

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        texts = {row["id"]: row["text"] for row in content["rows"]}
        return {
            "rows": written.of([texts[id_] for id_ in key["order"]]),
            "exact": bool(key.get("exact")),
        }


_NO_PICTURE = {"picture": "", "width": 0, "height": 0}


class HotspotForm(ItemForm):
    """A picture, what it shows, and the areas that are right."""

    type = ItemType.HOTSPOT
    body_fields = ("alt", "areas")
    # Its one picture is the one to point at.
    numbers: ClassVar[tuple[int, ...]] = ()
    picture_1 = picture_2 = picture_3 = None  # type: ignore[assignment] # takes the fields away
    alt_1 = alt_2 = alt_3 = None  # type: ignore[assignment] # the same

    picture = PictureField(
        _l("Gambar"),
        description=_l("PNG, JPEG, GIF, atau WebP. Saat merevisi, kosongkan bila gambarnya tetap"),
    )
    alt = TextareaField(
        _l("Yang tampak di gambar"),
        description=_l("Untuk peserta yang tidak melihatnya; jangan memberi tahu jawabannya"),
        validators=[Required(_l("Tulis apa yang tampak di gambar")), AtMost(500)],
        render_kw={"rows": 3},
    )
    areas = TextareaField(
        _l("Daerah yang benar"),
        description=_l(
            "Satu daerah per baris, dalam piksel gambar: kotak kiri, atas, kanan, bawah ·"
            " lingkaran x, y, jari-jari · poligon x, y, x, y, x, y"
        ),
        validators=[Required(_l("Tulis daerah yang benar")), AtMost(2000)],
    )

    def sent_pictures(self) -> list[SentPicture]:
        """The picture to point at, when one came."""
        sent = self.picture.sent
        return [replace(sent, alt=self.alt.data or "")] if sent else []

    def _is_in_texts(self, sent: SentPicture) -> bool:  # noqa: ARG002 -- it has its own place
        return True

    def kept_body(self) -> Body | None:
        """What was there before, when no new picture came either."""
        return None if self.picture.sent else super().kept_body()

    def body(self) -> Body:
        areas = [written.area(line) for line in lines(self.areas.data)]
        alt = self.alt.data or ""
        sent = self.picture.sent
        if sent is not None:
            return writing.hotspot(sent.name, sent.width, sent.height, alt, areas)
        old: Mapping[str, Any] = self.current.content if self.current else _NO_PICTURE
        return writing.hotspot(old["picture"], old["width"], old["height"], alt, areas)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {
            "alt": content["alt"],
            "areas": "\n".join(written.area_line(row) for row in key["areas"]),
        }
