"""What an answer says, in a few words of its type: for whoever has to decide about it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from lsp.exams.rules import wording
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.questions import Question

#: Characters of a choice, and of a whole answer; what is longer is cut.
LONGEST_PART, LONGEST = 60, 180


def answer_words(question: Question, response: Mapping[str, Any] | None) -> str:
    """An answer in a line, long texts shortened."""
    if response is None:
        return _("tidak dijawab")
    return _cut(_words(question, response), LONGEST)


def _words(question: Question, response: Mapping[str, Any]) -> str:
    content = question.content
    match question.type:
        case ItemType.SINGLE_CHOICE:
            return _names(question, content["choices"])(response["choice"])
        case ItemType.MULTIPLE_CHOICE:
            return _list(map(_names(question, content["choices"]), response["choices"]))
        case ItemType.TRUE_FALSE:
            return _("Benar") if response["value"] else _("Salah")
        case ItemType.MATCHING:
            left, right = (_names(question, content[side]) for side in ("left", "right"))
            return _list(
                f"{left(one)} = {right(other)}" for one, other in response["pairs"].items()
            )
        case ItemType.ORDERING:
            row = _names(question, content["rows"])
            places = enumerate(response["order"], 1)
            return _list(f"{place}. {row(id_) if id_ else '…'}" for place, id_ in places)
        case ItemType.GAP_FILL:
            return _list(_gap(question, gap, response["gaps"]) for gap in content["gaps"])
        case ItemType.HOTSPOT:
            x, y = response["point"]
            return _("titik %(x)s, %(y)s pada gambar", x=x, y=y)
        case ItemType.FILE_UPLOAD:
            return _("berkas %(name)s", name=response.get("name") or response["file"])
        case _:
            return " ".join(f"{response['text']} {content.get('unit', '')}".split())


def _names(question: Question, rows: Iterable[Mapping[str, str]]) -> Callable[[str], str]:
    """Tells a row's text by its id."""
    texts = {row["id"]: wording.plain(row["text"], question.markup) for row in rows}

    def name(id_: str) -> str:
        return _cut(" ".join(texts.get(id_, id_).split()), LONGEST_PART)

    return name


def _gap(question: Question, gap: Mapping[str, Any], given: Mapping[str, str]) -> str:
    value = given.get(gap["id"]) or "…"
    if gap["kind"] == "choice":
        value = _names(question, gap["choices"])(value)
    return f"{gap['id']}. {value}"


def _list(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
