"""How choices are offered, in formats that have no place for it: named, where it is lost."""

from collections.abc import Iterator

from lsp.exams.formats.package import ReadItem
from lsp.texts import N_, Refusal

LOST = N_("Berkas ini tidak menyimpan batas dan tempat pilihan; semuanya diacak dan boleh dipilih.")


def lost_offering(item: ReadItem) -> Iterator[tuple[str, Refusal]]:
    """The limit of a multiple choice and choices that keep their place, and why they are lost."""
    content = item.body.content
    if content.get("most"):
        yield f"paling banyak {content['most']} pilihan", Refusal(LOST)
    parts = [content, *content.get("gaps", ())]
    rows = [row for part in parts for row in part.get("choices", ())]
    if content.get("fixed") or any(row.get("fixed") for row in rows):
        yield "urutan pilihan tetap", Refusal(LOST)
