"""What an item asks of an answer besides the answer itself, which our types do not hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from lsp.exams.formats.gathering import shorten
from lsp.exams.formats.qti.names import Element, attr, child, children, tag
from lsp.exams.rules.writing import FILE_KINDS
from lsp.texts import N_, Refusal

PATTERN = N_("Jawaban tidak dibatasi oleh pola ini.")
SLIDER = N_("Peserta mengetik angkanya; batas dan langkah penggeser tidak dipakai.")
ESSAY = N_("Esai ditulis sebagai satu teks biasa; syarat ini tidak dipakai.")
INTERPRETATION = N_("Penjelasan jawaban benar ini tidak disimpan.")
SECOND = N_("Respons tunggal punya satu jawaban benar; yang berikutnya tidak dipakai.")
FILE_TYPE = N_("Jenis berkas ini tidak bisa diminta di bank soal.")
#: Media types of several kinds of file.
_GROUPS = {"image/*": ("jpg", "png"), "image/jpg": ("jpg",), "text/*": ("txt",)}
#: What of an interaction is named, if it is there and says something.
_ASKED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "textEntryInteraction": (("patternMask",), PATTERN),
    "extendedTextInteraction": (("patternMask",), PATTERN),
    "sliderInteraction": (("lowerBound", "upperBound", "step"), SLIDER),
}


def unheld(
    item: Element, body: Element, processing: Mapping[str, Any]
) -> Iterable[tuple[str, Refusal]]:
    """What is named as not carried, and why."""
    for node in body.iter():
        names, why = _ASKED.get(tag(node), ((), ""))
        said = [f"{name}={attr(node, name)}" for name in names if attr(node, name)]
        if said:
            yield shorten(" ".join(said)), Refusal(why)
        if tag(node) == "extendedTextInteraction":
            yield from _of_essay(node)
        if tag(node) == "uploadInteraction" and (unknown := file_kinds(node)[1]):
            yield f"type={' '.join(unknown)}", Refusal(FILE_TYPE)
    for declaration in children(item, "responseDeclaration"):
        correct = child(declaration, "correctResponse")
        if correct is not None and attr(correct, "interpretation"):
            what = f"interpretation={attr(correct, 'interpretation')}"
            yield shorten(what), Refusal(INTERPRETATION)
    for name, declared in processing["responses"].items():
        rest = declared.get("correct", [])[1:] if declared["cardinality"] == "single" else []
        # Without rules every text that is named is taken as right.
        if rest and (processing["rules"] or declared["base"] != "string"):
            yield shorten(f"<correctResponse> {name}: {', '.join(rest)}"), Refusal(SECOND)


def _of_essay(node: Element) -> Iterable[tuple[str, Refusal]]:
    said = [f"{name}={attr(node, name)}" for name in ("minStrings", "maxStrings")]
    plain = {"minStrings=", "minStrings=0", "maxStrings=", "maxStrings=0", "maxStrings=1"}
    said = [part for part in said if part not in plain]
    if attr(node, "format", "plain") not in ("", "plain", "preFormatted"):
        said.append(f"format={attr(node, 'format')}")
    if said:
        yield " ".join(said), Refusal(ESSAY)


def file_kinds(node: Element) -> tuple[list[str], list[str]]:
    """Kinds of file that an upload asks for, and media types no kind of ours has."""
    kinds: dict[str, None] = {}
    unknown = []
    for media_type in attr(node, "type").replace(",", " ").split():
        found = [kind for kind, known in FILE_KINDS.items() if known == media_type.lower()]
        found = found or list(_GROUPS.get(media_type.lower(), ()))
        kinds |= dict.fromkeys(found)
        unknown += [] if found else [media_type[:80]]
    return list(kinds), unknown
